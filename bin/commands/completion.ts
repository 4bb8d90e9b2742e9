/** `completion`: prints a script that makes bash complete the command's words. The script calls nothing else. */
import type { Argument, Command, Option } from 'commander';
import { ALL_RULES } from '../../engine/reference/all-rules';
import { loadCatalogue } from '../../features/catalogue';
import { DEBIAN_CHOICES } from '../xen';

/** The words that an argument or option takes, if the command line itself does not list them. */
function wordsFor(name: string): readonly string[] {
  if (name === 'RULE' || name === '--forget') return ALL_RULES.map((rule) => rule.name);
  if (name === 'CLAUSE') return loadCatalogue().clauses.map(({ id }) => id);
  return name === '--hypervisor' || name === '--tool' ? DEBIAN_CHOICES.split(', ') : [];
}

const valuesOf = ({ long, argChoices }: Option): readonly string[] => argChoices ?? wordsFor(long ?? '');
const wordsOf = (argument: Argument): readonly string[] => argument.argChoices ?? wordsFor(argument.name());

/** A branch of the script's case. No word has a quote in it. */
const branch = (pattern: string, words: readonly string[]): readonly string[] =>
  words.length === 0 ? [] : [`    ${pattern}) words='${words.join(' ')}' ;;`];

/** The word before the one that is completed, then the beginning of that one. */
function branchesOf(command: Command): readonly string[] {
  const name = command.name();
  const options = [...command.options.flatMap(({ long }) => long ?? []), '--help'];
  return [
    ...command.options.flatMap((option) => branch(`"${name} ${option.long ?? ''} "*`, valuesOf(option))),
    ...branch(`"${name} "*" -"*`, options),
    ...branch(`"${name} "*`, command.registeredArguments.flatMap(wordsOf)),
  ];
}

/** The script for a program with all its commands. If the script has no word to offer, bash completes files. */
export function completionScript(program: Command): string {
  return `\
# bash completion of ${program.name()}; in ~/.bashrc: source <(${program.name()} completion bash)
_livepatch_conformance() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words=''
  if [ "$COMP_CWORD" = 1 ]; then words='${program.commands.map((command) => command.name()).join(' ')} help'
  else case "\${COMP_WORDS[1]} \${COMP_WORDS[COMP_CWORD-1]} $current" in
${program.commands.flatMap(branchesOf).join('\n')}
  esac; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _livepatch_conformance ${program.name()}`;
}
