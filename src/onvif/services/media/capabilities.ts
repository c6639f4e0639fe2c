import type { Call } from "../../call.js";
import type { LegacyCapabilities } from "../../registry.js";
import type { Capabilities } from "../../schema/media/types.js";
import { trt } from "../../schema/namespaces.js";

/** What the media service says of this camera (Media §5.21). */
export const mediaCapabilities = (call: Call): Capabilities => ({
  SnapshotUri: offers(call, "GetSnapshotUri"),
  Rotation: false,
  VideoSourceMode: offers(call, "SetVideoSourceMode"),
  OSD: offers(call, "CreateOSD"),
  EXICompression: false,
  ProfileCapabilities: { MaximumNumberOfProfiles: call.camera.device.media.profiles.maximum },
  StreamingCapabilities: {
    ...streamingFlags(call),
    NonAggregateControl: false,
    NoRTSPStreaming: call.camera.device.media.streams.transports.length === 0,
  },
});

/** The same for GetCapabilities (Core §8.1.2.4). */
export const mediaLegacyCapabilities: LegacyCapabilities = (XAddr, call) => ({
  Media: {
    XAddr,
    StreamingCapabilities: streamingFlags(call),
    Extension: {
      ProfileCapabilities: { MaximumNumberOfProfiles: call.camera.device.media.profiles.maximum },
    },
  },
});

/** RTP over TCP is given over RTSP, so both flags are one. */
const streamingFlags = ({ camera }: Call) => {
  const { transports } = camera.device.media.streams;
  const overTcp = transports.includes("rtsp");
  return { RTPMulticast: transports.includes("rtsp-multicast"), RTP_TCP: overTcp, RTP_RTSP_TCP: overTcp };
};

const offers = ({ camera }: Call, operation: string): boolean => camera.registry.offers(trt.uri, operation);
