/**
 * The agent is what its source says, and the protocol of its source that of protocol.ts: builds it again and compares,
 * byte for byte, if the compiler is the one that it was made with. `--write` makes both again, after a change, and
 * notes the compiler.
 *
 *   node -r ./engine/typescript.js checks/agent.ts [--write]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Binary } from '../engine/binary';
import { AGENT_HEADER, AGENT_PROGRAM } from '../engine/agent/build';
import { protocolHeader } from '../engine/agent/protocol';
import { checkBinary, howToFix, runBinaryCheck, type BinaryVerdict } from './compiler';

function checkAgent(agent: Binary): BinaryVerdict {
  if (readFileSync(AGENT_HEADER, 'utf8') === protocolHeader()) return checkBinary(agent);
  return { ok: false, says: `agent: protocol.h does not match protocol.ts; ${howToFix(agent)}` };
}

if (process.argv.includes('--write')) writeFileSync(AGENT_HEADER, protocolHeader());
runBinaryCheck(AGENT_PROGRAM, checkAgent);
