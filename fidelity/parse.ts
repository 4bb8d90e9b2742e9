/** The recordings' files, checked against what is written in the data's README. */
import { isObject } from '../engine/shape';
import { reasonOf, userError } from '../engine/user-error';
import type { Case, Sequence } from './types';

/** What is wrong with a value, as "apply: expected an integer", or undefined. */
type Check = (value: unknown) => string | undefined;

const expecting =
  (what: string, holds: (value: unknown) => boolean): Check =>
  (value) =>
    holds(value) ? undefined : `expected ${what}, got ${value === undefined ? 'nothing' : JSON.stringify(value)}`;

const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0;

const text = expecting('a text', (value) => typeof value === 'string');
const integer = expecting('an integer', Number.isInteger);
const count = expecting('an integer from 0 on', isCount);
const hex = expecting('bytes in hex', (value) => typeof value === 'string' && /^([0-9a-f]{2})+$/.test(value));
const textOrInteger = expecting(
  'a text or an integer',
  (value) => typeof value === 'string' || Number.isInteger(value),
);
const edit = expecting('an offset and bytes in hex', (value) => {
  if (!Array.isArray(value)) return false;
  const parts: readonly unknown[] = value;
  return parts.length === 2 && isCount(parts[0]) && hex(parts[1]) === undefined;
});

const within = (place: string | number, wrong: string | undefined): string | undefined =>
  wrong === undefined ? undefined : `${place}: ${wrong}`;

/** The first thing wrong in a list of [place, what is wrong there]. */
const first = (all: readonly (readonly [string | number, string | undefined])[]): string | undefined => {
  const found = all.find(([, wrong]) => wrong !== undefined);
  return found && within(...found);
};

const listOf =
  (item: Check): Check =>
  (value) =>
    Array.isArray(value) ? first(value.map((one, index) => [index, item(one)])) : 'expected a list';

const eachOf =
  (item: Check): Check =>
  (value) =>
    isObject(value) ? first(Object.entries(value).map(([name, one]) => [name, item(one)])) : 'expected an object';

/** An object: the fields it must have, and those that it may have. Other fields are ignored. */
const object =
  (must: Readonly<Record<string, Check>>, may: Readonly<Record<string, Check>> = {}): Check =>
  (value) => {
    if (!isObject(value)) return 'expected an object';
    const present = Object.entries(may).filter(([name]) => value[name] !== undefined);
    return first([...Object.entries(must), ...present].map(([name, check]) => [name, check(value[name])]));
  };

const stateRc = object({ state: integer, rc: integer });
const entries = listOf(listOf(textOrInteger));
const bytes = eachOf(hex);
const patch = listOf(edit);

const verdict = object(
  { upload: textOrInteger },
  {
    apply: integer,
    applied: stateRc,
    extra: text,
    version: integer,
    revert: integer,
    reverted: stateRc,
    unload: integer,
    before: bytes,
    after: bytes,
    restored: bytes,
    left: listOf(text),
    console: listOf(text),
    dead: object({ step: text, kind: text }),
  },
);

const OPERATIONS = ['upload', 'get', 'list', 'action', 'raw'];
const step = object(
  { op: expecting(`one of ${OPERATIONS.join(', ')}`, (value) => OPERATIONS.some((one) => one === value)) },
  {
    payload: text,
    patch,
    upload_size: count,
    name: text,
    name_hex: hex,
    namesize: count,
    npad: listOf(count),
    op_pad: count,
    ifv: count,
    sysctl: count,
    lp_cmd: count,
    pointers: eachOf(text),
    nr: count,
    idx: count,
    pad: count,
    cmd: count,
    timeout: count,
    flags: count,
    ret: integer,
    out: object({}, { state: integer, rc: integer, version: count, nr: count, entries }),
    status: entries,
    version: count,
    extra: text,
    code: hex,
    console: listOf(text),
  },
);

const caseCheck = object({ id: text, base: text, class: text, note: text, verdict }, { patch, size: count });
const sequenceCheck = object({ id: text, class: text, note: text, steps: listOf(step) }, { vcpus: count });
const basesCheck = eachOf(object({ watch: listOf(text) }));

type Bases = Readonly<Record<string, { readonly watch: readonly string[] }>>;

const isCase = (value: unknown): value is Case => caseCheck(value) === undefined;
const isSequence = (value: unknown): value is Sequence => sequenceCheck(value) === undefined;
const isBases = (value: unknown): value is Bases => basesCheck(value) === undefined;

function parse<Type>(place: string, json: string, is: (value: unknown) => value is Type, check: Check): Type {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw userError(`${place}: expected JSON (${reasonOf(error)})`);
  }
  if (!is(value)) throw userError(`${place}: ${check(value) ?? ''}`);
  return value;
}

/** The lines of a file, each a value of its own. */
function parseLines<Type>(
  file: string,
  content: string,
  is: (value: unknown) => value is Type,
  check: Check,
): readonly Type[] {
  return content
    .split('\n')
    .map((line, index) => ({ line, place: `${file}:${index + 1}` }))
    .filter(({ line }) => line !== '')
    .map(({ line, place }) => parse(place, line, is, check));
}

/** The cases of a `cases.jsonl`. Throws a user error that names the line and the field. */
export const parseCases = (file: string, content: string): readonly Case[] =>
  parseLines(file, content, isCase, caseCheck);

/** The sequences of a `sequences.jsonl`. Throws a user error that names the line and the field. */
export const parseSequences = (file: string, content: string): readonly Sequence[] =>
  parseLines(file, content, isSequence, sequenceCheck);

/** What is watched with each base, from a `bases.json`. */
export const parseBases = (file: string, content: string): Bases => parse(file, content, isBases, basesCheck);
