import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RequestOf } from "#onvif/operation";
import { Media } from "#onvif/schema/media/service";
import type { AudioEncoderConfiguration } from "#onvif/schema/tt/audio-encoder";
import type { IntRange } from "#onvif/schema/tt/common";
import type { MetadataConfiguration } from "#onvif/schema/tt/metadata-configuration";
import type { VideoEncoderConfiguration } from "#onvif/schema/tt/video-encoder";
import type { VideoSourceConfiguration } from "#onvif/schema/tt/video-source";
import { aProfile, aVideoEncoder } from "../../support/a-device.js";
import { aMediaCamera, at, faultOf, faultOfText } from "../../support/media-service.js";
import { aCamera, call, type TestCamera } from "../../support/soap.js";

const CONFIG_MODIFY = "Sender InvalidArgVal ConfigModify";
const NO_CONFIG = "Sender InvalidArgVal NoConfig";
const ForcePersistence = true;

const videoEncoder = async (camera: TestCamera, token = "video_encoder_1"): Promise<VideoEncoderConfiguration> =>
  (await call(camera, Media, "GetVideoEncoderConfiguration", { ConfigurationToken: token })).Configuration;
const videoSource = async (camera: TestCamera): Promise<VideoSourceConfiguration> =>
  (await call(camera, Media, "GetVideoSourceConfiguration", { ConfigurationToken: "video_source_config_1" }))
    .Configuration;
const audioEncoder = async (camera: TestCamera): Promise<AudioEncoderConfiguration> =>
  (await call(camera, Media, "GetAudioEncoderConfiguration", { ConfigurationToken: "audio_encoder_1" })).Configuration;
const metadata = async (camera: TestCamera): Promise<MetadataConfiguration> =>
  (await call(camera, Media, "GetMetadataConfiguration", { ConfigurationToken: "metadata_1" })).Configuration;

type SetVideoEncoder = RequestOf<typeof Media.operations.SetVideoEncoderConfiguration>;
const setVideoEncoder = (camera: TestCamera, Configuration: SetVideoEncoder["Configuration"]) =>
  call(camera, Media, "SetVideoEncoderConfiguration", { Configuration, ForcePersistence });
const refusedVideoEncoder = (camera: TestCamera, Configuration: SetVideoEncoder["Configuration"]) =>
  faultOf(camera, Media, "SetVideoEncoderConfiguration", { Configuration, ForcePersistence });

const Multicast = {
  Address: { Type: "IPv4", IPv4Address: "239.1.2.3" },
  Port: 5004,
  TTL: 9,
  AutoStart: false,
} as const;

const inside = ({ Min, Max }: IntRange) => fc.integer({ min: Min, max: Max });

describe("a video encoder configuration", () => {
  it("is read back as it was set, in every member", async () => {
    const camera = aMediaCamera();
    const changed: VideoEncoderConfiguration = {
      token: "video_encoder_1",
      Name: "other <name> & more",
      UseCount: 1,
      Encoding: "MPEG4",
      Resolution: { Width: 640, Height: 360 },
      Quality: 7.5,
      RateControl: { FrameRateLimit: 12, EncodingInterval: 2, BitrateLimit: 700 },
      MPEG4: { GovLength: 33, Mpeg4Profile: "ASP" },
      Multicast,
      SessionTimeout: 30_000,
    };
    await setVideoEncoder(camera, changed);
    expect(await videoEncoder(camera)).toEqual(changed);
    expect(camera.changes).toEqual([
      { slice: "configurations", what: "set", kind: "video-encoder", configurationToken: "video_encoder_1" },
    ]);
    const { Profile } = await call(camera, Media, "GetProfile", { ProfileToken: "profile_1" });
    expect(Profile.VideoEncoderConfiguration).toEqual(changed);
  });

  it("offers its options in the old form and, with bit rates, in the extension (rule 29)", async () => {
    const camera = aMediaCamera();
    const { Options } = await call(camera, Media, "GetVideoEncoderConfigurationOptions", {
      ConfigurationToken: "video_encoder_1",
    });
    for (const encoding of ["JPEG", "MPEG4", "H264"] as const) {
      const { BitrateRange, ...rest } = Options.Extension?.[encoding] ?? { BitrateRange: undefined };
      expect(Options[encoding]).toEqual(rest);
      expect(BitrateRange).toEqual({ Min: 32, Max: 16_384 });
      expect(Options[encoding]?.ResolutionsAvailable.length).toBeGreaterThan(1);
    }
    expect(Options.JPEG?.ResolutionsAvailable).toContainEqual({ Width: 320, Height: 240 });
    expect(Options.QualityRange).toEqual({ Min: 1, Max: 10 });
    expect(Options.H264?.GovLengthRange).toEqual({ Min: 1, Max: 400 });
    expect(Options.H264?.H264ProfilesSupported).toEqual(["Baseline", "Main", "High"]);
    expect(Options.MPEG4?.Mpeg4ProfilesSupported).toEqual(["SP", "ASP"]);
  });

  it("has options that hold what is in force, however unusual", async () => {
    const encoder = aVideoEncoder({
      resolution: { width: 1000, height: 500 },
      frameRateLimit: 59.94,
      bitrateLimitKbps: 40_000,
      encodingInterval: 12,
      govLength: 600,
      encodingProfile: "Extended",
    });
    const camera = aMediaCamera({
      profiles: [aProfile({ video: { source: { width: 1280, height: 720 }, encoder } })],
    });
    const { RateControl, H264, Resolution } = await videoEncoder(camera);
    const { Options } = await call(camera, Media, "GetVideoEncoderConfigurationOptions", { ProfileToken: "profile_1" });
    expect(Options.H264?.ResolutionsAvailable).toContainEqual(Resolution);
    expect(Options.H264?.FrameRateRange.Max).toBe(RateControl?.FrameRateLimit);
    expect(Options.H264?.EncodingIntervalRange.Max).toBe(RateControl?.EncodingInterval);
    expect(Options.Extension?.H264?.BitrateRange.Max).toBe(RateControl?.BitrateLimit);
    expect(Options.H264?.GovLengthRange.Max).toBe(H264?.GovLength);
    expect(Options.H264?.H264ProfilesSupported).toContain(H264?.H264Profile);
  });

  it("accepts any combination of its options", async () => {
    const camera = aMediaCamera();
    const present = await videoEncoder(camera);
    const { Options } = await call(camera, Media, "GetVideoEncoderConfigurationOptions", {});
    const { JPEG, MPEG4, H264 } = Options.Extension ?? {};
    if (!JPEG || !MPEG4 || !H264) throw new Error("an encoding is not offered");
    const common = (options: typeof JPEG) => ({
      Quality: inside(Options.QualityRange),
      Resolution: fc.constantFrom(...options.ResolutionsAvailable),
      RateControl: fc.record({
        FrameRateLimit: inside(options.FrameRateRange),
        EncodingInterval: inside(options.EncodingIntervalRange),
        BitrateLimit: inside(options.BitrateRange),
      }),
    });
    const setting = fc.oneof(
      fc.record({ Encoding: fc.constant("JPEG"), ...common(JPEG) }),
      fc.record({
        Encoding: fc.constant("MPEG4"),
        ...common(MPEG4),
        MPEG4: fc.record({
          GovLength: inside(MPEG4.GovLengthRange),
          Mpeg4Profile: fc.constantFrom(...MPEG4.Mpeg4ProfilesSupported),
        }),
      }),
      fc.record({
        Encoding: fc.constant("H264"),
        ...common(H264),
        H264: fc.record({
          GovLength: inside(H264.GovLengthRange),
          H264Profile: fc.constantFrom(...H264.H264ProfilesSupported),
        }),
      }),
    );
    const { H264: _, ...rest } = present;
    await fc.assert(
      fc.asyncProperty(setting, async (chosen) => {
        await setVideoEncoder(camera, { ...rest, ...chosen });
        expect(await videoEncoder(camera)).toEqual({ ...rest, ...chosen });
      }),
      { numRuns: 60 },
    );
  });

  it("keeps a frame rate that is written back as this service rounds it (rule 27)", async () => {
    const camera = aMediaCamera();
    const { device } = camera;
    const rateControl = { frameRateLimit: 12.5, bitrateLimitKbps: 900 };
    device.media.video.setEncoderConfiguration({ token: "video_encoder_1", rateControl });
    const shown = await videoEncoder(camera);
    expect(shown.RateControl?.FrameRateLimit).toBe(13);
    await setVideoEncoder(camera, { ...shown, Name: "renamed" });
    expect(device.media.video.encoderConfigurations.get("video_encoder_1")).toMatchObject({
      name: "renamed",
      rateControl: { ...rateControl, encodingInterval: 1 },
    });
  });

  it("keeps its rates where none are given, and has them fitted into its options where they lie outside", async () => {
    const camera = aMediaCamera();
    const { RateControl, ...rest } = await videoEncoder(camera);
    await setVideoEncoder(camera, rest);
    expect((await videoEncoder(camera)).RateControl).toEqual(RateControl);
    await setVideoEncoder(camera, {
      ...rest,
      RateControl: { FrameRateLimit: 1000, EncodingInterval: 0, BitrateLimit: 1 },
    });
    expect((await videoEncoder(camera)).RateControl).toEqual({
      FrameRateLimit: 30,
      EncodingInterval: 1,
      BitrateLimit: 32,
    });
  });

  it("takes the usual settings of an encoding whose part is left out", async () => {
    const camera = aMediaCamera();
    const { H264: _, ...rest } = await videoEncoder(camera);
    await setVideoEncoder(camera, { ...rest, Encoding: "MPEG4" });
    expect((await videoEncoder(camera)).MPEG4).toEqual({ GovLength: 25, Mpeg4Profile: "SP" });
    await setVideoEncoder(camera, { ...rest, Encoding: "JPEG" });
    expect(await videoEncoder(camera)).toEqual({ ...rest, Encoding: "JPEG" });
  });

  it.each([
    ["an unknown token", { token: "nothing" }, NO_CONFIG],
    ["a size that is not offered", { Resolution: { Width: 1281, Height: 720 } }, CONFIG_MODIFY],
    ["a quality above the range", { Quality: 11 }, CONFIG_MODIFY],
    ["a quality that is no number", { Quality: NaN }, CONFIG_MODIFY],
    ["a GOV length above the range", { H264: { GovLength: 401, H264Profile: "Main" } }, CONFIG_MODIFY],
    ["a profile that is not offered", { H264: { GovLength: 25, H264Profile: "Extended" } }, CONFIG_MODIFY],
    ["a unicast address for multicast", { Multicast: withAddress("192.0.2.1") }, CONFIG_MODIFY],
    ["an address for multicast that is none", { Multicast: withAddress("239.1.2") }, CONFIG_MODIFY],
    ["a port above the last", { Multicast: { ...Multicast, Port: 65_536 } }, CONFIG_MODIFY],
    ["a TTL above the last", { Multicast: { ...Multicast, TTL: 256 } }, CONFIG_MODIFY],
    ["a negative session timeout", { SessionTimeout: -1000 }, CONFIG_MODIFY],
    ["a guaranteed frame rate", { GuaranteedFrameRate: true }, CONFIG_MODIFY],
  ] as const)("is not set to %s", async (_, over, fault) => {
    const camera = aMediaCamera();
    expect(await refusedVideoEncoder(camera, { ...(await videoEncoder(camera)), ...over })).toBe(fault);
  });

  it("is not set to an encoding that the standard does not have", async () => {
    const content = '<trt:Configuration token="video_encoder_1"><tt:Name/><tt:UseCount>1</tt:UseCount>';
    const rest = "<tt:Encoding>H265</tt:Encoding></trt:Configuration>";
    const fault = await faultOfText(aMediaCamera(), Media, "SetVideoEncoderConfiguration", content + rest);
    expect(fault).toBe("Sender InvalidArgVal");
  });
});

function withAddress(IPv4Address: string) {
  return { ...Multicast, Address: { Type: "IPv4", IPv4Address } } as const;
}

describe("a multicast address", () => {
  it.each([
    ["an IPv6 group", { Type: "IPv6", IPv6Address: "ff15::7" }, { Type: "IPv6", IPv6Address: "ff15::7" }],
    ["none", { Type: "IPv4", IPv4Address: "0.0.0.0" }, { Type: "IPv4", IPv4Address: "0.0.0.0" }],
    ["none, the address left out", { Type: "IPv4" }, { Type: "IPv4", IPv4Address: "0.0.0.0" }],
    ["none of IPv6, the address left out", { Type: "IPv6" }, { Type: "IPv6", IPv6Address: "::" }],
  ] as const)("may be %s", async (_, Address, expected) => {
    const camera = aMediaCamera();
    const present = await videoEncoder(camera);
    await setVideoEncoder(camera, { ...present, Multicast: { ...Multicast, Address, AutoStart: true } });
    // AutoStart is read-only.
    expect((await videoEncoder(camera)).Multicast).toEqual({ ...Multicast, Address: expected });
  });
});

describe("a video source configuration", () => {
  const cropping = { minimumBounds: { width: 320, height: 180 } };
  const set = "SetVideoSourceConfiguration";

  it("is read back as it was set", async () => {
    const camera = aMediaCamera(cropping);
    const changed = { ...(await videoSource(camera)), Name: "left", Bounds: { x: 10, y: 20, width: 640, height: 360 } };
    await call(camera, Media, set, { Configuration: changed, ForcePersistence });
    expect(await videoSource(camera)).toEqual(changed);
  });

  it("has options with the ranges of its bounds and its source", async () => {
    const { Options } = await call(aMediaCamera(cropping), Media, "GetVideoSourceConfigurationOptions", {
      ConfigurationToken: "video_source_config_1",
    });
    expect(Options).toEqual({
      MaximumNumberOfProfiles: 10,
      BoundsRange: {
        XRange: { Min: 0, Max: 960 },
        YRange: { Min: 0, Max: 540 },
        WidthRange: { Min: 320, Max: 1280 },
        HeightRange: { Min: 180, Max: 720 },
      },
      VideoSourceTokensAvailable: ["video_source_1"],
    });
  });

  it.each([
    ["an unknown token", { token: "nothing" }, NO_CONFIG],
    ["another source", { SourceToken: "video_source_2" }, CONFIG_MODIFY],
    ["bounds that are too wide", { Bounds: { x: 0, y: 0, width: 1281, height: 720 } }, CONFIG_MODIFY],
    ["bounds that begin outside", { Bounds: { x: -1, y: 0, width: 1280, height: 720 } }, CONFIG_MODIFY],
    ["a rotation, which is not offered", { Extension: { Rotate: { Mode: "ON", Degree: 90 } } }, CONFIG_MODIFY],
    ["a mirror, which is not offered", { Extension: { Rotate: { Mode: "OFF", Mirror: true } } }, CONFIG_MODIFY],
  ] as const)("is not set to %s", async (_, over, fault) => {
    const camera = aMediaCamera();
    const Configuration = { ...(await videoSource(camera)), ...over };
    expect(await faultOf(camera, Media, set, { Configuration, ForcePersistence })).toBe(fault);
  });

  it("may say that it is not rotated", async () => {
    const camera = aMediaCamera();
    const present = await videoSource(camera);
    const Configuration = { ...present, Extension: { Rotate: { Mode: "OFF" } } } as const;
    await call(camera, Media, set, { Configuration, ForcePersistence });
    expect(await videoSource(camera)).toEqual(present);
  });
});

describe("an audio source configuration", () => {
  it("takes a name, and no other source", async () => {
    const camera = aMediaCamera();
    const { Configurations } = await call(camera, Media, "GetAudioSourceConfigurations", {});
    const Configuration = { ...at(Configurations), Name: "microphone" };
    const set = "SetAudioSourceConfiguration";
    await call(camera, Media, set, { Configuration, ForcePersistence });
    expect(await call(camera, Media, "GetAudioSourceConfigurations", {})).toEqual({ Configurations: [Configuration] });
    const other = { Configuration: { ...Configuration, SourceToken: "elsewhere" }, ForcePersistence };
    expect(await faultOf(camera, Media, set, other)).toBe(CONFIG_MODIFY);
    const unknown = { Configuration: { ...Configuration, token: "nothing" }, ForcePersistence };
    expect(await faultOf(camera, Media, set, unknown)).toBe(NO_CONFIG);
    expect(await call(camera, Media, "GetAudioSourceConfigurationOptions", {})).toEqual({
      Options: { InputTokensAvailable: ["audio_source_1"] },
    });
  });
});

describe("an audio encoder configuration", () => {
  const set = "SetAudioEncoderConfiguration";

  it("accepts each pair of rates that its options list, and is read back as it was set", async () => {
    const camera = aMediaCamera();
    const { Options } = await call(camera, Media, "GetAudioEncoderConfigurationOptions", {
      ConfigurationToken: "audio_encoder_1",
      ProfileToken: "profile_1",
    });
    expect(Options.Options?.map(({ Encoding }) => Encoding)).toEqual(["G711", "G726", "AAC"]);
    const present = await audioEncoder(camera);
    for (const { Encoding, BitrateList, SampleRateList } of Options.Options ?? [])
      for (const Bitrate of [at(BitrateList.Items), at(BitrateList.Items?.toReversed())])
        for (const SampleRate of SampleRateList.Items ?? []) {
          const Configuration = { ...present, Name: "spoken", Encoding, Bitrate, SampleRate, Multicast };
          await call(camera, Media, set, { Configuration, ForcePersistence });
          expect(await audioEncoder(camera)).toEqual(Configuration);
        }
  });

  it.each([
    ["an unknown token", { token: "nothing" }, NO_CONFIG],
    ["a bit rate that is not offered", { Bitrate: 65 }, CONFIG_MODIFY],
    ["a sample rate that is not offered", { SampleRate: 9 }, CONFIG_MODIFY],
    ["rates of another encoding", { Encoding: "G726" }, CONFIG_MODIFY],
    ["a unicast address for multicast", { Multicast: withAddress("192.0.2.1") }, CONFIG_MODIFY],
  ] as const)("is not set to %s", async (_, over, fault) => {
    const camera = aMediaCamera();
    const Configuration = { ...(await audioEncoder(camera)), ...over };
    expect(await faultOf(camera, Media, set, { Configuration, ForcePersistence })).toBe(fault);
  });
});

describe("a metadata configuration", () => {
  const set = "SetMetadataConfiguration";

  it("sends all events at first and is read back as it was set", async () => {
    const camera = aMediaCamera();
    const present = await metadata(camera);
    expect(present).toMatchObject({ token: "metadata_1", UseCount: 0, Events: {}, Analytics: false });
    const { Events: _, ...quiet } = present;
    const Configuration = { ...quiet, Name: "scene", Analytics: true, Multicast, SessionTimeout: 20_000 };
    await call(camera, Media, set, { Configuration, ForcePersistence });
    expect(await metadata(camera)).toEqual(Configuration);
  });

  it.each([{}, { SensorID: ["temperature_1", "x"] }, { SensorID: ["s"], Type: ["Temperature"] }])(
    "has the data of sensors, if there are some, with the filter %j",
    async (SensorData) => {
      const camera = aCamera({ setup: { media: { profiles: [aProfile()] }, health: ["temperature"] } });
      const { Options } = await call(camera, Media, "GetMetadataConfigurationOptions", {});
      expect(Options.SensorDataFilterOptions).toEqual({ SensorIDFilterSupported: true, TypeFilterSupported: true });
      const present = await metadata(camera);
      expect(present).not.toHaveProperty("SensorData");
      await call(camera, Media, set, { Configuration: { ...present, SensorData }, ForcePersistence });
      expect(await metadata(camera)).toEqual({ ...present, SensorData });
      for (const wrong of [{ Type: ["x".repeat(65)] }, { SensorID: Array.from({ length: 33 }, String) }]) {
        const Configuration = { ...present, SensorData: wrong };
        expect(await faultOf(camera, Media, set, { Configuration, ForcePersistence })).toBe(CONFIG_MODIFY);
      }
      await call(camera, Media, set, { Configuration: present, ForcePersistence });
      expect(await metadata(camera)).toEqual(present);
    },
  );

  it("tells that there is no PTZ to tell of", async () => {
    const { Options } = await call(aMediaCamera(), Media, "GetMetadataConfigurationOptions", {
      ConfigurationToken: "metadata_1",
    });
    expect(Options.PTZStatusFilterOptions).toEqual({
      PanTiltStatusSupported: false,
      ZoomStatusSupported: false,
      PanTiltPositionSupported: false,
      ZoomPositionSupported: false,
    });
  });

  it.each([
    ["an unknown token", { token: "nothing" }, NO_CONFIG],
    ["the status of PTZ, which there is not", { PTZStatus: { Status: true, Position: false } }, CONFIG_MODIFY],
    ["the position of PTZ, which there is not", { PTZStatus: { Status: false, Position: true } }, CONFIG_MODIFY],
    ["compression, which is not offered", { CompressionType: "GZIP" }, CONFIG_MODIFY],
    ["the location, which is not offered", { GeoLocation: true }, CONFIG_MODIFY],
    ["sensor data, which there are not", { SensorData: {} }, CONFIG_MODIFY],
    ["a unicast address for multicast", { Multicast: withAddress("192.0.2.1") }, CONFIG_MODIFY],
  ] as const)("is not set to %s", async (_, over, fault) => {
    const camera = aMediaCamera();
    const Configuration = { ...(await metadata(camera)), ...over };
    expect(await faultOf(camera, Media, set, { Configuration, ForcePersistence })).toBe(fault);
  });

  it("is in profiles where the camera says so, and absent where it has none", async () => {
    const without = aMediaCamera({ metadata: "absent" });
    expect(await call(without, Media, "GetMetadataConfigurations", {})).toEqual({});
    const inside = aMediaCamera({ metadata: "in-profiles" });
    expect((await metadata(inside)).UseCount).toBe(2);
  });
});
