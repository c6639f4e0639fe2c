import { describe, expect, it } from "vitest";
import { aDevice, aProfile, aSubProfile, aVideoEncoder, codeOf } from "../../../support/a-device.js";

const other = {
  source: { width: 640, height: 480 },
  encoder: aVideoEncoder({ resolution: { width: 640, height: 480 } }),
};
/** Two channels: the second profile has a video source of its own. */
const twoChannels = { media: { profiles: [aProfile(), aProfile({ video: other })] } };

describe("profiles of the setup", () => {
  it("are fixed, with stable tokens and names, in their order", () => {
    const { profiles } = aDevice().device.media;
    expect(profiles.list()).toEqual([
      {
        token: "profile_1",
        name: "main",
        fixed: true,
        configurations: {
          "video-source": "video_source_config_1",
          "video-encoder": "video_encoder_1",
          "audio-source": "audio_source_config_1",
          "audio-encoder": "audio_encoder_1",
        },
        multicastStreaming: false,
      },
      expect.objectContaining({ token: "profile_2", name: "sub" }),
    ]);
  });

  it("share a video source where its size is equal", () => {
    expect(aDevice().device.media.video.sources).toEqual([
      { token: "video_source_1", resolution: { width: 1280, height: 720 }, frameRate: 25 },
    ]);
    const { media } = aDevice(twoChannels).device;
    expect(media.video.sources.map(({ token }) => token)).toEqual(["video_source_1", "video_source_2"]);
    expect(media.profiles.list().map(({ name }) => name)).toEqual(["channel1 main", "channel2 main"]);
  });

  it("take names and tokens from the setup, and number the others around them", () => {
    const { media } = aDevice({
      media: { profiles: [aProfile({ token: "profile_2", name: "door" }), aSubProfile(), aSubProfile()] },
    }).device;
    expect(media.profiles.list().map(({ token, name }) => [token, name])).toEqual([
      ["profile_2", "door"],
      ["profile_3", "sub"],
      ["profile_4", "sub2"],
    ]);
  });

  it.each([
    ["a token twice", [aProfile({ token: "p" }), aProfile({ token: "p" })]],
    ["a token with a blank", [aProfile({ token: "p 1" })]],
    ["an overlong name", [aProfile({ name: "n".repeat(65) })]],
  ])("can not have %s", (_, profiles) => expect(codeOf(() => aDevice({ media: { profiles } }))).toBe("device-setup"));

  it("can be without video, without audio, or without encoder", () => {
    const { media } = aDevice({
      media: {
        profiles: [
          { video: { source: { width: 1280, height: 720 } }, stream: { uri: undefined, appendParameters: false } },
          { audio: {}, stream: { uri: undefined, appendParameters: false } },
        ],
      },
    }).device;
    expect(media.profiles.list().map(({ configurations }) => configurations)).toEqual([
      { "video-source": "video_source_config_1" },
      { "audio-source": "audio_source_config_1" },
    ]);
  });
});

describe("CreateProfile", () => {
  it("makes an empty profile that can be deleted", () => {
    const { device, changes } = aDevice();
    const { profiles } = device.media;
    expect(profiles.createProfile({ name: "new" })).toEqual({
      token: "profile_3",
      name: "new",
      fixed: false,
      configurations: {},
      multicastStreaming: false,
    });
    expect(profiles.createProfile({ name: "own", token: "testprofileX" }).token).toBe("testprofileX");
    profiles.deleteProfile("testprofileX");
    profiles.deleteProfile("profile_3");
    expect(profiles.list()).toHaveLength(2);
    expect(changes).toEqual([
      { slice: "profiles", what: "created", profileToken: "profile_3" },
      { slice: "profiles", what: "created", profileToken: "testprofileX" },
      { slice: "profiles", what: "deleted", profileToken: "testprofileX" },
      { slice: "profiles", what: "deleted", profileToken: "profile_3" },
    ]);
  });

  it("makes one with configurations, whatever their order", () => {
    const { profiles } = aDevice().device.media;
    const created = profiles.createProfile({
      name: "whole",
      configurations: [
        { kind: "video-encoder", token: "video_encoder_2" },
        { kind: "video-source", token: "video_source_config_1" },
      ],
    });
    expect(created.configurations).toEqual({
      "video-source": "video_source_config_1",
      "video-encoder": "video_encoder_2",
    });
  });

  it("is refused beyond the maximum, and allowed again after a deletion", () => {
    const { profiles } = aDevice({ media: { profiles: [aProfile()], maximumProfiles: 2 } }).device.media;
    expect(profiles.maximum).toBe(2);
    profiles.createProfile({ name: "second" });
    expect(codeOf(() => profiles.createProfile({ name: "third" }))).toBe("max-nvt-profiles");
    profiles.deleteProfile("profile_2");
    profiles.createProfile({ name: "third" });
  });

  it.each([
    ["profile-exists", { name: "x", token: "profile_1" }],
    ["invalid-argument", { name: "x", token: "a b" }],
    ["invalid-argument", { name: "n".repeat(65) }],
    ["no-config", { name: "x", configurations: [{ kind: "video-source", token: "nowhere" }] }],
    ["configuration-conflict", { name: "x", configurations: [{ kind: "video-encoder", token: "video_encoder_1" }] }],
  ] as const)("is refused with %s", (code, request) => {
    const { device, changes } = aDevice();
    const { profiles } = device.media;
    const before = profiles.list();
    expect(codeOf(() => profiles.createProfile(request))).toBe(code);
    expect(profiles.list()).toBe(before);
    expect(changes).toEqual([]);
  });
});

describe("DeleteProfile", () => {
  it("refuses a fixed profile and an unknown one", () => {
    const { profiles } = aDevice().device.media;
    expect(codeOf(() => profiles.deleteProfile("profile_1"))).toBe("deletion-of-fixed-profile");
    expect(codeOf(() => profiles.deleteProfile("nobody"))).toBe("no-profile");
  });
});

describe("adding configurations", () => {
  it("replaces one of the same kind, and use counts follow", () => {
    const { device, changes } = aDevice();
    const { profiles } = device.media;
    const uses = (): number[] => [1, 2].map((n) => profiles.useCount("video-encoder", `video_encoder_${n}`));
    profiles.createProfile({ name: "new", token: "new" });
    profiles.addConfiguration("new", [{ kind: "video-source", token: "video_source_config_1" }]);
    expect(profiles.useCount("video-source", "video_source_config_1")).toBe(3);
    profiles.addConfiguration("new", [{ kind: "video-encoder", token: "video_encoder_1" }]);
    profiles.addConfiguration("new", [{ kind: "video-encoder", token: "video_encoder_1" }]);
    expect(uses()).toEqual([2, 1]);
    profiles.addConfiguration("new", [{ kind: "video-encoder", token: "video_encoder_2" }], "renamed");
    expect(uses()).toEqual([1, 2]);
    expect(profiles.get("new").name).toBe("renamed");
    expect(changes.at(-1)).toEqual({ slice: "profiles", what: "changed", profileToken: "new" });
    profiles.deleteProfile("new");
    expect(uses()).toEqual([1, 1]);
  });

  it("changes fixed profiles too", () => {
    const { profiles } = aDevice().device.media;
    profiles.addConfiguration("profile_1", [{ kind: "video-encoder", token: "video_encoder_2" }]);
    expect(profiles.get("profile_1").configurations["video-encoder"]).toBe("video_encoder_2");
  });

  it("moves source and encoder to another channel only together", () => {
    const { profiles } = aDevice(twoChannels).device.media;
    const source = { kind: "video-source", token: "video_source_config_2" } as const;
    const encoder = { kind: "video-encoder", token: "video_encoder_2" } as const;
    expect(codeOf(() => profiles.addConfiguration("profile_1", [source]))).toBe("configuration-conflict");
    expect(codeOf(() => profiles.addConfiguration("profile_1", [encoder]))).toBe("configuration-conflict");
    profiles.addConfiguration("profile_1", [encoder, source]);
    expect(profiles.get("profile_1").configurations).toMatchObject({
      "video-source": "video_source_config_2",
      "video-encoder": "video_encoder_2",
    });
  });

  it("accepts metadata in an empty profile", () => {
    const { profiles } = aDevice().device.media;
    profiles.createProfile({ name: "new", token: "new" });
    profiles.addConfiguration("new", [{ kind: "metadata", token: "metadata_1" }]);
    profiles.removeConfiguration("new", ["metadata"]);
    expect(profiles.get("new").configurations).toEqual({});
  });

  it.each([
    ["no-profile", "nobody", [{ kind: "video-source", token: "video_source_config_1" }]],
    ["no-config", "profile_1", [{ kind: "video-source", token: "video_encoder_1" }]],
    [
      "no-config",
      "profile_1",
      [
        { kind: "metadata", token: "metadata_1" },
        { kind: "metadata", token: "metadata_2" },
      ],
    ],
  ] as const)("is refused with %s, all or none", (code, profileToken, added) => {
    const { profiles } = aDevice().device.media;
    const before = profiles.list();
    expect(codeOf(() => profiles.addConfiguration(profileToken, added, "renamed"))).toBe(code);
    expect(profiles.list()).toBe(before);
  });
});

describe("removing configurations", () => {
  it("refuses a source whose encoder stays", () => {
    const { profiles } = aDevice().device.media;
    expect(codeOf(() => profiles.removeConfiguration("profile_1", ["video-source"]))).toBe("configuration-conflict");
    expect(codeOf(() => profiles.removeConfiguration("profile_1", ["audio-source"]))).toBe("configuration-conflict");
    profiles.removeConfiguration("profile_1", ["video-source", "video-encoder"]);
    expect(Object.keys(profiles.get("profile_1").configurations)).toEqual(["audio-source", "audio-encoder"]);
  });

  it("empties a profile by all", () => {
    const { profiles } = aDevice().device.media;
    profiles.removeConfiguration("profile_1", "all");
    expect(profiles.get("profile_1").configurations).toEqual({});
  });

  it("is silent where nothing is there", () => {
    const { device, changes } = aDevice();
    device.media.profiles.removeConfiguration("profile_1", ["metadata"]);
    expect(changes).toEqual([]);
    expect(codeOf(() => device.media.profiles.removeConfiguration("nobody", "all"))).toBe("no-profile");
  });
});

describe("configurations asked for", () => {
  const tokens = (list: readonly { readonly token: string }[]): string[] => list.map(({ token }) => token);

  it("are all, one, or those that fit a profile", () => {
    const { media } = aDevice(twoChannels).device;
    expect(tokens(media.videoEncoderConfigurations())).toEqual(["video_encoder_1", "video_encoder_2"]);
    expect(tokens(media.videoEncoderConfigurations({ configurationToken: "video_encoder_2" }))).toEqual([
      "video_encoder_2",
    ]);
    expect(tokens(media.videoEncoderConfigurations({ profileToken: "profile_2" }))).toEqual(["video_encoder_2"]);
    expect(tokens(media.videoSourceConfigurations({ profileToken: "profile_1" }))).toEqual(["video_source_config_1"]);
    expect(tokens(media.audioEncoderConfigurations({ profileToken: "profile_2" }))).toHaveLength(2);
    expect(tokens(media.audioSourceConfigurations({ profileToken: "profile_2" }))).toEqual(["audio_source_config_1"]);
    expect(tokens(media.metadataConfigurations({ profileToken: "profile_2" }))).toEqual(["metadata_1"]);
  });

  it("that fit an empty profile are the sources", () => {
    const { media } = aDevice(twoChannels).device;
    const { token: profileToken } = media.profiles.createProfile({ name: "new" });
    expect(tokens(media.videoSourceConfigurations({ profileToken }))).toHaveLength(2);
    expect(tokens(media.videoEncoderConfigurations({ profileToken }))).toEqual([]);
    expect(tokens(media.audioEncoderConfigurations({ profileToken }))).toEqual([]);
  });

  it("can each be added to the profile they were said to fit", () => {
    const { media } = aDevice(twoChannels).device;
    for (const { token: profileToken } of media.profiles.list())
      for (const { token } of media.videoEncoderConfigurations({ profileToken }))
        media.profiles.addConfiguration(profileToken, [{ kind: "video-encoder", token }]);
  });

  it.each([
    ["no-profile", { profileToken: "nobody" }],
    ["no-config", { configurationToken: "nowhere" }],
    ["no-config", { profileToken: "profile_1", configurationToken: "video_encoder_2" }],
  ])("are refused with %s", (code, scope) => {
    const { media } = aDevice(twoChannels).device;
    expect(codeOf(() => media.videoEncoderConfigurations(scope))).toBe(code);
  });
});
