/** The implementation report: differences between runs, crashes, known deviations, and changes by release. */
import type { JSX } from 'preact';
import { deviationsFound } from '../deviations';
import type { Report } from '../model';
import { SideBySide } from './beside';
import { Crashes } from './crashes';
import { Section } from './parts';
import { Recorded } from './recorded';
import { Releases } from './releases';

/** The parts of this long section, and the runs that showed known deviations. */
function Contents({ report }: { readonly report: Report }): JSX.Element {
  const { runs, releases } = report;
  const parts = [
    { id: 'compare', title: 'Compare runs', isThere: runs.length > 1 },
    { id: 'crashes', title: 'Crashes', isThere: true },
    { id: 'deviations', title: 'Known deviations', isThere: true },
    ...deviationsFound(report).map(({ run: { key } }) => ({ id: key, title: key, isThere: true })),
    { id: 'releases', title: 'From release to release', isThere: releases.releases.length > 0 },
  ];
  return (
    <nav aria-label="Parts of the implementation report">
      {parts
        .filter(({ isThere }) => isThere)
        .map(({ id, title }) => (
          <a href={`#${id}`}>{title}</a>
        ))}
    </nav>
  );
}

export function Implementations({ report }: { readonly report: Report }): JSX.Element {
  return (
    <Section id="implementations" title="Implementation report">
      <Contents report={report} />
      <SideBySide report={report} />
      <Crashes report={report} />
      <Recorded report={report} />
      <Releases releases={report.releases} clauses={report.clauses} />
    </Section>
  );
}
