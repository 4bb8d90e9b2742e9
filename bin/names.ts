/** Names from the suite on a command line: rules and tags. The error about an unknown name suggests similar ones. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_RULES } from '../engine/reference/all-rules';
import { nearest } from '../engine/nearest';
import { userError } from '../engine/user-error';

const RULES: ReadonlySet<string> = new Set(ALL_RULES.map(({ name }) => name));

/** Throws a user error for a rule that does not exist. */
export function checkRule(name: string): void {
  if (!RULES.has(name)) throw userError(`There is no rule ${name}: did you mean one of ${nearest(name, RULES)}?`);
}

/** The features in a folder, or the file itself. */
function filesOf(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.feature'))
    .map((file) => join(path, file));
}

/** Tags are on lines of their own. */
const tagsOf = (feature: string): readonly string[] =>
  feature
    .split('\n')
    .flatMap((line) => (/^\s*@/.test(line) ? (line.replace(/\s#.*$/, '').match(/@[^\s@]+/g) ?? []) : []));

/** A sentence for each tag of the expression that no scenario of these files and folders has. */
export function unknownTags(expression: string, paths: readonly string[]): readonly string[] {
  const named = new Set(expression.match(/@[^\s()]+/g));
  if (named.size === 0) return [];
  const files = paths.flatMap(filesOf);
  const known = new Set(files.flatMap((file) => tagsOf(readFileSync(file, 'utf8'))));
  return [...named]
    .filter((tag) => !known.has(tag))
    .map((tag) => `No scenario has the tag ${tag}: did you mean one of ${nearest(tag, known)}?`);
}

/** Throws a user error for the first tag of the expression that no scenario of the project or of these features has. */
export function checkTags(expression: string, project: string, features: readonly string[]): void {
  const [unknown] = unknownTags(expression, [join(project, 'features'), ...features]);
  if (unknown !== undefined) throw userError(unknown);
}

/** Throws a user error for a title's expression that is not a regular expression. */
export function checkedNames(names: readonly string[]): readonly string[] {
  for (const name of names) {
    try {
      new RegExp(name);
    } catch {
      throw userError(`--name ${name} is not a regular expression: put a \\ before ( ) [ ] { } * + ? and |.`);
    }
  }
  return names;
}
