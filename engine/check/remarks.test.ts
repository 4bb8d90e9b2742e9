import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { overwrite, fieldAt } from '../../payloads/builder/overwrite';
import { example } from '../reference/livepatch/load/fixtures';
import { createReference } from '../reference';
import { inspect } from './inspect';
import { remarksOn } from './remarks';

const target = createReference({ revision: 2 });
after(() => target.close());

for (const [section, alignment, clause] of [
  ['.livepatch.depends', 0, 'ELF-13'],
  // The first of its region: there is nothing that it could be put over.
  ['.text', 0, undefined],
  // A region begins at a multiple of it by chance only.
  ['.text', 8192, 'ELF-16'],
  ['.livepatch.depends', 65536, 'ELF-16'],
  ['.text', 4096, undefined],
] as const)
  test(`an alignment of ${alignment} of ${section} is ${clause === undefined ? 'not ' : ''}remarked`, () => {
    const path = `section[${section}].sh_addralign`;
    const payload = overwrite(example(2), { [path]: alignment });
    const inspected = inspect(payload.bytes, target, 0xffff82d040600000n);
    assert.deepEqual(
      remarksOn(inspected).map((remark) => ({ clause: remark.clause, offset: remark.offset })),
      clause === undefined ? [] : [{ clause, offset: fieldAt(payload, path).offset }],
    );
  });
