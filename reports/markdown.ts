/** Texts for Markdown (GitHub's, which is CommonMark with tables). */

/** Invisible. A forge does not recognise a name that follows it. */
const ZERO_WIDTH_SPACE = '\u200b';

/** One line without control characters. */
function oneLine(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '?')
    .trim();
}

/**
 * Escapes text for Markdown, because names in payloads are hostile input. The result has no markup, HTML, link or
 * picture, does not end a table's cell, and an "@name" notifies nobody.
 */
export function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replace(/[\\`*[\]<>|~#$&]/g, '\\$&')
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
    .replace(/:(?=\/\/)|(?<=www)\./gi, '\\$&')
    .replace(/@/g, `@${ZERO_WIDTH_SPACE}`)
    .replace(/^(?:[-+=]|\d+(?=[.)]))/, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`));
}

/** Text as code. The fence is longer if the text has backticks. */
export function codeSpan(text: string): string {
  const content = oneLine(text);
  const longest = Math.max(0, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = content === '' || longest > 0 ? ' ' : '';
  return `${fence}${pad}${content}${pad}${fence}`;
}

/** Prose of the catalogue, in which backticks mark `code`. */
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
