import type { Tampering } from "#device/detection";
import { eventType } from "#events/event-type";
import { onvifTopic } from "#events/topic";
import type { Producer } from "./producer.js";

/** Imaging §5.5.1; who notices it is part of most topics. */
const tamperEvent = (name: string) =>
  eventType({
    topic: onvifTopic(`VideoSource/${name}`),
    isProperty: true,
    source: { Source: "tt:ReferenceToken" },
    data: { State: "xs:boolean" },
  });

const EVENTS = Object.freeze({
  "too-blurry": tamperEvent("ImageTooBlurry/ImagingService"),
  "too-dark": tamperEvent("ImageTooDark/ImagingService"),
  "too-bright": tamperEvent("ImageTooBright/ImagingService"),
  "scene-change": tamperEvent("GlobalSceneChange/ImagingService"),
  "signal-loss": tamperEvent("SignalLoss"),
}) satisfies Readonly<Record<Tampering, unknown>>;

export const tampering: Producer = {
  types: ({ detection }) => (detection.sources.length > 0 ? detection.tamperings.map((one) => EVENTS[one]) : []),
  begin: ({ detection }, hub) => {
    for (const one of detection.tamperings)
      for (const Source of detection.sources)
        hub.publish(EVENTS[one], { Source }, { State: detection.tampered(Source, one) });
  },
  changed: (change, { detection }, hub) => {
    if (change.slice !== "detection" || change.what !== "tampering") return;
    const { videoSourceToken: Source, tampering: one } = change;
    if (detection.tamperings.includes(one))
      hub.publish(EVENTS[one], { Source }, { State: detection.tampered(Source, one) });
  },
};
