/** What Xen writes on its console when it crashes. */

const PANIC = /^Panic on CPU \d+:/;
/** Versions before 4.13 do not say how they found a caller: from a register, the stack, a frame. */
const TRACE = /^\s+\[<[0-9a-f]+>\]\s+(?:[RSF]\s+)?(.*)$/;

/** Xen's text between the lines of its panic message. */
export function panicText(lines: readonly string[]): string | undefined {
  const at = lines.findIndex((line) => PANIC.test(line));
  if (at < 0) return undefined;
  const end = lines.findIndex((line, index) => index > at && line.startsWith('****'));
  return lines.slice(at + 1, end < 0 ? undefined : end).join(' ');
}

/** The last call trace, innermost first: warnings, as of UBSAN, have traces of their own before it. */
export function lastTrace(lines: readonly string[]): readonly string[] {
  const begin = lines.findLastIndex((line) => line.startsWith('Xen call trace:'));
  return lines.slice(begin + 1).flatMap((line) => TRACE.exec(line)?.[1] ?? []);
}
