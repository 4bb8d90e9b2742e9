// Plain JavaScript, for `node -r`: lets Node load TypeScript. ts-node compiles each file once; the result is kept in the
// cache folder, so that most processes need not load the compiler, which takes longer than all of this project.
'use strict';
const { createHash } = require('crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('fs');
const { homedir } = require('os');
const { basename, dirname, isAbsolute, join, relative } = require('path');
const { install } = require('@cspotcode/source-map-support');

const project = join(__dirname, '..');

/** As in `installation.ts`, which is TypeScript itself. */
function cacheFolder() {
  if (basename(dirname(project)) !== 'node_modules') return join(project, '.cache');
  const named = process.env.XDG_CACHE_HOME || '';
  return join(isAbsolute(named) ? named : join(homedir(), '.cache'), 'livepatch-conformance');
}

const folder = join(cacheFolder(), 'compiled');

/** The compilers' versions are pinned in package.json. */
const settings = ['package.json', 'tsconfig.json'].map((name) => readFileSync(join(project, name)));

function digestOf(source) {
  const hash = createHash('sha256');
  for (const part of [...settings, source]) hash.update(part);
  return hash.digest('hex');
}

let compiler;

function compile(source, file) {
  compiler ??= require('ts-node').create({
    cwd: project,
    project: join(project, 'tsconfig.json'),
    transpileOnly: true,
  });
  return compiler.compile(source, file);
}

/** What is kept under this name for this source, if it was kept whole. */
function kept(name, digest) {
  try {
    const text = readFileSync(name, 'utf8');
    return text.endsWith(digest) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Files outside the project, and in its cache, are those of tests: they come and go. */
const isKept = (path) => !path.startsWith('.');

/** Whether it can be kept is no matter: without, the next process compiles again. */
function keep(name, text) {
  const draft = `${name}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(draft, text);
    renameSync(draft, name);
  } catch {
    return;
  }
}

/** What was loaded, with its map, by file. */
const texts = new Map();

function load(module, file) {
  const source = readFileSync(file, 'utf8');
  const digest = digestOf(source);
  const path = relative(project, file);
  const name = join(folder, createHash('sha256').update(path).digest('hex'));
  let text = isKept(path) ? kept(name, digest) : undefined;
  if (text === undefined) {
    // Behind the last line, so that all lines keep their numbers.
    text = `${compile(source, file)}\n// ${digest}`;
    if (isKept(path)) keep(name, text);
  }
  texts.set(file, text);
  module._compile(text, file);
}

// As ts-node does it, so that both can be in one process: Node's own maps are not asked where ts-node is.
install({ environment: 'node', retrieveFile: (file) => texts.get(file) ?? null });
for (const extension of ['.ts', '.tsx']) require.extensions[extension] = load;
