/** Default values of hypercall fields. The page lists them once, and each call shows only what differs. */
import { ACTION } from '../../engine/abi/hypercall';
import type { HypercallEvidence } from '../../engine/evidence';

/** Fields by name, with the text that is shown. */
export type FieldTexts = Readonly<Record<string, string>>;

const NAME: FieldTexts = { name: '→', name_size: 'bytes of the name and its NUL' };
const action = (cmd: number): FieldTexts => ({ ...NAME, cmd: String(cmd), time: '0', flags: '0' });

export const USUAL: Readonly<Record<string, FieldTexts>> = {
  UPLOAD: { ...NAME, payload: '→' },
  GET: { ...NAME, state: '0', rc: '0' },
  LIST: { version: '0', idx: '0', status: '→', name: '→', len: '→', metadata: '→', metadata_len: '→' },
  ...Object.fromEntries(Object.entries(ACTION).map(([name, cmd]) => [name, action(cmd)])),
};

/** The default fields of an operation on a payload of this name. */
export function usualFields({ operation, payload }: Pick<HypercallEvidence, 'operation' | 'payload'>): FieldTexts {
  const usual = Object.hasOwn(USUAL, operation) ? USUAL[operation] : undefined;
  if (usual?.['name_size'] === undefined || payload === undefined) return usual ?? {};
  // Each character of a name is one byte.
  return { ...usual, name_size: String(payload.length + 1) };
}
