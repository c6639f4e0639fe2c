import type { SessionKind } from "#device/media/active-sessions";
import type { Media } from "#device/media/media";
import { eventType } from "#events/event-type";
import { onvifTopic } from "#events/topic";
import type { Producer } from "./producer.js";

/** Media2 §5.15: the addresses of those to whom the configuration is sent, a blank between, one for each session. */
const sessionsOf = (name: string) =>
  eventType({
    topic: onvifTopic(`Monitoring/ActiveSessions/${name}`),
    isProperty: true,
    source: { Token: "tt:ReferenceToken" },
    data: { Sessions: "tt:StringAttrList" },
  });

const EVENTS = Object.freeze({
  "video-encoder": sessionsOf("VideoEncoder"),
  "audio-encoder": sessionsOf("AudioEncoder"),
  metadata: sessionsOf("Metadata"),
}) satisfies Readonly<Record<SessionKind, unknown>>;

/** Which kinds of configurations the camera has. */
const kindsOf = ({ video, audio, metadata }: Media): readonly SessionKind[] => [
  ...(video.encoderConfigurations.list().length > 0 ? (["video-encoder"] as const) : []),
  ...(audio.encoderConfigurations.list().length > 0 ? (["audio-encoder"] as const) : []),
  ...(metadata.configurations.list().length > 0 ? (["metadata"] as const) : []),
];

/** Tells who comes and goes. A configuration that nobody watches has no such property. */
export const activeSessions: Producer = {
  types: ({ media }) => kindsOf(media).map((kind) => EVENTS[kind]),
  changed: (change, device, hub) => {
    if (change.slice !== "active-sessions") return;
    const { what: kind, configurationToken: Token } = change;
    const addresses = device.activeSessions.of(kind, Token);
    if (addresses.length === 0) hub.remove(EVENTS[kind], { Token }, { Sessions: [] });
    else hub.publish(EVENTS[kind], { Token }, { Sessions: addresses });
  },
};
