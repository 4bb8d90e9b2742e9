/** Completes a scenario whose process died: reports what Cucumber could no longer report. */
import { appendFileSync } from 'node:fs';
import type { Envelope } from '@cucumber/messages';
import { CRASH_MEDIA_TYPE, type CrashDescription } from '../engine/evidence';
import type { ScenarioPlace } from './cucumber';
import { type Part, linesOf } from './parts';
import { cutHalfLine, writing } from './recording';

/** What remains of a run when its process dies. */
export interface Remains {
  /** Number of scenarios that had ended. */
  readonly ended: number;
  /** The scenario that was running; undefined: the process died before the first one, or between two. */
  readonly crashed: (ScenarioPlace & { readonly name: string }) | undefined;
  /** The scenarios that had not begun. */
  readonly left: readonly ScenarioPlace[];
}

/** The messages of one kind. Only those are parsed, because a part can be large. */
function envelopesOf<Kind extends keyof Envelope>(
  lines: readonly string[],
  kind: Kind,
): readonly NonNullable<Envelope[Kind]>[] {
  const own = lines.filter((line) => line.startsWith(`{"${kind}":`));
  return own.flatMap((line) => (JSON.parse(line) as Envelope)[kind] ?? []);
}

function now(): object {
  const milliseconds = Date.now();
  return { seconds: Math.floor(milliseconds / 1000), nanos: (milliseconds % 1000) * 1e6 };
}

/** The step that was running fails, and those after it are skipped. */
function lastMessages(running: readonly string[], stepIds: readonly string[], how: string): readonly object[] {
  const testCaseStartedId = envelopesOf(running, 'testCaseStarted')[0]?.id;
  const begun = new Set(envelopesOf(running, 'testStepStarted').map(({ testStepId }) => testStepId));
  const ended = new Set(envelopesOf(running, 'testStepFinished').map(({ testStepId }) => testStepId));
  const open = stepIds.filter((id) => !ended.has(id));
  const of = (testStepId: string): object => ({ testCaseStartedId, testStepId, timestamp: now() });
  const crash: CrashDescription = { how };
  const attached = { body: JSON.stringify(crash), contentEncoding: 'IDENTITY', mediaType: CRASH_MEDIA_TYPE };
  const duration = { seconds: 0, nanos: 0 };
  const failed = { status: 'FAILED', duration, message: `the emulator crashed: ${how}` };
  const skipped = { status: 'SKIPPED', duration };
  return [
    ...open.flatMap((id, at) => [
      ...(begun.has(id) ? [] : [{ testStepStarted: of(id) }]),
      ...(at === 0 ? [{ attachment: { ...attached, ...of(id) } }] : []),
      { testStepFinished: { ...of(id), testStepResult: at === 0 ? failed : skipped } },
    ]),
    { testCaseFinished: { testCaseStartedId, timestamp: now(), willBeRetried: false } },
  ];
}

function append({ file }: Part, messages: readonly object[]): void {
  writing(file, () => appendFileSync(file, messages.map((each) => `${JSON.stringify(each)}\n`).join('')));
}

/** The lines of the scenario that has not ended; empty if there is none. */
function runningOf(lines: readonly string[]): readonly string[] {
  const started = lines.findLastIndex((line) => line.startsWith('{"testCaseStarted":'));
  const running = started < 0 ? [] : lines.slice(started);
  return running.some((line) => line.startsWith('{"testCaseFinished":')) ? [] : running;
}

/** Completes the scenario that was running when the part's process died, and returns what is left of the run. */
export function completePart(part: Part, how: string): Remains {
  const lines = linesOf(part.file);
  const running = runningOf(lines);
  const pickles = new Map(envelopesOf(lines, 'pickle').map((pickle) => [pickle.id, pickle]));
  const testCases = envelopesOf(lines, 'testCase');
  // They run in the order in which they are planned.
  const ended = envelopesOf(lines, 'testCaseFinished').length;
  const [started] = envelopesOf(running, 'testCaseStarted');
  const current = testCases.find(({ id }) => id === started?.testCaseId);
  if (current !== undefined) {
    const stepIds = current.testSteps.map(({ id }) => id);
    cutHalfLine(part.file);
    append(part, lastMessages(running, stepIds, how));
  }
  const places = testCases.map(({ pickleId }) => {
    const { name = '', uri = '', location } = pickles.get(pickleId) ?? {};
    return { name, uri, line: location?.line ?? 0 };
  });
  const crashed = current === undefined ? undefined : places[ended];
  return { ended, crashed, left: places.slice(current === undefined ? ended : ended + 1) };
}

/** Ends the stream of a process that died, if the rest of its run continues in another stream. */
export function endStream(part: Part): void {
  append(part, [{ testRunFinished: { timestamp: now(), success: false } }]);
}
