/** Merges runs from all streams with their key: shards, machines, repetitions, in any order. */
import { type RunDescription, runKey } from '../engine/evidence';
import { userError } from '../engine/user-error';
import { createEvidenceReader } from './evidence';
import { compareText, groupBy } from './lists';
import type { MessageStream } from './messages';
import type { Run, Scenario } from './model';
import { readScenarios } from './scenarios';
import type { Attempt, StreamContents } from './scenarios';

type Description = Pick<Run, 'key' | 'label' | 'target' | 'revision' | 'hypervisor' | 'drives'>;

/** The run of scenarios in a stream that has no description of its run. */
const UNKNOWN: Description = {
  key: 'unknown',
  label: 'unknown',
  target: 'unknown',
  revision: null,
  hypervisor: { name: 'unknown', buildId: '' },
};

interface Part {
  readonly description: Description & Pick<RunDescription, 'shard' | 'selected'>;
  readonly attempts: readonly Attempt[];
  readonly interrupted: boolean;
}

/** A stream's attempts by run. An attempt without a description belongs to the stream's run, if that has only one. */
function partsOf(attempts: readonly Attempt[], interrupted: boolean): readonly Part[] {
  const described = new Map<string, Part['description']>();
  for (const { run } of attempts) if (run !== undefined) described.set(runKey(run), { ...run, key: runKey(run) });
  const [only, another] = [...described.values()];
  const fallback: Description = only !== undefined && another === undefined ? only : UNKNOWN;
  const groups = groupBy(attempts, ({ run }) => (run === undefined ? fallback.key : runKey(run)));
  return [...groups].map(([key, own]) => ({ description: described.get(key) ?? fallback, attempts: own, interrupted }));
}

/** The last attempt that ended counts. */
function lastAttempt(attempts: readonly Attempt[]): Attempt | undefined {
  const ended = attempts.filter(({ scenario }) => scenario.status !== 'unknown');
  const candidates = ended.length > 0 ? ended : attempts;
  return [...candidates].sort((a, b) => (a.started ?? 0) - (b.started ?? 0)).at(-1);
}

function checkSameHypervisor(parts: readonly Part[]): void {
  const [first, ...others] = parts.map(({ description }) => description);
  const other = others.find(({ hypervisor }) => hypervisor.buildId !== first?.hypervisor.buildId);
  if (first !== undefined && other !== undefined)
    throw userError(
      `Two hypervisors, ${first.hypervisor.name} (${first.hypervisor.buildId}) and ${other.hypervisor.name} ` +
        `(${other.hypervisor.buildId}), are both called ${first.key}: run one of them with another --label.`,
    );
}

/** Scenarios are identified by their place. */
const placeOf = ({ scenario: { uri, line } }: Attempt): string => `${uri}:${line}`;

/** The missing shards. Nothing is missing if one part has all scenarios, or if one division into shards is complete. */
function missingShards(parts: readonly Part[]): readonly string[] {
  const all = new Set(parts.flatMap(({ attempts }) => attempts.map(placeOf)));
  const hasAll = ({ description: { shard }, attempts }: Part): boolean =>
    shard === undefined && new Set(attempts.map(placeOf)).size === all.size;
  const present = new Set(parts.flatMap(({ description: { shard } }) => shard ?? []));
  const deals = [...new Set([...present].map((shard) => Number(shard.split('/')[1])))].sort((a, b) => a - b);
  const missing = deals.map((count) =>
    Array.from({ length: count }, (_, at) => `${at + 1}/${count}`).filter((shard) => !present.has(shard)),
  );
  return parts.some(hasAll) || missing.some(({ length }) => length === 0) ? [] : missing.flat();
}

/** One for each name, because all processes of a run make the same. */
const distinctPayloads = (attempts: readonly Attempt[]): Run['payloads'] => [
  ...new Map(attempts.flatMap(({ payloads }) => payloads).map((payload) => [payload.name, payload])).values(),
];

function runOf(key: string, parts: readonly Part[]): Run {
  checkSameHypervisor(parts);
  const description = parts[0]?.description ?? UNKNOWN;
  const { label, revision } = description;
  const run = { key, label, revision, ...(description.drives && { isOfTool: true as const }) };
  const attempts = parts.flatMap((part) => part.attempts);
  const scenarios = [...groupBy(attempts, placeOf).values()]
    .flatMap((own): readonly Scenario[] => {
      const last = lastAttempt(own);
      if (last === undefined) return [];
      const attempts = own.filter(({ started }) => started !== undefined).length;
      return [{ ...last.scenario, run, started: last.started, attempts }];
    })
    .sort((a, b) => compareText(a.uri, b.uri) || a.line - b.line);
  const started = attempts.flatMap((attempt) => attempt.started ?? []);
  return {
    ...run,
    target: description.target,
    hypervisor: description.hypervisor,
    ...(description.drives && { drives: description.drives }),
    started: started.length === 0 ? '' : new Date(Math.min(...started) * 1000).toISOString(),
    seconds: scenarios.reduce((sum, { seconds }) => sum + seconds, 0),
    interrupted: parts.some(({ interrupted }) => interrupted),
    missingShards: missingShards(parts),
    selected: parts.every((part) => part.description.selected === true),
    payloads: distinctPayloads(attempts),
    scenarios,
  };
}

/** What is missing from a run. `shard`: the only one that is expected. */
function lossesOf({ key, interrupted, missingShards: missing }: Run, shard: string | undefined): readonly string[] {
  const lost = shard === undefined ? missing : missing.filter((each) => each === shard);
  return [
    ...(interrupted ? [`${key} was interrupted: scenarios without a result were not exercised.`] : []),
    ...lost.map((each) => `Shard ${each} of ${key} is missing.`),
  ];
}

/** Reads streams. Evidence that scenarios share is kept once. */
export function createContentsReader(): (stream: MessageStream) => StreamContents {
  const eventsOf = createEvidenceReader();
  return (stream) => readScenarios(stream, eventsOf);
}

/**
 * The runs of all streams by key, and the problems outside their scenarios. `shard`: the only one that is expected.
 * UserError if two hypervisors have the same key, or if evidence is malformed.
 */
export function mergeRuns(
  streams: Iterable<MessageStream | StreamContents>,
  shard?: string,
): {
  readonly runs: readonly Run[];
  readonly problems: readonly string[];
} {
  const read = createContentsReader();
  const contents = Array.from(streams, (stream) => ('attempts' in stream ? stream : read(stream)));
  const parts = contents.flatMap(({ attempts, interrupted }) => partsOf(attempts, interrupted));
  const runs = [...groupBy(parts, ({ description }) => description.key)]
    .map(([key, own]) => runOf(key, own))
    .sort((a, b) => compareText(a.key, b.key));
  const problems = [...contents.flatMap((content) => content.problems), ...runs.flatMap((run) => lossesOf(run, shard))];
  return { runs, problems: [...new Set(problems)].sort(compareText) };
}
