/** Text from outside, such as a payload's name, made safe for a terminal. */

/** Control characters, invisible direction marks and lone surrogates, which must not reach a terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The line with a `?` in place of each of them. */
export const printable = (line: string): string => line.replace(UNPRINTABLE, '?');

/** JSON with each of them as an escape. The value is the same. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value).replace(UNPRINTABLE, (found) =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  );
