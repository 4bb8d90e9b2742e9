/** Shapes of values that come from a file, as data: what each field has to be, and what to say where it is not. */

/** What is wrong with a value, from its place on (".id: expected a text, got nothing"); undefined: nothing is. */
export type Shape = (value: unknown) => string | undefined;

function described(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

const expected = (what: string, value: unknown): string => `: expected ${what}, got ${described(value)}`;

/** Whether a value is an object with named fields: no list, and not null. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value that passes a test; `what` names it in complaints. */
export const value =
  (what: string, test: (value: unknown) => boolean): Shape =>
  (given) =>
    test(given) ? undefined : expected(what, given);

export const text = value('a text', (given) => typeof given === 'string');
export const truth = value('true or false', (given) => typeof given === 'boolean');
export const integer = value('an integer', Number.isSafeInteger);
export const natural = value('an integer from 0', (given) => Number.isSafeInteger(given) && Number(given) >= 0);

export const oneOf = (...choices: readonly unknown[]): Shape =>
  value(`one of ${choices.join(', ')}`, (given) => choices.includes(given));

export const optional =
  (shape: Shape): Shape =>
  (given) =>
    given === undefined ? undefined : shape(given);

// Plain loops: a whole run has a hundred thousand messages, and a place is put together only where something is wrong.

export const list =
  (shape: Shape): Shape =>
  (given) => {
    if (!Array.isArray(given)) return expected('a list', given);
    for (let at = 0; at < given.length; at++) {
      const complaint = shape(given[at]);
      if (complaint !== undefined) return `[${at}]${complaint}`;
    }
    return undefined;
  };

/** An object with these fields; it may have others. */
export function object(fields: Readonly<Record<string, Shape>>): Shape {
  const shapes = Object.entries(fields);
  return (given) => {
    if (!isObject(given)) return expected('an object', given);
    for (const [name, shape] of shapes) {
      const complaint = shape(given[name]);
      if (complaint !== undefined) return `.${name}${complaint}`;
    }
    return undefined;
  };
}

/** An object whose fields have the shape that is chosen by their name, or may be anything. */
export const record =
  (shapeOf: (name: string) => Shape | undefined): Shape =>
  (given) => {
    if (!isObject(given)) return expected('an object', given);
    for (const name of Object.keys(given)) {
      const complaint = shapeOf(name)?.(given[name]);
      if (complaint !== undefined) return `.${name}${complaint}`;
    }
    return undefined;
  };

/** An object of one of several kinds, which its field `tag` names. */
export const variant =
  (tag: string, kinds: Readonly<Record<string, Shape>>): Shape =>
  (given) => {
    const kind = isObject(given) ? given[tag] : undefined;
    const shape = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    return (shape ?? object({ [tag]: oneOf(...Object.keys(kinds)) }))(given);
  };
