/** Messages of which one field is missing or odd, each in turn: documents come of them, or one sentence. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { renderToStaticMarkup } from 'preact-render-to-string';
import { EVIDENCE_MEDIA_TYPE, type EvidenceEvent } from '../engine/evidence';
import { isUserError } from '../engine/user-error';
import { Overview } from './html/overview';
import { Payloads } from './html/payloads';
import { scenarioSections } from './html/scenarios';
import { DOCUMENTS } from './index';
import { parseMessages } from './messages';
import { buildReport } from './report';
import { writeSummary } from './summary';
import { CATALOGUE, SUITE, crashed, deviating, messages, shard } from './testdata/streams';

/** A number that JSON can write, and that JavaScript takes for infinite. */
const ENDLESS = '1e999';
const ODD: readonly unknown[] = [null, true, -1, 0.5, 1e15, ENDLESS, '', 'x', '0x', [], [null], {}];
/** Of these, so many are tried in place of each field; which ones changes from field to field. */
const TRIED = 2;

type Node = Readonly<Record<string, unknown>>;
type Path = readonly string[];

/** Lists are nodes too, their keys "0", "1" and so on. */
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

const pathsIn = (value: unknown, path: Path = []): readonly Path[] => [
  ...(path.length === 0 ? [] : [path]),
  ...(isNode(value) ? Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, key])) : []),
];

/** A copy with another value in one place, or without that where the value is undefined. */
function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined || !isNode(value)) return by;
  const entries = Object.entries(value)
    .map(([name, inner]): [string, unknown] => [name, name === key ? replaced(inner, rest, by) : inner])
    .filter(([, inner]) => inner !== undefined);
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

const attachmentOf = (envelope: unknown): Node | undefined =>
  isNode(envelope) && isNode(envelope['attachment']) ? envelope['attachment'] : undefined;

/** The places of all fields, one for each kind of message that has it, and of attachment. */
function fieldsOf(envelopes: readonly unknown[]): readonly { readonly at: number; readonly path: Path }[] {
  const fields = new Map<string, { readonly at: number; readonly path: Path }>();
  for (const [at, envelope] of envelopes.entries())
    for (const path of pathsIn(envelope)) {
      const names = path.map((key) => (/^\d+$/.test(key) ? '*' : key));
      const field = [attachmentOf(envelope)?.['mediaType'], ...names].join('.');
      if (!fields.has(field)) fields.set(field, { at, path });
    }
  return [...fields.values()];
}

const textOf = (value: unknown): string => JSON.stringify(value).replaceAll(`"${ENDLESS}"`, ENDLESS);

/** As it stands in a file: what is attached is JSON in JSON. */
function lineOf(envelope: unknown): string {
  const body = attachmentOf(envelope)?.['body'];
  return textOf(isNode(body) ? replaced(envelope, ['attachment', 'body'], textOf(body)) : envelope);
}

const EVENTS: readonly EvidenceEvent[] = [
  { kind: 'execution', what: 'x', cpu: 0, returned: '1' },
  { kind: 'comparison', what: 'x', expected: '1', found: '2' },
  {
    kind: 'stop',
    where: 'x',
    why: 'BUG',
    fault: { access: 'load', reason: 'unmapped', address: '0x0' },
    registers: { rip: '0x1' },
    backtrace: ['x'],
    console: ['x'],
  },
  { kind: 'regions', payload: 'p', regions: [{ name: 'text', start: '0x1000', size: 16, permissions: 'r-x' }] },
  {
    kind: 'stores',
    symbol: 'x',
    time: '1',
    cpu: 0,
    bytes: 5,
    cpus: [{ cpu: 0, at: 'x+0x1', interrupts: false }],
  },
  { kind: 'role', role: 'short_function', is: 'a short one', place: 'x+0x1', address: '0x1', bytes: '0f0b' },
  { kind: 'busy', cpu: 1, from: '0', to: '5' },
];

/** A run with all that is read of messages: several forms of scenario, a crash, and what goes wrong outside scenarios. */
async function sample(): Promise<readonly unknown[]> {
  const run = shard(crashed(await messages(), 1), (scenario) => [0, 1, 7, 12, 14].includes(scenario));
  const testRunHookFinished = run.flatMap(({ testStepFinished }) => testStepFinished ?? [])[0];
  const envelopes: readonly unknown[] = [
    ...run.filter(({ source, stepDefinition, testStepStarted }) => !source && !stepDefinition && !testStepStarted),
    { parseError: { source: { uri: 'a.feature', location: { line: 1 } }, message: 'no' } },
    { undefinedParameterType: { expression: '{x}', name: 'x' } },
    { testRunHookFinished: { result: testRunHookFinished?.testStepResult } },
  ];
  return envelopes.map((envelope) => {
    const attachment = attachmentOf(envelope);
    if (attachment === undefined) return envelope;
    const content: unknown = JSON.parse(String(attachment['body']));
    const own: unknown = isNode(content) ? content['events'] : undefined;
    const isEvidence = attachment['mediaType'] === EVIDENCE_MEDIA_TYPE && isNode(own);
    const body = isEvidence ? { events: [...Object.values(own), ...EVENTS] } : content;
    return replaced(envelope, ['attachment', 'body'], body);
  });
}

/** All that comes of messages; of the page, the parts that read most of them. */
function write(lines: readonly string[]): void {
  const knownDeviations = [deviating('xen/2', 'fails')];
  const streams = parseMessages([lines.join('\n')], 'm.ndjson');
  const report = buildReport(streams, { suite: SUITE, catalogue: CATALOGUE, knownDeviations });
  for (const [name, document] of Object.entries(DOCUMENTS)) if (name !== 'index.html') document(report);
  writeSummary(report, 'x');
  for (const part of [Overview({ report }), Payloads({ report }), ...scenarioSections(report)])
    renderToStaticMarkup(part);
}

it('messages with a field that is missing or odd are refused in a sentence with their line, or make documents', async () => {
  const envelopes = await sample();
  const lines = envelopes.map(lineOf);
  write(lines);
  const fields = fieldsOf(envelopes);
  let refused = 0;
  for (const [nth, { at, path }] of fields.entries()) {
    const odd = Array.from({ length: TRIED }, (_, each) => ODD[(nth + each * 5) % ODD.length]);
    for (const by of [undefined, ...odd])
      try {
        write(lines.with(at, lineOf(replaced(envelopes[at], path, by))));
      } catch (error) {
        const what = `${path.join('.')} = ${JSON.stringify(by)}: ${String(error)}`;
        assert.ok(isUserError(error) && /^m\.ndjson, line \d+\b[^\n]*$/.test(error.message), what);
        refused += 1;
      }
  }
  assert.ok(fields.length > 300 && refused > fields.length, `${refused} refused of ${fields.length} fields`);
});
