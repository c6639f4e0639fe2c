import { describe, expect, it } from "vitest";
import { CAMERA_ADDRESS } from "../../support/camera-client.js";
import { aFleet, whileTimePasses } from "../../support/a-fleet.js";
import { connectThrough, listenWithTls } from "../../support/carriers.js";
import { fakeHost } from "../../support/fake-host.js";
import { Recorded } from "../../support/recorded.js";
import { clockRange, onvif, playReplay, replayStage, setUpReplay, unitsOf } from "../../support/replay-stage.js";
import { RtspClient } from "../../support/rtsp-client.js";
import { extensionOf } from "#wire/rtp/packet";
import { readReplayExtension } from "#wire/rtp/replay-extension";

describe.each(["rtsp", "rtsps", "http", "https", "ws", "wss"] as const)("a replay through %s", (carrier) => {
  it("comes whole, as fast as the client reads", async () => {
    const recorded = new Recorded({ sections: [[0, 100]], bytes: 20_000 });
    await using stage = await replayStage(recorded);
    await listenWithTls(stage.server);
    const client = await connectThrough(carrier, stage.client("192.0.2.40"));
    await setUpReplay(client);
    await playReplay(client, { Range: clockRange(0, 0.5) });
    await stage.host.clock.advance(100);
    expect(unitsOf(client.frames(0))).toHaveLength(3);
    await playReplay(client, { Range: clockRange(0) });
    for (let rounds = 0; rounds < 100 && recorded.read < 400; rounds++) await stage.host.clock.advance(100);
    await stage.host.clock.advance(1000);
    const pictures = unitsOf(client.frames(0)).map(({ picture }) => picture);
    expect(pictures).toEqual(Array.from({ length: 400 }, (_, index) => index));
  });
});

describe("a file of a whole camera", () => {
  const url = `rtsp://${CAMERA_ADDRESS}:8554/test_640x480.mp4`;

  it("is sought in by a client that takes metadata too", async () => {
    await using scene = await aFleet({ rtsp: { loop_nums: "1" } });
    const host = fakeHost({ network: scene.host.network, addresses: ["192.0.2.50"], seed: 5 });
    const client = await RtspClient.connect(host, CAMERA_ADDRESS, 8554);
    const request = (method: string, target: string, headers: Record<string, string>) =>
      whileTimePasses(scene.host, client.request(method, target, headers));
    let Session = "";
    for (const track of [0, 1, 2]) {
      const Transport = `RTP/AVP/TCP;interleaved=${track * 2}-${track * 2 + 1}`;
      const answer = await request("SETUP", `${url}/trackID=${track}`, { Transport, ...(Session && { Session }) });
      expect(answer.status).toBe(200);
      Session = answer.headers.get("Session")?.split(";")[0] ?? "";
    }
    const answer = await request("PLAY", url, { Session, Range: "npt=10.3-12" });
    expect([answer.status, answer.headers.get("Range")]).toEqual([200, "npt=10.000-12.000"]);
    for (let second = 0; second < 3; second++) await scene.host.clock.advance(1000);
    expect(client.frames(0).length).toBeGreaterThan(50);
    expect(client.frames(2).length).toBeGreaterThan(20);
    expect((await request("PLAY", url, { Session, Range: "npt=24-" })).status).toBe(457);
  });

  it("is replayed with the time at which it was written", async () => {
    await using scene = await aFleet();
    const host = fakeHost({ network: scene.host.network, addresses: ["192.0.2.50"], seed: 5 });
    const client = await RtspClient.connect(host, CAMERA_ADDRESS, 8554);
    const target = `${url}?start=20200101T000000Z`;
    const request = (method: string, to: string, headers: Record<string, string>) =>
      whileTimePasses(scene.host, client.request(method, to, { ...onvif, ...headers }));
    const { body } = await request("DESCRIBE", target, {});
    expect(body.toString()).toContain("a=range:clock=20200101T000000Z-20200101T000024Z");
    expect(body.toString().match(/a=x-onvif-track:\w+/g)).toHaveLength(2);
    await request("SETUP", `${url}/trackID=0?start=20200101T000000Z`, { Transport: "RTP/AVP/TCP;interleaved=0-1" });
    const Range = "clock=20200101T000005Z-20200101T000002Z";
    expect((await request("PLAY", target, { "Rate-Control": "no", Scale: "-1.0", Range })).status).toBe(200);
    await scene.host.clock.advance(200);
    const marks = client.frames(0).flatMap((packet) => readReplayExtension(extensionOf(packet)) ?? []);
    const seconds = marks.flatMap(({ wallMs, discontinuity }) =>
      discontinuity ? [Math.round(wallMs - Date.UTC(2020, 0, 1)) / 1000] : [],
    );
    expect(seconds).toEqual([5, 4, 3, 2]);
  });
});
