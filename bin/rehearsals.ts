/** Commands with which a tool of others runs on an emulated hypervisor. */
import { createRequire } from 'node:module';
import { type Command, Option } from 'commander';
import type * as Serve from './commands/serve';
import type * as With from './commands/with';
import type { Ended } from './exit';
import { DEBIAN_SOURCE, parseNumber, type SourceOptions, useDebianSource } from './options';
import { complain, print } from './output';
import type * as Xen from './xen';

const load = createRequire(__filename);

/** Each is loaded when it is called. */
const COMMANDS = {
  serve: () => load('./commands/serve') as typeof Serve,
  with: () => load('./commands/with') as typeof With,
  xen: () => load('./xen') as typeof Xen,
};

const SOCKET = '--socket <PATH>';

const SERVE_HELP = `
The hypervisor keeps its state until the command is stopped (Ctrl-C). Only your own user can connect to the socket.`;

function addServe(program: Command, ended: Ended): void {
  const { DEBIAN_CHOICES } = COMMANDS.xen();
  program
    .command('serve')
    .description('start an emulated hypervisor for tools such as xen-livepatch')
    .option('--hypervisor <XEN>', `the Xen: a xen-syms, or ${DEBIAN_CHOICES}; default: the reference`)
    .addOption(
      new Option('--revision <N>', "the reference's revision of the interface; default: 2").choices(['1', '2']),
    )
    .option(
      '--interface-version <N>',
      'the version of sysctls that the reference accepts; default: 0xf, or 0x15 in revision 2',
      parseNumber,
    )
    .option(SOCKET, 'where tools connect; default: a path of your own')
    .option('--trace <FILE>', 'write each hypercall, decoded; "-": the standard output')
    .option('--console <FILE>', 'write the hypervisor\'s console; "-": the standard output')
    .option(...DEBIAN_SOURCE)
    .addHelpText('after', SERVE_HELP)
    .action(async (options: Serve.ServeOptions & SourceOptions) => {
      useDebianSource(options);
      ended(await COMMANDS.serve().serve(options, { say: print, complain }));
    });
}

const WITH_HELP = `
The command xen-livepatch is Debian's tool, unmodified, with its own libraries; it is fetched once. Any other COMMAND is
run as it is: the hypercalls of all programs that it starts reach the hypervisor, and xen-livepatch is in its PATH. The
exit status is that of COMMAND.`;

function addWith(program: Command, ended: Ended): void {
  const { DEBIAN_CHOICES } = COMMANDS.xen();
  program
    .command('with')
    .description('run a tool, or anything that calls it, on the hypervisor that "serve" has started')
    .argument('<COMMAND...>', 'xen-livepatch or any other program, with its arguments')
    .option(SOCKET, 'the socket of the hypervisor; default: as for serve')
    .option('--tool <TOOL>', `a xen-livepatch that was built, or ${DEBIAN_CHOICES}; default: one that fits`)
    .option(...DEBIAN_SOURCE)
    .passThroughOptions()
    .addHelpText('after', WITH_HELP)
    .action(async (words: string[], options: With.WithOptions & SourceOptions) => {
      useDebianSource(options);
      ended(await COMMANDS.with().runWith(words, options, complain));
    });
}

/** By name: the function that adds the command to a program. */
export const REHEARSALS = { serve: addServe, with: addWith } as const;
