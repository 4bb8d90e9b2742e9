/** The implementation report: differences between runs, crashes, known deviations, and changes by release. */
import type { JSX } from 'preact';
import type { Report } from '../model';
import { SideBySide } from './beside';
import { Crashes } from './crashes';
import { Section } from './parts';
import { Recorded } from './recorded';
import { Releases } from './releases';

export function Implementations({ report }: { readonly report: Report }): JSX.Element {
  return (
    <Section id="implementations" title="Implementation report">
      <SideBySide report={report} />
      <Crashes report={report} />
      <Recorded report={report} />
      <Releases releases={report.releases} clauses={report.clauses} />
    </Section>
  );
}
