/** Messages that are read while runs are still being made, so that the report is sooner there after the last one. */
import { createGrowingReader } from './messages';
import { createContentsReader } from './runs';
import type { StreamContents } from './scenarios';

export interface ReadAhead {
  /** Reads the streams that the file has got since the last time. */
  readonly catchUp: () => void;
  /** Those of all streams. */
  readonly contents: () => readonly StreamContents[];
}

/** Of a file to which whole streams are appended. */
export function readAhead(file: string): ReadAhead {
  const streams = createGrowingReader(file);
  const read = createContentsReader();
  const contents: StreamContents[] = [];
  const catchUp = (): void => {
    for (const stream of streams()) contents.push(read(stream));
  };
  return {
    catchUp,
    contents() {
      catchUp();
      return contents;
    },
  };
}
