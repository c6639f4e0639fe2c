import { xs } from "#xml/datatypes";
import { attribute, element, type Infer } from "#xml/schema";
import { tt } from "../namespaces.js";

/** What a sensor says (Analytics, Sensor Data); `Value` in °C, % or g/m³, as goes with the type. */
export const SensorData = tt
  .sequence({
    UtcTime: attribute(xs.dateTime),
    SensorID: attribute(xs.string),
    Type: element(xs.string),
    Value: element(xs.float),
  })
  .open();
export interface SensorData extends Infer<typeof SensorData> {}
