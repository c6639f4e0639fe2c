import { many, some } from "#xml/schema";
import { operation } from "../../operation.js";
import { tds } from "../namespaces.js";
import { LocationEntity } from "../tt/geo-location.js";

/** Where the device is (Core §8.3.20 to §8.3.22). */
export const geoLocation = {
  GetGeoLocation: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.3.20",
    request: tds.sequence({}),
    response: tds.sequence({ Location: many(LocationEntity) }),
  }),
  SetGeoLocation: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.3.21",
    request: tds.sequence({ Location: some(LocationEntity) }),
    response: tds.sequence({}),
  }),
  DeleteGeoLocation: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.3.22",
    request: tds.sequence({ Location: some(LocationEntity) }),
    response: tds.sequence({}),
  }),
};
