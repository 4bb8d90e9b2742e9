/** Lines for a terminal: what each means decides its colour. */
import { styleText } from 'node:util';
import { printable } from './printable';

const COLOURS = {
  title: 'bold',
  good: 'green',
  bad: 'red',
  quiet: 'dim',
  plain: 'reset',
} as const satisfies Readonly<Record<string, Parameters<typeof styleText>[0]>>;

/** A line, and what it is. */
export interface Line {
  readonly text: string;
  readonly as: keyof typeof COLOURS;
}

export const line = (text: string, as: Line['as'] = 'plain'): Line => ({ text, as });

/** The lines, further to the right. */
export const indented = (columns: number, lines: readonly Line[]): readonly Line[] =>
  lines.map(({ text, as }) => line(text === '' ? '' : `${' '.repeat(columns)}${text}`, as));

/** What is written, without the last line's end. Nothing in a text controls the terminal. */
export function renderLines(lines: readonly Line[], colour: boolean): string {
  const rendered = ({ text, as }: Line): string =>
    colour && as !== 'plain' ? styleText(COLOURS[as], printable(text), { validateStream: false }) : printable(text);
  return lines.map(rendered).join('\n');
}
