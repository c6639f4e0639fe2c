import type { Emit } from "./change.js";
import { refusal } from "./refusal.js";

/** Degrees in WGS 84; elevation in metres. */
export interface GeoPosition {
  readonly lon?: number;
  readonly lat?: number;
  readonly elevation?: number;
}

/** Degrees. */
export interface GeoOrientation {
  readonly roll?: number;
  readonly pitch?: number;
  readonly yaw?: number;
}

/** Metres in a building's own system. */
export interface LocalPosition {
  readonly x?: number;
  readonly y?: number;
  readonly z?: number;
}

/** Degrees in a building's own system. */
export interface LocalOrientation {
  readonly pan?: number;
  readonly tilt?: number;
  readonly roll?: number;
}

/** Where something is and how it is turned; `entity` and `token` together say what (Core §8.3.20). */
export interface Location {
  /** `Device`, `VideoSource`, `AudioSource` or another word of a client's; empty where none was given. */
  readonly entity: string;
  readonly token: string;
  /** Cannot be deleted. */
  readonly fixed?: boolean;
  /** URI of what knows the place; the camera does not ask it. */
  readonly geoSource?: string;
  readonly geoPosition?: GeoPosition;
  readonly geoOrientation?: GeoOrientation;
  readonly localPosition?: LocalPosition;
  readonly localOrientation?: LocalOrientation;
}

/** What makes an entry; `automatic` asks for a place that the device finds by itself. */
export type LocationSetting = Location & { readonly automatic?: boolean | undefined };

export const MAXIMUM_LOCATIONS = 16;

const MAXIMUM_TEXT = 1024;
/** Anything further away is no place. */
const MAXIMUM_NUMBER = 1e9;

const isSame = (one: Location, other: Pick<Location, "entity" | "token">): boolean =>
  one.entity === other.entity && one.token === other.token;

/** Where the camera and its parts are (Core §8.3.20 to §8.3.22). It has no receiver of its own. */
export class GeoLocations {
  #locations: readonly Location[] = [];

  constructor(private readonly emit: Emit) {}

  /** GetGeoLocation. */
  list(): readonly Location[] {
    return this.#locations;
  }

  /** SetGeoLocation: each entry replaces the one of the same entity and token, all or none. */
  set(settings: readonly LocationSetting[]): void {
    let next = this.#locations;
    for (const { automatic = false, ...location } of settings) {
      if (automatic) throw refusal("no-auto-geo", "the camera cannot find out by itself where it is");
      demandPlace(location);
      const isKnown = next.some((one) => isSame(one, location));
      next = isKnown ? next.map((one) => (isSame(one, location) ? location : one)) : [...next, location];
    }
    if (next.length > MAXIMUM_LOCATIONS)
      throw refusal("too-many-locations", `at most ${MAXIMUM_LOCATIONS} places are kept`);
    this.#locations = next;
    this.emit({ slice: "geo-location", what: "set" });
  }

  /** DeleteGeoLocation: all or none. */
  delete(entries: readonly Pick<Location, "entity" | "token">[]): void {
    let next = this.#locations;
    for (const entry of entries) {
      const found = next.find((one) => isSame(one, entry));
      if (!found) throw refusal("no-config", "no place is kept for that entity and token");
      if (found.fixed) throw refusal("fixed-location", "a fixed place cannot be deleted");
      next = next.filter((one) => one !== found);
    }
    this.#locations = next;
    this.emit({ slice: "geo-location", what: "deleted" });
  }

  prepare(locations: readonly Location[]): () => void {
    return () => {
      this.#locations = [...locations];
    };
  }
}

function demandPlace({ entity, token, geoSource = "", geoPosition, ...rest }: Location): void {
  if ([entity, token, geoSource].some(({ length }) => length > MAXIMUM_TEXT))
    throw refusal("invalid-argument", `texts of a place have at most ${MAXIMUM_TEXT} characters`);
  const { lon = 0, lat = 0 } = geoPosition ?? {};
  if (!(Math.abs(lon) <= 180) || !(Math.abs(lat) <= 90))
    throw refusal("invalid-argument", "a longitude is from -180 to 180 and a latitude from -90 to 90 degrees");
  const { geoOrientation, localPosition, localOrientation } = rest;
  const parts = [geoPosition, geoOrientation, localPosition, localOrientation];
  const numbers = parts.flatMap((part) => Object.values<number | undefined>({ ...part }));
  if (numbers.some((one = 0) => !(Math.abs(one) <= MAXIMUM_NUMBER)))
    throw refusal("invalid-argument", "a distance or an angle is no usable number");
}
