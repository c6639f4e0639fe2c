import { connect, createServer, Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { CodedError } from "#util/errors";
import type { Connection, InterfaceAddress, Listener, ListenOptions, Net } from "./net.js";
import { nodeClock } from "./node-clock.js";
import { udpOpener } from "./node-udp.js";
import { plainAddress } from "./plain-address.js";
import { coded } from "./system-error.js";

/** TCP connects that are neither accepted nor refused end with ETIMEDOUT after this long. */
const CONNECT_TIMEOUT_MS = 10_000;

const ignore = (): void => {};

/** The network of the system. */
export const nodeNet = (): Net => ({ ...tcp, ...udpOpener(nodeClock), interfaces });

const tcp: Pick<Net, "listen" | "connect"> = {
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
};

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
function asConnection(socket: Socket): Connection {
  showAddresses(socket);
  socket.on("error", ignore);
  return socket;
}

function showAddresses(socket: Socket): asserts socket is Socket & Connection {
  Object.defineProperties(socket, ADDRESSES);
}

interface End {
  readonly address: string;
  readonly port: number;
}

const LOCAL = Symbol("local");
const REMOTE = Symbol("remote");

/** A socket with those of its ends that have been asked for. */
interface Addressed extends Socket {
  [LOCAL]?: End;
  [REMOTE]?: End;
}

/** Asking the system for them takes a tenth of what a short connection does, and many need none. */
const ADDRESSES: PropertyDescriptorMap & ThisType<Addressed> = {
  localAddress: {
    get() {
      return localOf(this).address;
    },
  },
  localPort: {
    get() {
      return localOf(this).port;
    },
  },
  remoteAddress: {
    get() {
      return remoteOf(this).address;
    },
  },
  remotePort: {
    get() {
      return remoteOf(this).port;
    },
  },
};

const localOf = (socket: Addressed): End =>
  (socket[LOCAL] ??= end(underlying(socket, "localAddress"), underlying(socket, "localPort")));
const remoteOf = (socket: Addressed): End =>
  (socket[REMOTE] ??= end(underlying(socket, "remoteAddress"), underlying(socket, "remotePort")));

/** What node:net shows; undefined when the socket has closed. */
const underlying = (socket: Socket, name: keyof Connection & keyof Socket): unknown =>
  Reflect.get(Socket.prototype, name, socket);

const end = (address: unknown, port: unknown): End => ({
  address: plainAddress(typeof address === "string" ? address : undefined),
  port: typeof port === "number" ? port : 0,
});
