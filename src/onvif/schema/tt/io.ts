import { xs } from "#xml/datatypes";
import { element, enumeration, type Infer, optionalAttribute } from "#xml/schema";
import { tt } from "../namespaces.js";
import { DeviceEntity } from "./common.js";

/** Relay outputs and digital inputs. */

export const RelayLogicalState = enumeration(xs.string, "active", "inactive");
export type RelayLogicalState = Infer<typeof RelayLogicalState>;

export const RelayIdleState = enumeration(xs.string, "closed", "open");
export type RelayIdleState = Infer<typeof RelayIdleState>;

export const RelayMode = enumeration(xs.string, "Monostable", "Bistable");
export type RelayMode = Infer<typeof RelayMode>;

export const RelayOutputSettings = tt.sequence({
  Mode: element(RelayMode),
  /** How long a monostable relay stays active. */
  DelayTime: element(xs.duration),
  IdleState: element(RelayIdleState),
});
export interface RelayOutputSettings extends Infer<typeof RelayOutputSettings> {}

export const RelayOutput = tt.extend(DeviceEntity, { Properties: element(RelayOutputSettings) }).open();
export interface RelayOutput extends Infer<typeof RelayOutput> {}

/** How the circuit of an input is when nothing is the matter. */
export const DigitalIdleState = enumeration(xs.string, "closed", "open");
export type DigitalIdleState = Infer<typeof DigitalIdleState>;

export const DigitalInput = tt.extend(DeviceEntity, { IdleState: optionalAttribute(DigitalIdleState) }).open();
export interface DigitalInput extends Infer<typeof DigitalInput> {}
