/** `completion`: a script by which bash completes the command's words. All that it knows is in the script. */
import type { Argument, Command, Option } from 'commander';
import { ALL_RULES } from '../../engine/reference/all-rules';
import { loadCatalogue } from '../../features/catalogue';
import { DEBIAN_CHOICES } from '../xen';

/** What a word is one of, where the command line itself does not say it. */
function wordsFor(name: string): readonly string[] {
  if (name === 'RULE' || name === '--forget') return ALL_RULES.map((rule) => rule.name);
  if (name === 'CLAUSE') return loadCatalogue().clauses.map(({ id }) => id);
  return name === '--hypervisor' ? DEBIAN_CHOICES.split(', ') : [];
}

const valuesOf = ({ long, argChoices }: Option): readonly string[] => argChoices ?? wordsFor(long ?? '');
const wordsOf = (argument: Argument): readonly string[] => argument.argChoices ?? wordsFor(argument.name());

/** A branch of the script's case; none of these words has a quote in it. */
const branch = (pattern: string, words: readonly string[]): readonly string[] =>
  words.length === 0 ? [] : [`    ${pattern}) words='${words.join(' ')}' ;;`];

/** What stands before the word that is completed, then what it begins with. */
function branchesOf(command: Command): readonly string[] {
  const name = command.name();
  const options = [...command.options.flatMap(({ long }) => long ?? []), '--help'];
  return [
    ...command.options.flatMap((option) => branch(`"${name} ${option.long ?? ''} "*`, valuesOf(option))),
    ...branch(`"${name} "*" -"*`, options),
    ...branch(`"${name} "*`, command.registeredArguments.flatMap(wordsOf)),
  ];
}

/** The script for a program with all its commands. Where it has no word, bash completes files. */
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
