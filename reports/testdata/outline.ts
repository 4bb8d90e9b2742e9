/** A reader of XML, as strict as tests need it. */

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const TEXT = /[^<&]|&(?:lt|gt|amp|quot|apos|#\d+|#x[\da-f]+);/y;
const TAG = /<(\/?)([\w:.-]+)((?:\s+[\w:.-]+="(?:[^<&"]|&(?:lt|gt|amp|quot|apos|#\d+|#x[\da-f]+);)*")*)\s*(\/?)>/y;
const DECLARATION = /<\?xml [^?]*\?>\s*/y;
/** What XML 1.0 cannot hold. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** The elements of a document in their order. Throws where it is not well-formed. */
export function outline(xml: string): readonly Element[] {
  const forbidden = FORBIDDEN.exec(xml);
  if (forbidden !== null) throw new Error(`XML: expected a character, got one at ${forbidden.index} that it cannot hold`);
  const elements: Element[] = [];
  const open: string[] = [];
  let at = 0;
  const match = (expression: RegExp): RegExpExecArray | null => {
    expression.lastIndex = at;
    const found = expression.exec(xml);
    if (found !== null) at = expression.lastIndex;
    return found;
  };
  match(DECLARATION);
  while (at < xml.length) {
    if (match(TEXT) !== null) continue;
    const [, end, name = '', attributes = '', empty] = match(TAG) ?? [];
    if (name === '') throw new Error(`XML: expected a tag or text at ${at}, got ${xml.slice(at, at + 40)}`);
    if (end === '/') {
      if (open.pop() !== name) throw new Error(`XML: expected another end than ${name} at ${at}`);
      continue;
    }
    const pairs = [...attributes.matchAll(/([\w:.-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value] as const);
    if (new Set(pairs.map(([key]) => key)).size < pairs.length) throw new Error(`XML: an attribute twice at ${at}`);
    elements.push({ name, attributes: Object.fromEntries(pairs) });
    if (empty !== '/') open.push(name);
  }
  if (open.length > 0) throw new Error(`XML: expected the end of ${open.join(', ')}`);
  return elements;
}
