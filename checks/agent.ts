/**
 * The agent is what its source says, and the protocol of its source that of protocol.ts: builds it again and compares,
 * byte for byte, if the compiler is the one that it was made with. `--write` makes both again, after a change, and
 * notes the compiler.
 *
 *   node -r ./engine/typescript.js checks/agent.ts [--write]
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AGENT, AGENT_COMPILER, AGENT_HEADER, buildAgent } from '../engine/agent/build';
import { protocolHeader } from '../engine/agent/protocol';
import { userError } from '../engine/user-error';
import { compilerHere, whyNotHere } from './compiler';

function rebuilt(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'livepatch-agent-'));
  try {
    const agent = join(folder, 'agent');
    buildAgent(agent);
    return readFileSync(agent);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The result of the check, and a sentence for people. */
function checkAgent(): { readonly ok: boolean; readonly says: string } {
  const fix = 'run checks/agent.ts --write.';
  if (readFileSync(AGENT_HEADER, 'utf8') !== protocolHeader())
    return { ok: false, says: `agent: protocol.h does not match protocol.ts; ${fix}` };
  const skipped = whyNotHere(AGENT_COMPILER);
  if (skipped !== undefined) return { ok: true, says: `agent: skipped, ${skipped}.` };
  if (Buffer.compare(rebuilt(), readFileSync(AGENT)) === 0) return { ok: true, says: 'agent: it matches its source.' };
  return { ok: false, says: `agent: it does not match its source; ${fix}` };
}

function write(): string {
  const here = compilerHere();
  if (here === undefined)
    throw userError('There is no gcc here to build the agent with; install it (Debian: apt-get install gcc).');
  writeFileSync(AGENT_HEADER, protocolHeader());
  buildAgent(AGENT);
  writeFileSync(AGENT_COMPILER, `${here}\n`);
  return `agent: written with "${here}".`;
}

if (process.argv.includes('--write')) console.log(write());
const { ok, says } = checkAgent();
console.log(says);
process.exitCode = ok ? 0 : 1;
