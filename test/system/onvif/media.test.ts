import { describe, expect, it } from "vitest";
import { Media } from "#onvif/schema/media/service";
import type { Profile } from "#onvif/schema/tt/profile";
import { aProfile, aSubProfile } from "../../support/a-device.js";
import { aMediaCamera, aSilentProfile, at, faultOf, faultOfText, withH265 } from "../../support/media-service.js";
import { call, soap, type TestCamera } from "../../support/soap.js";

const profilesOf = async (camera: TestCamera): Promise<readonly Profile[]> =>
  (await call(camera, Media, "GetProfiles", {})).Profiles ?? [];

/** The tokens of what a profile holds. */
const held = (profile: Profile): readonly string[] =>
  [
    profile.VideoSourceConfiguration,
    profile.VideoEncoderConfiguration,
    profile.AudioSourceConfiguration,
    profile.AudioEncoderConfiguration,
    profile.MetadataConfiguration,
  ].flatMap((part) => part?.token ?? []);

describe("the capabilities of the media service", () => {
  it("follow from the camera and are told to anyone", async () => {
    const camera = aMediaCamera({ transports: ["rtsp-unicast", "rtsp-multicast"] });
    expect(await call(camera, Media, "GetServiceCapabilities", {}, { user: "nobody" })).toEqual({
      Capabilities: {
        SnapshotUri: true,
        Rotation: false,
        VideoSourceMode: false,
        OSD: false,
        EXICompression: false,
        ProfileCapabilities: { MaximumNumberOfProfiles: 10 },
        StreamingCapabilities: {
          RTPMulticast: true,
          RTP_TCP: false,
          RTP_RTSP_TCP: false,
          NonAggregateControl: false,
          NoRTSPStreaming: false,
        },
      },
    });
  });
});

describe("the profiles of the media service", () => {
  it("come in the order of the configuration, the largest first, under useful names (rule 28)", async () => {
    const profiles = await profilesOf(aMediaCamera());
    expect(profiles.map(({ token, Name, fixed }) => [token, Name, fixed])).toEqual([
      ["profile_1", "main", true],
      ["profile_2", "sub", true],
    ]);
    const widths = profiles.map(({ VideoEncoderConfiguration }) => VideoEncoderConfiguration?.Resolution.Width);
    expect(widths).toEqual([1280, 640]);
    // Tokens do not change from one start to the next.
    expect(await profilesOf(aMediaCamera())).toEqual(profiles);
  });

  it("are in H.264 and tell the real rates, none of them zero (rules 26 and 27)", async () => {
    const main = at(await profilesOf(aMediaCamera()));
    expect(main.VideoEncoderConfiguration).toMatchObject({
      Encoding: "H264",
      Quality: 4,
      RateControl: { FrameRateLimit: 25, EncodingInterval: 1, BitrateLimit: 2048 },
      H264: { GovLength: 25, H264Profile: "Main" },
      SessionTimeout: 10_000,
    });
  });

  it("hold their configurations as these are asked for one by one", async () => {
    const camera = aMediaCamera({ metadata: "in-profiles" });
    for (const profile of await profilesOf(camera)) {
      expect(await call(camera, Media, "GetProfile", { ProfileToken: profile.token })).toEqual({ Profile: profile });
      const ask = { ConfigurationToken: profile.VideoSourceConfiguration?.token ?? "" };
      const { Configuration } = await call(camera, Media, "GetVideoSourceConfiguration", ask);
      expect(Configuration).toEqual(profile.VideoSourceConfiguration);
      expect(Configuration.UseCount).toBe(2);
      const encoder = { ConfigurationToken: profile.VideoEncoderConfiguration?.token ?? "" };
      expect((await call(camera, Media, "GetVideoEncoderConfiguration", encoder)).Configuration).toEqual(
        profile.VideoEncoderConfiguration,
      );
      const audioEncoder = { ConfigurationToken: profile.AudioEncoderConfiguration?.token ?? "" };
      expect((await call(camera, Media, "GetAudioEncoderConfiguration", audioEncoder)).Configuration).toEqual(
        profile.AudioEncoderConfiguration,
      );
      const { Configuration: metadata } = await call(camera, Media, "GetMetadataConfiguration", {
        ConfigurationToken: "metadata_1",
      });
      expect(profile.MetadataConfiguration).toEqual(metadata);
    }
  });

  it("can be made, filled, emptied and deleted", async () => {
    const camera = aMediaCamera();
    const { Profile: created } = await call(camera, Media, "CreateProfile", { Name: "mine", Token: "Mine-1.x" });
    expect(created).toEqual({ token: "Mine-1.x", fixed: false, Name: "mine" });
    const ProfileToken = created.token;
    const steps = [
      ["VideoSource", "video_source_config_1"],
      ["VideoEncoder", "video_encoder_2"],
      ["AudioSource", "audio_source_config_1"],
      ["AudioEncoder", "audio_encoder_2"],
      ["Metadata", "metadata_1"],
    ] as const;
    const expected: string[] = [];
    const current = async () => held((await call(camera, Media, "GetProfile", { ProfileToken })).Profile);
    for (const [kind, ConfigurationToken] of steps) {
      await call(camera, Media, `Add${kind}Configuration`, { ProfileToken, ConfigurationToken });
      expected.push(ConfigurationToken);
      expect((await current()).toSorted()).toEqual(expected.toSorted());
    }
    for (const [kind, token] of steps.toReversed()) {
      await call(camera, Media, `Remove${kind}Configuration`, { ProfileToken });
      expected.splice(expected.indexOf(token), 1);
      expect((await current()).toSorted()).toEqual(expected.toSorted());
      // What is not there is removed without complaint.
      await call(camera, Media, `Remove${kind}Configuration`, { ProfileToken });
    }
    await call(camera, Media, "DeleteProfile", { ProfileToken });
    expect(await profilesOf(camera)).toHaveLength(2);
  });

  it("replace a configuration by one of the same kind, and count who uses it", async () => {
    const camera = aMediaCamera();
    const request = { ProfileToken: "profile_1", ConfigurationToken: "video_encoder_2" };
    await call(camera, Media, "AddVideoEncoderConfiguration", request);
    await call(camera, Media, "AddVideoEncoderConfiguration", request);
    const { Configurations } = await call(camera, Media, "GetVideoEncoderConfigurations", {});
    expect(Configurations?.map(({ token, UseCount }) => [token, UseCount])).toEqual([
      ["video_encoder_1", 0],
      ["video_encoder_2", 2],
    ]);
  });

  it("let a recorder make a throw-away profile and delete it, up to the maximum (rule 30)", async () => {
    const camera = aMediaCamera({ maximumProfiles: 3 });
    for (let attempt = 0; attempt < 3; attempt++) {
      const { Profile } = await call(camera, Media, "CreateProfile", { Name: "SynoTest" });
      expect(await faultOf(camera, Media, "CreateProfile", { Name: "more" })).toBe("Receiver Action MaxNVTProfiles");
      await call(camera, Media, "DeleteProfile", { ProfileToken: Profile.token });
    }
    expect(await profilesOf(camera)).toHaveLength(2);
  });

  it("are not made for a stranger, who is asked to log in: the standard has it so (rule 30)", async () => {
    const camera = aMediaCamera();
    const content = "<trt:Name>SynoTest</trt:Name>";
    const reply = await soap(camera, { service: Media, operation: "CreateProfile", content }, { user: "nobody" });
    expect(reply).toMatchObject({ status: 401, fault: "Sender NotAuthorized" });
    expect(reply.challenges.length).toBeGreaterThan(0);
    expect(await profilesOf(camera)).toHaveLength(2);
  });

  it.each([
    ["a name of more than 64 characters", `<trt:Name>${"n".repeat(65)}</trt:Name>`, "Sender InvalidArgVal"],
    ["no name", "<trt:Token>t</trt:Token>", "Sender InvalidArgs"],
    ["a token with a blank", "<trt:Name>n</trt:Name><trt:Token>a b</trt:Token>", "Sender InvalidArgVal"],
    ["an empty token", "<trt:Name>n</trt:Name><trt:Token/>", "Sender InvalidArgVal"],
  ])("are not made with %s", async (_, content, fault) => {
    expect(await faultOfText(aMediaCamera(), Media, "CreateProfile", content)).toBe(fault);
  });
});

describe("an operation of the media service on what is not there", () => {
  const NO_PROFILE = "Sender InvalidArgVal NoProfile";
  const NO_CONFIG = "Sender InvalidArgVal NoConfig";
  const kinds = ["VideoSource", "VideoEncoder", "AudioSource", "AudioEncoder", "Metadata"] as const;
  const someone = { ProfileToken: "nobody" };

  it.each([
    "GetProfile",
    "DeleteProfile",
    "GetSnapshotUri",
    "SetSynchronizationPoint",
    "StartMulticastStreaming",
    "StopMulticastStreaming",
  ] as const)("refuses %s of an unknown profile", async (operation) => {
    expect(await faultOf(aMediaCamera(), Media, operation, someone)).toBe(NO_PROFILE);
  });

  it.each(kinds)("refuses unknown tokens for %s configurations", async (kind) => {
    const camera = aMediaCamera();
    const ProfileToken = "profile_1";
    const ConfigurationToken = "nothing";
    expect(await faultOf(camera, Media, `Get${kind}Configuration`, { ConfigurationToken })).toBe(NO_CONFIG);
    expect(await faultOf(camera, Media, `GetCompatible${kind}Configurations`, someone)).toBe(NO_PROFILE);
    expect(await faultOf(camera, Media, `Get${kind}ConfigurationOptions`, someone)).toBe(NO_PROFILE);
    expect(await faultOf(camera, Media, `Get${kind}ConfigurationOptions`, { ConfigurationToken })).toBe(NO_CONFIG);
    const add = `Add${kind}Configuration` as const;
    expect(await faultOf(camera, Media, add, { ...someone, ConfigurationToken })).toBe(NO_PROFILE);
    expect(await faultOf(camera, Media, add, { ProfileToken, ConfigurationToken })).toBe(NO_CONFIG);
    expect(await faultOf(camera, Media, `Remove${kind}Configuration`, someone)).toBe(NO_PROFILE);
  });

  it("refuses to count the encoders of an unknown video source configuration", async () => {
    const request = { ConfigurationToken: "nothing" };
    const operation = "GetGuaranteedNumberOfVideoEncoderInstances";
    expect(await faultOf(aMediaCamera(), Media, operation, request)).toBe(NO_CONFIG);
  });
});

describe("an operation of the media service against the rules of profiles", () => {
  const CONFLICT = "Receiver Action ConfigurationConflict";
  const twoChannels = {
    profiles: [
      aProfile(),
      aProfile({ video: { source: { width: 640, height: 480 }, encoder: undefined }, audio: undefined }),
    ],
  };

  it("does not make a profile under a token that is taken", async () => {
    const request = { Name: "again", Token: "profile_1" };
    expect(await faultOf(aMediaCamera(), Media, "CreateProfile", request)).toBe("Sender InvalidArgVal ProfileExists");
  });

  it("does not delete a fixed profile", async () => {
    const request = { ProfileToken: "profile_2" };
    expect(await faultOf(aMediaCamera(), Media, "DeleteProfile", request)).toBe("Sender Action DeletionOfFixedProfile");
  });

  it("does not add an encoder to a profile without its source", async () => {
    const camera = aMediaCamera();
    const { Profile } = await call(camera, Media, "CreateProfile", { Name: "empty" });
    const ProfileToken = Profile.token;
    const video = { ProfileToken, ConfigurationToken: "video_encoder_1" };
    const audio = { ProfileToken, ConfigurationToken: "audio_encoder_1" };
    expect(await faultOf(camera, Media, "AddVideoEncoderConfiguration", video)).toBe(CONFLICT);
    expect(await faultOf(camera, Media, "AddAudioEncoderConfiguration", audio)).toBe(CONFLICT);
    expect(await call(camera, Media, "GetCompatibleVideoEncoderConfigurations", { ProfileToken })).toEqual({});
  });

  it("does not add an encoder of another source, nor lists it as compatible", async () => {
    const camera = aMediaCamera(twoChannels);
    const request = { ProfileToken: "profile_2", ConfigurationToken: "video_encoder_1" };
    expect(await faultOf(camera, Media, "AddVideoEncoderConfiguration", request)).toBe(CONFLICT);
    const compatible = { ProfileToken: "profile_2" };
    expect(await call(camera, Media, "GetCompatibleVideoEncoderConfigurations", compatible)).toEqual({});
  });

  it("does not take the source from under an encoder", async () => {
    const camera = aMediaCamera();
    const request = { ProfileToken: "profile_1" };
    expect(await faultOf(camera, Media, "RemoveVideoSourceConfiguration", request)).toBe(CONFLICT);
    expect(await faultOf(camera, Media, "RemoveAudioSourceConfiguration", request)).toBe(CONFLICT);
  });

  it("does not give options for a profile and a configuration that do not fit each other", async () => {
    const request = { ProfileToken: "profile_2", ConfigurationToken: "video_encoder_1" };
    const fault = await faultOf(aMediaCamera(twoChannels), Media, "GetVideoEncoderConfigurationOptions", request);
    expect(fault).toBe("Sender InvalidArgVal IncompatibleConfiguration");
  });
});

describe("a camera without sound", () => {
  const AUDIO = "Receiver ActionNotSupported AudioNotSupported";
  const ProfileToken = "profile_1";
  const ConfigurationToken = "audio";

  it.each([
    ["GetAudioSources", {}],
    ["GetAudioSourceConfigurations", {}],
    ["GetAudioEncoderConfigurations", {}],
    ["GetAudioSourceConfiguration", { ConfigurationToken }],
    ["GetAudioEncoderConfiguration", { ConfigurationToken }],
    ["GetCompatibleAudioSourceConfigurations", { ProfileToken }],
    ["GetCompatibleAudioEncoderConfigurations", { ProfileToken }],
    ["GetAudioSourceConfigurationOptions", {}],
    ["GetAudioEncoderConfigurationOptions", {}],
    ["AddAudioSourceConfiguration", { ProfileToken, ConfigurationToken }],
    ["AddAudioEncoderConfiguration", { ProfileToken, ConfigurationToken }],
    ["RemoveAudioSourceConfiguration", { ProfileToken }],
    ["RemoveAudioEncoderConfiguration", { ProfileToken }],
  ] as const)("answers AudioNotSupported to %s", async (operation, request) => {
    const camera = aMediaCamera({ profiles: [aSilentProfile()] });
    expect(await faultOf(camera, Media, operation, request as never)).toBe(AUDIO);
  });

  it("answers AudioNotSupported to changes of audio configurations", async () => {
    const { Configuration: source } = await call(aMediaCamera(), Media, "GetAudioSourceConfiguration", {
      ConfigurationToken: "audio_source_config_1",
    });
    const { Configuration: encoder } = await call(aMediaCamera(), Media, "GetAudioEncoderConfiguration", {
      ConfigurationToken: "audio_encoder_1",
    });
    const camera = aMediaCamera({ profiles: [aSilentProfile()] });
    const ForcePersistence = true;
    const changes = [
      await faultOf(camera, Media, "SetAudioSourceConfiguration", { Configuration: source, ForcePersistence }),
      await faultOf(camera, Media, "SetAudioEncoderConfiguration", { Configuration: encoder, ForcePersistence }),
    ];
    expect(changes).toEqual([AUDIO, AUDIO]);
  });
});

describe("a camera without video", () => {
  it("answers with empty lists and with options that offer nothing", async () => {
    const camera = aMediaCamera({ profiles: [aProfile({ video: undefined })] });
    expect(await call(camera, Media, "GetVideoSources", {})).toEqual({});
    expect(await call(camera, Media, "GetVideoEncoderConfigurations", {})).toEqual({});
    expect(await call(camera, Media, "GetVideoEncoderConfigurationOptions", {})).toEqual({
      Options: { QualityRange: { Min: 0, Max: 0 }, Extension: {} },
    });
    expect(await faultOf(camera, Media, "GetSnapshotUri", { ProfileToken: "profile_1" })).toBe(
      "Receiver Action IncompleteConfiguration",
    );
  });
});

describe("an encoder that is set to H.265, for which the service has no word", () => {
  it("is left out, and everything else of its profile is told (rule 26)", async () => {
    const camera = aMediaCamera(withH265);
    const [main, sub] = await profilesOf(camera);
    expect(main?.VideoSourceConfiguration?.token).toBe("video_source_config_1");
    expect(main?.VideoEncoderConfiguration).toBeUndefined();
    expect(sub?.VideoEncoderConfiguration?.Encoding).toBe("H264");
    const { Configurations } = await call(camera, Media, "GetVideoEncoderConfigurations", {});
    expect(Configurations?.map(({ token }) => token)).toEqual(["video_encoder_2"]);
    const request = { ConfigurationToken: "video_encoder_1" };
    expect(await faultOf(camera, Media, "GetVideoEncoderConfiguration", request)).toBe("Sender InvalidArgVal NoConfig");
  });

  it("counts for no instance, so that the numbers agree with the list", async () => {
    const request = { ConfigurationToken: "video_source_config_1" };
    const operation = "GetGuaranteedNumberOfVideoEncoderInstances";
    const one = { TotalNumber: 1, JPEG: 1, H264: 1, MPEG4: 1 };
    expect(await call(aMediaCamera(withH265), Media, operation, request)).toEqual(one);
    const two = { TotalNumber: 2, JPEG: 2, H264: 2, MPEG4: 2 };
    expect(await call(aMediaCamera(), Media, operation, request)).toEqual(two);
  });

  it("streams all the same, and can be set to H.264 here", async () => {
    const camera = aMediaCamera(withH265);
    const setup = { Stream: "RTP-Unicast", Transport: { Protocol: "RTSP" } } as const;
    const stream = await call(camera, Media, "GetStreamUri", { StreamSetup: setup, ProfileToken: "profile_1" });
    expect(stream.MediaUri.Uri).toContain("&ve=H265&");
    const { Configurations } = await call(camera, Media, "GetVideoEncoderConfigurations", {});
    const Configuration = { ...at(Configurations), token: "video_encoder_1" };
    await call(camera, Media, "SetVideoEncoderConfiguration", { Configuration, ForcePersistence: true });
    expect(at(await profilesOf(camera)).VideoEncoderConfiguration?.Encoding).toBe("H264");
  });
});

describe("operations for things that this camera has not", () => {
  it.each(["GetOSDs", "GetVideoAnalyticsConfigurations"])("answer ActionNotSupported: %s", async (operation) => {
    const reply = await soap(aMediaCamera(), { service: Media, operation });
    expect(reply.fault).toBe("Receiver ActionNotSupported");
  });

  it("tell of one video source with its whole picture", async () => {
    const camera = aMediaCamera({ profiles: [aProfile(), aSubProfile()] });
    expect(await call(camera, Media, "GetVideoSources", {})).toEqual({
      VideoSources: [{ token: "video_source_1", Framerate: 25, Resolution: { Width: 1280, Height: 720 } }],
    });
    expect(await call(camera, Media, "GetAudioSources", {})).toEqual({
      AudioSources: [{ token: "audio_source_1", Channels: 1 }],
    });
  });
});
