/** The memory access at which code failed, for stops and evidence. */
export interface Fault {
  readonly access: 'load' | 'store' | 'fetch';
  readonly reason: 'unmapped' | 'protected';
  /** The first byte that could not be accessed. */
  readonly address: bigint;
}

const ACCESS = { read: 'load', write: 'store', fetch: 'fetch' } as const;

/** The fault of a trap; or of a `GuestFault`, which has no `reason`, since it is always that nothing is mapped. */
export function faultOf(trap: {
  readonly access: keyof typeof ACCESS;
  readonly reason?: Fault['reason'];
  readonly address: bigint;
}): Fault {
  return { access: ACCESS[trap.access], reason: trap.reason ?? 'unmapped', address: trap.address };
}
