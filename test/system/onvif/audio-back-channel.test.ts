import { describe, expect, it } from "vitest";
import { DeviceIo } from "#onvif/schema/deviceio/service";
import { Media } from "#onvif/schema/media/service";
import { Media2 } from "#onvif/schema/media2/service";
import type { SpeakerFormat } from "#device/speaker";
import { withIo } from "../../support/a-device.js";
import { aCamera, call, soap, type TestCamera } from "../../support/soap.js";

const OUTPUT = "audio_output_config_1";
const DECODER = "audio_decoder_1";

const camera = (...speaker: readonly SpeakerFormat[]): TestCamera =>
  aCamera({ setup: { ...withIo, ...(speaker.length > 0 && { speaker }) } });

const sound = (encodingName: string, clockRate = 8000, channels = 1): SpeakerFormat => ({
  encodingName,
  clockRate,
  channels,
});

describe("a client that looks for the back channel", () => {
  it("finds a profile that has an audio output and a decoder, by either service", async () => {
    const one = camera();
    const { Profiles = [] } = await call(one, Media2, "GetProfiles", { Type: ["AudioOutput", "AudioDecoder"] });
    expect(Profiles.map(({ Configurations }) => Configurations)).toEqual(
      Profiles.map(() => ({
        AudioOutput: {
          token: OUTPUT,
          Name: "Audio output 1",
          UseCount: 2,
          OutputToken: "audio_output_1",
          OutputLevel: 50,
        },
        AudioDecoder: { token: DECODER, Name: DECODER, UseCount: 2 },
      })),
    );
    expect(Profiles).toHaveLength(2);
    const first = await call(one, Media, "GetProfiles", {});
    expect(first.Profiles?.map(({ Extension }) => Extension)).toEqual(
      Profiles.map(({ Configurations }) => ({
        AudioOutputConfiguration: Configurations?.AudioOutput,
        AudioDecoderConfiguration: Configurations?.AudioDecoder,
      })),
    );
    const { Capabilities } = await call(one, Media2, "GetServiceCapabilities", {});
    const supported = Capabilities.ProfileCapabilities.ConfigurationsSupported;
    expect(supported).toEqual(expect.arrayContaining(["AudioOutput", "AudioDecoder"]));
  });

  it("sees the same output and level by DeviceIO and both media services", async () => {
    const one = camera();
    const { Configurations: [configuration] = [] } = await call(one, Media2, "GetAudioOutputConfigurations", {});
    if (!configuration) throw new Error("no configuration");
    const set = { ...configuration, Name: "door", OutputLevel: 7 };
    await call(one, Media2, "SetAudioOutputConfiguration", { Configuration: set });
    const asked = { AudioOutputToken: "audio_output_1" };
    expect((await call(one, DeviceIo, "GetAudioOutputConfiguration", asked)).AudioOutputConfiguration).toEqual(set);
    await call(one, DeviceIo, "SetAudioOutputConfiguration", {
      Configuration: { ...set, OutputLevel: 8 },
      ForcePersistence: true,
    });
    const { Configurations } = await call(one, Media, "GetAudioOutputConfigurations", {});
    expect(Configurations).toEqual([{ ...set, OutputLevel: 8 }]);
    expect(await call(one, Media, "GetAudioOutputs", {})).toEqual({ AudioOutputs: [{ token: "audio_output_1" }] });
    expect(await call(one, DeviceIo, "GetAudioOutputs", {})).toEqual({ Token: ["audio_output_1"] });
  });

  it("makes a profile of its own for it", async () => {
    const one = camera();
    const Configuration = [
      { Type: "AudioOutput", Token: OUTPUT },
      { Type: "AudioDecoder", Token: DECODER },
    ];
    const { Token } = await call(one, Media2, "CreateProfile", { Name: "talk", Configuration });
    const { Profiles = [] } = await call(one, Media2, "GetProfiles", { Token, Type: ["All"] });
    expect(Object.keys(Profiles[0]?.Configurations ?? {})).toEqual(["AudioOutput", "AudioDecoder"]);
    await call(one, Media2, "RemoveConfiguration", { ProfileToken: Token, Configuration: [{ Type: "AudioDecoder" }] });
    await call(one, Media2, "RemoveConfiguration", { ProfileToken: Token, Configuration: [{ Type: "AudioOutput" }] });
    const { Profiles: left = [] } = await call(one, Media2, "GetProfiles", { Token, Type: ["All"] });
    expect(Object.keys(left[0]?.Configurations ?? {})).toEqual([]);
  });
});

describe("what may be sent to a camera", () => {
  const formats = [
    sound("PCMU"),
    sound("PCMA", 16_000, 2),
    sound("G722"),
    sound("G726-32"),
    sound("G726-16"),
    sound("opus", 48_000, 2),
    sound("MPEG4-GENERIC", 44_100),
    sound("L16", 16_000),
  ];

  it("is told by the second service, encoding by encoding", async () => {
    const { Options } = await call(camera(...formats), Media2, "GetAudioDecoderConfigurationOptions", {});
    const usual = [16, 24, 32, 48, 64, 96, 128];
    expect(Options).toEqual([
      { Encoding: "PCMU", BitrateList: { Items: [64] }, SampleRateList: { Items: [8] } },
      { Encoding: "PCMA", BitrateList: { Items: [256] }, SampleRateList: { Items: [16] } },
      { Encoding: "G722", BitrateList: { Items: [64] }, SampleRateList: { Items: [16] } },
      { Encoding: "G726", BitrateList: { Items: [16, 32] }, SampleRateList: { Items: [8] } },
      { Encoding: "OPUS", BitrateList: { Items: usual }, SampleRateList: { Items: [48] } },
      { Encoding: "MP4A-LATM", BitrateList: { Items: usual }, SampleRateList: { Items: [44] } },
      { Encoding: "L16", BitrateList: { Items: [256] }, SampleRateList: { Items: [16] } },
    ]);
  });

  it("is told by the first as far as it has words for it", async () => {
    const { Options } = await call(camera(...formats), Media, "GetAudioDecoderConfigurationOptions", {});
    expect(Options).toEqual({
      AACDecOptions: { Bitrate: { Items: [16, 24, 32, 48, 64, 96, 128] }, SampleRateRange: { Items: [44] } },
      G711DecOptions: { Bitrate: { Items: [64, 256] }, SampleRateRange: { Items: [8, 16] } },
      G726DecOptions: { Bitrate: { Items: [16, 32] }, SampleRateRange: { Items: [8] } },
    });
    expect((await call(camera(sound("G722")), Media, "GetAudioDecoderConfigurationOptions", {})).Options).toEqual({});
  });
});

describe("requests about the loudspeaker that are refused", () => {
  const profile = (token = "profile_1", prefix = "trt"): string =>
    `<${prefix}:ProfileToken>${token}</${prefix}:ProfileToken>`;
  const token = (name: string, prefix = "trt"): string =>
    `<${prefix}:ConfigurationToken>${name}</${prefix}:ConfigurationToken>`;
  const decoder = (name: string, of = DECODER, prefix = "trt"): string =>
    `<${prefix}:Configuration token="${of}"><tt:Name>${name}</tt:Name><tt:UseCount>0</tt:UseCount></${prefix}:Configuration>`;
  const persistent = "<trt:ForcePersistence>true</trt:ForcePersistence>";
  const output = (more: string): string =>
    `<tr2:Configuration token="${OUTPUT}"><tt:Name>a</tt:Name><tt:UseCount>0</tt:UseCount>${more}</tr2:Configuration>`;
  const level = (of: string, text: string): string =>
    `<tt:OutputToken>${of}</tt:OutputToken><tt:OutputLevel>${text}</tt:OutputLevel>`;

  it.each([
    ["Media", "AddAudioOutputConfiguration", "another one", profile() + token("x"), "Sender InvalidArgVal NoConfig"],
    ["Media", "AddAudioOutputConfiguration", "a decoder", profile() + token(DECODER), "Sender InvalidArgVal NoConfig"],
    [
      "Media",
      "AddAudioDecoderConfiguration",
      "no profile",
      profile("x") + token(DECODER),
      "Sender InvalidArgVal NoProfile",
    ],
    ["Media", "RemoveAudioOutputConfiguration", "a decoder left", profile(), "Receiver Action ConfigurationConflict"],
    ["Media", "GetAudioDecoderConfiguration", "another one", token("x"), "Sender InvalidArgVal NoConfig"],
    ["Media", "GetCompatibleAudioDecoderConfigurations", "no profile", profile("x"), "Sender InvalidArgVal NoProfile"],
    [
      "Media",
      "SetAudioDecoderConfiguration",
      "another one",
      decoder("a", "x") + persistent,
      "Sender InvalidArgVal NoConfig",
    ],
    ["Media", "SetAudioDecoderConfiguration", "no name", persistent, "Sender InvalidArgs"],
    [
      "Media2",
      "SetAudioDecoderConfiguration",
      "a long name",
      decoder("a".repeat(65), DECODER, "tr2"),
      "Sender InvalidArgVal",
    ],
    [
      "Media2",
      "SetAudioOutputConfiguration",
      "a loud level",
      output(level("audio_output_1", "101")),
      "Sender InvalidArgVal ConfigModify",
    ],
    [
      "Media2",
      "SetAudioOutputConfiguration",
      "a level in words",
      output(level("audio_output_1", "loud")),
      "Sender InvalidArgVal",
    ],
    [
      "Media2",
      "SetAudioOutputConfiguration",
      "another output",
      output(level("x", "1")),
      "Sender InvalidArgVal ConfigModify",
    ],
    ["Media2", "GetAudioOutputConfigurationOptions", "another one", token("x", "tr2"), "Sender InvalidArgVal NoConfig"],
    ["Media2", "GetAudioDecoderConfigurations", "no profile", profile("x", "tr2"), "Sender InvalidArgVal NoProfile"],
  ] as const)("%s.%s: %s", async (name, operation, _what, content, fault) => {
    const service = { Media, Media2 }[name];
    const one = camera();
    const before = structuredClone(one.device.snapshot());
    expect((await soap(one, { service, operation, content })).fault).toBe(fault);
    expect(one.device.snapshot()).toEqual(before);
  });

  it.each([
    ["GetAudioOutputs", "", "AudioOutputNotSupported"],
    ["GetAudioOutputConfigurations", "", "AudioOutputNotSupported"],
    ["GetAudioOutputConfigurationOptions", "", "AudioOutputNotSupported"],
    ["AddAudioOutputConfiguration", profile() + token(OUTPUT), "AudioOutputNotSupported"],
    ["RemoveAudioOutputConfiguration", profile(), "AudioOutputNotSupported"],
    ["GetAudioDecoderConfigurations", "", "AudioDecodingNotSupported"],
    ["GetAudioDecoderConfiguration", token(DECODER), "AudioDecodingNotSupported"],
    ["GetAudioDecoderConfigurationOptions", "", "AudioDecodingNotSupported"],
    ["SetAudioDecoderConfiguration", decoder("a") + persistent, "AudioDecodingNotSupported"],
    ["RemoveAudioDecoderConfiguration", profile(), "AudioDecodingNotSupported"],
    ["AddAudioDecoderConfiguration", profile() + token(DECODER), "AudioDecodingNotSupported"],
  ])("%s where there is no loudspeaker", async (operation, content, subcode) => {
    const reply = await soap(aCamera(), { service: Media, operation, content });
    expect(reply.fault).toBe(`Receiver ActionNotSupported ${subcode}`);
  });

  it("by the second service are answered with nothing where there is no loudspeaker", async () => {
    const one = aCamera();
    expect(await call(one, Media2, "GetAudioOutputConfigurations", {})).toEqual({});
    expect(await call(one, Media2, "GetAudioDecoderConfigurations", {})).toEqual({});
    const { Capabilities } = await call(one, Media2, "GetServiceCapabilities", {});
    expect(Capabilities.ProfileCapabilities.ConfigurationsSupported).not.toContain("AudioOutput");
  });
});
