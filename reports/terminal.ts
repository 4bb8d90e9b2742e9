/** Lines for a terminal. Their meaning decides their colour. */
import { styleText } from 'node:util';
import { printable } from './printable';

const COLOURS = {
  title: 'bold',
  good: 'green',
  bad: 'red',
  quiet: 'dim',
  plain: 'reset',
} as const satisfies Readonly<Record<string, Parameters<typeof styleText>[0]>>;

/** A line and its kind. */
export interface Line {
  readonly text: string;
  readonly as: keyof typeof COLOURS;
}

export const line = (text: string, as: Line['as'] = 'plain'): Line => ({ text, as });

/** The lines, indented. */
export const indented = (columns: number, lines: readonly Line[]): readonly Line[] =>
  lines.map(({ text, as }) => line(text === '' ? '' : `${' '.repeat(columns)}${text}`, as));

/** The text to write, without a newline at the end. Control characters are replaced. */
export function renderLines(lines: readonly Line[], colour: boolean): string {
  const rendered = ({ text, as }: Line): string =>
    colour && as !== 'plain' ? styleText(COLOURS[as], printable(text), { validateStream: false }) : printable(text);
  return lines.map(rendered).join('\n');
}
