/** `allure`: the Allure report of the last run, one file, by allure-commandline, which needs Java. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { userError } from '../../engine/user-error';
import { EXIT, type ExitStatus } from '../exit';

/** As the command line has them. */
export interface AllureOptions {
  readonly out: string;
}

const COMMAND = resolve(__dirname, '../../node_modules/allure-commandline/bin/allure');

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

/** Allure keeps it only in the report itself, where that is one file. */
function keepHistory(folder: string): void {
  const history = join(folder, 'history');
  mkdirSync(history, { recursive: true });
  for (const [name, content] of historyIn(readFileSync(join(folder, 'index.html'), 'utf8')))
    writeFileSync(join(history, name), content);
}

/**
 * Writes allure-report/index.html from the allure-results/ in the folder. Throws a user error where there are none, or
 * the machine lacks Java or allure-commandline.
 */
export function allure(
  { out }: AllureOptions,
  say: (text: string) => void,
  isThere: { readonly java: () => boolean; readonly command: string } = { java: hasJava, command: COMMAND },
): ExitStatus {
  const results = join(out, 'allure-results');
  if (!existsSync(results)) throw userError(`There is no ${results}: make a run first, with "npm start".`);
  if (!existsSync(isThere.command)) throw userError('allure-commandline is not installed: run "npm ci".');
  if (!isThere.java()) throw userError('The Allure report needs Java: "apt-get install default-jre-headless".');
  const made = join(out, 'allure-report');
  const args = ['generate', results, '--single-file', '--clean', '--output', made];
  const { status, stderr } = spawnSync(process.execPath, [isThere.command, ...args], {
    encoding: 'utf8',
    // Or else whoever opens the report is counted by a host of others.
    env: { ...process.env, ALLURE_NO_ANALYTICS: 'true' },
  });
  if (status !== 0) throw new Error(`allure generate: expected status 0, got ${String(status)}: ${stderr}`);
  keepHistory(made);
  say(`Allure report: ${join(made, 'index.html')}`);
  return EXIT.expected;
}
