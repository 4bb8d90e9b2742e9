/** Commands that answer on the terminal and write no report. */
import { createRequire } from 'node:module';
import { Argument, type Command } from 'commander';
import type * as Compare from './commands/compare';
import type * as Explain from './commands/explain';
import type * as List from './commands/list';
import type * as Open from './commands/open';
import type * as Try from './commands/try';
import type { Ended } from './exit';
import { DEFAULT_OUT, gather, NO_COLOUR } from './options';
import { print } from './output';
import type * as Runners from './runner-process';
import type { ColourOption } from './terminal';

const load = createRequire(__filename);

/** Each is loaded when it is called. */
const COMMANDS = {
  compare: () => load('./commands/compare') as typeof Compare,
  explain: () => load('./commands/explain') as typeof Explain,
  list: () => load('./commands/list') as typeof List,
  open: () => load('./commands/open') as typeof Open,
  runners: () => load('./runner-process') as typeof Runners,
  try: () => load('./commands/try') as typeof Try,
};

/** Known here, so that the help does not load the command. */
const LISTS: readonly List.ListName[] = ['scenarios', 'clauses', 'rules', 'targets'];

const COMPARE_HELP = `
OLD and NEW are each a compliance.json or its folder, one of its runs (FILE:RUN), or a run of the last report (RUN). One
run on each side is compared whatever its name; several are paired by name. The exit status is 1 if NEW is worse.`;

function addCompare(program: Command, ended: Ended): void {
  program
    .command('compare')
    .description('show what differs between two reports or two runs: clauses, scenarios, builds, deviations')
    .argument('<OLD>', 'the earlier report or run')
    .argument('<NEW>', 'the later one')
    .option('--json', 'print JSON, in the form of `changes` in compliance.json')
    .option('--out <DIR>', 'the folder of the report that a bare RUN refers to', DEFAULT_OUT)
    .addHelpText('after', COMPARE_HELP)
    .action((before: string, now: string, options: Compare.CompareOptions) => {
      ended(COMMANDS.compare().compare(before, now, options, print));
    });
}

function addList(program: Command, ended: Ended): void {
  program
    .command('list')
    .description('list scenarios, clauses, rules of the reference, or targets, one per line')
    .addArgument(new Argument('<WHAT>', 'what to list').choices(LISTS))
    .argument('[WORD...]', 'for scenarios: features, as for run; otherwise: words that a line must contain')
    .option('--tags <EXPRESSION>', 'only scenarios with these tags')
    .option('--name <TEXT>', 'only scenarios whose title matches this regular expression; may be repeated', gather)
    .action(async (what: List.ListName, words: string[], options: List.ListOptions) => {
      ended(await COMMANDS.list().list(what, words, options, print));
    });
}

function addExplain(program: Command, ended: Ended): void {
  program
    .command('explain')
    .description('show everything about a clause: source, scenarios, rules, and what each implementation does')
    .argument('<CLAUSE>', 'a clause, such as FUNC-6, or the name of a rule')
    .option(...NO_COLOUR)
    .action(async (clause: string, options: ColourOption) => {
      ended(await COMMANDS.explain().explainClause(clause, options, print));
    });
}

function addTry(program: Command, ended: Ended): void {
  program
    .command('try')
    .description('run a scenario of your own on all targets at once, and show side by side what each did')
    .argument(
      '[FILE]',
      'steps, a scenario or a feature; "-": the standard input; default: what is piped in, or $EDITOR',
    )
    .option('--hypervisor <XEN,...>', "the Xens, as for run; default: Debian's that were already fetched")
    .option(...NO_COLOUR)
    .action(async (file: string | undefined, options: Try.TryOptions) => {
      // It loads what it needs while the command loads, or while the user writes the scenario.
      const ahead = COMMANDS.runners().createRunnersAhead(false);
      ahead.start(1);
      ended(await COMMANDS.try().tryScenario(file, options, ahead, print));
    });
}

function addOpen(program: Command, ended: Ended): void {
  program
    .command('open')
    .description('open the last report in the browser')
    .option('--out <DIR>', 'the folder of the report', DEFAULT_OUT)
    .action(async (options: Open.OpenOptions) => {
      ended(await COMMANDS.open().openReport(options, print));
    });
}

/** By name: the function that adds the command to a program. */
export const QUESTIONS = {
  list: addList,
  explain: addExplain,
  compare: addCompare,
  try: addTry,
  open: addOpen,
} as const;
