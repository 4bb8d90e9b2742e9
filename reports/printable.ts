/** Text that others chose, such as a payload's name, on its way to a terminal. */

/** Controls, invisible marks of direction and halves of characters, none of which is to reach a terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The line with a `?` for each of them. */
export const printable = (line: string): string => line.replace(UNPRINTABLE, '?');

/** JSON with each of them as an escape: the same value. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value).replace(UNPRINTABLE, (found) =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  );
