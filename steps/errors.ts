/**
 * The numbers of the errors that features name, as the public header has them. They are written down once more, and not
 * taken from the engine, so that a hypervisor which returns another number is noticed.
 */
const ERRORS: Readonly<Record<string, number>> = {
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
  ERANGE: 34,
  EOVERFLOW: 75,
  EOPNOTSUPP: 95,
  ENOBUFS: 105,
  ENOKEY: 126,
  EKEYREJECTED: 129,
};

/** What a hypercall returns: `-EINVAL`, `0`, `3`. RangeError if there is no such error. */
export function resultNamed(name: string): number {
  if (/^-?\d+$/.test(name)) return Number(name);
  const number = name.startsWith('-') ? ERRORS[name.slice(1)] : undefined;
  if (number === undefined) throw new RangeError(`result: expected a name such as -EINVAL, got ${name}`);
  return -number;
}
