/** An id for a scenario that does not depend on its line. */
import { createHash } from 'node:crypto';
import type { Scenario } from './model';

/** Made from its feature, rule, title and row of the examples: 16 hexadecimal digits. */
export function idOf({ uri, rule, name, example }: Pick<Scenario, 'uri' | 'rule' | 'name' | 'example'>): string {
  const identity = JSON.stringify([uri, rule ?? null, name, example ?? null]);
  return createHash('sha256').update(identity).digest('hex').slice(0, 16);
}
