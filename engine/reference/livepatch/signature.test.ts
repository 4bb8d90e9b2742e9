import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fieldAt } from '../../../payloads/builder/overwrite';
import { signed } from '../../../payloads/builder/signature';
import { keyNamed } from '../../../payloads/keys';
import { SIGNATURE_STRING } from '../../abi/signature';
import { example } from './load/fixtures';
import { firstBrokenOf } from '../rules/sequence';
import { ofPayload } from '../rules/rule';
import { SIGNATURE_CHECKS } from './signature';

const key = keyNamed('vendor');
const context = { revision: 1, forgotten: new Set<string>() } as const;
const check = (file: Uint8Array) =>
  firstBrokenOf(SIGNATURE_CHECKS, { file, trusted: [key], where: ofPayload('p') }, context);
const file = signed(example(1), key);

describe('a signature', () => {
  it('is right where nothing was changed', () => {
    assert.equal(check(file.bytes), undefined);
  });

  it('is not, whichever byte before the name of the signer is changed', () => {
    const { offset: end } = fieldAt(file, 'signature.signer');
    const change = fc.record({ at: fc.nat(end - 1), by: fc.integer({ min: 1, max: 255 }) });
    fc.assert(
      fc.property(change, ({ at, by }) => {
        const bytes = file.bytes.slice();
        bytes[at] = (bytes[at] ?? 0) ^ by;
        assert.notEqual(check(bytes), undefined);
      }),
    );
  });

  it('is refused with a reason, whatever stands behind the string', () => {
    const any = fc.uint8Array({ maxLength: 400 });
    fc.assert(
      fc.property(any, any, (before, behind) => {
        const refused = check(Buffer.concat([before, Buffer.from(SIGNATURE_STRING), behind]));
        assert.match(refused?.clause ?? '', /^SIG-[378]$/);
      }),
    );
  });
});
