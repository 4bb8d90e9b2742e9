/** What names a scenario whatever line it is on. */
import { createHash } from 'node:crypto';
import type { Scenario } from './model';

/** By its feature, its rule, its title and its row of the examples: 16 hexadecimal digits. */
export function idOf({ uri, rule, name, example }: Pick<Scenario, 'uri' | 'rule' | 'name' | 'example'>): string {
  const identity = JSON.stringify([uri, rule ?? null, name, example ?? null]);
  return createHash('sha256').update(identity).digest('hex').slice(0, 16);
}
