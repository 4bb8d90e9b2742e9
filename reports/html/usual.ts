/** Hypercalls as they are usually made. The page says it once, and of each call only what is otherwise. */
import { ACTION } from '../../engine/abi/hypercall';
import type { HypercallEvidence } from '../../engine/evidence';

/** Fields by name, each as it is shown. */
export type FieldTexts = Readonly<Record<string, string>>;

const NAME: FieldTexts = { name: '→', name_size: 'bytes of the name and its NUL' };
const action = (cmd: number): FieldTexts => ({ ...NAME, cmd: String(cmd), time: '0', flags: '0' });

export const USUAL: Readonly<Record<string, FieldTexts>> = {
  UPLOAD: { ...NAME, payload: '→' },
  GET: { ...NAME, state: '0', rc: '0' },
  LIST: { version: '0', idx: '0', status: '→', name: '→', len: '→', metadata: '→', metadata_len: '→' },
  ...Object.fromEntries(Object.entries(ACTION).map(([name, cmd]) => [name, action(cmd)])),
};

/** The usual fields of an operation on a payload of this name. */
export function usualFields({ operation, payload }: Pick<HypercallEvidence, 'operation' | 'payload'>): FieldTexts {
  const usual = Object.hasOwn(USUAL, operation) ? USUAL[operation] : undefined;
  if (usual?.['name_size'] === undefined || payload === undefined) return usual ?? {};
  // A name is a byte a character.
  return { ...usual, name_size: String(payload.length + 1) };
}
