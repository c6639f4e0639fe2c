import { describe, expect, it } from "vitest";
import { aDevice } from "../../support/a-device.js";

const talk = { username: "admin", address: "192.0.2.20", encodingName: "PCMU", sinceMs: 5 };

describe("the speaker of a device", () => {
  it("tells when a talk begins and when it ends, and keeps nothing of it", () => {
    const { device, changes } = aDevice();
    const before = JSON.stringify(device.snapshot());
    device.speaker.setTalk(undefined);
    device.speaker.setTalk(talk);
    expect([device.speaker.talk, JSON.stringify(device.snapshot())]).toEqual([talk, before]);
    device.speaker.setTalk(undefined);
    expect(device.speaker.talk).toBeUndefined();
    const change = { slice: "speaker", what: "talk" };
    expect(changes).toEqual([change, change]);
  });

  it("is missing unless the setup says what it plays", () => {
    expect(aDevice().device.speaker.formats).toEqual([]);
    const formats = [{ encodingName: "PCMU", clockRate: 8000, channels: 1 }];
    expect(aDevice({ speaker: formats }).device.speaker.formats).toEqual(formats);
  });
});
