import { describe, expect, it } from "vitest";
import type { SenderReport } from "#wire/rtp/rtcp";
import { extensionOf, hasMarker, sequenceNumber, ssrc, timestamp } from "#wire/rtp/packet";
import { readReplayExtension } from "#wire/rtp/replay-extension";
import { FakePath } from "../../support/fake-path.js";
import { Recorded, type RecordedOptions } from "../../support/recorded.js";
import { type ReplayStage, replayStage } from "../../support/replay-stage.js";
import { rtspStage, serverAddress, setUpTcp, urlA } from "../../support/rtsp-client.js";

/** A server whose path `a` is 20 s long, with a key frame each second. */
async function seekStage(options: RecordedOptions = {}): Promise<ReplayStage> {
  const recorded = new Recorded({ sections: [[0, 20]], ...options });
  const stage = await replayStage(recorded);
  stage.directory.add(new FakePath("a", stage.host.clock, undefined, recorded.description.durationSeconds));
  return stage;
}

/** The pictures of packets without the replay extension, by the number that fills them. */
const picturesOf = (packets: readonly Buffer[]): number[] =>
  packets.filter(hasMarker).map((packet) => packet[packet.length - 1] ?? -1);

describe("a player of a stream of limited length", () => {
  it("shares the position of all as long as it asks for the beginning", async () => {
    await using stage = await seekStage();
    for (const headers of [
      {},
      { Range: "npt=0.000-" },
      { Range: "npt=0-20" },
      { Range: "npt=now-" },
      { Scale: "1.000000" },
    ]) {
      const client = await stage.connect();
      await setUpTcp(client, urlA, [0]);
      expect((await client.request("PLAY", urlA, headers)).status).toBe(200);
      expect(stage.opened()).toBe(0);
    }
  });

  it("gets a position of its own for another start, under the SSRC that it was told, and the truth in the answer", async () => {
    await using stage = await seekStage();
    const client = await stage.connect();
    await setUpTcp(client, urlA, [0]);
    const answer = await client.request("PLAY", urlA, { Range: "npt=10.3-" });
    expect(answer.headers.get("Range")).toBe("npt=10.000-20.000");
    await stage.host.clock.advance(1000);
    const packets = client.frames(0);
    expect(picturesOf(packets)).toEqual([40, 41, 42, 43, 44]);
    expect(packets.every((packet) => ssrc(packet) === 0x1000 && extensionOf(packet) === undefined)).toBe(true);
    const [first] = packets;
    expect(answer.headers.get("RTP-Info")).toBe(
      `url=${urlA}/trackID=0;seq=${first && sequenceNumber(first)};rtptime=${first && timestamp(first)}`,
    );
    const report = client.rtcp(1).find((one): one is SenderReport => one.type === "SR");
    expect(report?.ntp.seconds).toBe(Math.floor(stage.host.clock.now() / 1000) - 1 + 2_208_988_800);
    expect([stage.opened(), stage.path.leases]).toEqual([1, 0]);
  });

  it.each([
    ["npt=10-11", "npt=10.000-11.000", [40, 41, 42, 43, 44]],
    ["npt=19-100", "npt=19.000-20.000", [76, 77, 78, 79]],
    ["npt=-0.5", "npt=0.000-0.500", [0, 1, 2]],
    ["npt=0:00:19-", "npt=19.000-20.000", [76, 77, 78, 79]],
    ["smpte-25=0:00:10:05-0:00:10:13", "smpte-25=00:00:10:00-00:00:10:13", [40, 41, 42]],
    ["smpte=0:00:19-", "smpte=00:00:18:29-00:00:19:29", [76, 77, 78, 79]],
  ])("plays %s as %s", async (range, answered, pictures) => {
    await using stage = await seekStage();
    const client = await stage.connect();
    await setUpTcp(client, urlA, [0]);
    const answer = await client.request("PLAY", urlA, { Range: range });
    expect(answer.headers.get("Range")).toBe(answered);
    await stage.host.clock.advance(2000);
    expect(picturesOf(client.frames(0))).toEqual(pictures);
    expect(client.rtcp(1).some(({ type }) => type === "BYE")).toBe(true);
  });

  it("is told 457 for what lies outside, and goes on", async () => {
    await using stage = await seekStage();
    const client = await stage.connect();
    await setUpTcp(client, urlA, [0]);
    for (const range of ["npt=20-", "npt=99-", "npt=5-3", "smpte=1:00:00-"])
      expect((await client.request("PLAY", urlA, { Range: range })).status).toBe(457);
    expect(stage.opened()).toBe(0);
    expect((await client.request("PLAY", urlA, { Range: "npt=0-" })).status).toBe(200);
    expect(stage.server.sessions()[0]?.state).toBe("playing");
  });

  it("seeks from where it plays, without PAUSE, and back to the beginning", async () => {
    await using stage = await seekStage();
    const client = await stage.connect();
    await setUpTcp(client, urlA, [0]);
    await client.request("PLAY", urlA, { Range: "npt=0-" });
    for (const [range, first] of [
      ["npt=5-", 20],
      ["npt=15.9-", 60],
      ["npt=0-", 0],
    ] as const) {
      expect((await client.request("PLAY", urlA, { Range: range })).status).toBe(200);
      await stage.host.clock.advance(300);
      expect(picturesOf(client.frames(0))).toEqual([first, first + 1]);
    }
    expect(stage.opened()).toBe(1);
  });

  it("pauses and goes on exactly there, without a Range or with npt=now", async () => {
    await using stage = await seekStage();
    const client = await stage.connect();
    const Session = await setUpTcp(client, urlA, [0]);
    await client.request("PLAY", urlA, { Range: "npt=5-" });
    await stage.host.clock.advance(300);
    expect(picturesOf(client.frames(0))).toEqual([20, 21]);
    for (const [headers, next] of [
      [{}, 22],
      [{ Range: "npt=now-" }, 24],
    ] as const) {
      expect((await client.request("PAUSE", urlA, { Session })).status).toBe(200);
      await stage.host.clock.advance(10_000);
      const answer = await client.request("PLAY", urlA, { Session, ...headers });
      expect(answer.headers.get("Range")).toBe(`npt=${(next / 4).toFixed(3)}-20.000`);
      await stage.host.clock.advance(300);
      const packets = client.frames(0);
      expect(picturesOf(packets)).toEqual([next, next + 1]);
      expect(answer.headers.get("RTP-Info")).toContain(`rtptime=${packets[0] && timestamp(packets[0])}`);
    }
  });

  it("plays at another Scale and Speed, which the answer tells", async () => {
    await using stage = await seekStage();
    const client = await stage.connect();
    await setUpTcp(client, urlA, [0]);
    const scaled = await client.request("PLAY", urlA, { Scale: "2.0" });
    expect([scaled.headers.get("Scale"), scaled.headers.get("Range")]).toEqual(["2.0", "npt=0.000-20.000"]);
    await stage.host.clock.advance(520);
    expect(picturesOf(client.frames(0))).toEqual([0, 1, 2, 3, 4]);
    const fast = await client.request("PLAY", urlA, { Range: "npt=10-", Speed: "4.0" });
    expect([fast.headers.get("Scale"), fast.headers.get("Speed")]).toEqual(
      [null, "4.0"].map((one) => one ?? undefined),
    );
    await stage.host.clock.advance(260);
    expect(picturesOf(client.frames(0))).toEqual([40, 41, 42, 43, 44]);
    const back = await client.request("PLAY", urlA, { Range: "npt=10-9", Scale: "-1" });
    expect([back.headers.get("Scale"), back.headers.get("Range")]).toEqual(["-1.0", "npt=10.000-9.000"]);
    await stage.host.clock.advance(1100);
    expect(picturesOf(client.frames(0))).toEqual([40, 36, 37, 38, 39]);
  });

  it("begins again when it plays on after the end", async () => {
    await using stage = await seekStage();
    const client = await stage.connect();
    await setUpTcp(client, urlA, [0]);
    await client.request("PLAY", urlA, { Range: "npt=19-" });
    await stage.host.clock.advance(2000);
    expect(stage.server.sessions()[0]?.state).toBe("ready");
    client.frames(0);
    expect((await client.request("PLAY", urlA)).headers.get("Range")).toBe("npt=0.000-20.000");
    await stage.host.clock.advance(300);
    expect(picturesOf(client.frames(0))).toEqual([0, 1]);
  });

  it("keeps the position of all where the stream is endless, or has no other, or goes by multicast", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    await setUpTcp(client, urlA, [0]);
    const answer = await client.request("PLAY", urlA, { Range: "npt=10-", Scale: "2.0" });
    expect([answer.status, answer.headers.get("Scale"), answer.headers.get("Range")]).toEqual([
      200,
      "1.0",
      "npt=0.000-",
    ]);
    expect(stage.opened()).toBe(0);
    await using bare = await rtspStage();
    bare.directory.add(new FakePath("b", bare.host.clock, undefined, 20));
    const other = await bare.connect();
    await setUpTcp(other, `rtsp://${serverAddress}/b`, [0]);
    const same = await other.request("PLAY", `rtsp://${serverAddress}/b`, { Range: "npt=10-" });
    expect([same.status, same.headers.get("Range")]).toEqual([200, "npt=0.000-20.000"]);
  });

  it("does not slow others down when it reads slowly, and loses nothing itself", async () => {
    await using stage = await seekStage({ bytes: 60_000 });
    const client = await stage.connect();
    await setUpTcp(client, urlA, [0]);
    await client.request("PLAY", urlA, { Range: "npt=1-" });
    client.connection.pause();
    await stage.host.clock.advance(8000);
    expect(stage.recorded.read).toBeLessThan(60);
    client.connection.resume();
    await stage.host.clock.advance(21_000);
    expect(picturesOf(client.frames(0))).toEqual(Array.from({ length: 76 }, (_, index) => index + 4));
  });

  it("frees what it had when it goes", async () => {
    await using stage = await seekStage();
    const client = await stage.connect();
    await setUpTcp(client, urlA, [0]);
    await client.request("PLAY", urlA, { Range: "npt=10-" });
    expect(stage.opened()).toBe(1);
    await client.close();
    await stage.host.clock.advance(1000);
    expect([stage.opened(), stage.recorded.isClosed]).toEqual([0, true]);
    expect(stage.host.clock.pendingTimers).toBeLessThan(2);
  });
});

describe("a live stream with onvifreplayext=1", () => {
  const url = `${urlA}?onvifreplayext=1`;

  it("tells the time of each unit, its clean points and the PLAY that it answers", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    await client.request("SETUP", `${urlA}/trackID=0?onvifreplayext=1`, { Transport: "RTP/AVP/TCP;interleaved=4-5" });
    const play = await client.request("PLAY", url);
    const times: number[] = [];
    for (const randomAccess of [true, false, true]) {
      times.push(stage.host.clock.now());
      stage.path.publish(0, { randomAccess, packets: [700, 700] });
      await stage.host.clock.advance(40);
    }
    const packets = client.frames(4);
    const marks = packets.map((packet) => readReplayExtension(extensionOf(packet)));
    expect(marks.map((mark) => mark?.wallMs)).toEqual(
      times.flatMap((time) => [expect.closeTo(time, 3) as number, undefined]),
    );
    expect(marks.flatMap((mark) => (mark ? [[mark.cleanPoint, mark.discontinuity, mark.cseq]] : []))).toEqual([
      [true, true, Number(play.headers.get("CSeq"))],
      [false, false, Number(play.headers.get("CSeq"))],
      [true, false, Number(play.headers.get("CSeq"))],
    ]);
    expect(packets.map(({ length }) => length)).toEqual([728, 712, 728, 712, 728, 712]);
    const [first] = packets;
    expect(play.headers.get("RTP-Info")).toBe(`url=${urlA}/trackID=0?onvifreplayext=1`);
    expect(first && sequenceNumber(first)).toBe(100);
  });

  it("changes nothing for those who do not ask for it", async () => {
    await using stage = await replayStage();
    const [asks, other] = [await stage.connect(), await stage.connect()];
    await setUpTcp(asks, url, [0]);
    await setUpTcp(other, urlA, [0]);
    for (const client of [asks, other]) await client.request("PLAY", urlA);
    stage.path.publish(0);
    await stage.host.clock.settle();
    expect([asks, other].map((client) => client.frames(0)[0]?.length)).toEqual([128, 112]);
  });
});
