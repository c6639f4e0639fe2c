import { requestedStreamUri, snapshotUri, transport20 } from "../../mapping/stream-uri.js";
import type { Handlers } from "../../registry.js";
import type { streamOperations } from "../../schema/media2/stream-operations.js";

export const streams = {
  GetStreamUri: ({ Protocol, ProfileToken }, call) => ({
    Uri: requestedStreamUri(ProfileToken, transport20(Protocol), call),
  }),

  GetSnapshotUri: ({ ProfileToken }, call) => {
    const { profile } = call.camera.device.media.streams.requestSnapshot(ProfileToken);
    return { Uri: snapshotUri(profile.token, call) };
  },

  StartMulticastStreaming: ({ ProfileToken }, { camera }) => {
    camera.device.media.streams.startMulticastStreaming(ProfileToken);
    return {};
  },

  StopMulticastStreaming: ({ ProfileToken }, { camera }) => {
    camera.device.media.streams.stopMulticastStreaming(ProfileToken);
    return {};
  },

  SetSynchronizationPoint: ({ ProfileToken }, { camera }) => {
    camera.device.media.streams.setSynchronizationPoint(ProfileToken);
    return {};
  },
} satisfies Handlers<typeof streamOperations>;
