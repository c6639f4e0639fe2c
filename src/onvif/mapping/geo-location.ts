import type { Location, LocationSetting } from "#device/geo-location";
import { given } from "#util/given";
import type { LocationEntity } from "../schema/tt/geo-location.js";

/** A place on the wire. An entity or token that was not given is not told. */
export const locationToWire = (location: Location): LocationEntity => ({
  GeoLocation: location.geoPosition,
  GeoOrientation: location.geoOrientation,
  LocalLocation: location.localPosition,
  LocalOrientation: location.localOrientation,
  Entity: location.entity || undefined,
  Token: location.token || undefined,
  Fixed: location.fixed,
  GeoSource: location.geoSource,
});

export function locationFromWire(wire: LocationEntity): LocationSetting {
  const { GeoLocation: geo, GeoOrientation: turned, LocalLocation: local, LocalOrientation: looks } = wire;
  return given({
    entity: wire.Entity ?? "",
    token: wire.Token ?? "",
    fixed: wire.Fixed,
    geoSource: wire.GeoSource,
    automatic: wire.AutoGeo,
    geoPosition: geo && given({ lon: geo.lon, lat: geo.lat, elevation: geo.elevation }),
    geoOrientation: turned && given({ roll: turned.roll, pitch: turned.pitch, yaw: turned.yaw }),
    localPosition: local && given({ x: local.x, y: local.y, z: local.z }),
    localOrientation: looks && given({ pan: looks.pan, tilt: looks.tilt, roll: looks.roll }),
  });
}
