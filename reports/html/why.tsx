/** Why a scenario did not pass: the step that failed, or what its target lacks. */
import type { JSX } from 'preact';
import { explain, failingStep, lacking } from '../explain';
import { groupBy } from '../lists';
import type { Report, Scenario } from '../model';
import { DeviationLink, runNames } from './parts';

/** The anchor of the need with this name. */
const needAnchor = (name: string): string => `needs-${name}`;

/** Why some runs have no steps. */
export function NotExercised({ of: [first, ...others] }: { readonly of: readonly Scenario[] }): JSX.Element {
  if (first === undefined) return <></>;
  const missing = lacking(first);
  const runs = runNames([first, ...others]);
  if (missing.length === 0)
    return (
      <p>
        <i>{runs}: </i>
        {explain(first)}
      </p>
    );
  return (
    <p>
      Not exercised: {runs} lacks{' '}
      {missing.map(({ name }, at) => [at > 0 && ', ', <a href={`#${needAnchor(name)}`}>{name}</a>])}
    </p>
  );
}

/** What some scenarios need and some targets lack. */
export function Needs({ scenarios }: { readonly scenarios: readonly Scenario[] }): JSX.Element | null {
  const meanings = new Map(scenarios.flatMap(lacking).map(({ name, meaning }) => [name, meaning]));
  if (meanings.size === 0) return null;
  return (
    <>
      <p>If a scenario needs something that a target lacks, the target does not exercise it:</p>
      <dl class="terms">
        {[...meanings].sort().map(([name, meaning]) => (
          <>
            <dt id={needAnchor(name)}>{name}</dt>
            <dd>{meaning}</dd>
          </>
        ))}
      </dl>
    </>
  );
}

/** The failed step, shown before all others, and its known deviation. */
export function Failing({
  of,
  known,
}: {
  readonly of: readonly Scenario[];
  readonly known: Report['known'];
}): JSX.Element {
  const failed = of.flatMap((scenario) => {
    const step = failingStep(scenario);
    return step === undefined ? [] : [{ ...scenario, step, deviation: known.get(scenario) }];
  });
  const groups = groupBy(failed, ({ step, deviation }) => `${deviation?.id ?? ''} ${step.keyword} ${step.text}`);
  return (
    <>
      {[...groups.values()].map(([first, ...others]) => (
        <p>
          {runNames([first, ...others])} {others.length > 0 ? 'fail' : 'fails'} at step{' '}
          {first.steps.indexOf(first.step) + 1}: <b>{first.step.keyword}</b> {first.step.text}
          {first.deviation !== undefined && (
            <>
              {' '}
              (known deviation <DeviationLink run={first.run.key} id={first.deviation.id} />)
            </>
          )}
        </p>
      ))}
    </>
  );
}
