import type { HttpPort } from './platform-http.js';
import { nodeHttpPort, nodeModules } from './platform-node-http.js';

/** The port on the runtime's own client, where it has one that tells of uploads: Node. */
export const runtimeHttp = (global: Partial<typeof globalThis>): HttpPort | undefined => {
  const modules = nodeModules(global);
  return modules && nodeHttpPort(modules);
};
