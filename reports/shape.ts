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

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
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

/** The first of the complaints about `parts`, with the part's place before it. */
function firstComplaint(parts: Iterable<readonly [place: string, complaint: string | undefined]>): string | undefined {
  for (const [place, complaint] of parts) if (complaint !== undefined) return place + complaint;
  return undefined;
}

export const list =
  (shape: Shape): Shape =>
  (given) =>
    Array.isArray(given)
      ? firstComplaint(given.map((each, at) => [`[${at}]`, shape(each)]))
      : expected('a list', given);

/** An object with these fields; it may have others. */
export const object =
  (fields: Readonly<Record<string, Shape>>): Shape =>
  (given) =>
    isObject(given)
      ? firstComplaint(Object.entries(fields).map(([name, shape]) => [`.${name}`, shape(given[name])]))
      : expected('an object', given);

/** An object whose fields, whatever their names, all have one shape. */
export const record =
  (shape: Shape): Shape =>
  (given) =>
    isObject(given)
      ? firstComplaint(Object.entries(given).map(([name, each]) => [`.${name}`, shape(each)]))
      : expected('an object', given);

/** An object of one of several kinds, which its field `tag` names. */
export const variant =
  (tag: string, kinds: Readonly<Record<string, Shape>>): Shape =>
  (given) => {
    const kind = isObject(given) ? given[tag] : undefined;
    const shape = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    return (shape ?? object({ [tag]: oneOf(...Object.keys(kinds)) }))(given);
  };
