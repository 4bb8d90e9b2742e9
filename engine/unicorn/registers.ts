/** Register numbers of Unicorn 2 (unicorn/x86.h), for those the project uses. */
export const REGISTERS = {
  rax: 35,
  rbp: 36,
  rbx: 37,
  rcx: 38,
  rdi: 39,
  rdx: 40,
  rip: 41,
  rsi: 43,
  rsp: 44,
  cr0: 50,
  cr2: 52,
  cr4: 54,
  r8: 106,
  r9: 107,
  r10: 108,
  r11: 109,
  r12: 110,
  r13: 111,
  r14: 112,
  r15: 113,
  rflags: 253,
} as const;

export type Register = keyof typeof REGISTERS;

/** What a function or an exception frame saves: the general registers, RIP and RFLAGS. */
export const GENERAL_REGISTERS = [
  'rax',
  'rbx',
  'rcx',
  'rdx',
  'rsi',
  'rdi',
  'rbp',
  'rsp',
  'r8',
  'r9',
  'r10',
  'r11',
  'r12',
  'r13',
  'r14',
  'r15',
  'rip',
  'rflags',
] as const satisfies readonly Register[];

/** All that is known of a CPU between two instructions of a hypervisor: what else it has is lost after an exception. */
export const KEPT_REGISTERS: readonly Register[] = [...GENERAL_REGISTERS, 'cr0', 'cr4'];
