import { addedFromWire, profile20ToWire, removedFromWire } from "../../mapping/profile20.js";
import { type Handlers, ofState } from "../../registry.js";
import type { profileOperations } from "../../schema/media2/profile-operations.js";

export const profiles = {
  CreateProfile: ({ Name, Configuration = [] }, { camera }) => {
    const created = camera.device.media.profiles.createProfile({
      name: Name,
      configurations: addedFromWire(Configuration),
    });
    return { Token: created.token };
  },

  GetProfiles: ofState(({ Token, Type = [] }, { camera }) => {
    const { media } = camera.device;
    const found = Token === undefined ? media.profiles.list() : [media.profiles.get(Token)];
    return { Profiles: found.map((profile) => profile20ToWire(profile, Type, media)) };
  }),

  AddConfiguration: ({ ProfileToken, Name, Configuration = [] }, { camera }) => {
    const { profiles: all } = camera.device.media;
    all.get(ProfileToken);
    all.addConfiguration(ProfileToken, addedFromWire(Configuration), Name);
    return {};
  },

  RemoveConfiguration: ({ ProfileToken, Configuration }, { camera }) => {
    const { profiles: all } = camera.device.media;
    all.get(ProfileToken);
    all.removeConfiguration(ProfileToken, removedFromWire(Configuration));
    return {};
  },

  DeleteProfile: ({ Token }, { camera }) => {
    camera.device.media.profiles.deleteProfile(Token);
    return {};
  },
} satisfies Handlers<typeof profileOperations>;
