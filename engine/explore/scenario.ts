/** A finding as a scenario: what the document leads one to expect after the shortest sequence of calls. */
import { returnName } from '../abi/errno';
import { BUSY_CPU, LATE, type Call } from './calls';
import { MINOR, sentencesOf, type Cast, type Member } from './cast';
import type { Finding } from './search';
import type { World } from './model';

const MS = 1_000_000;
const BUSY = `vCPU ${BUSY_CPU}`;
const NODEPS = ['| field | value  |', '| flags | NODEPS |'];

/** A step, without its keyword, with its table. */
interface Sentence {
  readonly text: string;
  readonly table?: readonly string[];
}

/** The table with its columns in line. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
}

function callSentences(call: Call): readonly Sentence[] {
  const { operation, payload } = call;
  if (operation === 'UPLOAD') return [{ text: `"${payload}" is uploaded` }];
  const asked = `${operation} of "${payload}" is asked`;
  if (call.way === 'plain') return [{ text: asked }];
  if (call.way === 'nodeps') return [{ text: `${asked} with these fields:`, table: NODEPS }];
  return [
    { text: `${BUSY} is kept busy for ${Number(LATE.busy) / MS} ms` },
    { text: `${asked} with a time of ${LATE.time / MS} ms` },
    { text: `${BUSY} is free again` },
  ];
}

function listSentence({ known }: World): Sentence {
  if (known.length === 0) return { text: 'LIST shows nothing' };
  const rows = known.map(({ name, state, rc }) => [name, state, returnName(rc)]);
  return { text: 'LIST shows:', table: table([['name', 'state', 'rc'], ...rows]) };
}

/** The payload that a function returns the value of. */
const patching = ({ members }: Cast, { stack }: World, symbol: Member['patches']): string | undefined =>
  [...stack].reverse().find((name) => members.some((own) => own.name === name && own.patches === symbol));

function versionSentences(cast: Cast, world: World): readonly Sentence[] {
  const extra = patching(cast, world, 'xen_extra_version');
  const extraText = `the extra version is ${extra === undefined ? "the hypervisor's own" : `"${extra}"`}`;
  if (!cast.members.some(({ patches }) => patches === 'xen_minor_version')) return [{ text: extraText }];
  const isPatched = patching(cast, world, 'xen_minor_version') !== undefined;
  const minorText = `the minor version is ${isPatched ? String(MINOR) : "the hypervisor's own"}`;
  return [{ text: extraText }, { text: minorText }];
}

/** Whether the call leaves the hypervisor's code and the payloads' memory alone. */
const changesNothing = ({ before, step }: Finding): boolean =>
  before.stack.join() === step.world.stack.join() && before.known.length === step.world.known.length;

function expectations(finding: Finding): readonly Sentence[] {
  const { cast, step } = finding;
  return [
    { text: `the hypercall returns ${returnName(step.returned)}` },
    listSentence(step.world),
    ...versionSentences(cast, step.world),
    ...(changesNothing(finding) ? [{ text: 'memory is as before the call' }] : []),
  ];
}

/** The first sentence with its keyword, the others with And. */
const section = (keyword: string, sentences: readonly Sentence[]): readonly string[] =>
  sentences.flatMap(({ text, table: rows = [] }, index) => [
    `  ${index === 0 ? keyword : 'And'} ${text}`,
    ...rows.map((row) => `    ${row}`),
  ]);

function titleOf({ step, path }: Finding): string {
  const call = path.at(-1);
  if (call === undefined) throw new RangeError('finding: expected a call, got none');
  const { operation, payload } = call;
  const known = step.world.known.find(({ name }) => name === payload);
  const outcome = known === undefined ? 'is unknown' : `is ${known.state} with rc ${returnName(known.rc)}`;
  const after = path.length === 1 ? '' : ` after ${path.length - 1} other call${path.length === 2 ? '' : 's'}`;
  return `${step.clause}: ${operation} of "${payload}"${after} returns ${returnName(step.returned)}, and "${payload}" ${outcome}`;
}

/** Whether only revision 2 has what the scenario uses. */
const isOfRevision2 = ({ cast, path, step }: Finding): boolean =>
  step.clause.startsWith('V2-') ||
  path.some((call) => call.operation !== 'UPLOAD' && call.way === 'nodeps') ||
  cast.members.some(({ name, hook }) => hook !== undefined && path.some(({ payload }) => payload === name));

/** The text of the scenario, to be pasted into a feature, and its lines end with \n. */
export function scenarioOf(finding: Finding): string {
  const { cast, path, step } = finding;
  const spoken = cast.members.filter(({ name }) => path.some(({ payload }) => payload === name));
  const lines = [
    `@${step.clause}${isOfRevision2(finding) ? ' @revision-2' : ''}`,
    `Scenario: ${titleOf(finding)}`,
    ...section(
      'Given',
      spoken.flatMap(sentencesOf).map((text) => ({ text })),
    ),
    ...section('When', path.flatMap(callSentences)),
    ...section('Then', expectations(finding)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
