/** How the agent is built: gcc of Debian 12. After a change of its source or the protocol: checks/agent.ts --write. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const COMPILE = [
  '-O2',
  '-static',
  '-nostdlib',
  '-ffreestanding',
  '-fno-pie',
  '-no-pie',
  '-fno-stack-protector',
  '-fno-asynchronous-unwind-tables',
  '-fcf-protection=none',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-Wl,--build-id=none,-z,noexecstack',
  '-s',
];

/** The committed agent. */
export const AGENT = join(__dirname, 'agent.elf');
/** The protocol in its source. */
export const AGENT_HEADER = join(__dirname, 'protocol.h');
/** Names the compiler of the committed agent. */
export const AGENT_COMPILER = join(__dirname, 'COMPILER');

/** Builds the agent into `output`. Throws what gcc said if it fails. */
export function buildAgent(output: string): void {
  execFileSync('gcc', [...COMPILE, 'agent.c', '-o', output], { cwd: __dirname, stdio: ['ignore', 'ignore', 'pipe'] });
}
