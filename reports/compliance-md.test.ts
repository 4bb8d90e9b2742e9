import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { writeComplianceMarkdown } from './compliance-md';
import { report } from './testdata/report';
import { deviating, messages, renamed } from './testdata/streams';

describe('compliance.md', () => {
  it('says once what several runs show of a known deviation, and names the runs', async () => {
    const all = await messages();
    const text = writeComplianceMarkdown(
      report(
        [renamed(all, 'xen/1'), renamed(all, 'xen/2')],
        [deviating('xen/1', 'fails'), deviating('xen/2', 'fails')],
      ),
    );
    assert.deepEqual(
      text.split('\n').filter((line) => line.includes('otherwise')),
      ['- **other** (FUNC-2; `xen/1`: 1 scenario, `xen/2`: 1 scenario): It \\<does\\> otherwise.'],
    );
  });
});
