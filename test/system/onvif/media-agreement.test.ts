import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Media } from "#onvif/schema/media/service";
import { Media2 } from "#onvif/schema/media2/service";
import type { AudioEncoder2Configuration, AudioEncoderConfiguration } from "#onvif/schema/tt/audio-encoder";
import type { VideoEncoderConfiguration } from "#onvif/schema/tt/video-encoder";
import type { VideoEncoder2Configuration } from "#onvif/schema/tt/video-encoder2";
import { encodeElement } from "#xml/codec";
import { aMediaCamera } from "../../support/media-service.js";
import { call, soap, type TestCamera } from "../../support/soap.js";

/* Both services are views of one state: whatever is done through either, they tell the same. */

const NAMES = { PCMU: "G711", G726: "G726", "MP4A-LATM": "AAC", "MPV4-ES": "MPEG4" } as Readonly<
  Record<string, string>
>;
const PROFILES = { Simple: "SP", AdvancedSimple: "ASP" } as Readonly<Record<string, string>>;

const video10 = (encoder: VideoEncoderConfiguration | undefined) => {
  if (!encoder) return undefined;
  const { RateControl, MPEG4, H264, SessionTimeout: _, ...rest } = encoder;
  return {
    ...rest,
    rates: [RateControl?.FrameRateLimit, RateControl?.BitrateLimit],
    govLength: MPEG4?.GovLength ?? H264?.GovLength,
    profile: MPEG4?.Mpeg4Profile ?? H264?.H264Profile,
  };
};

/** As the first service would tell it: nothing of H.265, whole rates, its own names. */
const video20 = (encoder: VideoEncoder2Configuration | undefined) => {
  if (!encoder || encoder.Encoding === "H265") return undefined;
  const { RateControl, GovLength, Profile, ...rest } = encoder;
  return {
    ...rest,
    Encoding: NAMES[rest.Encoding] ?? rest.Encoding,
    rates: [RateControl && Math.max(1, Math.round(RateControl.FrameRateLimit)), RateControl?.BitrateLimit],
    govLength: GovLength,
    profile: Profile && (PROFILES[Profile] ?? Profile),
  };
};

const audio10 = (encoder: AudioEncoderConfiguration | undefined) => {
  if (!encoder) return undefined;
  const { SessionTimeout: _, ...rest } = encoder;
  return rest;
};

const audio20 = (encoder: AudioEncoder2Configuration | undefined) =>
  encoder && { ...encoder, Encoding: NAMES[encoder.Encoding] };

async function view10(camera: TestCamera) {
  const { Profiles = [] } = await call(camera, Media, "GetProfiles", {});
  const encoders = await call(camera, Media, "GetVideoEncoderConfigurations", {});
  const sounds = await call(camera, Media, "GetAudioEncoderConfigurations", {});
  return {
    profiles: Profiles.map((profile) => ({
      token: profile.token,
      fixed: profile.fixed,
      name: profile.Name,
      videoSource: profile.VideoSourceConfiguration,
      audioSource: profile.AudioSourceConfiguration,
      videoEncoder: video10(profile.VideoEncoderConfiguration),
      audioEncoder: audio10(profile.AudioEncoderConfiguration),
      metadata: profile.MetadataConfiguration,
    })),
    videoEncoders: encoders.Configurations?.map(video10) ?? [],
    audioEncoders: sounds.Configurations?.map(audio10),
    metadata: await call(camera, Media, "GetMetadataConfigurations", {}),
    videoSources: await call(camera, Media, "GetVideoSourceConfigurations", {}),
  };
}

async function view20(camera: TestCamera): ReturnType<typeof view10> {
  const { Profiles = [] } = await call(camera, Media2, "GetProfiles", { Type: ["All"] });
  const encoders = await call(camera, Media2, "GetVideoEncoderConfigurations", {});
  const sounds = await call(camera, Media2, "GetAudioEncoderConfigurations", {});
  return {
    profiles: Profiles.map(({ token, fixed, Name, Configurations = {} }) => ({
      token,
      fixed,
      name: Name,
      videoSource: Configurations.VideoSource,
      audioSource: Configurations.AudioSource,
      videoEncoder: video20(Configurations.VideoEncoder) as ReturnType<typeof video10>,
      audioEncoder: audio20(Configurations.AudioEncoder) as ReturnType<typeof audio10>,
      metadata: Configurations.Metadata,
    })),
    videoEncoders: (encoders.Configurations?.flatMap((one) => video20(one) ?? []) ?? []) as ReturnType<
      typeof video10
    >[],
    audioEncoders: sounds.Configurations?.map(audio20) as ReturnType<typeof audio10>[],
    metadata: await call(camera, Media2, "GetMetadataConfigurations", {}),
    videoSources: await call(camera, Media2, "GetVideoSourceConfigurations", {}),
  };
}

/** What both services answer to GetStreamUri for each profile: an address or a fault. */
async function streams(camera: TestCamera) {
  const transport = "<tt:Stream>RTP-Unicast</tt:Stream><tt:Transport><tt:Protocol>RTSP</tt:Protocol></tt:Transport>";
  const answers = camera.device.media.profiles.list().map(async ({ token }) => {
    const [one, two] = await Promise.all([
      soap(camera, {
        service: Media,
        operation: "GetStreamUri",
        content: `<trt:StreamSetup>${transport}</trt:StreamSetup><trt:ProfileToken>${token}</trt:ProfileToken>`,
      }),
      soap(camera, {
        service: Media2,
        operation: "GetStreamUri",
        content: `<tr2:Protocol>RTSP</tr2:Protocol><tr2:ProfileToken>${token}</tr2:ProfileToken>`,
      }),
    ]);
    return [one.fault ?? one.body.child("MediaUri")?.child("Uri")?.text, two.fault ?? two.body.child("Uri")?.text];
  });
  return Promise.all(answers);
}

const profileToken = fc.constantFrom("profile_1", "profile_2", "profile_3", "profile_4");
const configuration = fc.constantFrom(
  ["VideoSource", "video_source_config_1"] as const,
  ["VideoEncoder", "video_encoder_1"] as const,
  ["VideoEncoder", "video_encoder_2"] as const,
  ["AudioSource", "audio_source_config_1"] as const,
  ["AudioEncoder", "audio_encoder_1"] as const,
  ["Metadata", "metadata_1"] as const,
  ["Metadata", "nothing"] as const,
);
const setting = {
  resolution: fc.constantFrom({ Width: 1280, Height: 720 }, { Width: 640, Height: 360 }, { Width: 7, Height: 7 }),
  quality: fc.constantFrom(1, 5.5, 10, 11),
  frameRate: fc.constantFrom(5, 12.5, 25, 400),
  govLength: fc.constantFrom(1, 50, 500),
};
const address = { Address: { Type: "IPv4", IPv4Address: "239.9.9.9" }, Port: 6000, TTL: 2, AutoStart: false } as const;

/** The text of one request; many of them are refused. */
const request = fc.oneof(
  fc.record({ name: fc.constantFrom("a", "b") }).map(({ name: Name }) => {
    const { namespace, operations } = Media;
    return encodeElement(namespace, "CreateProfile", operations.CreateProfile.request, { Name });
  }),
  fc.array(configuration, { maxLength: 3 }).map((parts) => {
    const { namespace, operations } = Media2;
    const Configuration = parts.map(([Type, Token]) => ({ Type, Token }));
    return encodeElement(namespace, "CreateProfile", operations.CreateProfile.request, { Name: "c", Configuration });
  }),
  profileToken.map((token) => `<trt:DeleteProfile><trt:ProfileToken>${token}</trt:ProfileToken></trt:DeleteProfile>`),
  profileToken.map((token) => `<tr2:DeleteProfile><tr2:Token>${token}</tr2:Token></tr2:DeleteProfile>`),
  fc.tuple(profileToken, configuration).map(([token, [kind, configurationToken]]) => {
    const tag = `trt:Add${kind}Configuration`;
    const tokens = `<trt:ProfileToken>${token}</trt:ProfileToken><trt:ConfigurationToken>${configurationToken}`;
    return `<${tag}>${tokens}</trt:ConfigurationToken></${tag}>`;
  }),
  fc.tuple(profileToken, configuration).map(([token, [kind]]) => {
    const tag = `trt:Remove${kind}Configuration`;
    return `<${tag}><trt:ProfileToken>${token}</trt:ProfileToken></${tag}>`;
  }),
  fc
    .tuple(
      fc.constantFrom("AddConfiguration", "RemoveConfiguration"),
      profileToken,
      fc.array(configuration, { minLength: 1, maxLength: 4 }),
    )
    .map(([operation, token, parts]) => {
      const refs = parts.map(
        ([type, configurationToken]) =>
          `<tr2:Configuration><tr2:Type>${type}</tr2:Type><tr2:Token>${configurationToken}</tr2:Token></tr2:Configuration>`,
      );
      return `<tr2:${operation}><tr2:ProfileToken>${token}</tr2:ProfileToken>${refs.join("")}</tr2:${operation}>`;
    }),
  fc
    .record({ ...setting, encoding: fc.constantFrom("JPEG", "H264", "MPEG4") })
    .map(({ resolution, quality, frameRate, govLength, encoding }) => {
      const { namespace, operations } = Media;
      const Configuration: VideoEncoderConfiguration = {
        token: "video_encoder_1",
        Name: "by the first",
        UseCount: 0,
        Encoding: encoding,
        Resolution: resolution,
        Quality: quality,
        RateControl: { FrameRateLimit: Math.round(frameRate), EncodingInterval: 1, BitrateLimit: 1000 },
        MPEG4: encoding === "MPEG4" ? { GovLength: govLength, Mpeg4Profile: "ASP" } : undefined,
        H264: encoding === "H264" ? { GovLength: govLength, H264Profile: "High" } : undefined,
        Multicast: address,
        SessionTimeout: 60_000,
      };
      const declared = operations.SetVideoEncoderConfiguration.request;
      return encodeElement(namespace, "SetVideoEncoderConfiguration", declared, {
        Configuration,
        ForcePersistence: true,
      });
    }),
  fc
    .record({ ...setting, encoding: fc.constantFrom("JPEG", "H264", "H265", "MPV4-ES"), signed: fc.boolean() })
    .map(({ resolution, quality, frameRate, govLength, encoding, signed }) => {
      const { namespace, operations } = Media2;
      const Configuration: VideoEncoder2Configuration = {
        token: "video_encoder_1",
        Name: "by the second",
        UseCount: 0,
        GovLength: govLength,
        Signed: signed && quality === 1,
        Encoding: encoding,
        Resolution: resolution,
        Quality: quality,
        RateControl: { FrameRateLimit: frameRate, BitrateLimit: 2000 },
        Multicast: address,
      };
      const declared = operations.SetVideoEncoderConfiguration.request;
      return encodeElement(namespace, "SetVideoEncoderConfiguration", declared, { Configuration });
    }),
  fc
    .record({ encoding: fc.constantFrom("PCMU", "G726", "MP4A-LATM"), bitrate: fc.constantFrom(16, 64) })
    .map(({ encoding, bitrate }) => {
      const { namespace, operations } = Media2;
      const Configuration: AudioEncoder2Configuration = {
        token: "audio_encoder_1",
        Name: "sound",
        UseCount: 0,
        Encoding: encoding,
        Bitrate: bitrate,
        SampleRate: 8,
      };
      const declared = operations.SetAudioEncoderConfiguration.request;
      return encodeElement(namespace, "SetAudioEncoderConfiguration", declared, { Configuration });
    }),
  profileToken.map(
    (token) =>
      `<trt:StartMulticastStreaming><trt:ProfileToken>${token}</trt:ProfileToken></trt:StartMulticastStreaming>`,
  ),
);

describe("Media and Media2", () => {
  it("agree after any sequence of changes through either, and a refusal changes nothing", async () => {
    const answered = { well: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 12 }), async (requests) => {
        const camera = aMediaCamera({ maximumProfiles: 4, transports: ["rtsp", "rtsp-multicast"] });
        for (const text of requests) {
          const before = { state: camera.device.snapshot(), told: camera.changes.length };
          const { fault } = await soap(camera, text);
          answered[fault === undefined ? "well" : "refused"]++;
          if (fault !== undefined)
            expect({ state: camera.device.snapshot(), told: camera.changes.length }, text).toEqual(before);
          expect(fault).not.toBe("Receiver Action");
        }
        expect(await view10(camera)).toEqual(await view20(camera));
        for (const [one, two] of await streams(camera)) expect(one).toBe(two);
      }),
      { numRuns: 150 },
    );
    // The sequences are worth something only if both happen often.
    expect(Math.min(answered.well, answered.refused)).toBeGreaterThan(100);
  });
});
