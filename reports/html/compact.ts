/** The same page in fewer bytes: what a parser of HTML knows without being told is left out. */

/** Where these end, their parent ends or another of them begins. */
const IMPLIED = '</(?:li|tr|td|th|dt|dd|option|tbody)>';
/** A paragraph ends where one of these begins or ends. */
const BLOCKS = 'p|div|ul|ol|dl|dt|dd|li|pre|table|td|details|section|article|h[1-6]';
const PARAGRAPH = `</p>(?=</?(?:${BLOCKS})>|<(?:${BLOCKS}) )`;
/** What is no HTML, and to be left as it is. */
const RAW = '<(style|script|svg)\\b[^]*?</\\1>';
const TAG = '<[a-z][^>"]*(?:"[^"]*"[^>"]*)*>';
const FINDS = new RegExp(`${RAW}|&quot;|${IMPLIED}|${PARAGRAPH}|${TAG}`, 'g');

/** Attributes of one word, which need no quotes. One that ends with a slash could be taken for the tag's. */
const WORD = /="([^\s"'=<>`]*[^\s"'=<>`/])"/g;

/** What the renderer of `HTML` wrote, without end tags, quotes and escapes that mean nothing. */
export function compact(html: string): string {
  return html.replace(FINDS, (found, raw: string | undefined) => {
    if (raw !== undefined) return found;
    if (found === '&quot;') return '"';
    if (found.startsWith('</')) return '';
    return found.replace(WORD, '=$1').replace(/\/>$/, '>');
  });
}
