import { refusal } from "../refusal.js";

/** Which sensors a metadata stream tells of; an empty list takes all (tt:SensorDataFilter). */
export interface SensorFilter {
  readonly sensorIds: readonly string[];
  readonly types: readonly string[];
}

/** Most names of each kind in a filter, and the longest name. */
const MAXIMUM_NAMES = 32;
const MAXIMUM_LENGTH = 64;

/** Refuses one that is too large: `config-modify`. Names that no sensor has select nothing, and are no error. */
export function demandSensorFilter({ sensorIds, types }: SensorFilter): void {
  for (const names of [sensorIds, types])
    if (names.length > MAXIMUM_NAMES || names.some(({ length }) => length > MAXIMUM_LENGTH))
      throw refusal("config-modify", `a filter has at most ${MAXIMUM_NAMES} names of ${MAXIMUM_LENGTH} characters`);
}

export const selectsSensor = (
  { sensorIds, types }: SensorFilter,
  sensor: { readonly sensorId: string; readonly type: string },
): boolean =>
  (sensorIds.length === 0 || sensorIds.includes(sensor.sensorId)) &&
  (types.length === 0 || types.includes(sensor.type));
