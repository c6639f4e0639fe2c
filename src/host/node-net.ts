import { connect, createServer, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { CodedError } from "#util/errors";
import type { Connection, InterfaceAddress, Listener, ListenOptions, Net } from "./net.js";
import { udpOpener } from "./node-udp.js";
import { plainAddress } from "./plain-address.js";
import { coded } from "./system-error.js";

/** TCP connects that are neither accepted nor refused end with ETIMEDOUT after this long. */
const CONNECT_TIMEOUT_MS = 10_000;

const ignore = (): void => {};

/** The network of the system. */
export const nodeNet = (): Net => ({ ...tcp, udp: udpOpener(), interfaces });

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
