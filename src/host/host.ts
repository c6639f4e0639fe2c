import type { Clock } from "./clock.js";
import type { Entropy } from "./entropy.js";
import type { Files } from "./files.js";
import type { LocalSockets } from "./local.js";
import type { Memory } from "./memory.js";
import type { Net } from "./net.js";
import type { Processes } from "./processes.js";

/** Everything outside the program. `nodeHost()` in node.ts is the real one; tests bring their own. */
export interface Host {
  readonly clock: Clock;
  readonly net: Net;
  readonly local: LocalSockets;
  readonly files: Files;
  readonly entropy: Entropy;
  readonly memory: Memory;
  readonly processes: Processes;
}
