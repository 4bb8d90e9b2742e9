/** Each warning, with a payload that gets it and one just beside it that does not. */
import assert from 'node:assert/strict';
import { calls, hookReturning, increments, jumpsTo, writesByte } from '../../../payloads/builder/code';
import { overwrite } from '../../../payloads/builder/overwrite';
import { livepatch } from '../../../payloads/builder/payload';
import { jump } from '../../abi/code';
import { SHF, SHT } from '../../abi/elf';
import { LIMITS } from '../../abi/hypercall';
import { DEPENDS } from '../../abi/sections';
import { ALTERNATIVE, BUG_FRAME, EXCEPTION } from '../../abi/tables';
import type { EmulatedTarget } from '../../target';
import { inspect } from '../inspect';
import {
  addressOf,
  patch,
  PATCHED,
  payload,
  reference,
  sizeOf,
  warningsOf,
  withCopies,
  withImage,
  withInit,
  withoutExpectation,
} from './fixtures';
import { createTogether, type Warning } from '.';

export interface Example {
  readonly name: string;
  readonly gets: () => readonly Warning[];
  readonly beside: () => readonly Warning[];
  readonly says?: RegExp;
}

const old = addressOf(PATCHED);
/** Where tables of the hypervisor's are put that it does not have: no payload comes there. */
const TABLE = old + 0x4000_0000n;
/** Where a function begins that is not patched. */
const other = addressOf('do_xen_version');

const section = (name: string, size: number, flags = 0n) => ({
  name,
  type: SHT.PROGBITS,
  flags,
  alignment: 1,
  content: new Uint8Array(size),
});
const withSection = (name: string, size: number, flags?: bigint) =>
  warningsOf(payload({ sections: [section(name, size, flags)] }));

/** A jump in the payload to so many bytes behind the start of the patched function. */
const jumpsBehind = (offset: number) => ({
  bytes: Uint8Array.of(0xe9, 0, 0, 0, 0),
  relocations: [{ offset: 1, type: 'PC32' as const, target: { symbol: PATCHED }, addend: BigInt(offset - 4) }],
});
const own = { symbol: 'mine' };

/** An image with a jump from the start of another function to this place. */
const withJumpTo = (address: bigint): EmulatedTarget => withImage({ bytes: [[other, jump(other, address)]] });

const withTable = (from: string, to: string, table: Uint8Array): EmulatedTarget =>
  withImage({ symbols: { [from]: TABLE, [to]: TABLE + BigInt(table.length) }, bytes: [[TABLE, table]] });
const fromTable = (address: bigint): number => Number(address - TABLE);

const alternative = (address: bigint) =>
  ({ orig: fromTable(address), repl: fromTable(old), orig_len: 3, repl_len: 3 }) as const;
const alternatives = (table: Uint8Array): EmulatedTarget =>
  withTable('__alt_instructions', '__alt_instructions_end', table);
const withAlternative = (address: bigint): EmulatedTarget =>
  alternatives(ALTERNATIVE.padded.encode(alternative(address)));
const withException = (address: bigint): EmulatedTarget =>
  withTable('__start___ex_table', '__stop___ex_table', EXCEPTION.encode({ addr: fromTable(address), cont: 0 }));
/** The displacement of a frame has 24 bits: the table is near. */
function withBugFrame(address: bigint, from = '__start_bug_frames_2', to = '__stop_bug_frames_2'): EmulatedTarget {
  const table = old + 0x1000n;
  const frame = BUG_FRAME.encode({ loc: Number(address - table) & 0xff_ffff, ptr: 0 });
  return withImage({
    symbols: { [from]: table, [to]: table + BigInt(frame.length) },
    bytes: [[table, frame]],
  });
}

const counter = addressOf('hypervisor_counter');
const counts = payload({ hooks: { load: [increments('hypervisor_counter')] } });

/** A payload of a whole file of so many bytes: what it is filled with is not loaded. */
const ofSize = (size: number): Uint8Array => {
  const filled = (fill: number) => payload({ sections: [section('.fill', fill)] });
  return filled(size - filled(0x1000).length + 0x1000);
};
const NEAR = (LIMITS.payload / 8) * 7;

function withAlignment(name: string, alignment: number): readonly Warning[] {
  const { bytes } = overwrite(
    livepatch({
      revision: 2,
      buildId: new Uint8Array(20).fill(7),
      depends: reference.hypervisor.buildId,
      xenDepends: reference.hypervisor.buildId,
      functions: [patch()],
    }),
    { [`section[${name}].sh_addralign`]: alignment },
  );
  return warningsOf(bytes);
}

/** What is said of the second of two payloads, with the files that are below each. */
function second(...[firstOn, thenOn]: readonly [readonly string[], readonly string[]]): readonly Warning[] {
  const say = createTogether();
  const { functions } = inspect(payload(), reference, 0n);
  assert.deepEqual(say('one', firstOn, functions), []);
  return say('two', thenOn, functions);
}

export const EXAMPLES: readonly Example[] = [
  {
    name: 'patches-init-code',
    gets: () => warningsOf(payload(), withInit(old, old + 1n)),
    beside: () => warningsOf(payload(), withInit(old - 16n, old)),
  },
  {
    name: 'patches-data',
    gets: () => warningsOf(payload({ functions: [patch({ name: 'hypervisor_counter' })] })),
    beside: () => warningsOf(payload()),
    says: /^hypervisor_counter is data: a jump will be written over it\.$/,
  },
  {
    name: 'old-size-differs',
    gets: () => warningsOf(payload({ functions: [patch({ oldSize: sizeOf(PATCHED) + 1 })] })),
    beside: () => warningsOf(payload()),
    says: /^old_size is \d+, but xen_extra_version has \d+ bytes\.$/,
  },
  {
    name: 'jump-beyond-function',
    gets: () => warningsOf(payload({ functions: [patch({ oldAddress: addressOf('four_bytes') + 12n })] })),
    // Padding is there to be used.
    beside: () => warningsOf(payload({ functions: [patch({ name: 'four_bytes', oldSize: 5 })] })),
    says: /^The 5 bytes that are patched reach beyond xen_extra_version, into five_bytes\.$/,
  },
  {
    name: 'nops-beyond-function',
    gets: () =>
      warningsOf(
        payload({ functions: [patch({ name: 'four_bytes', oldSize: 17, replacement: undefined, newSize: 17 })] }),
      ),
    beside: () =>
      warningsOf(
        payload({ functions: [patch({ name: 'four_bytes', oldSize: 17, replacement: undefined, newSize: 16 })] }),
      ),
  },
  {
    name: 'new-function-no-code',
    gets: () => warningsOf(payload({ functions: [patch({ replacement: counter })] })),
    beside: () => warningsOf(payload({ functions: [patch({ replacement: other })] })),
  },
  {
    name: 'jump-into-patch',
    gets: () => warningsOf(payload(), withJumpTo(old + 4n)),
    beside: () => warningsOf(payload(), withJumpTo(old + 5n)),
    says: /^do_xen_version of the hypervisor leads to xen_extra_version\+0x4, into the middle/,
  },
  {
    name: 'alternative-in-patch',
    gets: () => warningsOf(payload(), withAlternative(old + 4n)),
    beside: () => warningsOf(payload(), withAlternative(old + 5n)),
  },
  {
    name: 'exception-in-patch',
    gets: () => warningsOf(payload(), withException(old + 4n)),
    beside: () => warningsOf(payload(), withException(old + 5n)),
  },
  {
    name: 'bug-frame-in-patch',
    gets: () => warningsOf(payload(), withBugFrame(old)),
    beside: () => warningsOf(payload(), withBugFrame(old + 5n)),
  },
  {
    name: 'new-function-endless',
    gets: () => warningsOf(payload({ functions: [patch({ ...own, replacement: jumpsTo(PATCHED) })] })),
    // Another function that calls the patched one gets the new one.
    beside: () => warningsOf(payload({ functions: [patch(own)], defines: { helper: calls(PATCHED) } })),
    says: /^The new function may never return: \.text\+0x0 of the payload leads to xen_extra_version, which/,
  },
  {
    name: 'jumps-back-into-patch',
    gets: () => warningsOf(payload({ functions: [patch({ ...own, replacement: jumpsBehind(4) })] })),
    beside: () => warningsOf(payload({ functions: [patch({ ...own, replacement: jumpsBehind(5) })] })),
  },
  {
    name: 'inlined-copies',
    gets: () => warningsOf(payload(), withCopies([[old, other, 4n]])),
    beside: () =>
      warningsOf(payload({ functions: [patch(), patch({ name: 'do_xen_version' })] }), withCopies([[old, other, 4n]])),
    says: /^An inlined copy of xen_extra_version keeps the old code, in a function that the payload does not patch: do_xen_version\+0x4\.$/,
  },
  {
    name: 'runs-while-patching',
    gets: () => warningsOf(payload(), withImage({ names: { [PATCHED]: 'context_switch' } })),
    beside: () => warningsOf(payload(), withImage({ names: { [PATCHED]: 'context_switches' } })),
  },
  {
    name: 'on-the-way-to-patching',
    gets: () => warningsOf(payload({ functions: [patch({ name: 'do_sysctl' })] })),
    beside: () => warningsOf(payload({ functions: [patch({ name: 'do_domctl' })] })),
  },
  {
    name: 'refers-to-init',
    gets: () => warningsOf(counts, withInit(counter, counter + 8n)),
    beside: () => warningsOf(counts, withInit(counter + 8n, counter + 16n)),
    says: /^The payload uses hypervisor_counter, init code or data/,
  },
  {
    name: 'alignment-zero',
    gets: () => withAlignment(DEPENDS, 0),
    beside: () => withAlignment(DEPENDS, 1),
  },
  {
    name: 'alignment-above-page',
    gets: () => withAlignment('.text', 8192),
    beside: () => withAlignment('.text', 4096),
  },
  {
    name: 'never-run',
    gets: () => withSection('.init_array', 8, SHF.ALLOC),
    beside: () => withSection('.init_array', 0, SHF.ALLOC),
    says: /^Nothing calls the functions in \.init_array/,
  },
  {
    name: 'symbol-name-cut',
    gets: () => warningsOf(payload({ defines: { ['n'.repeat(127)]: hookReturning(0) } })),
    beside: () => warningsOf(payload({ defines: { ['n'.repeat(126)]: hookReturning(0) } })),
  },
  {
    name: 'no-expectation',
    gets: () => warningsOf(payload({ functions: [withoutExpectation()] })),
    beside: () => warningsOf(payload()),
    says: /^1 of 1 functions have no expectation/,
  },
  {
    name: 'name-cut',
    gets: () => warningsOf(payload(), reference, 'n'.repeat(128)),
    beside: () => warningsOf(payload(), reference, 'n'.repeat(127)),
  },
  {
    name: 'near-size-limit',
    gets: () => warningsOf(ofSize(NEAR)),
    beside: () => warningsOf(ofSize(NEAR - 64)),
  },
  {
    name: 'debug-information',
    gets: () => withSection('.debug_info', LIMITS.payload / 8),
    beside: () => withSection('.debug_info', LIMITS.payload / 8 - 1),
  },
  {
    name: 'data-changed',
    gets: () => warningsOf(counts),
    beside: () =>
      warningsOf(
        payload({ hooks: { load: [increments('hypervisor_counter')], unload: [writesByte('hypervisor_counter', 0)] } }),
      ),
    says: /^A hook changed 1 byte of hypervisor_counter, and UNLOAD did not restore it\.$/,
  },
  {
    name: 'patched-by-another',
    gets: () => second([], []),
    beside: () => second([], ['one']),
    says: /^one patches xen_extra_version too/,
  },
];

/** Further payloads that get a warning of a name, or do not. */
export const CASES: readonly (readonly [string, string, boolean, () => readonly Warning[]])[] = [
  ...['.preinit_array', '.fini_array', '.ctors', '.dtors', '.initcall1.init', '.init.setup', '.exitcall.exit'].map(
    (name) => ['never-run', name, true, () => withSection(name, 8, SHF.ALLOC)] as const,
  ),
  ['never-run', '.init_arrays', false, () => withSection('.init_arrays', 8, SHF.ALLOC)],
  ...['livepatch_op', 'livepatch_action', 'do_livepatch_op'].map(
    (name) =>
      [
        'on-the-way-to-patching',
        name,
        true,
        () => warningsOf(payload(), withImage({ names: { [PATCHED]: name } })),
      ] as const,
  ),
  [
    'alternative-in-patch',
    'of the plain form',
    true,
    () => warningsOf(payload(), alternatives(ALTERNATIVE.plain.encode(alternative(old)))),
  ],
  [
    'exception-in-patch',
    'where the fix-up continues',
    true,
    () =>
      warningsOf(
        payload(),
        withTable(
          '__start___ex_table',
          '__stop___ex_table',
          EXCEPTION.encode({ addr: fromTable(old - 16n), cont: Number(old + 1n - (TABLE + 4n)) }),
        ),
      ),
  ],
  [
    'bug-frame-in-patch',
    'in a table that begins where the one before ends',
    true,
    () => warningsOf(payload(), withBugFrame(old + 1n, '__stop_bug_frames_0', '__stop_bug_frames_1')),
  ],
  ['patched-by-another', 'on top of one between', false, () => second([], ['one', 'between'])],
  ['patched-by-another', 'below the one before', false, () => second(['two'], [])],
  ['patched-by-another', 'on top of another', true, () => second([], ['other'])],
];
