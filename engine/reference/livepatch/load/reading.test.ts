import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { overwrite } from '../../../../payloads/builder/overwrite';
import { environment, example, IMAGE_START, PAYLOAD_AREA } from './fixtures';
import { loadPayload } from '.';
import { readPayload } from './reading';

describe('reading a payload', () => {
  it('reads what rules refuse', () => {
    const { bytes } = overwrite(example(2), { 'header.e_machine': 3, 'section[.text].sh_flags': 7 });
    assert.ok(!loadPayload(bytes, environment(2)).ok);
    const { base, functions, hooks } = readPayload(bytes, environment(2)).payload();
    assert.equal(base, PAYLOAD_AREA);
    assert.equal(functions[0]?.oldAddress, IMAGE_START + 0x100n);
    assert.equal(hooks.load.length, 2);
  });

  it('takes a payload for which there is no room as if it were at 0', () => {
    const { base, regions } = readPayload(example(2).bytes, environment(2, { place: () => undefined })).payload();
    assert.deepEqual([base, regions[0]?.start], [0n, 0n]);
  });

  it('goes no further than it is asked', () => {
    const never = (): never => assert.fail('asked');
    const around = environment(2, { place: never, hypervisorSymbol: never });
    const { bytes } = overwrite(example(2), { 'header.e_machine': 3 });
    const result = loadPayload(bytes, around);
    assert.equal(result.ok ? '' : result.refusal.rule, 'machine');
  });
});
