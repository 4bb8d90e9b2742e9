/** Tools of others, such as xen-livepatch, on emulated hypervisors. */
export { greet, type Served } from './hello';
export { clientEnvironment, runTool, toolCommand, type CommandLine, type ToolRun } from './run';
export { startServer } from './server';
export { DEBIAN_TOOLS, fetchedTool, findTool, TOOL, toolFor, type DebianToolName, type Tool } from './tool';
