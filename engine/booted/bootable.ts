/** What a boot loader takes, made of a xen-syms: the same bytes at their physical addresses, as a 32-bit ELF file. */
import { EM, ET, PT } from '../abi/elf';
import { bytes, layout, u16, u32 } from '../abi/fields';
import type { Image } from '../machine/image';

const HEADER_32 = layout('Elf32_Ehdr', 52, {
  ident: bytes(0, 16),
  e_type: u16(16),
  e_machine: u16(18),
  e_version: u32(20),
  e_entry: u32(24),
  e_phoff: u32(28),
  e_shoff: u32(32),
  e_flags: u32(36),
  e_ehsize: u16(40),
  e_phentsize: u16(42),
  e_phnum: u16(44),
  e_shentsize: u16(46),
  e_shnum: u16(48),
  e_shstrndx: u16(50),
});
const PROGRAM_HEADER_32 = layout('Elf32_Phdr', 32, {
  p_type: u32(0),
  p_offset: u32(4),
  p_vaddr: u32(8),
  p_paddr: u32(12),
  p_filesz: u32(16),
  p_memsz: u32(20),
  p_flags: u32(24),
  p_align: u32(28),
});

/** "\x7fELF", 32 bits, little endian, version 1. */
const IDENT = Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 1, 1, 1);
const READ_WRITE_EXECUTE = 7;
/** Xen is linked at a multiple of 1 GiB, and loaded at what is left of its addresses. */
const physical = (address: bigint): number => Number(BigInt.asUintN(30, address));

/** The file. RangeError if the image has no entry. */
export function bootable(image: Image): Uint8Array {
  const { segments } = image;
  const first = HEADER_32.size + segments.length * PROGRAM_HEADER_32.size;
  const offsets = segments.reduce<readonly number[]>((all, { bytes: own }) => [...all, (all.at(-1) ?? first) + own.length], [first]); // prettier-ignore
  const header = HEADER_32.encode({
    ident: IDENT,
    e_type: ET.EXEC,
    e_machine: EM.I386,
    e_version: 1,
    e_entry: physical(image.address('start')),
    e_phoff: HEADER_32.size,
    e_ehsize: HEADER_32.size,
    e_phentsize: PROGRAM_HEADER_32.size,
    e_phnum: segments.length,
  });
  const programs = segments.map(({ start, bytes: own }, index) =>
    PROGRAM_HEADER_32.encode({
      p_type: PT.LOAD,
      p_offset: offsets[index] ?? 0,
      p_vaddr: physical(start),
      p_paddr: physical(start),
      p_filesz: own.length,
      p_memsz: own.length,
      p_flags: READ_WRITE_EXECUTE,
      p_align: 4096,
    }),
  );
  return new Uint8Array(Buffer.concat([header, ...programs, ...segments.map(({ bytes: own }) => own)]));
}
