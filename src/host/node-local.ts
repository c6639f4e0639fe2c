import { connect, createServer } from "node:net";
import type { Closable } from "#util/scope";
import type { LocalConnection, LocalSockets } from "./local.js";
import { coded } from "./system-error.js";

const ignore = (): void => {};

/** Unix domain sockets. */
export const nodeLocal: LocalSockets = {
  listen(path: string, onConnection: (connection: LocalConnection) => void): Promise<Closable> {
    return new Promise((done, failed) => {
      const server = createServer((socket) => onConnection(socket.on("error", ignore)));
      server.once("error", (error) => failed(coded(error, "cannot listen", { path })));
      // The file is made within the call, so that nobody else can use it at any time.
      const usual = process.umask(0o177);
      try {
        server.listen({ path, exclusive: true }, () => {
          server.removeAllListeners("error").on("error", ignore);
          done({
            close: () => {
              server.close();
              return Promise.resolve();
            },
          });
        });
      } finally {
        process.umask(usual);
      }
    });
  },

  connect(path: string): Promise<LocalConnection> {
    return new Promise((done, failed) => {
      const socket = connect({ path });
      socket.once("error", (error) => failed(coded(error, "cannot connect", { path })));
      socket.once("connect", () => done(socket.removeAllListeners("error").on("error", ignore)));
    });
  },
};
