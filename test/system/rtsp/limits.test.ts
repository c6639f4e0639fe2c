import { describe, expect, it } from "vitest";
import { RtspServer } from "#rtsp/server/server";
import { CodedError } from "#util/errors";
import { silentLogger } from "#util/log";
import { FakeDirectory, FakePath } from "../../support/fake-path.js";
import { fakeHost, fakeNetwork } from "../../support/fake-host.js";
import { RtspClient, rtspStage, serverAddress, setUpTcp, urlA } from "../../support/rtsp-client.js";

describe("the server's limits", () => {
  it("answers 503 to one connection too many, and takes another when one has gone", async () => {
    await using stage = await rtspStage({ maxConnections: 2 });
    const [first] = [await stage.connect(), await stage.connect()];
    const third = await stage.connect();
    expect(third.takeResponse().status).toBe(503);
    expect(third.ended).toBe(true);
    await first?.close();
    expect((await (await stage.connect()).request("OPTIONS", "*")).status).toBe(200);
  });

  it("counts connections by address where that is asked for", async () => {
    await using stage = await rtspStage({ maxConnectionsPerAddress: 1 });
    await stage.connect();
    expect((await stage.connect()).takeResponse().status).toBe(503);
    const other = await stage.connect(stage.client("192.0.2.40"));
    expect((await other.request("OPTIONS", "*")).status).toBe(200);
  });

  it("answers 453 to one session, or one reader of a path, too many", async () => {
    await using stage = await rtspStage({ maxSessions: 3, maxReadersPerPath: 2 });
    stage.directory.add(new FakePath("b", stage.host.clock));
    const clients = [await stage.connect(), await stage.connect(), await stage.connect(), await stage.connect()];
    const setup = async (index: number, url: string): Promise<number | undefined> =>
      (await clients[index]?.request("SETUP", `${url}/trackID=0`, { Transport: "RTP/AVP/TCP" }))?.status;
    const b = `rtsp://${serverAddress}/b`;
    expect([await setup(0, urlA), await setup(1, urlA), await setup(2, urlA)]).toEqual([200, 200, 453]);
    expect([await setup(2, b), await setup(3, b)]).toEqual([200, 453]);
    expect(stage.path.leases).toBe(2);
  });

  it("counts a reader of several tracks once", async () => {
    await using stage = await rtspStage({ maxReadersPerPath: 2, maxSessions: 2, maxSessionsPerAddress: 2 });
    await setUpTcp(await stage.connect());
    await setUpTcp(await stage.connect());
    const third = await stage.connect();
    expect((await third.request("SETUP", `${urlA}/trackID=0`, { Transport: "RTP/AVP/TCP" })).status).toBe(453);
  });

  it("answers 453 to one session too many of an address, and lets other addresses in", async () => {
    await using stage = await rtspStage({ maxSessionsPerAddress: 2 });
    const setup = async (client: RtspClient): Promise<number> =>
      (await client.request("SETUP", `${urlA}/trackID=0`, { Transport: "RTP/AVP/TCP" })).status;
    const clients = [await stage.connect(), await stage.connect(), await stage.connect()];
    const statuses: number[] = [];
    for (const client of clients) statuses.push(await setup(client));
    expect(statuses).toEqual([200, 200, 453]);
    expect(await setup(await stage.connect(stage.client("192.0.2.40")))).toBe(200);
    expect(stage.log).toContainEqual(
      expect.objectContaining({ level: "warn", message: "session refused: too many sessions from this address" }),
    );
    await clients[0]?.close();
    expect(await setup(await stage.connect())).toBe(200);
  });

  it("tells the log once of a client that comes again and again, and then how often", async () => {
    await using stage = await rtspStage({ maxConnectionsPerAddress: 1 });
    const first = await stage.connect();
    expect((await first.request("OPTIONS", "*")).status).toBe(200);
    for (let times = 0; times < 30; times++) await (await stage.connect()).close();
    await stage.host.clock.advance(10_000);
    const told = stage.log.filter(({ message }) => message === "connection refused: too many");
    expect(told.map(({ facts }) => facts?.["times"])).toEqual([undefined, 29]);
  });

  it("closes the oldest connection that has asked for nothing when there are too many, and none that has", async () => {
    await using stage = await rtspStage({ maxHalfOpen: 3 });
    const asking = await stage.connect();
    expect((await asking.request("OPTIONS", "*")).status).toBe(200);
    const silent: RtspClient[] = [];
    for (let times = 0; times < 5; times++) silent.push(await stage.connect());
    expect(silent.map(({ ended }) => ended)).toEqual([true, true, false, false, false]);
    expect((await asking.request("OPTIONS", "*")).status).toBe(200);
    expect((await (await stage.connect()).request("OPTIONS", "*")).status).toBe(200);
  });

  it("counts a connection as half open until it has logged in, where that is needed", async () => {
    await using stage = await rtspStage({
      maxHalfOpen: 2,
      authentication: { realm: "r", password: () => "secret", basic: true },
    });
    const Authorization = `Basic ${Buffer.from("any:secret").toString("base64")}`;
    const known = await stage.connect();
    expect((await known.request("DESCRIBE", urlA, { Authorization })).status).toBe(200);
    const strangers: RtspClient[] = [];
    for (let times = 0; times < 3; times++) {
      const stranger = await stage.connect();
      expect((await stranger.request("DESCRIBE", urlA)).status).toBe(401);
      strangers.push(stranger);
    }
    expect([known, ...strangers].map(({ ended }) => ended)).toEqual([false, true, false, false]);
  });

  it("has room for more than 10,000 sessions of one stream where no limit is set, and lets go of them all", async () => {
    await using stage = await rtspStage({ maxSessions: 0, maxConnections: 0, maxHalfOpen: 0 });
    const client = stage.client("192.0.2.99");
    const count = 10_500;
    const sockets = await Promise.all(Array.from({ length: count }, () => client.net.connect(serverAddress, 554)));
    for (const socket of sockets) {
      socket.resume();
      socket.write(
        `SETUP ${urlA}/trackID=0 RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n\r\n` +
          `PLAY ${urlA} RTSP/1.0\r\nCSeq: 2\r\n\r\n`,
      );
    }
    await stage.host.clock.settle();
    expect([stage.server.sessions().length, stage.path.players]).toEqual([count, count]);
    stage.path.publish(0);
    await stage.host.clock.settle();
    expect(stage.server.sessions().every(({ packets }) => packets === 1)).toBe(true);
    for (const socket of sockets) socket.destroy();
    await stage.host.clock.advance(1500);
    expect([stage.server.sessions().length, stage.server.connections, stage.path.leases]).toEqual([0, 0, 0]);
    expect(stage.host.clock.pendingTimers).toBe(0);
  });

  it("follows the rules of a stream: its transports, its readers, its timeout", async () => {
    await using stage = await rtspStage();
    stage.path.rules = { transports: { udp: false, tcp: true }, maxReaders: 1, sessionTimeoutSeconds: 10 };
    const [first, second] = [await stage.connect(), await stage.connect()];
    const setup = (client: RtspClient, Transport: string): ReturnType<RtspClient["request"]> =>
      client.request("SETUP", `${urlA}/trackID=0`, { Transport });
    expect((await setup(first, "RTP/AVP;unicast;client_port=4000-4001")).status).toBe(461);
    const answer = await setup(first, "RTP/AVP/TCP");
    expect(answer.headers.get("Session")).toMatch(/;timeout=10$/);
    expect((await setup(second, "RTP/AVP/TCP")).status).toBe(453);
    expect(stage.path.leases).toBe(1);
    await stage.host.clock.advance(16_000);
    expect(stage.server.sessions()).toEqual([]);
  });

  it("tells a client that it cannot have UDP when the system gives no port", async () => {
    await using stage = await rtspStage({ udp: { basePort: 1000 } });
    stage.host.net.udp = () => Promise.reject(new CodedError("EMFILE", "too many open files"));
    const client = await stage.connect();
    const setup = (Transport: string): ReturnType<RtspClient["request"]> =>
      client.request("SETUP", `${urlA}/trackID=0`, { Transport });
    expect((await setup("RTP/AVP;unicast;client_port=4000-4001")).status).toBe(461);
    expect((await setup("RTP/AVP;unicast;client_port=4000-4001")).status).toBe(461);
    expect((await setup("RTP/AVP/TCP")).status).toBe(200);
  });

  it("outlives a path that fails in an unforeseen way", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await setUpTcp(client, urlA, [0]);
    stage.path.read = () => {
      throw new Error("broken");
    };
    expect((await client.request("PLAY", urlA)).status).toBe(500);
    expect((await client.request("OPTIONS", urlA)).status).toBe(200);
  });

  it("closes a connection that says nothing, or begins a request and does not end it", async () => {
    await using stage = await rtspStage();
    const [silent, slow, idle] = [await stage.connect(), await stage.connect(), await stage.connect()];
    await idle.request("OPTIONS", "*");
    await slow.request("OPTIONS", "*");
    for (let second = 0; second < 11; second++) {
      await slow.send("A");
      await stage.host.clock.advance(1000);
    }
    expect([silent.ended, slow.ended, idle.ended]).toEqual([true, true, false]);
    await stage.host.clock.advance(56_000);
    expect(idle.ended).toBe(true);
    expect(stage.host.clock.pendingTimers).toBe(0);
  });

  it("cuts off a client that does not read its answers", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    client.connection.pause();
    for (let index = 0; index < 30_000 && stage.server.connections > 0; index += 500) {
      client.connection.write("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n".repeat(500));
      await stage.host.clock.settle();
    }
    expect(stage.server.connections).toBe(0);
  });

  it("survives a client that vanishes while its answer is prepared", async () => {
    await using stage = await rtspStage();
    const late = stage.directory.add(new FakePath("late", stage.host.clock));
    const url = `rtsp://${serverAddress}/late`;
    for (const request of [`DESCRIBE ${url}`, `SETUP ${url}/trackID=0`]) {
      const client = await stage.connect();
      await client.send(`${request} RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP/TCP\r\n\r\n`);
      await client.close();
      stage.directory.release();
      await stage.host.clock.settle();
      expect([late.leases, stage.server.connections, stage.server.sessions().length]).toEqual([0, 0, 0]);
    }
  });

  it("ends a session for the operator", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const id = await setUpTcp(client);
    expect([stage.server.kick("x"), stage.server.kick(id)]).toEqual([false, true]);
    expect(stage.server.sessions()).toEqual([]);
    expect((await client.request("PLAY", urlA, { Session: id })).status).toBe(454);
  });

  it("serves a connection that was accepted elsewhere, with the bytes that were read already", async () => {
    const host = fakeHost({ addresses: [serverAddress] });
    const directory = new FakeDirectory();
    directory.add(new FakePath("a", host.clock));
    const server = new RtspServer(host, silentLogger, directory);
    const head = Buffer.from("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\nOPTIONS * RT");
    await host.net.listen({ port: 80 }, (connection) => {
      server.accept(connection, head, { transports: { udp: false, tcp: true } });
    });
    const client = await RtspClient.connect(host, serverAddress, 80);
    expect(client.takeResponse().status).toBe(200);
    await client.send("SP/1.0\r\nCSeq: 2\r\n\r\n");
    expect(client.takeResponse().headers.get("CSeq")).toBe("2");
    const udp = await client.request("SETUP", `${urlA}/trackID=0`, {
      Transport: "RTP/AVP;unicast;client_port=4000-4001",
    });
    expect(udp.status).toBe(461);
    await server.close();
  });

  it("loses nothing for nine readers while a tenth has stalled, which resumes at a random access point", async () => {
    const network = fakeNetwork({ highWaterMark: 16_384 });
    const host = network.host(serverAddress);
    const directory = new FakeDirectory();
    const path = directory.add(new FakePath("a", host.clock));
    const lines: string[] = [];
    const log = { ...silentLogger, warn: (message: string) => void lines.push(message), child: () => log };
    const server = new RtspServer(host, log, directory, { sendQueue: { maxBytes: 200_000, maxMs: 60_000 } });
    await server.listen({ port: 554 });
    const clients: RtspClient[] = [];
    for (let index = 0; index < 10; index++) {
      const client = await RtspClient.connect(host, serverAddress);
      await setUpTcp(client, urlA, [0]);
      await client.request("PLAY", urlA);
      clients.push(client);
    }
    const [stalled, ...healthy] = clients;
    stalled?.connection.pause();
    for (let frame = 0; frame < 100; frame++) {
      path.publish(0, { randomAccess: frame % 10 === 0, packets: [1400, 1400, 1400, 1000] });
      await host.clock.advance(40);
    }
    expect(healthy.map((client) => client.frames(0).length)).toEqual(healthy.map(() => 400));
    const info = server.sessions().find(({ droppedUnits }) => droppedUnits > 0);
    expect(info?.droppedUnits).toBeGreaterThan(40);
    expect(lines.some((line) => line.startsWith("reader is too slow"))).toBe(true);
    stalled?.connection.resume();
    await host.clock.settle();
    for (let frame = 0; frame < 10; frame++) path.publish(0, { randomAccess: frame === 5, packets: [5] });
    await host.clock.settle();
    const packets = stalled?.frames(0) ?? [];
    expect(packets.slice(-5).map((packet) => packet.length)).toEqual([17, 17, 17, 17, 17]);
    expect(packets.at(-6)?.length).not.toBe(17);
    await server.close();
  });

  it("counts what the system does not take over UDP, tells it in the log at times and at the end", async () => {
    await using stage = await rtspStage();
    const open = stage.host.net.udp.bind(stage.host.net);
    stage.host.net.udp = async (given) => {
      const socket = await open(given);
      socket.towards = () => ({ send: ({ count }) => count });
      return socket;
    };
    const client = await stage.connect();
    const Transport = "RTP/AVP;unicast;client_port=4000-4001";
    await client.request("SETUP", `${urlA}/trackID=0`, { Transport });
    await client.request("PLAY", urlA);
    for (let second = 0; second < 25; second++) {
      stage.path.publish(0);
      await stage.host.clock.advance(1000);
    }
    const [session] = stage.server.sessions();
    expect([session?.packets, session?.droppedUnits, session?.droppedBytes]).toEqual([0, 25, 25 * 112]);
    const lines = (): unknown[] => stage.log.filter(({ message }) => message.includes("dropped"));
    expect(lines()).toHaveLength(3);
    expect(lines()[0]).toMatchObject({
      message: "the network is too slow: access units dropped",
      facts: { units: 1, path: "a", transport: "UDP" },
    });
    await client.request("TEARDOWN", urlA);
    const closed = stage.log.find(({ message }) => message === "session closed");
    expect(closed?.facts).toMatchObject({ reason: "teardown", droppedUnits: 25 });
  });

  it("cuts off a reader that takes nothing for 10 s", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await setUpTcp(client, urlA, [0]);
    await client.request("PLAY", urlA);
    client.connection.pause();
    for (let second = 0; second < 12; second++) {
      stage.path.publish(0, { packets: [60_000, 60_000, 60_000] });
      await stage.host.clock.advance(1000);
    }
    expect(stage.server.sessions()).toEqual([]);
    expect(stage.log.some(({ message }) => message.startsWith("reader takes nothing"))).toBe(true);
  });
});
