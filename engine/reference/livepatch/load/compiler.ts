/** By which compiler a payload was built: the strings of `.comment`, which every compiler leaves there. Clause TODO-4. */
import { firstBroken, type Refusal } from '../../rules/rule';
import { COMPILER_RULES } from '../../rules/safety';
import type { ElfObject } from './elf';
import type { LoadEnvironment } from './types';
import { atSection } from './where';

const COMMENT = '.comment';

export function checkCompiler({ sections }: ElfObject, environment: LoadEnvironment): Refusal | undefined {
  const section = sections.find(({ name }) => name === COMMENT);
  const strings = Buffer.from(section?.contents ?? new Uint8Array())
    .toString('latin1')
    .split('\0');
  const ofPayload = strings.filter((text) => text !== '');
  const compilers = { ofPayload, ofHypervisor: environment.compiler };
  return firstBroken(COMPILER_RULES, compilers, environment, () =>
    section ? atSection(section, COMMENT) : { name: COMMENT },
  );
}
