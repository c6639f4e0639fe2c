import { describe, expect, it } from "vitest";
import type { VideoEncoderSetting } from "#device/media/video";
import { aDevice, aProfile, aSubProfile, aVideoEncoder, codeOf } from "../../../support/a-device.js";

const hd = { width: 1280, height: 720 };

describe("video source configurations", () => {
  it("have the whole picture as bounds, and offer nothing else by default", () => {
    const { media } = aDevice().device;
    expect(media.videoSourceConfigurations()).toEqual([
      {
        token: "video_source_config_1",
        name: "video_source_config_1",
        sourceToken: "video_source_1",
        bounds: { x: 0, y: 0, ...hd },
      },
    ]);
    expect(media.videoSourceConfigurationOptions({ configurationToken: "video_source_config_1" })).toEqual({
      boundsRange: {
        x: { min: 0, max: 0 },
        y: { min: 0, max: 0 },
        width: { min: 1280, max: 1280 },
        height: { min: 720, max: 720 },
      },
      sourceTokens: ["video_source_1"],
      maximumProfiles: 10,
    });
  });

  it("can be cut where that is offered, and slide back from the edge", () => {
    const { device, changes } = aDevice({
      media: { profiles: [aProfile()], minimumBounds: { width: 320, height: 180 } },
    });
    const { video } = device.media;
    const token = "video_source_config_1";
    video.setSourceConfiguration({ token, name: "cut", bounds: { x: 480, y: 270, width: 640, height: 360 } });
    expect(video.sourceConfigurations.get(token)).toMatchObject({
      name: "cut",
      bounds: { x: 480, y: 270, width: 640, height: 360 },
    });
    video.setSourceConfiguration({ token, bounds: { x: 960, y: 540, width: 640, height: 180 } });
    expect(video.sourceConfigurations.get(token).bounds).toEqual({ x: 640, y: 540, width: 640, height: 180 });
    expect(changes.at(-1)).toEqual({
      slice: "configurations",
      what: "set",
      kind: "video-source",
      configurationToken: token,
    });
  });

  it.each([
    ["a token that is none", "no-config", { token: "nowhere" }],
    ["another source", "config-modify", { sourceToken: "video_source_9" }],
    ["a part that is not offered", "config-modify", { bounds: { x: 0, y: 0, width: 640, height: 360 } }],
    ["a place outside", "config-modify", { bounds: { x: -1, y: 0, ...hd } }],
    ["no number", "config-modify", { bounds: { x: Number.NaN, y: 0, ...hd } }],
    ["an overlong name", "config-modify", { name: "n".repeat(65) }],
  ])("refuse %s", (_, code, part) => {
    const { device, changes } = aDevice();
    const before = device.media.videoSourceConfigurations();
    const set = (): void => device.media.video.setSourceConfiguration({ token: "video_source_config_1", ...part });
    expect(codeOf(set)).toBe(code);
    expect(device.media.videoSourceConfigurations()).toEqual(before);
    expect(changes).toEqual([]);
  });
});

describe("video encoder options", () => {
  it("follow from source and configured encoders, largest size first", () => {
    const options = aDevice().device.media.videoEncoderConfigurationOptions({ configurationToken: "video_encoder_2" });
    expect(options.map(({ encoding }) => encoding)).toEqual(["JPEG", "MPEG4", "H264", "H265"]);
    const h264 = options.find(({ encoding }) => encoding === "H264");
    expect(h264).toEqual({
      encoding: "H264",
      qualityRange: { min: 1, max: 10 },
      resolutions: [
        hd,
        { width: 1024, height: 576 },
        { width: 640, height: 480 },
        { width: 640, height: 360 },
        { width: 320, height: 180 },
      ],
      frameRateRange: { min: 1, max: 30 },
      frameRates: [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30],
      encodingIntervalRange: { min: 1, max: 10 },
      bitrateKbpsRange: { min: 32, max: 16_384 },
      govLengthRange: { min: 1, max: 400 },
      encodingProfiles: ["Baseline", "Main", "High"],
    });
  });

  it("have QVGA for JPEG, and neither GOV length nor profile", () => {
    const [jpeg] = aDevice().device.media.videoEncoderConfigurationOptions();
    expect(jpeg?.resolutions).toContainEqual({ width: 320, height: 240 });
    expect(jpeg).toMatchObject({ encoding: "JPEG", encodingProfiles: [] });
    expect(jpeg).not.toHaveProperty("govLengthRange");
  });

  it("hold what is configured, however unusual", () => {
    const encoder = aVideoEncoder({
      resolution: { width: 1000, height: 1000 },
      quality: 80,
      frameRateLimit: 100,
      encodingInterval: 12,
      bitrateLimitKbps: 60_000,
      govLength: 1000,
      encodingProfile: "Extended",
    });
    const { media } = aDevice({
      media: {
        profiles: [aProfile({ video: { source: { width: 100, height: 100 }, encoder } })],
        videoEncodings: [],
        resolutions: [],
      },
    }).device;
    expect(media.videoEncoderConfigurationOptions()).toEqual([
      expect.objectContaining({
        encoding: "H264",
        qualityRange: { min: 1, max: 80 },
        resolutions: [
          { width: 1000, height: 1000 },
          { width: 100, height: 100 },
        ],
        frameRateRange: { min: 1, max: 100 },
        encodingIntervalRange: { min: 1, max: 12 },
        bitrateKbpsRange: { min: 32, max: 60_000 },
        govLengthRange: { min: 1, max: 1000 },
        encodingProfiles: ["Baseline", "Main", "High", "Extended"],
      }),
    ]);
  });

  it("follow the profile's source, or that of any channel where the profile has none", () => {
    const small = { width: 320, height: 240 };
    const { media } = aDevice({
      media: {
        profiles: [aProfile(), aProfile({ video: { source: small, encoder: aVideoEncoder({ resolution: small }) } })],
      },
    }).device;
    const largest = (profileToken?: string): unknown =>
      media.videoEncoderConfigurationOptions({ profileToken }).at(-1)?.resolutions[0];
    expect(largest("profile_2")).toEqual(small);
    expect(largest("profile_1")).toEqual(hd);
    expect(largest(media.profiles.createProfile({ name: "new" }).token)).toEqual(hd);
    const scope = { profileToken: "profile_1", configurationToken: "video_encoder_2" };
    expect(codeOf(() => media.videoEncoderConfigurationOptions(scope))).toBe("incompatible-configuration");
    expect(codeOf(() => media.videoEncoderConfigurationOptions({ profileToken: "nobody" }))).toBe("no-profile");
    expect(codeOf(() => media.videoEncoderConfigurationOptions({ configurationToken: "nowhere" }))).toBe("no-config");
  });
});

describe("video encoder configurations", () => {
  it("accept every combination they offer", () => {
    const { media } = aDevice().device;
    const token = "video_encoder_1";
    for (const options of media.videoEncoderConfigurationOptions({ configurationToken: token }))
      for (const resolution of options.resolutions)
        for (const end of ["min", "max"] as const)
          for (const encodingProfile of options.encodingProfiles.length > 0 ? options.encodingProfiles : [undefined]) {
            const setting: VideoEncoderSetting = {
              token,
              name: `Test ${end}`,
              encoding: options.encoding,
              resolution,
              quality: options.qualityRange[end],
              rateControl: {
                frameRateLimit: options.frameRateRange[end],
                encodingInterval: options.encodingIntervalRange[end],
                bitrateLimitKbps: options.bitrateKbpsRange[end],
              },
              govLength: options.govLengthRange?.[end],
              encodingProfile,
            };
            media.video.setEncoderConfiguration(setting);
            const { encodingProfile: profile, govLength, ...rest } = setting;
            expect(media.video.encoderConfigurations.get(token)).toMatchObject(
              options.encoding === "JPEG" ? rest : { ...rest, encodingProfile: profile, govLength },
            );
          }
  });

  it("adapt rate control to what is offered, and a session timeout to a usable one", () => {
    const { video } = aDevice().device.media;
    video.setEncoderConfiguration({
      token: "video_encoder_1",
      rateControl: { frameRateLimit: 1000, encodingInterval: 0, bitrateLimitKbps: 64_000 },
      sessionTimeoutMs: 0,
    });
    expect(video.encoderConfigurations.get("video_encoder_1")).toMatchObject({
      rateControl: { frameRateLimit: 30, encodingInterval: 1, bitrateLimitKbps: 16_384 },
      sessionTimeoutMs: 1000,
    });
  });

  it("keep what is not given", () => {
    const { device, changes } = aDevice();
    const { video } = device.media;
    const before = video.encoderConfigurations.get("video_encoder_1");
    video.setEncoderConfiguration({ token: "video_encoder_1" });
    video.setEncoderConfiguration({
      token: "video_encoder_1",
      rateControl: { frameRateLimit: 10, bitrateLimitKbps: 1000 },
    });
    expect(video.encoderConfigurations.get("video_encoder_1")).toEqual({
      ...before,
      rateControl: { frameRateLimit: 10, encodingInterval: 1, bitrateLimitKbps: 1000 },
    });
    expect(changes).toHaveLength(2);
  });

  it("take the usual profile of another encoding, and none for JPEG", () => {
    const { video } = aDevice().device.media;
    const token = "video_encoder_1";
    video.setEncoderConfiguration({ token, encoding: "MPEG4" });
    expect(video.encoderConfigurations.get(token).encodingProfile).toBe("SP");
    video.setEncoderConfiguration({ token, encoding: "JPEG", govLength: 0 });
    expect(video.encoderConfigurations.get(token)).not.toHaveProperty("encodingProfile");
    expect(video.encoderConfigurations.get(token).govLength).toBe(25);
    video.setEncoderConfiguration({ token, encoding: "H265" });
    expect(video.encoderConfigurations.get(token).encodingProfile).toBe("Main");
  });

  const group = (address: string, port = 5000, ttl = 1) =>
    ({ multicast: { address: { family: "ipv4", address }, port, ttl } }) as const;

  it("take any group, or none, for multicast", () => {
    const { video } = aDevice().device.media;
    for (const multicast of [group("239.1.2.3"), group("0.0.0.0", 0, 0), group("", 0)])
      video.setEncoderConfiguration({ token: "video_encoder_1", ...multicast });
    expect(video.encoderConfigurations.get("video_encoder_1").multicast.address.address).toBe("");
  });

  it.each([
    ["an unknown token", "no-config", { token: "nowhere" }],
    ["an encoding that is not offered", "config-modify", { encoding: "MPEG4" }],
    ["a size that is not offered", "config-modify", { resolution: { width: 1281, height: 720 } }],
    ["quality out of range", "config-modify", { quality: 11 }],
    ["no number as quality", "config-modify", { quality: Number.NaN }],
    ["GOV length out of range", "config-modify", { govLength: 0 }],
    ["half a picture as GOV length", "config-modify", { govLength: 1.5 }],
    ["the profile of another encoding", "config-modify", { encodingProfile: "Main10" }],
    ["no number as rate", "config-modify", { rateControl: { frameRateLimit: Number.NaN, bitrateLimitKbps: 1 } }],
    ["a negative timeout", "config-modify", { sessionTimeoutMs: -1 }],
    ["an overlong name", "config-modify", { name: "n".repeat(65) }],
    ["an address that is no group", "config-modify", group("192.0.2.1")],
    ["an address that is none", "config-modify", group("10.1")],
    ["a port that is none", "config-modify", group("239.1.2.3", 65_536)],
    ["a TTL that is none", "config-modify", group("239.1.2.3", 5000, 256)],
  ] as const)("refuse %s and stay as they were", (_, code, part) => {
    const { device, changes } = aDevice({
      media: { profiles: [aProfile(), aSubProfile()], videoEncodings: ["JPEG", "H264"] },
    });
    const before = device.media.videoEncoderConfigurations();
    const set = (): void => device.media.video.setEncoderConfiguration({ token: "video_encoder_1", ...part });
    expect(codeOf(set)).toBe(code);
    expect(device.media.videoEncoderConfigurations()).toEqual(before);
    expect(changes).toEqual([]);
  });

  it("have default groups that differ by stream and by camera, within the organisation's scope", () => {
    const { identity } = aDevice().device;
    const setup = { ...identity, serialNumber: "other" };
    const groups = [aDevice().device, aDevice({ identity: setup }).device].map(({ media }) =>
      [...media.videoEncoderConfigurations(), ...media.audioEncoderConfigurations()].map(
        ({ multicast }) => `${multicast.address.address}:${multicast.port}`,
      ),
    );
    expect(new Set(groups.flat()).size).toBe(8);
    for (const address of groups.flat()) expect(address).toMatch(/^239\.19[2-5]\./);
  });
});

describe("encoder instances", () => {
  it("are as many as the source has encoders, none for what is not offered", () => {
    const { video } = aDevice({
      media: { profiles: [aProfile(), aSubProfile()], videoEncodings: ["H264"] },
    }).device.media;
    expect(video.encoderInstances("video_source_config_1")).toEqual({
      total: 2,
      perEncoding: { JPEG: 0, MPEG4: 0, H264: 2, H265: 0 },
    });
    expect(codeOf(() => video.encoderInstances("nowhere"))).toBe("no-config");
    expect(codeOf(() => video.source("nowhere"))).toBe("no-video-source");
  });
});
