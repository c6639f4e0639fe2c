import { describe, expect, it } from "vitest";
import type { Watcher } from "#device/media/active-sessions";
import { aDevice, aProfile, aSubProfile } from "../../../support/a-device.js";

const watcher = (over: Partial<Watcher> = {}): Watcher => ({
  address: "192.0.2.7",
  stream: "test.mp4",
  profileToken: undefined,
  kinds: ["video-encoder", "audio-encoder"],
  ...over,
});

describe("active sessions", () => {
  it("are of the configurations of what is played, and are told as they come and go", () => {
    const { device, changes } = aDevice({ media: { profiles: [aProfile(), aSubProfile()] } });
    const sub = device.media.streams.playedAs("sub.mp4", undefined);
    const token = sub?.video?.encoder.token ?? "";
    const end = device.activeSessions.begin(watcher({ stream: "sub.mp4", kinds: ["video-encoder"] }));
    expect(device.activeSessions.of("video-encoder", token)).toEqual(["192.0.2.7"]);
    end();
    expect(device.activeSessions.of("video-encoder", token)).toEqual([]);
    const change = { slice: "active-sessions", what: "video-encoder", configurationToken: token };
    expect(changes).toEqual([change, change]);
  });

  it("count a client as often as it plays, and end each once", () => {
    const { device } = aDevice();
    const { activeSessions, media } = device;
    const token = media.streams.playedAs("test.mp4", undefined)?.video?.encoder.token ?? "";
    const [one, other] = [activeSessions.begin(watcher()), activeSessions.begin(watcher({ address: "fe80::1" }))];
    const again = activeSessions.begin(watcher());
    expect(activeSessions.of("video-encoder", token)).toEqual(["192.0.2.7", "fe80::1", "192.0.2.7"]);
    one();
    one();
    expect(activeSessions.of("video-encoder", token)).toEqual(["fe80::1", "192.0.2.7"]);
    again();
    other();
    expect(activeSessions.of("video-encoder", token)).toEqual([]);
  });

  it("are not counted for a stream that no profile plays, nor for what the profile has not", () => {
    const { device, changes } = aDevice();
    device.activeSessions.begin(watcher({ stream: "other.mp4" }))();
    device.activeSessions.begin(watcher({ kinds: ["metadata"] }))();
    expect(changes).toEqual([]);
  });

  it("are told when it is time, each configuration once for all that have come and gone", () => {
    const { device, changes } = aDevice();
    const tell: (() => void)[] = [];
    device.activeSessions.tellBy((told) => void tell.push(told));
    const ends = [1, 2, 3].map(() => device.activeSessions.begin(watcher({ kinds: ["video-encoder"] })));
    expect([changes, tell.length]).toEqual([[], 3]);
    tell[0]?.();
    tell[1]?.();
    expect(changes).toHaveLength(1);
    for (const end of ends) end();
    tell[3]?.();
    expect(changes).toHaveLength(2);
  });

  it("are not part of the state that is kept", () => {
    const { device } = aDevice();
    const before = JSON.stringify(device.snapshot());
    device.activeSessions.begin(watcher());
    expect(JSON.stringify(device.snapshot())).toBe(before);
  });
});
