/**
 * The agent is what its source says, and the protocol of its source that of protocol.ts: builds it again and compares,
 * byte for byte, if the compiler is the one that it was made with. `--write` makes both again, after a change, and
 * notes the compiler.
 *
 *   node -r ./engine/typescript.js checks/agent.ts [--write]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { AGENT, AGENT_COMPILER, AGENT_HEADER, buildAgent } from '../engine/agent/build';
import { protocolHeader } from '../engine/agent/protocol';
import { checkBinary, howToFix, writeBinary, type Binary, type BinaryVerdict } from './compiler';

const BINARY: Binary = { name: 'agent', file: AGENT, compiler: AGENT_COMPILER, build: buildAgent };

function checkAgent(): BinaryVerdict {
  if (readFileSync(AGENT_HEADER, 'utf8') === protocolHeader()) return checkBinary(BINARY);
  return { ok: false, says: `agent: protocol.h does not match protocol.ts; ${howToFix(BINARY)}` };
}

if (process.argv.includes('--write')) {
  writeFileSync(AGENT_HEADER, protocolHeader());
  console.log(writeBinary(BINARY));
}
const { ok, says } = checkAgent();
console.log(says);
process.exitCode = ok ? 0 : 1;
