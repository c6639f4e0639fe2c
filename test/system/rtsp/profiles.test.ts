import { describe, expect, it } from "vitest";
import { aFleet } from "../../support/a-fleet.js";
import { fakeHost } from "../../support/fake-host.js";
import { RtspClient, serverAddress } from "../../support/rtsp-client.js";

describe("the description of a stream", () => {
  it("says what the profile of ONVIF says: encoding, picture size, rate", async () => {
    await using scene = await aFleet();
    const media = scene.fleet.cameras[0]?.device.media;
    const streams = media?.profiles.list().flatMap((profile) => media.streams.streamOf(profile) ?? []) ?? [];
    expect(streams).toHaveLength(2);
    const clientHost = fakeHost({ network: scene.host.network, addresses: ["192.0.2.20"], seed: 5 });
    for (const { reference, video, audio } of streams) {
      const client = await RtspClient.connect(clientHost, serverAddress, 8554);
      const url = `rtsp://${serverAddress}:8554/${reference.uri}`;
      const sdp = (await client.ask("DESCRIBE", url)).body.toString();
      const [, picture = "", sound = ""] = sdp.split(/^m=/m);
      const { encoding, resolution, rateControl } = video?.encoder ?? {};
      expect(picture.startsWith("video ")).toBe(true);
      expect({
        encoding: /a=rtpmap:\d+ (\w+)\/90000/.exec(picture)?.[1],
        size: /a=x-dimensions:(.*)\r/.exec(picture)?.[1],
        rate: Number(/a=framerate:(.*)\r/.exec(picture)?.[1]),
      }).toEqual({
        encoding,
        size: `${resolution?.width},${resolution?.height}`,
        rate: rateControl?.frameRateLimit,
      });
      expect(Number(/b=AS:(\d+)/.exec(picture)?.[1])).toBeLessThanOrEqual(rateControl?.bitrateLimitKbps ?? 0);
      expect(sound.startsWith("audio ")).toBe(audio !== undefined);
      await client.close();
    }
  });
});
