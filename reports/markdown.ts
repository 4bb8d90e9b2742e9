/** Texts for Markdown (GitHub's, which is CommonMark with tables). */

/** Invisible, and between it and what follows there is nothing that a forge takes for a name. */
const ZERO_WIDTH_SPACE = '\u200b';

/** One line, without characters that do something to whoever reads it. */
function oneLine(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '?')
    .trim();
}

/**
 * Text that says in Markdown just what it is: names out of payloads are hostile input. No markup, no HTML, no link, no
 * picture, no end of a table's cell; and nobody is called by an "@name".
 */
export function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replace(/[\\`*[\]<>|~#$&]/g, '\\$&')
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
    .replace(/:(?=\/\/)|(?<=www)\./gi, '\\$&')
    .replace(/@/g, `@${ZERO_WIDTH_SPACE}`)
    .replace(/^(?:[-+=]|\d+(?=[.)]))/, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`));
}

/** Text as code. A backtick in it makes the fence longer. */
export function codeSpan(text: string): string {
  const content = oneLine(text);
  const longest = Math.max(0, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = content === '' || longest > 0 ? ' ' : '';
  return `${fence}${pad}${content}${pad}${fence}`;
}

/** Prose of the catalogue, in which `code` stands between backticks. */
export function prose(text: string): string {
  return text
    .split('`')
    .map((part, at) => {
      if (at % 2 === 1) return codeSpan(part);
      const [, before = '', words = '', after = ''] = /^(\s*)(.*?)(\s*)$/s.exec(part) ?? [];
      return `${before && ' '}${escapeMarkdown(words)}${after && ' '}`;
    })
    .join('')
    .trim();
}

/** A table. Cells are Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const cell = (text: string): string => text.replace(/\\?\|/g, '\\|');
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
