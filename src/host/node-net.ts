import { connect, createServer, Socket } from "node:net";
import { endianness, networkInterfaces } from "node:os";
import { CodedError } from "#util/errors";
import { loadLibc, type Libc } from "./libc.js";
import { nativeWriter } from "./native-tcp.js";
import type { Connection, InterfaceAddress, Listener, ListenOptions, Net } from "./net.js";
import { nodeClock } from "./node-clock.js";
import { udpOpener } from "./node-udp.js";
import { plainAddress } from "./plain-address.js";
import { coded } from "./system-error.js";

/** TCP connects that are neither accepted nor refused end with ETIMEDOUT after this long. */
const CONNECT_TIMEOUT_MS = 10_000;

const ignore = (): void => {};

/** Systems whose numbers and tables are known in this room: Linux, 64 bit, the low byte first. */
const isKnownSystem =
  process.platform === "linux" &&
  ["x64", "arm64", "riscv64", "loong64"].includes(process.arch) &&
  endianness() === "LE";

/** The network of the system. */
export function nodeNet(): Net {
  let loading: Promise<Libc | undefined> | undefined;
  const libc = (): Promise<Libc | undefined> => (loading ??= isKnownSystem ? loadLibc() : Promise.resolve(undefined));
  return {
    listen: (options, onConnection) => listen(libc, options, onConnection),
    connect: connectTo,
    ...udpOpener(nodeClock, libc),
    interfaces,
  };
}

async function listen(
  libc: () => Promise<Libc | undefined>,
  { address, port, direct = false }: ListenOptions,
  onConnection: (connection: Connection) => void,
): Promise<Listener> {
  const system = direct ? await libc() : undefined;
  const writeNow = system && nativeWriter(system);
  return new Promise((done, failed) => {
    const server = createServer((socket) => onConnection(asConnection(socket, writeNow)));
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
}

function connectTo(address: string, port: number): Promise<Connection> {
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
}

function interfaces(): readonly InterfaceAddress[] {
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
}

/**
 * Makes the socket show its addresses as they were when they were asked for first, since a socket forgets them when it
 * closes, and keeps an unheard error from throwing.
 */
function asConnection(socket: Socket, writeNow?: Connection["writeNow"]): Connection {
  showAddresses(socket);
  socket.on("error", ignore);
  return writeNow ? Object.assign(socket, { writeNow }) : socket;
}

function showAddresses(socket: Socket): asserts socket is Socket & Connection {
  // All getters of a socket's addresses call these two. Getters of its own, or a prototype, cost more than all else here.
  (socket as Addressed)._getsockname = localEnd;
  (socket as Addressed)._getpeername = remoteEnd;
}

interface End {
  readonly address: string;
  readonly port: number;
  readonly family: string | undefined;
}

/** What node:net finds out; empty when the socket has closed. */
type Found = Partial<End>;

const LOCAL = Symbol("local");
const REMOTE = Symbol("remote");

/** A socket with those of its ends that have been asked for. */
interface Addressed extends Socket {
  [LOCAL]?: End;
  [REMOTE]?: End;
  _getsockname: () => Found;
  _getpeername: () => Found;
}

const underlying = Socket.prototype as Addressed;

/** Asking the system for an end takes a tenth of what a short connection does, and many need none. */
function localEnd(this: Addressed): End {
  return (this[LOCAL] ??= end(underlying._getsockname.call(this)));
}

function remoteEnd(this: Addressed): End {
  return (this[REMOTE] ??= end(underlying._getpeername.call(this)));
}

const end = ({ address, port, family }: Found): End => ({ address: plainAddress(address), port: port ?? 0, family });
