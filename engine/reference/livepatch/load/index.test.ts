import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadPayload, type LoadedPayload } from '.';
import { SHF, SHT } from '../../../abi/elf';
import type { Revision } from '../../../abi/hypercall';
import { returnsAddressOf } from '../../../../payloads/builder/code';
import { overwrite } from '../../../../payloads/builder/overwrite';
import type { PayloadDescription } from '../../../../payloads/builder/payload';
import { environment, example, HYPERVISOR_ID, HYPERVISOR_SYMBOLS, OWN_ID, PAYLOAD_AREA } from './fixtures';
import type { LoadEnvironment } from './types';

function load(
  revision: Revision,
  more: Partial<PayloadDescription> = {},
  hypervisor: Partial<LoadEnvironment> = {},
): LoadedPayload {
  const result = loadPayload(example(revision, more).bytes, environment(revision, hypervisor));
  assert.ok(result.ok, result.ok ? '' : `refused: ${result.refusal.rule} at ${result.refusal.where}`);
  return result.value;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const symbol = (name: string): bigint => HYPERVISOR_SYMBOLS.get(name) ?? 0n;

/** Bytes of the loaded payload. */
function at({ base, regions }: LoadedPayload, address: bigint, length: number): Buffer {
  const memory = Buffer.concat(regions.map(({ bytes }) => bytes));
  return memory.subarray(Number(address - base), Number(address - base) + length);
}

function addressOf({ sections }: LoadedPayload, name: string): bigint {
  return sections.find((section) => section.name === name)?.address ?? 0n;
}

for (const revision of [1, 2] as const) {
  describe(`a payload of revision ${revision}, loaded`, () => {
    const payload = load(revision);
    const text = addressOf(payload, '.text');

    it('lies in three regions of whole pages (PLACE-2)', () => {
      assert.deepEqual(
        payload.regions.map(({ name, start, permissions, bytes }) => [name, start, permissions, bytes.length]),
        [
          ['text', PAYLOAD_AREA, 'r-x', 4096],
          ['data', PAYLOAD_AREA + 0x1000n, 'rw-', 4096],
          ['rodata', PAYLOAD_AREA + 0x2000n, 'r--', 4096],
        ],
      );
    });

    it('has its sections on their alignment, in the order of the file, and no tables (PLACE-3)', () => {
      const bss = payload.sections.find(({ name }) => name === '.bss');
      assert.deepEqual([bss?.address, bss?.size], [PAYLOAD_AREA + 0x1008n, 16]);
      assert.equal(text, PAYLOAD_AREA);
      assert.ok(!payload.sections.some(({ name }) => name.startsWith('.rela') || name === '.symtab'));
    });

    it('has its relocations done: a relative one in the text, an absolute one in the table (REL-1)', () => {
      const [hello] = payload.functions;
      const string = text + 7n + BigInt(at(payload, text + 3n, 4).readInt32LE());
      assert.equal(at(payload, string, 12).toString(), 'Hello World\0');
      assert.equal(hello?.newAddress, text);
    });

    it('says what is written over each function (TRAMP-1, FUNC-5, V2-CET-1)', () => {
      const [hello, nop, endbr] = payload.functions;
      const jump = (from: bigint, to: bigint): string => {
        const bytes = Buffer.from([0xe9, 0, 0, 0, 0]);
        bytes.writeInt32LE(Number(to - from - 5n), 1);
        return hex(bytes);
      };
      const extra = symbol('xen_extra_version');
      assert.ok(hello && nop && endbr);
      assert.equal(hello.patchAt, extra);
      assert.equal(hex(hello.patch), jump(extra, text));
      assert.equal(hex(nop.patch), '660f1f840000000000' + '90');
      const behind = symbol('begins_with_endbr') + (revision === 2 ? 4n : 0n);
      assert.equal(endbr.patchAt, behind);
      assert.equal(hex(endbr.patch), jump(behind, text + 16n));
    });

    it('finds old functions by name, and leaves the address in the entry (FUNC-3)', () => {
      const [hello] = payload.functions;
      assert.ok(hello);
      assert.equal(hello.oldAddress, symbol('xen_extra_version'));
      assert.equal(at(payload, hello.entryAddress + 16n, 8).readBigUInt64LE(), hello.oldAddress);
    });

    it('decodes an expectation (V2-FUNC-3)', () => {
      const expected = revision === 2 ? { reserved: 0, bytes: Uint8Array.of(0xf3, 0x0f) } : undefined;
      assert.deepEqual(payload.functions[2]?.expect, expected);
    });

    it('counts its data as new symbols, its functions not (SYM-3)', () => {
      assert.deepEqual([...payload.newSymbols], [['counter', PAYLOAD_AREA + 0x1000n]]);
      assert.deepEqual(
        payload.symbols.map(({ name, isNew }) => [name, isNew]),
        [
          ['xen_extra_version', false],
          ['begins_with_endbr.new', false],
          ['counter', true],
        ],
      );
    });

    it('has hooks, build-ids and metadata', () => {
      assert.deepEqual(payload.hooks, {
        load: [text + 0x20n, text + 0x30n],
        unload: [text + 0x40n],
        ...(revision === 2 ? { preapply: text + 0x50n, postrevert: text + 0x60n } : {}),
      });
      assert.deepEqual(payload.buildId, OWN_ID);
      assert.deepEqual(payload.depends, HYPERVISOR_ID);
      assert.deepEqual(payload.xenDepends, revision === 2 ? HYPERVISOR_ID : undefined);
      assert.equal(Buffer.from(payload.metadata).toString(), revision === 2 ? 'author=someone\0' : '');
    });

    it('has the alternatives of the CPU in place, padded, and others not (ALT-1)', () => {
      assert.equal(hex(at(payload, text + 0x20n, 8)), '0f01cb90' + '00c39090');
    });

    it('has its exception table sorted, in memory too (EXC-3)', () => {
      assert.deepEqual(payload.exceptionTable, [
        { address: text + 2n, fixup: text + 3n },
        { address: text + 8n, fixup: text + 9n },
      ]);
      const table = addressOf(payload, '.ex_table');
      assert.equal(table + BigInt(at(payload, table, 4).readInt32LE()), text + 2n);
      assert.equal(table + 12n + BigInt(at(payload, table + 12n, 4).readInt32LE()), text + 9n);
    });

    it('has its bug frames, the line whole in spite of a negative displacement (EXC-5)', () => {
      const rodata = addressOf(payload, '.rodata');
      assert.deepEqual(payload.bugFrames, [
        {
          address: text + 0x10n,
          kind: 'assert',
          pointer: rodata,
          line: 300,
          file: 'a file',
          message: 'a message',
        },
      ]);
    });
  });
}

describe('loading', () => {
  it('takes the hypervisor’s symbol before that of a payload (SYM-4)', () => {
    const functions = [{ name: 'xen_extra_version', oldSize: 13, replacement: returnsAddressOf('loaded_before') }];
    const own = load(2, { functions, sections: [] });
    assert.equal(at(own, own.base + 2n, 8).readBigUInt64LE(), PAYLOAD_AREA - 0x1000n);
    const both = load(
      2,
      { functions, sections: [] },
      {
        hypervisorSymbol: (name) => (name === 'loaded_before' ? 0x1234n : HYPERVISOR_SYMBOLS.get(name)),
      },
    );
    assert.equal(at(both, both.base + 2n, 8).readBigUInt64LE(), 0x1234n);
  });

  it('leaves alternatives alone that the CPU has no use for (ALT-1)', () => {
    const payload = load(2, {}, { cpuHas: () => false });
    assert.equal(hex(at(payload, payload.base + 0x20n, 4)), 'b8000000');
  });

  /** The first place with an alternative, in a payload whose cpuid it is; or the rule that refuses the payload. */
  function withCpuid(cpuid: number, hypervisor: Partial<LoadEnvironment> = {}): string {
    const { bytes } = overwrite(example(2), { '.altinstructions[0].cpuid': cpuid });
    const result = loadPayload(bytes, environment(2, hypervisor));
    return result.ok ? hex(at(result.value, result.value.base + 0x20n, 4)) : result.refusal.rule;
  }

  it('puts an alternative in place that is for CPUs without a feature, where the CPU lacks it (ALT-5)', () => {
    assert.deepEqual(
      [0x8000, 0x801f].map((cpuid) => withCpuid(cpuid)),
      ['b8000000', '0f01cb90'],
    );
  });

  it('takes any feature of the hypervisor, by the number of its feature words where that is known (ALT-4)', () => {
    const words = (featureWords: number | undefined) =>
      [0x2eb, 0x82eb].map((cpuid) => withCpuid(cpuid, { featureWords }));
    assert.deepEqual(words(25), ['b8000000', '0f01cb90']);
    assert.deepEqual(words(undefined), ['b8000000', '0f01cb90']);
    assert.deepEqual(words(23), ['alternative-feature', 'alternative-feature']);
  });

  it('takes a payload without text, and one without data again (FMT-2, BSS-8)', () => {
    const functions = [{ name: 'xen_minor_version', oldSize: 10, newSize: 7, replacement: undefined }];
    const bare = { functions, hooks: {}, sections: [], data: new Uint8Array() };
    const nops = load(1, { ...bare, bss: 0 });
    assert.deepEqual(
      nops.regions.map(({ name }) => name),
      ['data', 'rodata'],
    );
    assert.equal(nops.reappliable, true);
    assert.equal(load(1, { ...bare, bss: 1 }).reappliable, false);
  });

  it('moves a jump in a replacement with it (ALT-6)', () => {
    const code = { type: SHT.PROGBITS, flags: SHF.ALLOC | SHF.EXECINSTR, alignment: 1 };
    const pc32 = (offset: number, name: string) => ({ offset, type: 'PC32' as const, symbol: name });
    const entry = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 5);
    const payload = load(1, {
      sections: [
        { name: '.text.alt', ...code, content: new Uint8Array(5).fill(0x90) },
        { name: '.altinstr_replacement', ...code, content: Uint8Array.of(0xe9, 0, 0, 0, 0) },
        {
          name: '.altinstructions',
          type: SHT.PROGBITS,
          flags: SHF.ALLOC,
          alignment: 4,
          content: entry,
          relocations: [pc32(0, '.text.alt'), pc32(4, '.altinstr_replacement')],
        },
      ],
    });
    const original = addressOf(payload, '.text.alt');
    const target = addressOf(payload, '.altinstr_replacement') + 5n;
    assert.equal(at(payload, original, 1)[0], 0xe9);
    assert.equal(original + 5n + BigInt(at(payload, original + 1n, 4).readInt32LE()), target);
  });

  it('cites the first rule that is broken in the order of loading', () => {
    const bytes = example(2, { xenDepends: undefined, data: { printk: new Uint8Array(8) }, depends: undefined }).bytes;
    const rules: string[] = [];
    for (let forgotten = new Set<string>(); ; forgotten = new Set(rules)) {
      const result = loadPayload(bytes, environment(2, { forgotten }));
      if (result.ok) break;
      rules.push(result.refusal.rule);
    }
    assert.deepEqual(rules, ['depends-missing', 'xen-depends-missing', 'new-symbol-of-hypervisor']);
  });

  it('asks in revision 2 for the right hypervisor before it looks at functions', () => {
    const functions = [{ name: 'no_such_function', oldSize: 0, replacement: undefined }];
    const bytes = example(2, { xenDepends: OWN_ID, functions }).bytes;
    const result = loadPayload(bytes, environment(2));
    assert.equal(result.ok ? '' : result.refusal.rule, 'xen-depends-mismatch');
  });
});
