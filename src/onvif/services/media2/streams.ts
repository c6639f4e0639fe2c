import { requestedStreamUri, snapshotUri, transport20 } from "../../mapping/stream-uri.js";
import type { Handlers } from "../../registry.js";
import type { streamOperations } from "../../schema/media2/stream-operations.js";
import { streams as media } from "../media/streams.js";

export const streams = {
  GetStreamUri: ({ Protocol, ProfileToken }, call) => ({
    Uri: requestedStreamUri(ProfileToken, transport20(Protocol), call),
  }),

  GetSnapshotUri: ({ ProfileToken }, call) => {
    const { profile } = call.camera.device.media.streams.requestSnapshot(ProfileToken);
    return { Uri: snapshotUri(profile.token, call) };
  },

  // Requests and answers are those of the first media service.
  StartMulticastStreaming: media.StartMulticastStreaming,
  StopMulticastStreaming: media.StopMulticastStreaming,
  SetSynchronizationPoint: media.SetSynchronizationPoint,
} satisfies Handlers<typeof streamOperations>;
