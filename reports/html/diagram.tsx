/** The document's state diagram. Each edge shows the verdict of the runs. */
import type { JSX } from 'preact';
import type { Transition } from '../../engine/abi/transitions';
import type { Report, VerdictName } from '../model';
import { VERDICT_LOOK } from './parts';

type Entry = Report['transitions'][number];

/** The anchor of a transition in the table. */
export const transitionAnchor = ({ state, action, outcome }: Transition): string => `${state}-${action}-${outcome}`;

/** From bad to good. An edge shows the worst verdict of all runs. */
const WORST: readonly VerdictName[] = ['deviates', 'known-deviation', 'not-exercised', 'conforms'];
const MARK = { good: '✓', bad: '✗', odd: '≠', none: '–' } as const;

function Label({ entry, x, y }: { readonly entry: Entry; readonly x: number; readonly y: number }): JSX.Element {
  const { transition, verdicts } = entry;
  const found = [...verdicts.values()].map(({ verdict }) => verdict);
  const { tone } = VERDICT_LOOK[WORST.find((verdict) => found.includes(verdict)) ?? 'not-exercised'];
  const shown = [...verdicts].map(([run, { verdict }]) => `${run}: ${VERDICT_LOOK[verdict].words}`);
  return (
    <a href={`#${transitionAnchor(transition)}`}>
      <text x={x} y={y} class={`edge ${tone}`}>
        <title>{shown.join(', ')}</title>
        {`${MARK[tone]} ${transition.action} ${transition.outcome}`}
      </text>
    </a>
  );
}

interface Edge {
  /** The curve. */
  readonly path: string;
  /** Position of its first label; the others are below. */
  readonly at: readonly [x: number, y: number];
  readonly is: (transition: Transition) => boolean;
}

const LINE = 20;

const EDGES: readonly Edge[] = [
  {
    path: 'M 300 175 C 380 130, 480 130, 560 175',
    at: [430, 112],
    is: ({ state, next }) => state === 'CHECKED' && next === 'APPLIED',
  },
  {
    path: 'M 560 205 C 480 250, 380 250, 300 205',
    at: [460, 264],
    is: ({ state, next }) => state === 'APPLIED' && next === 'CHECKED',
  },
  { path: 'M 230 215 L 230 290', at: [310, 282], is: ({ next }) => next === 'gone' },
  {
    path: 'M 195 165 C 150 90, 310 90, 265 165',
    at: [130, 20],
    is: ({ state, next }) => state === 'CHECKED' && next === 'CHECKED',
  },
  {
    path: 'M 595 165 C 550 90, 710 90, 665 165',
    at: [630, 20],
    is: ({ state, next }) => state === 'APPLIED' && next === 'APPLIED',
  },
];

function Node({ x, y, name }: { readonly x: number; readonly y: number; readonly name: string }): JSX.Element {
  return (
    <>
      <rect x={x - 70} y={y - 25} width="140" height="50" rx="8" />
      <text x={x} y={y + 5} class="state">
        {name}
      </text>
    </>
  );
}

export function StateDiagram({ transitions }: Pick<Report, 'transitions'>): JSX.Element {
  return (
    <svg viewBox="0 0 820 350" class="diagram" role="group" aria-label="State diagram">
      <defs>
        <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
          <path d="M 0 0 L 8 4 L 0 8 z" />
        </marker>
      </defs>
      <path d="M 70 190 L 158 190" marker-end="url(#tip)" />
      <text x="110" y="180" class="edge">
        UPLOAD
      </text>
      {EDGES.map(({ path }) => (
        <path d={path} marker-end="url(#tip)" />
      ))}
      <Node x={230} y={190} name="CHECKED" />
      <Node x={630} y={190} name="APPLIED" />
      <Node x={230} y={317} name="gone" />
      {EDGES.map(({ is, at: [x, y] }) =>
        transitions
          .filter(({ transition }) => is(transition))
          .map((entry, index) => <Label entry={entry} x={x} y={y + index * LINE} />),
      )}
    </svg>
  );
}
