/** Xen's error numbers (xen/include/public/errno.h), as far as live patching returns them. */
export const ERRNO = {
  EPERM: 1,
  ENOENT: 2,
  EIO: 5,
  E2BIG: 7,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EFAULT: 14,
  EBUSY: 16,
  EEXIST: 17,
  EINVAL: 22,
  ENOSPC: 28,
  ERANGE: 34,
  ENOSYS: 38,
  ENODATA: 61,
  EOVERFLOW: 75,
  EOPNOTSUPP: 95,
  ENOBUFS: 105,
  ENOKEY: 126,
  EKEYREJECTED: 129,
} as const;

export type ErrnoName = keyof typeof ERRNO;

const NAMES = new Map<number, string>(Object.entries(ERRNO).map(([name, number]) => [number, name]));

/** A returned value for people: `0`, `3`, `-EINVAL`; a negative number without a name stays a number. */
export function returnName(value: number): string {
  const name = value < 0 ? NAMES.get(-value) : undefined;
  return name === undefined ? String(value) : `-${name}`;
}

/** The number of `-EINVAL`, `0` or `3`. RangeError if there is none. */
export function returnValue(name: string): number {
  if (/^-?\d+$/.test(name)) return Number(name);
  const found = [...NAMES].find(([, errno]) => `-${errno}` === name);
  if (found === undefined) throw new RangeError(`errno: expected a name such as -EINVAL, got ${name}`);
  return -found[0];
}
