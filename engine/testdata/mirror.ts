/** A third target, as somebody would add one: it does all that the reference does, under a name of its own. */
import { createReference } from '../reference';
import type { TargetEntry } from '../targets';

export const MIRROR: TargetEntry = {
  name: 'mirror',
  revisions: [1, 2],
  cost: 3,
  create: ({ revision }) => ({ ...createReference({ revision }), name: 'mirror' }),
};
