import type { Host } from "./host.js";
import { nodeClock } from "./node-clock.js";
import { nodeEntropy } from "./node-entropy.js";
import { nodeFiles } from "./node-files.js";
import { nodeLocal } from "./node-local.js";
import { nodeMemory } from "./node-memory.js";
import { nodeNet } from "./node-net.js";
import { nodeProcesses } from "./node-processes.js";

/** The host the program really runs on. */
export const nodeHost = (): Host => ({
  clock: nodeClock,
  net: nodeNet(),
  local: nodeLocal,
  files: nodeFiles(),
  entropy: nodeEntropy(),
  memory: nodeMemory(nodeClock),
  processes: nodeProcesses,
});
