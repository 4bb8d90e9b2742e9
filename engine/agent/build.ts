/** The agent's program. */
import { join } from 'node:path';
import { program } from '../binary';

export const AGENT_PROGRAM = program(__dirname, 'agent');
/** The protocol in its source. */
export const AGENT_HEADER = join(__dirname, 'protocol.h');
