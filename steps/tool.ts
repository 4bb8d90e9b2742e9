/**
 * The tool of the run. It is started on the scenario's hypervisor, which this process serves to it. What it did is
 * evidence: its hypercalls, how it ended, and what it said.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GET, LIVEPATCH_UNION_OFFSET } from '../engine/abi/hypercall';
import { runTool, startServer } from '../engine/client';
import type { EvidenceEvent, HypercallEvidence } from '../engine/evidence';
import { lacking } from '../engine/needs';
import type { DomainMemory, Target } from '../engine/target';
import { watched, type WireCall } from '../engine/toolstack/wire';
import { buildPayload } from './drafts';
import type { Scene } from './scene';
import { endedOf, linesOf } from './tool-text';
import type { Circumstances, Ran, ToolSession } from './types';

/** The file of a payload, in the tool's folder. */
const FILE = /^([\w.-]+)\.livepatch$/;

const rcAt = ({ otherRcs }: Circumstances, call: number): number | undefined =>
  otherRcs.find(({ from, lasts }) => from === call || (lasts && from < call))?.rc;

/** Puts another rc into a GET's answer. */
function writeRc(structure: bigint, memory: DomainMemory, rc: number): void {
  const at = structure + BigInt(LIVEPATCH_UNION_OFFSET);
  memory.write(at, GET.encode({ ...GET.decode(memory.read(at, GET.size)), rc }));
}

/** The target for a tool in that domain. */
const reached = (target: Target, circumstances: Circumstances): Target => ({
  ...target,
  domain: () => target.domain(circumstances.domain),
  hypercall: (call) => target.hypercall({ ...call, domain: circumstances.domain }),
});

/** Starts to serve the scenario's hypervisor to the tool. CannotBeAsked if the run has no tool. */
async function startSession(scene: Scene): Promise<ToolSession> {
  const { tool, toolstack } = scene;
  if (tool === undefined) return lacking('tool', 'a tool drives the hypervisor: --tool names one');
  const folder = mkdtempSync(join(tmpdir(), 'livepatch-'));
  const circumstances: Circumstances = { domain: 'control', happenings: [], otherRcs: [] };
  let wire: WireCall[] = [];
  let calls: HypercallEvidence[] = [];
  let ran: Ran | undefined;

  const target = watched(reached(scene.target, circumstances), (call, structure, memory) => {
    wire.push(call);
    const rc = call.operation === 'GET' ? rcAt(circumstances, wire.length) : undefined;
    if (rc !== undefined) writeRc(structure, memory, rc);
  });
  const onCall = (event: EvidenceEvent): void => {
    const own = event.kind === 'hypercall' ? { ...event, domain: circumstances.domain } : event;
    toolstack.note(own);
    if (own.kind !== 'hypercall') return;
    calls.push(own);
    for (const { after, happen } of circumstances.happenings) if (after === calls.length) happen();
  };
  const server = await startServer(target, { socket: join(folder, 'socket'), onCall });

  return {
    circumstances,
    ran: () => ran,
    async run(args) {
      for (const arg of args) {
        const name = FILE.exec(arg)?.[1];
        if (name !== undefined) writeFileSync(join(folder, arg), buildPayload(scene, name).bytes);
      }
      wire = [];
      calls = [];
      const result = await runTool(tool, server.socket, args, { cwd: folder });
      const command = ['xen-livepatch', ...args].join(' ');
      toolstack.note({ kind: 'tool', command, ended: endedOf(result), says: linesOf(result) });
      ran = { command, result, calls, wire };
      return ran;
    },
    disconnect: server.close,
    async close() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The session of the scenario, which begins with the first step that needs it. */
export async function sessionOf(scene: Scene): Promise<ToolSession> {
  scene.session ??= await startSession(scene);
  return scene.session;
}

/** The last command. RangeError if there was none. */
export function ranIn({ session }: Scene): Ran {
  const ran = session?.ran();
  if (ran === undefined) throw new RangeError('command: expected one before this step, got none');
  return ran;
}
