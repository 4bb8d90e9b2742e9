/** The published list of implementations: which release fixed or broke which clause. */
import type { JSX } from 'preact';
import type { Report } from '../model';
import type { Departure, Span } from '../releases';
import { Badge, ClauseLink, type Look, Prose, Scroll, VERDICT_LOOK } from './parts';

const NOT_ASKED: Look = { words: 'not run', tone: 'none' };
const lookOf = ({ verdict }: Span): Look => (verdict === null ? NOT_ASKED : VERDICT_LOOK[verdict]);

/** "4.17.7" for "Xen 4.17.7 (xen-syms)", as in README's table. */
const releaseOf = (hypervisor: string): string => hypervisor.replace(/^\S+ (\S+).*$/, '$1');

function Table({ releases: { releases, clauses } }: Pick<Report, 'releases'>): JSX.Element {
  return (
    <Scroll label="Releases side by side">
      <table class="overview beside">
        <thead>
          <tr>
            <th scope="col">Clause</th>
            {releases.map(({ implementation: { id, hypervisor } }) => (
              <th scope="col">
                {releaseOf(hypervisor)} <small>{id}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {clauses.map(({ clause, spans }) => (
            <tr>
              <th scope="row">
                <ClauseLink id={clause.id} /> <small>{clause.section}</small>
              </th>
              {spans.map((span) => (
                <td colSpan={span.length}>
                  <Badge look={lookOf(span)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Departures({ title, of }: { readonly title: string; readonly of: readonly Departure[] }): JSX.Element | null {
  if (of.length === 0) return null;
  return (
    <details>
      <summary>
        {title}: {of.length}
      </summary>
      <ul class="links">
        {of.map((departure) => (
          <li>
            {departure.id} {departure.clauses.map((clause) => [<ClauseLink id={clause} />, ' '])}
            <small>
              since Xen {departure.since}
              {departure.until !== undefined && `, until ${departure.until}`}
            </small>{' '}
            <Prose text={'absent' in departure ? departure.absent : departure.does} />
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Nothing if the list is empty. */
export function Releases({ releases, clauses }: Pick<Report, 'releases' | 'clauses'>): JSX.Element | null {
  const count = releases.releases.length;
  if (count === 0) return null;
  return (
    <>
      <h3 id="releases">From release to release</h3>
      <p>
        {releases.clauses.length} of {clauses.length} clauses have different verdicts on the {count} releases of the
        published list of implementations. Of several builds of one release, the one that exercises most clauses is
        here. The columns are ordered by version; a stable release may be newer than the release after it.
      </p>
      {releases.clauses.length > 0 && <Table releases={releases} />}
      <dl>
        {releases.releases.map(({ implementation: { hypervisor, id, buildId, suite, date }, fixed, broken }) => (
          <>
            <dt>
              {hypervisor} <small>{id}</small>
            </dt>
            <dd>
              <p>
                <small>
                  Build-id <code>{buildId}</code>; suite {suite}, {date}
                </small>
              </p>
              <Departures title="Deviations that are fixed" of={fixed} />
              <Departures title="New deviations" of={broken} />
            </dd>
          </>
        ))}
      </dl>
    </>
  );
}
