/** Makes the search for a step's definition fast: Cucumber does it about a million times in a run. */
import { isObject } from '../engine/shape';

/** The expression by which Cucumber finds a step. */
interface Expression {
  /** Its source: "the call returns {errno}". */
  readonly source: string;
  /** The arguments; null if the text does not match. */
  match: (text: string) => object | null;
}

function isExpression(value: unknown): value is Expression {
  return isObject(value) && typeof value['source'] === 'string' && typeof value['match'] === 'function';
}

/**
 * The expressions of the steps that Cucumber has loaded. Its types hide them. TypeError if they are not where we expect
 * them.
 */
function expressionsOf(library: object): readonly Expression[] {
  const definitions: unknown = 'stepDefinitions' in library ? library.stepDefinitions : undefined;
  if (!Array.isArray(definitions)) throw new TypeError('library: expected stepDefinitions, got none');
  return definitions.map((definition: unknown) => {
    const expression = isObject(definition) ? definition['expression'] : undefined;
    if (!isExpression(expression)) throw new TypeError('step definition: expected an expression, got none');
    return expression;
  });
}

/** The expressions of all steps, as they are defined: "the call returns {errno}". */
export const sentencesOf = (library: object): readonly string[] => expressionsOf(library).map(({ source }) => source);

/** The beginning that all texts of the expression share: everything before its first parameter or choice. */
export const firstWords = (source: string): string => /^(?:[^{}()/\\ ]+(?: |$))*/.exec(source)?.[0] ?? '';

/**
 * Cucumber matches each step with every definition, and with its own twice more. So a text is matched with all of them
 * when it first occurs, but for those that begin differently: most steps are in many scenarios.
 */
export function quickenMatching(library: object): void {
  const own = expressionsOf(library).map((expression) => ({
    expression,
    start: firstWords(expression.source),
    match: expression.match.bind(expression),
  }));
  /** By text, the arguments for each expression that matches it. */
  const matches = new Map<string, ReadonlyMap<Expression, object>>();
  const matchesOf = (text: string): ReadonlyMap<Expression, object> => {
    const found = new Map<Expression, object>();
    for (const { expression, start, match } of own) {
      const given = text.startsWith(start) ? match(text) : null;
      if (given !== null) found.set(expression, given);
    }
    return found;
  };
  for (const { expression } of own)
    expression.match = (text) => {
      const found = matches.get(text) ?? matchesOf(text);
      matches.set(text, found);
      return found.get(expression) ?? null;
    };
}
