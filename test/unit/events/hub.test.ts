import { describe, expect, it } from "vitest";
import { eventType } from "#events/event-type";
import { noFilter } from "#events/filter";
import { EventHub } from "#events/hub";
import { itemText, type Notification } from "#events/notification";
import { ONVIF_TOPICS, onvifTopic, parseTopicExpression } from "#events/topic";
import { eventTypes, motion, profileChanged, synchronization } from "../../support/event-types.js";

const aHub = () => {
  const at = { ms: 1000 };
  return { at, hub: new EventHub(eventTypes, () => at.ms) };
};

const listen = (hub: EventHub, options: { changedOnly?: boolean; topics?: string } = {}) => {
  const told: Notification[] = [];
  const subscriber = {
    filter:
      options.topics === undefined
        ? noFilter
        : { topics: [parseTopicExpression(options.topics, "concrete-set", () => ONVIF_TOPICS)], contents: [] },
    changedOnly: options.changedOnly ?? false,
    deliver: (notification: Notification) => void told.push(notification),
  };
  return { told, subscriber, leave: hub.subscribe(subscriber) };
};

/** `MotionAlarm 1 true Changed`. */
const short = ({ topic, source, data, operation }: Notification): string =>
  [topic.path.at(-1), ...[...source, ...data].map((item) => itemText(item).replace(/^.*=/, "")), operation ?? ""]
    .join(" ")
    .trim();

describe("the event hub", () => {
  it("tells an event to those who are there, with the camera's time", () => {
    const { hub, at } = aHub();
    const before = listen(hub);
    at.ms = 2000;
    hub.publish(profileChanged, { Token: "p1" }, {});
    expect(before.told).toEqual([
      { topic: profileChanged.topic, utcMs: 2000, source: [{ name: "Token", value: "p1" }], data: [] },
    ]);
    expect(listen(hub).told).toEqual([]);
  });

  it("tells a property first as Initialized, then as Changed, and at its end as Deleted", () => {
    const { hub } = aHub();
    const { told } = listen(hub);
    hub.publish(motion, { Source: "1" }, { State: false });
    hub.publish(motion, { Source: "1" }, { State: true });
    hub.publish(motion, { Source: "2" }, { State: true });
    hub.remove(motion, { Source: "1" });
    hub.remove(motion, { Source: "1" });
    hub.publish(motion, { Source: "1" }, { State: false });
    expect(told.map(short)).toEqual([
      "MotionAlarm 1 false Initialized",
      "MotionAlarm 1 true Changed",
      "MotionAlarm 2 true Initialized",
      "MotionAlarm 1 Deleted",
      "MotionAlarm 1 false Initialized",
    ]);
  });

  it("tells a new subscriber the present state of every property that it asks for", () => {
    const { hub, at } = aHub();
    hub.publish(motion, { Source: "1" }, { State: false });
    hub.publish(motion, { Source: "2" }, { State: false });
    hub.publish(motion, { Source: "1" }, { State: true });
    hub.publish(synchronization, {}, { Status: new Date(1500) });
    at.ms = 9000;
    const { told } = listen(hub);
    expect(told.map(short)).toEqual([
      "MotionAlarm 1 true Initialized",
      "MotionAlarm 2 false Initialized",
      "LastClockSynchronization 1970-01-01T00:00:01.500Z Initialized",
    ]);
    expect(told.map(({ utcMs }) => utcMs)).toEqual([9000, 9000, 9000]);
    expect(listen(hub, { topics: "tns1:Monitoring//." }).told.map(short)).toEqual([
      "LastClockSynchronization 1970-01-01T00:00:01.500Z Initialized",
    ]);
  });

  it("repeats the properties for the one subscriber that asks", () => {
    const { hub } = aHub();
    hub.publish(motion, { Source: "1" }, { State: true });
    const asking = listen(hub);
    const other = listen(hub);
    hub.synchronize(asking.subscriber);
    expect(asking.told.map(short)).toEqual(["MotionAlarm 1 true Initialized", "MotionAlarm 1 true Initialized"]);
    expect(other.told.map(short)).toEqual(["MotionAlarm 1 true Initialized"]);
  });

  it("tells those who want changes alone nothing else of properties", () => {
    const { hub } = aHub();
    hub.publish(motion, { Source: "1" }, { State: false });
    const { told, subscriber } = listen(hub, { changedOnly: true });
    hub.publish(motion, { Source: "1" }, { State: true });
    hub.publish(motion, { Source: "2" }, { State: true });
    hub.remove(motion, { Source: "1" });
    hub.synchronize(subscriber);
    hub.publish(profileChanged, { Token: "p" }, {});
    expect(told.map(short)).toEqual(["MotionAlarm 1 true Changed", "ProfileChanged p"]);
  });

  it("tells nothing more to one that has left", () => {
    const { hub } = aHub();
    const { told, leave } = listen(hub);
    leave();
    leave();
    hub.publish(profileChanged, { Token: "p" }, {});
    expect(told).toEqual([]);
  });

  it("publishes nothing that clients are not told of", () => {
    const { hub } = aHub();
    const other = eventType({ topic: onvifTopic("Device/Other"), isProperty: false, source: {}, data: {} });
    expect(() => hub.publish(other, {}, {})).toThrow("among the topics");
  });
});
