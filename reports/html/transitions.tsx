/** The document's transition table and state diagram, with what each run showed. */
import type { JSX } from 'preact';
import type { Report } from '../model';
import { RunHeads } from './clauses';
import { Deciding, VerdictCell } from './deciding';
import { StateDiagram, transitionAnchor } from './diagram';
import { ClauseLink, Scroll, Section } from './parts';

export function Transitions({ report }: { readonly report: Report }): JSX.Element {
  const { transitions, runs, known } = report;
  return (
    <Section id="transitions" title="State transitions">
      <p>
        This is the document’s table of actions. The rows that the document sums up as “all other transitions are
        invalid” are written out. In the diagram, each edge shows the worst verdict of the runs and links to its row.
      </p>
      <Scroll label="State diagram">
        <StateDiagram transitions={transitions} />
      </Scroll>
      <table class="rows transitions">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Action</th>
            <th scope="col">Outcome</th>
            <th scope="col">Next state</th>
            <th scope="col">Clause</th>
            <RunHeads runs={runs} />
          </tr>
        </thead>
        <tbody>
          {transitions.map(({ transition, verdicts }) => (
            <tr id={transitionAnchor(transition)}>
              <th scope="row">{transition.state}</th>
              <td>{transition.action}</td>
              <td>{transition.outcome}</td>
              <td>→ {transition.next}</td>
              <td>
                <ClauseLink id={transition.clause} />
                <Deciding id={transitionAnchor(transition)} verdicts={verdicts} known={known} runs={runs} />
              </td>
              {runs.map((run) => (
                <VerdictCell id={transitionAnchor(transition)} run={run} verdict={verdicts.get(run.key)} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
