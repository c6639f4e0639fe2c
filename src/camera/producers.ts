import type { Change } from "#device/change";
import type { Device } from "#device/device";
import type { ConfigurationKind } from "#device/media/types";
import { type EventType, eventType } from "#events/event-type";
import type { EventHub } from "#events/hub";
import { onvifTopic } from "#events/topic";

/** Knows a part of the camera's state and the events that tell of it. */
interface Producer {
  /** The events that it sends of this camera; none for one that has not what they are about. */
  readonly types: (device: Device) => readonly EventType[];
  /** Tells the properties as they are at the start. */
  readonly begin?: (device: Device, hub: EventHub) => void;
  readonly changed: (change: Change, device: Device, hub: EventHub) => void;
}

/** Imaging §5.5.2. */
const motionAlarm = eventType({
  topic: onvifTopic("VideoSource/MotionAlarm"),
  isProperty: true,
  source: { Source: "tt:ReferenceToken" },
  data: { State: "xs:boolean" },
});

const motion: Producer = {
  types: ({ detection }) => (detection.sources.length > 0 ? [motionAlarm] : []),
  begin: ({ detection }, hub) => {
    for (const Source of detection.sources) hub.publish(motionAlarm, { Source }, { State: detection.motion(Source) });
  },
  changed: (change, { detection }, hub) => {
    if (change.slice !== "detection") return;
    const { videoSourceToken: Source } = change;
    hub.publish(motionAlarm, { Source }, { State: detection.motion(Source) });
  },
};

/** Core §8.9.4. */
const lastReboot = eventType({
  topic: onvifTopic("Monitoring/OperatingTime/LastReboot"),
  isProperty: true,
  source: {},
  data: { Status: "xs:dateTime" },
});

const lastClockSynchronization = eventType({
  topic: onvifTopic("Monitoring/OperatingTime/LastClockSynchronization"),
  isProperty: true,
  source: {},
  data: { Status: "xs:dateTime" },
});

/** The camera takes its time from the host when it starts. */
const operatingTime: Producer = {
  types: () => [lastReboot, lastClockSynchronization],
  begin: ({ clock }, hub) => {
    const Status = new Date(clock.now());
    hub.publish(lastReboot, {}, { Status });
    hub.publish(lastClockSynchronization, {}, { Status });
  },
  changed: ({ slice }, { clock }, hub) => {
    if (slice === "clock") hub.publish(lastClockSynchronization, {}, { Status: new Date(clock.now()) });
  },
};

/** Media2 §5.15.1. */
const profileChanged = eventType({
  topic: onvifTopic("Media/ProfileChanged"),
  isProperty: false,
  source: { Token: "tt:ReferenceToken" },
  data: {},
});

/** Media2 §5.15.2; `Type` is a value of tr2:ConfigurationEnumeration. */
const configurationChanged = eventType({
  topic: onvifTopic("Media/ConfigurationChanged"),
  isProperty: false,
  source: { Token: "tt:ReferenceToken", Type: "xs:string" },
  data: {},
});

const CONFIGURATION_TYPES: Readonly<Record<ConfigurationKind, string>> = {
  "video-source": "VideoSource",
  "video-encoder": "VideoEncoder",
  "audio-source": "AudioSource",
  "audio-encoder": "AudioEncoder",
  metadata: "Metadata",
};

/** A profile changes with what it holds; whether it is streamed to a group is no change of it. */
const media: Producer = {
  types: () => [profileChanged, configurationChanged],
  changed: (change, _, hub) => {
    if (change.slice === "configurations")
      hub.publish(
        configurationChanged,
        { Token: change.configurationToken, Type: CONFIGURATION_TYPES[change.kind] },
        {},
      );
    if (change.slice === "profiles" && ["created", "deleted", "changed"].includes(change.what))
      hub.publish(profileChanged, { Token: change.profileToken }, {});
  },
};

const producers: readonly Producer[] = [motion, operatingTime, media];

/** All events that this camera can send: what clients are told, and what the hub lets through. */
export const eventTypesOf = (device: Device): readonly EventType[] => producers.flatMap(({ types }) => types(device));

/** Tells what happens to the device, from now until the result is called. */
export function produceEvents(device: Device, hub: EventHub): () => void {
  const own = producers.filter(({ types }) => types(device).length > 0);
  for (const { begin } of own) begin?.(device, hub);
  return device.changes.subscribe((change) => {
    for (const { changed } of own) changed(change, device, hub);
  });
}
