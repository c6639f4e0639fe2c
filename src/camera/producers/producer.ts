import type { Change } from "#device/change";
import type { Device } from "#device/device";
import type { EventType } from "#events/event-type";
import type { EventHub } from "#events/hub";

/** Knows a part of the camera's state and the events that tell of it. */
export interface Producer {
  /** The events that it sends of this camera; none for one that has not what they are about. */
  readonly types: (device: Device) => readonly EventType[];
  /** Tells the properties as they are at the start. */
  readonly begin?: (device: Device, hub: EventHub) => void;
  readonly changed: (change: Change, device: Device, hub: EventHub) => void;
}
