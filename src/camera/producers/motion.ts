import { eventType } from "#events/event-type";
import { onvifTopic } from "#events/topic";
import type { Producer } from "./producer.js";

/** Imaging §5.5.2. */
const motionAlarm = eventType({
  topic: onvifTopic("VideoSource/MotionAlarm"),
  isProperty: true,
  source: { Source: "tt:ReferenceToken" },
  data: { State: "xs:boolean" },
});

export const motion: Producer = {
  types: ({ detection }) => (detection.sources.length > 0 ? [motionAlarm] : []),
  begin: ({ detection }, hub) => {
    for (const Source of detection.sources) hub.publish(motionAlarm, { Source }, { State: detection.motion(Source) });
  },
  changed: (change, { detection }, hub) => {
    if (change.slice !== "detection" || change.what !== "motion") return;
    const { videoSourceToken: Source } = change;
    hub.publish(motionAlarm, { Source }, { State: detection.motion(Source) });
  },
};
