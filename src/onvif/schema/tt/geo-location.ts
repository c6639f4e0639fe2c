import { xs } from "#xml/datatypes";
import { enumeration, type Infer, optional, optionalAttribute } from "#xml/schema";
import { tt } from "../namespaces.js";
import { ReferenceToken } from "./common.js";

/** Where a device, or a source of it, is and looks. Angles are degrees; local positions and elevation are metres. */

export const GeoLocation = tt
  .sequence({
    lon: optionalAttribute(xs.double),
    lat: optionalAttribute(xs.double),
    elevation: optionalAttribute(xs.float),
  })
  .open();
export interface GeoLocation extends Infer<typeof GeoLocation> {}

export const GeoOrientation = tt
  .sequence({
    roll: optionalAttribute(xs.float),
    pitch: optionalAttribute(xs.float),
    yaw: optionalAttribute(xs.float),
  })
  .open();
export interface GeoOrientation extends Infer<typeof GeoOrientation> {}

export const LocalLocation = tt
  .sequence({
    x: optionalAttribute(xs.float),
    y: optionalAttribute(xs.float),
    z: optionalAttribute(xs.float),
  })
  .open();
export interface LocalLocation extends Infer<typeof LocalLocation> {}

export const LocalOrientation = tt
  .sequence({
    pan: optionalAttribute(xs.float),
    tilt: optionalAttribute(xs.float),
    roll: optionalAttribute(xs.float),
  })
  .open();
export interface LocalOrientation extends Infer<typeof LocalOrientation> {}

/** The values that `LocationEntity.Entity` may take. */
export const Entity = enumeration(xs.string, "Device", "VideoSource", "AudioSource");
export type Entity = Infer<typeof Entity>;

export const LocationEntity = tt.sequence({
  GeoLocation: optional(GeoLocation),
  GeoOrientation: optional(GeoOrientation),
  LocalLocation: optional(LocalLocation),
  LocalOrientation: optional(LocalOrientation),
  /** One of `Entity`. */
  Entity: optionalAttribute(xs.string),
  Token: optionalAttribute(ReferenceToken),
  Fixed: optionalAttribute(xs.boolean),
  GeoSource: optionalAttribute(xs.anyURI),
  AutoGeo: optionalAttribute(xs.boolean),
});
export interface LocationEntity extends Infer<typeof LocationEntity> {}
