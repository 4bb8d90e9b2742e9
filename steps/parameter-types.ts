/** The words that steps take as values. */
import { defineParameterType } from '@cucumber/cucumber';
import { returnValue } from '../engine/abi/errno';
import { ACTION, STATE, type Action, type State } from '../engine/abi/hypercall';

const words = (names: object): RegExp => new RegExp(Object.keys(names).join('|'));

defineParameterType({ name: 'action', regexp: words(ACTION), transformer: (name: string) => name as Action });
defineParameterType({ name: 'state', regexp: words(STATE), transformer: (name: string) => name as State });
/** -EINVAL, 0, 3. */
defineParameterType({ name: 'result', regexp: /-?[A-Z0-9]+/, transformer: returnValue });
/** A function or object of the hypervisor or of a payload. */
defineParameterType({ name: 'symbol', regexp: /[a-z_][a-z0-9_]*/, transformer: (name: string) => name });
/** Bytes as the document writes them: `e9`, `48 89 e0`. */
defineParameterType({
  name: 'bytes',
  regexp: /[0-9a-f]{2}(?: [0-9a-f]{2})*/,
  transformer: (text: string) => Uint8Array.from(text.split(' '), (byte) => parseInt(byte, 16)),
});
/** 1 ns, 30 ms, in nanoseconds. */
defineParameterType({
  name: 'time',
  regexp: /\d+ (?:ns|us|ms)/,
  transformer: (text: string) => {
    const [count, unit] = text.split(' ');
    return BigInt(count ?? 0) * (unit === 'ms' ? 1_000_000n : unit === 'us' ? 1_000n : 1n);
  },
});
/** A processor by its number: vCPU 0, vCPU 1. */
defineParameterType({ name: 'vcpu', regexp: /vCPU (\d)/, transformer: (index: string) => Number(index) });
