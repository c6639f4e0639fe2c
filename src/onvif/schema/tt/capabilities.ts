import { xs } from "#xml/datatypes";
import { element, enumeration, type Infer, optional } from "#xml/schema";
import { tt } from "../namespaces.js";
import { DeviceCapabilities } from "./device-capabilities.js";

/** What GetCapabilities says of every service: where it is and what it can (Core §8.1.2.4). */

export const CapabilityCategory = enumeration(
  xs.string,
  "All",
  "Analytics",
  "Device",
  "Events",
  "Imaging",
  "Media",
  "PTZ",
);
export type CapabilityCategory = Infer<typeof CapabilityCategory>;

export const AnalyticsCapabilities = tt
  .sequence({
    XAddr: element(xs.anyURI),
    RuleSupport: element(xs.boolean),
    AnalyticsModuleSupport: element(xs.boolean),
  })
  .open();
export interface AnalyticsCapabilities extends Infer<typeof AnalyticsCapabilities> {}

export const EventCapabilities = tt
  .sequence({
    XAddr: element(xs.anyURI),
    WSSubscriptionPolicySupport: element(xs.boolean),
    WSPullPointSupport: element(xs.boolean),
    WSPausableSubscriptionManagerInterfaceSupport: element(xs.boolean),
  })
  .open();
export interface EventCapabilities extends Infer<typeof EventCapabilities> {}

export const ImagingCapabilities = tt.sequence({ XAddr: element(xs.anyURI) }).open({ elements: false });
export interface ImagingCapabilities extends Infer<typeof ImagingCapabilities> {}

export const RealTimeStreamingCapabilitiesExtension = tt.sequence({}).open({ attributes: false });
export interface RealTimeStreamingCapabilitiesExtension extends Infer<typeof RealTimeStreamingCapabilitiesExtension> {}

export const RealTimeStreamingCapabilities = tt
  .sequence({
    RTPMulticast: optional(xs.boolean),
    RTP_TCP: optional(xs.boolean),
    RTP_RTSP_TCP: optional(xs.boolean),
    Extension: optional(RealTimeStreamingCapabilitiesExtension),
  })
  .open({ elements: false });
export interface RealTimeStreamingCapabilities extends Infer<typeof RealTimeStreamingCapabilities> {}

export const ProfileCapabilities = tt.sequence({ MaximumNumberOfProfiles: element(xs.int) }).open();
export interface ProfileCapabilities extends Infer<typeof ProfileCapabilities> {}

export const MediaCapabilitiesExtension = tt.sequence({ ProfileCapabilities: element(ProfileCapabilities) }).open();
export interface MediaCapabilitiesExtension extends Infer<typeof MediaCapabilitiesExtension> {}

export const MediaCapabilities = tt
  .sequence({
    XAddr: element(xs.anyURI),
    StreamingCapabilities: element(RealTimeStreamingCapabilities),
    Extension: optional(MediaCapabilitiesExtension),
  })
  .open();
export interface MediaCapabilities extends Infer<typeof MediaCapabilities> {}

export const PTZCapabilities = tt.sequence({ XAddr: element(xs.anyURI) }).open();
export interface PTZCapabilities extends Infer<typeof PTZCapabilities> {}

export const DeviceIOCapabilities = tt
  .sequence({
    XAddr: element(xs.anyURI),
    VideoSources: element(xs.int),
    VideoOutputs: element(xs.int),
    AudioSources: element(xs.int),
    AudioOutputs: element(xs.int),
    RelayOutputs: element(xs.int),
  })
  .open();
export interface DeviceIOCapabilities extends Infer<typeof DeviceIOCapabilities> {}

export const DisplayCapabilities = tt
  .sequence({
    XAddr: element(xs.anyURI),
    FixedLayout: element(xs.boolean),
  })
  .open();
export interface DisplayCapabilities extends Infer<typeof DisplayCapabilities> {}

export const RecordingCapabilities = tt
  .sequence({
    XAddr: element(xs.anyURI),
    ReceiverSource: element(xs.boolean),
    MediaProfileSource: element(xs.boolean),
    DynamicRecordings: element(xs.boolean),
    DynamicTracks: element(xs.boolean),
    MaxStringLength: element(xs.int),
  })
  .open();
export interface RecordingCapabilities extends Infer<typeof RecordingCapabilities> {}

export const SearchCapabilities = tt
  .sequence({
    XAddr: element(xs.anyURI),
    MetadataSearch: element(xs.boolean),
    NLSearch: optional(xs.boolean),
    ImageSearch: optional(xs.boolean),
  })
  .open();
export interface SearchCapabilities extends Infer<typeof SearchCapabilities> {}

export const ReplayCapabilities = tt.sequence({ XAddr: element(xs.anyURI) }).open();
export interface ReplayCapabilities extends Infer<typeof ReplayCapabilities> {}

export const ReceiverCapabilities = tt
  .sequence({
    XAddr: element(xs.anyURI),
    RTP_Multicast: element(xs.boolean),
    RTP_TCP: element(xs.boolean),
    RTP_RTSP_TCP: element(xs.boolean),
    SupportedReceivers: element(xs.int),
    MaximumRTSPURILength: element(xs.int),
  })
  .open();
export interface ReceiverCapabilities extends Infer<typeof ReceiverCapabilities> {}

export const AnalyticsDeviceExtension = tt.sequence({}).open({ attributes: false });
export interface AnalyticsDeviceExtension extends Infer<typeof AnalyticsDeviceExtension> {}

export const AnalyticsDeviceCapabilities = tt
  .sequence({
    XAddr: element(xs.anyURI),
    RuleSupport: optional(xs.boolean),
    Extension: optional(AnalyticsDeviceExtension),
  })
  .open({ elements: false });
export interface AnalyticsDeviceCapabilities extends Infer<typeof AnalyticsDeviceCapabilities> {}

export const CapabilitiesExtension2 = tt.sequence({}).open({ attributes: false });
export interface CapabilitiesExtension2 extends Infer<typeof CapabilitiesExtension2> {}

export const CapabilitiesExtension = tt
  .sequence({
    DeviceIO: optional(DeviceIOCapabilities),
    Display: optional(DisplayCapabilities),
    Recording: optional(RecordingCapabilities),
    Search: optional(SearchCapabilities),
    Replay: optional(ReplayCapabilities),
    Receiver: optional(ReceiverCapabilities),
    AnalyticsDevice: optional(AnalyticsDeviceCapabilities),
    Extensions: optional(CapabilitiesExtension2),
  })
  .open({ attributes: false });
export interface CapabilitiesExtension extends Infer<typeof CapabilitiesExtension> {}

export const Capabilities = tt
  .sequence({
    Analytics: optional(AnalyticsCapabilities),
    Device: optional(DeviceCapabilities),
    Events: optional(EventCapabilities),
    Imaging: optional(ImagingCapabilities),
    Media: optional(MediaCapabilities),
    PTZ: optional(PTZCapabilities),
    Extension: optional(CapabilitiesExtension),
  })
  .open({ elements: false });
export interface Capabilities extends Infer<typeof Capabilities> {}
