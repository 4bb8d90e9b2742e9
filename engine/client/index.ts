/** Tools of others, such as xen-livepatch, on emulated hypervisors. */
export { greet, type Served } from './hello';
export { clientEnvironment, runTool, SOCKET_VARIABLE, toolCommand, type CommandLine, type ToolRun } from './run';
export { startServer, type Server, type ServerOptions } from './server';
export {
  DEBIAN_TOOLS,
  fetchedTool,
  findTool,
  isDebianTool,
  TOOL,
  toolFor,
  type DebianToolName,
  type Tool,
} from './tool';
