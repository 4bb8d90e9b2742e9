/**
 * A stand-in for the program that runs payloads. The first byte of a payload says what becomes of it: 0 it is refused,
 * 1 the process is killed, 2 it throws, 3 it never answers; of another one, the byte is a block that it reaches.
 */
import { readFrame, writeFrame } from '../../check/frames';
import type { Message } from '../../check/task-process';
import type { Answer, Assignment, Ready, Task } from '../messages';

const tell = (message: Message<Ready, Answer, never>): void => writeFrame(1, message);

const { known } = readFrame(0) as Assignment;
const seen = new Set(known);
tell({ kind: 'ready', ready: { name: 'Xen 0', buildId: '00', revision: 2, seeds: [], isCovered: true } });
for (let task = readFrame(0) as Task | undefined; task !== undefined; task = readFrame(0) as Task | undefined) {
  const [what = 0] = task.payload;
  if (what === 1) process.kill(process.pid, 'SIGKILL');
  if (what === 2) {
    tell({ kind: 'thrown', isForUser: false, message: 'no', stack: 'TypeError: no\n    at nowhere' });
    process.exit(1);
  }
  while (what === 3);
  const blocks = what > 3 && !seen.has(what) ? Uint32Array.of(what) : new Uint32Array();
  seen.add(what);
  const ending = { kind: 'refused', errno: -22, said: '' } as const;
  tell({ kind: 'answer', answer: { execution: { ending, reference: undefined }, blocks, cpu: 1, spent: 0 } });
}
