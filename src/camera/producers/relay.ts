import type { Device } from "#device/device";
import { eventType } from "#events/event-type";
import type { EventHub } from "#events/hub";
import { onvifTopic } from "#events/topic";
import type { Producer } from "./producer.js";

/** DeviceIo §5.11.2. */
const relayTrigger = eventType({
  topic: onvifTopic("Device/Trigger/Relay"),
  isProperty: true,
  source: { RelayToken: "tt:ReferenceToken" },
  data: { LogicalState: "tt:RelayLogicalState" },
});

export const relay: Producer = {
  types: ({ io }) => (io.relays.tokens.length > 0 ? [relayTrigger] : []),
  begin: (device, hub) => {
    for (const token of device.io.relays.tokens) tell(token, device, hub);
  },
  changed: (change, device, hub) => {
    if (change.slice === "relays" && change.what === "state") tell(change.relayToken, device, hub);
  },
};

const tell = (token: string, { io }: Device, hub: EventHub): void =>
  hub.publish(relayTrigger, { RelayToken: token }, { LogicalState: io.relays.state(token) });
