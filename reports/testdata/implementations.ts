/** Rows of a list of implementations, for the tests. */
import { type Implementation, type RowVerdict, rowVerdicts } from '../../features/implementations';

/** "b/2" is a run in revision 2. */
export const implementation = (
  id: string,
  hypervisor: string,
  verdicts: Readonly<Partial<Record<RowVerdict, readonly string[]>>>,
): Implementation => ({
  id,
  hypervisor,
  buildId: '00ff',
  revision: id.endsWith('1') ? 1 : 2,
  suite: '1.0 0123456789ab',
  date: '2023-11-14',
  scenarios: { total: 9, skipped: 1, passed: 5, known: 3, unexpected: 0, crashed: 2 },
  verdicts: rowVerdicts((verdict) => verdicts[verdict] ?? []),
  built: 'as it is',
  seen: '',
});
