import assert from 'node:assert/strict';
import { it } from 'node:test';
import { HYPERCALL, LIST, LIVEPATCH_OP, LIVEPATCH_OP_HEADER, LIVEPATCH_OP_OFFSET, LIVEPATCH_UNION_OFFSET, SYSCTL_HEADER, SYSCTL_LIVEPATCH_OP, SYSCTL_SIZE } from '../abi/hypercall'; // prettier-ignore
import { withWholeLists } from './cut-short';

const PLACE = 0x1000n;

function listOf(nr: number, op: number = LIVEPATCH_OP.LIST): Uint8Array {
  const sysctl = new Uint8Array(SYSCTL_SIZE);
  sysctl.set(SYSCTL_HEADER.encode({ cmd: SYSCTL_LIVEPATCH_OP }));
  sysctl.set(LIVEPATCH_OP_HEADER.encode({ cmd: op }), LIVEPATCH_OP_OFFSET);
  sysctl.set(LIST[2].encode({ nr }), LIVEPATCH_UNION_OFFSET);
  return sysctl;
}

/** What a call returns where there are three payloads, and as many calls as `cuts` has entries are cut short after these. */
function ask(nr: number, cuts: readonly number[], op?: number) {
  const bytes = listOf(nr, op);
  let calls = 0;
  const make = (): bigint => {
    assert.equal(LIST[2].decode(bytes, LIVEPATCH_UNION_OFFSET).nr, nr, 'what is asked for');
    const written = Math.min(nr, cuts[calls++] ?? 3, 3);
    bytes.set(LIST[2].encode({ nr: 3 - written }), LIVEPATCH_UNION_OFFSET);
    return BigInt(written);
  };
  const write = (_address: bigint, to: Uint8Array): void => bytes.set(to);
  const tryRead = (address: bigint) => (address === PLACE ? bytes.slice() : undefined);
  const hypercall = withWholeLists(make, { write, tryRead }, 2);
  const returned = hypercall({ number: HYPERCALL.sysctl, arguments: [PLACE] });
  return [returned, calls];
}

it('makes a LIST again that was cut short, and no other call', () => {
  assert.deepEqual(ask(16, []), [3n, 1]);
  assert.deepEqual(ask(16, [1, 0]), [3n, 3]);
  assert.deepEqual(ask(2, [1]), [2n, 2]);
  assert.deepEqual(ask(0, []), [0n, 1], 'a probe');
  assert.deepEqual(ask(16, [1], LIVEPATCH_OP.GET), [1n, 1]);
});

it('gives up where each call is cut short', () => assert.deepEqual(ask(16, Array<number>(20).fill(1)), [1n, 11]));
