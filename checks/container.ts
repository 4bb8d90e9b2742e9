/**
 * Builds the container of the Dockerfile and calls it. The check is skipped, with a sentence, if no builder works, or
 * if it cannot fetch or run the base image.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { name } from '../package.json';
import { PROJECT } from './lanes';

const BUILDERS = ['docker', 'podman'] as const;
const IMAGE = `localhost/${name}-check`;

const CALLS: readonly { readonly args: readonly string[]; readonly says: RegExp }[] = [
  { args: ['--help'], says: /^ {2}doctor /m },
  { args: ['doctor'], says: /^Nothing that is needed is missing\.$/m },
  { args: ['run', '--target', 'reference', 'features/states/transitions.feature'], says: /reports\/out\/index\.html/ },
];

interface Answer {
  readonly ok: boolean;
  readonly output: string;
}

function call(command: string, ...args: readonly string[]): Answer {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: PROJECT, encoding: 'utf8' });
  return { ok: status === 0, output: `${stdout}${stderr}` };
}

/** The base image. */
function baseImage(): string {
  const [, image] = /^ARG NODE=(\S+)$/m.exec(readFileSync(join(PROJECT, 'Dockerfile'), 'utf8')) ?? [];
  if (image === undefined) throw new Error('Dockerfile: expected a line "ARG NODE=…", got none');
  return image;
}

/** What went wrong, or undefined. */
function problemWith(builder: string): string | undefined {
  const built = call(builder, 'build', '-t', IMAGE, '.');
  if (!built.ok) return `${builder} build: ${built.output}`;
  try {
    const failed = CALLS.map(({ args, says }) => ({
      args,
      says,
      answer: call(builder, 'run', '--rm', IMAGE, ...args),
    }));
    const [first] = failed.filter(({ says, answer }) => !answer.ok || !says.test(answer.output));
    return first && `${first.args.join(' ')}: expected ${String(first.says)}, got ${first.answer.output}`;
  } finally {
    call(builder, 'rmi', IMAGE);
  }
}

function main(): number {
  const builder = BUILDERS.find((command) => call(command, 'info').ok);
  if (builder === undefined) {
    console.log(`The container is not built here: neither ${BUILDERS.join(' nor ')} works.`);
    return 0;
  }
  const base = baseImage();
  const tried = call(builder, 'run', '--rm', '--entrypoint', 'true', base);
  if (!tried.ok) {
    const [why = ''] = tried.output.trim().split('\n').slice(-1);
    console.log(`The container is not built here: ${builder} cannot run ${base} (${why}).`);
    return 0;
  }
  const problem = problemWith(builder);
  if (problem !== undefined) console.error(problem);
  return problem === undefined ? 0 : 1;
}

process.exitCode = main();
