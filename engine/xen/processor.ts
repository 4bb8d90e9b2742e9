/**
 * The processor that Xen finds: QEMU's `qemu64` as its version 7.2 describes it, so that Xen chooses what it chooses on
 * that machine (an AMD of family 15: no SMAP, no XSAVE, NOPs of the K8).
 */
import type { CpuidLeaf } from '../unicorn/unicorn';

const NONE: CpuidLeaf = { eax: 0, ebx: 0, ecx: 0, edx: 0 };

const characters = (text: string): number => Buffer.from(text.padEnd(4, '\0'), 'latin1').readUInt32LE();

/** 16 characters of a name in the order of the registers. */
const named = (text: string): CpuidLeaf => ({
  eax: characters(text.slice(0, 4)),
  ebx: characters(text.slice(4, 8)),
  ecx: characters(text.slice(8, 12)),
  edx: characters(text.slice(12, 16)),
});

const VENDOR = { ebx: characters('Auth'), edx: characters('enti'), ecx: characters('cAMD') };
const NAME = 'QEMU Virtual CPU version 2.5+';

const LEAVES: Readonly<Record<number, CpuidLeaf>> = {
  0x0000_0000: { eax: 0xd, ...VENDOR },
  // Family 15, model 107, stepping 1; SSE3, CX16, hypervisor; all that a processor of 64 bits has.
  0x0000_0001: { eax: 0x0006_0fb1, ebx: 0x0000_0800, ecx: 0x8000_2001, edx: 0x078b_fbfd },
  0x8000_0000: { eax: 0x8000_000a, ...VENDOR },
  // LAHF_LM, SVM; SYSCALL, NX, LM.
  0x8000_0001: { eax: 0x0006_0fb1, ebx: 0, ecx: 0x0000_0005, edx: 0x2193_fbfd },
  0x8000_0002: named(NAME.slice(0, 16)),
  0x8000_0003: named(NAME.slice(16)),
  // 40 bits of physical addresses, 48 of virtual ones.
  0x8000_0008: { eax: 0x0000_3028, ebx: 0, ecx: 0, edx: 0 },
};

export const cpuid = (leaf: number): CpuidLeaf => LEAVES[leaf] ?? NONE;
