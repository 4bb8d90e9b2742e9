/** What the hypervisor asks, in which order: each operation keeps to the order of the index, and no rule is left out. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { SHT } from '../abi/elf';
import { hookReturning, returnsNumber } from '../../payloads/builder/code';
import { signed } from '../../payloads/builder/signature';
import { keyNamed } from '../../payloads/keys';
import { refusalsIn } from '../console';
import { OPTIONS, type Option } from '../target';
import { createToolstack } from '../toolstack/toolstack';
import { type Reference, createReference } from '.';
import { description, example } from './livepatch/load/fixtures';
import { ALL_RULES, type AnyRule } from './all-rules';

/** A hypervisor looks a rule up among the forgotten ones when it asks it, and only then. */
function recorder() {
  const asked = new Set<string>();
  const has = (name: string): boolean => {
    asked.add(name);
    return false;
  };
  const take = (): readonly string[] => {
    const taken = [...asked];
    asked.clear();
    return taken;
  };
  return { forgotten: Object.assign(new Set<string>(), { has }), take };
}

const PATCHED = 'xen_extra_version';
const OWN_KEY = keyNamed('vendor');
const ALL_OPTIONS: ReadonlySet<Option> = new Set(Object.keys(OPTIONS) as Option[]);

/** A signed payload that has a part of every kind, and that the reference loads. */
function everything({ hypervisor, image, memory }: Reference): Uint8Array {
  const { buildId, revision, compiler = '' } = hypervisor;
  const { sections = [] } = description(revision);
  const expect = { bytes: memory.read(image.symbol(PATCHED) ?? 0n, 2) };
  const patched = { name: PATCHED, oldSize: image.size(PATCHED) ?? 0, replacement: returnsNumber(1) };
  const zero = hookReturning(0);
  const built = example(revision, {
    depends: buildId,
    xenDepends: buildId,
    functions: [{ ...patched, ...(revision === 2 ? { expect } : {}) }],
    hooks: { load: [zero, zero], unload: [zero], ...(revision === 2 ? { preapply: zero } : {}) },
    sections: [
      ...sections,
      { name: '.comment', type: SHT.PROGBITS, flags: 0n, alignment: 1, content: Buffer.from(compiler) },
    ],
  });
  return signed(built, OWN_KEY).bytes;
}

for (const revision of [1, 2] as const)
  describe(`the rules of revision ${revision}`, () => {
    const { forgotten, take } = recorder();
    const target = createReference({ revision, forgotten });
    target.reset({ options: ALL_OPTIONS, trustedKeys: [OWN_KEY] });
    const toolstack = createToolstack(target);
    const file = everything(target);
    const asked = Object.entries({
      UPLOAD: () => toolstack.upload('p', file),
      LIST: () => toolstack.list(1),
      GET: () => toolstack.get('p'),
      APPLY: () => toolstack.action('APPLY', 'p'),
      REVERT: () => toolstack.action('REVERT', 'p'),
      UNLOAD: () => toolstack.action('UNLOAD', 'p'),
      'a look-up': () => target.linker.lookup(`${PATCHED}+0x1`),
    }).map(([operation, call]) => {
      call();
      return [operation, take()] as const;
    });
    const refusals = toolstack
      .drain()
      .flatMap((event) => (event.kind === 'hypercall' ? refusalsIn(event.console) : []));
    target.close();

    for (const [operation, names] of asked)
      it(`are asked by ${operation} in the order of the index`, () => {
        const index = ALL_RULES.map(({ name }) => name);
        assert.deepEqual(
          names,
          index.filter((name) => names.includes(name)),
        );
      });

    it('are all asked, where nothing is refused', () => {
      assert.deepEqual(refusals, []);
      const own = ALL_RULES.filter((rule) => (rule.revision ?? revision) === revision);
      const all = new Set(asked.flatMap(([, names]) => names));
      assert.deepEqual(
        own.map(({ name }) => name).filter((name) => !all.has(name)),
        [],
      );
    });
  });

const RULES = join(__dirname, 'testdata', 'rules.txt');

/** What a refusal by this rule cites, and which hypervisors have the rule. */
function citation({ name, clause, errno, field, revision, option, explainedBy, says, refused }: AnyRule): string {
  const details = Object.entries({ field, revision, option, explainedBy })
    .filter(([, value]) => value !== undefined)
    .map(([what, value]) => `, ${what} ${String(value)}`);
  const sentences = typeof refused === 'string' ? [says, refused] : [says];
  return [`${name}: ${clause}, -${errno}${details.join('')}`, ...sentences.map((text) => `  ${text}`)].join('\n');
}

it('the rules cite what is recorded, in their order', () => {
  const text = `${ALL_RULES.map(citation).join('\n')}\n`;
  if (process.env['GOLDEN'] === 'write') writeFileSync(RULES, text);
  assert.equal(text, readFileSync(RULES, 'utf8'));
});
