/**
 * Crashes of the hypervisor by cause, the most severe first. Stops that the document asks for are listed separately.
 */
import type { JSX } from 'preact';
import {
  type Crash,
  type CrashSeen,
  countCrashed,
  crashesOf,
  DAMAGE_WORDS,
  SEVERITIES,
  SEVERITY_WORDS,
  type Severity,
  stopsAsSpecified,
} from '../crashes';
import { titleOf } from '../deviations';
import { firstLine } from '../explain';
import { counted, groupBy } from '../lists';
import type { Report } from '../model';
import { acrossRuns, Badge, DeviationLink, type Look, Prose, ScenarioList } from './parts';
import { Since } from './recorded';

const SEVERITY_TONE: Readonly<Record<Severity, Look['tone']>> = { high: 'bad', medium: 'odd', low: 'none' };

/** How many steps or places are listed. More would add nothing. */
const MOST = 4;

/** The step without payload names, which differ between scenarios. */
const alike = (step: string): string => step.replace(/"[^"]*"/g, '"p"');

function BroughtAbout({ seen }: Pick<Crash, 'seen'>): JSX.Element {
  const steps = [...groupBy(seen, ({ step }) => alike(step)).keys()];
  const all = countCrashed({ seen });
  const uploads = countCrashed({ seen: seen.filter(({ isByUpload }) => isByUpload) });
  const share =
    uploads === all ? 'A single UPLOAD is enough' : `In ${uploads} of ${all} scenarios, a single UPLOAD is enough`;
  return (
    <p>
      It crashes when {steps.slice(0, MOST).join('; or ')}
      {steps.length > MOST && `; or in ${steps.length - MOST} other steps`}.{uploads > 0 && ` ${share}.`}
    </p>
  );
}

/** Where each run crashed, one line per run. */
function Places({ seen }: Pick<Crash, 'seen'>): JSX.Element {
  const placesOf = (own: readonly CrashSeen[]) => [
    ...groupBy(own, ({ stop }) => `${stop.where}\n${stop.why}`).values(),
  ];
  const runs = [...groupBy(seen, ({ run }) => run.key)].map(([key, own]) => ({ key, own, places: placesOf(own) }));
  return (
    <ul class="plain">
      {runs.map(({ key, own, places }) => (
        <li>
          <b>{key}</b> {counted(countCrashed({ seen: own }), 'scenario')}:{' '}
          {places.slice(0, MOST).map(([{ stop }], at) => (
            <>
              {at > 0 && '; '}
              <code>{stop.where}</code> {firstLine(stop.why)}
            </>
          ))}
          {places.length > MOST && `; and ${places.length - MOST} other places`}
        </li>
      ))}
    </ul>
  );
}

function Item({ crash, report }: { readonly crash: Crash; readonly report: Report }): JSX.Element {
  const { cause, deviation, severity, damages, seen } = crash;
  const scenarios = acrossRuns([...new Set(seen.map(({ scenario }) => scenario))]).map(([first]) => first);
  const [first] = seen;
  return (
    <>
      <dt>
        <Badge look={{ words: severity, tone: SEVERITY_TONE[severity] }} />{' '}
        {deviation === null ? cause : titleOf(deviation)}{' '}
        {deviation !== null && first !== undefined && (
          <small>
            <DeviationLink run={first.run.key} id={deviation.id} />
          </small>
        )}
      </dt>
      <dd>
        <p>The hypervisor {damages.map((damage) => DAMAGE_WORDS[damage]).join('; or ')}.</p>
        <p>{deviation === null ? 'No deviation is recorded for this crash.' : <Prose text={deviation.does} />}</p>
        <BroughtAbout seen={seen} />
        {deviation !== null && <Since deviation={deviation} bugs={report.bugs} />}
        <details>
          <summary>Where, by run</summary>
          <Places seen={seen} />
        </details>
        <details>
          <summary>{counted(scenarios.length, 'scenario')}</summary>
          <ScenarioList scenarios={scenarios} />
        </details>
      </dd>
    </>
  );
}

export function Crashes({ report }: { readonly report: Report }): JSX.Element {
  const crashes = crashesOf(report);
  const specified = acrossRuns(stopsAsSpecified(report));
  return (
    <>
      <h3 id="crashes">Crashes</h3>
      {crashes.length === 0 ? (
        <p>No run crashed.</p>
      ) : (
        <>
          <p>
            {crashes.length === 1 ? 'One cause' : `${crashes.length} causes`}, the most severe first. Only a privileged
            domain can make these calls. A crash ends all domains.
          </p>
          <ul class="plain">
            {SEVERITIES.map((severity) => (
              <li>
                <Badge look={{ words: severity, tone: SEVERITY_TONE[severity] }} /> {SEVERITY_WORDS[severity]}
              </li>
            ))}
          </ul>
          <dl class="crashes">
            {crashes.map((crash) => (
              <Item crash={crash} report={report} />
            ))}
          </dl>
        </>
      )}
      {specified.length > 0 && (
        <details>
          <summary>Crashes that the document asks for: {counted(specified.length, 'scenario')}</summary>
          <ScenarioList scenarios={specified.map(([first]) => first)} />
        </details>
      )}
    </>
  );
}
