import type { Media } from "#device/media/media";
import type { MetadataOptions, MetadataSetting } from "#device/media/metadata";
import type { MetadataConfiguration } from "#device/media/types";
import type {
  MetadataConfiguration as WireConfiguration,
  MetadataConfigurationOptions,
} from "../schema/tt/metadata-configuration.js";
import { entityToWire } from "./configuration-entity.js";
import { eventFilterFromWire, eventFilterToWire } from "./event-filter.js";
import { multicastFromWire, multicastToWire } from "./multicast.js";
import { algorithmsToWire, refuseSecureStreaming, refuseUnoffered } from "./unoffered.js";

/** `PTZStatus` is left out where the stream tells nothing of PTZ. */
export function metadataToWire(configuration: MetadataConfiguration, media: Media): WireConfiguration {
  const { ptzStatus, ptzPosition, analytics, eventFilter, sensorFilter, sessionTimeoutMs } = configuration;
  return {
    ...entityToWire("metadata", configuration, media),
    SecureStreamingProtocolAlgorithm: algorithmsToWire(media)?.[0],
    PTZStatus: ptzStatus || ptzPosition ? { Status: ptzStatus, Position: ptzPosition } : undefined,
    Events: eventFilter === undefined ? undefined : { Filter: eventFilterToWire(eventFilter) },
    Analytics: analytics,
    Multicast: multicastToWire("metadata", configuration, media),
    SessionTimeout: sessionTimeoutMs,
    SensorData: sensorFilter && { SensorID: sensorFilter.sensorIds, Type: sensorFilter.types },
  };
}

/** What is left out of the stream's content is not to be in it. Parameters of analytics modules are ignored (Media2 §5.2.8). */
export function metadataFromWire(wire: WireConfiguration, media: Media): MetadataSetting {
  const { token, Name, CompressionType, PTZStatus, Events, Analytics, Multicast, SessionTimeout, SensorData } = wire;
  refuseUnoffered("compression", CompressionType !== undefined && CompressionType !== "None");
  refuseUnoffered("the location", wire.GeoLocation);
  refuseUnoffered("the field of view", PTZStatus?.FieldOfView);
  refuseSecureStreaming(wire.SecureStreamingProtocolAlgorithm, media);
  return {
    token,
    name: Name,
    ptzStatus: PTZStatus?.Status ?? false,
    ptzPosition: PTZStatus?.Position ?? false,
    analytics: Analytics ?? false,
    eventFilter: Events ? eventFilterFromWire(Events.Filter, "ConfigModify") : null,
    sensorFilter: SensorData ? { sensorIds: SensorData.SensorID ?? [], types: SensorData.Type ?? [] } : null,
    multicast: multicastFromWire(Multicast),
    sessionTimeoutMs: SessionTimeout,
  };
}

export const metadataOptionsToWire = (
  { ptzStatusSupported, ptzPositionSupported, sensorsSupported }: MetadataOptions,
  media: Media,
): MetadataConfigurationOptions => ({
  SecureStreamingProtocolAlgorithms: algorithmsToWire(media),
  PTZStatusFilterOptions: {
    PanTiltStatusSupported: ptzStatusSupported,
    ZoomStatusSupported: ptzStatusSupported,
    PanTiltPositionSupported: ptzPositionSupported,
    ZoomPositionSupported: ptzPositionSupported,
  },
  SensorDataFilterOptions: sensorsSupported ? { SensorIDFilterSupported: true, TypeFilterSupported: true } : undefined,
});
