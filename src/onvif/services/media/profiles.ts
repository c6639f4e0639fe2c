import type { ConfigurationKind } from "#device/media/types";
import type { Call } from "../../call.js";
import { profile10ToWire } from "../../mapping/profile10.js";
import { type Handlers, ofState } from "../../registry.js";
import type { profileOperations } from "../../schema/media/profile-operations.js";

interface ProfileRequest {
  readonly ProfileToken: string;
}

/** Add…Configuration of one kind. */
const add =
  (kind: ConfigurationKind) =>
  (
    { ProfileToken, ConfigurationToken }: ProfileRequest & { readonly ConfigurationToken: string },
    { camera }: Call,
  ) => {
    const { audio, profiles } = camera.device.media;
    if (isAudio(kind)) audio.demandSupport();
    profiles.addConfiguration(ProfileToken, [{ kind, token: ConfigurationToken }]);
    return {};
  };

/** Remove…Configuration of one kind. */
const remove =
  (kind: ConfigurationKind) =>
  ({ ProfileToken }: ProfileRequest, { camera }: Call) => {
    const { audio, profiles } = camera.device.media;
    if (isAudio(kind)) audio.demandSupport();
    profiles.removeConfiguration(ProfileToken, [kind]);
    return {};
  };

const isAudio = (kind: ConfigurationKind): boolean => kind === "audio-source" || kind === "audio-encoder";

export const profiles = {
  CreateProfile: ({ Name, Token }, { camera }) => {
    const { media } = camera.device;
    return { Profile: profile10ToWire(media.profiles.createProfile({ name: Name, token: Token }), media) };
  },

  GetProfiles: ofState((_: object, { camera }) => {
    const { media } = camera.device;
    return { Profiles: media.profiles.list().map((profile) => profile10ToWire(profile, media)) };
  }),

  GetProfile: ofState(({ ProfileToken }: ProfileRequest, { camera }) => {
    const { media } = camera.device;
    return { Profile: profile10ToWire(media.profiles.get(ProfileToken), media) };
  }),

  AddVideoSourceConfiguration: add("video-source"),
  AddVideoEncoderConfiguration: add("video-encoder"),
  AddAudioSourceConfiguration: add("audio-source"),
  AddAudioEncoderConfiguration: add("audio-encoder"),
  AddMetadataConfiguration: add("metadata"),

  RemoveVideoSourceConfiguration: remove("video-source"),
  RemoveVideoEncoderConfiguration: remove("video-encoder"),
  RemoveAudioSourceConfiguration: remove("audio-source"),
  RemoveAudioEncoderConfiguration: remove("audio-encoder"),
  RemoveMetadataConfiguration: remove("metadata"),

  DeleteProfile: ({ ProfileToken }, { camera }) => {
    camera.device.media.profiles.deleteProfile(ProfileToken);
    return {};
  },
} satisfies Handlers<typeof profileOperations>;
