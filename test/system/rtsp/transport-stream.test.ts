import { describe, expect, it } from "vitest";
import type { Sample } from "#container/media-file";
import { openMedia } from "#container/probe";
import { payloadOf, payloadType } from "#wire/rtp/packet";
import { aFleet, CFG_FOLDER, forFakeHost, hostWithFiles, startOn, type FleetOnHost } from "../../support/a-fleet.js";
import type { CfgChanges } from "../../support/camera-process.js";
import { fakeHost } from "../../support/fake-host.js";
import { FakePath, h264, mp2t } from "../../support/fake-path.js";
import { allSamples, byteSource, mediaFixture, shippedMedia } from "../../support/media-fixtures.js";
import { RtspClient, rtspStage, serverAddress, urlA } from "../../support/rtsp-client.js";

const TCP = { Transport: "RTP/AVP/TCP;unicast;interleaved=0-1" };
const urlOf = (name: string): string => `rtsp://${serverAddress}:8554/${name}`;

const connect = ({ host }: FleetOnHost): Promise<RtspClient> =>
  RtspClient.connect(fakeHost({ network: host.network, addresses: ["192.0.2.20"], seed: 5 }), serverAddress, 8554);

/** A camera with these files of the tests in its media folder. */
function having(files: readonly string[], changes: CfgChanges = {}): Promise<FleetOnHost> {
  const host = hostWithFiles(forFakeHost(changes));
  for (const name of files) host.files.set(`${CFG_FOLDER}/media/${name}`, mediaFixture(name));
  return startOn(host);
}

/** What a client that sets up `url` and plays for so long gets, as samples. */
async function played(scene: FleetOnHost, url: string, seconds: number): Promise<Sample[]> {
  const client = await connect(scene);
  expect((await client.ask("SETUP", url, TCP)).status).toBe(200);
  expect((await client.ask("PLAY", url)).status).toBe(200);
  await scene.host.clock.advance(seconds * 1000);
  const packets = client.frames(0);
  expect(packets.every((packet) => payloadType(packet) === 33)).toBe(true);
  const bytes = Buffer.concat(packets.map(payloadOf));
  return allSamples(await openMedia(byteSource(bytes)));
}

const withoutSets = (payload: readonly Uint8Array[], types: readonly number[]): string[] =>
  payload.filter(([first = 0]) => !types.includes(first & 0x1f)).map((nal) => Buffer.from(nal).toString("base64"));

describe("a stream as an MPEG transport stream", () => {
  it("is described as one track under the address that was asked for", async () => {
    await using scene = await aFleet();
    const answer = await (await connect(scene)).ask("DESCRIBE", urlOf("test.mp4?mpegts"));
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).toMatch(
      /m=video 0 RTP\/AVP 33\r\na=rtpmap:33 MP2T\/90000\r\na=control:rtsp:\/\/\S+\/test\.mp4\/trackID=0\?mpegts\r\n$/,
    );
  });

  it("holds the pictures and the sound of the stream, bit for bit, in time with each other", async () => {
    await using scene = await aFleet();
    const got = await played(scene, urlOf("test.mp4?mpegts"), 3);
    const all = await allSamples(await openMedia(byteSource(shippedMedia("test.mp4"))));
    const unsent = [7, 8, 9];
    for (const track of [0, 1]) {
      const seen = got.filter((sample) => sample.track === track).slice(0, -1);
      const original = all.filter((sample) => sample.track === track).slice(0, seen.length);
      expect(seen.length).toBeGreaterThan(40);
      expect(seen.map(({ payload }) => withoutSets(payload, track === 0 ? unsent : []))).toEqual(
        original.map(({ payload }) => withoutSets(payload, track === 0 ? unsent : [])),
      );
      const [first = 0] = seen.map(({ seconds }) => seconds);
      for (const [index, { seconds }] of seen.entries())
        expect(seconds - first).toBeCloseTo((original[index]?.seconds ?? 0) - (original[0]?.seconds ?? 0), 3);
    }
    const starts = [0, 1].map((track) => got.find((sample) => sample.track === track)?.seconds ?? 0);
    const originalStarts = [0, 1].map((track) => all.find((sample) => sample.track === track)?.seconds ?? 0);
    expect((starts[1] ?? 0) - (starts[0] ?? 0)).toBeCloseTo((originalStarts[1] ?? 0) - (originalStarts[0] ?? 0), 3);
  });

  it("is what a client gets that sets up the whole stream without DESCRIBE (VLC without live555)", async () => {
    await using scene = await aFleet();
    const got = await played(scene, urlOf("test.mp4"), 2);
    expect(new Set(got.map(({ track }) => track))).toEqual(new Set([0, 1]));
  });

  it("leaves out what transport streams have no words for, and is not there where nothing is left", async () => {
    await using scene = await having(["h264-pcmu.mov", "pcma.wav"], { rtsp: { metadata: "0" } });
    const got = await played(scene, urlOf("h264-pcmu.mov"), 2);
    expect(new Set(got.map(({ track }) => track))).toEqual(new Set([0]));
    expect((await (await connect(scene)).ask("DESCRIBE", urlOf("pcma.wav?mpegts"))).status).toBe(404);
    expect((await (await connect(scene)).ask("DESCRIBE", urlOf("test.mp4?mpegts=0"))).body.toString()).toContain(
      "H264",
    );
  });

  it("keeps to the rules of the stream, and is not had by multicast", async () => {
    await using scene = await aFleet({
      rtsp: { multicast: "1" },
      rtspElements: "<path><name>test.mp4</name><multicast>1</multicast><rtp_over_tcp>0</rtp_over_tcp></path>",
    });
    const statuses: number[] = [];
    for (const transport of ["RTP/AVP;multicast", TCP.Transport, "RTP/AVP;unicast;client_port=4000-4001"])
      statuses.push((await (await connect(scene)).ask("SETUP", urlOf("test.mp4"), { Transport: transport })).status);
    expect(statuses).toEqual([461, 461, 200]);
  });

  it("ends with the stream", async () => {
    await using scene = await having([], { rtsp: { loop_nums: "1" } });
    const client = await connect(scene);
    await client.ask("SETUP", urlOf("test.mp4?mpegts"), TCP);
    await client.ask("PLAY", urlOf("test.mp4?mpegts"));
    await scene.host.clock.advance(60_000);
    expect(client.rtcp(1).some(({ type }) => type === "BYE")).toBe(true);
  });
});

describe("SETUP of a stream with several tracks", () => {
  it("stays 459 for a client that has read what the tracks are, and where nobody makes transport streams", async () => {
    await using stage = await rtspStage();
    expect((await (await stage.connect()).request("SETUP", urlA, TCP)).status).toBe(459);
    const whole = stage.directory.addTransportStream(new FakePath("a", stage.host.clock, [mp2t]));
    const reader = await stage.connect();
    await reader.request("DESCRIBE", urlA);
    expect((await reader.request("SETUP", urlA, TCP)).status).toBe(459);
    expect((await (await stage.connect()).request("SETUP", `${urlA}/trackID=0`, TCP)).status).toBe(200);
    expect(whole.leases).toBe(0);
  });

  it("lets go of both streams in the end, also when it is refused", async () => {
    await using stage = await rtspStage();
    const path = stage.directory.add(new FakePath("b", stage.host.clock, [h264, h264]));
    const whole = stage.directory.addTransportStream(new FakePath("b", stage.host.clock, [mp2t]));
    const client = await stage.connect();
    const urlB = urlA.replace(/a$/, "b");
    expect((await client.request("SETUP", urlB, { Transport: "RTP/AVP;multicast" })).status).toBe(461);
    expect([path.leases, whole.leases]).toEqual([0, 0]);
    expect((await client.request("SETUP", urlB, TCP)).status).toBe(200);
    expect([path.leases, whole.leases]).toEqual([0, 1]);
    await client.request("TEARDOWN", urlB);
    expect([path.leases, whole.leases]).toEqual([0, 0]);
  });
});
