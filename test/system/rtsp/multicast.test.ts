import { describe, expect, it, vi } from "vitest";
import { groupsOf, type MulticastGroups } from "#rtsp/multicast-groups";
import type { RtspServerOptions } from "#rtsp/server/options";
import { RtspServer } from "#rtsp/server/server";
import { CodedError } from "#util/errors";
import { silentLogger } from "#util/log";
import { sequenceNumber } from "#wire/rtp/packet";
import { writeRtcp } from "#wire/rtp/rtcp";
import { parseSdp } from "#wire/sdp/parser";
import { carrierStage, connectThrough } from "../../support/carriers.js";
import { joinGroup, transportOf, type GroupListener } from "../../support/group-listener.js";
import { fakeHost, type FakeHost } from "../../support/fake-host.js";
import { FakeDirectory, FakePath, h264 } from "../../support/fake-path.js";
import {
  clientPorts,
  rtcpPackets,
  RtspClient,
  rtspStage,
  serverAddress,
  urlA,
  type RtspStage,
} from "../../support/rtsp-client.js";
import { keyMgmt, SrtpPeer, toldKeys } from "../../support/srtp-client.js";
import { aMasterKey } from "../../support/srtp-keys.js";

const groups: MulticastGroups = {
  targetOf: (_stream, kind) =>
    kind === "video" ? { address: "232.1.2.3", port: 5000, ttl: 7 } : { address: "232.1.2.4", port: 5010, ttl: 9 },
};
const all = { udp: true, tcp: true, multicast: true };
const options: RtspServerOptions = { transports: all, groups };
const MULTICAST = "RTP/AVP;multicast";

interface Player {
  readonly client: RtspClient;
  readonly host: FakeHost;
  readonly session: string;
  readonly video: GroupListener;
  readonly audio: GroupListener;
}

async function setUp(stage: RtspStage, address: string): Promise<Player> {
  const host = stage.client(address);
  const client = await stage.connect(host);
  const first = await client.request("SETUP", `${urlA}/trackID=0`, { Transport: MULTICAST });
  const session = first.headers.get("Session")?.split(";")[0] ?? "";
  const second = await client.request("SETUP", `${urlA}/trackID=1`, { Transport: MULTICAST, Session: session });
  return { client, host, session, video: await joinGroup(host, first), audio: await joinGroup(host, second) };
}

async function play(stage: RtspStage, address: string): Promise<Player> {
  const player = await setUp(stage, address);
  const answer = await player.client.request("PLAY", urlA, { Session: player.session });
  expect(answer.status).toBe(200);
  return player;
}

async function publish(stage: RtspStage, ...tracks: readonly number[]): Promise<void> {
  for (const track of tracks) stage.path.publish(track);
  await stage.host.clock.settle();
}

const receiverReport = writeRtcp([{ type: "RR", ssrc: 77, reports: [] }]);
/** The server's datagrams to groups since `from`. */
const toGroups = (stage: RtspStage, from = 0): { port: number; address: string }[] =>
  stage.host.network.datagrams
    .slice(from)
    .filter((one) => one.from.address === serverAddress)
    .map(({ to }) => ({ port: to.port, address: to.address }))
    .filter(({ address }) => address.startsWith("232."));

describe("multicast", () => {
  it("check 33: is answered with the configured group, ports and TTL of each track, whatever the client asks for", async () => {
    await using stage = await rtspStage(options);
    const client = await stage.connect();
    const setup = (track: number, Transport: string) =>
      client.request("SETUP", `${urlA}/trackID=${track}`, { Transport });
    const video = await setup(0, "RTP/AVP;multicast;destination=239.9.9.9;port=9000-9001;ttl=200;mode=play");
    expect(video.headers.get("Transport")).toBe(
      'RTP/AVP;multicast;destination=232.1.2.3;port=5000-5001;ttl=7;ssrc=00001000;mode="play"',
    );
    const audio = await setup(1, MULTICAST);
    expect(audio.headers.get("Transport")).toBe(
      "RTP/AVP;multicast;destination=232.1.2.4;port=5010-5011;ttl=9;ssrc=00001001",
    );
    const sockets = stage.host.net.udpSockets.map(({ ttl, multicastInterface }) => ({ ttl, multicastInterface }));
    expect(sockets).toEqual([7, 7, 9, 9].map((ttl) => ({ ttl, multicastInterface: serverAddress })));
    expect(stage.server.sessions()[0]?.transport).toBe("UDP-multicast");
  });

  it("check 33: is sent once for two readers, and goes on until the last one leaves", async () => {
    await using stage = await rtspStage(options);
    const [one, two] = [await play(stage, "192.0.2.20"), await play(stage, "192.0.2.21")];
    const before = stage.host.network.datagrams.length;
    await publish(stage, 0, 1);
    expect(toGroups(stage, before).filter(({ port }) => port % 2 === 0)).toHaveLength(2);
    for (const { video, audio } of [one, two]) expect([video.rtp.length, audio.rtp.length]).toEqual([1, 1]);
    expect(stage.path.readings).toBe(1);

    await one.client.request("TEARDOWN", urlA, { Session: one.session });
    expect(two.video.rtcp.flatMap(rtcpPackets).filter(({ type }) => type === "BYE")).toEqual([]);
    await publish(stage, 0);
    expect(two.video.rtp).toHaveLength(2);

    await two.client.request("TEARDOWN", urlA, { Session: two.session });
    expect(two.video.rtcp.flatMap(rtcpPackets).at(-1)).toMatchObject({ type: "BYE", sources: [0x1000] });
    expect(two.audio.rtcp.flatMap(rtcpPackets).at(-1)).toMatchObject({ type: "BYE", sources: [0x1001] });
    await publish(stage, 0, 1);
    expect(two.video.rtp).toHaveLength(2);
    expect([stage.path.readings, stage.path.leases, stage.host.net.udpSockets.length]).toEqual([0, 0, 0]);
  });

  it("goes out in blocks where large pictures do", async () => {
    await using stage = await rtspStage({ ...options, udp: { pacePackets: 16 } });
    const { video } = await play(stage, "192.0.2.30");
    stage.path.publish(0, { packets: Array.from({ length: 40 }, () => 1400) });
    await stage.host.clock.settle();
    expect(video.rtp).toHaveLength(14);
    await stage.host.clock.advance(4);
    expect(video.rtp).toHaveLength(40);
  });

  it("check 33: can be taken up again after the last reader has left", async () => {
    await using stage = await rtspStage(options);
    const first = await play(stage, "192.0.2.20");
    await first.client.request("TEARDOWN", urlA, { Session: first.session });
    const second = await play(stage, "192.0.2.21");
    await publish(stage, 0);
    expect(second.video.rtp).toHaveLength(1);
  });

  it("check 32: puts the group into the description where VLC, the stream's address or the server's offer asks for it", async () => {
    await using stage = await rtspStage(options);
    await using only = await rtspStage({ transports: { udp: false, tcp: false, multicast: true }, groups });
    const describe = async (of: RtspStage, url: string) => {
      const sdp = parseSdp((await (await of.connect()).request("DESCRIBE", url)).body.toString());
      return [sdp.connection, ...sdp.media.map(({ port, connection }) => [port, connection?.address])];
    };
    const inGroup = [{ addressType: "IP4", address: "232.1.2.3/7" }, [5000, "232.1.2.3/7"], [5010, "232.1.2.4/9"]];
    const plain = [{ addressType: "IP4", address: "0.0.0.0" }, [0, undefined], [0, undefined]];
    expect(await describe(stage, `${urlA}?vlcmulticast`)).toEqual(inGroup);
    expect(await describe(stage, `${urlA}&t=multicast&p=udp`)).toEqual(inGroup);
    expect(await describe(only, urlA)).toEqual(inGroup);
    expect(await describe(stage, urlA)).toEqual(plain);
    await using off = await rtspStage();
    expect(await describe(off, `${urlA}?vlcmulticast`)).toEqual(plain);
  });

  it.each<[string, RtspServerOptions]>([
    ["it is off", { groups }],
    ["nobody knows groups", { transports: all }],
  ])("is refused with 461 at once where %s, and the connection goes on", async (_name, off) => {
    await using stage = await rtspStage(off);
    const client = await stage.connect();
    const setup = async (Transport: string): Promise<number> =>
      (await client.request("SETUP", `${urlA}/trackID=0`, { Transport })).status;
    expect(await setup(MULTICAST)).toBe(461);
    expect(stage.host.net.udpSockets).toEqual([]);
    expect(await setup("RTP/AVP/TCP")).toBe(200);
  });

  it("is refused with 461 by a stream's rules and when the system has no socket, and nothing is left behind", async () => {
    await using stage = await rtspStage(options);
    const client = await stage.connect();
    const setup = async (): Promise<number> =>
      (await client.request("SETUP", `${urlA}/trackID=0`, { Transport: MULTICAST })).status;
    stage.path.rules = { transports: { udp: true, tcp: true } };
    expect(await setup()).toBe(461);
    stage.path.rules = {};
    const failing = vi.spyOn(stage.host.net, "udp");
    failing.mockRejectedValue(new CodedError("EMFILE", "too many open files"));
    expect(await setup()).toBe(461);
    expect([stage.path.leases, stage.server.sessions().length]).toEqual([0, 0]);
    failing.mockRestore();
    expect(await setup()).toBe(200);
  });

  it("is not mixed with unicast in one session", async () => {
    await using stage = await rtspStage(options);
    const { client, session } = await setUp(stage, "192.0.2.20");
    const other = await stage.connect();
    await other.request("SETUP", `${urlA}/trackID=0`, { Transport: "RTP/AVP;unicast;client_port=4000-4001" });
    expect((await other.request("SETUP", `${urlA}/trackID=1`, { Transport: MULTICAST })).status).toBe(400);
    expect((await client.request("TEARDOWN", urlA, { Session: session })).status).toBe(200);
  });

  it("check 40: is refused with 461 to publishers", async () => {
    await using stage = await rtspStage(options);
    const client = await stage.connect();
    const answer = await client.request("SETUP", `${urlA}/trackID=0`, { Transport: `${MULTICAST};mode=record` });
    expect(answer.status).toBe(461);
  });

  it("starts with the newest random access point and says where; who joins takes what comes", async () => {
    await using stage = await rtspStage(options);
    stage.path.publish(0);
    stage.path.publish(0, { randomAccess: false });
    const first = await setUp(stage, "192.0.2.20");
    const info = async ({ client, session }: Player) =>
      (await client.request("PLAY", urlA, { Session: session })).headers.get("RTP-Info");
    expect(await info(first)).toContain("trackID=0;seq=100;rtptime=");
    expect(first.video.rtp.map(sequenceNumber)).toEqual([100, 101]);
    const second = await setUp(stage, "192.0.2.21");
    expect(await info(second)).not.toContain("seq=");
    expect(first.video.rtp).toHaveLength(2);
    stage.path.publish(0, { randomAccess: false });
    await stage.host.clock.settle();
    expect(second.video.rtp.map(sequenceNumber)).toEqual([102]);
  });

  it("check 24: sends the tracks that somebody plays, each from a random access point", async () => {
    await using stage = await rtspStage(options);
    const host = stage.client("192.0.2.20");
    const client = await stage.connect(host);
    const answer = await client.request("SETUP", `${urlA}/trackID=1`, { Transport: MULTICAST });
    const audio = await joinGroup(host, answer);
    await client.request("PLAY", urlA);
    await publish(stage, 0, 1);
    expect(audio.rtp).toHaveLength(1);
    expect(toGroups(stage).filter(({ port }) => port === 5000)).toEqual([]);
    const other = await play(stage, "192.0.2.21");
    stage.path.publish(0, { randomAccess: false });
    await publish(stage, 0);
    expect(other.video.rtp.map(sequenceNumber)).toEqual([102]);
  });

  it("check 23: PAUSE of one reader leaves the others alone, that of the last one stops the sender until PLAY", async () => {
    await using stage = await rtspStage(options);
    const [one, two] = [await play(stage, "192.0.2.20"), await play(stage, "192.0.2.21")];
    const request = ({ client, session }: Player, method: string) => client.request(method, urlA, { Session: session });
    await request(one, "PAUSE");
    await publish(stage, 0);
    expect(two.video.rtp).toHaveLength(1);
    await request(two, "PAUSE");
    await publish(stage, 0);
    expect(two.video.rtp).toHaveLength(1);
    await request(one, "PLAY");
    await publish(stage, 0);
    expect(two.video.rtp.length).toBeGreaterThan(1);
  });

  it("check 26: reports to the group behind the first unit and every 5 s, with SDES", async () => {
    await using stage = await rtspStage(options);
    const { video } = await play(stage, "192.0.2.20");
    await publish(stage, 0);
    expect(rtcpPackets(video.rtcp[0] ?? Buffer.alloc(0))).toMatchObject([
      { type: "SR", ssrc: 0x1000, packetCount: 1 },
      { type: "SDES" },
    ]);
    await stage.host.clock.advance(20_000);
    expect(video.rtcp.length).toBeGreaterThanOrEqual(4);
  });

  it("check 26: reports behind the next unit to whoever joins", async () => {
    await using stage = await rtspStage(options);
    await play(stage, "192.0.2.20");
    await publish(stage, 0);
    await stage.host.clock.advance(1000);
    const second = await play(stage, "192.0.2.21");
    expect(second.video.rtcp).toEqual([]);
    await publish(stage, 0);
    expect(rtcpPackets(second.video.rtcp[0] ?? Buffer.alloc(0))).toMatchObject([{ type: "SR" }, { type: "SDES" }]);
  });

  it("check 27: a session lives by its reader's reports to the group, and ends without them", async () => {
    await using stage = await rtspStage(options);
    const [alive, silent] = [await play(stage, "192.0.2.20"), await play(stage, "192.0.2.21")];
    await publish(stage, 0, 1);
    const blocks = [
      {
        ssrc: 0x1000,
        fractionLost: 64,
        cumulativeLost: 3,
        highestSequence: 100,
        jitter: 5,
        lastSenderReport: 0,
        delaySinceLastSenderReport: 0,
      },
    ];
    for (let minute = 0; minute < 3; minute++) {
      await stage.host.clock.advance(40_000);
      alive.video.report(writeRtcp([{ type: "RR", ssrc: 77, reports: blocks }]));
      await stage.host.clock.settle();
    }
    expect(stage.server.sessions().map(({ remoteAddress }) => remoteAddress)).toEqual(["192.0.2.20"]);
    expect(stage.server.sessions()[0]?.tracks[0]?.reception).toMatchObject({ fractionLost: 64, cumulativeLost: 3 });
    await alive.client.close();
    await stage.host.clock.advance(70_000);
    expect(stage.server.sessions()).toEqual([]);
    expect(silent.video.rtcp.flatMap(rtcpPackets).at(-1)).toMatchObject({ type: "BYE" });
  });

  it("check 27: what the server itself sends to the group is no sign of life of a player on its host", async () => {
    await using stage = await rtspStage(options);
    const client = await stage.connect(stage.host);
    await client.request("SETUP", `${urlA}/trackID=0`, { Transport: MULTICAST });
    await client.request("PLAY", urlA);
    await publish(stage, 0);
    await stage.host.clock.advance(70_000);
    expect(stage.server.sessions()).toEqual([]);
  });

  it("check 34: a reader that vanishes, or rubbish in the group, has no effect on others", async () => {
    await using stage = await rtspStage(options);
    const [one, two] = [await play(stage, "192.0.2.20"), await play(stage, "192.0.2.21")];
    await one.client.close();
    for (const size of [0, 2, 2000]) two.video.report(Buffer.alloc(size, 0x80));
    two.video.report(receiverReport);
    await publish(stage, 0);
    expect(two.video.rtp).toHaveLength(1);
  });

  it("tells all readers when the path ends, and a reader may play it again", async () => {
    await using stage = await rtspStage(options);
    const one = await play(stage, "192.0.2.20");
    await publish(stage, 0);
    stage.path.end("the source has ended");
    await stage.host.clock.settle();
    expect(one.video.rtcp.flatMap(rtcpPackets).at(-1)).toMatchObject({ type: "BYE" });
    expect(stage.server.sessions()[0]?.state).toBe("ready");
    await one.client.request("PLAY", urlA, { Session: one.session });
    await publish(stage, 0);
    expect(one.video.rtp.length).toBeGreaterThan(1);
  });

  it("leaves by the interface at which the client has reached us", async () => {
    const host = fakeHost({ addresses: [serverAddress, "198.51.100.10"] });
    const directory = new FakeDirectory();
    const path = directory.add(new FakePath("a", host.clock));
    const server = new RtspServer(host, silentLogger, directory, options);
    await server.listen({ port: 554 });
    const listeners: GroupListener[] = [];
    for (const [own, near] of [
      ["192.0.2.20", serverAddress],
      ["198.51.100.20", "198.51.100.10"],
    ] as const) {
      const reader = fakeHost({ network: host.network, addresses: [own] });
      const client = await RtspClient.connect(reader, near);
      const answer = await client.request("SETUP", `rtsp://${near}/a/trackID=0`, { Transport: MULTICAST });
      listeners.push(await joinGroup(reader, answer));
      await client.request("PLAY", `rtsp://${near}/a`);
    }
    path.publish(0);
    await host.clock.settle();
    expect(listeners.map(({ rtp }) => rtp.length)).toEqual([1, 1]);
    expect(host.network.datagrams.filter(({ to }) => to.port === 5000).map(({ from }) => from.address)).toEqual([
      serverAddress,
      "198.51.100.10",
    ]);
    await server.close();
  });

  it("gives each track of a kind ports of its own where all would have the same", async () => {
    const same: MulticastGroups = { targetOf: () => ({ address: "232.1.1.1", port: 6000, ttl: 1 }) };
    await using stage = await rtspStage({ transports: all, groups: same });
    stage.directory.add(new FakePath("b", stage.host.clock, [h264, h264, h264]));
    const client = await stage.connect();
    const ports: unknown[] = [];
    for (const track of [0, 1, 2]) {
      const url = `rtsp://${serverAddress}/b/trackID=${track}`;
      ports.push(transportOf(await client.request("SETUP", url, { Transport: MULTICAST })).port);
    }
    expect(ports).toEqual([
      [6000, 6001],
      [6002, 6003],
      [6004, 6005],
    ]);
  });

  it("tells in the log at times, and at the end, what the system has not taken", async () => {
    await using stage = await rtspStage(options);
    const open = stage.host.net.udp.bind(stage.host.net);
    stage.host.net.udp = async (given) => {
      const socket = await open(given);
      socket.towards = () => ({ send: ({ count }) => count });
      return socket;
    };
    const player = await play(stage, "192.0.2.20");
    for (let second = 0; second < 25; second++) {
      await publish(stage, 0);
      await stage.host.clock.advance(1000);
    }
    const lines = stage.log.filter(({ message }) => message.includes("dropped"));
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatchObject({
      message: "the network is too slow: access units dropped",
      facts: { units: 1, path: "a", transport: "UDP-multicast" },
    });
    await player.client.request("TEARDOWN", urlA, { Session: player.session });
    const ended = stage.log.find(({ message }) => message === "multicast has ended with access units dropped");
    expect(ended?.facts).toMatchObject({ droppedUnits: 25 });
  });

  it("plays beside unicast readers of the same stream", async () => {
    await using stage = await rtspStage(options);
    const group = await play(stage, "192.0.2.20");
    const host = stage.client("192.0.2.30");
    const ports = await clientPorts(host.net, "192.0.2.30", 4000);
    const client = await stage.connect(host);
    await client.request("SETUP", `${urlA}/trackID=0`, { Transport: ports.transport });
    await client.request("PLAY", urlA);
    await publish(stage, 0);
    expect([group.video.rtp.length, ports.rtp.length]).toEqual([1, 1]);
  });
});

describe("a broadcast", () => {
  it("sends a stream's tracks without any session, until it is closed", async () => {
    await using stage = await rtspStage(options);
    const host = stage.client("192.0.2.20");
    const video = await joinGroup(host, {
      profile: "",
      lower: "",
      destination: "232.1.2.3",
      port: [5000, 5001],
    });
    const broadcast = stage.server.broadcast({ stream: "a", kinds: ["video"] });
    await stage.host.clock.settle();
    await stage.host.clock.settle();
    await publish(stage, 0, 1);
    expect(video.rtp).toHaveLength(1);
    expect(toGroups(stage).filter(({ port }) => port === 5010)).toEqual([]);
    await stage.host.clock.advance(20_000);
    expect(video.rtcp.length).toBeGreaterThanOrEqual(4);

    const reader = await play(stage, "192.0.2.21");
    await publish(stage, 0);
    expect(video.rtp).toHaveLength(2);
    await broadcast.close();
    await publish(stage, 0);
    expect(video.rtp).toHaveLength(3);
    await reader.client.request("TEARDOWN", urlA, { Session: reader.session });
    expect(video.rtcp.flatMap(rtcpPackets).at(-1)).toMatchObject({ type: "BYE" });
    expect(stage.path.leases).toBe(0);
  });

  it("is tried again when the stream is not there yet, and after the stream has ended", async () => {
    await using stage = await rtspStage(options);
    const broadcast = stage.server.broadcast({ stream: "new", kinds: ["video"] });
    await stage.host.clock.settle();
    const path = stage.directory.add(new FakePath("new", stage.host.clock));
    await stage.host.clock.advance(6000);
    await stage.host.clock.settle();
    const count = (): number => toGroups(stage).filter(({ port }) => port === 5000).length;
    path.publish(0);
    expect(count()).toBe(1);
    path.end("over");
    await stage.host.clock.settle();
    expect(path.leases).toBe(0);
    await stage.host.clock.advance(6000);
    await stage.host.clock.settle();
    path.publish(0);
    expect(count()).toBeGreaterThan(1);
    await broadcast.close();
    expect(path.leases).toBe(0);
  });
});

describe("groups by default", () => {
  it("are of 232.0.0.0/8, the same for the same camera and stream, others for others", () => {
    const seen = new Set<string>();
    for (let index = 0; index < 500; index++) {
      const target = groupsOf("camera").targetOf(`stream${index}`, "video");
      expect(target).toEqual(groupsOf("camera").targetOf(`stream${index}`, "video"));
      expect(target.address).toMatch(/^232\.\d{1,3}\.\d{1,3}\.\d{1,3}$/);
      expect(target.port % 8).toBe(0);
      expect(target.port).toBeGreaterThanOrEqual(26_000);
      expect(target.port).toBeLessThan(32_000);
      seen.add(target.address);
    }
    expect(seen.size).toBe(500);
    const other = groupsOf("another").targetOf("stream0", "video");
    expect(other.address).not.toBe(groupsOf("camera").targetOf("stream0", "video").address);
    const audio = groupsOf("camera").targetOf("stream0", "audio");
    expect(audio).toEqual({ ...groupsOf("camera").targetOf("stream0", "video"), port: audio.port });
  });
});

describe("multicast under keys", () => {
  const secureUrl = `${urlA}?srtp`;

  /** SETUP and PLAY of the video with the keys of the description, and what comes to its group. */
  async function playSecure(stage: RtspStage, address: string) {
    const host = stage.client(address);
    const client = await connectThrough("rtsps", host);
    const [video] = toldKeys((await client.request("DESCRIBE", secureUrl)).body.toString());
    const answer = await client.request("SETUP", `${urlA}/trackID=0?srtp`, {
      Transport: "RTP/SAVP;multicast",
      KeyMgmt: keyMgmt(aMasterKey()),
    });
    expect(answer.status).toBe(200);
    if (!video?.mikey) throw new Error("no key is told");
    const group = await joinGroup(host, answer);
    await client.request("PLAY", secureUrl);
    return { client, host, answer, group, peer: new SrtpPeer(video.mikey), video };
  }

  it("is sent once for all who have them, beside what is not protected, to ports of its own", async () => {
    await using stage = await carrierStage(options);
    const plain = await play(stage, "192.0.2.21");
    const [first, second] = [await playSecure(stage, "192.0.2.22"), await playSecure(stage, "192.0.2.23")];
    expect(first.answer.headers.get("Transport")).toMatch(
      /^RTP\/SAVP;multicast;destination=232\.1\.2\.3;.*port=5064-5065/,
    );
    const before = stage.host.network.datagrams.length;
    await publish(stage, 0);
    expect(toGroups(stage, before).filter(({ port }) => port === 5064)).toHaveLength(1);
    expect(toGroups(stage, before).filter(({ port }) => port === 5000)).toHaveLength(1);
    for (const { peer, group } of [first, second]) {
      expect(peer.rtp(group.rtp).map((packet) => packet.length)).toEqual([112]);
      expect(peer.rtcp(group.rtcp).map(({ type }) => type)).toContain("SR");
    }
    expect(plain.video.rtp.map((packet) => packet.length)).toEqual([112]);
  });

  it("goes to other ports for those who come when the numbers under the first keys are near their end", async () => {
    await using stage = await carrierStage(options);
    const first = await playSecure(stage, "192.0.2.22");
    for (let unit = 0; unit < 100; unit++) {
      stage.path.publish(0, { packets: Array<number>(500).fill(1) });
      if (unit % 10 === 9) await stage.host.clock.settle();
    }
    const second = await playSecure(stage, "192.0.2.23");
    expect(second.answer.headers.get("Transport")).toContain("port=5066-5067");
    for (let unit = 0; unit < 50; unit++) {
      stage.path.publish(0, { packets: Array<number>(500).fill(1) });
      await stage.host.clock.settle();
      expect(second.peer.rtp(second.group.rtp.splice(0)).length).toBeGreaterThan(0);
      first.peer.rtp(first.group.rtp.splice(0));
    }
  });

  it("takes reports of players under their own keys, and no others", async () => {
    await using stage = await carrierStage({ ...options, sessionTimeoutSeconds: 20 });
    const { group, peer } = await playSecure(stage, "192.0.2.22");
    await publish(stage, 0);
    const send = async (packet: Uint8Array): Promise<void> => {
      group.report(packet);
      await stage.host.clock.settle();
    };
    for (let times = 0; times < 5; times++) {
      await stage.host.clock.advance(10_000);
      await send(peer.protectRtcp(receiverReport));
    }
    expect(stage.server.sessions()).toHaveLength(1);
    for (let times = 0; times < 5; times++) {
      await stage.host.clock.advance(10_000);
      await send(receiverReport);
    }
    expect(stage.server.sessions()).toEqual([]);
  });

  it("is described with its groups where it is asked for by the address", async () => {
    await using stage = await carrierStage(options);
    const client = await connectThrough("rtsps", stage.client("192.0.2.22"));
    const describe = async (query: string): Promise<string> =>
      (await client.request("DESCRIBE", `${urlA}?${query}`)).body.toString();
    expect(await describe("srtp&t=multicast")).toMatch(/m=video 5064 RTP\/SAVP/);
    expect(await describe("srtp")).toMatch(/m=video 0 RTP\/SAVP/);
    expect(await describe("t=multicast")).toMatch(/m=video 0 RTP\/AVP/);
  });
});
