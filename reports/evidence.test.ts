/** Which fields of what we attach are checked. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Attachment, AttachmentContentEncoding } from '@cucumber/messages';
import {
  CRASH_MEDIA_TYPE,
  EVIDENCE_MEDIA_TYPE,
  LACK_MEDIA_TYPE,
  PAYLOAD_MEDIA_TYPE,
  RUN_MEDIA_TYPE,
} from '../engine/evidence';
import { isUserError } from '../engine/user-error';
import { ATTACHED, crashOf, createEvidenceReader, lacksIn, payloadsIn, runDescriptionOf } from './evidence';

const CALL = {
  kind: 'hypercall',
  operation: 'GET',
  payload: 'p',
  domain: 'control',
  cpu: 0,
  in: { name: { buffer: '0x1' }, size: 1, text: 'x' },
  out: { rc: -1 },
  returned: -1,
  returnedName: '-EPERM',
  console: ['a', { rule: 'a', clause: 'A-1', errno: -1, says: 'a', payload: 'p', where: 'a' }],
  from: '0',
  to: '1',
};
const COMPARED = { what: 'a', expected: '1', found: '2' };
const EVENTS: readonly object[] = [
  CALL,
  { kind: 'memory', when: 'now', address: '0x1', symbol: 'a', bytes: '0aFF', permissions: 'r-x' },
  { kind: 'execution', what: 'a', cpu: 0, returned: '1' },
  { kind: 'comparison', ...COMPARED },
  { kind: 'mismatch', ...COMPARED },
  {
    kind: 'stop',
    where: 'a',
    why: 'b',
    fault: { access: 'load', reason: 'unmapped', address: '0x1' },
    isOutOfBudget: true,
    registers: { rip: '0x1' },
    backtrace: ['a'],
    console: ['a'],
  },
  { kind: 'regions', payload: 'p', regions: [{ name: 'text', start: '0x1', size: 1, permissions: 'r-x' }] },
  { kind: 'stores', symbol: 'a', time: '0', cpu: 0, bytes: 1, cpus: [{ cpu: 0, at: 'a', interrupts: true }] },
  { kind: 'role', role: 'a', is: 'b', place: 'c', address: '0x1', bytes: '' },
  { kind: 'busy', cpu: 0, from: '0', to: '1' },
  { kind: 'tool', command: 'a', ended: 'exit status 0', says: ['a'] },
];
const BUILD = { name: 'reference', buildId: '00' };
const WHOLE: Readonly<Record<string, object>> = {
  [RUN_MEDIA_TYPE]: {
    label: 'a',
    target: 'reference',
    revision: 1,
    hypervisor: BUILD,
    drives: BUILD,
    shard: '2/5',
    selected: true,
  },
  [CRASH_MEDIA_TYPE]: { how: 'SIGSEGV' },
  [LACK_MEDIA_TYPE]: { name: 'nmi', meaning: 'an NMI can be sent' },
  [PAYLOAD_MEDIA_TYPE]: {
    name: 'p',
    description: '',
    size: 1,
    entries: [{ entry: 0, field: 'a', value: '1' }],
    sections: [{ name: 'a', type: 'b', flags: '', size: 1, alignment: 1 }],
    symbols: [{ name: 'a', binding: 'b', type: 'c', section: 'd', value: '0', size: 1 }],
    relocations: [{ section: 'a', offset: '0', type: 'b', to: 'c' }],
  },
};
/** Without these it is one too. */
const OPTIONAL = [
  'hypercall.payload',
  'hypercall.in.name',
  'hypercall.in.size',
  'hypercall.in.text',
  'hypercall.out.rc',
  'hypercall.console.1.payload',
  'stop.fault',
  'stop.isOutOfBudget',
  'stop.registers.rip',
  'run.drives',
  'run.shard',
  'run.selected',
];

const attachment = (
  mediaType: string,
  body: string,
  encoding: keyof typeof AttachmentContentEncoding = 'IDENTITY',
): Attachment => ({
  mediaType,
  body,
  contentEncoding: AttachmentContentEncoding[encoding],
});
const complaintAbout = (mediaType: string, content: unknown): string | undefined =>
  ATTACHED.get(mediaType)?.(attachment(mediaType, JSON.stringify(content)));

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

const pathsIn = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
  isNode(value)
    ? Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...pathsIn(inner, [...path, key])])
    : [];

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined || !isNode(value)) return by;
  if (Array.isArray(value))
    return value.map((inner: unknown, at) => (String(at) === key ? replaced(inner, rest, by) : inner));
  return { ...value, [key]: replaced(value[key], rest, by) };
}

/** All kinds with a short name, and what asks whether something is one. */
const KINDS = [
  ...EVENTS.map((event) => ({
    name: 'kind' in event ? String(event.kind) : '',
    whole: event,
    complaintOf: (content: unknown) => complaintAbout(EVIDENCE_MEDIA_TYPE, { events: [content] }),
  })),
  ...Object.entries(WHOLE).map(([type, whole]) => ({
    name: /\.([a-z]+)\+json$/.exec(type)?.[1] ?? '',
    whole,
    complaintOf: (content: unknown) => complaintAbout(type, content),
  })),
];

describe('what we attach', () => {
  it('is good as it is', () => {
    for (const { name, whole, complaintOf } of KINDS) assert.equal(complaintOf(whole), undefined, name);
    assert.equal(KINDS.length, 15);
  });

  it('is not with another kind of value in any of its fields', () => {
    for (const { name, whole, complaintOf } of KINDS)
      for (const path of pathsIn(whole))
        assert.match(complaintOf(replaced(whole, path, null)) ?? '', /^attachment\.body/, `${name}.${path.join('.')}`);
  });

  it('needs its fields, but for some', () => {
    const unneeded = KINDS.flatMap(({ name, whole, complaintOf }) =>
      pathsIn(whole)
        .filter(
          (path) => !/^\d+$/.test(path.at(-1) ?? '') && complaintOf(replaced(whole, path, undefined)) === undefined,
        )
        .map((path) => `${name}.${path.join('.')}`),
    );
    assert.deepEqual(unneeded, OPTIONAL);
  });

  it('has values of a form', () => {
    const isGood = (name: string, path: string, value: unknown): boolean => {
      const kind = KINDS.find((each) => each.name === name);
      assert.ok(kind);
      return kind.complaintOf(replaced(kind.whole, path.split('.'), value)) === undefined;
    };
    const cases: readonly (readonly [string, string, readonly unknown[], readonly unknown[]])[] = [
      [
        'run',
        'shard',
        ['1/1', '5/5', '123456/123456'],
        ['0/5', '6/5', '1', '1/2/3', 'a/b', '1234567/1234567', 'x1/2', '1/2x'],
      ],
      ['run', 'revision', [1, 2], [0, 3, '1']],
      ['run', 'selected', [true], [false]],
      ['stop', 'isOutOfBudget', [true], [false]],
      ['stop', 'fault.access', ['load', 'store', 'fetch'], ['read']],
      ['stop', 'fault.reason', ['unmapped', 'protected'], ['gone']],
      ['memory', 'bytes', ['', '00', 'aBcD'], ['0', 'xx', '0x00']],
      ['role', 'bytes', ['', '00'], ['0']],
      ['hypercall', 'cpu', [0, 5], [-1, 0.5]],
      ['hypercall', 'returned', [-5, 5], [0.5]],
      ['hypercall', 'in.size', ['1', 0.5], [true, {}, { buffer: 1 }]],
      ['stores', 'cpus.0.interrupts', [true, false], [0]],
    ];
    for (const [name, path, good, bad] of cases) {
      for (const value of good) assert.ok(isGood(name, path, value), `${name}.${path} ${JSON.stringify(value)}`);
      for (const value of bad) assert.ok(!isGood(name, path, value), `${name}.${path} ${JSON.stringify(value)}`);
    }
    assert.ok(complaintAbout(EVIDENCE_MEDIA_TYPE, { events: [{ kind: 'other' }] }) !== undefined);
  });

  it('is JSON, as it is or in base64', () => {
    const body = JSON.stringify({ how: 'x' });
    const base64 = Buffer.from(body).toString('base64');
    assert.deepEqual(crashOf([attachment(CRASH_MEDIA_TYPE, base64, 'BASE64')]), { how: 'x' });
    assert.deepEqual(crashOf([attachment(CRASH_MEDIA_TYPE, body)]), { how: 'x' });
    for (const bad of [attachment(CRASH_MEDIA_TYPE, base64), attachment(CRASH_MEDIA_TYPE, '{')]) {
      assert.match(ATTACHED.get(CRASH_MEDIA_TYPE)?.(bad) ?? '', /^attachment\.body/);
      assert.throws(() => crashOf([bad]), isUserError);
    }
  });

  it('is read by its type, the first one where there is to be one', () => {
    const all = [
      attachment('text/plain', '{'),
      ...Object.entries(WHOLE).map(([type, whole]) => attachment(type, JSON.stringify(whole))),
      ...Object.entries(WHOLE).map(([type, whole]) =>
        attachment(type, JSON.stringify({ ...whole, target: 'b', how: 'b' })),
      ),
    ];
    assert.deepEqual(runDescriptionOf(all)?.target, 'reference');
    assert.deepEqual(crashOf(all), { how: 'SIGSEGV' });
    assert.deepEqual([lacksIn(all).length, payloadsIn(all).length], [2, 2]);
    assert.deepEqual([runDescriptionOf([]), crashOf([])], [undefined, undefined]);
    for (const type of Object.keys(WHOLE)) {
      const bad = [attachment(type, '{}')];
      const readers = [runDescriptionOf, crashOf, lacksIn, payloadsIn];
      assert.equal(readers.filter((read) => isRefused(() => read(bad))).length, 1, type);
    }
  });

  it('has events in the order of the attachments, of which equal ones are kept once', () => {
    const read = createEvidenceReader();
    const evidence = (what: string): Attachment =>
      attachment(EVIDENCE_MEDIA_TYPE, JSON.stringify({ events: [{ kind: 'comparison', ...COMPARED, what }] }));
    const whats = (...attachments: readonly Attachment[]): readonly unknown[] =>
      read(attachments).map((event) => event.kind === 'comparison' && event.what);
    assert.deepEqual(whats(evidence('b'), attachment('text/plain', ''), evidence('a')), ['b', 'a']);
    assert.deepEqual(whats(), []);
    assert.equal(read([evidence('a')]), read([evidence('a')]));
    assert.ok(isRefused(() => read([attachment(EVIDENCE_MEDIA_TYPE, '{}')])));
  });
});

function isRefused(act: () => unknown): boolean {
  try {
    act();
    return false;
  } catch (error) {
    assert.ok(isUserError(error));
    return true;
  }
}
