/** The folders that hold code, with its unit tests beside it. */
export const ROOMS: readonly string[] = [
  'engine',
  'payloads',
  'reports',
  'features',
  'steps',
  'bin',
  'checks',
  'bench',
];
