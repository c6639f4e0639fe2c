import { expect } from "vitest";
import { Media } from "#onvif/schema/media/service";
import { Media2 } from "#onvif/schema/media2/service";
import type { AudioOutputConfiguration, AudioOutputConfigurationOptions } from "#onvif/schema/tt/audio-source";
import { withIo } from "../../support/a-device.js";
import { CONFIGURATION_CHANGED, createPullPoint, inShort, pulled, topicFilter } from "../../support/event-client.js";
import { aCamera, call, soap, type TestCamera } from "../../support/soap.js";
import type { OfficialCases } from "../official-cases.js";

const camera = (): TestCamera => aCamera({ setup: withIo });

const NO_CONFIG = "Sender InvalidArgVal NoConfig";

const distinct = (tokens: readonly string[]): void => expect(new Set(tokens).size).toBe(tokens.length);

/** The configuration's values are among its options. */
function agrees(configuration: AudioOutputConfiguration, options: AudioOutputConfigurationOptions): void {
  distinct(options.OutputTokensAvailable);
  expect(options.OutputTokensAvailable).toContain(configuration.OutputToken);
  if (configuration.SendPrimacy !== undefined) expect(options.SendPrimacyOptions).toContain(configuration.SendPrimacy);
  expect(configuration.OutputLevel).toBeGreaterThanOrEqual(options.OutputLevelRange.Min);
  expect(configuration.OutputLevel).toBeLessThanOrEqual(options.OutputLevelRange.Max);
}

// The first media service.

const profiles10 = async (one: TestCamera) => {
  const { Profiles = [] } = await call(one, Media, "GetProfiles", {});
  expect(Profiles.length).toBeGreaterThan(0);
  return Profiles;
};

const outputs10 = async (one: TestCamera) => {
  const { Configurations = [] } = await call(one, Media, "GetAudioOutputConfigurations", {});
  expect(Configurations.length).toBeGreaterThan(0);
  distinct(Configurations.map(({ token }) => token));
  return Configurations;
};

const decoders10 = async (one: TestCamera) => {
  const { Configurations = [] } = await call(one, Media, "GetAudioDecoderConfigurations", {});
  expect(Configurations.length).toBeGreaterThan(0);
  distinct(Configurations.map(({ token }) => token));
  return Configurations;
};

const options10 = async (one: TestCamera, ConfigurationToken?: string, ProfileToken?: string) =>
  (await call(one, Media, "GetAudioOutputConfigurationOptions", { ConfigurationToken, ProfileToken })).Options;

const output10 = async (one: TestCamera, ConfigurationToken: string) =>
  (await call(one, Media, "GetAudioOutputConfiguration", { ConfigurationToken })).Configuration;

const setOutput10 = (one: TestCamera, Configuration: AudioOutputConfiguration) =>
  call(one, Media, "SetAudioOutputConfiguration", { Configuration, ForcePersistence: false });

const emptyProfile = async (one: TestCamera): Promise<string> =>
  (await call(one, Media, "CreateProfile", { Name: "TestProfile" })).Profile.token;

const outputContent = ({ token, OutputToken, OutputLevel }: AudioOutputConfiguration, prefix = "trt"): string =>
  `<${prefix}:Configuration token="${token}"><tt:Name>NewName</tt:Name><tt:UseCount>0</tt:UseCount><tt:OutputToken>${OutputToken}</tt:OutputToken><tt:OutputLevel>${OutputLevel}</tt:OutputLevel></${prefix}:Configuration>`;

const refusesOutput10 = async (one: TestCamera, configuration: AudioOutputConfiguration, fault: string) => {
  const content = `${outputContent(configuration)}<trt:ForcePersistence>false</trt:ForcePersistence>`;
  const reply = await soap(one, { service: Media, operation: "SetAudioOutputConfiguration", content });
  expect(reply.fault).toBe(fault);
};

const CONFIG_MODIFY = "Sender InvalidArgVal ConfigModify";

const cases10: OfficialCases = {
  "MEDIA-3-4-4 set audio output configuration": async () => {
    const one = camera();
    for (const configuration of await outputs10(one)) {
      const options = await options10(one, configuration.token);
      for (const OutputToken of options.OutputTokensAvailable) {
        const set = { ...configuration, Name: "NewName", OutputToken, OutputLevel: options.OutputLevelRange.Max };
        await setOutput10(one, set);
        expect(await output10(one, configuration.token)).toEqual(set);
      }
    }
  },

  "MEDIA-3-4-6 set audio output configuration: invalid output token": async () => {
    const one = camera();
    for (const configuration of await outputs10(one)) {
      await refusesOutput10(one, { ...configuration, OutputToken: "InvalidOT1", OutputLevel: 101 }, CONFIG_MODIFY);
      expect(await output10(one, configuration.token)).toEqual(configuration);
    }
  },

  "MEDIA-3-4-7 set audio output configuration: invalid configuration": async () => {
    const one = camera();
    const [configuration] = await outputs10(one);
    if (configuration) await refusesOutput10(one, { ...configuration, token: "InvalidAudioOutput" }, NO_CONFIG);
  },

  "MEDIA-3-4-8 audio output configuration options": async () => {
    const one = camera();
    const profile = await emptyProfile(one);
    const request = { ProfileToken: profile };
    const { Configurations = [] } = await call(one, Media, "GetCompatibleAudioOutputConfigurations", request);
    const token = Configurations[0]?.token;
    expect(token).toBeDefined();
    const ways = [[token, profile], [undefined, profile], [token], []] as const;
    for (const [configuration, ofProfile] of ways)
      expect((await options10(one, configuration, ofProfile)).OutputTokensAvailable).toHaveLength(1);
  },

  "MEDIA-3-4-9 audio output configuration": async () => {
    const one = camera();
    const ProfileToken = await emptyProfile(one);
    expect((await call(one, Media, "GetAudioOutputs", {})).AudioOutputs?.length).toBeGreaterThan(0);
    const compatible = await call(one, Media, "GetCompatibleAudioOutputConfigurations", { ProfileToken });
    const [first] = compatible.Configurations ?? [];
    if (!first) throw new Error("no compatible configuration");
    await call(one, Media, "AddAudioOutputConfiguration", { ProfileToken, ConfigurationToken: first.token });
    const { Min, Max } = (await options10(one, first.token)).OutputLevelRange;
    await refusesOutput10(one, { ...first, OutputLevel: Min - 1 }, CONFIG_MODIFY);
    await setOutput10(one, { ...first, OutputLevel: Max });
    const { UseCount, ...updated } = await output10(one, first.token);
    expect(UseCount).toBe(first.UseCount + 1);
    expect(updated).toEqual({ token: first.token, Name: first.Name, OutputToken: first.OutputToken, OutputLevel: Max });
    await call(one, Media, "RemoveAudioOutputConfiguration", { ProfileToken });
    await call(one, Media, "DeleteProfile", { ProfileToken });
  },

  "MEDIA-3-4-10 audio decoder configuration": async () => {
    const one = camera();
    const ProfileToken = await emptyProfile(one);
    const outputs = await call(one, Media, "GetCompatibleAudioOutputConfigurations", { ProfileToken });
    const output = outputs.Configurations?.[0]?.token ?? "";
    await call(one, Media, "AddAudioOutputConfiguration", { ProfileToken, ConfigurationToken: output });
    await decoders10(one);
    const decoders = await call(one, Media, "GetCompatibleAudioDecoderConfigurations", { ProfileToken });
    const decoder = decoders.Configurations?.[0]?.token ?? "";
    await call(one, Media, "AddAudioDecoderConfiguration", { ProfileToken, ConfigurationToken: decoder });
    const { Profile } = await call(one, Media, "GetProfile", { ProfileToken });
    expect(Profile.Extension?.AudioOutputConfiguration?.token).toBe(output);
    expect(Profile.Extension?.AudioDecoderConfiguration?.token).toBe(decoder);
    await call(one, Media, "RemoveAudioDecoderConfiguration", { ProfileToken });
    await call(one, Media, "RemoveAudioOutputConfiguration", { ProfileToken });
    await call(one, Media, "DeleteProfile", { ProfileToken });
  },

  "MEDIA-3-4-11 audio output configurations and options": async () => {
    const one = camera();
    for (const configuration of await outputs10(one)) agrees(configuration, await options10(one, configuration.token));
  },

  "MEDIA-3-4-12 profiles and audio output configuration options": async () => {
    const one = camera();
    const held = (await profiles10(one)).flatMap(({ token, Extension }) =>
      Extension?.AudioOutputConfiguration ? [{ token, configuration: Extension.AudioOutputConfiguration }] : [],
    );
    expect(held.length).toBeGreaterThan(0);
    for (const { token, configuration } of held)
      agrees(configuration, await options10(one, configuration.token, token));
  },

  "MEDIA-3-4-13 profiles and audio output configurations": async () => {
    const one = camera();
    const all = await outputs10(one);
    for (const { Extension } of await profiles10(one)) expect(all).toContainEqual(Extension?.AudioOutputConfiguration);
  },

  "MEDIA-3-4-14 audio output configurations, all and one": async () => {
    const one = camera();
    for (const configuration of await outputs10(one))
      expect(await output10(one, configuration.token)).toEqual(configuration);
  },

  "MEDIA-3-4-15 audio output configurations and audio outputs": async () => {
    const one = camera();
    const { AudioOutputs = [] } = await call(one, Media, "GetAudioOutputs", {});
    const tokens = AudioOutputs.map(({ token }) => token);
    distinct(tokens);
    for (const { OutputToken } of await outputs10(one)) expect(tokens).toContain(OutputToken);
  },

  "MEDIA-3-4-16 profiles and audio decoder configurations": async () => {
    const one = camera();
    const all = await decoders10(one);
    for (const { Extension } of await profiles10(one)) expect(all).toContainEqual(Extension?.AudioDecoderConfiguration);
  },

  "MEDIA-3-4-17 audio decoder configurations, all and one": async () => {
    const one = camera();
    for (const configuration of await decoders10(one)) {
      const request = { ConfigurationToken: configuration.token };
      const { Configuration } = await call(one, Media, "GetAudioDecoderConfiguration", request);
      expect(Configuration).toEqual(configuration);
    }
  },
};

// The second media service.

interface Asked {
  readonly ConfigurationToken?: string;
  readonly ProfileToken?: string;
}

const KINDS = {
  AudioOutput: async (one: TestCamera, asked: Asked = {}) =>
    (await call(one, Media2, "GetAudioOutputConfigurations", asked)).Configurations ?? [],
  AudioDecoder: async (one: TestCamera, asked: Asked = {}) =>
    (await call(one, Media2, "GetAudioDecoderConfigurations", asked)).Configurations ?? [],
} as const;
type Kind = keyof typeof KINDS;

const profiles20 = async (one: TestCamera) =>
  (await call(one, Media2, "GetProfiles", { Type: ["All"] })).Profiles ?? [];

const options20 = async (one: TestCamera, asked: Asked = {}) =>
  (await call(one, Media2, "GetAudioOutputConfigurationOptions", asked)).Options;

/** All configurations, each by itself, and those that fit each profile. */
async function listed(kind: Kind): Promise<void> {
  const one = camera();
  const all = await KINDS[kind](one);
  expect(all.length).toBeGreaterThan(0);
  distinct(all.map(({ token }) => token));
  for (const { token } of all)
    expect((await KINDS[kind](one, { ConfigurationToken: token })).map((found) => found.token)).toEqual([token]);
  for (const profile of await profiles20(one)) {
    const fitting = (await KINDS[kind](one, { ProfileToken: profile.token })).map(({ token }) => token);
    distinct(fitting);
    for (const token of fitting) expect(all.map((found) => found.token)).toContain(token);
    expect(fitting).toContain(profile.Configurations?.[kind]?.token);
  }
}

async function asInProfiles(kind: Kind): Promise<void> {
  const one = camera();
  for (const { Configurations } of await profiles20(one)) {
    const held = Configurations?.[kind];
    const [found] = await KINDS[kind](one, { ConfigurationToken: held?.token ?? "" });
    expect(found).toEqual(held);
  }
}

async function refusesToken(kind: Kind): Promise<void> {
  const content = "<tr2:ConfigurationToken>InvalidToken</tr2:ConfigurationToken>";
  const reply = await soap(camera(), { service: Media2, operation: `Get${kind}Configurations`, content });
  expect(reply.fault).toBe(NO_CONFIG);
}

const cases20: OfficialCases = {
  "MEDIA2-3-3-1 audio output configuration options": async () => {
    const one = camera();
    const [configuration] = await KINDS.AudioOutput(one);
    const [profile] = await profiles20(one);
    const ways: readonly Asked[] = [
      {},
      { ConfigurationToken: configuration?.token ?? "" },
      { ProfileToken: profile?.token ?? "" },
    ];
    for (const asked of ways) {
      const { Min, Max } = (await options20(one, asked)).OutputLevelRange;
      expect(Min).toBeLessThanOrEqual(Max);
    }
  },

  "MEDIA2-3-3-2 audio output configurations": () => listed("AudioOutput"),

  "MEDIA2-3-3-3 audio output configurations and options": async () => {
    const one = camera();
    for (const configuration of await KINDS.AudioOutput(one))
      agrees(configuration, await options20(one, { ConfigurationToken: configuration.token }));
  },

  "MEDIA2-3-3-4 profiles and audio output configurations": () => asInProfiles("AudioOutput"),

  "MEDIA2-3-3-5 modify all audio output configurations": async () => {
    const one = camera();
    const address = await createPullPoint(one, topicFilter(CONFIGURATION_CHANGED));
    for (const configuration of await KINDS.AudioOutput(one)) {
      const { token } = configuration;
      const { OutputTokensAvailable, OutputLevelRange } = await options20(one, { ConfigurationToken: token });
      for (const [Name, OutputToken, OutputLevel] of [
        ["TestName1", OutputTokensAvailable[0] ?? "", OutputLevelRange.Min],
        ["TestName2", OutputTokensAvailable.at(-1) ?? "", OutputLevelRange.Max],
      ] as const) {
        const set = { ...configuration, Name, OutputToken, OutputLevel };
        await call(one, Media2, "SetAudioOutputConfiguration", { Configuration: set });
        const { NotificationMessage = [] } = await pulled(one, address);
        expect(NotificationMessage.map(inShort)).toEqual([`${CONFIGURATION_CHANGED} Token=${token} Type=AudioOutput`]);
        expect(await KINDS.AudioOutput(one, { ConfigurationToken: token })).toEqual([set]);
      }
    }
  },

  "MEDIA2-3-3-6 audio output configurations: invalid token": () => refusesToken("AudioOutput"),

  "MEDIA2-3-4-1 audio decoder configuration options": async () => {
    const one = camera();
    const [configuration] = await KINDS.AudioDecoder(one);
    const [profile] = await profiles20(one);
    const ways: readonly Asked[] = [
      {},
      { ConfigurationToken: configuration?.token ?? "" },
      { ProfileToken: profile?.token ?? "" },
    ];
    for (const asked of ways) {
      const { Options } = await call(one, Media2, "GetAudioDecoderConfigurationOptions", asked);
      expect(Options.map(({ Encoding }) => Encoding)).toContain("PCMU");
    }
  },

  "MEDIA2-3-4-2 audio decoder configurations": () => listed("AudioDecoder"),
  "MEDIA2-3-4-3 profiles and audio decoder configurations": () => asInProfiles("AudioDecoder"),

  "MEDIA2-3-4-4 modify all audio decoder configurations": async () => {
    const one = camera();
    for (const configuration of await KINDS.AudioDecoder(one)) {
      const set = { ...configuration, Name: "TestName1" };
      await call(one, Media2, "SetAudioDecoderConfiguration", { Configuration: set });
      expect(await KINDS.AudioDecoder(one, { ConfigurationToken: configuration.token })).toEqual([set]);
      await call(one, Media2, "SetAudioDecoderConfiguration", { Configuration: configuration });
    }
  },

  "MEDIA2-3-4-5 audio decoder configurations: invalid token": () => refusesToken("AudioDecoder"),
};

/** Media Configuration 3.4, Media2 Configuration 3.3 and 3.4. */
export const audioOutputCases: OfficialCases = { ...cases10, ...cases20 };
