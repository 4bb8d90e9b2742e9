/** Vendors' builds of a hypervisor, told by how they are numbered. What they change has files of its own in deviations/. */

interface Numbering {
  readonly vendor: string;
  /** The beginning of the hypervisor's name, with the release that it is made of. */
  readonly name: RegExp;
}

const NUMBERINGS: readonly Numbering[] = [
  // XenServer's builds are numbered likewise: XCP-ng's come from them.
  { vendor: 'XCP-ng', name: /^Xen (\d+\.\d+)\.\d+-\d+(?:-d)? / },
];

/** "XCP-ng 4.17" of "Xen 4.17.6-2 (xen-syms)"; undefined for a build of the hypervisor's own project. */
export function vendorOf(name: string): string | undefined {
  for (const { vendor, name: own } of NUMBERINGS) {
    const [, release] = own.exec(name) ?? [];
    if (release !== undefined) return `${vendor} ${release}`;
  }
  return undefined;
}
