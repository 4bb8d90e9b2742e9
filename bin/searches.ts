/** Commands that search for what no scenario asks. */
import { createRequire } from 'node:module';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type * as Explore from './commands/explore';
import type * as Fuzz from './commands/fuzz';
import type { Ended } from './exit';
import {
  DEBIAN_SOURCE,
  DEFAULT_OUT,
  gather,
  parseNumber,
  parseSeconds,
  type SourceOptions,
  useDebianSource,
} from './options';
import { print } from './output';
import type * as Xen from './xen';

const load = createRequire(__filename);

/** Each is loaded when it is called. */
const COMMANDS = {
  explore: () => load('./commands/explore') as typeof Explore,
  fuzz: () => load('./commands/fuzz') as typeof Fuzz,
  xen: () => load('./xen') as typeof Xen,
};

/** A number of calls one after the other. */
function parseDepth(value: string): number {
  if (/^[1-9]\d?$/.test(value)) return Number(value);
  throw new InvalidArgumentError('Expected a number of calls from 1 to 99.');
}

const EXPLORE_HELP = `
Each call is UPLOAD, or APPLY, REVERT, REPLACE or UNLOAD: as a tool asks, with NODEPS, and with a vCPU that comes too
late. The payloads depend on one another or not, have data, or hooks that fail. Sequences that lead to the same state are
followed once. After each call, what it returned, GET, LIST, the patched bytes, the payloads' memory, and the rest of
the hypervisor's code are compared: on the reference with the document, on a Xen with the reference.

A difference that a recorded deviation explains is counted. A new one is printed as a scenario with the shortest
sequence. The exit status is 0 if nothing is new, 1 if something is, 2 if the command was called wrongly.`;

function addExplore(program: Command, ended: Ended): void {
  const { XEN_CHOICES } = COMMANDS.xen();
  program
    .command('explore')
    .description('search all sequences of uploads and actions for what nobody has thought of')
    .addOption(
      new Option('--target <NAME>', 'the hypervisor that is searched')
        .choices(['reference', 'xen'])
        .default('reference'),
    )
    .option('--hypervisor <XEN,...>', `the Xens: xen-syms files, or ${XEN_CHOICES}; default: all of Debian's`)
    .option(...DEBIAN_SOURCE)
    .option('--depth <N>', 'the number of calls', parseDepth, 6)
    .addOption(new Option('--payloads <N>', 'the number of payloads').choices(['2', '3']).default('2'))
    .addOption(new Option('--revision <N>', "the reference's revision; default: 2").choices(['1', '2']))
    .option('--forget <RULE>', 'search a reference without this rule; may be repeated', gather)
    .addHelpText('after', EXPLORE_HELP)
    .action((options: Explore.ExploreOptions & SourceOptions) => {
      useDebianSource(options);
      ended(COMMANDS.explore().exploreAll(options, print));
    });
}

const FUZZ_HELP = `
Each payload goes through UPLOAD, APPLY, a call, REVERT and UNLOAD, as far as it gets, and the reference is asked about
its UPLOAD. What reaches code of Xen that none before has reached is kept, and others are made of it. A crash of Xen, and
a payload that only one of the two takes, is looked into once: it is reduced to the least change of a good payload, and
held against the known deviations of that Xen. Ctrl-C ends the search with its summary.

The same seed, files and Xen make the same payloads. The exit status is 0 if all that was found is known, 1 if not.`;

type FuzzArguments = Omit<Fuzz.FuzzOptions, 'hypervisor'> & SourceOptions & { readonly hypervisor?: readonly string[] };

function addFuzz(program: Command, ended: Ended): void {
  const { XEN_CHOICES } = COMMANDS.xen();
  program
    .command('fuzz')
    .description("grow payloads towards new behaviour of a Xen's own loader, and report what they find")
    .argument('[FILE...]', 'payloads, or folders of them, to begin with; besides the catalogue')
    .option(
      '--hypervisor <XEN>',
      `a xen-syms, or ${XEN_CHOICES}; may be repeated: the others only tell what they do with what is found in the first; default: debian-12`,
      gather,
    )
    .option('--seconds <N>', 'how long to search; default: 60, or, with --count, as long as it takes', parseSeconds)
    .option('--count <N>', 'how many payloads to make', parseNumber)
    .option('--seed <N>', 'what the random choices depend on', parseNumber, 1)
    .option('--corpus <DIR>', 'a folder that keeps the payloads that others are made of, for the next search')
    .option('--out <DIR>', 'where fuzz.json and the payloads of what was found go', DEFAULT_OUT)
    .option(...DEBIAN_SOURCE)
    .addHelpText('after', FUZZ_HELP)
    .action(async (files: string[], { hypervisor = ['debian-12'], ...options }: FuzzArguments) => {
      useDebianSource(options);
      ended(await COMMANDS.fuzz().fuzz(files, { ...options, hypervisor }));
    });
}

/** By name: the function that adds the command to a program. */
export const SEARCHES = { explore: addExplore, fuzz: addFuzz } as const;
