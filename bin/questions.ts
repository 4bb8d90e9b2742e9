/** Commands that answer questions about the suite itself, and run nothing. */
import { createRequire } from 'node:module';
import { Argument, type Command } from 'commander';
import type * as Explain from './commands/explain';
import type * as List from './commands/list';
import type { Ended } from './exit';
import { gather, NO_COLOUR } from './options';
import { print } from './output';
import type { ColourOption } from './terminal';

const load = createRequire(__filename);

/** Each is loaded when it is called. */
const COMMANDS = {
  explain: () => load('./commands/explain') as typeof Explain,
  list: () => load('./commands/list') as typeof List,
};

/** Its module need not be loaded to say which lists there are. */
const LISTS: readonly List.ListName[] = ['scenarios', 'clauses', 'rules', 'targets'];

function addList(program: Command, ended: Ended): void {
  program
    .command('list')
    .description('list scenarios, clauses, rules of the reference, or targets, a line each')
    .addArgument(new Argument('<WHAT>', 'what is listed').choices(LISTS))
    .argument('[WORD...]', 'of scenarios: features, as for run; else words that a line has to have')
    .option('--tags <EXPRESSION>', 'scenarios with these tags only')
    .option('--name <TEXT>', 'scenarios whose title has this only, a regular expression; may be repeated', gather)
    .action(async (what: List.ListName, words: string[], options: List.ListOptions) => {
      ended(await COMMANDS.list().list(what, words, options, print));
    });
}

function addExplain(program: Command, ended: Ended): void {
  program
    .command('explain')
    .description('say all about a clause: source, scenarios, rules, and what each implementation does')
    .argument('<CLAUSE>', 'a clause, such as FUNC-6, or the name of a rule')
    .option(...NO_COLOUR)
    .action(async (clause: string, options: ColourOption) => {
      ended(await COMMANDS.explain().explainClause(clause, options, print));
    });
}

/** By name, what adds each to a program. */
export const QUESTIONS = { list: addList, explain: addExplain } as const;
