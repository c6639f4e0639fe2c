import { describe, expect, it } from "vitest";
import { fromNtp, toNtp } from "#wire/rtp/ntp";
import { payloadOf, sequenceNumber, timestamp } from "#wire/rtp/packet";
import type { RtcpPacket, SenderReport } from "#wire/rtp/rtcp";
import {
  announce,
  keyFrame,
  media,
  picture,
  publish,
  publishStage,
  readBack,
  sound,
  urlP,
  type Lower,
} from "../../support/publish-stage.js";
import { publishedFormats, UnitSender } from "../../support/relay-packets.js";
import { rtcpPackets } from "../../support/rtsp-client.js";

const { h264, aac, pcmu } = publishedFormats;
const TCP = "RTP/AVP/TCP;unicast;interleaved=0-1;mode=record";
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const endOf = (packets: readonly RtcpPacket[]): unknown => packets.find(({ type }) => type === "BYE");

describe.each<[Lower]>([["TCP"], ["UDP"]])("a stream that is published over %s", (lower) => {
  it("is read as it was sent, with the path's own numbers", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, lower, [h264, aac]);
    const reader = await readBack(stage, [0, 1]);
    const [videos, audios] = [new UnitSender(h264), new UnitSender(aac)];
    const sent = [videos.packets(keyFrame(4000), 5000), videos.packets(picture(), 8600)].flat();
    const sounds = audios.packets([Buffer.alloc(300, 7)], 77);
    await publisher.send(sent, 0);
    await publisher.send(sounds, 1);
    const [received, heard] = [media(reader), media(reader, 1)];
    expect(received.map((packet) => hex(payloadOf(packet)))).toEqual(sent.map((packet) => hex(payloadOf(packet))));
    expect(received.map((packet) => packet[1])).toEqual(sent.map((packet) => packet[1]));
    expect(heard.map((packet) => hex(payloadOf(packet)))).toEqual(sounds.map((packet) => hex(payloadOf(packet))));
    const first = received[0] ?? Buffer.alloc(12);
    expect(received.map((packet) => (sequenceNumber(packet) - sequenceNumber(first)) & 0xffff)).toEqual(
      sent.map((_, index) => index),
    );
    expect(received.map((packet) => (timestamp(packet) - timestamp(first)) >>> 0)).toEqual(
      sent.map((packet) => timestamp(packet) - 5000),
    );
  });

  it("is described as it was announced", async () => {
    await using stage = await publishStage();
    await publish(stage, lower, [h264, aac]);
    const answer = await (await stage.connect()).request("DESCRIBE", urlP);
    const body = answer.body.toString();
    for (const { payloadType, fmtp } of [h264, aac]) expect(body).toContain(`a=fmtp:${payloadType} ${fmtp}\r\n`);
    expect(body).toContain("a=rtpmap:96 H264/90000\r\n");
    expect(body).toContain("a=rtpmap:97 MPEG4-GENERIC/44100/2\r\n");
  });

  it("is not there before it is published, nor after", async () => {
    await using stage = await publishStage();
    const reader = await stage.connect();
    expect((await reader.request("DESCRIBE", urlP)).status).toBe(404);
    const publisher = await publish(stage, lower);
    expect((await reader.request("DESCRIBE", urlP)).status).toBe(200);
    await publisher.client.request("TEARDOWN", urlP);
    expect((await reader.request("DESCRIBE", urlP)).status).toBe(404);
    expect((await reader.request("SETUP", `${urlP}/trackID=0`, { Transport: "RTP/AVP/TCP" })).status).toBe(404);
  });

  it("ends for its readers, with BYE, when it is torn down; the connection goes on", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, lower);
    const reader = await readBack(stage);
    await publisher.send(new UnitSender(h264).packets(keyFrame(), 0));
    expect((await publisher.client.request("TEARDOWN", urlP)).status).toBe(200);
    await stage.host.clock.settle();
    expect(endOf(reader.rtcp(1))).toMatchObject({ reason: "the publisher has left" });
    expect((await publisher.client.request("OPTIONS", "*")).status).toBe(200);
    expect(stage.server.sessions()).toMatchObject([{ state: "ready" }]);
    await publisher.send(new UnitSender(h264).packets(keyFrame(), 0));
    expect(media(reader)).toHaveLength(3);
  });

  it("check 42: ends 10 s after its last packet, and its connection with it", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, lower);
    const reader = await readBack(stage);
    const sender = new UnitSender(h264);
    for (let index = 0; index < 4; index++) {
      await publisher.send(sender.packets(index === 0 ? keyFrame() : picture(), index * 450_000));
      await stage.host.clock.advance(5000);
    }
    expect(media(reader)).toHaveLength(6);
    await stage.host.clock.advance(3900);
    expect(stage.server.sessions()).toHaveLength(2);
    await stage.host.clock.advance(2200);
    expect(stage.server.sessions()).toMatchObject([{ state: "ready" }]);
    expect(publisher.client.ended).toBe(true);
    expect(endOf(reader.rtcp(1))).toMatchObject({ reason: "the publisher is silent" });
  });

  it("check 42: goes on while its publisher shows that it is there", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, lower);
    for (let index = 0; index < 4; index++) {
      await stage.host.clock.advance(8000);
      if (index % 2 === 0) await publisher.client.request("OPTIONS", urlP);
      else await publisher.sendRtcp([{ type: "RR", ssrc: 1, reports: [] }]);
    }
    expect(stage.server.sessions()).toMatchObject([{ state: "recording" }]);
  });

  it("check 42: that is announced and set up, and not recorded, ends with the session's timeout", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, lower);
    await publisher.client.request("PAUSE", urlP);
    await stage.host.clock.advance(64_000);
    expect(stage.server.sessions()).toMatchObject([{ state: "ready" }]);
    await stage.host.clock.advance(2000);
    expect(stage.server.sessions()).toEqual([]);
  });

  it("goes on after PAUSE and RECORD, with the next random access unit", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, lower);
    const reader = await readBack(stage);
    const sender = new UnitSender(h264);
    await publisher.send(sender.packets(keyFrame(), 0));
    await publisher.client.request("PAUSE", urlP);
    await publisher.send(sender.packets(picture(), 3600));
    expect(media(reader)).toHaveLength(3);
    expect((await publisher.record()).status).toBe(200);
    await publisher.send(sender.packets(picture(), 7200));
    await publisher.send(sender.packets(keyFrame(), 10_800));
    expect(media(reader)).toHaveLength(3);
    expect(stage.received()).toMatchObject({ packets: 7, lost: 0 });
  });

  it("check 42: ends at once over TCP, and with its packets over UDP, when the connection drops", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, lower);
    const reader = await readBack(stage);
    await publisher.send(new UnitSender(h264).packets(keyFrame(), 0));
    media(reader);
    await publisher.client.close();
    expect(stage.server.sessions().map(({ state }) => state)).toEqual(
      lower === "TCP" ? ["ready"] : ["recording", "playing"],
    );
    if (lower === "TCP") return;
    for (let index = 1; index < 5; index++) {
      await stage.host.clock.advance(5000);
      await publisher.send(new UnitSender(h264, { sequence: 1003 + index }).packets(picture(), index * 450_000));
    }
    expect(media(reader)).toHaveLength(4);
    await stage.host.clock.advance(11_500);
    expect(stage.server.sessions()).toMatchObject([{ state: "ready" }]);
    expect(stage.host.net.udpSockets).toEqual([]);
  });

  it("check 43: has the wall time of its sender's reports", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, lower);
    const reader = await readBack(stage);
    const sender = new UnitSender(h264);
    const report: SenderReport = {
      type: "SR",
      ssrc: 0x5eed,
      ntp: toNtp(Date.UTC(2018, 1, 20, 19, 0, 0)),
      rtpTime: 54_352,
      packetCount: 1,
      octetCount: 1,
      reports: [],
    };
    await publisher.send(sender.packets(keyFrame(), 54_352));
    await publisher.sendRtcp([report]);
    await stage.host.clock.advance(1000);
    await publisher.send(sender.packets(picture(), 54_352 + 90_000));
    await stage.host.clock.advance(6000);
    const told = reader.rtcp(1).findLast((packet) => packet.type === "SR");
    if (told?.type !== "SR") throw new Error("no report");
    const [first] = media(reader).map(timestamp);
    const seconds = ((told.rtpTime - (first ?? 0)) >>> 0) / 90_000;
    expect(fromNtp(told.ntp) - seconds * 1000).toBeCloseTo(Date.UTC(2018, 1, 20, 19, 0, 0), 0);
    expect(stage.log.find(({ message }) => message.includes("wall time"))?.facts).toMatchObject({ track: 0 });
  });

  it("check 44: goes on, from a random access unit, when its SSRC changes", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, lower);
    const reader = await readBack(stage);
    await publisher.send(new UnitSender(h264).packets(keyFrame(), 0));
    await stage.host.clock.advance(1000);
    const other = new UnitSender(h264, { ssrc: 77, sequence: 40_000 });
    await publisher.send(other.packets(picture(), 2 ** 31));
    await publisher.send(other.packets(keyFrame(), 2 ** 31 + 3600));
    const times = media(reader).map(timestamp);
    expect(times).toHaveLength(6);
    expect((times[3] ?? 0) - (times[0] ?? 0)).toBe(93_600);
    expect(stage.received()).toMatchObject({ newSources: 1, lost: 0, packets: 7 });
  });

  it("check 45: counts lost packets exactly, and those of an unknown payload type", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, lower, [pcmu]);
    await publisher.send([sound(30), sound(100), sound(101, 13), sound(101)]);
    await publisher.send([Buffer.from("not RTP"), Buffer.alloc(0)]);
    expect(stage.received()).toMatchObject({ packets: 3, lost: 69, unknownType: 1, broken: 2 });
    await stage.host.clock.advance(1000);
    expect(stage.log.find(({ message }) => message.includes("missing or could not be used"))?.facts).toMatchObject({
      lost: 69,
      unknownType: 1,
      broken: 2,
    });
  });

  it("check 45: shows its losses to the readers", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, lower, [pcmu]);
    const reader = await readBack(stage);
    await publisher.send([sound(30), sound(31), sound(100)]);
    const numbers = media(reader).map(sequenceNumber);
    expect(numbers.map((number) => (number - (numbers[0] ?? 0)) & 0xffff)).toEqual([0, 1, 70]);
  });

  it("is reported on to its publisher every 5 s", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, lower, [pcmu]);
    publisher.rtcp();
    await publisher.sendRtcp([
      {
        type: "SR",
        ssrc: 0x5eed,
        ntp: toNtp(Date.UTC(2026, 0, 1)),
        rtpTime: 0,
        packetCount: 0,
        octetCount: 0,
        reports: [],
      },
    ]);
    await publisher.send([sound(1), sound(2), sound(200)]);
    await stage.host.clock.advance(4000);
    expect(publisher.rtcp()).toEqual([]);
    await stage.host.clock.advance(1500);
    const [report, name] = rtcpPackets(publisher.rtcp()[0] ?? Buffer.alloc(0));
    expect(report).toMatchObject({
      type: "RR",
      reports: [{ ssrc: 0x5eed, highestSequence: 200, cumulativeLost: 197, fractionLost: 252 }],
    });
    const [block] = report?.type === "RR" ? report.reports : [];
    expect(block?.lastSenderReport).toBeGreaterThan(0);
    expect((block?.delaySinceLastSenderReport ?? 0) / 65_536).toBeCloseTo(5, 0);
    expect(name).toMatchObject({ type: "SDES" });
    await stage.host.clock.advance(1000);
    await publisher.send([sound(201)]);
    await stage.host.clock.advance(4500);
    expect(publisher.rtcp()).toHaveLength(1);
  });

  it("is replaced by that of another publisher, without an end for its readers when it is the same", async () => {
    await using stage = await publishStage();
    const first = await publish(stage, lower);
    const reader = await readBack(stage);
    await first.send(new UnitSender(h264).packets(keyFrame(), 90_000));
    await stage.host.clock.advance(1000);
    const second = await publish(stage, "TCP");
    await stage.host.clock.settle();
    expect(first.client.ended).toBe(true);
    expect(stage.server.sessions().map(({ state }) => state)).toEqual(["playing", "recording"]);
    const next = new UnitSender(h264);
    await second.send(next.packets(picture(), 5));
    await second.send(next.packets(keyFrame(), 3605));
    const received = media(reader);
    expect(received).toHaveLength(6);
    const numbers = received.map(sequenceNumber);
    expect(numbers.map((number) => (number - (numbers[0] ?? 0)) & 0xffff)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(
      (timestamp(received[3] ?? Buffer.alloc(8)) - timestamp(received[0] ?? Buffer.alloc(8))) >>> 0,
    ).toBeGreaterThan(90_000);
    expect(endOf(reader.rtcp(1))).toBeUndefined();
  });

  it("is replaced by that of another publisher, with an end for its readers when it is another one", async () => {
    await using stage = await publishStage();
    await publish(stage, lower, [h264, aac]);
    const reader = await readBack(stage);
    const second = await publish(stage, "TCP", [pcmu]);
    await stage.host.clock.settle();
    expect(endOf(reader.rtcp(1))).toBeDefined();
    const other = await readBack(stage);
    await second.send([sound(0)]);
    expect(media(other)).toHaveLength(1);
    expect(media(reader)).toHaveLength(0);
  });

  it("is kept against another publisher where that is asked for", async () => {
    await using stage = await publishStage({}, false);
    const late = await stage.connect();
    await announce(late);
    await late.request("SETUP", `${urlP}/streamid=0`, { Transport: TCP });
    const first = await publish(stage, lower);
    expect((await announce(await stage.connect())).status).toBe(403);
    expect((await late.request("RECORD", urlP)).status).toBe(403);
    expect(stage.log).toContainEqual({
      level: "warn",
      message: "a publisher is refused",
      facts: { path: "live", reason: "somebody publishes under the name" },
    });
    await first.client.request("TEARDOWN", urlP);
    expect((await late.request("RECORD", urlP)).status).toBe(200);
  });

  it("goes on for those who stayed when its publisher comes back", async () => {
    await using stage = await publishStage();
    const first = await publish(stage, lower);
    const reader = await readBack(stage);
    await first.send(new UnitSender(h264).packets(keyFrame(), 90_000));
    await first.client.request("TEARDOWN", urlP);
    await stage.host.clock.advance(3000);
    const before = media(reader);
    expect((await reader.request("PLAY", urlP)).status).toBe(200);
    const second = await publish(stage, "TCP");
    expect((await reader.request("PLAY", urlP)).status).toBe(200);
    await second.send(new UnitSender(h264).packets(keyFrame(), 5));
    const after = media(reader);
    expect([before.length, after.length]).toEqual([3, 3]);
    expect((sequenceNumber(after[0] ?? Buffer.alloc(4)) - sequenceNumber(before[2] ?? Buffer.alloc(4))) & 0xffff).toBe(
      1,
    );
    const ticks = (timestamp(after[0] ?? Buffer.alloc(8)) - timestamp(before[0] ?? Buffer.alloc(8))) >>> 0;
    expect(ticks / 90_000).toBeCloseTo(3, 1);
  });

  it("leaves nothing behind", async () => {
    const stage = await publishStage();
    const publisher = await publish(stage, lower, [h264, aac]);
    const reader = await readBack(stage, [0, 1]);
    await publisher.client.close();
    await reader.close();
    await stage.host.clock.advance(30_000);
    expect(stage.server.sessions()).toEqual([]);
    expect(stage.paths.paths).toEqual([]);
    expect([stage.server.connections, stage.host.net.udpSockets.length, stage.host.clock.pendingTimers]).toEqual([
      0, 0, 0,
    ]);
    await stage[Symbol.asyncDispose]();
  });
});
