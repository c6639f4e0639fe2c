import type { ConfigurationKind } from "#device/media/types";
import { eventType } from "#events/event-type";
import { onvifTopic } from "#events/topic";
import type { Producer } from "./producer.js";

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
  "audio-output": "AudioOutput",
  "audio-decoder": "AudioDecoder",
  metadata: "Metadata",
};

/** A profile changes with what it holds; whether it is streamed to a group is no change of it. */
export const media: Producer = {
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
