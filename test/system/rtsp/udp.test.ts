import { describe, expect, it } from "vitest";
import { writeRtcp } from "#wire/rtp/rtcp";
import {
  clientPorts,
  rtcpPackets,
  rtspStage,
  urlA,
  type ClientPorts,
  type RtspClient,
  type RtspStage,
} from "../../support/rtsp-client.js";
import type { FakeHost } from "../../support/fake-host.js";
import type { RtspServerOptions } from "#rtsp/server/options";

const address = "192.0.2.30";

interface Player {
  readonly stage: RtspStage;
  readonly clientHost: FakeHost;
  readonly client: RtspClient;
  readonly video: ClientPorts;
  readonly session: string;
  /** The server's RTCP port for the video. */
  readonly rtcpPort: number;
}

/** A client that plays the video over UDP. */
async function play(stage: RtspStage): Promise<Player> {
  const clientHost = stage.client(address);
  const video = await clientPorts(clientHost.net, address, 4000);
  const client = await stage.connect(clientHost);
  const answer = await client.request("SETUP", `${urlA}/trackID=0`, { Transport: video.transport });
  const session = answer.headers.get("Session")?.split(";")[0] ?? "";
  const rtcpPort = Number(/server_port=\d+-(\d+)/.exec(answer.headers.get("Transport") ?? "")?.[1]);
  await client.request("PLAY", urlA, { Session: session });
  return { stage, clientHost, client, video, session, rtcpPort };
}

const receiverReport = writeRtcp([{ type: "RR", ssrc: 5, reports: [] }]);

describe.each<[string, RtspServerOptions]>([
  ["ports of its own", {}],
  ["shared ports", { udp: { ports: "shared" } }],
])("PLAY over UDP with %s", (_name, options) => {
  it("check 22: carries RTP and RTCP, each from its server port, bit for bit", async () => {
    await using stage = await rtspStage(options);
    const { video } = await play(stage);
    const { rtp } = stage.path.publish(0, { packets: [1400, 1400, 300] });
    await stage.host.clock.settle();
    expect(video.rtp).toEqual([0, 1, 2].map((index) => Buffer.from(rtp.packet(index))));
    expect(rtcpPackets(video.rtcp[0] ?? Buffer.alloc(0)).map(({ type }) => type)).toEqual(["SR", "SDES"]);
    const sources = stage.host.network.datagrams.map(({ from, to }) => [from.address, from.port, to.port]);
    expect(sources).toEqual([
      ["192.0.2.10", 22_000, 4000],
      ["192.0.2.10", 22_000, 4000],
      ["192.0.2.10", 22_000, 4000],
      ["192.0.2.10", 22_001, 4001],
    ]);
  });

  it("check 27: ends a session without any sign of life 5 s after the promised timeout, with BYE", async () => {
    await using stage = await rtspStage(options);
    const { video, client } = await play(stage);
    stage.path.publish(0);
    await stage.host.clock.advance(64_000);
    expect(stage.server.sessions()).toHaveLength(1);
    await stage.host.clock.advance(1500);
    expect(stage.server.sessions()).toEqual([]);
    expect([stage.path.players, stage.path.leases]).toEqual([0, 0]);
    expect(rtcpPackets(video.rtcp.at(-1) ?? Buffer.alloc(0)).at(-1)).toMatchObject({
      type: "BYE",
      reason: "session timeout",
    });
    expect(client.ended).toBe(true);
  });

  it.each<[string, (player: Player) => Promise<unknown>]>([
    ["GET_PARAMETER", ({ client, session }) => client.request("GET_PARAMETER", urlA, { Session: session })],
    ["OPTIONS", ({ client, session }) => client.request("OPTIONS", "*", { Session: session })],
    ["a request without the session's id", ({ client }) => client.request("SET_PARAMETER", urlA)],
    [
      "a receiver report",
      ({ stage, video, rtcpPort }) => {
        video.sockets[1].send(receiverReport, rtcpPort, "192.0.2.10");
        return stage.host.clock.settle();
      },
    ],
    [
      "a receiver report from another port (NAT)",
      ({ stage, video, rtcpPort }) => {
        video.sockets[0].send(receiverReport, rtcpPort, "192.0.2.10");
        return stage.host.clock.settle();
      },
    ],
  ])("check 27: takes %s for a sign of life", async (_sign, give) => {
    await using stage = await rtspStage(options);
    const player = await play(stage);
    for (let times = 0; times < 4; times++) {
      await stage.host.clock.advance(50_000);
      await give(player);
    }
    expect(stage.server.sessions()).toHaveLength(1);
  });

  it("check 27: takes neither rubbish nor a stranger's report for a sign of life", async () => {
    await using stage = await rtspStage(options);
    const { video, rtcpPort } = await play(stage);
    const stranger = await stage.client("192.0.2.66").net.udp({ address: "192.0.2.66", port: 4001 });
    await stage.host.clock.advance(50_000);
    for (const size of [0, 2, 2000]) video.sockets[1].send(Buffer.alloc(size, 0x80), rtcpPort, "192.0.2.10");
    stranger.send(receiverReport, rtcpPort, "192.0.2.10");
    await stage.host.clock.advance(16_000);
    expect(stage.server.sessions()).toEqual([]);
  });

  it("check 29: goes on until its timeout when the socket drops, and frees its ports then", async () => {
    await using stage = await rtspStage(options);
    const { client, video } = await play(stage);
    await client.close();
    await stage.host.clock.advance(30_000);
    stage.path.publish(0);
    await stage.host.clock.settle();
    expect(video.rtp).toHaveLength(1);
    await stage.host.clock.advance(36_000);
    expect(stage.server.sessions()).toEqual([]);
    expect(stage.host.net.udpSockets.filter(({ port }) => port < 22_002 && port >= 22_000)).toHaveLength(
      options.udp ? 2 : 0,
    );
  });

  it("check 30: goes on when its connection is replaced by another from the same address", async () => {
    await using stage = await rtspStage(options);
    const { client, clientHost, session, video } = await play(stage);
    const second = await stage.connect(clientHost);
    expect((await second.request("GET_PARAMETER", urlA, { Session: session })).status).toBe(200);
    await client.close();
    for (let times = 0; times < 3; times++) {
      await stage.host.clock.advance(50_000);
      expect((await second.request("GET_PARAMETER", urlA, { Session: session })).status).toBe(200);
    }
    stage.path.publish(0);
    await stage.host.clock.settle();
    expect(video.rtp).toHaveLength(1);
    expect((await second.request("TEARDOWN", urlA, { Session: session })).status).toBe(200);
    expect(stage.server.sessions()).toEqual([]);
  });

  it("check 31: lives on after RTCP that it cannot read", async () => {
    await using stage = await rtspStage(options);
    const { video, rtcpPort } = await play(stage);
    for (const size of [0, 2, 2000]) video.sockets[1].send(Buffer.alloc(size, 0x80), rtcpPort, "192.0.2.10");
    await stage.host.clock.settle();
    stage.path.publish(0);
    await stage.host.clock.settle();
    expect(video.rtp).toHaveLength(1);
  });

  it("sends nothing behind the answer to TEARDOWN", async () => {
    await using stage = await rtspStage(options);
    const { client, video, session } = await play(stage);
    stage.path.publish(0);
    await client.request("TEARDOWN", urlA, { Session: session });
    const before = stage.host.network.datagrams.length;
    stage.path.publish(0);
    await stage.host.clock.advance(10_000);
    expect(stage.host.network.datagrams.length).toBe(before);
    expect(video.rtp).toHaveLength(1);
  });

  it("tells its players that the server stops", async () => {
    await using stage = await rtspStage(options);
    const { client, video } = await play(stage);
    stage.path.publish(0);
    await stage.server.close();
    await stage.host.clock.settle();
    expect(rtcpPackets(video.rtcp.at(-1) ?? Buffer.alloc(0)).at(-1)).toMatchObject({ type: "BYE" });
    expect(client.ended).toBe(true);
    expect([stage.path.leases, stage.host.net.udpSockets.length, stage.host.clock.pendingTimers]).toEqual([0, 0, 0]);
  });
});

describe("large pictures in blocks", () => {
  const options: RtspServerOptions = { udp: { pacePackets: 32 } };
  const large = { packets: Array.from({ length: 100 }, () => 1400) };

  it("arrive as they are, no more than 32 packets at a time, and in order with what follows", async () => {
    await using stage = await rtspStage(options);
    const { video } = await play(stage);
    const pictures = [stage.path.publish(0, large), stage.path.publish(0)];
    const arrived: number[] = [];
    for (let ms = 0; ms < 12; ms++) {
      await stage.host.clock.settle();
      arrived.push(video.rtp.length);
      await stage.host.clock.advance(1);
    }
    expect(Math.max(...arrived.map((count, ms) => count - (arrived[ms - 1] ?? 0)))).toBeLessThanOrEqual(32);
    const packets = pictures.flatMap(({ rtp }) => Array.from({ length: rtp.count }, (_, index) => rtp.packet(index)));
    expect(video.rtp).toEqual(packets.map((packet) => Buffer.from(packet)));
  });

  it("stop where the session ends", async () => {
    await using stage = await rtspStage(options);
    const { video, client, session } = await play(stage);
    stage.path.publish(0, large);
    await client.request("TEARDOWN", urlA, { Session: session });
    const before = video.rtp.length;
    expect(before).toBeLessThan(100);
    await stage.host.clock.advance(100);
    expect(video.rtp).toHaveLength(before);
  });
});

describe("two players at one address", () => {
  it.each<[string, RtspServerOptions]>([
    ["ports of their own", {}],
    ["shared ports", { udp: { ports: "shared" } }],
  ])("each have their media and their reports heard, with %s", async (_name, options) => {
    await using stage = await rtspStage(options);
    const clientHost = stage.client(address);
    const players: { readonly ports: ClientPorts; readonly client: RtspClient; readonly rtcpPort: number }[] = [];
    for (const port of [4000, 5000]) {
      const ports = await clientPorts(clientHost.net, address, port);
      const client = await stage.connect(clientHost);
      const answer = await client.request("SETUP", `${urlA}/trackID=0`, { Transport: ports.transport });
      await client.request("PLAY", urlA);
      const rtcpPort = Number(/server_port=\d+-(\d+)/.exec(answer.headers.get("Transport") ?? "")?.[1]);
      players.push({ ports, client, rtcpPort });
    }
    stage.path.publish(0);
    await stage.host.clock.settle();
    expect(players.map(({ ports }) => ports.rtp.length)).toEqual([1, 1]);
    // Only the second one shows that it is there.
    const [, second] = players;
    for (let times = 0; times < 3; times++) {
      await stage.host.clock.advance(30_000);
      second?.ports.sockets[1].send(receiverReport, second.rtcpPort, "192.0.2.10");
      await stage.host.clock.settle();
    }
    expect(stage.server.sessions()).toHaveLength(1);
    stage.path.publish(0);
    await stage.host.clock.settle();
    expect(players.map(({ ports }) => ports.rtp.length)).toEqual([1, 2]);
  });
});

describe("a player behind NAT", () => {
  /** Plays with ports that are not those it names, since its router has changed them. */
  const playThrough = async (
    stage: RtspStage,
    clientHost: FakeHost,
    outside: number,
  ): Promise<{ readonly outer: ClientPorts; readonly knock: () => Promise<void> }> => {
    const outer = await clientPorts(clientHost.net, address, outside);
    const client = await stage.connect(clientHost);
    const answer = await client.request("SETUP", `${urlA}/trackID=0`, {
      Transport: `RTP/AVP;unicast;client_port=${outside - 2000}-${outside - 1999}`,
    });
    const [, rtp = 0, rtcp = 0] =
      /server_port=(\d+)-(\d+)/.exec(answer.headers.get("Transport") ?? "")?.map(Number) ?? [];
    await client.request("PLAY", urlA);
    return {
      outer,
      knock: async () => {
        outer.sockets[0].send(Buffer.alloc(4), rtp, "192.0.2.10");
        outer.sockets[1].send(receiverReport, rtcp, "192.0.2.10");
        await stage.host.clock.settle();
      },
    };
  };

  it.each<["per-session" | "shared"]>([["per-session"], ["shared"]])(
    "gets its media where its first packet came from, if that is wanted; ports: %s",
    async (ports) => {
      await using stage = await rtspStage({ udp: { ports, latching: true } });
      const clientHost = stage.client(address);
      // In turn: on shared ports two that have not shown their ports yet cannot be told apart.
      const first = await playThrough(stage, clientHost, 6000);
      await first.knock();
      const second = await playThrough(stage, clientHost, 7000);
      await second.knock();
      stage.path.publish(0);
      await stage.host.clock.settle();
      expect([first.outer.rtp.length, second.outer.rtp.length]).toEqual([1, 1]);
      expect([first.outer.rtcp.length, second.outer.rtcp.length]).toEqual([1, 1]);
      // A stranger does not draw the stream to itself.
      const stranger = await stage.client("192.0.2.66").net.udp({ address: "192.0.2.66", port: 6000 });
      stranger.send(Buffer.alloc(4), 22_000, "192.0.2.10");
      stage.path.publish(0);
      await stage.host.clock.settle();
      expect([first.outer.rtp.length, second.outer.rtp.length]).toEqual([2, 2]);
    },
  );

  it("gets its media at the ports that it names, unless following is asked for", async () => {
    await using stage = await rtspStage();
    const { outer, knock } = await playThrough(stage, stage.client(address), 6000);
    await knock();
    stage.path.publish(0);
    await stage.host.clock.settle();
    expect(outer.rtp).toEqual([]);
  });
});
