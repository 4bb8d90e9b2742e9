/** The command line: the commands, what they take, and how their errors are reported. */
import { createRequire } from 'node:module';
import { Argument, Command, Option } from 'commander';
import { name, version } from '../package.json';
import type * as CheckOptions from './check/options';
import type * as Allure from './commands/allure';
import type * as Check from './commands/check';
import type * as Completion from './commands/completion';
import type * as Doctor from './commands/doctor';
import type * as Implementations from './commands/implementations';
import type * as Report from './commands/report';
import type * as Run from './commands/run';
import type * as Strength from './commands/strength';
import type * as StrengthCode from './commands/strength-code';
import { explain } from './errors';
import { examplesOf } from './examples';
import { EXIT, type Ended } from './exit';
import {
  ACCEPT,
  DEBIAN_SOURCE,
  DEFAULT_OUT,
  DEVIATIONS,
  failOn,
  gather,
  NO_ALLURE,
  NO_COLOUR,
  parseLabel,
  parseOrder,
  parseNumber,
  parseParallel,
  parseSeconds,
  parseShard,
  type SourceOptions,
  useDebianSource,
} from './options';
import { complain, flush, print, printAndWait } from './output';
import { QUESTIONS } from './questions';
import { REHEARSALS } from './rehearsals';
import type * as Runs from './runs';
import { SEARCHES } from './searches';
import type * as Terminal from './terminal';
import type * as Xen from './xen';

const load = createRequire(__filename);

/** Each command is loaded when it is called: together they take longer than `check` takes for a file. */
const COMMANDS = {
  allure: () => load('./commands/allure') as typeof Allure,
  check: () => load('./commands/check') as typeof Check,
  completion: () => load('./commands/completion') as typeof Completion,
  doctor: () => load('./commands/doctor') as typeof Doctor,
  implementations: () => load('./commands/implementations') as typeof Implementations,
  report: () => load('./commands/report') as typeof Report,
  run: () => load('./commands/run') as typeof Run,
  strength: () => load('./commands/strength') as typeof Strength,
  strengthCode: () => load('./commands/strength-code') as typeof StrengthCode,
};

/** The targets and their names, for the commands that run hypervisors. `report` needs no engine. */
const TARGETS = {
  runs: () => load('./runs') as typeof Runs,
  xen: () => load('./xen') as typeof Xen,
  terminal: () => load('./terminal') as typeof Terminal,
  check: () => load('./check/options') as typeof CheckOptions,
};

/** Runs the command and ends the process with its exit status, once all of its output is written. */
export function main(args: readonly string[]): void {
  // Flushing may fail again, and a failure of stderr cannot be reported.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  process.stdout.once('error', (error: Error) => void endWith(isUnread(error) ? EXIT.unexpected : explain(error)));
  void execute(args).catch(explain).then(endWith);
}

async function endWith(status: number): Promise<void> {
  await flush();
  process.exit(status);
}

/** The reader, such as `head`, may close the pipe early. Then nothing more is written. */
const isUnread = (error: NodeJS.ErrnoException): boolean => error.code === 'EPIPE';

async function execute(args: readonly string[]): Promise<number> {
  let status: number = EXIT.expected;
  await commands(args[0], (ended) => (status = ended)).parseAsync(args, { from: 'user' });
  return status;
}

const ADDERS = {
  run: addRun,
  report: addReport,
  allure: addAllure,
  check: addCheck,
  strength: addStrength,
  implementations: addImplementations,
  doctor: addDoctor,
  ...SEARCHES,
  ...QUESTIONS,
  ...REHEARSALS,
  completion: addCompletion,
} as const;

/** The program with the command of this name, or with all commands if there is no such command. */
function commands(wanted: string | undefined, ended: Ended): Command {
  const program = new Command(name)
    .description("Xen's live patching, specified so that it can be run.")
    .version(version)
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({
      outputError: (message, write) => {
        write(message.replace(/^error: /, '').trimEnd() + '\n');
      },
    });

  const adders = Object.entries(ADDERS);
  const own = adders.filter(([command]) => command === wanted);
  for (const [, add] of own.length > 0 ? own : adders) add(program, ended);
  for (const command of program.commands) command.addHelpText('after', examplesOf(command.name()));
  return program;
}

function addRun(program: Command, ended: Ended): void {
  const { TARGET_CHOICES, REVISION_CHOICES } = TARGETS.runs();
  const { XEN_CHOICES } = TARGETS.xen();
  program
    .command('run')
    .description('run the features and write the report')
    .argument('[FEATURE...]', 'files (FILE or FILE:LINE) or folders; default: all features')
    .addOption(new Option('--target <NAME>', 'the hypervisor').choices(TARGET_CHOICES).default('all'))
    .option(
      '--hypervisor <XEN,...>',
      `the Xens: paths of xen-syms, or ${XEN_CHOICES}, fetched once; default: debian-all`,
    )
    .option('--tool <TOOL,...>', `run xen-livepatch itself on the hypervisor: paths, or ${XEN_CHOICES}, fetched once`)
    .option(
      '--connect <ADDRESS>',
      'how to reach the agent of --target remote: tcp:HOST:PORT, unix:PATH, command:WORDS, emulated or booted',
    )
    .option('--fatal', 'with --target remote: also run scenarios that are recorded to crash this Xen')
    .option('--refresh', "fetch Debian's Xens again if there are newer ones")
    .option(...DEBIAN_SOURCE)
    .option('--label <NAME>', "the run's name in the report; default: made from the target's name", parseLabel)
    .addOption(new Option('--revision <N>', "the interface's revision").choices(REVISION_CHOICES).default('all'))
    .option('--tags <EXPRESSION>', 'only scenarios with these tags: "@FUNC-6 and not @slow"')
    .option('--name <TEXT>', 'only scenarios whose title matches this regular expression; may be repeated', gather)
    .option('--last-failed', 'only scenarios that were not as expected in the last report in --out')
    .option('--fail-fast', 'stop at the first failure that is not a known deviation')
    .option('--watch', 'run again whenever a feature, a step or the code changes')
    .option('--forget <RULE>', 'run a reference without this rule; with --target reference')
    .option('--shard <I/N>', 'the I-th of N parts of the scenarios', parseShard)
    .option(
      '--parallel <N>',
      'number of processes at a time; default: one for each processor. If there are more processes than runs, each run is split',
      parseParallel,
    )
    .option('--order <random[:SEED]>', 'shuffle the scenarios; default: as written', parseOrder)
    .option('--baseline <FILE>', "an earlier report's compliance.json: the report says what changed since")
    .addOption(failOn())
    .option(...DEVIATIONS, gather)
    .option(...ACCEPT)
    .option(...NO_ALLURE)
    .option(...NO_COLOUR)
    .option('--out <DIR>', 'where the documents go', DEFAULT_OUT)
    .action(async (features: string[], options: Run.RunOptions & SourceOptions) => {
      useDebianSource(options);
      ended(await COMMANDS.run().runOrWatch(features, options));
    });
}

function addReport(program: Command, ended: Ended): void {
  program
    .command('report')
    .description('write the report of runs made before, here or elsewhere')
    .argument('<MESSAGES.ndjson...>', 'message files of the runs, shards or machines to merge')
    .option('--strength <FILE>', "the strength.json that the command 'strength' wrote")
    .option('--baseline <FILE>', "an earlier report's compliance.json: the report says what changed since")
    .addOption(failOn())
    .option(...DEVIATIONS, gather)
    .option(...ACCEPT)
    .option(...NO_ALLURE)
    .option(...NO_COLOUR)
    .option('--out <DIR>', 'where the documents go', DEFAULT_OUT)
    .action((files: string[], options: Report.ReportOptions & Terminal.ColourOption) => {
      const terminal = TARGETS.terminal().terminalFor(options);
      ended(COMMANDS.report().report(files, { ...options, terminal }, print));
    });
}

function addAllure(program: Command, ended: Ended): void {
  program
    .command('allure')
    .description('make the Allure report of the last run; needs Java')
    .option('--out <DIR>', "the folder of the run's report", DEFAULT_OUT)
    .action((options: Allure.AllureOptions) => {
      ended(COMMANDS.allure().allure(options, print));
    });
}

type CheckArguments = Check.CheckOptions & SourceOptions & { readonly filesFrom?: string };

const CHECK_HELP = `
Files that depend on one another by their build-ids are put in order: each is judged on top of those that it needs.

A verdict is good, BAD, or could not tell: the emulator crashed or took too long, a hook needs a Xen that has booted, or
the document is silent on the only thing that speaks against the payload.
The exit status is 0 if the verdict that decides (--fail-on) is good for all files, 1 if one is BAD or "could not tell",
2 if a file cannot be read or the command was called wrongly.`;

function addCheck(program: Command, ended: Ended): void {
  const { DEBIAN_CHOICES } = TARGETS.xen();
  const { EXPECT, checkFailOn } = TARGETS.check();
  program
    .command('check')
    .description("check live patches against the design document and against a hypervisor's own code")
    .argument('[FILE...]', 'payloads')
    .option('--files-from <LIST>', 'more payloads, one per line; "-": the standard input')
    .option(
      '--hypervisor <XEN>',
      `the Xen that the payloads are for: a xen-syms, or ${DEBIAN_CHOICES}; default: the reference's own image, one verdict`,
    )
    .option(...DEBIAN_SOURCE)
    .addOption(
      new Option('--revision <N>', "the interface's revision; default: that of the Xen, or 2").choices(['1', '2']),
    )
    .option('--build-id <HEX>', 'check as if the hypervisor had this build-id')
    .option('--on <FILE>', 'a payload that is loaded and applied before; may be repeated, the lowest first', gather)
    .option('--replace', 'apply the payload by REPLACE: it replaces all applied payloads')
    .option('--nodeps', 'apply the payload without checking that it depends on the one applied last (the flag NODEPS)')
    .option(...EXPECT)
    .addOption(checkFailOn())
    .option('--strict', 'exit with status 1 also for warnings, except that of missing expectations')
    .option('--code', 'show the old and the new code whole, side by side')
    .option('--console', "show the hypervisor's whole console; default: its warnings and errors")
    .option('--time-limit <SECONDS>', 'the longest time that one payload may take; default: 20', parseSeconds)
    .option('--json', 'one line of JSON for each file')
    .addHelpText('after', CHECK_HELP)
    .action(async (files: string[], { filesFrom, ...options }: CheckArguments) => {
      useDebianSource(options);
      const { check, filesToCheck } = COMMANDS.check();
      ended(await check(filesToCheck(files, filesFrom), options, { say: printAndWait, complain }));
    });
}

function addStrength(program: Command, ended: Ended): void {
  program
    .command('strength')
    .description('run the suite against references that each lack one rule, and report which rules it misses')
    .argument('[RULE...]', 'rules, by name; default: all. With --code: folders, files, FILE:LINE')
    .option('--parallel <N>', 'number of processes; default: one for each processor', parseParallel)
    .option('--out <DIR>', 'where strength.json goes', DEFAULT_OUT)
    .option('--code', 'change the code instead, and count the changes that features and unit tests notice')
    .option('--sample <N>', 'with --code: that many changes; default: all, which takes hours', parseNumber)
    .option('--seed <N>', 'with --code: another number chooses another sample; default: 1', parseNumber)
    .option('--resume', 'with --code: keep what an interrupted call has found')
    .action(async (given: string[], { code, ...options }: StrengthCode.CodeOptions & { readonly code?: boolean }) => {
      if (code === true) ended(await COMMANDS.strengthCode().strengthOfCode(given, options));
      else ended(await COMMANDS.strength().strength(given, options, print));
    });
}

const IMPLEMENTATIONS_HELP = `
Each row has a key, such as xen-4.17/2, and a new run with that key replaces it. You write by hand how a hypervisor was
built, and what is notable about it, into features/implementations.yaml; a new run keeps that.

Examples:
  livepatch-conformance run --target xen --hypervisor path/to/xen-syms --label xen-4.19 --no-allure --out out
  livepatch-conformance implementations out/compliance.json
  livepatch-conformance implementations            write README's table again, after a change by hand`;

function addImplementations(program: Command, ended: Ended): void {
  program
    .command('implementations')
    .description("add runs to the project's list of implementations and to README's table")
    .argument('[COMPLIANCE.json...]', 'reports of whole runs; those of the reference are left out')
    .addHelpText('after', IMPLEMENTATIONS_HELP)
    .action((reports: string[]) => {
      ended(COMMANDS.implementations().implementations(reports, print));
    });
}

function addDoctor(program: Command, ended: Ended): void {
  program
    .command('doctor')
    .description('report what this machine has and lacks, and how to fix it')
    .action(() => {
      ended(COMMANDS.doctor().doctor(print));
    });
}

function addCompletion(program: Command, ended: Ended): void {
  program
    .command('completion')
    .description('print a script that makes a shell complete commands, options, clauses and rules')
    .addArgument(new Argument('<SHELL>', 'the shell').choices(['bash']))
    .action(() => {
      print(COMMANDS.completion().completionScript(commands(undefined, ended)));
      ended(EXIT.expected);
    });
}
