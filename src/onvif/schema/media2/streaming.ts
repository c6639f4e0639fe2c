import { xs } from "#xml/datatypes";
import { attribute, element, enumeration, type Infer, many, optional, optionalAttribute } from "#xml/schema";
import { tr2 } from "../namespaces.js";
import { Description, ReferenceToken, StringList } from "../tt/common.js";
import { VideoResolution } from "../tt/video-encoder.js";

/** Streams, encoder instances, video source modes and WebRTC of the media2 service (ver20). */

/** Values of `GetStreamUri.Protocol`. */
export const TransportProtocol = enumeration(
  xs.string,
  "RtspUnicast",
  "RtspMulticast",
  "RtspsUnicast",
  "RtspsMulticast",
  "RTSP",
  "RtspOverHttp",
);
export type TransportProtocol = Infer<typeof TransportProtocol>;

export const StartStopMulticastStreaming = tr2.sequence({ ProfileToken: element(ReferenceToken) });
export interface StartStopMulticastStreaming extends Infer<typeof StartStopMulticastStreaming> {}

/** How many streams of one codec are guaranteed. */
export const EncoderInstance = tr2
  .sequence({ Encoding: element(xs.string), Number: element(xs.int) })
  .open({ elements: false });
export interface EncoderInstance extends Infer<typeof EncoderInstance> {}

/** How many streams are guaranteed, by codec and at most together. */
export const EncoderInstanceInfo = tr2.sequence({ Codec: many(EncoderInstance), Total: element(xs.int) }).open();
export interface EncoderInstanceInfo extends Infer<typeof EncoderInstanceInfo> {}

/** A way to run a sensor; changing it may take a `Reboot`. */
export const VideoSourceMode = tr2
  .sequence({
    token: attribute(ReferenceToken),
    Enabled: optionalAttribute(xs.boolean),
    MaxFramerate: element(xs.float),
    MaxResolution: element(VideoResolution),
    Encodings: element(StringList),
    Reboot: element(xs.boolean),
    Description: optional(Description),
  })
  .open();
export interface VideoSourceMode extends Infer<typeof VideoSourceMode> {}

/** A signaling server that peers reach the camera through; `Connected` and `Error` are its state. */
export const WebRTCConfiguration = tr2
  .sequence({
    SignalingServer: element(xs.anyURI),
    CertPathValidationPolicyID: optional(xs.string),
    AuthorizationServer: element(ReferenceToken),
    DefaultProfile: element(ReferenceToken),
    Enabled: element(xs.boolean),
    Connected: optional(xs.boolean),
    Error: optional(xs.string),
  })
  .open();
export interface WebRTCConfiguration extends Infer<typeof WebRTCConfiguration> {}
