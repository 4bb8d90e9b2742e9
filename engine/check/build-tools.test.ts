/**
 * Files as livepatch-build-tools makes them: `create-diff-object` has put each changed function into a section of its
 * own, names into `.livepatch.strings` and entries into `.livepatch.funcs`, both read-only, and called local symbols
 * `file.c#name`, as Xen's own table does; `ld -r` has added the build-id, and `objcopy` what the payload depends on.
 */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { returnsNumber } from '../../payloads/builder/code';
import { elfObject, type SectionDescription, type SymbolDescription } from '../../payloads/builder/elf';
import { SHF, SHT } from '../abi/elf';
import { LIVEPATCH_FUNC, PAYLOAD_VERSION, type Revision } from '../abi/hypercall';
import { buildIdNote } from '../abi/notes';
import { createReference } from '../reference';
import { selfCheck } from '../self-check';
import type { EmulatedTarget } from '../target';
import { createXen, findDebianXen, foreignImage } from '../xen';
import { createJudge } from './judge';

interface Changed {
  /** As the source calls it. */
  readonly name: string;
  /** The source file that alone knows it. */
  readonly source?: string;
  readonly oldSize: number;
  /** As `--prelink` writes it; otherwise Xen looks the name up. */
  readonly oldAddress?: bigint;
}

const READ_ONLY = { type: SHT.PROGBITS, flags: SHF.ALLOC, alignment: 1 } as const;
/** Any other than the hypervisor's. */
const OWN_BUILD_ID = new Uint8Array(20).fill(0x42);
const TEXT = Buffer.from('patched\0');

const mangled = ({ name, source }: Changed): string => (source === undefined ? name : `${source}#${name}`);

/** `lea TEXT(%rip), %rax; ret` where it is global, else one that returns a number. */
function codeOf({ name, source }: Changed): SectionDescription & { readonly content: Uint8Array } {
  const own = { name: `.text.${name}`, type: SHT.PROGBITS, flags: SHF.ALLOC | SHF.EXECINSTR, alignment: 16 };
  if (source !== undefined) return { ...own, content: returnsNumber(1).bytes };
  const relocations = [{ offset: 3, type: 'PC32', symbol: '.rodata.str1.1', addend: -4n }] as const;
  return { ...own, content: Uint8Array.of(0x48, 0x8d, 0x05, 0, 0, 0, 0, 0xc3), relocations };
}

/** The entries; of each, new_addr is relocated before its name. */
function functionsOf(changed: readonly Changed[], revision: Revision): readonly SectionDescription[] {
  const { size, encode, fields } = LIVEPATCH_FUNC[revision];
  const names = changed.map((one) => Buffer.from(`${mangled(one)}\0`));
  const nameAt = (index: number): number => Buffer.concat(names.slice(0, index)).length;
  const entries = changed.map((one) =>
    encode({
      old_addr: one.oldAddress ?? 0n,
      old_size: one.oldSize,
      new_size: codeOf(one).content.length,
      version: PAYLOAD_VERSION[revision],
    }),
  );
  const relocations = changed.flatMap((one, index) => [
    { offset: index * size + fields.new_addr.offset, type: '64', symbol: mangled(one) } as const,
    {
      offset: index * size + fields.name.offset,
      type: '64',
      symbol: '.livepatch.strings',
      addend: BigInt(nameAt(index)),
    } as const,
  ]);
  return [
    { name: '.livepatch.strings', ...READ_ONLY, entsize: 1, content: Buffer.concat(names) },
    {
      name: '.livepatch.funcs',
      ...READ_ONLY,
      alignment: 8,
      entsize: size,
      content: Buffer.concat(entries),
      relocations,
    },
  ];
}

function builtByTools(
  changed: readonly Changed[],
  { hypervisor }: EmulatedTarget,
  more: readonly SymbolDescription[],
): Uint8Array {
  const { revision, buildId } = hypervisor;
  const depends = { ...READ_ONLY, content: buildIdNote(buildId) };
  const sections: readonly SectionDescription[] = [
    ...changed.map(codeOf),
    {
      name: '.rodata.str1.1',
      ...READ_ONLY,
      flags: SHF.ALLOC | SHF.MERGE | SHF.STRINGS,
      entsize: 1,
      content: TEXT,
    },
    ...functionsOf(changed, revision),
    { name: '.note.gnu.build-id', ...READ_ONLY, type: SHT.NOTE, alignment: 4, content: buildIdNote(OWN_BUILD_ID) },
    { name: '.livepatch.depends', ...depends },
    ...(revision === 2 ? [{ name: '.livepatch.xen_depends', ...depends }] : []),
  ];
  const symbols: readonly SymbolDescription[] = [
    { name: 'common/version.c', binding: 'LOCAL', type: 'FILE', section: { special: 'ABS' } },
    ...sections.map(({ name }) => ({ name: '', binding: 'LOCAL', type: 'SECTION', section: name }) as const),
    ...changed.map((one): SymbolDescription => ({
      name: mangled(one),
      binding: one.source === undefined ? 'GLOBAL' : 'LOCAL',
      type: 'FUNC',
      section: `.text.${one.name}`,
      size: codeOf(one).content.length,
    })),
    ...more,
  ];
  return elfObject({ sections, symbols }, revision).bytes;
}

const undefinedSymbol = (name: string): SymbolDescription => {
  return { name, binding: 'GLOBAL', type: 'NOTYPE', section: { special: 'UNDEF' } };
};

/** A global function, and what else the hypervisor has. */
function assertGood(target: EmulatedTarget, locals: readonly Changed[], symbols: readonly SymbolDescription[]): void {
  const size = target.image.size('xen_extra_version') ?? 0;
  const changed = [{ name: 'xen_extra_version', oldSize: size }, ...locals];
  const { functions, ...verdict } = createJudge(target)('fix.livepatch', builtByTools(changed, target, symbols));
  assert.deepEqual(
    [verdict.upload, verdict.ok],
    [{ rc: 0, refusal: undefined }, true],
    JSON.stringify(verdict.console),
  );
  assert.deepEqual(
    functions.map(({ name }) => name),
    changed.map(mangled),
  );
  for (const { after: patched, before, restored } of functions) {
    // After endbr64 if the function begins with it.
    assert.ok([patched?.[0], patched?.[4]].includes(0xe9));
    assert.deepEqual(restored, before);
  }
}

describe('a file as livepatch-build-tools makes it is good', () => {
  for (const revision of [1, 2] as const)
    test(`for the reference, revision ${revision}`, () => {
      const target = createReference({ revision });
      after(() => target.close());
      assertGood(target, [], [undefinedSymbol('printk')]);
    });

  const file = findDebianXen() ?? '';
  const skip = file === '' ? "Debian's Xen has not been fetched: run the features with --target xen once" : false;
  const makers: Readonly<Record<string, () => EmulatedTarget>> = {
    "the reference on Debian's Xen": () => createReference({ revision: 2, foreign: foreignImage(file) }),
    "Debian's Xen": () => createXen({ file, say: () => undefined, selfCheck }),
  };
  for (const [name, make] of Object.entries(makers))
    test(`for ${name}, with functions and symbols that one source file alone knows`, { skip }, () => {
      const target = make();
      after(() => target.close());
      const { find } = foreignImage(file);
      const source = 'common/timer.c';
      const { address = 0n, size: oldSize = 0 } = find(`${source}#dump_timerq`) ?? {};
      const local = { name: 'dump_timerq', source, oldSize };
      const symbols = [undefinedSymbol('common/livepatch.c#livepatch_printall')];
      assertGood(target, [local], symbols);
      // As --prelink leaves it: addresses in place of names.
      const resolved: SymbolDescription = {
        name: 'printk',
        binding: 'GLOBAL',
        type: 'NOTYPE',
        section: { special: 'ABS' },
        value: find('printk')?.address ?? 0n,
      };
      assertGood(target, [{ ...local, oldAddress: address }], [resolved]);
    });
});
