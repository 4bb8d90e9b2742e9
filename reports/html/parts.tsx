/** Components that all parts of the page use. */
import type { ComponentChildren, JSX } from 'preact';
import { idOf } from '../identity';
import { groupBy } from '../lists';
import type { RunName, Scenario, Status, VerdictName } from '../model';

/** The look of a result: its words, and the class that adds a mark and a colour. */
export interface Look {
  readonly words: string;
  readonly tone: 'good' | 'bad' | 'odd' | 'none';
}

export const STATUS_LOOK: Readonly<Record<Status, Look>> = {
  passed: { words: 'passed', tone: 'good' },
  failed: { words: 'failed', tone: 'bad' },
  pending: { words: 'pending', tone: 'bad' },
  undefined: { words: 'undefined', tone: 'bad' },
  ambiguous: { words: 'ambiguous', tone: 'bad' },
  crashed: { words: 'the emulator crashed', tone: 'bad' },
  skipped: { words: 'skipped', tone: 'none' },
  unknown: { words: 'no result', tone: 'none' },
};

export const VERDICT_LOOK: Readonly<Record<VerdictName, Look>> = {
  conforms: { words: 'conforms', tone: 'good' },
  deviates: { words: 'deviates', tone: 'bad' },
  'known-deviation': { words: 'known deviation', tone: 'odd' },
  'not-exercised': { words: 'not exercised', tone: 'none' },
  'not-testable': { words: 'not testable', tone: 'none' },
  'not-implemented': { words: 'not implemented', tone: 'odd' },
  differs: { words: 'differs', tone: 'odd' },
  'not-in-force': { words: 'other revision', tone: 'none' },
};

/** Shows the result's words, or `of` if it is given; the mark then shows the result. */
export function Badge({ look, of }: { readonly look: Look; readonly of?: string }): JSX.Element {
  return <b class={look.tone}>{of ?? look.words}</b>;
}

/** A label with a version: "xen-4.17". */
const VERSIONED = /^([a-z]+-)(\d[\w.]*)$/;

/**
 * The names of runs. Several revisions of one hypervisor are joined, and so are several versions in one revision:
 * "reference/1+2, xen-4.17+4.20/2".
 */
export function runNames(of: readonly { readonly run: RunName }[]): string {
  const labels = groupBy(of, ({ run }) => run.label);
  const named = [...labels].map(([label, own]) => {
    const [, name = '', version = ''] = VERSIONED.exec(label) ?? [];
    const revisions = own.map(({ run: { key, revision } }, at) => (at === 0 ? key : revision)).join('+');
    return { name, version, revisions, after: version === '' ? '' : revisions.slice(label.length) };
  });
  const families = groupBy(named, ({ name, after, revisions }) => (name === '' ? revisions : `${name} ${after}`));
  return [...families.values()]
    .map(([first, ...others]) =>
      others.length === 0
        ? first.revisions
        : `${first.name}${[first, ...others].map(({ version }) => version).join('+')}${first.after}`,
    )
    .join(', ');
}

const KNOWN: Look = VERDICT_LOOK['known-deviation'];

interface StatusBadgesProps<Item> {
  readonly of: readonly Item[];
  /** Whether it failed as recorded for its hypervisor. */
  readonly isKnown?: (item: Item) => boolean;
}

/** The runs, grouped by result. */
export function StatusBadges<Item extends Pick<Scenario, 'run' | 'status'>>(
  props: StatusBadgesProps<Item>,
): JSX.Element {
  const { of, isKnown = () => false } = props;
  const looks = groupBy(of, (item) => (isKnown(item) ? 'known' : item.status));
  return (
    <>
      {[...looks.values()].map((own) => (
        <Badge look={isKnown(own[0]) ? KNOWN : STATUS_LOOK[own[0].status]} of={runNames(own)} />
      ))}
    </>
  );
}

/** Number of characters of the title in an anchor. */
const SLUG = 24;

/**
 * The anchor of a scenario: the beginning of its title and a hash. It does not change when lines move. A scenario that
 * each revision has in its own form has two anchors.
 */
export function anchorOf(scenario: Scenario): string {
  const words = scenario.name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const slug = words.length > SLUG ? words.slice(0, SLUG).replace(/-[^-]*$/, '') : words;
  const revision = scenario.tags.find((tag) => /^revision-\d$/.test(tag))?.replace('evision-', '');
  return [slug.replace(/^-|-$/g, ''), idOf(scenario).slice(0, 5), revision].filter(Boolean).join('-');
}

/** The cells of the row of the examples that are not in the title: "distance 2147483648, outcome refused". */
export const rowText = ({ row }: Scenario): string => row.map(([column, value]) => `${column} ${value}`).join(', ');

/** The title, with the cells of the row that are not in it. */
export function Title({ of }: { readonly of: Scenario }): JSX.Element {
  const row = rowText(of);
  return (
    <>
      {of.name}
      {row !== '' && <small> ({row})</small>}
    </>
  );
}

export function ScenarioLink({ scenario }: { readonly scenario: Scenario }): JSX.Element {
  return (
    <a href={`#${anchorOf(scenario)}`}>
      <Title of={scenario} />
    </a>
  );
}

/** Links to scenarios, if there are any. Scenarios with the same title are grouped and labelled by their rows. */
export function ScenarioList({ scenarios }: { readonly scenarios: readonly Scenario[] }): JSX.Element | null {
  if (scenarios.length === 0) return null;
  const byName = groupBy(scenarios, ({ uri, name }) => `${uri} ${name}`);
  return (
    <ul class="links">
      {[...byName.values()].map((own) => (
        <li>{own.length === 1 ? <ScenarioLink scenario={own[0]} /> : <Rows of={own} />}</li>
      ))}
    </ul>
  );
}

/** Scenarios with the same title: the title once, and a link for each row. */
function Rows({ of }: { readonly of: readonly Scenario[] }): JSX.Element {
  return (
    <>
      {of[0]?.name}:{' '}
      {of.map((scenario, at) => (
        <>
          {at > 0 && '; '}
          <a href={`#${anchorOf(scenario)}`}>{rowText(scenario) || at + 1}</a>
        </>
      ))}
    </>
  );
}

export function ClauseLink({ id, mark = '' }: { readonly id: string; readonly mark?: string }): JSX.Element {
  return (
    <a href={`#${encodeURIComponent(id)}`}>
      {mark}
      {id}
    </a>
  );
}

/** The anchor of a known deviation that a run showed. */
export const deviationAnchor = (run: string, id: string): string => `${run}:${id}`;

export function DeviationLink({ run, id }: { readonly run: string; readonly id: string }): JSX.Element {
  return <a href={`#${deviationAnchor(run, id)}`}>{id}</a>;
}

/** A text of the catalogue. Text between backticks is code. */
export function Prose({ text }: { readonly text: string }): JSX.Element {
  const parts = text.split('`');
  return <>{parts.map((part, at) => (at % 2 === 1 ? <code>{part}</code> : part))}</>;
}

/** A wide table scrolls on its own, also by keyboard, so that the page does not. */
export function Scroll({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class="scroll" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}

export function Section(props: {
  readonly id: string;
  readonly title: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <section id={props.id} aria-labelledby={`${props.id}-title`}>
      <h2 id={`${props.id}-title`}>{props.title}</h2>
      {props.children}
    </section>
  );
}

/** The scenarios of several runs: for each one, the results of all runs, in the order of the runs. */
export function acrossRuns(scenarios: readonly Scenario[]): readonly (readonly [Scenario, ...Scenario[]])[] {
  return [...groupBy(scenarios, ({ uri, line }) => `${uri}:${line}`).values()];
}
