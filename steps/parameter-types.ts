/** The words that steps take as values. */
import { defineParameterType } from '@cucumber/cucumber';
import { CPU_FEATURE, type CpuFeature } from '../engine/abi/features';
import { ACTION, LIVEPATCH_OP, STATE, type Action, type LivepatchOp, type State } from '../engine/abi/hypercall';
import { FUNCTIONS } from '../engine/abi/sections';
import { OPTIONS, type DomainName, type Option } from '../engine/target';
import type { Code } from '../payloads/builder/assembly';
import { jumpsTo } from '../payloads/builder/code';
import {
  dividesByZero,
  faults,
  fillsStack,
  halts,
  loopsForever,
  storesToNowhere,
  ud2,
} from '../payloads/builder/misdeeds';
import { resultNamed } from './errors';

/** What a hook must not do, and the code that does it. */
const MISDEEDS: Readonly<Record<string, () => Code>> = {
  faults,
  'never returns': loopsForever,
  'writes to where nothing is mapped': storesToNowhere,
  'executes its own data': () => jumpsTo(FUNCTIONS),
  'executes no instruction': ud2,
  'divides by zero': dividesByZero,
  'fills its stack': fillsStack,
  halts,
};

const words = (names: object): RegExp => new RegExp(Object.keys(names).join('|'));

defineParameterType({ name: 'action', regexp: words(ACTION), transformer: (name: string) => name as Action });
defineParameterType({ name: 'state', regexp: words(STATE), transformer: (name: string) => name as State });
defineParameterType({
  name: 'operation',
  regexp: words(LIVEPATCH_OP),
  transformer: (name: string) => name as LivepatchOp,
});
defineParameterType({ name: 'domain', regexp: /control|guest/, transformer: (name: string) => name as DomainName });
/** What an optional mechanism of a hypervisor does: looks up symbol+offset. */
defineParameterType({
  name: 'option',
  regexp: new RegExp(Object.values(OPTIONS).join('|').replaceAll('+', '\\+')),
  transformer: (does: string) => (Object.keys(OPTIONS) as Option[]).find((option) => OPTIONS[option] === does),
});
/** -EINVAL, 0, 3. */
defineParameterType({ name: 'result', regexp: /-?[A-Z0-9]+/, transformer: resultNamed });
/** A function or object of the hypervisor or of a payload, a role, or a place within one: printk, plain_function+0x5. */
defineParameterType({
  name: 'symbol',
  regexp: /[a-z_][a-z0-9_]*(?:\+0x[0-9a-f]+)?/,
  transformer: (name: string) => name,
});
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
/** A feature of a CPU, as alternatives name it. */
defineParameterType({ name: 'feature', regexp: words(CPU_FEATURE), transformer: (name: string) => name as CpuFeature });
/** A processor by its number: vCPU 0, vCPU 1. */
defineParameterType({ name: 'vcpu', regexp: /vCPU (\d)/, transformer: (index: string) => Number(index) });
/** What a hook must not do: faults, never returns. */
defineParameterType({ name: 'misdeed', regexp: words(MISDEEDS), transformer: (deed: string) => MISDEEDS[deed]?.() });
