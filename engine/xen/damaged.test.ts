import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createReference } from '../reference';
import { selfCheck } from '../self-check';
import { isUserError } from '../user-error';
import { createXen, findDebianXen, foreignImage } from '.';
import { damaged } from './damaged.fixtures';

const file = findDebianXen();
const skip = file === undefined ? "Debian's Xen has not been fetched: run the features with --target xen once" : false;
const FILES = 24;

/** Opens a target; what the user reads if it cannot be used. */
function told(open: () => { readonly close: () => void }): string | undefined {
  try {
    open().close();
    return undefined;
  } catch (error) {
    if (!isUserError(error)) throw error;
    return error.message;
  }
}

describe('a damaged xen-syms works, or is refused in one sentence', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'damaged-'));
  after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'xen-syms');

  test(`${FILES} of them`, () => {
    const whole = readFileSync(file ?? '');
    const sentences: string[] = [];
    for (let number = 0; number < FILES; number++) {
      writeFileSync(path, damaged(whole, number));
      sentences.push(
        told(() => createXen({ file: path, say: () => undefined, selfCheck, cache: folder })) ?? '',
        told(() => createReference({ revision: 2, foreign: foreignImage(path) })) ?? '',
      );
    }
    assert.ok(sentences.every((sentence) => !sentence.includes('\n')));
    assert.ok(new Set(sentences).size > 5, 'the damages differ');
  });
});
