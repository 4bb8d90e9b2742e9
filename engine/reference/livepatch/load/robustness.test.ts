/** Whatever a file holds and whichever rules are forgotten: a payload or a refusal, never an exception. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { loadPayload } from '.';
import { overwrite, type FieldValue } from '../../../../payloads/builder/overwrite';
import { LOAD_RULES } from '../../all-rules';
import { environment, example } from './fixtures';
import { readPayload } from './reading';
import type { LoadEnvironment } from './types';

const BUILT = { 1: example(1), 2: example(2) } as const;
const NAMES = LOAD_RULES.map(({ name }) => name);

const revisions = fc.constantFrom(1 as const, 2 as const);
const forgotten = fc.oneof(
  fc.constant<readonly string[]>([]),
  fc.constantFrom(...NAMES).map((name) => [name]),
  fc.subarray(NAMES),
  fc.constant(NAMES),
);
/** Bytes of a field: an edge value, or any. */
const values = fc.oneof(
  fc.constantFrom('00', 'ff', 'ffffffffffffffff', '0000000000000080', 'ffffff7f', '01', 'c0ffffffffffffff'),
  fc.uint8Array({ minLength: 1, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('hex')),
);

/** The result holds together: a refusal is complete, a payload is where it says. Whatever is refused can be read. */
function check(bytes: Uint8Array, hypervisor: LoadEnvironment): void {
  const before = Buffer.from(bytes);
  const result = loadPayload(bytes, hypervisor);
  const read = readPayload(bytes, hypervisor).payload();
  assert.ok(before.equals(bytes), 'expected the file to stay as it is');
  if (!result.ok) {
    assert.ok(result.refusal.errno < 0);
    assert.ok(NAMES.includes(result.refusal.rule) && !hypervisor.forgotten.has(result.refusal.rule));
    assert.match(result.refusal.clause, /^(V2-)?[A-Z]+-\d+$/);
    const { offset } = result.refusal;
    assert.ok(
      offset === undefined || (Number.isInteger(offset) && offset >= 0 && offset < bytes.length),
      `at ${offset ?? ''}`,
    );
    return;
  }
  assert.deepEqual(read, result.value);
  let next = result.value.base;
  for (const { start, bytes: contents } of result.value.regions) {
    assert.ok(start >= next && start % 4096n === 0n);
    assert.equal(contents.length % 4096, 0);
    next = start + BigInt(contents.length);
  }
}

const fit = (value: string, size: number): FieldValue => value.slice(0, size * 2);

describe('loading anything', () => {
  it('survives fields with other values', () => {
    const property = fc.property(
      revisions,
      fc.array(fc.tuple(fc.nat(), values), { minLength: 1, maxLength: 3 }),
      forgotten,
      (revision, changes, names) => {
        const built = BUILT[revision];
        const fields = [...built.fields];
        const chosen = changes.flatMap(([pick, value]) => {
          const field = fields[pick % fields.length];
          return field && field[1].size > 0 ? [[field[0], fit(value, field[1].size)] as const] : [];
        });
        const { bytes } = overwrite(built, Object.fromEntries(chosen));
        check(bytes, environment(revision, { forgotten: new Set(names) }));
      },
    );
    fc.assert(property, { numRuns: 600 });
  });

  it('survives files that are cut, and changed bytes anywhere', () => {
    const property = fc.property(
      revisions,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
      forgotten,
      (revision, kept, changes, names) => {
        const whole = BUILT[revision].bytes;
        const bytes = whole.slice(0, Math.ceil(whole.length * kept));
        for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
        check(bytes, environment(revision, { forgotten: new Set(names) }));
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  it('survives bytes that are no ELF', () => {
    const property = fc.property(revisions, fc.uint8Array({ maxLength: 400 }), forgotten, (revision, bytes, names) => {
      check(bytes, environment(revision, { forgotten: new Set(names) }));
    });
    fc.assert(property, { numRuns: 200 });
  });
});
