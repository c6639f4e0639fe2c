import type { Media } from "#device/media/media";
import type { Call } from "../../call.js";
import type { Capabilities2, StreamingCapabilities } from "../../schema/media2/capabilities.js";
import type { ConfigurationEnumeration } from "../../schema/media2/profile.js";
import { tr2 } from "../../schema/namespaces.js";

/** What the media2 service says of this camera (Media2 §5.14). */
export const media2Capabilities = (call: Call): Capabilities2 => {
  const { media } = call.camera.device;
  const { transports } = media.streams;
  const multicast = transports.includes("rtsp-multicast");
  return {
    SnapshotUri: offers(call, "GetSnapshotUri"),
    Rotation: false,
    VideoSourceMode: offers(call, "SetVideoSourceMode"),
    OSD: offers(call, "CreateOSD"),
    Mask: offers(call, "CreateMask"),
    ProfileCapabilities: {
      MaximumNumberOfProfiles: media.profiles.maximum,
      ConfigurationsSupported: configurationTypes(media),
    },
    StreamingCapabilities: {
      RTSPStreaming: transports.length > 0,
      RTPMulticast: multicast,
      RTP_RTSP_TCP: transports.includes("rtsp"),
      NonAggregateControl: false,
      ...webSocketUri(call),
      AutoStartMulticast: multicast && offers(call, "StartMulticastStreaming"),
      SecureRTSPStreaming: transports.includes("rtsps-unicast"),
    },
  };
};

/** Scheme and path, without a host: it is that of the web service (Streaming §5.1.1.5). */
function webSocketUri({ camera, reachedAt }: Call): Pick<StreamingCapabilities, "RTSPWebSocketUri"> {
  const { webSocket } = camera.device.media.streams;
  const scheme = reachedAt.protocol === "https:" ? "wss" : "ws";
  return webSocket?.schemes.includes(scheme) ? { RTSPWebSocketUri: `${scheme}:${webSocket.path}` } : {};
}

/** The kinds of configuration that this camera has. */
const configurationTypes = ({
  video,
  audio,
  audioOutputs,
  audioDecoders,
  metadata,
}: Media): readonly ConfigurationEnumeration[] => [
  ...(video.sourceConfigurations.list().length > 0 ? (["VideoSource"] as const) : []),
  ...(video.encoderConfigurations.list().length > 0 ? (["VideoEncoder"] as const) : []),
  ...(audio.sourceConfigurations.list().length > 0 ? (["AudioSource"] as const) : []),
  ...(audio.encoderConfigurations.list().length > 0 ? (["AudioEncoder"] as const) : []),
  ...(audioOutputs.configurations.list().length > 0 ? (["AudioOutput"] as const) : []),
  ...(audioDecoders.configurations.list().length > 0 ? (["AudioDecoder"] as const) : []),
  ...(metadata.configurations.list().length > 0 ? (["Metadata"] as const) : []),
];

const offers = ({ camera }: Call, operation: string): boolean => camera.registry.offers(tr2.uri, operation);
