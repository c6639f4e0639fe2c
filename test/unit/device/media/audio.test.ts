import { describe, expect, it } from "vitest";
import { aDevice, anAudioEncoder, aProfile, codeOf } from "../../../support/a-device.js";

const silent = { profiles: [aProfile({ audio: undefined })] };

describe("audio", () => {
  it("has one microphone for all profiles, and an encoder for each", () => {
    const { audio } = aDevice().device.media;
    audio.demandSupport();
    expect(audio.sources).toEqual([{ token: "audio_source_1", channels: 1 }]);
    expect(audio.sourceConfigurations.list().map(({ token }) => token)).toEqual(["audio_source_config_1"]);
    expect(audio.encoderConfigurations.list().map(({ token }) => token)).toEqual([
      "audio_encoder_1",
      "audio_encoder_2",
    ]);
  });

  it("is not supported by a camera whose profiles have none", () => {
    const { media } = aDevice({ media: silent }).device;
    expect(media.audio.isSupported).toBe(false);
    expect(codeOf(() => media.audio.demandSupport())).toBe("audio-not-supported");
    expect(media.audioEncoderConfigurations()).toEqual([]);
    expect(media.audioEncoderConfigurationOptions()).toEqual([]);
  });

  it("accepts every combination it offers, and offers what is configured", () => {
    const unusual = anAudioEncoder({ encoding: "AAC", bitrateKbps: 77, sampleRateKhz: 12 });
    const { media } = aDevice({ media: { profiles: [aProfile({ audio: { encoder: unusual } })] } }).device;
    const options = media.audioEncoderConfigurationOptions({ configurationToken: "audio_encoder_1" });
    expect(options.map(({ encoding }) => encoding)).toEqual(["G711", "G726", "AAC"]);
    expect(options.at(-1)?.bitratesKbps).toContain(77);
    expect(options.at(-1)?.sampleRatesKhz).toContain(12);
    for (const { encoding, bitratesKbps, sampleRatesKhz } of options)
      for (const bitrateKbps of bitratesKbps)
        for (const sampleRateKhz of sampleRatesKhz) {
          media.audio.setEncoderConfiguration({ token: "audio_encoder_1", encoding, bitrateKbps, sampleRateKhz });
          expect(media.audio.encoderConfigurations.get("audio_encoder_1")).toMatchObject({
            encoding,
            bitrateKbps,
            sampleRateKhz,
          });
        }
  });

  it.each([
    ["no-config", { token: "nowhere" }],
    ["config-modify", { encoding: "AAC" }],
    ["config-modify", { bitrateKbps: 63 }],
    ["config-modify", { sampleRateKhz: 9 }],
    ["config-modify", { name: "n".repeat(65) }],
    ["config-modify", { sessionTimeoutMs: -1 }],
  ] as const)("refuses with %s and stays as it was", (code, part) => {
    const { device, changes } = aDevice({ media: { profiles: [aProfile()], audioEncodings: ["G711"] } });
    const before = device.media.audioEncoderConfigurations();
    const set = (): void => device.media.audio.setEncoderConfiguration({ token: "audio_encoder_1", ...part });
    expect(codeOf(set)).toBe(code);
    expect(device.media.audioEncoderConfigurations()).toEqual(before);
    expect(changes).toEqual([]);
  });

  it("lets the source configuration have another name, not another source", () => {
    const { device, changes } = aDevice();
    const { audio } = device.media;
    const token = "audio_source_config_1";
    audio.setSourceConfiguration({ token, name: "hall" });
    expect(audio.sourceConfigurations.get(token).name).toBe("hall");
    expect(changes).toEqual([
      { slice: "configurations", what: "set", kind: "audio-source", configurationToken: token },
    ]);
    expect(codeOf(() => audio.setSourceConfiguration({ token, sourceToken: "x" }))).toBe("config-modify");
    expect(device.media.audioSourceConfigurationOptions({ configurationToken: token })).toEqual(["audio_source_1"]);
    expect(codeOf(() => device.media.audioSourceConfigurationOptions({ configurationToken: "x" }))).toBe("no-config");
  });
});

describe("metadata", () => {
  it("is offered, held by the profiles, or absent", () => {
    const held = (metadata: "absent" | "offered" | "in-profiles"): unknown => {
      const { media } = aDevice({ media: { profiles: [aProfile()], metadata } }).device;
      return [media.metadataConfigurations().length, media.profiles.get("profile_1").configurations.metadata];
    };
    expect(held("absent")).toEqual([0, undefined]);
    expect(held("offered")).toEqual([1, undefined]);
    expect(held("in-profiles")).toEqual([1, "metadata_1"]);
  });

  it("can be told which events and analytics to carry", () => {
    const { metadata } = aDevice().device.media;
    const token = "metadata_1";
    metadata.setConfiguration({ token, name: "motion", analytics: true, eventFilter: "tns1:RuleEngine//." });
    expect(metadata.configurations.get(token)).toMatchObject({
      name: "motion",
      analytics: true,
      eventFilter: "tns1:RuleEngine//.",
    });
    metadata.setConfiguration({ token, eventFilter: null });
    expect(metadata.configurations.get(token)).not.toHaveProperty("eventFilter");
    metadata.setConfiguration({ token });
    expect(metadata.configurations.get(token)).not.toHaveProperty("eventFilter");
  });

  it.each([
    ["no-config", { token: "nowhere" }],
    ["config-modify", { ptzStatus: true }],
    ["config-modify", { eventFilter: "x".repeat(1025) }],
    ["config-modify", { sessionTimeoutMs: Number.NaN }],
  ])("refuses with %s", (code, part) => {
    const { device } = aDevice();
    const set = (): void => device.media.metadata.setConfiguration({ token: "metadata_1", ...part });
    expect(codeOf(set)).toBe(code);
    expect(device.media.metadataConfigurationOptions()).toEqual({
      ptzStatusSupported: false,
      ptzPositionSupported: false,
      sensorsSupported: false,
    });
  });
});
