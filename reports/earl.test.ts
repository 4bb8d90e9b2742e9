/**
 * earl.jsonld against the terms of EARL. They are those of W3C's "Evaluation and Report Language (EARL) 1.0 Schema"
 * (https://www.w3.org/TR/EARL10-Schema/) and of the RDF schema that comes with it, in testdata/earl-vocabulary.json.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CONTEXT, EARL, writeEarl } from './earl';
import { buildReport } from './report';
import VOCABULARY from './testdata/earl-vocabulary.json';
import { BUILD_ID, CATALOGUE, SUITE, described, deviating, messages, renamed, stream } from './testdata/streams';

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const CLASSES = new Map<string, readonly string[]>(Object.entries(VOCABULARY.classes));
const PROPERTIES = new Map<string, { readonly domain: string; readonly range: string }>(
  Object.entries(VOCABULARY.properties),
);
const REQUIRED = new Map<string, readonly string[]>(Object.entries(VOCABULARY.required));
const INSTANCES = new Map<string, string>(Object.entries(VOCABULARY.instances));
const DUBLIN_CORE = ['title', 'description', 'identifier', 'hasVersion', 'date'];

async function graph(): Promise<readonly Node[]> {
  const all = await messages();
  const knownDeviations = [deviating('xen/2', 'fails')];
  const streams = [stream(all), stream(renamed(all, 'xen/2'))];
  const built = buildReport(streams, { suite: SUITE, catalogue: CATALOGUE, knownDeviations });
  const parsed = JSON.parse(writeEarl(built)) as { readonly '@graph': readonly Node[] };
  return parsed['@graph'];
}

const typesOf = (node: Node): readonly string[] => [node['@type']].flat().map(String);
/** With what they are kinds of. */
const allTypes = (node: Node): readonly string[] =>
  typesOf(node).flatMap((type) => [type, ...(CLASSES.get(type) ?? [])]);

/** The name of a term of EARL: "passed" of "earl:passed". */
function nameOf(value: unknown): string {
  const [prefix, name = ''] = String(value).split(':');
  assert.equal(prefix, 'earl', String(value));
  return name;
}

function classOfValue(value: unknown, ids: ReadonlyMap<string, Node>): readonly string[] {
  if (isNode(value)) return allTypes(value);
  const node = ids.get(String(value));
  if (node !== undefined) return allTypes(node);
  const own = INSTANCES.get(nameOf(value)) ?? `nothing that EARL knows: ${String(value)}`;
  return [own, ...(CLASSES.get(own) ?? [])];
}

function checkNode(node: Node, ids: ReadonlyMap<string, Node>): void {
  for (const type of typesOf(node)) {
    assert.ok(CLASSES.has(type), type);
    for (const property of REQUIRED.get(type) ?? []) assert.ok(property in node, `${type} without ${property}`);
  }
  for (const [key, value] of Object.entries(node)) {
    if (key.startsWith('@') || DUBLIN_CORE.includes(key)) continue;
    const property = PROPERTIES.get(key);
    assert.ok(property, key);
    assert.ok(allTypes(node).includes(property.domain), `${key} of ${typesOf(node).join()}`);
    if (property.range === 'Literal') assert.equal(typeof value, 'string', key);
    else assert.ok(classOfValue(value, ids).includes(property.range), `${key}: ${String(value)}`);
    if (isNode(value)) checkNode(value, ids);
  }
}

describe('earl.jsonld', () => {
  it('has a context that says of each name what term of EARL or Dublin Core it is, and fetches nothing', () => {
    for (const [name, term] of Object.entries(CONTEXT)) {
      const id = typeof term === 'string' ? term : '@id' in term ? term['@id'] : '';
      if (['earl', 'dct', 'xsd'].includes(name)) continue;
      assert.equal(id, DUBLIN_CORE.includes(name) ? `dct:${name}` : `earl:${name}`);
    }
    assert.equal(CONTEXT.earl, EARL);
  });

  it('says nothing but what the vocabulary has words for, each where it belongs', async () => {
    const nodes = await graph();
    const ids = new Map(nodes.flatMap((node) => (typeof node['@id'] === 'string' ? [[node['@id'], node]] : [])));
    assert.equal(ids.size, 1 + 2 + CATALOGUE.clauses.length);
    for (const node of nodes) checkNode(node, ids);
  });

  it('has an assertion for each run and clause, and all five outcomes', async () => {
    const assertions = (await graph()).filter((node) => node['@type'] === 'Assertion');
    assert.equal(assertions.length, 2 * CATALOGUE.clauses.length);
    const outcome = (run: string, clause: string): unknown => {
      const found = assertions.find(
        ({ subject, test }) => subject === run && test === `urn:livepatch-conformance:clause:${clause}`,
      );
      return isNode(found?.['result']) ? found['result']['outcome'] : undefined;
    };
    const reference = `urn:livepatch-conformance:build:reference%20${BUILD_ID}`;
    assert.equal(outcome(reference, 'FUNC-12'), 'earl:passed');
    assert.equal(outcome(reference, 'FUNC-2'), 'earl:failed');
    assert.equal(outcome(`urn:livepatch-conformance:build:xen%2F2%20${BUILD_ID}`, 'FUNC-2'), 'earl:failed');
    assert.equal(outcome(reference, 'V2-FUNC-1'), 'earl:inapplicable');
    assert.equal(outcome(reference, 'FUNC-6'), 'earl:untested');
    assert.equal(outcome(reference, 'FUNC-13'), 'earl:cantTell');
  });

  it('has one subject for a build, whatever its runs are called', async () => {
    const all = await messages();
    const second = described(all, { label: 'mine', revision: 2 });
    const built = buildReport([stream(all), stream(second)], {
      suite: SUITE,
      catalogue: CATALOGUE,
      knownDeviations: [],
    });
    const nodes = (JSON.parse(writeEarl(built)) as { readonly '@graph': readonly Node[] })['@graph'];
    const subjects = nodes.filter((node) => typesOf(node).includes('TestSubject'));
    assert.deepEqual(
      subjects.map(({ description }) => description),
      ['Runs: mine/2, reference/1'],
    );
    const titles = nodes.filter((node) => node['@type'] === 'Assertion').map(({ title }) => title);
    assert.deepEqual(
      [...new Set(titles)],
      ['mine/2: held against revision 2 of the document', 'reference/1: held against revision 1 of the document'],
    );
  });
});
