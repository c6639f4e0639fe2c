import { locationFromWire, locationToWire } from "../../mapping/geo-location.js";
import type { Handlers } from "../../registry.js";
import type { geoLocation as operations } from "../../schema/device/geo-location.js";

export const geoLocation = {
  GetGeoLocation: (_, { camera }) => ({ Location: camera.device.geoLocations.list().map(locationToWire) }),

  SetGeoLocation: ({ Location }, { camera }) => {
    camera.device.geoLocations.set(Location.map(locationFromWire));
    return {};
  },

  DeleteGeoLocation: ({ Location }, { camera }) => {
    camera.device.geoLocations.delete(Location.map(locationFromWire));
    return {};
  },
} satisfies Handlers<typeof operations>;
