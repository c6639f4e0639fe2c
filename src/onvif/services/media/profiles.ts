import type { Media } from "#device/media/media";
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
    const { media } = camera.device;
    demandKind(kind, media);
    media.profiles.addConfiguration(ProfileToken, [{ kind, token: ConfigurationToken }]);
    return {};
  };

/** Remove…Configuration of one kind. */
const remove =
  (kind: ConfigurationKind) =>
  ({ ProfileToken }: ProfileRequest, { camera }: Call) => {
    const { media } = camera.device;
    demandKind(kind, media);
    media.profiles.removeConfiguration(ProfileToken, [kind]);
    return {};
  };

/** Refuses a kind that the camera has nothing of, with the fault that there is for it. */
function demandKind(kind: ConfigurationKind, { audio, audioOutputs, audioDecoders }: Media): void {
  if (kind === "audio-source" || kind === "audio-encoder") audio.demandSupport();
  if (kind === "audio-output") audioOutputs.demandSupport();
  if (kind === "audio-decoder") audioDecoders.demandSupport();
}

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
  AddAudioOutputConfiguration: add("audio-output"),
  AddAudioDecoderConfiguration: add("audio-decoder"),
  AddMetadataConfiguration: add("metadata"),

  RemoveVideoSourceConfiguration: remove("video-source"),
  RemoveVideoEncoderConfiguration: remove("video-encoder"),
  RemoveAudioSourceConfiguration: remove("audio-source"),
  RemoveAudioEncoderConfiguration: remove("audio-encoder"),
  RemoveAudioOutputConfiguration: remove("audio-output"),
  RemoveAudioDecoderConfiguration: remove("audio-decoder"),
  RemoveMetadataConfiguration: remove("metadata"),

  DeleteProfile: ({ ProfileToken }, { camera }) => {
    camera.device.media.profiles.deleteProfile(ProfileToken);
    return {};
  },
} satisfies Handlers<typeof profileOperations>;
