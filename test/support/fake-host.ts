import type { Entropy } from "#host/entropy";
import type { Host } from "#host/host";
import { FakeClock } from "./fake-clock.js";
import { FakeFiles } from "./fake-files.js";
import { FakeLocalSockets } from "./fake-local.js";
import { FakeNetwork, type FakeNet, type NetworkOptions } from "./fake-network.js";
import { FakeProcesses } from "./fake-processes.js";

/** A host whose time, network, files, randomness and programs are in the test's hand. */
export interface FakeHost extends Host {
  readonly clock: FakeClock;
  readonly net: FakeNet;
  readonly files: FakeFiles;
  readonly processes: FakeProcesses;
  readonly network: FakeNetwork;
}

export interface FakeHostOptions {
  /** The host's addresses, default route first (192.0.2.10 unless given). */
  readonly addresses?: readonly string[];
  /** Network to be on; a new one unless given. Its clock is the host's. */
  readonly network?: FakeNetwork;
  /** Wall time at the start, when the network is new (2026-01-01T00:00:00Z unless given). */
  readonly wallMs?: number;
  /** Seed of the entropy (1 unless given). */
  readonly seed?: number;
  /** May ports below 1024 be opened, when the network is new? (default true) */
  readonly privileged?: boolean;
}

/** A host of its own, or one more on `options.network`. */
export function fakeHost(options: FakeHostOptions = {}): FakeHost {
  const network =
    options.network ??
    new FakeNetwork({ clock: new FakeClock(options.wallMs), privileged: options.privileged ?? true });
  const { clock } = network;
  return {
    clock,
    network,
    net: network.net(options.addresses ?? ["192.0.2.10"]),
    local: new FakeLocalSockets(clock),
    files: new FakeFiles(clock),
    entropy: seededEntropy(options.seed ?? 1),
    memory: { watch: () => {}, joined: () => {}, tidy: () => {} },
    processes: new FakeProcesses(clock),
  };
}

/** A network on which several fake hosts meet. */
export function fakeNetwork(options: NetworkOptions = {}): FakeNetwork & { host(...addresses: string[]): FakeHost } {
  const network = new FakeNetwork(options);
  let seed = 0;
  return Object.assign(network, {
    host: (...addresses: string[]): FakeHost => fakeHost({ network, addresses, seed: ++seed }),
  });
}

/** Bytes that look random and are the same in every run (xorshift32). */
export function seededEntropy(seed: number): Entropy {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 24;
  };
  return { bytes: (length) => Buffer.from(Array.from({ length }, next)) };
}
