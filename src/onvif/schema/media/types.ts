import { xs } from "#xml/datatypes";
import { attribute, element, type Infer, optional, optionalAttribute } from "#xml/schema";
import { trt } from "../namespaces.js";
import { Description, ReferenceToken, StringList } from "../tt/common.js";
import { VideoResolution } from "../tt/video-encoder.js";

/** Types of the media service (ver10) itself: its capabilities and video source modes. */

export const ProfileCapabilities = trt.sequence({ MaximumNumberOfProfiles: optionalAttribute(xs.int) }).open();
export interface ProfileCapabilities extends Infer<typeof ProfileCapabilities> {}

export const StreamingCapabilities = trt
  .sequence({
    RTPMulticast: optionalAttribute(xs.boolean),
    RTP_TCP: optionalAttribute(xs.boolean),
    RTP_RTSP_TCP: optionalAttribute(xs.boolean),
    NonAggregateControl: optionalAttribute(xs.boolean),
    NoRTSPStreaming: optionalAttribute(xs.boolean),
  })
  .open();
export interface StreamingCapabilities extends Infer<typeof StreamingCapabilities> {}

export const Capabilities = trt
  .sequence({
    SnapshotUri: optionalAttribute(xs.boolean),
    Rotation: optionalAttribute(xs.boolean),
    VideoSourceMode: optionalAttribute(xs.boolean),
    OSD: optionalAttribute(xs.boolean),
    TemporaryOSDText: optionalAttribute(xs.boolean),
    EXICompression: optionalAttribute(xs.boolean),
    ProfileCapabilities: element(ProfileCapabilities),
    StreamingCapabilities: element(StreamingCapabilities),
  })
  .open();
export interface Capabilities extends Infer<typeof Capabilities> {}

export const VideoSourceModeExtension = trt.sequence({}).open({ attributes: false });
export interface VideoSourceModeExtension extends Infer<typeof VideoSourceModeExtension> {}

/** A way to run a sensor; changing it may take a `Reboot`. */
export const VideoSourceMode = trt
  .sequence({
    token: attribute(ReferenceToken),
    Enabled: optionalAttribute(xs.boolean),
    MaxFramerate: element(xs.float),
    MaxResolution: element(VideoResolution),
    Encodings: element(StringList),
    Reboot: element(xs.boolean),
    Description: optional(Description),
    Extension: optional(VideoSourceModeExtension),
  })
  .open({ elements: false });
export interface VideoSourceMode extends Infer<typeof VideoSourceMode> {}
