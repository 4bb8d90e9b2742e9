/** Where a hypervisor stopped. */
import { groupBy } from './lists';
import type { Report, Run, Scenario } from './model';

export interface Crash {
  readonly run: Run;
  /** Symbol+offset. */
  readonly where: string;
  readonly why: string;
  readonly scenarios: readonly Scenario[];
}

/** By run, place and cause. */
export function crashesOf({ runs }: Pick<Report, 'runs'>): readonly Crash[] {
  return runs.flatMap((run) => {
    const stops = run.scenarios.flatMap((scenario) =>
      scenario.steps.flatMap(({ events }) =>
        events.flatMap((event) =>
          event.kind === 'stop' ? [{ scenario, where: event.where, why: event.why.split('\n')[0] ?? '' }] : [],
        ),
      ),
    );
    const groups = groupBy(stops, ({ where, why }) => `${where}\n${why}`);
    return [...groups].map(([key, own]) => {
      const [where = '', why = ''] = key.split('\n');
      return { run, where, why, scenarios: own.map(({ scenario }) => scenario) };
    });
  });
}
