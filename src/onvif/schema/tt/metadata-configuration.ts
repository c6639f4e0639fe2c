import { xs } from "#xml/datatypes";
import { element, enumeration, type Infer, many, optional, optionalAttribute } from "#xml/schema";
import { tt } from "../namespaces.js";
import { FilterType } from "../wsnt.js";
import { AnalyticsEngineConfiguration } from "./analytics-configuration.js";
import { ConfigurationEntity, StringAttrList } from "./common.js";
import { MulticastConfiguration } from "./multicast.js";

/** What a metadata stream carries, and what it could. */

/** Values of `CompressionType`. */
export const MetadataCompressionType = enumeration(xs.string, "None", "GZIP", "EXI");
export type MetadataCompressionType = Infer<typeof MetadataCompressionType>;

export const PTZFilter = tt
  .sequence({
    Status: element(xs.boolean),
    Position: element(xs.boolean),
    FieldOfView: optional(xs.boolean),
  })
  .open({ elements: false });
export interface PTZFilter extends Infer<typeof PTZFilter> {}

/** The events that the stream carries: all where there is no `Filter`. */
export const EventSubscription = tt
  .sequence({
    Filter: optional(FilterType),
    SubscriptionPolicy: optional(tt.sequence({}).open({ attributes: false })),
  })
  .open();
export interface EventSubscription extends Infer<typeof EventSubscription> {}

export const SensorDataFilter = tt.sequence({ SensorID: many(xs.string), Type: many(xs.string) }).open();
export interface SensorDataFilter extends Infer<typeof SensorDataFilter> {}

export const MetadataConfigurationExtension = tt.sequence({}).open({ attributes: false });
export interface MetadataConfigurationExtension extends Infer<typeof MetadataConfigurationExtension> {}

export const MetadataConfiguration = tt
  .extend(ConfigurationEntity, {
    CompressionType: optionalAttribute(xs.string),
    GeoLocation: optionalAttribute(xs.boolean),
    ShapePolygon: optionalAttribute(xs.boolean),
    SecureStreamingProtocolAlgorithm: optionalAttribute(xs.string),
    PTZStatus: optional(PTZFilter),
    Events: optional(EventSubscription),
    Analytics: optional(xs.boolean),
    Multicast: element(MulticastConfiguration),
    SessionTimeout: element(xs.duration),
    AnalyticsEngineConfiguration: optional(AnalyticsEngineConfiguration),
    SensorData: optional(SensorDataFilter),
    Extension: optional(MetadataConfigurationExtension),
  })
  .open();
export interface MetadataConfiguration extends Infer<typeof MetadataConfiguration> {}

export const PTZStatusFilterOptionsExtension = tt.sequence({}).open({ attributes: false });
export interface PTZStatusFilterOptionsExtension extends Infer<typeof PTZStatusFilterOptionsExtension> {}

export const PTZStatusFilterOptions = tt
  .sequence({
    PanTiltStatusSupported: element(xs.boolean),
    ZoomStatusSupported: element(xs.boolean),
    PanTiltPositionSupported: optional(xs.boolean),
    ZoomPositionSupported: optional(xs.boolean),
    Extension: optional(PTZStatusFilterOptionsExtension),
    FieldOfViewSupported: optional(xs.boolean),
  })
  .open();
export interface PTZStatusFilterOptions extends Infer<typeof PTZStatusFilterOptions> {}

export const SensorDataFilterOptions = tt
  .sequence({
    SensorIDFilterSupported: element(xs.boolean),
    TypeFilterSupported: element(xs.boolean),
  })
  .open();
export interface SensorDataFilterOptions extends Infer<typeof SensorDataFilterOptions> {}

export const MetadataConfigurationOptionsExtension2 = tt.sequence({}).open({ attributes: false });
export interface MetadataConfigurationOptionsExtension2 extends Infer<typeof MetadataConfigurationOptionsExtension2> {}

export const MetadataConfigurationOptionsExtension = tt.sequence({
  CompressionType: many(xs.string),
  Extension: optional(MetadataConfigurationOptionsExtension2),
});
export interface MetadataConfigurationOptionsExtension extends Infer<typeof MetadataConfigurationOptionsExtension> {}

export const MetadataConfigurationOptions = tt
  .sequence({
    GeoLocation: optionalAttribute(xs.boolean),
    MaxContentFilterSize: optionalAttribute(xs.int),
    SecureStreamingProtocolAlgorithms: optionalAttribute(StringAttrList),
    PTZStatusFilterOptions: element(PTZStatusFilterOptions),
    SensorDataFilterOptions: optional(SensorDataFilterOptions),
    Extension: optional(MetadataConfigurationOptionsExtension),
  })
  .open();
export interface MetadataConfigurationOptions extends Infer<typeof MetadataConfigurationOptions> {}
