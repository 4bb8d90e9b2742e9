/** Each rule of the loader by itself: a payload that breaks it is refused citing it, and not where it is forgotten. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadPayload } from '.';
import { SHT } from '../../../abi/elf';
import { ERRNO } from '../../../abi/errno';
import type { Revision } from '../../../abi/hypercall';
import { alter, duplicate, type Edit } from '../../../../payloads/builder/edit';
import { returnsNumber } from '../../../../payloads/builder/code';
import { cut, fieldAt, overwrite, type FieldValue } from '../../../../payloads/builder/overwrite';
import type { FunctionPatch, PayloadDescription } from '../../../../payloads/builder/payload';
import type { Option } from '../../../target';
import { LOAD_RULES } from '../../all-rules';
import { environment, example, IMAGE_START, LOADED_ID } from './fixtures';
import type { LoadEnvironment } from './types';

interface Example {
  readonly revision?: Revision;
  readonly bytes: (revision: Revision) => Uint8Array;
  /** The field that was written wrong. */
  readonly path?: string;
  readonly environment?: Partial<LoadEnvironment>;
}

const written = (changes: Readonly<Record<string, FieldValue>>, revision?: Revision): Example => ({
  ...(revision && { revision }),
  path: Object.keys(changes)[0] ?? '',
  bytes: (own) => overwrite(example(own), changes).bytes,
});
const described = (more: Partial<PayloadDescription>, revision?: Revision): Example => ({
  ...(revision && { revision }),
  bytes: (own) => example(own, more).bytes,
});
const edited = (edit: Edit, revision?: Revision): Example => described({ edits: [edit] }, revision);
const patching = (patch: Partial<FunctionPatch>, revision?: Revision): Example =>
  described(
    { functions: [{ name: 'xen_extra_version', oldSize: 13, replacement: returnsNumber(1), ...patch }] },
    revision,
  );
const emptied = (name: string, revision?: Revision): Example =>
  edited(alter(name, { content: new Uint8Array(), relocations: [] }), revision);
const sized = (name: string, size: number, relocated: boolean): Example =>
  edited(alter(name, { content: new Uint8Array(size), ...(relocated ? {} : { relocations: [] }) }));

/** For a hypervisor with an option. */
const optional = (option: Option, shown: Example, more: Partial<LoadEnvironment> = {}): Example => ({
  ...shown,
  environment: { options: new Set([option]), ...more },
});
const data: Partial<LoadEnvironment> = { isData: () => true };
const compiledBy = (content: Uint8Array): Example =>
  described({ sections: [{ name: '.comment', type: SHT.PROGBITS, flags: 0n, alignment: 1, content }] });

const FAR = 0x7fff_0000_0000n;
const NOTE = 'note[.livepatch.depends]';

const EXAMPLES: Readonly<Record<string, Example>> = {
  'file-shorter-than-header': { bytes: (own) => cut(example(own), 63).bytes },
  magic: written({ 'header.ei_mag0': 0 }),
  version: written({ 'header.e_version': 2 }),
  'ident-version': written({ 'header.ei_version': 0 }),
  'abi-version': written({ 'header.ei_abiversion': 1 }),
  'os-abi': written({ 'header.ei_osabi': 3 }),
  'not-relocatable': written({ 'header.e_type': 2 }),
  'program-headers': written({ 'header.e_phnum': 1 }),
  machine: written({ 'header.e_machine': 3 }),
  class: written({ 'header.ei_class': 1 }),
  'byte-order': written({ 'header.ei_data': 2 }),
  'section-names-absent': written({ 'header.e_shstrndx': 0 }),
  'too-many-sections': written({ 'header.e_shnum': 1024 }),
  'section-names-past-end': written({ 'header.e_shstrndx': 200 }),
  'section-header-size': written({ 'header.e_shentsize': 63 }),
  'section-table-past-end': written({ 'header.e_shnum': 1000 }),

  'section-inside-header': written({ 'section[.bss].sh_offset': 63 }),
  'section-wraps': written({ 'section[.text].sh_size': -64 }),
  'section-past-end': written({ 'section[.text].sh_size': 0x10000 }),
  'section-alignment': written({ 'section[.text].sh_addralign': 3 }),
  'section-address-misaligned': written({ 'section[.text].sh_addr': 1 }),
  'nobits-too-large': written({ 'section[.bss].sh_size': 0x200001 }),
  'second-symbol-table': { ...written({ 'section[.rodata].sh_type': 2 }), path: 'section[.symtab].sh_type' },
  'symbol-table-link': written({ 'section[.symtab].sh_link': 200 }),
  'symbol-table-absent': written({ 'section[.symtab].sh_type': 1 }),
  'symbol-table-empty': written({ 'section[.symtab].sh_size': 0 }),
  'symbol-size': written({ 'section[.symtab].sh_entsize': 8 }),
  'symbol-table-size': written({ 'section[.symtab].sh_size': 25 }),
  'string-table-type': written({ 'section[.strtab].sh_type': 1 }),
  'string-table-empty': written({ 'section[.strtab].sh_size': 0 }),
  'string-table-start': written({ 'section[.strtab].data': '41' }),
  'string-table-end': written({ 'section[.strtab].sh_size': 3 }),
  'section-name-outside': written({ 'section[.rodata].sh_name': 0xffff }),
  'symbol-name-outside': written({ 'symbol[counter].st_name': 0xffff }),
  'writable-and-executable': written({ 'section[.data].sh_flags': 7 }),
  'no-room': { ...described({}), environment: { place: () => undefined } },

  'common-symbol': written({ 'symbol[counter].st_shndx': 0xfff2 }),
  'unknown-symbol': written({ 'symbol[begins_with_endbr].st_name': 0 }),
  'reserved-section-index': written({ 'symbol[counter].st_shndx': 0xff00 }),
  'symbol-section-past-end': written({ 'symbol[counter].st_shndx': 200 }),

  'relocation-target-absent': written({ 'section[.rela.text].sh_info': 0 }),
  'relocation-target-past-end': written({ 'section[.rela.text].sh_info': 200 }),
  'relocation-symbol-table': written({ 'section[.rela.text].sh_link': 0 }),
  'relocation-size': written({ 'section[.rela.text].sh_entsize': 16 }),
  'relocation-table-size': written({ 'section[.rela.text].sh_size': 25 }),
  'relocation-without-addend': written({ 'section[.rela.text].sh_type': 9 }),
  'relocation-symbol-zero': written({ '.rela.text[0].r_sym': 0 }),
  'relocation-symbol-past-end': written({ '.rela.text[0].r_sym': 999 }),
  'relocation-symbol-not-placed': written({ 'section[.rodata].sh_flags': 0 }),
  'relocation-type': written({ '.rela.text[0].r_type': 8 }),
  'relocation-past-end': written({ '.rela.text[0].r_offset': -2 }),
  'relocation-overflow': written({ '.rela.text[0].r_addend': FAR }),

  'depends-missing': described({ depends: undefined }),
  'xen-depends-missing': described({ xenDepends: undefined }, 2),
  'build-id-missing': described({ buildId: undefined }),
  'functions-missing': described({ functions: [] }, 1),
  'functions-empty': emptied('.livepatch.funcs', 1),
  'patching-section-empty': emptied('.livepatch.hooks.unload', 2),
  'nothing-to-patch': described({ functions: [], hooks: {}, sections: [] }, 2),
  'special-section-not-allocated': written({ 'section[.livepatch.depends].sh_flags': 0 }),
  'special-section-twice': edited(duplicate('.livepatch.depends')),

  'xen-depends-malformed': written({ 'note[.livepatch.xen_depends].type': 4 }, 2),
  'xen-depends-mismatch': described({ xenDepends: LOADED_ID }, 2),
  'note-type': written({ [`${NOTE}.type`]: 4 }),
  'note-owner': written({ [`${NOTE}.name`]: '58656e00' }),
  'note-past-end': written({ [`${NOTE}.descsz`]: 21 }),
  'note-without-build-id': written({ [`${NOTE}.descsz`]: 0 }),
  'build-id-loaded': described({ buildId: LOADED_ID }),

  'functions-size-64': written({ 'section[.livepatch.funcs].sh_size': 191 }, 1),
  'functions-size-104': written({ 'section[.livepatch.funcs].sh_size': 311 }, 2),
  'function-version-1': patching({ version: 2 }, 1),
  'function-version-2': patching({ version: 1 }, 2),
  'function-opaque': patching({ opaque: Uint8Array.of(0, 1) }),
  'function-applied': patching({ applied: 1 }, 2),
  'function-old-size-zero': patching({ oldSize: 0, replacement: undefined, newSize: 0 }),
  'function-without-name': written({ '.rela.livepatch.funcs[0].r_type': 0 }),
  'function-unknown': patching({ name: 'no_such_function' }),
  'nop-too-long': patching({ oldSize: 40, newSize: 32, replacement: undefined }),
  'nop-longer-than-function': patching({ oldSize: 10, newSize: 11, replacement: undefined }),
  'function-too-short': patching({ oldSize: 4 }),
  'function-not-mapped': patching({ oldAddress: IMAGE_START - 4n }),
  'function-too-short-behind-endbr': written({ '.livepatch.funcs[2].old_size': 8 }, 2),
  'nop-too-short-behind-endbr': patching({ name: 'begins_with_endbr', newSize: 4, replacement: undefined }, 2),
  displacement: patching({ replacement: IMAGE_START + 0x100n + 5n + 0x8000_0000n }),
  'new-function-outside': patching({ replacement: IMAGE_START + 0x100n + 5n + 0x7fff_ffffn }),

  'further-relocation-overflow': optional(
    'further-relocations',
    described({
      symbols: [{ name: 'big', binding: 'LOCAL', type: 'NOTYPE', section: { special: 'ABS' }, value: 0x100n }],
      relocations: { '.rodata': [{ offset: 0, type: '8', symbol: 'big' }] },
    }),
  ),
  'function-protected': optional('protected-functions', patching({}), { isProtected: () => true }),
  'data-new-outside': optional('data-patching', patching({}), data),
  'data-too-long': optional('data-patching', patching({ replacement: { symbol: '.rodata' }, newSize: 14 }), data),
  'compiler-named': optional('same-compiler', patching({})),
  'compiler-same': optional('same-compiler', compiledBy(Buffer.from('GCC: (fixtures) 1.0\0another\0'))),

  'hooks-size': sized('.livepatch.hooks.load', 12, false),
  'single-hook-size': { ...sized('.livepatch.hooks.preapply', 16, false), revision: 2 },
  'load-hook-outside': written({ '.rela.livepatch.hooks.load[1].r_addend': 0x1000 }),
  'unload-hook-outside': written({ '.rela.livepatch.hooks.unload[0].r_addend': -1 }),
  'single-hook-outside': written({ '.rela.livepatch.hooks.postrevert[0].r_addend': 0x1000 }, 2),

  'bug-frames-size': sized('.bug_frames.3', 17, true),
  'alternatives-size': sized('.altinstructions', 30, true),
  'alternative-original-outside': written({ '.rela.altinstructions[0].r_addend': 0x1000 }),
  'alternative-replacement-outside': written({ '.rela.altinstructions[3].r_addend': 8 }),
  'alternative-too-long': written({ 'section[.altinstructions].data': '0000000000000000' + '00000203' }),
  'alternative-feature': written({ 'section[.altinstructions].data': '0000000000000000' + 'ffff0403' }),
  'exception-table-size': sized('.ex_table', 17, true),
  'modinfo-unterminated': described({ metadata: Uint8Array.of(0x61, 0x3d) }, 2),

  'new-symbol-of-hypervisor': described({ data: { printk: new Uint8Array(8) } }),
  'new-symbol-of-payload': described({ data: { loaded_before: new Uint8Array(8) } }),
};

/** What is refused for nothing that is in the file. */
const NOWHERE: ReadonlySet<string> = new Set(['no-room', 'compiler-named']);

const order = new Map(LOAD_RULES.map(({ name }, index) => [name, index]));

describe('rules of the loader', () => {
  it('have an example each', () => {
    assert.deepEqual(new Set(Object.keys(EXAMPLES)), new Set(order.keys()));
  });

  for (const { name, clause, errno, field, says, revision: only } of LOAD_RULES) {
    const shown = EXAMPLES[name];
    if (shown === undefined) continue;
    for (const revision of [1, 2] as const) {
      if ((only ?? shown.revision ?? revision) !== revision) continue;
      it(`${name}, revision ${revision}`, () => {
        const bytes = shown.bytes(revision);
        const strict = loadPayload(bytes, environment(revision, shown.environment));
        assert.ok(!strict.ok, 'expected a refusal');
        assert.deepEqual(
          { rule: strict.refusal.rule, clause: strict.refusal.clause, errno: strict.refusal.errno },
          { rule: name, clause, errno: -ERRNO[errno] },
        );
        assert.match(strict.refusal.says, /^\S(?!.*undefined).*\.$/);
        assert.notEqual(strict.refusal.says, says);
        assert.notEqual(strict.refusal.where, '');
        assert.equal(strict.refusal.field, field);
        assert.equal(strict.refusal.offset === undefined, NOWHERE.has(name));
        if (field !== undefined && shown.path?.endsWith(`.${field}`) === true)
          assert.equal(strict.refusal.offset, fieldAt(example(revision), shown.path).offset);

        const forgetful = environment(revision, { ...shown.environment, forgotten: new Set([name]) });
        const lenient = loadPayload(bytes, forgetful);
        if (lenient.ok) return;
        const later = order.get(lenient.refusal.rule) ?? -1;
        assert.ok(later > (order.get(name) ?? 0), `expected a later rule than ${name}, got ${lenient.refusal.rule}`);
      });
    }
  }
});
