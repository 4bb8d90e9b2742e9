/** The tools that a command line asks for, and the hypervisors that they drive. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEBIAN_TOOLS, findTool, runTool, startServer, TOOL, type Tool } from '../engine/client';
import { hex } from '../engine/bytes';
import { createReference } from '../engine/reference';
import { isUserError, userError } from '../engine/user-error';
import { revisionOf } from '../engine/xen';
import { versionOf } from '../features/deviations';
import type { RunParameters, ToolParameters } from '../steps/scene';
import { distinctFrom, type RunSelection, type XenAtHand } from './runs';
import { namesIn } from './xen';

/** Gets one tool by its path or its Debian release. Rejected with a user error if it cannot be had. */
export type ProvideTool = (name: string, say: (line: string) => void) => Promise<ToolParameters>;

/** The interface version of a tool that is not known: the one that its first hypercall names. */
async function askInterfaceVersion(tool: Tool): Promise<number> {
  const target = createReference({ revision: 2 });
  const named: number[] = [];
  const socket = join(tmpdir(), `livepatch-${process.pid}.socket`);
  const server = await startServer(target, {
    socket,
    onCall(event) {
      if (event.kind !== 'hypercall') return;
      // Evidence has it only if it is another one than the hypervisor's.
      named.push(Number(event.in['sysctl.interface_version'] ?? target.hypervisor.interfaceVersion));
    },
  });
  try {
    await runTool(tool, server.socket, ['list']);
  } finally {
    await server.close();
    target.close();
  }
  const [first] = named;
  if (first === undefined) throw userError(`--tool ${tool.path} made no hypercall for "list": name a ${TOOL}.`);
  return first;
}

/** Prints which tool it is. */
export const provideTool: ProvideTool = async (name, say) => {
  const tool = findTool(name, say);
  const interfaceVersion = tool.interfaceVersion ?? (await askInterfaceVersion(tool));
  const called = tool.version === undefined ? `${TOOL} (${name})` : tool.name;
  say(`${called}, interface version ${hex(interfaceVersion)}`);
  return { ...tool, name: called, interfaceVersion };
};

/** The tools of these names, each once. Those of `debian-all` may be missing, each with a sentence. */
export async function toolsFor(
  text: string,
  provide: ProvideTool,
  say: (line: string) => void,
): Promise<readonly ToolParameters[]> {
  const tools: ToolParameters[] = [];
  for (const { name, optional } of namesIn('--tool', text, DEBIAN_TOOLS)) {
    try {
      tools.push(await provide(name, say));
    } catch (error) {
      if (!optional || !isUserError(error)) throw error;
      say(`The tool of ${name} is left out: ${error.message}`);
    }
  }
  if (tools.length === 0) throw userError('No tool is left to run.');
  return tools;
}

/** From this version of the interface on, the sizes that a caller of LIST states are its own. V2-LIST-9. */
const FIRST_WITH_STATED_SIZES = 0x16;
/** The rule of the reference that reads them. */
const STATED_SIZES = 'list-stated-room';

/** "4.17" of "xen-livepatch 4.17.7", and of "Xen 4.17.7 (Debian)"; empty if a tool does not say. */
const releaseOf = (name: string): string => /^\S+ (\d+\.\d+)/.exec(name)?.[1] ?? '';

/** The target of the tool's run, if nothing else is asked for: the reference, or else the Xens that are named. */
export function targetFor(selection: RunSelection & { readonly hypervisor?: string }): string {
  const { target, hypervisor } = selection;
  const usual = hypervisor === undefined ? 'reference' : 'xen';
  const wanted = target === 'all' ? usual : target;
  if (wanted === 'reference' || wanted === 'xen') return wanted;
  throw userError(`A tool drives the reference or an emulated Xen: leave out --target ${target}.`);
}

type Driven = Pick<RunParameters, 'target' | 'hypervisor' | 'interfaceVersion' | 'forgets' | 'tool'>;

/** A reference of the tool's own interface, perhaps without another rule. */
function onReference(tool: ToolParameters, forget: string | undefined): Driven {
  const { interfaceVersion } = tool;
  const forgets = [
    ...(interfaceVersion < FIRST_WITH_STATED_SIZES ? [STATED_SIZES] : []),
    ...(forget === undefined ? [] : [forget]),
  ];
  return { target: 'reference', tool, interfaceVersion, ...(forgets.length > 0 && { forgets }) };
}

/** The Xens of the tool's release. A tool that does not say which one it is has that of the Xen. */
function onXens(tool: ToolParameters, xens: readonly XenAtHand[]): readonly Driven[] {
  const own = xens.filter((xen) => tool.version === undefined || releaseOf(xen.name) === releaseOf(tool.name));
  if (own.length === 0)
    throw userError(`${tool.name} drives a Xen of its own release: name one with --hypervisor, or leave that out.`);
  return own.map(({ file, name }) => {
    const named = tool.version === undefined ? { ...tool, name: `${TOOL} ${versionOf(name).version.join('.')}` } : tool;
    return { target: 'xen', hypervisor: file, tool: named };
  });
}

/**
 * The runs of these tools, in revision 2: each on the reference, or on each of the Xens that has its release. Throws a
 * user error if one of them has none, or has another revision of the interface.
 */
export function toolRuns(
  { label, target, forget, revision }: Pick<RunSelection, 'label' | 'target' | 'forget' | 'revision'>,
  tools: readonly ToolParameters[],
  xens: readonly XenAtHand[],
): readonly RunParameters[] {
  if (revision === '1') throw userError('The features of tools are about revision 2: leave out --revision 1.');
  const old = tools.find(({ interfaceVersion }) => revisionOf(interfaceVersion) === 1);
  if (old !== undefined)
    throw userError(`${old.name} has revision 1 of the interface: name a tool of Xen 4.14 or later.`);
  const driven = tools.flatMap((tool) => (target === 'reference' ? [onReference(tool, forget)] : onXens(tool, xens)));
  if (label !== undefined && driven.length > 1)
    throw userError(`One --label cannot name ${driven.length} runs: name one tool and one hypervisor.`);
  return driven.reduce<readonly RunParameters[]>((before, run) => {
    const release = releaseOf(run.tool?.name ?? '');
    const own = `${TOOL}${release === '' ? '' : `-${release}`}${run.target === 'xen' ? '-on-xen' : ''}`;
    const others = before.map((other) => other.label);
    return [...before, { ...run, revision: 2, label: label ?? distinctFrom(others, own) }];
  }, []);
}
