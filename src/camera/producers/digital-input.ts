import type { Device } from "#device/device";
import { eventType } from "#events/event-type";
import type { EventHub } from "#events/hub";
import { onvifTopic } from "#events/topic";
import type { Producer } from "./producer.js";

/** DeviceIo §5.11.1. */
const digitalInputChanged = eventType({
  topic: onvifTopic("Device/Trigger/DigitalInput"),
  isProperty: true,
  source: { InputToken: "tt:ReferenceToken" },
  data: { LogicalState: "xs:boolean" },
});

export const digitalInput: Producer = {
  types: ({ io }) => (io.digitalInputs.tokens.length > 0 ? [digitalInputChanged] : []),
  begin: (device, hub) => {
    for (const token of device.io.digitalInputs.tokens) tell(token, device, hub);
  },
  changed: (change, device, hub) => {
    if (change.slice === "digital-inputs" && change.what === "state") tell(change.inputToken, device, hub);
  },
};

const tell = (token: string, { io }: Device, hub: EventHub): void =>
  hub.publish(digitalInputChanged, { InputToken: token }, { LogicalState: io.digitalInputs.isActive(token) });
