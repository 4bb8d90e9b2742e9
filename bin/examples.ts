/** Examples below the help of each command. */

const PROGRAM = 'livepatch-conformance';

/** By command: what is typed after the program's name, and what comes of it. */
const EXAMPLES: Readonly<Record<string, readonly (readonly [call: string, what: string])[]>> = {
  run: [
    ['run', 'all features on all targets'],
    ['run features/states --target reference', 'a folder, on our own hypervisor'],
    ["run --tags '@ACT-3 or @WHEN-3' --revision 2", 'what shows two clauses'],
    ['run --target xen --hypervisor path/to/xen-syms', "on a Xen's own code"],
    ['run --baseline old/compliance.json --fail-on regressions', 'fails only where it is worse than before'],
    ['run --target xen --hypervisor xen-syms --accept mine.yaml', 'accept what this Xen does'],
    ['run --target xen --hypervisor xen-syms --deviations mine.yaml', 'fail only where it does worse'],
    ['run features/states --target reference --watch', 'again after each change'],
    ['run --last-failed --fail-fast', 'what was unexpected last, up to the first that still is'],
  ],
  report: [['report shard-*/messages.ndjson --out out', 'one report of several runs']],
  allure: [['allure', 'reports/out/allure-report/index.html, of the last run']],
  compare: [
    ['compare last-month/compliance.json reports/out', 'two reports, run by run'],
    ['compare xen-4.17/2 xen-4.20/2', 'two runs of the last report'],
    ['compare last-month:xen-4.17/2 xen-4.20/2', 'a run of an earlier report, and one of the last'],
  ],
  check: [
    ['check fix.livepatch --hypervisor debian-12', "one patch, on Debian's Xen"],
    ['find . -name "*.livepatch" | livepatch-conformance check --files-from - --json', 'many, for programs'],
  ],
  strength: [
    ['strength', 'all rules: takes a while'],
    ['strength magic function-old-size-zero', 'two of them'],
  ],
  doctor: [['doctor', 'what is there, and what is missing']],
  list: [
    ['list scenarios features/states', 'with file and line, as run takes them'],
    ["list scenarios --tags @FUNC-6 --name 'no room'", 'chosen as run chooses them'],
    ['list clauses trampoline', 'whose line has this word'],
    ['list rules EINVAL', 'of the reference; names are for --forget and strength'],
    ['list targets', "and Debian's Xens at hand"],
  ],
  try: [
    ['try', 'opens $EDITOR with a scenario to begin with'],
    ['try what-if.feature', 'a file: steps alone will do'],
    [`echo 'Given "p" is loaded' | livepatch-conformance try -`, 'the standard input'],
  ],
  open: [['open', 'reports/out/index.html']],
  completion: [['completion bash > ~/.local/share/bash-completion/completions/livepatch-conformance', 'for good']],
  explain: [
    ['explain FUNC-6', 'a clause: source, scenarios, rules, implementations, deviations'],
    ['explain function-old-size-zero', "a rule's clause"],
  ],
};

/** The text below a command's help; empty where there are no examples. */
export function examplesOf(command: string): string {
  const examples = EXAMPLES[command] ?? [];
  if (examples.length === 0) return '';
  const calls = examples.map(([call]) => (call.includes(`${PROGRAM} `) ? call : `${PROGRAM} ${call}`));
  const width = Math.max(...calls.map(({ length }) => length));
  const lines = examples.map(([, what], at) => `  ${(calls[at] ?? '').padEnd(width)}   ${what}`);
  return ['', 'Examples:', ...lines, ''].join('\n');
}
