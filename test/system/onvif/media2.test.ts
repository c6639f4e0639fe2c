import { describe, expect, it } from "vitest";
import { Media2 } from "#onvif/schema/media2/service";
import type { ConfigurationSet, MediaProfile } from "#onvif/schema/media2/profile";
import { Device } from "#onvif/schema/device/service";
import { Media } from "#onvif/schema/media/service";
import { aProfile } from "../../support/a-device.js";
import { aMediaCamera, aSilentProfile, at, faultOf, faultOfText, withH265 } from "../../support/media-service.js";
import { call, soap, type TestCamera } from "../../support/soap.js";

const NO_PROFILE = "Sender InvalidArgVal NoProfile";
const NO_CONFIG = "Sender InvalidArgVal NoConfig";
const CONFLICT = "Receiver Action ConfigurationConflict";

const profilesOf = async (
  camera: TestCamera,
  request: { Token?: string; Type?: string[] } = { Type: ["All"] },
): Promise<readonly MediaProfile[]> => (await call(camera, Media2, "GetProfiles", request)).Profiles ?? [];

/** The tokens of what a profile holds, by type. */
const held = ({ Configurations = {} }: MediaProfile): Readonly<Record<string, string>> => {
  const { VideoSource, VideoEncoder, AudioSource, AudioEncoder, Metadata }: ConfigurationSet = Configurations;
  const parts = { VideoSource, VideoEncoder, AudioSource, AudioEncoder, Metadata };
  return Object.fromEntries(Object.entries(parts).flatMap(([type, part]) => (part ? [[type, part.token]] : [])));
};

const ref = (Type: string, Token?: string) => ({ Type, Token });
const video = [ref("VideoEncoder", "video_encoder_2"), ref("VideoSource", "video_source_config_1")];
const audio = [ref("AudioSource", "audio_source_config_1"), ref("AudioEncoder", "audio_encoder_2")];

describe("the capabilities of the media2 service", () => {
  it("follow from the camera and are told to anyone", async () => {
    const camera = aMediaCamera({ transports: ["rtsp-unicast", "rtsp-multicast", "rtsp", "rtsps-unicast"] });
    expect(await call(camera, Media2, "GetServiceCapabilities", {}, { user: "nobody" })).toEqual({
      Capabilities: {
        SnapshotUri: true,
        Rotation: false,
        VideoSourceMode: false,
        OSD: false,
        Mask: false,
        ProfileCapabilities: {
          MaximumNumberOfProfiles: 10,
          ConfigurationsSupported: ["VideoSource", "VideoEncoder", "AudioSource", "AudioEncoder", "Metadata"],
        },
        StreamingCapabilities: {
          RTSPStreaming: true,
          RTPMulticast: true,
          RTP_RTSP_TCP: true,
          NonAggregateControl: false,
          AutoStartMulticast: true,
          SecureRTSPStreaming: true,
        },
      },
    });
  });

  it("name the configurations that there are", async () => {
    const camera = aMediaCamera({ profiles: [aSilentProfile()], metadata: "absent" });
    const { Capabilities } = await call(camera, Media2, "GetServiceCapabilities", {});
    expect(Capabilities.ProfileCapabilities.ConfigurationsSupported).toEqual(["VideoSource", "VideoEncoder"]);
  });

  it("are those of GetServices, and both services agree with GetCapabilities (rule 24)", async () => {
    const camera = aMediaCamera();
    const { Service } = await call(camera, Device, "GetServices", { IncludeCapability: true });
    const told = Service.filter(({ Namespace }) => Namespace.endsWith("/media/wsdl"));
    expect(told.map(({ Namespace, XAddr }) => [Namespace, XAddr])).toEqual([
      [Media.namespace.uri, "http://192.0.2.10:8000/onvif/media_service"],
      [Media2.namespace.uri, "http://192.0.2.10:8000/onvif/media2_service"],
    ]);
    for (const [index, service] of [Media, Media2].entries()) {
      const reply = await soap(camera, { service, operation: "GetServiceCapabilities" });
      const own = reply.body.children[0];
      const listed = at(told, index).Capabilities?.Any?.[0];
      expect(listed?.attributes).toEqual(own?.attributes);
      expect(listed?.children.map(({ name, attributes }) => [name, attributes])).toEqual(
        own?.children.map(({ name, attributes }) => [name, attributes]),
      );
    }
    const { Capabilities } = await call(camera, Device, "GetCapabilities", { Category: ["Media"] });
    expect(Capabilities).toEqual({
      Media: {
        XAddr: "http://192.0.2.10:8000/onvif/media_service",
        StreamingCapabilities: { RTPMulticast: false, RTP_TCP: true, RTP_RTSP_TCP: true },
        Extension: { ProfileCapabilities: { MaximumNumberOfProfiles: 10 } },
      },
    });
  });
});

describe("the profiles of the media2 service", () => {
  it("come without configurations unless types are asked for", async () => {
    const profiles = await profilesOf(aMediaCamera(), {});
    expect(profiles).toEqual([
      { token: "profile_1", fixed: true, Name: "main" },
      { token: "profile_2", fixed: true, Name: "sub" },
    ]);
  });

  it("come with the configurations of the types that are asked for", async () => {
    const camera = aMediaCamera({ metadata: "in-profiles" });
    const tokens = async (...Type: string[]) => held(at(await profilesOf(camera, { Token: "profile_2", Type })));
    const all = {
      VideoSource: "video_source_config_1",
      VideoEncoder: "video_encoder_2",
      AudioSource: "audio_source_config_1",
      AudioEncoder: "audio_encoder_2",
      Metadata: "metadata_1",
    };
    expect(await tokens("All")).toEqual(all);
    expect(await tokens("VideoSource", "All")).toEqual(all);
    expect(await tokens("VideoEncoder", "PTZ")).toEqual({ VideoEncoder: "video_encoder_2" });
    expect(await tokens("Analytics")).toEqual({});
  });

  it("are one where a token is given", async () => {
    expect(await profilesOf(aMediaCamera(), { Token: "profile_2" })).toHaveLength(1);
    expect(await faultOf(aMediaCamera(), Media2, "GetProfiles", { Token: "nobody" })).toBe(NO_PROFILE);
  });

  it("are not given for a type that there is not", async () => {
    const request = { Type: ["VideoSource", "Smell"] };
    expect(await faultOf(aMediaCamera(), Media2, "GetProfiles", request)).toBe("Sender InvalidArgVal");
  });

  it("show H.265 beside H.264 (rule 26)", async () => {
    const profiles = await profilesOf(aMediaCamera(withH265));
    expect(profiles.map(({ Configurations }) => Configurations?.VideoEncoder?.Encoding)).toEqual(["H265", "H264"]);
  });

  it("can be made with configurations, in whatever order, and deleted", async () => {
    const camera = aMediaCamera();
    const Configuration = [ref("All"), ...video, ...audio, ref("Metadata", "metadata_1")];
    const { Token } = await call(camera, Media2, "CreateProfile", { Name: "mine", Configuration });
    const created = at(await profilesOf(camera, { Token, Type: ["All"] }));
    expect(created).toMatchObject({ token: Token, fixed: false, Name: "mine" });
    expect(held(created)).toEqual({
      VideoSource: "video_source_config_1",
      VideoEncoder: "video_encoder_2",
      AudioSource: "audio_source_config_1",
      AudioEncoder: "audio_encoder_2",
      Metadata: "metadata_1",
    });
    await call(camera, Media2, "DeleteProfile", { Token });
    expect(await faultOf(camera, Media2, "GetProfiles", { Token })).toBe(NO_PROFILE);
  });

  it("take and lose configurations, and are renamed", async () => {
    const camera = aMediaCamera();
    const { Token: ProfileToken } = await call(camera, Media2, "CreateProfile", { Name: "mine" });
    const now = async () => at(await profilesOf(camera, { Token: ProfileToken, Type: ["All"] }));
    await call(camera, Media2, "AddConfiguration", { ProfileToken, Name: "renamed", Configuration: video });
    expect((await now()).Name).toBe("renamed");
    await call(camera, Media2, "AddConfiguration", { ProfileToken, Configuration: [...audio, ref("All")] });
    expect(Object.keys(held(await now()))).toEqual(["VideoSource", "VideoEncoder", "AudioSource", "AudioEncoder"]);
    // Source and encoder may go together, in any order; tokens are ignored.
    const both = [ref("VideoSource", "whatever"), ref("VideoEncoder")];
    await call(camera, Media2, "RemoveConfiguration", { ProfileToken, Configuration: both });
    expect(Object.keys(held(await now()))).toEqual(["AudioSource", "AudioEncoder"]);
    // What is not there, or can not be, is no error.
    const absent = [ref("VideoSource"), ref("PTZ"), ref("Analytics", "any")];
    await call(camera, Media2, "RemoveConfiguration", { ProfileToken, Configuration: absent });
    await call(camera, Media2, "RemoveConfiguration", { ProfileToken, Configuration: [ref("All")] });
    expect(held(await now())).toEqual({});
    await call(camera, Media2, "AddConfiguration", { ProfileToken, Name: "empty" });
    expect((await now()).Name).toBe("empty");
  });

  it("can be made up to the maximum (rule 30)", async () => {
    const camera = aMediaCamera({ maximumProfiles: 3 });
    const { Token } = await call(camera, Media2, "CreateProfile", { Name: "one" });
    const more = { Name: "two" };
    expect(await faultOf(camera, Media2, "CreateProfile", more)).toBe("Receiver Action MaxNVTProfiles");
    await call(camera, Media2, "DeleteProfile", { Token });
    await call(camera, Media2, "CreateProfile", more);
  });

  it.each([
    ["an unknown configuration", [ref("VideoSource", "nothing")], NO_CONFIG],
    ["one configuration of several unknown", [...video, ref("Metadata", "nothing")], NO_CONFIG],
    ["a configuration of another type", [ref("VideoSource", "video_encoder_1")], NO_CONFIG],
    ["a configuration without a token", [ref("VideoSource")], NO_CONFIG],
    ["a type of which this camera has none", [ref("PTZ", "ptz_1")], NO_CONFIG],
    ["a type that there is not", [ref("Smell", "smell_1")], "Sender InvalidArgVal"],
    ["an encoder without its source", [ref("VideoEncoder", "video_encoder_1")], CONFLICT],
  ])("are neither made nor changed with %s", async (_, Configuration, fault) => {
    const camera = aMediaCamera();
    expect(await faultOf(camera, Media2, "CreateProfile", { Name: "bad", Configuration })).toBe(fault);
    const { Token: ProfileToken } = await call(camera, Media2, "CreateProfile", { Name: "empty" });
    const add = { ProfileToken, Name: "renamed", Configuration };
    expect(await faultOf(camera, Media2, "AddConfiguration", add)).toBe(fault);
  });

  it("do not lose a source that an encoder needs", async () => {
    const request = { ProfileToken: "profile_1", Configuration: [ref("VideoSource")] };
    expect(await faultOf(aMediaCamera(), Media2, "RemoveConfiguration", request)).toBe(CONFLICT);
    const strange = { ProfileToken: "profile_1", Configuration: [ref("Smell")] };
    expect(await faultOf(aMediaCamera(), Media2, "RemoveConfiguration", strange)).toBe("Sender InvalidArgVal");
  });

  it("are to be known, and those of the configuration can not be deleted", async () => {
    const camera = aMediaCamera();
    const unknown = { ProfileToken: "nobody", Configuration: [ref("Smell", "nothing")] };
    expect(await faultOf(camera, Media2, "AddConfiguration", unknown)).toBe(NO_PROFILE);
    expect(await faultOf(camera, Media2, "RemoveConfiguration", unknown)).toBe(NO_PROFILE);
    expect(await faultOf(camera, Media2, "DeleteProfile", { Token: "nobody" })).toBe(NO_PROFILE);
    const fixed = "Sender Action DeletionOfFixedProfile";
    expect(await faultOf(camera, Media2, "DeleteProfile", { Token: "profile_1" })).toBe(fixed);
    for (const operation of ["GetSnapshotUri", "SetSynchronizationPoint", "StartMulticastStreaming"] as const)
      expect(await faultOf(camera, Media2, operation, { ProfileToken: "nobody" })).toBe(NO_PROFILE);
  });

  it("are not made without a name", async () => {
    expect(await faultOfText(aMediaCamera(), Media2, "CreateProfile", "")).toBe("Sender InvalidArgs");
    const long = `<tr2:Name>${"n".repeat(65)}</tr2:Name>`;
    expect(await faultOfText(aMediaCamera(), Media2, "CreateProfile", long)).toBe("Sender InvalidArgVal");
  });
});

describe("the number of encoders that run at the same time", () => {
  const operation = "GetVideoEncoderInstances";

  it("is told for each codec, H.265 with the others", async () => {
    const camera = aMediaCamera({ ...withH265, videoEncodings: ["H264"] });
    const request = { ConfigurationToken: "video_source_config_1" };
    expect(await call(camera, Media2, operation, request)).toEqual({
      Info: {
        Codec: [
          { Encoding: "H264", Number: 2 },
          { Encoding: "H265", Number: 2 },
        ],
        Total: 2,
      },
    });
  });

  it("is refused for an unknown video source configuration", async () => {
    const request = { ConfigurationToken: "video_encoder_1" };
    expect(await faultOf(aMediaCamera(), Media2, operation, request)).toBe(NO_CONFIG);
  });
});

describe("a camera that lacks sound or video", () => {
  it("has no options for it, since their list may not be empty", async () => {
    const NOT_SUPPORTED = "Receiver ActionNotSupported";
    const silent = aMediaCamera({ profiles: [aSilentProfile()] });
    expect(await faultOf(silent, Media2, "GetAudioSourceConfigurationOptions", {})).toBe(NOT_SUPPORTED);
    expect(await faultOf(silent, Media2, "GetAudioEncoderConfigurationOptions", {})).toBe(NOT_SUPPORTED);
    expect(await call(silent, Media2, "GetAudioEncoderConfigurations", {})).toEqual({});
    expect(await call(silent, Media2, "GetAudioSourceConfigurations", {})).toEqual({});
    const blind = aMediaCamera({ profiles: [aProfile({ video: undefined })] });
    expect(await faultOf(blind, Media2, "GetVideoEncoderConfigurationOptions", {})).toBe(NOT_SUPPORTED);
    expect(await faultOf(blind, Media2, "GetVideoSourceConfigurationOptions", {})).toBe(NOT_SUPPORTED);
    expect(await faultOf(blind, Media, "GetVideoSourceConfigurationOptions", {})).toBe(NOT_SUPPORTED);
    expect(await call(blind, Media2, "GetVideoSourceConfigurations", {})).toEqual({});
  });
});

describe("media2 operations for things that this camera has not", () => {
  it.each(["GetMasks", "GetOSDs", "GetAnalyticsConfigurations", "GetAudioClips"])(
    "answer ActionNotSupported: %s",
    async (operation) => {
      const reply = await soap(aMediaCamera(), { service: Media2, operation });
      expect(reply.fault).toBe("Receiver ActionNotSupported");
    },
  );
});
