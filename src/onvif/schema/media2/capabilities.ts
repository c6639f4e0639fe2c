import { xs } from "#xml/datatypes";
import { element, type Infer, optional, optionalAttribute } from "#xml/schema";
import { tr2 } from "../namespaces.js";
import { StringAttrList, StringList } from "../tt/common.js";

/** What the media2 service (ver20) can do. */

/** `ConfigurationsSupported` holds values of `ConfigurationEnumeration`. */
export const ProfileCapabilities = tr2
  .sequence({
    MaximumNumberOfProfiles: optionalAttribute(xs.int),
    ConfigurationsSupported: optionalAttribute(StringAttrList),
  })
  .open();
export interface ProfileCapabilities extends Infer<typeof ProfileCapabilities> {}

export const StreamingCapabilities = tr2
  .sequence({
    RTSPStreaming: optionalAttribute(xs.boolean),
    RTPMulticast: optionalAttribute(xs.boolean),
    RTP_RTSP_TCP: optionalAttribute(xs.boolean),
    NonAggregateControl: optionalAttribute(xs.boolean),
    RTSPWebSocketUri: optionalAttribute(xs.anyURI),
    AutoStartMulticast: optionalAttribute(xs.boolean),
    SecureRTSPStreaming: optionalAttribute(xs.boolean),
  })
  .open();
export interface StreamingCapabilities extends Infer<typeof StreamingCapabilities> {}

export const MulticastAudioDecoderCapabilities = tr2
  .sequence({
    MulticastAudioDecoder: optionalAttribute(xs.boolean),
    SRTP: optionalAttribute(xs.boolean),
    IPv6: optionalAttribute(xs.boolean),
  })
  .open();
export interface MulticastAudioDecoderCapabilities extends Infer<typeof MulticastAudioDecoderCapabilities> {}

export const TTSCapabilities = tr2
  .sequence({
    MaxContentLength: optionalAttribute(xs.int),
    TTSLanguage: optionalAttribute(StringAttrList),
    TTSVoiceType: optionalAttribute(StringAttrList),
  })
  .open();
export interface TTSCapabilities extends Infer<typeof TTSCapabilities> {}

export const AudioClipCapabilities = tr2
  .sequence({
    MaxAudioClipLimit: optionalAttribute(xs.int),
    MaxAudioClipSize: optionalAttribute(xs.float),
    SupportedAudioClipFormat: optionalAttribute(StringAttrList),
    TTSCapabilities: optional(TTSCapabilities),
  })
  .open();
export interface AudioClipCapabilities extends Infer<typeof AudioClipCapabilities> {}

export const Capabilities2 = tr2
  .sequence({
    SnapshotUri: optionalAttribute(xs.boolean),
    Rotation: optionalAttribute(xs.boolean),
    VideoSourceMode: optionalAttribute(xs.boolean),
    OSD: optionalAttribute(xs.boolean),
    TemporaryOSDText: optionalAttribute(xs.boolean),
    Mask: optionalAttribute(xs.boolean),
    SourceMask: optionalAttribute(xs.boolean),
    WebRTC: optionalAttribute(xs.int),
    WebRTC_codecs: optionalAttribute(StringList),
    ProfileCapabilities: element(ProfileCapabilities),
    StreamingCapabilities: element(StreamingCapabilities),
    AudioClipCapabilities: optional(AudioClipCapabilities),
    MulticastAudioDecoderCapabilities: optional(MulticastAudioDecoderCapabilities),
  })
  .open();
export interface Capabilities2 extends Infer<typeof Capabilities2> {}
