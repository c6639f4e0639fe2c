import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Media2 } from "#onvif/schema/media2/service";
import type { AudioEncoder2Configuration } from "#onvif/schema/tt/audio-encoder";
import type { FloatRange, IntRange } from "#onvif/schema/tt/common";
import type { MetadataConfiguration } from "#onvif/schema/tt/metadata-configuration";
import type { VideoEncoder2Configuration } from "#onvif/schema/tt/video-encoder2";
import { aProfile, aVideoEncoder } from "../../support/a-device.js";
import { aMediaCamera, at, faultOf } from "../../support/media-service.js";
import { call, type TestCamera } from "../../support/soap.js";

const CONFIG_MODIFY = "Sender InvalidArgVal ConfigModify";
const NO_CONFIG = "Sender InvalidArgVal NoConfig";
const NO_PROFILE = "Sender InvalidArgVal NoProfile";

const videoEncoder = async (camera: TestCamera): Promise<VideoEncoder2Configuration> =>
  at(
    (await call(camera, Media2, "GetVideoEncoderConfigurations", { ConfigurationToken: "video_encoder_1" }))
      .Configurations,
  );
const audioEncoder = async (camera: TestCamera): Promise<AudioEncoder2Configuration> =>
  at(
    (await call(camera, Media2, "GetAudioEncoderConfigurations", { ConfigurationToken: "audio_encoder_1" }))
      .Configurations,
  );

const Multicast = {
  Address: { Type: "IPv4", IPv4Address: "239.1.2.3" },
  Port: 5004,
  TTL: 9,
  AutoStart: false,
} as const;

const whole = ({ Min, Max }: IntRange) => fc.integer({ min: Min, max: Max });
const decimal = ({ Min, Max }: FloatRange) => fc.double({ min: Min, max: Max, noNaN: true });

describe.each(["VideoSource", "VideoEncoder", "AudioSource", "AudioEncoder", "Metadata"] as const)(
  "the configurations of the type %s",
  (type) => {
    const read = `Get${type}Configurations` as const;
    const options = `Get${type}ConfigurationOptions` as const;

    it("are all, those that fit a profile, or one", async () => {
      const camera = aMediaCamera();
      const all = (await call(camera, Media2, read, {})).Configurations ?? [];
      expect(all.length).toBeGreaterThan(0);
      for (const { token } of all)
        for (const scope of [{}, { ProfileToken: "profile_1" }]) {
          const one = await call(camera, Media2, read, { ConfigurationToken: token, ...scope });
          expect(one.Configurations?.map((configuration) => configuration.token)).toEqual([token]);
        }
      expect(await call(camera, Media2, read, { ProfileToken: "profile_1" })).toEqual({ Configurations: all });
    });

    it("are refused by unknown tokens, and so are their options", async () => {
      const camera = aMediaCamera();
      for (const operation of [read, options]) {
        expect(await faultOf(camera, Media2, operation, { ConfigurationToken: "nothing" })).toBe(NO_CONFIG);
        expect(await faultOf(camera, Media2, operation, { ProfileToken: "nobody" })).toBe(NO_PROFILE);
        const both = { ConfigurationToken: "nothing", ProfileToken: "profile_1" };
        expect(await faultOf(camera, Media2, operation, both)).toBe(NO_CONFIG);
      }
    });
  },
);

describe("configurations of a profile that they do not fit", () => {
  const channels = {
    profiles: [
      aProfile(),
      aProfile({ video: { source: { width: 640, height: 480 }, encoder: aVideoEncoder() }, audio: undefined }),
    ],
  };
  const request = { ConfigurationToken: "video_encoder_1", ProfileToken: "profile_2" };

  it("are not listed for it, and have no options for it", async () => {
    const camera = aMediaCamera(channels);
    const { Configurations } = await call(camera, Media2, "GetVideoEncoderConfigurations", {
      ProfileToken: "profile_2",
    });
    expect(Configurations?.map(({ token }) => token)).toEqual(["video_encoder_2"]);
    expect(await faultOf(camera, Media2, "GetVideoEncoderConfigurations", request)).toBe(NO_CONFIG);
    const fault = await faultOf(camera, Media2, "GetVideoEncoderConfigurationOptions", request);
    expect(fault).toBe("Sender InvalidArgVal IncompatibleConfiguration");
  });
});

describe("a video encoder configuration of media2", () => {
  const set = "SetVideoEncoderConfiguration";

  it("has options with ranges and lists, the highest rates first (rule 29)", async () => {
    const { Options } = await call(aMediaCamera(), Media2, "GetVideoEncoderConfigurationOptions", {
      ConfigurationToken: "video_encoder_1",
      ProfileToken: "profile_1",
    });
    expect(
      Options.map(({ Encoding, GovLengthRange, ProfilesSupported }) => [Encoding, GovLengthRange, ProfilesSupported]),
    ).toEqual([
      ["JPEG", undefined, undefined],
      ["MPV4-ES", [1, 400], ["Simple", "AdvancedSimple"]],
      ["H264", [1, 400], ["Baseline", "Main", "High"]],
      ["H265", [1, 400], ["Main", "Main10"]],
    ]);
    for (const { FrameRatesSupported = [], ResolutionsAvailable, QualityRange, BitrateRange } of Options) {
      expect(FrameRatesSupported).toEqual([30, 25, 20, 15, 12, 10, 8, 6, 5, 4, 3, 2, 1]);
      expect(ResolutionsAvailable[0]).toEqual({ Width: 1280, Height: 720 });
      expect(QualityRange).toEqual({ Min: 1, Max: 10 });
      expect(BitrateRange).toEqual({ Min: 32, Max: 16_384 });
    }
  });

  it("accepts any combination of its options, and is read back as it was set", async () => {
    const camera = aMediaCamera();
    const { Options } = await call(camera, Media2, "GetVideoEncoderConfigurationOptions", {});
    const setting = fc.constantFrom(...Options).chain((options) =>
      fc.record(
        {
          Encoding: fc.constant(options.Encoding),
          Resolution: fc.constantFrom(...options.ResolutionsAvailable),
          Quality: decimal(options.QualityRange),
          RateControl: fc.record({
            FrameRateLimit: fc.constantFrom(...(options.FrameRatesSupported ?? [])),
            BitrateLimit: whole(options.BitrateRange),
          }),
          ...(options.ProfilesSupported && {
            Profile: fc.constantFrom(...options.ProfilesSupported),
            GovLength: whole({ Min: at(options.GovLengthRange), Max: at(options.GovLengthRange, 1) }),
          }),
        },
        { noNullPrototype: true },
      ),
    );
    await fc.assert(
      fc.asyncProperty(setting, async (chosen) => {
        const Configuration = { token: "video_encoder_1", Name: "any", UseCount: 1, Multicast, ...chosen };
        await call(camera, Media2, set, { Configuration });
        expect(await videoEncoder(camera)).toEqual(Configuration);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps what is left out", async () => {
    const camera = aMediaCamera();
    const present = await videoEncoder(camera);
    const { token, Name, UseCount, Encoding, Resolution, Quality } = present;
    await call(camera, Media2, set, { Configuration: { token, Name, UseCount, Encoding, Resolution, Quality } });
    expect(await videoEncoder(camera)).toEqual(present);
  });

  it("fits a bit rate into its range, and ignores constant and average rates", async () => {
    const camera = aMediaCamera();
    const present = await videoEncoder(camera);
    const RateControl = { ConstantBitRate: true, FrameRateLimit: 12.5, BitrateLimit: 99_999, AverageBitRate: 5 };
    await call(camera, Media2, set, { Configuration: { ...present, RateControl } });
    expect((await videoEncoder(camera)).RateControl).toEqual({ FrameRateLimit: 12.5, BitrateLimit: 16_384 });
  });

  it.each(["H265", "h265", "MP4V-ES", "JPEG"])("takes the encoding %s by its registered name", async (Encoding) => {
    const camera = aMediaCamera();
    const { Profile: _, ...present } = await videoEncoder(camera);
    await call(camera, Media2, set, { Configuration: { ...present, Encoding } });
    const shown = (await videoEncoder(camera)).Encoding;
    expect(shown).toBe(Encoding === "MP4V-ES" ? "MPV4-ES" : Encoding.toUpperCase());
  });

  it.each([
    ["an unknown token", { token: "nothing" }, NO_CONFIG],
    ["an encoding that there is not", { Encoding: "AV1" }, CONFIG_MODIFY],
    ["a profile that there is not", { Profile: "Highest" }, CONFIG_MODIFY],
    ["a profile of another encoding", { Profile: "Main10" }, CONFIG_MODIFY],
    ["a size that is not offered", { Resolution: { Width: 1, Height: 1 } }, CONFIG_MODIFY],
    ["a quality below the range", { Quality: 0.5 }, CONFIG_MODIFY],
    ["a GOV length below the range", { GovLength: 0 }, CONFIG_MODIFY],
    ["a frame rate that is no number", { RateControl: { FrameRateLimit: NaN, BitrateLimit: 1 } }, CONFIG_MODIFY],
    ["a guaranteed frame rate", { GuaranteedFrameRate: true }, CONFIG_MODIFY],
    ["signing", { Signed: true }, CONFIG_MODIFY],
    ["secure streaming", { SecureStreamingProtocolAlgorithm: "AEAD_AES_128_GCM" }, CONFIG_MODIFY],
    ["a port below zero", { Multicast: { ...Multicast, Port: -1 } }, CONFIG_MODIFY],
  ] as const)("is not set to %s", async (_, over, fault) => {
    const camera = aMediaCamera();
    const Configuration = { ...(await videoEncoder(camera)), ...over };
    expect(await faultOf(camera, Media2, set, { Configuration })).toBe(fault);
  });
});

describe("an audio encoder configuration of media2", () => {
  const set = "SetAudioEncoderConfiguration";

  it("accepts each pair of rates that its options list, and is read back as it was set", async () => {
    const camera = aMediaCamera();
    const { Options } = await call(camera, Media2, "GetAudioEncoderConfigurationOptions", {});
    expect(Options.map(({ Encoding }) => Encoding)).toEqual(["PCMU", "G726", "MP4A-LATM"]);
    const present = await audioEncoder(camera);
    for (const { Encoding, BitrateList, SampleRateList } of Options)
      for (const Bitrate of [at(BitrateList.Items), at(BitrateList.Items?.toReversed())])
        for (const SampleRate of SampleRateList.Items ?? []) {
          const Configuration = { ...present, Name: "spoken", Encoding, Bitrate, SampleRate, Multicast };
          await call(camera, Media2, set, { Configuration });
          expect(await audioEncoder(camera)).toEqual(Configuration);
        }
  });

  it("takes AAC by the name of either payload format", async () => {
    const camera = aMediaCamera();
    const present = await audioEncoder(camera);
    const Configuration = { ...present, Encoding: "mpeg4-generic", Bitrate: 48, SampleRate: 16 };
    await call(camera, Media2, set, { Configuration });
    expect((await audioEncoder(camera)).Encoding).toBe("MP4A-LATM");
  });

  it.each([
    ["an unknown token", { token: "nothing" }, NO_CONFIG],
    ["an encoding that there is not", { Encoding: "opus" }, CONFIG_MODIFY],
    ["a bit rate that is not offered", { Bitrate: 65 }, CONFIG_MODIFY],
    ["secure streaming", { SecureStreamingProtocolAlgorithm: "AEAD_AES_128_GCM" }, CONFIG_MODIFY],
  ] as const)("is not set to %s", async (_, over, fault) => {
    const camera = aMediaCamera();
    const Configuration = { ...(await audioEncoder(camera)), ...over };
    expect(await faultOf(camera, Media2, set, { Configuration })).toBe(fault);
  });
});

const metadata = async (camera: TestCamera): Promise<MetadataConfiguration> =>
  at((await call(camera, Media2, "GetMetadataConfigurations", {})).Configurations);

describe("the algorithm of SRTP", () => {
  const algorithm = "AES_CM_128_HMAC_SHA1_80";
  type Told = { readonly SecureStreamingProtocolAlgorithm?: string | undefined };
  /** Of each kind, how it is read, and the fault when it is set to another algorithm. */
  const kinds: readonly (readonly [
    kind: "VideoEncoder" | "AudioEncoder" | "Metadata",
    read: (camera: TestCamera) => Promise<Told>,
    set: (camera: TestCamera, over: Told) => Promise<string | undefined>,
  ])[] = [
    [
      "VideoEncoder",
      videoEncoder,
      async (camera, over) => {
        const Configuration = { ...(await videoEncoder(camera)), ...over };
        return faultOf(camera, Media2, "SetVideoEncoderConfiguration", { Configuration });
      },
    ],
    [
      "AudioEncoder",
      audioEncoder,
      async (camera, over) => {
        const Configuration = { ...(await audioEncoder(camera)), ...over };
        return faultOf(camera, Media2, "SetAudioEncoderConfiguration", { Configuration });
      },
    ],
    [
      "Metadata",
      metadata,
      async (camera, over) => {
        const Configuration = { ...(await metadata(camera)), ...over };
        return faultOf(camera, Media2, "SetMetadataConfiguration", { Configuration });
      },
    ],
  ];
  const offered = async (camera: TestCamera, kind: (typeof kinds)[number][0]): Promise<unknown[]> => {
    const { Options } = await call(camera, Media2, `Get${kind}ConfigurationOptions`, {});
    return [Options].flat().map(({ SecureStreamingProtocolAlgorithms }) => SecureStreamingProtocolAlgorithms);
  };

  it.each(kinds)("is told by %s, in the options too, and takes no other value", async (kind, read, set) => {
    const camera = aMediaCamera({ transports: ["rtsp", "rtsps-unicast"], srtpAlgorithms: [algorithm] });
    for (const algorithms of await offered(camera, kind)) expect(algorithms).toEqual([algorithm]);
    expect((await read(camera)).SecureStreamingProtocolAlgorithm).toBe(algorithm);
    expect(await set(camera, {})).toBeUndefined();
    for (const other of ["AEAD_AES_128_GCM", "NONE", "ROT13"])
      expect(await set(camera, { SecureStreamingProtocolAlgorithm: other })).toBe(CONFIG_MODIFY);
  });

  it.each(kinds)(
    "is not told by %s of a camera without SRTP, which takes that there is none",
    async (kind, read, set) => {
      const camera = aMediaCamera({ transports: ["rtsp"], srtpAlgorithms: [algorithm] });
      for (const algorithms of await offered(camera, kind)) expect(algorithms).toBeUndefined();
      expect((await read(camera)).SecureStreamingProtocolAlgorithm).toBeUndefined();
      expect(await set(camera, { SecureStreamingProtocolAlgorithm: "NONE" })).toBeUndefined();
      expect(await set(camera, { SecureStreamingProtocolAlgorithm: algorithm })).toBe(CONFIG_MODIFY);
    },
  );
});

describe("source and metadata configurations of media2", () => {
  it("are read back as they were set", async () => {
    const camera = aMediaCamera({ minimumBounds: { width: 320, height: 180 } });
    const videoSource = at((await call(camera, Media2, "GetVideoSourceConfigurations", {})).Configurations);
    const left = { ...videoSource, Name: "left", Bounds: { x: 0, y: 0, width: 640, height: 360 } };
    await call(camera, Media2, "SetVideoSourceConfiguration", { Configuration: left });
    expect(await call(camera, Media2, "GetVideoSourceConfigurations", {})).toEqual({ Configurations: [left] });

    const audioSource = at((await call(camera, Media2, "GetAudioSourceConfigurations", {})).Configurations);
    const heard = { ...audioSource, Name: "heard" };
    await call(camera, Media2, "SetAudioSourceConfiguration", { Configuration: heard });
    expect(await call(camera, Media2, "GetAudioSourceConfigurations", {})).toEqual({ Configurations: [heard] });

    const { Events: _, ...metadata } = at((await call(camera, Media2, "GetMetadataConfigurations", {})).Configurations);
    const quiet = { ...metadata, Name: "quiet", Multicast };
    await call(camera, Media2, "SetMetadataConfiguration", { Configuration: quiet });
    expect(await call(camera, Media2, "GetMetadataConfigurations", {})).toEqual({ Configurations: [quiet] });
  });

  it("move bounds that reach over the edge back inside, as the options allow", async () => {
    const camera = aMediaCamera({ minimumBounds: { width: 320, height: 180 } });
    const present = at((await call(camera, Media2, "GetVideoSourceConfigurations", {})).Configurations);
    const Configuration = { ...present, Bounds: { x: 960, y: 540, width: 640, height: 360 } };
    await call(camera, Media2, "SetVideoSourceConfiguration", { Configuration });
    const { Configurations } = await call(camera, Media2, "GetVideoSourceConfigurations", {});
    expect(at(Configurations).Bounds).toEqual({ x: 640, y: 360, width: 640, height: 360 });
  });

  it("are refused where they name another source or none of ours", async () => {
    const camera = aMediaCamera();
    const videoSource = at((await call(camera, Media2, "GetVideoSourceConfigurations", {})).Configurations);
    const audioSource = at((await call(camera, Media2, "GetAudioSourceConfigurations", {})).Configurations);
    const metadata = at((await call(camera, Media2, "GetMetadataConfigurations", {})).Configurations);
    const elsewhere = { SourceToken: "elsewhere" };
    const nothing = { token: "nothing" };
    const faults = [
      await faultOf(camera, Media2, "SetVideoSourceConfiguration", { Configuration: { ...videoSource, ...elsewhere } }),
      await faultOf(camera, Media2, "SetAudioSourceConfiguration", { Configuration: { ...audioSource, ...elsewhere } }),
      await faultOf(camera, Media2, "SetVideoSourceConfiguration", { Configuration: { ...videoSource, ...nothing } }),
      await faultOf(camera, Media2, "SetAudioSourceConfiguration", { Configuration: { ...audioSource, ...nothing } }),
      await faultOf(camera, Media2, "SetMetadataConfiguration", { Configuration: { ...metadata, ...nothing } }),
      await faultOf(camera, Media2, "SetMetadataConfiguration", {
        Configuration: { ...metadata, PTZStatus: { Status: true, Position: true } },
      }),
    ];
    expect(faults).toEqual([CONFIG_MODIFY, CONFIG_MODIFY, NO_CONFIG, NO_CONFIG, NO_CONFIG, CONFIG_MODIFY]);
  });
});
