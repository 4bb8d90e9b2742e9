/** `implementations`: adds runs to the list of implementations, and makes README's table from it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { IS_PACKAGE, PROJECT } from '../../engine/installation';
import { reasonOf, userError } from '../../engine/user-error';
import { formatImplementations, parseImplementations, withRows } from '../../features/implementations';
import { readRows, withTable } from '../../reports/rows';
import { EXIT, type ExitStatus } from '../exit';

/** The project's own, unless a test has others. */
export interface ImplementationFiles {
  readonly list: string;
  readonly readme: string;
}

const FILES: ImplementationFiles = {
  list: join(PROJECT, 'features', 'implementations.yaml'),
  readme: join(PROJECT, 'README.md'),
};

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw userError(`${file} cannot be written (${reasonOf(error)}): make the project's files writable.`);
  }
}

/** The rows of all reports. Throws a user error if two have the same run, because one of them would be lost. */
function rowsOf(reports: readonly string[]): ReturnType<typeof readRows> {
  const read = reports.flatMap((report) => readRows(report).map((row) => ({ row, report })));
  const twice = read.find(({ row }, index) => read.findIndex((other) => other.row.id === row.id) < index);
  if (twice !== undefined)
    throw userError(
      `The run ${twice.row.id} in ${twice.report} is in an earlier report, too: name only one of the two.`,
    );
  return read.map(({ row }) => row);
}

/**
 * Adds the runs in these compliance.json files to the list; each replaces the row with its key. Without a file, it only
 * writes the table again. Status 1 if an outcome is not as recorded. Throws a user error if a file is no
 * compliance.json.
 */
export function implementations(
  reports: readonly string[],
  say: (line: string) => void,
  { list, readme }: ImplementationFiles = FILES,
  isPackage = IS_PACKAGE,
): ExitStatus {
  if (isPackage) throw userError('The list of implementations belongs to the sources: call this in a clone of them.');
  const rows = rowsOf(reports);
  const before = parseImplementations(readFileSync(list, 'utf8'));
  const after = withRows(before, rows);
  const page = withTable(readFileSync(readme, 'utf8'), after);
  write(list, formatImplementations(after));
  write(readme, page);
  for (const { id, hypervisor, scenarios } of rows) {
    const done = before.some((row) => row.id === id) ? 'replaced' : 'added';
    const { total, skipped, unexpected } = scenarios;
    say(`${done} ${id}: ${hypervisor}, ${total - skipped} of ${total} scenarios run, ${unexpected} unexpected`);
  }
  for (const { id } of after.filter(({ built }) => built === ''))
    say(`${relative(process.cwd(), list)} does not say how ${id} was built: write it there (built)`);
  return rows.every(({ scenarios }) => scenarios.unexpected === 0) ? EXIT.expected : EXIT.unexpected;
}
