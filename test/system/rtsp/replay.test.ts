import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { jpegFormat, jpegPayload } from "#codec/jpeg/payload";
import { parseJpeg } from "#codec/jpeg/segments";
import { extensionOf, hasMarker, payloadOf } from "#wire/rtp/packet";
import { FakePath } from "../../support/fake-path.js";
import { Recorded } from "../../support/recorded.js";
import { rtspStage, serverAddress, urlA, type RtspClient } from "../../support/rtsp-client.js";
import {
  clockRange,
  marksOf,
  onvif,
  playReplay,
  replayStage,
  setUpReplay,
  unitsOf,
} from "../../support/replay-stage.js";

/** Plays without a pace to the end of what is asked for, and tells the pictures that came. */
async function played(client: RtspClient, headers: Record<string, string> = {}): Promise<string> {
  const answer = await playReplay(client, headers);
  if (answer.status !== 200) return String(answer.status);
  await client.host.clock.advance(50);
  return marksOf(unitsOf(client.frames(0)));
}

const whole = "0CD 1 2 3 4C 5 6 7E 40C 41 42 43 44C 45 46 47ET";

describe("what can be replayed", () => {
  it("is described with its time and the tokens of its tracks", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    const { status, body } = await client.request("DESCRIBE", urlA, onvif);
    expect(status).toBe(200);
    const sdp = body.toString();
    expect(sdp).toContain("a=range:clock=20260101T000000Z-20260101T000012Z\r\n");
    expect(sdp.match(/a=x-onvif-track:\w+/g)).toEqual(["a=x-onvif-track:VIDEO001", "a=x-onvif-track:AUDIO001"]);
    expect(stage.opened()).toBe(0);
  });

  it("can be asked for by the address, for clients that do not require what they use", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    const { body } = await client.request("DESCRIBE", `${urlA}?replay`);
    expect(body.toString()).toContain("a=range:clock=20260101T000000Z-");
    const Transport = "RTP/AVP/TCP;interleaved=0-1";
    await client.request("SETUP", `${urlA}/trackID=0?replay`, { Transport });
    const play = await client.request("PLAY", `${urlA}?replay`, { "Rate-Control": "no", Range: clockRange(0, 0.5) });
    expect(play.headers.get("Rate-Control")).toBe("no");
    await stage.host.clock.advance(20);
    expect(marksOf(unitsOf(client.frames(0)))).toBe("0CD 1 2T");
    await using bare = await rtspStage();
    expect((await (await bare.connect()).request("DESCRIBE", `${urlA}?replay`)).status).toBe(200);
  });

  it("is live for who does not require replay", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    const { body } = await client.request("DESCRIBE", urlA);
    expect(body.toString()).toContain("a=range:npt=now-");
    expect(body.toString()).not.toContain("x-onvif-track");
  });

  it("is not every stream: 551 names the tag, and 404 is for none", async () => {
    await using stage = await replayStage();
    stage.directory.add(new FakePath("live", stage.host.clock));
    const client = await stage.connect();
    const answer = await client.request("DESCRIBE", `rtsp://${serverAddress}/live`, onvif);
    expect([answer.status, answer.headers.get("Unsupported")]).toEqual([551, "onvif-replay"]);
    const Transport = "RTP/AVP/TCP;interleaved=0-1";
    const setup = await client.request("SETUP", `rtsp://${serverAddress}/live/trackID=0`, { ...onvif, Transport });
    expect(setup.status).toBe(551);
    expect((await client.request("DESCRIBE", `rtsp://${serverAddress}/none`, onvif)).status).toBe(404);
  });

  it("is nothing on a server without recordings, and an unknown tag is refused beside it", async () => {
    await using bare = await rtspStage();
    expect((await (await bare.connect()).request("DESCRIBE", urlA, onvif)).status).toBe(551);
    await using stage = await replayStage();
    const answer = await (await stage.connect()).request("DESCRIBE", urlA, { Require: "onvif-replay, other" });
    expect([answer.status, answer.headers.get("Unsupported")]).toEqual([551, "other"]);
  });

  it("can be asked for only at PLAY, by a session that was set up without it", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    const Transport = "RTP/AVP/TCP;interleaved=0-1";
    const { headers } = await client.request("SETUP", `${urlA}/trackID=0`, { Transport });
    expect(await played(client, { Range: clockRange(1, 1.5) })).toBe("4CD 5 6T");
    expect(stage.path.leases).toBe(0);
    const Session = headers.get("Session")?.split(";")[0] ?? "";
    expect((await client.request("TEARDOWN", urlA, { Session })).status).toBe(200);
    expect([stage.opened(), stage.recorded.isClosed]).toEqual([0, true]);
  });

  it("is not sent by multicast", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    const setup = await client.request("SETUP", `${urlA}/trackID=0`, { ...onvif, Transport: "RTP/AVP;multicast" });
    expect(setup.status).toBe(461);
  });
});

describe("Range of a replay", () => {
  it.each([
    ["nothing: all of it", {}, whole],
    ["an open range", { Range: clockRange(10.1) }, "40CD 41 42 43 44C 45 46 47ET"],
    [
      "a time between clean points: from the one before it",
      { Range: clockRange(1.6) },
      `4CD 5 6 7E ${whole.slice(whole.indexOf("40C"))}`,
    ],
    ["a closed range", { Range: clockRange(0.5, 1.3) }, "0CD 1 2 3 4C 5T"],
    ["an open beginning", { Range: clockRange("", 0.5) }, "0CD 1 2T"],
    ["a time in front of all", { Range: clockRange(-100, 0.3) }, "0CD 1T"],
    ["a time in a gap: the next section", { Range: clockRange(5, 10.3) }, "40CD 41T"],
    ["a range over a gap", { Range: clockRange(1.7, 10.3) }, "4CD 5 6 7E 40C 41T"],
    [
      "npt with seconds since 1900 (GStreamer)",
      {
        Range: `npt=${2_208_988_800 + Date.UTC(2026, 0, 1, 0, 0, 10) / 1000}-${2_208_988_800 + Date.UTC(2026, 0, 1, 0, 0, 11) / 1000}.25`,
      },
      "40CD 41 42 43 44C 45T",
    ],
    ["npt, from the beginning of all", { Range: "npt=10-10.5" }, "40CD 41 42T"],
    ["a time behind all", { Range: clockRange(12) }, "457"],
    ["a range that runs the other way", { Range: clockRange(1, 0.5) }, "457"],
    ["a range within a gap", { Range: clockRange(5, 6) }, "457"],
    ["an unknown unit", { Range: "frames=1-" }, "457"],
    ["no time", { Range: "clock=20261301T000000Z-" }, "457"],
  ])("plays %s", async (_name, headers, expected) => {
    await using stage = await replayStage();
    const client = await stage.connect();
    await setUpReplay(client);
    expect(await played(client, headers)).toBe(expected);
  });

  it("is answered with what is played", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    await setUpReplay(client);
    const rangeOf = async (headers: Record<string, string>): Promise<string | undefined> =>
      (await playReplay(client, headers)).headers.get("Range");
    expect(await rangeOf({ Range: clockRange(1.6) })).toBe(clockRange(1, 12));
    expect(await rangeOf({ Range: clockRange(5, 100) })).toBe(clockRange(10, 12));
    expect(await rangeOf({ Range: clockRange(1.6, 0.3), Scale: "-1.0" })).toBe(clockRange(1.6, 0.3));
    expect(await rangeOf({ Range: "npt=1.6-" })).toBe("npt=1.000-12.000");
  });
});

describe("a replay backwards", () => {
  const back = { Scale: "-1.0" };

  it.each([
    ["all, from the end, when nothing is said", {}, "44CD 45 46 47 40CD 41 42 43E 4CD 5 6 7 0CD 1 2 3ET"],
    ["from a time on, with the group in which it lies up to it", { Range: clockRange(1.6) }, "4CD 5 6 0CD 1 2 3ET"],
    ["to a time, with the group in which that lies", { Range: clockRange(11.6, 10.6) }, "44CD 45 46 40CD 41 42 43T"],
    ["from a gap on: from the section before it", { Range: clockRange(5) }, "4CD 5 6 7 0CD 1 2 3ET"],
    ["only key frames, each behind a discontinuity", { Frames: "intra" }, "44CD 40CED 4CD 0CEDT"],
    ["from in front of all", { Range: clockRange(-1) }, "457"],
    ["a range that runs the other way", { Range: clockRange(0, 1) }, "457"],
  ])("plays %s", async (_name, headers, expected) => {
    await using stage = await replayStage();
    const client = await stage.connect();
    await setUpReplay(client);
    expect(await played(client, { ...back, ...headers })).toBe(expected);
  });

  it("counts sequence numbers up, and has the RTP times of the way forward when the client has the pace", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    await setUpReplay(client);
    const first = await playReplay(client, back);
    await stage.host.clock.advance(50);
    const backward = unitsOf(client.frames(0));
    expect(first.headers.get("Scale")).toBe("-1.0");
    await playReplay(client);
    await stage.host.clock.advance(50);
    const forward = unitsOf(client.frames(0));
    const all = [...backward, ...forward].map(({ sequence }) => sequence);
    expect(
      all.every((sequence, index) => index === 0 || (sequence - (all[index - 1] ?? 0) + 65_536) % 65_536 < 4),
    ).toBe(true);
    const times = new Map(forward.map(({ picture, rtpTime }) => [picture, rtpTime]));
    expect(backward.map(({ picture }) => times.get(picture))).toEqual(backward.map(({ rtpTime }) => rtpTime));
    const [zero = 0, one = 0] = [times.get(0), times.get(1)];
    expect((one - zero + 2 ** 32) % 2 ** 32).toBe(90_000 / 4);
  });

  it("has no sound", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    await setUpReplay(client, [0, 1]);
    expect((await playReplay(client, back)).status).toBe(200);
    await stage.host.clock.advance(50);
    expect(client.frames(2)).toEqual([]);
    expect(client.frames(0).length).toBeGreaterThan(15);
  });

  it("is refused for a recording of sound alone", async () => {
    const formats = new Recorded().description.tracks.slice(1).map(({ format }) => format);
    await using stage = await replayStage(new Recorded({ formats }));
    const client = await stage.connect();
    await setUpReplay(client, [0]);
    expect((await playReplay(client, back)).status).toBe(456);
  });
});

describe("Frames of a replay", () => {
  const group = "IPBPB";
  it.each([
    ["all", "0CD 2 1 4 3ET"],
    ["predicted", "0CD 2 4ET"],
    ["intra", "0CEDT"],
  ])("%s", async (frames, expected) => {
    await using stage = await replayStage(new Recorded({ group, sections: [[0, 1.25]] }));
    const client = await stage.connect();
    await setUpReplay(client);
    expect(await played(client, { Frames: frames })).toBe(expected);
    if (frames === "all") expect(await played(client, { Range: clockRange(0) })).toBe(expected);
  });

  it.each([
    ["intra", "0CD 4C 8C 12C 16CET"],
    ["intra/1000", "0CD 4C 8C 12C 16CET"],
    ["intra/1001", "0CD 8C 16CET"],
    ["intra/4000", "0CD 16CET"],
    ["intra/60000", "0CEDT"],
  ])("%s leaves that time between key frames", async (frames, expected) => {
    await using stage = await replayStage(new Recorded({ sections: [[0, 5]] }));
    const client = await stage.connect();
    await setUpReplay(client);
    expect(await played(client, { Frames: frames })).toBe(expected);
  });

  it("intra sends no sound", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    await setUpReplay(client, [0, 1]);
    await playReplay(client, { Frames: "intra" });
    await stage.host.clock.advance(50);
    expect(client.frames(2)).toEqual([]);
  });

  it("are refused when they are not known", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    await setUpReplay(client);
    for (const frames of ["key", "predicted/5", "intra/x"])
      expect(await played(client, { Frames: frames })).toBe("400");
  });

  it("end with all pictures that are shown before the end, and what these need", async () => {
    await using stage = await replayStage(new Recorded({ group, sections: [[0, 1.25]] }));
    const client = await stage.connect();
    await setUpReplay(client);
    expect(await played(client, { Range: clockRange(0, 0.75) })).toBe("0CD 2 1 4 3T");
    expect(await played(client, { Range: clockRange(0, 0.5) })).toBe("0CD 2 1T");
    expect(await played(client, { Range: clockRange(0, 0.25) })).toBe("0CD 2 1T");
  });
});

describe("motion JPEG beyond 2040 pixels in a replay", () => {
  it("has both extensions in the first packet of each picture, and its size arrives", async () => {
    const jpeg = readFileSync(new URL("../../fixtures/jpeg/plain-422.jpg", import.meta.url));
    const frame = jpeg.indexOf(Buffer.from("ffc0", "hex"));
    jpeg.writeUInt16BE(3000, frame + 5);
    jpeg.writeUInt16BE(4000, frame + 7);
    const recorded = new Recorded({ formats: [jpegFormat()], group: "I", picture: () => jpeg, sections: [[0, 1]] });
    await using stage = await replayStage(recorded);
    const client = await stage.connect();
    await setUpReplay(client);
    await playReplay(client, { Scale: "-1.0" });
    await client.host.clock.advance(50);
    const packets = client.frames(0);
    expect(marksOf(unitsOf(packets))).toBe("3CD 2CD 1CD 0CEDT");
    const depacketizer = jpegPayload.depacketizer(jpegFormat());
    const pictures = packets.flatMap((packet) => {
      const found = depacketizer.push(payloadOf(packet), hasMarker(packet), extensionOf(packet));
      return found?.units ?? [];
    });
    expect(pictures).toHaveLength(4);
    for (const [picture] of pictures)
      expect(parseJpeg(picture ?? Buffer.alloc(0))).toMatchObject({ width: 4000, height: 3000 });
  });
});
