import { describe, expect, it } from "vitest";
import type { MediaFormat } from "#codec/format";
import { payloadOf, payloadType, sequenceNumber, timestamp } from "#wire/rtp/packet";
import { writeRtcp } from "#wire/rtp/rtcp";
import { fleetOn } from "../support/a-fleet.js";
import { fakeHost } from "../support/fake-host.js";
import { keyFrame, picture, sdpOf } from "../support/publish-stage.js";
import {
  AUDIO_PORT,
  G711U,
  H264,
  hostWithPusher,
  PusherScene,
  pusherUrl,
  type SceneSender,
  transfer,
} from "../support/pusher-scene.js";
import { nalUnit, publishedFormats, rtpPacket, UnitSender } from "../support/relay-packets.js";
import { rilfFrame } from "../support/rilf.js";
import type { RtspClient } from "../support/rtsp-client.js";

const { h264, h265 } = publishedFormats;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const payloads = (packets: readonly Uint8Array[]): string[] => packets.map((packet) => hex(payloadOf(packet)));
const numbersFrom = (packets: readonly Uint8Array[]): number[] => {
  const [first = 0, ...others] = packets.map(sequenceNumber);
  return [0, ...others.map((number) => (number - first) & 0xffff)];
};
/** As a pusher may send it: with another payload type than players get. */
const sent = (format: MediaFormat, type = 111): MediaFormat => ({ ...format, payloadType: type });
const sound = (sequence: number, type = 0, ssrc = 7): Buffer =>
  rtpPacket(Buffer.alloc(160, sequence), { type, sequence, time: sequence * 160, ssrc });
const goodbye = (reader: RtspClient): string | undefined => {
  const bye = reader.rtcp(1).find((packet) => packet.type === "BYE");
  return bye?.type === "BYE" ? bye.reason : undefined;
};

type Way = "TCP" | "UDP";
const senderOf = (scene: PusherScene, way: Way, port?: number): Promise<SceneSender> =>
  way === "TCP" ? scene.tcp(port) : scene.udp(port);

describe.each<[Way]>([["TCP"], ["UDP"]])("a pusher over %s", (way) => {
  it("is played as it was sent, with a payload type and numbers of our own", async () => {
    await using scene = await PusherScene.open(H264 + transfer(way));
    const pusher = await senderOf(scene, way);
    const source = new UnitSender(sent(h264));
    const first = source.packets(keyFrame(3000), 0);
    await pusher.send(first);
    const reader = await scene.reader();
    const more = [...source.packets(picture(2000), 3600), ...source.packets(picture(), 7200)];
    await pusher.send(more);
    const got = reader.frames(0);
    expect(payloads(got)).toEqual(payloads([...first, ...more]));
    expect(numbersFrom(got)).toEqual([...got.keys()]);
    expect(new Set(got.map(payloadType))).toEqual(new Set([96]));
    const times = got.map(timestamp);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBe(7200);
  });

  it("is there only while somebody sends", async () => {
    await using scene = await PusherScene.open(H264 + transfer(way));
    expect(await scene.described()).toBeUndefined();
    const pusher = await senderOf(scene, way);
    await pusher.send(new UnitSender(h264).packets(keyFrame(), 0));
    expect(await scene.described()).toContain("H264/90000");
    await scene.host.clock.advance(12_000);
    expect(await scene.described()).toBeUndefined();
  });

  it("is described with the parameter sets that come in the stream, when they have come", async () => {
    await using scene = await PusherScene.open(H264 + G711U + transfer(way));
    const pusher = await senderOf(scene, way);
    const source = new UnitSender(sent(h264));
    for (const time of [0, 1200, 2400]) await pusher.send(source.packets([nalUnit("41", 100)], time));
    const waiting = scene.described();
    await scene.host.clock.settle();
    await pusher.send(source.packets(keyFrame(), 3600));
    const [sps, pps] = (h264.parameterSets ?? []).map((set) => Buffer.from(set).toString("base64"));
    const sdp = await waiting;
    expect(sdp).toContain(`sprop-parameter-sets=${sps},${pps}`);
    expect(sdp).toMatch(/m=audio 0 RTP\/AVP 0\r\n/);
  });

  it("is described without parameter sets after two seconds, and with sound alone", async () => {
    await using scene = await PusherScene.open(H264 + G711U + transfer(way));
    const pusher = await senderOf(scene, way, AUDIO_PORT);
    await pusher.send([sound(1), sound(2), sound(3)]);
    await scene.host.clock.advance(3000);
    const sdp = await scene.described();
    expect(sdp).toContain("packetization-mode=1\r\n");
    expect(sdp).not.toContain("sprop");
  });

  it("has its tracks in step by when they come, with any payload types", async () => {
    await using scene = await PusherScene.open(H264 + G711U + transfer(way));
    const [video, audio] = [await senderOf(scene, way), await senderOf(scene, way, AUDIO_PORT)];
    const source = new UnitSender(sent(h264, 35));
    await video.send(source.packets(keyFrame(), 2 ** 31));
    await scene.host.clock.advance(500);
    await audio.send([sound(9000, 97), sound(9001, 97), sound(9002, 97)]);
    const reader = await scene.reader([0, 1]);
    await scene.host.clock.advance(500);
    await video.send(source.packets(keyFrame(), 2 ** 31 + 90_000));
    await audio.send([sound(9025, 97), sound(9026, 97)]);
    await scene.host.clock.advance(6000);
    const wallMs = [0, 1].map((track) => {
      const report = reader.rtcp(track * 2 + 1).findLast(({ type }) => type === "SR");
      const last = reader.frames(track * 2).at(-1);
      if (report?.type !== "SR" || !last) throw new Error("no report, or nothing came");
      const ticks = (timestamp(last) - report.rtpTime) | 0;
      const { seconds, fraction } = report.ntp;
      return (seconds + fraction / 2 ** 32) * 1000 + (ticks * 1000) / (track === 0 ? 90_000 : 8000);
    });
    // The newest sound is the second packet of those that came with the newest picture.
    expect((wallMs[1] ?? 0) - (wallMs[0] ?? 0)).toBeGreaterThanOrEqual(-5);
    expect((wallMs[1] ?? 0) - (wallMs[0] ?? 0)).toBeLessThanOrEqual(45);
  });

  it("passes over RTCP on its ports, and takes no payload type of another codec", async () => {
    await using scene = await PusherScene.open(G711U + transfer(way));
    const pusher = await senderOf(scene, way, AUDIO_PORT);
    const reports = [
      writeRtcp([{ type: "RR", ssrc: 1, reports: [] }]),
      writeRtcp([{ type: "SDES", chunks: [{ ssrc: 1, cname: "a" }] }]),
    ];
    await pusher.send([...reports, sound(1, 8), sound(2, 8), sound(3, 8)]);
    expect(await scene.described()).toBeUndefined();
    expect(scene.lines.join("\n")).toMatch(/stands for another codec.*"payloadType":8,"expected":"PCMU"/);
    await pusher.send([sound(1, 0)]);
    const reader = await scene.reader();
    await pusher.send([...reports, sound(2, 0), sound(3, 8), sound(3, 0)]);
    expect(numbersFrom(reader.frames(0))).toEqual([0, 1]);
  });

  it("is replaced by another one, and players go on from its first key frame", async () => {
    await using scene = await PusherScene.open(H264 + transfer(way));
    const first = await senderOf(scene, way);
    const old = new UnitSender(h264);
    await first.send(old.packets(keyFrame(), 0));
    const reader = await scene.reader();
    reader.frames(0);
    const second = await senderOf(scene, way);
    const fresh = new UnitSender(sent(h264, 100), { ssrc: 99, sequence: 5 });
    await scene.host.clock.advance(1000);
    await second.send(fresh.packets(picture(), 7));
    await second.send(fresh.packets(keyFrame(), 3607));
    await first.send(old.packets(picture(), 3600));
    await second.send(fresh.packets(picture(300), 7207));
    const got = reader.frames(0);
    expect(payloads(got)).toEqual(
      payloads([...new UnitSender(h264).packets(keyFrame(), 0), ...new UnitSender(h264).packets(picture(300), 0)]),
    );
    expect([goodbye(reader), first.isEnded]).toEqual([undefined, way === "TCP"]);
    expect(scene.lines.join("\n")).toContain("another pusher takes over");
  });

  it("ends for players, with BYE, when it has been silent for 10 s", async () => {
    await using scene = await PusherScene.open(H264 + transfer(way));
    const pusher = await senderOf(scene, way);
    await pusher.send(new UnitSender(h264).packets(keyFrame(), 0));
    const reader = await scene.reader();
    await scene.host.clock.advance(8500);
    expect(goodbye(reader)).toBeUndefined();
    await scene.host.clock.advance(3000);
    expect([goodbye(reader), pusher.isEnded]).toEqual(["the publisher is silent", way === "TCP"]);
  });

  it("goes on for those who stayed when it comes back", async () => {
    await using scene = await PusherScene.open(G711U + transfer(way));
    const first = await senderOf(scene, way, AUDIO_PORT);
    await first.send([sound(1), sound(2), sound(3)]);
    const reader = await scene.reader();
    await scene.host.clock.advance(11_000);
    expect(goodbye(reader)).toBe("the publisher is silent");
    const second = await senderOf(scene, way, AUDIO_PORT);
    await second.send([sound(1), sound(2), sound(3)]);
    expect((await reader.request("PLAY", pusherUrl)).status).toBe(200);
    await second.send([sound(4)]);
    expect(payloads(reader.frames(0))).toContain(payloads([sound(4)])[0]);
  });

  it("is not published over by RTSP, nor under its name with parameters", async () => {
    await using scene = await PusherScene.open(H264 + transfer(way));
    const type = { "Content-Type": "application/sdp" };
    for (const url of [pusherUrl, `${pusherUrl}&w=640`]) {
      const client = await scene.client();
      expect((await client.request("ANNOUNCE", url, type, sdpOf([h264]))).status).toBe(403);
    }
  });

  it("closes its ports with the program", async () => {
    const scene = await PusherScene.open(H264 + G711U + transfer(way));
    const pusher = await senderOf(scene, way);
    await pusher.send(new UnitSender(h264).packets(keyFrame(), 0));
    await scene[Symbol.asyncDispose]();
    await scene.host.clock.settle();
    expect(scene.host.net.udpSockets.filter(({ port }) => port >= 50_000)).toEqual([]);
    expect(pusher.isEnded).toBe(way === "TCP");
    await expect(scene.host.net.listen({ port: AUDIO_PORT }, () => {})).resolves.toBeDefined();
    expect(scene.host.clock.pendingTimers).toBe(0);
  });

  it("is H.265 and AAC where that is configured", async () => {
    const audio = "<audio><codec>AAC</codec><samplerate>44100</samplerate><channels>2</channels></audio>";
    await using scene = await PusherScene.open(`<video><codec>H265</codec></video>${audio}${transfer(way)}`);
    const pusher = await senderOf(scene, way);
    const source = new UnitSender(sent(h265));
    await pusher.send(source.packets([...(h265.parameterSets ?? []), nalUnit("2601", 300)], 0));
    const sdp = await scene.described();
    expect(sdp).toMatch(/sprop-vps=.*sprop-sps=.*sprop-pps=/);
    expect(sdp).toContain("MPEG4-GENERIC/44100/2\r\n");
    expect(sdp).toContain("mode=AAC-hbr; sizelength=13; indexlength=3; indexdeltalength=3; config=1210");
  });
});

describe("a pusher over UDP", () => {
  it("is put into order, and what is lost is a gap for players", async () => {
    await using scene = await PusherScene.open(G711U + transfer("UDP"));
    const pusher = await scene.udp(AUDIO_PORT);
    await pusher.send([sound(30)]);
    const reader = await scene.reader();
    await pusher.send([sound(32), sound(31), sound(101)]);
    expect(numbersFrom(reader.frames(0))).toEqual([0, 1, 70]);
    await scene.host.clock.advance(1000);
    expect(scene.lines.join("\n")).toMatch(/missing or could not be used \{.*"lost":68,/);
  });

  it("is not disturbed by datagrams of others that are no RTP", async () => {
    await using scene = await PusherScene.open(G711U + transfer("UDP"));
    const [pusher, other] = [await scene.udp(AUDIO_PORT), await scene.udp(AUDIO_PORT)];
    await pusher.send([sound(1)]);
    const reader = await scene.reader();
    await other.send([Buffer.from("hello"), Buffer.alloc(0), Buffer.alloc(12), sound(1, 8)]);
    await pusher.send([sound(2)]);
    expect(payloads(reader.frames(0))).toEqual(payloads([sound(2)]));
    expect(scene.lines.join("\n")).not.toContain("takes over");
  });
});

describe("a pusher over TCP", () => {
  it("may write the length with the low byte first", async () => {
    await using scene = await PusherScene.open(H264 + transfer("TCP"));
    const pusher = await scene.tcp(undefined, (packet) => rilfFrame(packet, "little", 3));
    const packets = new UnitSender(h264).packets(keyFrame(5000), 0);
    await pusher.send(packets);
    const reader = await scene.reader();
    expect(payloads(reader.frames(0))).toEqual(payloads(packets));
  });

  it("ends at once for players when its connection is closed, and not while another track comes", async () => {
    await using scene = await PusherScene.open(H264 + G711U + transfer("TCP"));
    const [video, audio] = [await scene.tcp(), await scene.tcp(AUDIO_PORT)];
    await video.send(new UnitSender(h264).packets(keyFrame(), 0));
    await audio.send([sound(1), sound(2), sound(3)]);
    const reader = await scene.reader();
    await video.close();
    await scene.host.clock.advance(20);
    expect(goodbye(reader)).toBeUndefined();
    await audio.close();
    expect(goodbye(reader)).toBe("the publisher has left");
    expect(scene.lines.join("\n")).toMatch(/a pusher has ended \{.*"reason":"the publisher has left"/);
  });

  it("is closed when it sends something else, and when it sends nothing", async () => {
    await using scene = await PusherScene.open(H264 + transfer("TCP"));
    const [wrong, idle] = [await scene.tcp(undefined, (packet) => Buffer.from(packet)), await scene.tcp()];
    await wrong.send([Buffer.from("GET / HTTP/1.1\r\n\r\n")]);
    expect(wrong.isEnded).toBe(true);
    expect(scene.lines.join("\n")).toContain("is not RTP in RILF frames");
    await scene.host.clock.advance(9000);
    expect(idle.isEnded).toBe(false);
    await scene.host.clock.advance(1500);
    expect(idle.isEnded).toBe(true);
  });

  it("keeps its place while others only connect", async () => {
    await using scene = await PusherScene.open(H264 + transfer("TCP"));
    const pusher = await scene.tcp();
    await pusher.send(new UnitSender(h264).packets(keyFrame(), 0));
    const others: SceneSender[] = [];
    for (let index = 0; index < 20; index++) others.push(await scene.tcp());
    await scene.host.clock.settle();
    expect([pusher.isEnded, others.filter(({ isEnded }) => !isEnded).length]).toEqual([false, 8]);
  });
});

describe("the ports of a pusher", () => {
  it.each<[Way, tag: string, port: number]>([
    ["TCP", "vport", 50_001],
    ["TCP", "aport", 50_002],
    ["UDP", "vport", 50_001],
    ["UDP", "aport", 50_002],
  ])("that are in use over %s stop the start with one sentence that names <%s>", async (way, tag, port) => {
    const host = hostWithPusher(H264 + G711U + transfer(way), fakeHost());
    if (way === "TCP") await host.net.listen({ port }, () => {});
    else await host.net.udp({ port });
    await expect(fleetOn(host)).rejects.toThrow(
      `port ${port} is taken by another program; end that one, or change <${tag}> in <pusher> pushed of rtsp.cfg`,
    );
    expect(host.net.udpSockets.filter((socket) => socket.port >= 50_000)).toHaveLength(way === "UDP" ? 1 : 0);
  });

  it("are those of <ip>, <vport> and <aport>, and none with mode RTSP", async () => {
    const more = "<ip>127.0.0.1</ip><vport>6000</vport><aport>6002</aport>";
    await using udp = await PusherScene.open(H264 + G711U + transfer("UDP", more));
    const open = udp.host.net.udpSockets.map(({ address, port }) => `${address}:${port}`);
    expect(open).toEqual(expect.arrayContaining(["127.0.0.1:6000", "127.0.0.1:6002"]));
    await using rtsp = await PusherScene.open(H264 + G711U + transfer("RTSP", more));
    await expect(rtsp.tcp(6000)).rejects.toThrow("ECONNREFUSED");
    expect(rtsp.host.net.udpSockets.filter(({ port }) => port === 6000)).toEqual([]);
  });
});
