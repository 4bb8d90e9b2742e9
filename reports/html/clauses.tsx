/** The clauses, each with its text and the verdict of each run. */
import type { JSX } from 'preact';
import { type Clause, claimOf, isChoice } from '../../features/catalogue';
import { linkTo } from '../../features/documents';
import { groupBy } from '../lists';
import type { Report, Run } from '../model';
import { Deciding, VerdictCell } from './deciding';
import { ClauseLink, Prose, Section } from './parts';

type ClauseEntry = Report['clauses'][number];

export function RunHeads({ runs }: { readonly runs: readonly Run[] }): JSX.Element {
  return (
    <>
      {runs.map(({ key }) => (
        <th scope="col">{key}</th>
      ))}
    </>
  );
}

/** The origin of a clause: the document, with a link to the place, or the suite, with the reason. */
function Origin({ of }: { readonly of: Clause }): JSX.Element {
  if (isChoice(of))
    return (
      <p class="origin">
        The suite's choice. <Prose text={of.because} /> Also done by: <Prose text={of.like} />.
      </p>
    );
  const [first, last] = of.source;
  return (
    <p class="origin">
      <a href={linkTo(of.revision, of.source)}>
        Revision {of.revision}, {first === last ? `line ${first}` : `lines ${first} to ${last}`}
      </a>
    </p>
  );
}

function ClauseRow({ entry, report }: { readonly entry: ClauseEntry; readonly report: Report }): JSX.Element {
  const { clause, verdicts } = entry;
  const { runs, known } = report;
  return (
    <tr id={clause.id} data-level={clause.level}>
      <th scope="row">
        <ClauseLink id={clause.id} />
        <small>
          {clause.level}
          {clause.revision === 2 && ', revision 2'}
        </small>
      </th>
      <td>
        <Prose text={claimOf(clause)} />
        <Origin of={clause} />
        {clause.supersededBy !== undefined && (
          <p>
            In revision 2, <ClauseLink id={clause.supersededBy} /> replaces it.
          </p>
        )}
        {!clause.testable && (
          <p>
            Not testable: <Prose text={clause.why ?? ''} />
          </p>
        )}
        <Deciding id={clause.id} verdicts={verdicts} known={known} runs={runs}>
          {clause.testable && <p>These runs have no scenario for it.</p>}
        </Deciding>
      </td>
      {runs.map((run) => (
        <VerdictCell id={clause.id} run={run} verdict={verdicts.get(run.key)} />
      ))}
    </tr>
  );
}

/** The anchor of the n-th section. */
export const sectionAnchor = (at: number): string => `section-${at + 1}`;

export function Clauses({ report }: { readonly report: Report }): JSX.Element {
  const { clauses, runs } = report;
  const sections = groupBy(clauses, ({ clause }) => clause.section);
  return (
    <Section id="clauses" title="Clauses">
      {[...sections].map(([section, entries], at) => (
        <div id={sectionAnchor(at)}>
          <table class="rows clauses">
            <caption>
              <h3>{section}</h3>
            </caption>
            <thead>
              <tr>
                <th scope="col">Clause</th>
                <th scope="col">Clause text</th>
                <RunHeads runs={runs} />
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <ClauseRow entry={entry} report={report} />
              ))}
            </tbody>
          </table>
        </div>
      ))}
    </Section>
  );
}
