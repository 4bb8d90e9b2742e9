import { EXECUTE, READ, WRITE } from '../unicorn/unicorn';

/** Access rights of a page, as they are written in tables. */
export type Permissions = '---' | 'r--' | 'rw-' | 'r-x' | 'rwx';

const BITS: Readonly<Record<Permissions, number>> = {
  '---': 0,
  'r--': READ,
  'rw-': READ | WRITE,
  'r-x': READ | EXECUTE,
  rwx: READ | WRITE | EXECUTE,
};

export const permissionBits = (permissions: Permissions): number => BITS[permissions];

export const isExecutable = (permissions: Permissions): boolean => (BITS[permissions] & EXECUTE) !== 0;

export const isWritable = (permissions: Permissions): boolean => (BITS[permissions] & WRITE) !== 0;

export const isReadable = (permissions: Permissions): boolean => (BITS[permissions] & READ) !== 0;
