/**
 * A file with all its mutants at once: each expression that has some is written in all its forms, and the number of the
 * active mutant chooses one (`switch.ts`). So one process tests thousands of mutants and loads the code once.
 */
import ts from 'typescript';
import { groupBy } from '../../reports/lists';
import type { Mutant } from './mutants';
import { SWITCH } from './switch';

/** A mutant and its number in this measurement. */
export interface Numbered {
  readonly number: number;
  readonly mutant: Mutant;
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly isStatement: boolean;
  readonly mutants: readonly Numbered[];
}

function placesOf(numbered: readonly Numbered[]): readonly Place[] {
  const byHost = groupBy(numbered, ({ mutant: { host } }) => `${host.start} ${host.end} ${String(host.isStatement)}`);
  return [...byHost.values()]
    .map((mutants) => ({ ...mutants[0].mutant.host, mutants }))
    .sort(
      (one, other) =>
        one.start - other.start || other.end - one.end || Number(other.isStatement) - Number(one.isStatement),
    );
}

/** The text with a switch at each place. */
export function withSwitches(content: string, numbered: readonly Numbered[]): string {
  function formsOf({ start, end, isStatement, mutants }: Place, original: string): string {
    if (isStatement) return `{ if (${mutants.map(({ number }) => `!${SWITCH}(${number})`).join(' && ')}) ${original} }`;
    const forms = mutants.map(({ number, mutant }) => {
      const form = content.slice(start, mutant.start) + mutant.becomes + content.slice(mutant.end, end);
      return `${SWITCH}(${number}) ? (${form}) : `;
    });
    return `(${forms.join('')}(${original}))`;
  }

  function written(from: number, to: number, places: readonly Place[]): string {
    const [first, ...others] = places;
    if (first === undefined) return content.slice(from, to);
    const isInside = ({ start }: Place): boolean => start < first.end;
    const inner = written(first.start, first.end, others.filter(isInside));
    const after = written(
      first.end,
      to,
      others.filter((place) => !isInside(place)),
    );
    return content.slice(from, first.start) + formsOf(first, inner) + after;
  }

  return written(0, content.length, placesOf(numbered));
}

/** As Node runs it. */
export function compiled(content: string, file: string): string {
  const { outputText } = ts.transpileModule(content, {
    fileName: file,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      jsx: ts.JsxEmit.ReactJSX,
      jsxImportSource: 'preact',
      esModuleInterop: true,
    },
  });
  return outputText;
}
