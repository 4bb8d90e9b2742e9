/**
 * Tests the package as users get it: packs it, installs it into a folder of its own, and calls it there. Dependencies
 * come from npm's cache if it has them; the emulator's library is this project's.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provideUnicorn } from '../engine/unicorn/library';
import { name } from '../package.json';
import { PROJECT } from './lanes';

interface Answer {
  readonly status: number | null;
  readonly output: string;
}

function call(command: string, args: readonly string[], cwd: string, environment: NodeJS.ProcessEnv = {}): Answer {
  const options = { cwd, encoding: 'utf8', env: { ...process.env, ...environment } } as const;
  const { status, stdout, stderr } = spawnSync(command, args, options);
  return { status, output: stdout + stderr };
}

/** A folder with the package installed. */
function install(folder: string): void {
  const packed = call('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], PROJECT);
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  if (tarball === undefined) throw new Error(`npm pack: expected a tarball, got ${packed.output}`);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const installed = call('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', `./${tarball}`], folder);
  if (installed.status !== 0) throw new Error(`npm install: expected status 0, got ${installed.output}`);
}

/** What a user may call, and the expected result. */
const CALLS: readonly { readonly args: readonly string[]; readonly status: number; readonly says: RegExp }[] = [
  { args: ['--help'], status: 0, says: /^ {2}doctor /m },
  { args: ['doctor'], status: 0, says: /^Nothing that is needed is missing\.$/m },
  {
    args: ['run', '--target', 'reference', 'features/states/transitions.feature'],
    status: 0,
    says: /reports\/out\/index\.html/,
  },
  { args: ['report', 'reports/out/messages.ndjson', '--out', 'again', '--no-allure'], status: 0, says: /again/ },
  { args: ['check', `node_modules/${name}/payloads/c/nop.2.o`], status: 1, says: /nop\.2\.o: BAD/ },
  { args: ['check', `node_modules/${name}/payloads/samples/hello_world.livepatch`], status: 0, says: /: good$/m },
  {
    args: ['allure'],
    status: 2,
    says: /^allure-commandline is not installed: call "npm install allure-commandline"\.$/m,
  },
  { args: ['implementations'], status: 2, says: /belongs to the sources/ },
];

/** What went wrong, one line each. */
function problemsIn(folder: string): readonly string[] {
  const cache = join(folder, 'cache');
  mkdirSync(cache);
  const environment = { XDG_CACHE_HOME: cache, LIVEPATCH_LIBUNICORN: provideUnicorn(console.error) };
  const command = join('node_modules', '.bin', name);
  const problems = CALLS.flatMap(({ args, status, says }) => {
    const answer = call(command, args, folder, environment);
    if (answer.status === status && says.test(answer.output)) return [];
    return [
      `${args.join(' ')}: expected status ${status} and ${String(says)}, got ${String(answer.status)}: ${answer.output}`,
    ];
  });
  const doctor = call(command, ['doctor'], folder, environment).output;
  const own = join(folder, 'node_modules', name, '.cache');
  return [
    ...problems,
    ...(/the cache +(.*)/.exec(doctor)?.[1]?.startsWith(cache) ? [] : [`doctor: no cache in ${cache}: ${doctor}`]),
    ...(existsSync(own) ? [`${own} exists: the package has written into its own folder`] : []),
  ];
}

function main(): number {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  try {
    install(folder);
    const problems = problemsIn(folder);
    for (const problem of problems) console.error(problem);
    return problems.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

process.exitCode = main();
