/** Where Allure's results go: a folder of many small files. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestResult } from 'allure-js-commons';
import type { Category, EnvironmentInfo } from 'allure-js-commons/sdk';
import { stringifyEnvInfo } from 'allure-js-commons/sdk/reporter';
import type { EvidenceEvent } from '../../engine/evidence';

/** Writes the files that Allure reads, under the names by which it finds them. */
export interface FolderWriter {
  readonly writeResult: (result: TestResult) => void;
  readonly writeEnvironment: (info: EnvironmentInfo) => void;
  readonly writeCategories: (categories: readonly Category[]) => void;
  /** Keeps evidence as a file, which stands once whoever shares it, and returns the file's name. */
  readonly keep: (events: readonly EvidenceEvent[]) => string;
  /** Writes another file. */
  readonly writeFile: (name: string, content: string | Uint8Array) => void;
  /** Removes what an earlier report wrote and this one did not. Files of others stay. */
  readonly end: () => void;
}

/** Names what was written here, a line each: only that may be removed again. */
const MANIFEST = 'livepatch-conformance.txt';

/** A name that leads out of the folder is none of ours. */
const isOwnName = (name: string): boolean => /^(history\/)?[\w.-]+$/.test(name) && name !== '..';

function readManifest(folder: string): ReadonlySet<string> {
  const file = join(folder, MANIFEST);
  return new Set(existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(isOwnName) : []);
}

/** Writes over what is there: a file that is emptied first takes its disk four times as long. */
function overwrite(file: string, content: string | Uint8Array): void {
  const descriptor = openSync(file, constants.O_WRONLY | constants.O_CREAT);
  try {
    const bytes = Buffer.from(content);
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    ftruncateSync(descriptor, bytes.length);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The own writer of allure-js-commons waits for the disk after each file, which takes minutes for some thousands; these
 * can be made again at any time. Names are the same in each report, so that files are overwritten: some disks take
 * longer to remove a file than to write ten.
 */
export function createFolderWriter(folder: string): FolderWriter {
  mkdirSync(folder, { recursive: true });
  const earlier = readManifest(folder);
  // Named before it is written: a report that is broken off leaves nothing that the next one does not know.
  const manifest = openSync(join(folder, MANIFEST), 'a');
  const written = new Set<string>();
  const names = new Map<readonly EvidenceEvent[], string>();

  function writeFile(name: string, content: string | Uint8Array): void {
    if (!earlier.has(name) && !written.has(name)) writeSync(manifest, `${name}\n`);
    if (name.includes('/')) mkdirSync(dirname(join(folder, name)), { recursive: true });
    overwrite(join(folder, name), content);
    written.add(name);
  }
  const writeJson = (name: string, value: unknown): void => writeFile(name, JSON.stringify(value));

  function keepNew(events: readonly EvidenceEvent[]): string {
    const json = JSON.stringify(events, null, 1);
    const name = `${createHash('md5').update(json).digest('hex')}-attachment.json`;
    // It is named after its content: what is there is what would be written.
    if (earlier.has(name) && existsSync(join(folder, name))) written.add(name);
    else if (!written.has(name)) writeFile(name, json);
    names.set(events, name);
    return name;
  }

  return {
    keep: (events) => names.get(events) ?? keepNew(events),
    writeFile,
    end: () => {
      closeSync(manifest);
      for (const name of earlier) if (!written.has(name)) rmSync(join(folder, name), { force: true });
      writeFileSync(join(folder, MANIFEST), [...written, ''].join('\n'));
    },
    writeResult: (result) => writeJson(`${result.uuid}-result.json`, result),
    writeEnvironment: (info) => writeFile('environment.properties', `${stringifyEnvInfo(info)}\n`),
    writeCategories: (categories) => writeJson('categories.json', categories),
  };
}
