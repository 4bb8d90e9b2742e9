/**
 * The rooms of the project, and the arrows between them, as in the table of ARCHITECTURE.md. A room uses only rooms
 * that come before it here.
 */
export interface Room {
  readonly name: string;
  /** Folders, which end with `/`, and files. */
  readonly at: readonly string[];
  /** The rooms that its files import. */
  readonly uses: readonly string[];
  /** The rooms that only its tests import. */
  readonly testsUse?: readonly string[];
  /** Every room may use it without naming it. */
  readonly isForAll?: true;
}

export const ROOMS: readonly Room[] = [
  {
    name: 'basics',
    at: [
      'engine/typescript.js',
      'engine/binary.ts',
      'engine/bytes.ts',
      'engine/pages.ts',
      'engine/sorted.ts',
      'engine/cache.ts',
      'engine/shape.ts',
      'engine/installation.ts',
    ],
    uses: [],
    isForAll: true,
  },
  { name: 'user', at: ['engine/user-error.ts', 'engine/nearest.ts'], uses: [] },
  { name: 'abi', at: ['engine/abi/'], uses: [] },
  { name: 'dwarf', at: ['engine/dwarf/'], uses: ['abi'], testsUse: ['machine'] },
  { name: 'debian', at: ['engine/debian/'], uses: ['user'] },
  { name: 'unicorn', at: ['engine/unicorn/'], uses: ['user', 'debian'] },
  { name: 'machine', at: ['engine/machine/'], uses: ['abi', 'unicorn'] },
  { name: 'console', at: ['engine/console.ts', 'engine/refusal.ts'], uses: [] },
  {
    name: 'target',
    at: [
      'engine/target.ts',
      'engine/abilities.ts',
      'engine/needs.ts',
      'engine/roles.ts',
      'engine/owners.ts',
      'engine/fault.ts',
    ],
    uses: ['abi', 'dwarf', 'console'],
    testsUse: ['reference'],
  },
  { name: 'evidence', at: ['engine/evidence.ts'], uses: ['abi', 'console', 'target'] },
  {
    name: 'common',
    at: [
      'engine/domains.ts',
      'engine/schedule.ts',
      'engine/snapshots.ts',
      'engine/static-image.ts',
      'engine/subject.ts',
      'engine/uploads.ts',
      'engine/watch.ts',
    ],
    uses: ['abi', 'machine', 'target'],
  },
  { name: 'toolstack', at: ['engine/toolstack/'], uses: ['abi', 'target', 'evidence'], testsUse: ['reference'] },
  { name: 'payloads', at: ['payloads/'], uses: ['user', 'abi', 'target', 'evidence'] },
  { name: 'image', at: ['engine/reference/image/'], uses: [] },
  {
    name: 'hypervisor',
    at: ['engine/reference/hypervisor/'],
    uses: ['abi', 'machine', 'console', 'target', 'common', 'image'],
  },
  { name: 'object', at: ['engine/reference/object/', 'engine/reference/once.ts'], uses: ['abi'] },
  {
    name: 'rules',
    at: ['engine/reference/rules/'],
    uses: ['abi', 'console', 'target', 'object'],
    testsUse: ['reference'],
  },
  {
    name: 'livepatch',
    at: ['engine/reference/livepatch/'],
    uses: ['abi', 'machine', 'target', 'common', 'hypervisor', 'object', 'rules'],
    testsUse: ['toolstack', 'payloads', 'image', 'reference'],
  },
  {
    name: 'reference',
    at: ['engine/reference/'],
    uses: ['abi', 'machine', 'target', 'common', 'image', 'hypervisor', 'rules', 'livepatch'],
    testsUse: ['console', 'toolstack', 'payloads'],
  },
  {
    name: 'xen',
    at: ['engine/xen/'],
    uses: ['user', 'abi', 'dwarf', 'debian', 'unicorn', 'machine', 'target', 'common'],
    testsUse: ['console', 'toolstack', 'payloads', 'reference', 'self-check', 'check'],
  },
  { name: 'agent', at: ['engine/agent/'], uses: ['abi'] },
  {
    name: 'client',
    at: ['engine/client/'],
    uses: ['user', 'abi', 'debian', 'target', 'evidence', 'toolstack', 'agent'],
    testsUse: ['reference', 'xen', 'contract'],
  },
  {
    name: 'remote',
    at: ['engine/remote/'],
    uses: ['user', 'abi', 'console', 'target', 'common', 'toolstack', 'xen', 'agent'],
    testsUse: ['reference'],
  },
  {
    name: 'booted',
    at: ['engine/booted/'],
    uses: ['user', 'abi', 'debian', 'machine', 'target', 'common', 'xen', 'agent', 'remote'],
    testsUse: ['toolstack', 'image', 'contract'],
  },
  {
    name: 'self-check',
    at: ['engine/self-check.ts', 'engine/hook-layout.ts'],
    uses: ['user', 'abi', 'console', 'target', 'toolstack', 'payloads'],
    testsUse: ['reference', 'xen'],
  },
  {
    name: 'check',
    at: ['engine/check/'],
    uses: [
      'user',
      'abi',
      'console',
      'target',
      'evidence',
      'toolstack',
      'object',
      'rules',
      'livepatch',
      'reference',
      'xen',
      'self-check',
    ],
    testsUse: ['payloads'],
  },
  {
    name: 'explore',
    at: ['engine/explore/'],
    uses: ['abi', 'target', 'payloads'],
    testsUse: ['reference', 'xen'],
  },
  {
    name: 'fuzz',
    at: ['engine/fuzz/'],
    uses: ['abi', 'unicorn', 'console', 'target', 'toolstack', 'payloads', 'xen', 'check'],
    testsUse: ['user', 'reference'],
  },
  {
    name: 'targets',
    at: ['engine/targets.ts'],
    uses: ['abi', 'target', 'reference', 'xen', 'remote', 'booted', 'self-check'],
    testsUse: ['contract'],
  },
  {
    name: 'contract',
    at: ['engine/contract.test.ts', 'engine/testdata/'],
    uses: [],
    testsUse: ['abi', 'console', 'target', 'toolstack', 'payloads', 'reference', 'xen', 'targets'],
  },
  { name: 'features', at: ['features/'], uses: ['abi', 'evidence'] },
  {
    name: 'steps',
    at: ['steps/'],
    uses: ['user', 'abi', 'console', 'target', 'evidence', 'toolstack', 'payloads', 'client', 'targets'],
    testsUse: ['reference', 'contract'],
  },
  {
    name: 'reports',
    at: ['reports/'],
    uses: ['user', 'abi', 'console', 'evidence', 'features'],
  },
  {
    name: 'fidelity',
    at: ['fidelity/'],
    uses: ['user', 'abi', 'target', 'toolstack', 'reference', 'xen', 'self-check', 'check', 'reports'],
  },
  {
    name: 'bin',
    at: ['bin/'],
    uses: [
      'user',
      'abi',
      'debian',
      'unicorn',
      'console',
      'target',
      'evidence',
      'reference',
      'xen',
      'client',
      'remote',
      'booted',
      'self-check',
      'check',
      'explore',
      'fuzz',
      'targets',
      'features',
      'steps',
      'reports',
    ],
    testsUse: ['payloads', 'contract'],
  },
  {
    name: 'checks',
    at: ['checks/'],
    uses: [
      'user',
      'abi',
      'unicorn',
      'target',
      'payloads',
      'image',
      'reference',
      'xen',
      'agent',
      'client',
      'fuzz',
      'features',
      'steps',
      'reports',
      'bin',
    ],
  },
  {
    name: 'bench',
    at: ['bench/'],
    uses: [
      'abi',
      'unicorn',
      'machine',
      'target',
      'toolstack',
      'payloads',
      'image',
      'hypervisor',
      'reference',
      'xen',
      'bin',
    ],
  },
];

/** The folders of the project that hold code, with its unit tests beside it. */
export const FOLDERS: readonly string[] = [
  ...new Set(ROOMS.flatMap(({ at }) => at.map((path) => path.split('/')[0] ?? path))),
];
