import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { CallOptions, Listing, Status } from '../engine/toolstack/toolstack';
import { perform, recordedText, statusOf, type Calls } from './calls';
import { readRecorded } from './data';
import type { Step } from './types';

const recordings = readRecorded(join(__dirname, 'data'));

/** What a recorded step has the toolstack do. */
function callsOf(step: Step): readonly unknown[] {
  const made: unknown[] = [];
  const listing: Listing = {
    returned: 1,
    version: 4,
    remaining: 2,
    entries: [{ name: 'p\xca', state: undefined, rc: -5, length: 3, metadata: Buffer.from('a=b\0') }],
    nameTotal: 3,
    metadataTotal: 4,
    buffer: () => new Uint8Array(0),
  };
  const status: Status = { returned: 0, state: 'APPLIED', rc: -22 };
  const noted =
    <Result>(operation: string, result: Result) =>
    (...args: readonly unknown[]): Result => {
      made.push(operation, ...args);
      return result;
    };
  const tools: Calls = {
    upload: (name, payload, options) => noted('upload', { returned: 0 })(name, payload.length, options),
    get: noted('get', status),
    list: noted('list', listing),
    action: noted('action', { returned: 0 }),
  };
  return [perform(tools, recordings, step), ...made];
}

const withFields = (fields: CallOptions['fields']): CallOptions => ({ fields: { ...fields } });

describe('a recorded step', () => {
  test('passes what was recorded, and else what the toolstack writes', () =>
    assert.deepEqual(callsOf({ op: 'get', name: 'é', ifv: 20 }), [
      { ret: 0, out: { state: 2, rc: -22 } },
      'get',
      '\xc3\xa9',
      withFields({ 'sysctl.interface_version': 20 }),
    ]));

  test('passes a name in bytes without a NUL, and pointers as they were', () =>
    assert.deepEqual(callsOf({ op: 'action', name_hex: '70ff', npad: [1, 0, 2], pointers: { name: '1f' }, cmd: 3 }), [
      { ret: 0 },
      'action',
      'APPLY',
      'p\xff',
      0,
      withFields({ name: 0x1fn, name_size: 2, name_pad: Buffer.from('010000000200', 'hex'), cmd: 3, time: 0 }),
    ]));

  test('places as many bytes as an upload says that it has', () => {
    const [, , , placed, options] = callsOf({ op: 'upload', payload: 'nop', name: 'p', upload_size: 2 ** 64 });
    assert.deepEqual([placed, options], [4 * 1024 * 1024, withFields({ size: 2n ** 64n - 1n })]);
  });

  test('asks LIST with totals of 0, as the recorder did', () =>
    assert.deepEqual(callsOf({ op: 'list', idx: 1, pointers: { '0x38': '0' } }), [
      {
        ret: 1,
        out: {
          version: 4,
          nr: 2,
          name_total_size: 3,
          metadata_total_size: 4,
          entries: [['p\\xca', -1, -5, 'a=b\0']],
        },
      },
      'list',
      64,
      1,
      withFields({ len: 0n, name_total_size: 0, metadata_total_size: 0 }),
    ]));

  test('of another operation is a structure of zeros', () =>
    assert.deepEqual(callsOf({ op: 'raw', lp_cmd: 100 }).slice(1), [
      'get',
      '',
      withFields({ 'op.cmd': 100, name: 0n, name_size: 0 }),
    ]));
});

test('text is UTF-8, and other bytes are escaped', () =>
  assert.equal(recordedText(Uint8Array.of(0x61, 0xca, 0xc3, 0xa9)), 'a\\xcaé'));

test('a status leaves the metadata out', () => {
  const entry = { name: 'p', state: 'CHECKED', rc: 0, length: 2, metadata: Buffer.from('a') } as const;
  assert.deepEqual(statusOf([entry]), [['p', 1, 0]]);
});
