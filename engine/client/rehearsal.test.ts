/** Debian's own xen-livepatch on the reference, and on the Xen of its release. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { HypercallEvidence, StopEvidence } from '../evidence';
import { createReference } from '../reference';
import type { Target } from '../target';
import { payload } from '../testdata/contract/term';
import { reasonOf } from '../user-error';
import { createXen, findDebianXen } from '../xen';
import { served, temporaryFolder } from './client.fixtures';
import { runTool } from './run';
import { DEBIAN_TOOLS, fetchedTool, findTool, type Tool } from './tool';

/** The tool of Debian 12, fetched if that is possible; else why it cannot be had. */
function provided(): { readonly tool?: Tool; readonly skip: string | false } {
  if (process.platform !== 'linux' || process.arch !== 'x64') return { skip: 'tools are for Linux on x86-64' };
  try {
    return { tool: findTool('debian-12', () => undefined), skip: false };
  } catch (error) {
    return { skip: reasonOf(error) };
  }
}

const { tool: ofDebian12, skip } = provided();
const HEAD = ` ID                                     | status     | metadata
----------------------------------------+------------+---------------
`;

/** Runs the commands one after another: what each printed, and its exit status. */
async function session(socket: string, tool: Tool | undefined, commands: readonly string[]) {
  assert.ok(tool !== undefined);
  const results = [];
  for (const command of commands) {
    const { status, stdout, stderr } = await runTool(tool, socket, command.split(' '));
    results.push([command, status, stdout + stderr]);
  }
  return results;
}

async function wholeLife(context: TestContext, tool: Tool | undefined, target: Target): Promise<void> {
  const operations: string[] = [];
  const onCall = (call: HypercallEvidence | StopEvidence): void => {
    if (call.kind === 'hypercall') operations.push(`${call.operation} ${call.returnedName}`);
  };
  const { server } = await served(context, { onCall }, target);
  const file = join(temporaryFolder(context), 'fix.livepatch');
  writeFileSync(file, payload(target, 'fix'));
  const commands = [
    'list',
    `upload fix ${file}`,
    'apply fix',
    'list',
    'unload fix',
    'revert fix',
    'unload fix',
    `load ${file}`,
  ];
  assert.deepEqual(await session(server.socket, tool, commands), [
    ['list', 0, 'Nothing to list\n'],
    [`upload fix ${file}`, 0, `Uploading ${file}... completed\n`],
    ['apply fix', 0, 'Applying fix... completed\n'],
    ['list', 0, `${HEAD}fix                                     | APPLIED    | \n`],
    ['unload fix', 1, 'fix is in the wrong state.\nCurrent state: APPLIED\nExpected state: CHECKED\n'],
    ['revert fix', 0, 'Reverting fix... completed\n'],
    ['unload fix', 0, 'Unloading fix... completed\n'],
    [`load ${file}`, 0, `Uploading ${file}... completed\nApplying fix... completed\n`],
  ]);
  const [probe, ...others] = operations.filter((operation, at) => operation !== operations[at - 1]);
  assert.equal(probe, 'LIST 0');
  assert.deepEqual(others.slice(0, 4), ['UPLOAD 0', 'GET 0', 'APPLY 0', 'GET 0']);
}

test('the tool drives the reference', { skip }, (context) =>
  wholeLife(context, ofDebian12, createReference({ revision: 2 })),
);

for (const name of DEBIAN_TOOLS) {
  const file = findDebianXen(name);
  const tool = fetchedTool(name);
  const missing = [...(file === undefined ? ['Xen'] : []), ...(tool === undefined ? ['xen-livepatch'] : [])];
  const reason = missing.length > 0 && `${missing.join(' and ')} of ${name} was not fetched`;
  test(`the tool of ${name} drives the Xen of its release`, { skip: reason }, (context) =>
    wholeLife(context, tool, createXen({ file: file ?? '', say: () => undefined, selfCheck: () => undefined })),
  );
}

test('the tool of another interface version gets -EACCES', { skip }, async (context) => {
  const { server } = await served(context, {}, createReference({ revision: 2, interfaceVersion: 0x16 }));
  const says = 'Failed to get list sizes.\nError 13: Permission denied\n';
  assert.deepEqual(await session(server.socket, ofDebian12, ['list']), [['list', 1, says]]);
});
