import { eventType } from "#events/event-type";
import { onvifTopic } from "#events/topic";
import type { Producer } from "./producer.js";

/** Security §5.5.8. A key that is new has no state before. */
const keyStatus = eventType({
  topic: onvifTopic("Advancedsecurity/Keystore/KeyStatus"),
  isProperty: false,
  source: { KeyID: "tas:KeyID" },
  data: { OldStatus: "tas:KeyStatus", NewStatus: "tas:KeyStatus" },
});

/** Tells how far keys are. */
export const keystore: Producer = {
  types: () => [keyStatus],
  changed: (change, _, hub) => {
    if (change.slice !== "security" || change.what !== "key-status") return;
    const { keyId: KeyID, oldStatus: OldStatus, newStatus: NewStatus } = change;
    hub.publish(keyStatus, { KeyID }, { OldStatus, NewStatus });
  },
};
