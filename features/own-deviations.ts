/**
 * Deviations that users record of hypervisors of their own, in files that they name: entries as of deviations/*.yaml,
 * each with the hypervisor that it is about, as its name begins ("Xen 4.17").
 */
import { DEVIATION_KEYS, readDeviation } from './deviation-files';
import type { DeviationList } from './deviations';
import { entries, expect, isText, type Report } from './entries';

/** RangeError with one sentence a line if something is wrong in the text, which `title` names. */
export function parseOwnDeviations(yaml: string, title: string): readonly DeviationList[] {
  const problems: string[] = [];
  const report: Report = (problem) => problems.push(problem);
  const lists = entries(yaml, title, ['hypervisor', ...DEVIATION_KEYS], report).flatMap(
    ([id, entry]): DeviationList[] => {
      const about: Report = (problem) => problems.push(`${id}: ${problem}`);
      const how = 'the beginning of a hypervisor\'s name, such as "Xen 4.17"';
      const hypervisor = expect(isText, entry['hypervisor'], how, about);
      const deviation = readDeviation(id, entry, about);
      if (hypervisor === undefined || deviation === undefined) return [];
      return [{ hypervisor, deviations: [{ ...deviation, own: true }], absences: [], patched: [], own: true }];
    },
  );
  if (problems.length > 0) throw new RangeError(problems.join('\n'));
  return lists;
}
