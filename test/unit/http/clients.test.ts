import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Connection } from "#host/net";
import { Clients } from "#http/clients";

const aConnection = (): Connection =>
  Object.assign(new PassThrough(), {
    localAddress: "",
    localPort: 0,
    remoteAddress: "",
    remotePort: 0,
    setNoDelay: () => {},
  });

describe("the clients of a web server", () => {
  const of = (count: number) => {
    const clients = new Clients();
    const connections = Array.from({ length: count }, aConnection);
    for (const [at, connection] of connections.entries()) clients.add(connection, connection, at);
    return { clients, connections };
  };

  it.each([[[0]], [[3]], [[1, 2]], [[3, 2, 1, 0]], [[0, 1, 2, 3]], [[2, 0, 2]]])(
    "are found by their connections until these are gone: %j",
    (gone) => {
      const { clients, connections } = of(4);
      for (const at of gone) clients.delete(connections[at] ?? {});
      const left = [0, 1, 2, 3].filter((at) => !gone.includes(at));
      expect(connections.map((connection) => clients.of(connection)?.dueMs)).toEqual(
        [0, 1, 2, 3].map((at) => (left.includes(at) ? at : undefined)),
      );
      expect(new Set(clients.list().map(({ dueMs }) => dueMs))).toEqual(new Set(left));
      expect(clients.size).toBe(left.length);
    },
  );

  it("are listed as they are at that moment", () => {
    const { clients, connections } = of(3);
    const listed = clients.list();
    for (const connection of connections) clients.delete(connection);
    expect(listed).toHaveLength(3);
    expect(clients.list()).toEqual([]);
  });

  it("have a connection of their own under what HTTP is spoken on", () => {
    const { clients } = of(0);
    const [raw, secure] = [aConnection(), aConnection()];
    clients.add(secure, raw, 1);
    expect(clients.of(raw)).toBeUndefined();
    expect(clients.of(secure)).toMatchObject({ answering: 0, dueMs: 1 });
    expect(clients.of(secure)?.connection).toBe(raw);
  });
});
