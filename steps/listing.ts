/** Entries of LIST as the tables of features write them. */
import { returnName } from '../engine/abi/errno';
import type { ListEntry } from '../engine/toolstack/toolstack';

/** Enough for every scenario that looks at all payloads. */
export const ALL = 16;

/** Name, state and rc. */
export const row = ({ name, state, rc }: ListEntry): readonly string[] => [name, state ?? 'none', returnName(rc)];
