import { existsSync, readFileSync } from "node:fs";
import { createServer, request, type IncomingMessage } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { nodeHost } from "#host/node";
import type { Connection, Datagrams, Net } from "#host/net";
import { CodedError } from "#util/errors";
import { Scope } from "#util/scope";
import { eventually, type FakeClock } from "../../support/fake-clock.js";
import { fakeHost } from "../../support/fake-host.js";
import { needs } from "../../support/needs.js";
import { connectText } from "../../support/text-client.js";

interface Setting {
  readonly name: string;
  readonly net: Net;
  readonly clock?: FakeClock;
}

const settings = (): readonly Setting[] => {
  const fake = fakeHost();
  return [
    { name: "node", net: nodeHost().net },
    { name: "fake", net: fake.net, clock: fake.clock },
  ];
};

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  const error: unknown = await promise.then(
    () => "no error",
    (thrown: unknown) => thrown,
  );
  return error instanceof CodedError ? error.code : String(error);
};

/** Why a socket may not hold 600 datagrams here; undefined when it does. */
function tooSmall(): string | undefined {
  const file = "/proc/sys/net/core/rmem_max";
  const bytes = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  return bytes >= 2 ** 21 ? undefined : "the system grants sockets less than 2 MiB, or is not Linux";
}

const runOf = (...texts: readonly string[]): Datagrams => ({
  count: texts.length,
  packet: (index) => Buffer.from(texts[index] ?? ""),
});

describe.each(settings())("TCP on the $name host", ({ net, clock }) => {
  let scope = new Scope();
  afterEach(async () => {
    await scope.close();
    scope = new Scope();
  });

  const listen = async (onConnection: (connection: Connection) => void): Promise<number> => {
    const listener = scope.own(
      await net.listen({ address: "127.0.0.1", port: 0 }, (connection) => {
        scope.defer(() => void connection.destroy());
        onConnection(connection);
      }),
    );
    return listener.port;
  };

  it("carries bytes both ways and shows both addresses", async () => {
    const accepted: Connection[] = [];
    const port = await listen((connection) => {
      accepted.push(connection);
      connection.setNoDelay(true);
      connection.on("data", (chunk: Buffer) => connection.write(chunk));
    });
    await using client = await connectText(net, "127.0.0.1", port, clock);
    client.send("hello\r\n");
    expect(await client.until("\r\n")).toBe("hello\r\n");
    const [server] = accepted;
    expect(server).toMatchObject({ localAddress: "127.0.0.1", localPort: port, remoteAddress: "127.0.0.1" });
    expect(server?.remotePort).toBe(client.connection.localPort);
    expect(client.connection).toMatchObject({ remoteAddress: "127.0.0.1", remotePort: port });
  });

  it("ends the other side when one side ends, after all that was written", async () => {
    const port = await listen((connection) => connection.end("last words"));
    await using client = await connectText(net, "127.0.0.1", port, clock);
    expect((await client.rest()).toString()).toBe("last words");
  });

  it("closes both sides when one is destroyed, without an unheard error, and keeps addresses that were asked for", async () => {
    const accepted: Connection[] = [];
    let closed = false;
    const port = await listen((connection) => {
      accepted.push(connection);
      connection.on("close", () => (closed = true));
      connection.resume();
    });
    const client = await connectText(net, "127.0.0.1", port, clock);
    await eventually(() => accepted.length === 1);
    const [server] = accepted;
    const ends = () => [server?.localAddress, server?.localPort, server?.remoteAddress, server?.remotePort];
    const before = ends();
    expect(before).toEqual(["127.0.0.1", port, "127.0.0.1", client.connection.localPort]);
    client.connection.destroy();
    await eventually(() => closed);
    expect(ends()).toEqual(before);
  });

  it("makes a writer wait for a reader that does not read", async () => {
    const total = 32 * 1024 * 1024;
    let writer: Connection | undefined;
    const port = await listen((connection) => (writer = connection));
    const client = scope.own(closable(await net.connect("127.0.0.1", port)));
    await eventually(() => writer !== undefined);
    expect(writer?.write(Buffer.alloc(total))).toBe(false);
    writer?.end();
    let received = 0;
    client.connection.on("data", (chunk: Buffer) => (received += chunk.length));
    await eventually(() => received === total);
    expect(writer?.writableLength).toBe(0);
  });

  it("refuses a connection to a port nobody listens on", async () => {
    const listener = await net.listen({ address: "127.0.0.1", port: 0 }, () => {});
    await listener.close();
    expect(await codeOf(net.connect("127.0.0.1", listener.port))).toBe("ECONNREFUSED");
  });

  it("names the port that is taken", async () => {
    const port = await listen(() => {});
    const taken = net.listen({ address: "127.0.0.1", port }, () => {});
    await expect(taken).rejects.toMatchObject({ code: "EADDRINUSE", context: { address: "127.0.0.1", port } });
    await expect(net.listen({ port }, () => {})).rejects.toMatchObject({ code: "EADDRINUSE", context: { port } });
  });

  it("says that an address is not the host's", async () => {
    expect(await codeOf(net.listen({ address: "203.0.113.77", port: 0 }, () => {}))).toBe("EADDRNOTAVAIL");
  });

  it("listens on all addresses when none is given and shows IPv4 clients as IPv4", async () => {
    const accepted: Connection[] = [];
    const listener = scope.own(await net.listen({ port: 0 }, (connection) => void accepted.push(connection)));
    expect(["::", "0.0.0.0"]).toContain(listener.address);
    scope.own(closable(await net.connect("127.0.0.1", listener.port)));
    await eventually(() => accepted.length === 1);
    expect(accepted[0]).toMatchObject({ remoteAddress: "127.0.0.1", localAddress: "127.0.0.1" });
    accepted[0]?.destroy();
  });

  it("frees the port when the listener closes, though a connection lives on", async () => {
    let server: Connection | undefined;
    const listener = await net.listen({ address: "127.0.0.1", port: 0 }, (connection) => (server = connection));
    await using client = await connectText(net, "127.0.0.1", listener.port, clock);
    await eventually(() => server !== undefined);
    await listener.close();
    await listener.close();
    server?.write("still here\n");
    expect(await client.until("\n")).toBe("still here\n");
    server?.destroy();
  });

  it("carries node:http", async () => {
    const http = createServer((_request, response) => void response.end("a body"));
    const port = await listen((connection) => void http.emit("connection", connection));
    const connection = await net.connect("127.0.0.1", port);
    const body = await new Promise<string>((done, failed) => {
      const query = request({ createConnection: () => connection, headers: { connection: "close" } });
      query.on("error", failed).on("response", (response: IncomingMessage) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () => done(text));
      });
      query.end();
    });
    expect(body).toBe("a body");
  });
});

const closable = (connection: Connection): { connection: Connection; close(): Promise<void> } => ({
  connection,
  close: () => {
    connection.destroy();
    return Promise.resolve();
  },
});

describe("a listener for streams", () => {
  let scope = new Scope();
  afterEach(async () => {
    await scope.close();
    scope = new Scope();
  });

  /** A connection whose other end has been accepted by a listener that writes directly where it can. */
  async function aPair(direct = true): Promise<{ server: Connection; client: Connection }> {
    const { net } = nodeHost();
    const accepted: Connection[] = [];
    const options = { address: "127.0.0.1", port: 0, direct };
    const listener = scope.own(await net.listen(options, (connection) => void accepted.push(connection)));
    const client = await net.connect("127.0.0.1", listener.port);
    scope.defer(() => void client.destroy());
    await eventually(() => accepted.length > 0);
    const [server] = accepted;
    if (!server) throw new Error("nothing was accepted");
    scope.defer(() => void server.destroy());
    return { server, client };
  }

  const missing = process.platform === "linux" ? undefined : "the system is not Linux";

  it.runIf(needs("direct writes", missing))(
    "writes past the stream what the system takes, and in the stream what it does not",
    async () => {
      const { server, client } = await aPair();
      const received: Buffer[] = [];
      const whole = Buffer.alloc(20_000_000, "0123456789abcdefg");
      client.pause();
      const taken = server.writeNow?.(whole) ?? -1;
      expect(taken).toBeGreaterThan(0);
      expect(taken).toBeLessThan(whole.length);
      server.write(whole.subarray(taken));
      expect(server.writableLength).toBeGreaterThan(0);
      expect(server.writeNow?.(Buffer.from("too early"))).toBe(0);
      client.on("data", (chunk: Buffer) => void received.push(chunk)).resume();
      await eventually(() => server.writableLength === 0);
      expect(server.writeNow?.(Buffer.from("end"))).toBe(3);
      await eventually(() => Buffer.concat(received).length === whole.length + 3);
      expect(Buffer.concat(received).equals(Buffer.concat([whole, Buffer.from("end")]))).toBe(true);
    },
  );

  it.runIf(needs("direct writes", missing))("takes nothing directly when either side has closed", async () => {
    const { server, client } = await aPair();
    server.on("data", () => {});
    client.destroy();
    await eventually(() => server.destroyed);
    expect(server.writeNow?.(Buffer.from("late"))).toBe(0);
    const other = await aPair();
    other.server.destroy();
    expect(other.server.writeNow?.(Buffer.from("late"))).toBe(0);
  });

  it("has no direct way where that was not asked for", async () => {
    const { server } = await aPair(false);
    expect("writeNow" in server).toBe(false);
  });
});

describe.each(settings())("UDP on the $name host", ({ net }) => {
  let scope = new Scope();
  afterEach(async () => {
    await scope.close();
    scope = new Scope();
  });

  it("carries datagrams between two sockets and names the sender", async () => {
    const one = scope.own(await net.udp({ address: "127.0.0.1" }));
    const other = scope.own(await net.udp({ address: "127.0.0.1" }));
    const got: unknown[] = [];
    other.onMessage((data, from) => got.push([data.toString(), from]));
    one.send(Buffer.from("first"), other.port, "127.0.0.1");
    one.send(Buffer.from("second"), other.port, "127.0.0.1");
    await eventually(() => got.length === 2);
    const from = { address: "127.0.0.1", port: one.port };
    expect(got).toEqual([
      ["first", from],
      ["second", from],
    ]);
  });

  it.each([false, true])("sends a run of datagrams to one peer, for it only: %s", async (only) => {
    const one = scope.own(await net.udp({ address: "127.0.0.1" }));
    const other = scope.own(await net.udp({ address: "127.0.0.1" }));
    const third = scope.own(await net.udp({ address: "127.0.0.1" }));
    const got: string[] = [];
    other.onMessage((data, { port }) => got.push(`${data.toString()} from ${port === one.port ? "one" : port}`));
    const sender = one.towards({ address: "127.0.0.1", port: other.port }, only);
    const heard: string[] = [];
    one.onMessage((data) => heard.push(data.toString()));
    expect(sender.send(runOf("first", "second", "third"))).toBe(0);
    await eventually(() => got.length === 3);
    third.send(Buffer.from("stranger"), one.port, "127.0.0.1");
    other.send(Buffer.from("friend"), one.port, "127.0.0.1");
    await eventually(() => heard.includes("friend"));
    one.send(Buffer.from("fourth"), other.port, "127.0.0.1");
    sender.send(runOf("fifth"));
    await eventually(() => got.includes("fifth from one"));
    expect(heard).toEqual(only ? ["friend"] : ["stranger", "friend"]);
    const before = ["first from one", "second from one", "third from one"];
    expect(got).toEqual([...before, ...(only ? [] : ["fourth from one"]), "fifth from one"]);
    await one.close();
    expect(sender.send(runOf("last", "words"))).toBe(2);
  });

  it.runIf(needs("bursts of datagrams", tooSmall()))("holds a burst of datagrams that it expects", async () => {
    const one = scope.own(await net.udp({ address: "127.0.0.1" }));
    const other = scope.own(await net.udp({ address: "127.0.0.1" }));
    const got: number[] = [];
    other.expectBursts();
    other.onMessage((data) => got.push(data.readUInt16BE()));
    const sent = Array.from({ length: 600 }, (_, number) => number);
    for (const number of sent) {
      const packet = Buffer.alloc(1400);
      packet.writeUInt16BE(number);
      one.send(packet, other.port, "127.0.0.1");
    }
    await eventually(() => got.includes(599));
    expect(got).toEqual(sent);
    await other.close();
    expect(() => other.expectBursts()).not.toThrow();
  });

  it("goes on when nobody listens where it sends", async () => {
    const dead = await net.udp({ address: "127.0.0.1" });
    const one = scope.own(await net.udp({ address: "127.0.0.1" }));
    const failures: Error[] = [];
    one.onError((error) => failures.push(error));
    const sender = one.towards({ address: "127.0.0.1", port: dead.port }, true);
    await dead.close();
    for (let round = 0; round < 3; round++) expect(sender.send(runOf("a", "b"))).toBe(0);
    const other = scope.own(await net.udp({ address: "127.0.0.1", port: dead.port }));
    const got: string[] = [];
    other.onMessage((data) => got.push(data.toString()));
    await eventually(() => {
      sender.send(runOf("c"));
      return got.includes("c");
    });
    expect(failures).toEqual([]);
  });

  it("says nothing about peers that are not there, impossible ports, and a closed socket", async () => {
    const socket = await net.udp({ address: "127.0.0.1" });
    const failures: Error[] = [];
    socket.onError((error) => failures.push(error));
    for (const port of [9, 0, -1, 65_536, Number.NaN]) socket.send(Buffer.from("x"), port, "127.0.0.1");
    socket.send(Buffer.from("x"), 9, "");
    socket.send(Buffer.from("x"), 9, "not an address");
    socket.send(Buffer.alloc(70_000), 9, "127.0.0.1");
    await socket.close();
    await socket.close();
    socket.send(Buffer.from("x"), 9, "127.0.0.1");
    expect(failures).toEqual([]);
  });

  it("says that a port is taken, unless both share it", async () => {
    const first = scope.own(await net.udp({ address: "127.0.0.1" }));
    const again = net.udp({ address: "127.0.0.1", port: first.port });
    await expect(again).rejects.toMatchObject({ code: "EADDRINUSE", context: { port: first.port } });
    const shared = scope.own(await net.udp({ reuse: true }));
    scope.own(await net.udp({ port: shared.port, reuse: true }));
  });

  it("refuses a group that is none", async () => {
    const socket = scope.own(await net.udp({}));
    expect(() => socket.addMembership("192.0.2.1")).toThrow(CodedError);
  });

  it("lists interfaces with a loopback among them", () => {
    expect(net.interfaces()).toContainEqual(
      expect.objectContaining({ address: "127.0.0.1", family: "IPv4", prefixLength: 8, internal: true }),
    );
  });
});
