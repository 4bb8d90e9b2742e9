/**
 * What of a console matters: warnings and errors. What a debug Xen says of each symbol that it resolves, and what any Xen
 * prints when it warns or dies (registers, stack, trace, page tables, and once more the reason in a box) is for who
 * debugs it: to all others the reason is enough, which `check` tells before.
 */

const BOX = /^\*{8,}$/;
const DUMP: readonly RegExp[] = [
  /^----\[ Xen-/,
  /^(CPU|RIP|RFLAGS): /,
  /^(r[a-z0-9]{1,2}|cr\d|[fg]s[bs]|[defgs]s): +[0-9a-f]{4,16}/,
  /^Xen (code around|stack trace|call trace)/,
  /^( <?(?:[0-9a-f]{2}|--)>?)+$/,
  /^( +[0-9a-f]{16})+$/,
  /^ +\[<[0-9a-f]+>\]/,
  /^Pagetable walk from /,
  /^ L\d\[0x/,
  /^Manual reset required/,
];

/** For each line, whether it is of a dump: an empty line is where the one before it is. */
function areDumped(lines: readonly string[]): readonly boolean[] {
  let isInBox = false;
  let before = false;
  return lines.map((line) => {
    const isEdge = BOX.test(line);
    before = isEdge || isInBox || (line.trim() === '' ? before : DUMP.some((pattern) => pattern.test(line)));
    if (isEdge) isInBox = !isInBox;
    return before;
  });
}

/** The lines with each dump in them as one, which says how long it is. */
export function foldDumps(lines: readonly string[]): readonly string[] {
  const dumped = areDumped(lines);
  return lines.flatMap((line, at) => {
    if (dumped[at] !== true) return [line];
    if (dumped[at - 1] === true) return [];
    const end = dumped.indexOf(false, at);
    return [`(${(end < 0 ? lines.length : end) - at} lines of registers, stack and trace: see --console)`];
  });
}

const MATTERS =
  /\b(error|fail(ed|ure|s)?|warn(ing)?|bug|panic|fatal|fault|assert(ion)?|invalid|unknown|unable|unsupported|unexpected|missing|bad|wrong|abort(ing|ed)?|timed out|not|no|cannot|can't|gave up|refus\w+|mismatch|overflow|too|denied|taint\w*|unmapped|protected|exception|opcode|without end)\b|rc=-\d|\[[A-Z0-9]+(-[A-Z0-9]+)*-\d+\]$/i;
/** Of a name that is printed, words do not count. */
const QUOTED = /^(\S+\.c:\d+: )?livepatch(_elf)?: [^:]*: ?/;

/** Whether a line is a warning or an error, by its words: levels are not told apart on every console. */
export const isTelling = (line: string): boolean => MATTERS.test(line.replace(QUOTED, '')) && !/\brc=0\b/.test(line);

const FOLDED = /^\(\d+ lines of registers/;

/** The lines that tell something, and how many were left out. */
export function foldConsole(lines: readonly string[]): readonly string[] {
  const folded = foldDumps(lines);
  const kept = folded.filter((line) => isTelling(line) || FOLDED.test(line));
  const rest = folded.length - kept.length;
  return rest === 0
    ? kept
    : [...kept, `(${rest} ${kept.length > 0 ? 'more ' : ''}line${rest === 1 ? '' : 's'}: see --console)`];
}
