/** `allure`: makes the Allure report of the last run, one file, with allure-commandline, which needs Java. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { IS_PACKAGE, PROJECT } from '../../engine/installation';
import { userError } from '../../engine/user-error';
import { EXIT, type ExitStatus } from '../exit';

/** As the command line has them. */
export interface AllureOptions {
  readonly out: string;
}

/** What an Allure report is made with. */
interface AllureParts {
  readonly java: () => boolean;
  /** The path of allure-commandline's script; undefined if it is not installed. */
  readonly command: string | undefined;
}

/**
 * The script of allure-commandline, from the project's folder or the caller's. It is 26 MB, so a package does not
 * depend on it.
 */
function findCommand(): string | undefined {
  try {
    const { resolve } = createRequire(__filename);
    return resolve('allure-commandline/bin/allure', { paths: [PROJECT, process.cwd()] });
  } catch {
    return undefined;
  }
}

const INSTALL = IS_PACKAGE ? 'npm install allure-commandline' : 'npm ci';

/** Whether Java starts. */
function hasJava(): boolean {
  const home = process.env['JAVA_HOME'];
  const java = home === undefined || home === '' ? 'java' : join(home, 'bin', 'java');
  return spawnSync(java, ['-version'], { stdio: 'ignore' }).status === 0;
}

/** The files that a report in one file carries for the next one's trends: `d('history/…','BASE64')`. */
export function historyIn(html: string): ReadonlyMap<string, Buffer> {
  const files = html.matchAll(/\bd\('history\/([\w-]+\.json)',\s*'([A-Za-z0-9+/=]*)'\)/g);
  return new Map([...files].map(([, name = '', content = '']) => [name, Buffer.from(content, 'base64')]));
}

/** A report in one file is the only place where Allure keeps them. */
function keepHistory(folder: string): void {
  const history = join(folder, 'history');
  mkdirSync(history, { recursive: true });
  for (const [name, content] of historyIn(readFileSync(join(folder, 'index.html'), 'utf8')))
    writeFileSync(join(history, name), content);
}

/**
 * Writes allure-report/index.html from the allure-results/ in the folder. Throws a user error if there are none, or if
 * the machine lacks Java or allure-commandline.
 */
export function allure(
  { out }: AllureOptions,
  say: (text: string) => void,
  { java, command }: AllureParts = { java: hasJava, command: findCommand() },
): ExitStatus {
  const results = join(out, 'allure-results');
  if (!existsSync(results)) throw userError(`There is no ${results}: make a run first, with the command run.`);
  if (command === undefined) throw userError(`allure-commandline is not installed: call "${INSTALL}".`);
  if (!java()) throw userError('The Allure report needs Java: "apt-get install default-jre-headless".');
  const made = join(out, 'allure-report');
  const args = ['generate', results, '--single-file', '--clean', '--output', made];
  const { status, stderr } = spawnSync(process.execPath, [command, ...args], {
    encoding: 'utf8',
    // Otherwise the report calls an analytics host when somebody opens it.
    env: { ...process.env, ALLURE_NO_ANALYTICS: 'true' },
  });
  if (status !== 0) throw new Error(`allure generate: expected status 0, got ${String(status)}: ${stderr}`);
  keepHistory(made);
  say(`Allure report: ${join(made, 'index.html')}`);
  return EXIT.expected;
}
