import { randomFillSync } from "node:crypto";
import { createSocket, type RemoteInfo, type Socket as DatagramSocket } from "node:dgram";
import { constants } from "node:fs";
import * as fs from "node:fs/promises";
import { connect, createServer, isIPv6, type Socket } from "node:net";
import { endianness, networkInterfaces } from "node:os";
import { dirname, resolve } from "node:path";
import { CodedError, type Facts } from "#util/errors";
import type { Clock, Timer } from "./clock.js";
import type { Entropy } from "./entropy.js";
import type { FileInfo, Files, OpenFile, WritableFile } from "./files.js";
import type { Host } from "./host.js";
import type {
  Connection,
  DatagramSender,
  Datagrams,
  InterfaceAddress,
  Listener,
  ListenOptions,
  Net,
  Peer,
  UdpOptions,
  UdpSocket,
} from "./net.js";
import { SegmentedSender } from "./segmented-sender.js";
import { loadSegmentedSockets, type SegmentedSockets } from "./segmented-sockets.js";
import { nodeLocal } from "./node-local.js";
import { nodeMemory } from "./node-memory.js";
import { nodeProcesses } from "./node-processes.js";
import { coded } from "./system-error.js";

/** The host the program really runs on. */
export const nodeHost = (): Host => ({
  clock: nodeClock,
  net: { ...nodeNet, udp: udpOpener() },
  local: nodeLocal,
  files: nodeFiles(),
  entropy: nodeEntropy(),
  memory: nodeMemory(nodeClock),
  processes: nodeProcesses,
});

/** The longest delay setTimeout knows; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;
/** TCP connects that are neither accepted nor refused end with ETIMEDOUT after this long. */
const CONNECT_TIMEOUT_MS = 10_000;
/** A datagram is dropped while this many bytes wait in the socket's queue. */
const MAX_SEND_QUEUE_BYTES = 4 * 1024 * 1024;

const ignore = (): void => {};

// ---------------------------------------------------------------------------------------------------------- clock

const nodeClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms: number, run: () => void): Timer {
    const dueMs = performance.now() + Math.max(0, ms);
    let pending: NodeJS.Timeout;
    // The event loop counts whole milliseconds and can be one early; a pull must never end before its time.
    const arm = (): void => {
      const delayMs = Math.min(MAX_DELAY_MS, Math.ceil(dueMs - performance.now()));
      pending = setTimeout(() => (performance.now() < dueMs ? arm() : run()), delayMs).unref();
    };
    arm();
    return { cancel: () => clearTimeout(pending) };
  },
};

// -------------------------------------------------------------------------------------------------------- entropy

const BLOCK_BYTES = 4096;

/** Small requests are cut from a block, since a call into the generator costs more than the bytes. */
function nodeEntropy(): Entropy {
  const block = Buffer.alloc(BLOCK_BYTES);
  let used = BLOCK_BYTES;
  return {
    bytes(length: number): Buffer {
      if (length > BLOCK_BYTES / 8) return randomFillSync(Buffer.alloc(length));
      if (used + length > BLOCK_BYTES) {
        randomFillSync(block);
        used = 0;
      }
      const taken = Buffer.from(block.subarray(used, used + length));
      block.fill(0, used, used + length);
      used += length;
      return taken;
    },
  };
}

// ------------------------------------------------------------------------------------------------------------ net

/** IPv4 clients of a dual-stack listener are shown as IPv4 (`::ffff:192.0.2.1` is `192.0.2.1`). */
const plainAddress = (address: string | undefined): string =>
  address?.startsWith("::ffff:") === true && address.includes(".") ? address.slice(7) : (address ?? "");

/** Fixes the addresses on the socket, which forgets them when it closes, and keeps an unheard error from throwing. */
function asConnection(socket: Socket): Connection {
  const facts = {
    localAddress: plainAddress(socket.localAddress),
    localPort: socket.localPort ?? 0,
    remoteAddress: plainAddress(socket.remoteAddress),
    remotePort: socket.remotePort ?? 0,
  };
  for (const [name, value] of Object.entries(facts)) Object.defineProperty(socket, name, { value });
  socket.on("error", ignore);
  assertConnection(socket);
  return socket;
}

function assertConnection(socket: Socket): asserts socket is Socket & Connection {
  if (socket.remoteAddress === undefined) throw new CodedError("invariant", "a connection has addresses");
}

const nodeNet: Omit<Net, "udp"> = {
  listen(options: ListenOptions, onConnection: (connection: Connection) => void): Promise<Listener> {
    const { address, port } = options;
    return new Promise((done, failed) => {
      const server = createServer((socket) => onConnection(asConnection(socket)));
      server.once("error", (error) => failed(coded(error, "cannot listen", { address, port })));
      server.listen({ port, exclusive: true, ...(address === undefined ? {} : { host: address }) }, () => {
        // A failed accept (no file descriptor left) is reported here; the listener goes on.
        server.removeAllListeners("error").on("error", ignore);
        const bound = server.address();
        if (bound === null || typeof bound === "string") {
          failed(new CodedError("EINVAL", "the listener has no address", { address, port }));
          return;
        }
        done({
          address: bound.address,
          port: bound.port,
          close: () => {
            server.close();
            return Promise.resolve();
          },
        });
      });
    });
  },

  connect(address: string, port: number): Promise<Connection> {
    return new Promise((done, failed) => {
      const socket = connect({ host: address, port });
      const fail = (error: Error): void => {
        clearTimeout(deadline);
        socket.destroy();
        failed(coded(error, "cannot connect", { address, port }));
      };
      const deadline = setTimeout(() => {
        fail(new CodedError("ETIMEDOUT", `no answer in ${CONNECT_TIMEOUT_MS / 1000} s`));
      }, CONNECT_TIMEOUT_MS);
      socket.once("error", fail);
      socket.once("connect", () => {
        clearTimeout(deadline);
        socket.off("error", fail);
        done(asConnection(socket));
      });
    });
  },

  interfaces(): readonly InterfaceAddress[] {
    return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
      (addresses ?? []).map(({ address, family, cidr, mac, internal }) => ({
        name,
        address,
        family,
        prefixLength: Number(cidr?.split("/")[1] ?? (family === "IPv4" ? 32 : 128)),
        mac,
        internal,
      })),
    );
  },
};

/** Opens UDP sockets; what segmented ones need is loaded when the first one is wanted. */
function udpOpener(): Net["udp"] {
  let loading: Promise<SegmentedSockets | undefined> | undefined;
  return async (options) => {
    const { address } = options;
    const family = options.family ?? (address !== undefined && isIPv6(address) ? "udp6" : "udp4");
    if (options.segmented === true && address !== undefined && canSegment) {
      const system = await (loading ??= loadSegmentedSockets());
      const descriptor = system?.open(family, address, options.port ?? 0);
      if (system && descriptor !== undefined) return adopt(system, descriptor, family);
    }
    return openUdp(options, family);
  };
}

/** Asked of the system for what comes in bursts: several key frames of a stream with a high rate. */
const BURST_BYTES = 4 * 1024 * 1024;

/** Systems whose tables src/host/segmented-udp.ts knows: 64 bit, the low byte first. */
const canSegment =
  process.platform === "linux" &&
  ["x64", "arm64", "riscv64", "loong64"].includes(process.arch) &&
  endianness() === "LE";

function openUdp(
  { address, port = 0, reuse = false, receiveBytes }: UdpOptions,
  family: "udp4" | "udp6",
): Promise<UdpSocket> {
  return new Promise((done, failed) => {
    const socket = createSocket({
      type: family,
      reuseAddr: reuse,
      lookup: literal[family],
      ...(receiveBytes !== undefined && { recvBufferSize: receiveBytes }),
    });
    socket.once("error", (error) => {
      socket.close();
      failed(coded(error, "cannot open the UDP socket", { address, port }));
    });
    socket.bind({ port, exclusive: true, ...(address === undefined ? {} : { address }) }, () => {
      socket.removeAllListeners("error");
      done(new NodeUdpSocket(socket));
    });
  });
}

/** Gives a socket of the system's to dgram, which receives, queues and closes as with its own. */
function adopt(system: SegmentedSockets, descriptor: number, family: "udp4" | "udp6"): Promise<UdpSocket> {
  return new Promise((done, failed) => {
    const socket = createSocket({ type: family, lookup: literal[family] });
    socket.once("error", (error) => {
      socket.close();
      failed(coded(error, "cannot open the UDP socket", {}));
    });
    try {
      socket.bind({ fd: descriptor, exclusive: true }, () => {
        socket.removeAllListeners("error");
        system.keepPort(descriptor);
        done(new NodeUdpSocket(socket, { system, descriptor }));
      });
    } catch (error) {
      system.close(descriptor);
      socket.close();
      failed(coded(error, "cannot open the UDP socket", {}));
    }
  });
}

type Lookup = (
  address: string,
  options: unknown,
  answer: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
) => void;

/** Datagrams go to literal addresses: answering at once saves a tick for each and keeps names from being resolved. */
const literal: Readonly<Record<"udp4" | "udp6", Lookup>> = {
  udp4: (address, _options, answer) => answer(null, address, 4),
  udp6: (address, _options, answer) => answer(null, address, 6),
};

class NodeUdpSocket implements UdpSocket {
  readonly address: string;
  readonly port: number;
  #open = true;
  #connected = false;
  #failed: (error: Error) => void = ignore;

  /** `native` where it has been made for segmentation; `descriptor` is its own. */
  constructor(
    private readonly socket: DatagramSocket,
    private readonly native?: { readonly system: SegmentedSockets; readonly descriptor: number },
  ) {
    const bound = socket.address();
    this.address = bound.address;
    this.port = bound.port;
    socket.on("error", (error) => {
      const failure = coded(error, "the UDP socket failed", { port: this.port });
      // A connected socket hears that nobody listens there; that is no failure of the socket.
      if (failure.code !== "ECONNREFUSED") this.#failed(failure);
    });
  }

  get segmented(): boolean {
    return this.native !== undefined;
  }

  onMessage(handler: (data: Buffer, from: Peer) => void): void {
    this.socket.on("message", (data: Buffer, from: RemoteInfo) => {
      handler(data, { address: plainAddress(from.address), port: from.port });
    });
  }

  expectBursts(): void {
    try {
      if (this.#open) this.socket.setRecvBufferSize(BURST_BYTES);
    } catch {
      // Systems that refuse a size instead of granting less keep their own.
    }
  }

  onError(handler: (error: Error) => void): void {
    this.#failed = handler;
  }

  send(data: Uint8Array, port: number, address: string): void {
    if (!this.#open || this.#connected || !(port > 0 && port < 65536) || address === "") return;
    if (this.socket.getSendQueueSize() > MAX_SEND_QUEUE_BYTES) return;
    // Without a callback the outcome is not asked for, which saves a tick for each datagram.
    this.socket.send(data, port, address);
  }

  towards(peer: Peer, only = false): DatagramSender {
    // The system looks up the way to a connected peer once.
    if (only) this.#connect(peer);
    const sendFrom = (datagrams: Datagrams, from: number): number => this.#sendFrom(datagrams, from, peer);
    const name = this.#connected ? new Uint8Array() : this.native?.system.nameOf(peer);
    if (!this.native || !name) return { send: (datagrams) => sendFrom(datagrams, 0) };
    const { udp } = this.native.system;
    const { descriptor } = this.native;
    return new SegmentedSender(
      { isIdle: () => this.socket.getSendQueueSize() === 0, sendFrom },
      // The descriptor of a closed socket may be somebody else's.
      {
        send: (datagrams, from) => (this.#open ? udp.send(descriptor, name, datagrams, from) : from),
        isRefused: () => !this.#open || udp.isRefused,
      },
    );
  }

  #connect({ address, port }: Peer): void {
    try {
      this.socket.connect(port, address);
      this.socket.remoteAddress();
      this.#connected = true;
    } catch {
      // No port or no address of a peer, or no way there: what is sent gets lost.
    }
  }

  #sendFrom(datagrams: Datagrams, from: number, { address, port }: Peer): number {
    const { socket } = this;
    const { count } = datagrams;
    if (!this.#open || socket.getSendQueueSize() > MAX_SEND_QUEUE_BYTES) return count - from;
    if (this.#connected) for (let index = from; index < count; index++) socket.send(datagrams.packet(index));
    else for (let index = from; index < count; index++) socket.send(datagrams.packet(index), port, address);
    return 0;
  }

  addMembership(group: string, interfaceAddress?: string, source?: string): void {
    this.#configure("cannot join", { group, interfaceAddress, source }, () =>
      source === undefined
        ? this.socket.addMembership(group, interfaceAddress)
        : this.socket.addSourceSpecificMembership(source, group, interfaceAddress),
    );
  }

  dropMembership(group: string, interfaceAddress?: string): void {
    this.#configure("cannot leave", { group, interfaceAddress }, () =>
      this.socket.dropMembership(group, interfaceAddress),
    );
  }

  setMulticastInterface(interfaceAddress: string): void {
    this.#configure("cannot send by", { interfaceAddress }, () => this.socket.setMulticastInterface(interfaceAddress));
  }

  setMulticastTtl(ttl: number): void {
    this.#configure("cannot set the TTL", { ttl }, () => this.socket.setMulticastTTL(ttl));
  }

  setMulticastLoopback(on: boolean): void {
    this.#configure("cannot set the loopback", { on }, () => this.socket.setMulticastLoopback(on));
  }

  close(): Promise<void> {
    if (!this.#open) return Promise.resolve();
    this.#open = false;
    return new Promise((closed) => void this.socket.close(closed));
  }

  #configure(what: string, context: Facts, change: () => void): void {
    try {
      change();
    } catch (error) {
      throw coded(error, what, context);
    }
  }
}

// ---------------------------------------------------------------------------------------------------------- files

function nodeFiles(): Files {
  const replacing = new Map<string, Promise<void>>();
  const guarded = async <T>(path: string, what: string, act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      throw error instanceof CodedError ? error : coded(error, `cannot ${what}`, { path });
    }
  };
  return {
    read: (path) => guarded(path, "read", () => fs.readFile(path)),
    open: (path) => guarded(path, "open", () => openFile(path)),
    create: (path, mode = 0o600) =>
      guarded(path, "create", async () => new NodeWritableFile(await fs.open(path, "wx", mode), path)),
    info: (path) => guarded(path, "examine", () => infoOf(path)),
    realPath: (path) => guarded(path, "resolve", () => fs.realpath(path)),
    list: (directory) => guarded(directory, "list", async () => (await fs.readdir(directory)).toSorted()),
    makeDirectory: (path) => guarded(path, "create", async () => void (await fs.mkdir(path, { recursive: true }))),
    rename: (from, to) => guarded(from, "rename", () => fs.rename(from, to)),
    remove: (path) => guarded(path, "remove", () => fs.unlink(path)),
    // Replacements of one file happen one after the other, in the order they were asked for.
    replace(path, data, mode = 0o600) {
      const file = resolve(path);
      const step = (replacing.get(file) ?? Promise.resolve())
        .catch(ignore)
        .then(() => guarded(path, "write", () => replaceFile(file, data, mode)))
        .finally(() => {
          if (replacing.get(file) === step) replacing.delete(file);
        });
      replacing.set(file, step);
      return step;
    },
  };
}

async function infoOf(path: string): Promise<FileInfo> {
  const stat = await fs.stat(path);
  return {
    identity: `${stat.dev} ${stat.ino}`,
    size: stat.size,
    modifiedMs: stat.mtimeMs,
    isFile: stat.isFile(),
    isDirectory: stat.isDirectory(),
  };
}

/** Not blocking, so that a pipe in the place of a file is an error and no hanging thread. */
async function openFile(path: string): Promise<OpenFile> {
  const handle = await fs.open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new CodedError(stat.isDirectory() ? "EISDIR" : "EINVAL", "not a file", { path });
    return new NodeOpenFile(handle, stat.size, path);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

class NodeOpenFile implements OpenFile {
  #closing: Promise<void> | undefined;

  constructor(
    private readonly handle: fs.FileHandle,
    readonly size: number,
    private readonly path: string,
  ) {}

  async read(offset: number, length: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, this.size - offset));
    const buffer = Buffer.allocUnsafe(wanted);
    let filled = 0;
    try {
      while (filled < wanted) {
        const { bytesRead } = await this.handle.read(buffer, filled, wanted - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
    } catch (error) {
      throw coded(error, "cannot read", { path: this.path, offset, length });
    }
    return buffer.subarray(0, filled);
  }

  close(): Promise<void> {
    this.#closing ??= this.handle.close();
    return this.#closing;
  }
}

class NodeWritableFile implements WritableFile {
  #closing: Promise<void> | undefined;

  constructor(
    private readonly handle: fs.FileHandle,
    private readonly path: string,
  ) {}

  async write(offset: number, data: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < data.length;)
        done += (await this.handle.write(data, done, data.length - done, offset + done)).bytesWritten;
    } catch (error) {
      throw coded(error, "cannot write", { path: this.path, offset, length: data.length });
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.handle.close();
    return this.#closing;
  }
}

/** The name aside is fixed, so that a crash leaves at most one such file, which the next replacement takes over. */
async function replaceFile(file: string, data: string | Uint8Array, mode: number): Promise<void> {
  const aside = `${file}.new`;
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const handle = await fs.open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode);
  try {
    try {
      await handle.chmod(mode);
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(aside, file);
  } catch (error) {
    await fs.unlink(aside).catch(ignore);
    throw error;
  }
  const folder = await fs.open(dirname(file), constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
