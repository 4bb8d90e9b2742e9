/** The command line: which commands there are, what they take, and what becomes of their errors. */
import { Command, CommanderError, Option } from 'commander';
import { isUserError } from '../engine/user-error';
import { name, version } from '../package.json';
import { type AllureOptions, allure } from './commands/allure';
import { type CheckOptions, check } from './commands/check';
import { doctor } from './commands/doctor';
import { type ReportOptions, report } from './commands/report';
import { type RunOptions, run } from './commands/run';
import { type StrengthOptions, strength } from './commands/strength';
import { EXIT, type ExitStatus } from './exit';
import { printable } from '../reports/printable';
import { DEFAULT_OUT, parseLabel, parseOrder, parseParallel, parseShard } from './options';
import { REVISION_CHOICES, TARGET_CHOICES } from './runs';

/** Runs the command and ends the process with its exit status. */
export function main(args: readonly string[]): void {
  process.stdout.on('error', endUnread);
  execute(args).then(
    (status) => process.exit(status),
    (error: unknown) => process.exit(explain(error)),
  );
}

/** Whoever reads, as `head` does, may have enough before all is said: then there is nobody to tell anything. */
function endUnread(error: NodeJS.ErrnoException): void {
  process.exit(error.code === 'EPIPE' ? EXIT.unexpected : explain(error));
}

async function execute(args: readonly string[]): Promise<ExitStatus> {
  let status: ExitStatus = EXIT.expected;
  await commands((ended) => (status = ended)).parseAsync(args, { from: 'user' });
  return status;
}

type Ended = (status: ExitStatus) => void;

function commands(ended: Ended): Command {
  const program = new Command(name)
    .description("Xen's live patching, specified so that it can be run.")
    .version(version)
    .exitOverride()
    .configureOutput({
      outputError: (message, write) => {
        write(message.replace(/^error: /, '').trimEnd() + '\n');
      },
    });

  for (const add of [addRun, addReport, addAllure, addCheck, addStrength, addDoctor]) add(program, ended);
  return program;
}

const NO_ALLURE = ['--no-allure', 'leave out allure-results/, some thousand files'] as const;

function addRun(program: Command, ended: Ended): void {
  program
    .command('run')
    .description('run the features and write the report')
    .argument('[FEATURE...]', 'files (FILE or FILE:LINE) or folders; default: all features')
    .addOption(new Option('--target <NAME>', 'the hypervisor').choices(TARGET_CHOICES).default('all'))
    .option('--hypervisor <XEN-SYMS>', "the Xen to be run; default: Debian's 4.17, fetched once")
    .option('--label <NAME>', "the run's name in the report; default: the target's", parseLabel)
    .addOption(new Option('--revision <N>', "the interface's revision").choices(REVISION_CHOICES).default('all'))
    .option('--tags <EXPRESSION>', 'scenarios with these tags only: "@FUNC-6 and not @slow"')
    .option('--forget <RULE>', 'run a reference that does not know this rule; with --target reference')
    .option('--shard <I/N>', 'the I-th of N parts of the scenarios', parseShard)
    .option(
      '--parallel <N>',
      'number of processes at a time; default: one for each processor. More than runs: each run is split',
      parseParallel,
    )
    .option('--order <random[:SEED]>', 'shuffle the scenarios; default: as written', parseOrder)
    .option('--baseline <FILE>', "an earlier report's compliance.json: the report says what changed since")
    .option(...NO_ALLURE)
    .option('--out <DIR>', 'where the documents go', DEFAULT_OUT)
    .action(async (features: string[], options: RunOptions) => {
      ended(await run(features, options));
    });
}

function addReport(program: Command, ended: Ended): void {
  program
    .command('report')
    .description('write the report of runs made before, here or elsewhere')
    .argument('<MESSAGES.ndjson...>', 'message files of the runs, shards or machines to put together')
    .option('--strength <FILE>', "the strength.json that the command 'strength' wrote")
    .option('--baseline <FILE>', "an earlier report's compliance.json: the report says what changed since")
    .option(...NO_ALLURE)
    .option('--out <DIR>', 'where the documents go', DEFAULT_OUT)
    .action((files: string[], options: ReportOptions) => {
      ended(report(files, options, print));
    });
}

function addAllure(program: Command, ended: Ended): void {
  program
    .command('allure')
    .description('make the Allure report of the last run; needs Java')
    .option('--out <DIR>', 'where the run has put its documents', DEFAULT_OUT)
    .action((options: AllureOptions) => {
      ended(allure(options, print));
    });
}

function addCheck(program: Command, ended: Ended): void {
  program
    .command('check')
    .description('say of live patches what the document asks, and what a hypervisor does with them')
    .argument('<FILE...>', 'payloads')
    .option('--hypervisor <XEN-SYMS>', "the Xen that they are for; default: the reference's own image, one verdict")
    .addOption(
      new Option('--revision <N>', "the interface's revision; default: that of the Xen, or 2").choices(['1', '2']),
    )
    .option('--build-id <HEX>', 'take the hypervisor for one with this build-id')
    .option('--console', "show the hypervisor's console whole, dumps of registers and stack included")
    .option('--json', 'one line of JSON for each file')
    .action((files: string[], options: CheckOptions) => {
      ended(check(files, options, print, complain));
    });
}

function addStrength(program: Command, ended: Ended): void {
  program
    .command('strength')
    .description('run the suite against references that each forget one rule: it has to notice each time')
    .argument('[RULE...]', 'rules, by name; default: all')
    .option('--parallel <N>', 'number of processes; default: one for each processor', parseParallel)
    .option('--out <DIR>', 'where strength.json goes', DEFAULT_OUT)
    .action(async (rules: string[], options: StrengthOptions) => {
      ended(await strength(rules, options, print));
    });
}

function addDoctor(program: Command, ended: Ended): void {
  program
    .command('doctor')
    .description('say what this machine has and lacks, and how to mend it')
    .action(() => {
      ended(doctor(print));
    });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Says what went wrong: in a sentence where the user can mend it, with all there is to know where we have to. */
function explain(error: unknown): ExitStatus {
  // Commander has said it already; asking for help is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.expected : EXIT.usage;
  const mendable = causes(error).find(isUserError);
  // What a user named may hold anything.
  complain(mendable === undefined ? stackOf(error) : printable(mendable.message));
  return mendable === undefined ? EXIT.unexpected : EXIT.usage;
}

/** The error and what caused it: Cucumber wraps what a hook throws. */
function causes(error: unknown): readonly unknown[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}

function stackOf(error: unknown): string {
  const [first, ...others] = causes(error).map((each) => (each instanceof Error ? each.stack : String(each)));
  return [first ?? String(error), ...others.map((stack) => `caused by ${stack ?? ''}`)].join('\n');
}
