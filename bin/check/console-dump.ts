/**
 * What Xen prints when it warns or dies: registers, stack, trace, page tables, and once more the reason in a box. This
 * helps to debug Xen. For all others the reason is enough, which `check` prints before it.
 */

const BOX = /^\*{8,}$/;
const DUMP: readonly RegExp[] = [
  /^----\[ Xen-/,
  /^(CPU|RIP|RFLAGS): /,
  /^(r[a-z0-9]{1,2}|cr\d|[fg]s[bs]|[defgs]s): +[0-9a-f]{4,16}/,
  /^Xen (code around|stack trace|call trace)/,
  /^( <?[0-9a-f]{2}>?)+$/,
  /^( +[0-9a-f]{16})+$/,
  /^ +\[<[0-9a-f]+>\]/,
  /^Pagetable walk from /,
  /^ L\d\[0x/,
  /^Manual reset required/,
];

/** For each line, whether it belongs to a dump. An empty line belongs to one if the line before it does. */
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

/** The lines, with each dump replaced by one line that gives its length. */
export function foldDumps(lines: readonly string[]): readonly string[] {
  const dumped = areDumped(lines);
  return lines.flatMap((line, at) => {
    if (dumped[at] !== true) return [line];
    if (dumped[at - 1] === true) return [];
    const end = dumped.indexOf(false, at);
    return [`(${(end < 0 ? lines.length : end) - at} lines of registers, stack and trace: see --console)`];
  });
}
