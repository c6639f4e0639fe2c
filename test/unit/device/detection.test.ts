import { describe, expect, it } from "vitest";
import { aDevice, aProfile, aVideoEncoder, codeOf } from "../../support/a-device.js";

describe("motion", () => {
  it("is told when it begins and when it ends, and not while it lasts", () => {
    const { device, changes } = aDevice();
    const [source = ""] = device.detection.sources;
    expect(device.detection.motion(source)).toBe(false);
    device.detection.setMotion(source, false);
    device.detection.setMotion(source, true);
    device.detection.setMotion(source, true);
    expect(device.detection.motion(source)).toBe(true);
    device.detection.setMotion(source, false);
    const change = { slice: "detection", what: "motion", videoSourceToken: source };
    expect(changes).toEqual([change, change]);
  });

  it("is of each video source alone", () => {
    const wide = { width: 1920, height: 1080 };
    const second = aProfile({ video: { source: wide, encoder: aVideoEncoder({ resolution: wide }) } });
    const { device } = aDevice({ media: { profiles: [aProfile(), second] } });
    expect(device.detection.sources).toEqual(device.media.video.sources.map(({ token }) => token));
    const [one = "", other = ""] = device.detection.sources;
    device.detection.setMotion(other, true);
    expect([one, other].map((token) => device.detection.motion(token))).toEqual([false, true]);
  });

  it("is of no other source", () => {
    const { device, changes } = aDevice();
    expect(codeOf(() => device.detection.setMotion("x", true))).toBe("no-video-source");
    expect(codeOf(() => device.detection.motion("x"))).toBe("no-video-source");
    expect(changes).toEqual([]);
  });

  it("is not part of the state that is kept", () => {
    const { device } = aDevice();
    const before = JSON.stringify(device.snapshot());
    device.detection.setMotion(device.detection.sources[0] ?? "", true);
    expect(JSON.stringify(device.snapshot())).toBe(before);
  });
});
