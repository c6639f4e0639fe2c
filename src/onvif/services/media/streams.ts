import { mediaUri, requestedStreamUri, snapshotUri, transport10 } from "../../mapping/stream-uri.js";
import type { Handlers } from "../../registry.js";
import type { streamOperations } from "../../schema/media/stream-operations.js";

export const streams = {
  GetStreamUri: ({ StreamSetup, ProfileToken }, call) => ({
    MediaUri: mediaUri(requestedStreamUri(ProfileToken, transport10(StreamSetup), call)),
  }),

  GetSnapshotUri: ({ ProfileToken }, call) => {
    const { profile } = call.camera.device.media.streams.requestSnapshot(ProfileToken);
    return { MediaUri: mediaUri(snapshotUri(profile.token, call)) };
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
