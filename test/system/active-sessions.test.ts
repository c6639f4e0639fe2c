import { describe, expect, it } from "vitest";
import type { SessionKind } from "#device/media/active-sessions";
import { MetadataScene } from "../support/metadata-scene.js";
import { createPullPoint, told, topicFilter } from "../support/event-client.js";
import { aCamera } from "../support/soap.js";

const MAIN = "test.mp4";
const READER = "192.0.2.20";

/** Who watches what the main stream is made of. */
const watching = ({ device }: MetadataScene): Record<SessionKind, readonly string[]> => {
  const stream = device.media.streams.playedAs(MAIN, undefined);
  const of = (kind: SessionKind, configuration: { readonly token: string } | undefined): readonly string[] =>
    device.activeSessions.of(kind, configuration?.token ?? "");
  return {
    "video-encoder": of("video-encoder", stream?.video?.encoder),
    "audio-encoder": of("audio-encoder", stream?.audio),
    metadata: of("metadata", stream?.metadata),
  };
};

const NOBODY = { "video-encoder": [], "audio-encoder": [], metadata: [] };

describe("who plays a stream of a profile", () => {
  it("counts from PLAY to the end of the session, for the tracks that were set up", async () => {
    await using scene = await MetadataScene.open();
    expect(watching(scene)).toEqual(NOBODY);
    const picture = await scene.play(scene.url(MAIN), [0]);
    expect(watching(scene)).toEqual({ ...NOBODY, "video-encoder": [READER] });
    const all = await scene.play(scene.url(MAIN));
    expect(watching(scene)).toEqual({
      "video-encoder": [READER, READER],
      "audio-encoder": [READER],
      metadata: [READER],
    });
    await picture.request("PAUSE");
    expect(watching(scene)["video-encoder"]).toHaveLength(2);
    await picture.request("TEARDOWN");
    expect(watching(scene)["video-encoder"]).toEqual([READER]);
    await all.client.close();
    await scene.pass(50);
    expect(watching(scene)).toEqual(NOBODY);
  });

  it("is told at once, and of a crowd five times a second", async () => {
    await using scene = await MetadataScene.open();
    const told: number[] = [];
    const unsubscribe = scene.device.changes.subscribe(({ slice }) => {
      if (slice === "active-sessions") told.push(watching(scene)["video-encoder"].length);
    });
    const play = () => scene.play(scene.url(MAIN), [0]);
    const all = [await play(), await play(), await play()];
    expect(told).toEqual([1]);
    await scene.pass(200);
    expect(told).toEqual([1, 3]);
    await scene.pass(200);
    await all[0]?.request("TEARDOWN");
    expect(told).toEqual([1, 3, 2]);
    await scene.pass(1000);
    expect(told).toEqual([1, 3, 2]);
    unsubscribe();
  });

  it("is told to those who have subscribed", async () => {
    const camera = aCamera();
    const topic = "tns1:Monitoring/ActiveSessions/VideoEncoder";
    const point = await createPullPoint(camera, topicFilter("tns1:Monitoring/ActiveSessions//."));
    const begin = (address: string): (() => void) =>
      camera.device.activeSessions.begin({ address, stream: MAIN, profileToken: undefined, kinds: ["video-encoder"] });
    const ends = [begin(READER), begin("fe80::1")];
    for (const end of ends) end();
    const token = camera.device.media.streams.playedAs(MAIN, undefined)?.video?.encoder.token ?? "";
    expect(await told(camera, point)).toEqual([
      `${topic} Initialized Token=${token} Sessions=${READER}`,
      `${topic} Changed Token=${token} Sessions=${READER} fe80::1`,
      `${topic} Changed Token=${token} Sessions=fe80::1`,
      `${topic} Deleted Token=${token} Sessions=`,
    ]);
  });
});
