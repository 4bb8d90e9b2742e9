/** Writes Allure's results: a folder of many small files. */
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

/** Writes the files of Allure, under the names that it expects. */
export interface FolderWriter {
  readonly writeResult: (result: TestResult) => void;
  readonly writeEnvironment: (info: EnvironmentInfo) => void;
  readonly writeCategories: (categories: readonly Category[]) => void;
  /** Writes evidence to a file, once for all scenarios that share it, and returns the file's name. */
  readonly keep: (events: readonly EvidenceEvent[]) => string;
  /** Writes another file. */
  readonly writeFile: (name: string, content: string | Uint8Array) => void;
  /** Removes the files that an earlier report wrote and this one did not. Other files stay. */
  readonly end: () => void;
}

/** Lists the files that were written here, one per line. Only these may be removed later. */
const MANIFEST = 'livepatch-conformance.txt';

/** A name that leads out of the folder is not ours. */
const isOwnName = (name: string): boolean => /^(history\/)?[\w.-]+$/.test(name) && name !== '..';

function readManifest(folder: string): ReadonlySet<string> {
  const file = join(folder, MANIFEST);
  return new Set(existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(isOwnName) : []);
}

/** Overwrites the file without emptying it first, which would take a disk four times as long. */
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
 * The writer of allure-js-commons waits for the disk after each file, which takes minutes for thousands of files. That
 * is not needed, because they can be made again at any time. Names are the same in each report, so files are
 * overwritten: some disks take longer to remove a file than to write ten.
 */
export function createFolderWriter(folder: string): FolderWriter {
  mkdirSync(folder, { recursive: true });
  const earlier = readManifest(folder);
  // Listed before it is written, so that the next report knows all files of one that was interrupted.
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
    // The name comes from the content, so a file that exists need not be written again.
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
