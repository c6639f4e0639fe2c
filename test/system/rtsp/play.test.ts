import { describe, expect, it, vi } from "vitest";
import { fromNtp } from "#wire/rtp/ntp";
import { payloadOf, sequenceNumber, ssrc, timestamp } from "#wire/rtp/packet";
import { writeRtcp, type SenderReport } from "#wire/rtp/rtcp";
import { FakePath, h264 } from "../../support/fake-path.js";
import { rtspStage, setUpTcp, urlA } from "../../support/rtsp-client.js";

describe("PLAY over TCP", () => {
  it("check 21: puts its answer on the wire before the first frame, with a busy source", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await setUpTcp(client);
    for (let index = 0; index < 10; index++) {
      stage.path.publish(0, { randomAccess: index === 0 });
      stage.path.publish(1);
    }
    client.connection.write(`PLAY ${urlA} RTSP/1.0\r\nCSeq: 9\r\n\r\n`);
    for (let index = 0; index < 10; index++) {
      stage.path.publish(0, { randomAccess: false });
      await stage.host.clock.settle();
    }
    expect(client.arrived[0]).toMatchObject({ kind: "response", status: 200 });
    expect(client.arrived.length).toBeGreaterThan(10);
  });

  it("check 22: carries the packets bit for bit, one write for each access unit", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await setUpTcp(client);
    await client.request("PLAY", urlA);
    const near = stage.host.net.connections.at(-1);
    const units = [stage.path.publish(0, { packets: [1400, 1400, 700] }), stage.path.publish(1, { packets: [160] })];
    const write = near && vi.spyOn(near, "write");
    units.push(stage.path.publish(0, { packets: [1400, 1400, 3] }));
    await stage.host.clock.settle();
    expect(write?.mock.calls).toHaveLength(1);
    const sent = (track: number): Buffer[] =>
      units
        .filter((unit) => unit.track === track)
        .flatMap(({ rtp }) => Array.from({ length: rtp.count }, (_, index) => Buffer.from(rtp.packet(index))));
    expect(client.frames(0)).toEqual(sent(0));
    expect(client.frames(2)).toEqual(sent(1));
  });

  it("check 23: takes repeated PLAY and PAUSE, and goes on with a random access point", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const Session = await setUpTcp(client);
    const request = async (method: string): Promise<number> => (await client.request(method, urlA, { Session })).status;
    expect(await request("PLAY")).toBe(200);
    stage.path.publish(0);
    expect(await request("PLAY")).toBe(200);
    expect(client.frames(0)).toHaveLength(1);
    expect(await request("PAUSE")).toBe(200);
    stage.path.publish(0);
    stage.path.publish(0, { randomAccess: false });
    expect(await request("PAUSE")).toBe(200);
    expect(client.frames(0)).toEqual([]);
    const again = await client.request("PLAY", urlA, { Session });
    const [first, ...others] = client.frames(0);
    expect(others).toHaveLength(1);
    expect(again.headers.get("RTP-Info")).toContain(`seq=${first && sequenceNumber(first)}`);
    expect(stage.path.readings).toBe(1);
  });

  it("check 24: lets only the tracks flow that were set up", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await setUpTcp(client, urlA, [1]);
    await client.request("PLAY", urlA);
    stage.path.publish(0);
    stage.path.publish(1);
    await stage.host.clock.settle();
    expect(client.arrived.map((message) => (message.kind === "frame" ? message.channel : -1))).toEqual([2, 3]);
  });

  it("check 25: names the URL alone in RTP-Info before the first packet, and where it starts afterwards", async () => {
    await using stage = await rtspStage();
    const early = await stage.connect();
    await setUpTcp(early);
    const before = await early.request("PLAY", urlA);
    expect(before.headers.get("RTP-Info")).toBe(`url=${urlA}/trackID=0,url=${urlA}/trackID=1`);
    await stage.host.clock.advance(1000);
    for (const track of [0, 1]) stage.path.publish(track, { packets: [10, 10] });
    const late = await stage.connect();
    const setup = await late.request("SETUP", `${urlA}/trackID=0`, { Transport: "RTP/AVP/TCP" });
    const after = await late.request("PLAY", urlA);
    expect(after.headers.get("RTP-Info")).toBe(`url=${urlA}/trackID=0;seq=100;rtptime=91000`);
    const [packet = Buffer.alloc(12)] = late.frames(0);
    expect([sequenceNumber(packet), timestamp(packet)]).toEqual([100, 91_000]);
    expect(setup.headers.get("Transport")).toContain(`ssrc=${ssrc(packet).toString(16).padStart(8, "0")}`);
  });

  it("check 26: maps the first packet's capture time to its RTP time in a report right behind it, and again every 5 s", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await setUpTcp(client, urlA, [0]);
    await client.request("PLAY", urlA);
    await stage.host.clock.advance(1234);
    const unit = stage.path.publish(0, { packets: [1000, 500] });
    await stage.host.clock.settle();
    expect(client.arrived.map((message) => (message.kind === "frame" ? message.channel : -1))).toEqual([0, 0, 1]);
    const [first, description] = client.rtcp(1);
    expect(first).toMatchObject({
      type: "SR",
      ssrc: 0x1000,
      rtpTime: unit.rtp.rtpTime,
      packetCount: 2,
      octetCount: 1500,
    });
    expect(fromNtp((first as SenderReport).ntp)).toBeCloseTo(unit.wallMs, 2);
    expect(description).toMatchObject({
      type: "SDES",
      chunks: [{ ssrc: 0x1000, cname: expect.any(String) as string }],
    });
    for (let second = 0; second < 30; second++) {
      await stage.host.clock.advance(1000);
      stage.path.publish(0);
    }
    await stage.host.clock.settle();
    const reports = client.rtcp(1).filter((packet) => packet.type === "SR");
    expect(reports).toHaveLength(6);
    for (const [index, report] of reports.entries()) {
      const seconds = (index + 1) * 5;
      expect(fromNtp(report.ntp) - unit.wallMs).toBeCloseTo(seconds * 1000, 1);
      expect(report.rtpTime - unit.rtp.rtpTime).toBe(seconds * 90_000);
    }
  });

  it("check 26: reports also on a track that is silent after its first unit, without bending when the wall clock jumps", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await setUpTcp(client, urlA, [0]);
    await client.request("PLAY", urlA);
    const unit = stage.path.publish(0);
    stage.host.clock.setWall(stage.host.clock.now() + 3_600_000);
    await stage.host.clock.advance(10_500);
    const reports = client.rtcp(1).filter((packet) => packet.type === "SR");
    expect(reports).toHaveLength(3);
    const last = reports.at(-1);
    if (!last) throw new Error("no report");
    expect(fromNtp(last.ntp) - unit.wallMs).toBeCloseTo((last.rtpTime - unit.rtp.rtpTime) / 90, 1);
  });

  it("check 28: keeps playing to a client that takes everything and says nothing for three times the timeout", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await setUpTcp(client, urlA, [0]);
    await client.request("PLAY", urlA);
    for (let second = 0; second < 180; second++) {
      await stage.host.clock.advance(1000);
      stage.path.publish(0);
    }
    await stage.host.clock.settle();
    expect(client.frames(0)).toHaveLength(180);
    expect(stage.server.sessions()).toHaveLength(1);
  });

  it("check 28: times out a session that is paused", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await setUpTcp(client, urlA, [0]);
    await client.request("PLAY", urlA);
    await client.request("PAUSE", urlA);
    await stage.host.clock.advance(64_000);
    expect(stage.server.sessions()).toHaveLength(1);
    await stage.host.clock.advance(2000);
    expect(stage.server.sessions()).toEqual([]);
    expect(stage.path.leases).toBe(0);
  });

  it("check 29: ends at once when the socket drops", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await setUpTcp(client);
    await client.request("PLAY", urlA);
    await client.close();
    expect([stage.server.sessions().length, stage.path.players, stage.path.leases]).toEqual([0, 0, 0]);
  });

  it("check 31: counts RTCP that it cannot read and lives on", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await setUpTcp(client);
    await client.request("PLAY", urlA);
    for (const size of [0, 2, 2000, 65_535]) await client.sendFrame(1, Buffer.alloc(size, 0x80));
    for (const channel of [0, 7, 255]) await client.sendFrame(channel, Buffer.alloc(20));
    expect(stage.server.sessions()[0]?.tracks.map(({ brokenRtcp }) => brokenRtcp)).toEqual([4, 0]);
    stage.path.publish(0);
    await stage.host.clock.settle();
    expect(client.frames(0)).toHaveLength(1);
  });

  it("check 31: keeps what the client reports", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await setUpTcp(client, urlA, [0]);
    await client.request("PLAY", urlA);
    stage.path.publish(0);
    await stage.host.clock.settle();
    const [report] = client.rtcp(1);
    if (report?.type !== "SR") throw new Error("no report");
    const block = {
      ssrc: 0x1000,
      fractionLost: 64,
      cumulativeLost: -1,
      highestSequence: 100,
      jitter: 9,
      lastSenderReport: ((report.ntp.seconds << 16) | (report.ntp.fraction >>> 16)) >>> 0,
      delaySinceLastSenderReport: 65_536,
    };
    await stage.host.clock.advance(1025);
    await client.sendFrame(1, writeRtcp([{ type: "RR", ssrc: 5, reports: [block, { ...block, ssrc: 6, jitter: 1 }] }]));
    const [session] = stage.server.sessions();
    expect(session?.tracks[0]?.reception).toMatchObject({ fractionLost: 64, cumulativeLost: -1, jitter: 9 });
    expect(session?.tracks[0]?.reception?.roundTripMs).toBeCloseTo(25);
  });

  it("check 34: goes on for others when a reader vanishes in mid-stream", async () => {
    await using stage = await rtspStage();
    const clients = [await stage.connect(), await stage.connect(), await stage.connect()];
    for (const client of clients) {
      await setUpTcp(client, urlA, [0]);
      await client.request("PLAY", urlA);
    }
    stage.path.publish(0);
    clients[1]?.connection.destroy();
    stage.path.publish(0);
    await stage.host.clock.settle();
    stage.path.publish(0);
    await stage.host.clock.settle();
    expect([clients[0]?.frames(0).length, clients[2]?.frames(0).length]).toEqual([3, 3]);
    expect(stage.server.sessions()).toHaveLength(2);
  });

  it("sends no media behind the answer to TEARDOWN", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await setUpTcp(client);
    await client.request("PLAY", urlA);
    client.connection.write(`TEARDOWN ${urlA} RTSP/1.0\r\nCSeq: 99\r\n\r\n`);
    for (let index = 0; index < 10; index++) {
      stage.path.publish(0);
      await stage.host.clock.settle();
    }
    expect(client.arrived.at(-1)).toMatchObject({ kind: "response", status: 200 });
  });

  it("says goodbye on each track when the path ends, keeps the session, and starts again on PLAY", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await setUpTcp(client);
    await client.request("PLAY", urlA);
    stage.path.publish(0);
    stage.path.publish(1);
    await stage.host.clock.settle();
    client.arrived.length = 0;
    stage.path.end("the file is over");
    await stage.host.clock.settle();
    for (const channel of [1, 3]) {
      const packets = client.rtcp(channel);
      expect(packets.map(({ type }) => type)).toEqual(["SR", "SDES", "BYE"]);
      expect(packets.at(-1)).toMatchObject({ reason: "the file is over" });
    }
    expect(stage.server.sessions()[0]?.state).toBe("ready");
    expect((await client.request("PLAY", urlA)).status).toBe(200);
    stage.path.publish(0);
    await stage.host.clock.settle();
    expect(client.frames(0).length).toBeGreaterThan(0);
  });

  it("starts a reader at the last random access point", async () => {
    await using stage = await rtspStage();
    stage.path.publish(0);
    stage.path.publish(0, { packets: [7] });
    stage.path.publish(0, { randomAccess: false, packets: [8] });
    const client = await stage.connect();
    await setUpTcp(client);
    await client.request("PLAY", urlA);
    expect(client.frames(0).map((packet) => payloadOf(packet).length)).toEqual([7, 8]);
  });

  it("adds a track after PAUSE", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const Session = await setUpTcp(client, urlA, [0]);
    await client.request("PLAY", urlA);
    await client.request("PAUSE", urlA);
    await client.request("SETUP", `${urlA}/trackID=1`, { Session, Transport: "RTP/AVP/TCP" });
    await client.request("PLAY", urlA);
    stage.path.publish(0);
    stage.path.publish(1);
    await stage.host.clock.settle();
    expect([client.frames(0).length, client.frames(2).length]).toEqual([1, 1]);
    expect(stage.path.readings).toBe(1);
  });

  it.each([
    ["none", undefined, 200, "npt=0.000-"],
    ["from 0", "npt=0.000-", 200, "npt=0.000-"],
    ["from now", "npt=now-", 200, "npt=now-"],
    ["by the clock", "clock=20250101T000000Z-", 200, "clock=20260101T000000Z-"],
    ["SMPTE, which is passed over", "smpte=0:0:0-", 200, "npt=0.000-"],
    ["a unit that nobody knows", "frames=3-", 200, "npt=0.000-"],
    ["a time that cannot be read", "npt=x-", 457, undefined],
  ])("answers a Range: %s", async (_name, range, status, answered) => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await setUpTcp(client);
    const answer = await client.request("PLAY", urlA, range === undefined ? {} : { Range: range });
    expect([answer.status, answer.headers.get("Range")]).toEqual([status, answered]);
  });

  it("answers the end of content that ends, and 457 to a start behind it", async () => {
    await using stage = await rtspStage();
    stage.directory.add(new FakePath("clip", stage.host.clock, [h264], 12.5));
    const client = await stage.connect();
    const url = "rtsp://192.0.2.10/clip";
    await setUpTcp(client, url, [0]);
    expect((await client.request("PLAY", url, { Range: "npt=13-" })).status).toBe(457);
    const answer = await client.request("PLAY", url, { Range: "npt=0-", Scale: "2" });
    expect([answer.headers.get("Range"), answer.headers.get("Scale")]).toEqual(["npt=0.000-12.500", "1.0"]);
  });
});
