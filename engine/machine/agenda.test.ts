import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dueProgram, EMPTY, isOver, readyAt, withProgram, type Program } from './agenda';
import { NEVER } from './clock';

const program = (time: bigint): Program => ({ time, start: () => 0n, done: () => undefined });
const parked = (holds: boolean, deadline: bigint) => ({
  ...EMPTY,
  parked: { wait: { holds: () => holds, deadline }, resumeAt: 0n, done: () => undefined },
});

describe('agenda', () => {
  test('an empty one is never ready', () => {
    assert.equal(readyAt(EMPTY, 5n), undefined);
  });

  test('a wait is over when what it waits for has ended, or at its deadline', () => {
    assert.deepEqual([readyAt(parked(false, NEVER), 5n), readyAt(parked(true, 9n), 5n)], [5n, 9n]);
    const wait = { holds: () => true, deadline: 9n };
    assert.deepEqual(
      [isOver(wait, 8n), isOver(wait, 9n), isOver({ ...wait, holds: () => false }, 0n)],
      [false, true, true],
    );
  });

  test('whoever is parked takes neither interrupts nor programs', () => {
    const agenda = withProgram({ ...parked(true, 9n), interrupted: true }, program(6n));
    assert.equal(readyAt(agenda, 5n), 9n);
  });

  test('interrupts are taken at once, programs at their times, both when the vCPU is free', () => {
    const interrupted = { ...EMPTY, interrupted: true };
    assert.equal(readyAt(withProgram(interrupted, program(9n)), 5n), 5n);
    assert.equal(readyAt({ ...interrupted, busy: [{ from: 4n, until: 7n }] }, 5n), 7n);
    assert.equal(readyAt(withProgram(EMPTY, program(9n)), 5n), 9n);
    assert.equal(readyAt(withProgram(EMPTY, program(3n)), 5n), 5n);
  });

  test('programs stand in the order of their times, equal ones as they came', () => {
    const [first, second, third] = [program(2n), program(1n), program(2n)];
    const { programs } = [first, second, third].reduce(withProgram, EMPTY);
    assert.deepEqual(programs, [second, first, third]);
    assert.ok(programs[1] === first && programs[2] === third);
    assert.equal(dueProgram({ ...EMPTY, programs }, 0n), undefined);
    assert.equal(dueProgram({ ...EMPTY, programs }, 1n), second);
  });
});
