import { eventType } from "#events/event-type";
import { onvifTopic } from "#events/topic";

/** A property of a source. */
export const motion = eventType({
  topic: onvifTopic("VideoSource/MotionAlarm"),
  isProperty: true,
  source: { Source: "tt:ReferenceToken" },
  data: { State: "xs:boolean" },
});

/** A property without a source. */
export const synchronization = eventType({
  topic: onvifTopic("Monitoring/OperatingTime/LastClockSynchronization"),
  isProperty: true,
  source: {},
  data: { Status: "xs:dateTime" },
});

/** Something that happens and leaves no state behind. */
export const profileChanged = eventType({
  topic: onvifTopic("Media/ProfileChanged"),
  isProperty: false,
  source: { Token: "tt:ReferenceToken" },
  data: {},
});

export const eventTypes = [motion, synchronization, profileChanged];
