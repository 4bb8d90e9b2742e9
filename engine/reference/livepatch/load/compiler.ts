/** By which compiler a payload was built: the strings of `.comment`, which every compiler leaves there. Clause TODO-4. */
import { firstBroken, type Refusal } from '../../rules/rule';
import { COMPILER_RULES } from '../../rules/safety';
import type { ElfObject } from './elf';
import type { LoadEnvironment } from './types';

const COMMENT = '.comment';

export function checkCompiler({ sections }: ElfObject, environment: LoadEnvironment): Refusal | undefined {
  const comment = sections.find(({ name }) => name === COMMENT)?.contents ?? new Uint8Array();
  const strings = Buffer.from(comment).toString('latin1').split('\0');
  const ofPayload = strings.filter((text) => text !== '');
  return firstBroken(COMPILER_RULES, { ofPayload, ofHypervisor: environment.compiler }, environment, () => COMMENT);
}
