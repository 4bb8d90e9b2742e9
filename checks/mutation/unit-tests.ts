/**
 * Unit tests, one at a time and in any order, in this process. node:test's runner can do neither. Whether a test passes
 * is all that is asked.
 */
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Suite } from './suite';

interface Context {
  readonly after: (code: Code) => void;
  readonly skip: (why?: string) => void;
}

type Code = (context: Context) => unknown;

/** What `describe` puts together, or a file. */
interface Group {
  /** The groups that it is in, from outside. */
  readonly around: readonly Group[];
  readonly before: Code[];
  readonly beforeEach: Code[];
  readonly afterEach: Code[];
  /** Whether what comes before all of its tests was done. */
  isBegun: boolean;
}

interface UnitTest {
  readonly name: string;
  readonly uri: string;
  readonly groups: readonly Group[];
  readonly code: Code;
}

interface Options {
  readonly skip?: boolean | string;
}

const groupIn = (around: readonly Group[]): Group => ({
  around,
  before: [],
  beforeEach: [],
  afterEach: [],
  isBegun: false,
});

/** The part of node:test that this project's tests use. They are kept, and run later. */
function createRegistry() {
  const tests: UnitTest[] = [];
  let [uri, group] = ['', groupIn([])];
  const givenCode = (given: Options | Code, code?: Code): Code | undefined => {
    if (typeof given === 'function') return given;
    return given.skip === undefined || given.skip === false ? code : undefined;
  };
  const test = (name: string, given: Options | Code, later?: Code): void => {
    const code = givenCode(given, later);
    if (code !== undefined) tests.push({ name, uri, groups: [...group.around, group], code });
  };
  const describe = (_name: string, given: Options | Code, later?: Code): void => {
    const outer = group;
    group = groupIn([...outer.around, outer]);
    givenCode(given, later)?.({ after: () => undefined, skip: () => undefined });
    group = outer;
  };
  const api = {
    test,
    it: test,
    describe,
    before: (code: Code) => group.before.push(code),
    beforeEach: (code: Code) => group.beforeEach.push(code),
    afterEach: (code: Code) => group.afterEach.push(code),
    // What it closes is needed again. The process ends instead.
    after: () => undefined,
  };
  return {
    tests,
    api,
    begin(file: string): void {
      [uri, group] = [file, groupIn([])];
    },
  };
}

/** From now on, Node loads this in place of node:test. */
function replaceRunner(api: object): void {
  const load: unknown = Reflect.get(Module, '_load');
  if (typeof load !== 'function') throw new TypeError('Module: expected a loader, got none');
  Object.assign(Module, {
    _load: (request: string, ...others: readonly unknown[]): unknown =>
      request === 'node:test' ? api : Reflect.apply(load, Module, [request, ...others]),
  });
}

async function runTest({ groups, code }: UnitTest): Promise<boolean | undefined> {
  const cleanUp: Code[] = [];
  const skips: string[] = [];
  const context: Context = {
    after: (each) => cleanUp.push(each),
    skip: (why = '') => skips.push(why),
  };
  const runAll = async (codes: readonly Code[]): Promise<boolean> => {
    try {
      for (const each of codes) await each(context);
      return true;
    } catch {
      return false;
    }
  };
  for (const group of groups.filter(({ isBegun }) => !isBegun)) {
    group.isBegun = true;
    if (!(await runAll(group.before))) return false;
  }
  const passes = await runAll([...groups.flatMap(({ beforeEach }) => beforeEach), code]);
  const isClean = await runAll([...cleanUp, ...groups.toReversed().flatMap(({ afterEach }) => afterEach)]);
  return skips.length > 0 ? undefined : passes && isClean;
}

/** Loads the files with their tests. */
export function loadTests(project: string, files: readonly string[]): Suite {
  const registry = createRegistry();
  const { tests } = registry;
  replaceRunner(registry.api);
  const load = createRequire(__filename);
  for (const file of files) {
    registry.begin(file);
    load(join(project, file));
  }
  return {
    scenarios: tests.map(({ name, uri }) => ({ name, uri })),
    run(number) {
      const test = tests[number];
      if (test === undefined) throw new RangeError(`test: expected below ${tests.length}, got ${number}`);
      return runTest(test);
    },
    forget: () => undefined,
  };
}
