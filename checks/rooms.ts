/**
 * The rooms of the project, and the arrows between them, as in the table of ARCHITECTURE.md. A room uses only rooms that
 * come before it here.
 */
export interface Room {
  readonly name: string;
  /** Folders, which end with `/`, and files. */
  readonly at: readonly string[];
  /** The rooms that its files import. */
  readonly uses: readonly string[];
  /** The rooms that only its tests import. */
  readonly testsUse?: readonly string[];
  /** Every room may use it, and none says so. */
  readonly isForAll?: true;
}

export const ROOMS: readonly Room[] = [
  {
    name: 'basics',
    at: ['engine/bytes.ts', 'engine/pages.ts', 'engine/cache.ts', 'engine/shape.ts'],
    uses: [],
    isForAll: true,
  },
  { name: 'user', at: ['engine/user-error.ts', 'engine/nearest.ts'], uses: [] },
  { name: 'abi', at: ['engine/abi/'], uses: [] },
  { name: 'debian', at: ['engine/debian/'], uses: ['user'] },
  { name: 'unicorn', at: ['engine/unicorn/'], uses: ['user', 'debian'] },
  { name: 'machine', at: ['engine/machine/'], uses: ['abi', 'unicorn'] },
  { name: 'target', at: ['engine/target.ts'], uses: ['abi'] },
  { name: 'evidence', at: ['engine/evidence.ts'], uses: ['abi', 'target'] },
  {
    name: 'common',
    at: ['engine/domains.ts', 'engine/snapshots.ts', 'engine/subject.ts', 'engine/watch.ts'],
    uses: ['machine', 'target'],
  },
  { name: 'toolstack', at: ['engine/toolstack/'], uses: ['abi', 'target', 'evidence'] },
  { name: 'payloads', at: ['payloads/'], uses: ['user', 'abi', 'target'] },
  { name: 'image', at: ['engine/reference/image/'], uses: [] },
  {
    name: 'hypervisor',
    at: ['engine/reference/hypervisor/'],
    uses: ['abi', 'machine', 'target', 'common', 'image'],
  },
  { name: 'rules', at: ['engine/reference/rules/'], uses: ['abi', 'target'] },
  {
    name: 'livepatch',
    at: ['engine/reference/livepatch/'],
    uses: ['abi', 'machine', 'target', 'common', 'hypervisor', 'rules'],
    testsUse: ['toolstack', 'payloads', 'image', 'reference'],
  },
  {
    name: 'reference',
    at: ['engine/reference/'],
    uses: ['abi', 'target', 'common', 'image', 'hypervisor', 'livepatch'],
    testsUse: ['toolstack', 'payloads', 'rules'],
  },
  {
    name: 'xen',
    at: ['engine/xen/'],
    uses: ['user', 'abi', 'debian', 'unicorn', 'machine', 'target', 'common'],
    testsUse: ['toolstack', 'payloads', 'reference', 'self-check', 'check'],
  },
  {
    name: 'self-check',
    at: ['engine/self-check.ts'],
    uses: ['user', 'abi', 'target', 'toolstack', 'payloads'],
    testsUse: ['reference'],
  },
  {
    name: 'check',
    at: ['engine/check/'],
    uses: ['user', 'abi', 'target', 'evidence', 'toolstack', 'rules', 'livepatch', 'reference', 'xen', 'self-check'],
    testsUse: ['payloads'],
  },
  { name: 'features', at: ['features/'], uses: ['abi'] },
  { name: 'liar', at: ['engine/testdata/'], uses: [], testsUse: ['abi', 'target'] },
  {
    name: 'steps',
    at: ['steps/'],
    uses: ['abi', 'target', 'evidence', 'toolstack', 'payloads', 'reference', 'xen', 'self-check'],
    testsUse: ['liar'],
  },
  {
    name: 'fidelity',
    at: ['fidelity/'],
    uses: ['user', 'abi', 'target', 'toolstack', 'reference', 'xen', 'self-check', 'check'],
  },
  {
    name: 'reports',
    at: ['reports/'],
    uses: ['user', 'abi', 'target', 'evidence', 'check', 'features'],
    testsUse: ['payloads', 'reference'],
  },
  {
    name: 'bin',
    at: ['bin/'],
    uses: ['user', 'abi', 'debian', 'unicorn', 'evidence', 'rules', 'xen', 'self-check', 'check', 'steps', 'reports'],
    testsUse: ['payloads'],
  },
  {
    name: 'checks',
    at: ['checks/'],
    uses: ['user', 'abi', 'target', 'payloads', 'image', 'reference', 'xen', 'features', 'reports'],
  },
  {
    name: 'bench',
    at: ['bench/'],
    uses: ['abi', 'unicorn', 'machine', 'target', 'toolstack', 'payloads', 'image', 'hypervisor', 'reference', 'bin'],
  },
];
