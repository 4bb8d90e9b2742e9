import assert from 'node:assert/strict';
import { it } from 'node:test';
import { hexDigits } from '../bytes';
import { BUILD_ID_AT, buildIdNote, descriptionAt, NOTE_HEADER, noteIn } from './notes';

it('a note of a build-id is named GNU, and has the build-id after the name (DEP-1)', () => {
  const note = buildIdNote(Uint8Array.of(1, 2, 3));
  assert.equal(hexDigits(note), '040000000300000003000000' + '474e5500' + '010203');
  assert.equal(BUILD_ID_AT, note.length - 3);
  assert.deepEqual(NOTE_HEADER.decode(note), { namesz: 4, descsz: 3, type: 3 });
});

it('a description begins at the next multiple of four after the name', () => {
  assert.deepEqual([0, 1, 4, 5].map(descriptionAt), [12, 16, 16, 20]);
});

it('of a note that says it has more than there is, the description ends where the section does', () => {
  const note = buildIdNote(Uint8Array.of(1, 2, 3));
  const { description, ...sizes } = noteIn(note.subarray(0, note.length - 1));
  assert.deepEqual([...description], [1, 2]);
  assert.deepEqual(sizes, { type: 3, nameSize: 4, start: 16, descriptionSize: 3 });
  assert.deepEqual([...noteIn(new Uint8Array()).description], []);
});
