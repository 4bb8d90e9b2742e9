import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { h } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';
import type { Revision } from '../../engine/abi/hypercall';
import type { EvidenceEvent, HypercallEvidence } from '../../engine/evidence';
import { Payloads } from './payloads';
import { messages, renamed, stream } from '../testdata/streams';
import { mergeRuns } from '../runs';
import { fieldText, fieldTexts } from './hypercall';
import { runNames } from './parts';
import { timelineOf } from './timeline';
import { usualFields } from './usual';

const GET: HypercallEvidence = {
  kind: 'hypercall',
  operation: 'GET',
  payload: 'p',
  domain: 'control',
  cpu: 0,
  in: {},
  out: { state: 2, rc: -11 },
  returned: 0,
  returnedName: '0',
  console: [],
  from: '5',
  to: '5',
};

describe('what the parts of the page say', () => {
  it('names states, errors and buffers, quotes names, leaves out zero padding and what is the same', () => {
    const fields = { name: { buffer: '0x10100010' }, payload: '0x4', state: 1, rc: -22, pad: 0, names: 'a b' };
    assert.equal(fieldText(fields), 'name=→ payload=0x4 state=CHECKED rc=-EINVAL names="a b"');
    assert.equal(fieldText(fields, fieldTexts({ ...fields, name: { buffer: '0x10100020' }, rc: 0 })), 'rc=-EINVAL');
  });

  it('shows of a call only what differs from other calls of its operation', () => {
    const usual = usualFields({ operation: 'APPLY', payload: 'p q' });
    assert.equal(
      fieldText({ name: { buffer: '0x10100010' }, name_size: 4, cmd: 3, time: 0, flags: 0, pad: 0 }, usual),
      '',
    );
    assert.equal(
      fieldText({ name: '0x0', name_size: 3, cmd: 2, time: 5, flags: 1 }, usual),
      'name=0x0 name_size=3 cmd=2 time=5 flags=1',
    );
    assert.deepEqual(usualFields({ operation: 'constructor' }), {});
  });

  it('names a run once, with the revisions it was made in', () => {
    const named = (label: string, revision: Revision) => ({ run: { key: `${label}/${revision}`, label, revision } });
    const unknown = { run: { key: 'unknown', label: 'unknown', revision: null } };
    const runs = [named('reference', 1), named('a/2', 2), named('reference', 2), named('a', 2), unknown];
    assert.equal(runNames(runs), 'reference/1+2, a/2/2, a/2, unknown');
    const versions = [named('xen-4.14', 2), named('xen-4.17', 2), named('xen-4.20', 1), named('xen-local', 2)];
    assert.equal(runNames(versions), 'xen-4.14+4.17/2, xen-4.20/1, xen-local/2');
  });

  it('has a timeline where time passes or another CPU acts, in the order of the clock', () => {
    const busy: EvidenceEvent = { kind: 'busy', cpu: 1, from: '0', to: '9' };
    assert.equal(timelineOf([GET]), undefined);
    assert.deepEqual(timelineOf([GET, busy, GET]), [
      { from: 0n, to: 9n, cpu: 1, what: 'busy' },
      { from: 5n, to: 5n, cpu: 0, what: 'GET p → APPLIED, rc -EAGAIN' },
    ]);
  });

  it('shows each payload once a revision, made for the reference where that was run', async () => {
    const all = await messages();
    const made = (...keys: readonly string[]) => {
      const report = { runs: mergeRuns(keys.map((key) => stream(renamed(all, key)))).runs };
      return [...renderToStaticMarkup(h(Payloads, { report })).matchAll(/<\/b>, made for ([^ ]+)/g)].map(
        ([, key]) => key,
      );
    };
    assert.deepEqual(made('xen/2', 'zzz/2'), ['zzz/2']);
    assert.deepEqual(made('xen/2', 'zzz/1'), ['zzz/1', 'xen/2']);
    assert.deepEqual(made(), []);
  });
});
