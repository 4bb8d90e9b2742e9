import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { overwrite, fieldAt } from '../../payloads/builder/overwrite';
import { example } from '../reference/livepatch/load/fixtures';
import { createReference } from '../reference';
import { inspect } from './inspect';
import { remarksOn } from './remarks';

const target = createReference({ revision: 2 });
after(() => target.close());

for (const [section, remarked] of [
  ['.livepatch.depends', true],
  // The first of its region: there is nothing that it could be put over.
  ['.text', false],
] as const)
  test(`an alignment of 0 of ${section} is ${remarked ? '' : 'not '}remarked`, () => {
    const path = `section[${section}].sh_addralign`;
    const payload = overwrite(example(2), { [path]: 0 });
    const inspected = inspect(payload.bytes, target, 0xffff82d040600000n);
    assert.deepEqual(
      remarksOn(inspected).map(({ clause, offset }) => ({ clause, offset })),
      remarked ? [{ clause: 'ELF-13', offset: fieldAt(payload, path).offset }] : [],
    );
  });
