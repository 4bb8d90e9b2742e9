/** Examples below the help of each command. */

const PROGRAM = 'livepatch-conformance';

/** By command: what is typed after the program's name, and what it does. */
const EXAMPLES: Readonly<Record<string, readonly (readonly [call: string, what: string])[]>> = {
  run: [
    ['run', 'all features on all targets'],
    ['run features/states --target reference', 'a folder, on our own hypervisor'],
    ["run --tags '@ACT-3 or @WHEN-3' --revision 2", 'scenarios of two clauses'],
    ['run --target xen --hypervisor path/to/xen-syms', 'on the code of any Xen'],
    ['run --tool debian-12', "Debian's xen-livepatch, on the reference"],
    ['run --baseline old/compliance.json --fail-on regressions', 'fail only if something is worse than before'],
    ['run --target xen --hypervisor xen-syms --accept mine.yaml', "accept this Xen's failures"],
    ['run --target xen --hypervisor xen-syms --deviations mine.yaml', 'fail only if something else fails'],
    ['run features/states --target reference --watch', 'run again after each change'],
    ['run --last-failed --fail-fast', 'what was unexpected last time, up to the first failure'],
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
    [
      'find . -name "*.livepatch" | livepatch-conformance check --files-from - --json',
      'many patches, output for programs',
    ],
  ],
  strength: [
    ['strength', 'all rules; takes a while'],
    ['strength magic function-old-size-zero', 'two of them'],
    ['strength --code engine/abi --sample 100', 'a hundred changes of that code, at random'],
  ],
  explore: [
    ['explore', 'the reference, against the document'],
    ['explore --target xen --hypervisor path/to/xen-syms', 'the code of any Xen, against the reference'],
    ['explore --payloads 3 --depth 4', 'three payloads'],
    ['explore --forget revert-top-only --depth 5', 'what a reference without a rule does differently'],
  ],
  fuzz: [
    ['fuzz', 'a minute, on the Xen of Debian 12'],
    [
      'fuzz --hypervisor path/to/xen-syms --hypervisor debian-all --seconds 600',
      "any Xen; what is found is tried on Debian's, too",
    ],
    ['fuzz --corpus corpus --seconds 3600', 'go on where the last search with this folder ended'],
    ['fuzz --corpus corpus --count 0 other-corpus', 'merge: keep what reaches something that the folder does not'],
  ],
  doctor: [['doctor', 'what this machine has, and what is missing']],
  list: [
    ['list scenarios features/states', 'with file and line, in the form that run takes'],
    ["list scenarios --tags @FUNC-6 --name 'no room'", 'selected as by run'],
    ['list clauses trampoline', 'clauses whose line has this word'],
    ['list rules EINVAL', "the reference's rules; --forget and strength take the names"],
    ['list targets', "targets, and Debian's Xens in the cache"],
  ],
  try: [
    ['try', 'opens $EDITOR with a scenario to begin with'],
    ['try what-if.feature', 'a file; steps alone are enough'],
    [`echo 'Given "p" is loaded' | livepatch-conformance try -`, 'the standard input'],
  ],
  serve: [
    ['serve', 'the reference'],
    ['serve --hypervisor path/to/xen-syms --trace -', 'the code of any Xen, and what it is asked'],
  ],
  with: [
    ['with xen-livepatch load fix.livepatch', "Debian's tool, on the hypervisor that is served"],
    ['with ./apply-all-fixes.sh', 'a script that calls xen-livepatch'],
    ['with --tool path/to/xen-livepatch xen-livepatch list', 'another build of the tool'],
  ],
  open: [['open', 'reports/out/index.html']],
  completion: [
    ['completion bash > ~/.local/share/bash-completion/completions/livepatch-conformance', 'install it permanently'],
  ],
  explain: [
    ['explain FUNC-6', 'a clause: source, scenarios, rules, implementations, deviations'],
    ['explain function-old-size-zero', "a rule's clause"],
  ],
};

/** The text below a command's help; empty if there are no examples. */
export function examplesOf(command: string): string {
  const examples = EXAMPLES[command] ?? [];
  if (examples.length === 0) return '';
  const calls = examples.map(([call]) => (call.includes(`${PROGRAM} `) ? call : `${PROGRAM} ${call}`));
  const width = Math.max(...calls.map(({ length }) => length));
  const lines = examples.map(([, what], at) => `  ${(calls[at] ?? '').padEnd(width)}   ${what}`);
  return ['', 'Examples:', ...lines, ''].join('\n');
}
