/** The search for a step's definition, made quick: Cucumber makes it some million times a run. */
import { isObject } from '../engine/shape';

/** What Cucumber finds a step by. */
interface Expression {
  /** As it was written: "the call returns {errno}". */
  readonly source: string;
  /** The arguments; null: the text is not of this definition. */
  match: (text: string) => object | null;
}

function isExpression(value: unknown): value is Expression {
  return isObject(value) && typeof value['source'] === 'string' && typeof value['match'] === 'function';
}

/** Those of steps as Cucumber has loaded them; its types hide them. TypeError where they are held otherwise. */
function expressionsOf(library: object): readonly Expression[] {
  const definitions: unknown = 'stepDefinitions' in library ? library.stepDefinitions : undefined;
  if (!Array.isArray(definitions)) throw new TypeError('library: expected stepDefinitions, got none');
  return definitions.map((definition: unknown) => {
    const expression = isObject(definition) ? definition['expression'] : undefined;
    if (!isExpression(expression)) throw new TypeError('step definition: expected an expression, got none');
    return expression;
  });
}

/** The sentences of all steps, as they are defined: "the call returns {errno}". */
export const sentencesOf = (library: object): readonly string[] => expressionsOf(library).map(({ source }) => source);

/** The words that every text of the expression begins with: what stands before its first parameter or choice. */
export const firstWords = (source: string): string => /^(?:[^{}()/\\ ]+(?: |$))*/.exec(source)?.[0] ?? '';

/**
 * Cucumber matches each step with every definition, and with its own twice more. So a text that begins otherwise is not
 * matched at all, and one that was matched before is not matched again: most steps stand in many scenarios.
 */
export function quickenMatching(library: object): void {
  for (const expression of expressionsOf(library)) {
    const match = expression.match.bind(expression);
    const start = firstWords(expression.source);
    const matches = new Map<string, object>();
    expression.match = (text) => {
      if (!text.startsWith(start)) return null;
      const known = matches.get(text);
      if (known !== undefined) return known;
      const found = match(text);
      if (found !== null) matches.set(text, found);
      return found;
    };
  }
}
