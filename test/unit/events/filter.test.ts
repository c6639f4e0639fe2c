import { describe, expect, it } from "vitest";
import { parseContentFilter } from "#events/content-filter";
import { type EventFilter, hopelessPart, noFilter, passes } from "#events/filter";
import type { Notification } from "#events/notification";
import { ONVIF_TOPICS, onvifTopic, parseTopicExpression } from "#events/topic";
import { eventTypes } from "../../support/event-types.js";

const filter = (topics: readonly string[], contents: readonly string[] = []): EventFilter => ({
  topics: topics.map((text) => parseTopicExpression(text, "concrete-set", () => ONVIF_TOPICS)),
  contents: contents.map((text) => parseContentFilter(text, () => undefined)),
});
const item = (name: string, value: string): string => `boolean(//SimpleItem[@Name="${name}" and @Value="${value}"])`;

const alarm: Notification = {
  topic: onvifTopic("VideoSource/MotionAlarm"),
  utcMs: 0,
  source: [{ name: "Source", value: "1" }],
  data: [{ name: "State", value: "true" }],
  operation: "Changed",
};

describe("a filter", () => {
  it.each<[string, EventFilter, boolean]>([
    ["without conditions", noFilter, true],
    ["by topic", filter(["tns1:VideoSource//."]), true],
    ["by another topic", filter(["tns1:Media//."]), false],
    ["by two topic expressions, which must both fit", filter(["tns1:VideoSource//.", "tns1:Media//."]), false],
    ["by what the source says", filter([], [item("Source", "1")]), true],
    ["by what the data say", filter([], [item("State", "false")]), false],
    ["by topic and content", filter(["tns1:VideoSource//."], [item("State", "true")]), true],
    ["by topic and content, of which one does not fit", filter(["tns1:Media//."], [item("State", "true")]), false],
    ["by two contents, which must both fit", filter([], [item("State", "true"), item("Source", "2")]), false],
  ])("lets through what fulfils all of it: %s", (_, one, expected) => {
    expect(passes(one, alarm)).toBe(expected);
  });

  it.each<[string, EventFilter, "topics" | "contents" | undefined]>([
    ["everything", noFilter, undefined],
    ["a topic that is sent", filter(["tns1:Media/ProfileChanged"]), undefined],
    ["a topic that is not sent", filter(["tns1:RuleEngine//."]), "topics"],
    ["one topic that is sent among others", filter(["tns1:RuleEngine//.|tns1:Media//."]), undefined],
    ["the parent of topics, which is none itself", filter(["tns1:Media"]), "topics"],
    ["topics that exclude each other", filter(["tns1:Media//.", "tns1:VideoSource//."]), "topics"],
    ["an item that messages have", filter([], [item("Source", "x")]), undefined],
    ["an item that none has", filter([], [item("xyz", "xyz")]), "contents"],
    [
      "an item that only messages of another topic have",
      filter(["tns1:Media//."], [item("State", "true")]),
      "contents",
    ],
  ])("is known to be hopeless for what this camera sends: %s", (_, one, expected) => {
    expect(hopelessPart(one, eventTypes)).toBe(expected);
  });

  it("by topic is not hopeless on a camera without events when it has no conditions", () => {
    expect(hopelessPart(noFilter, [])).toBeUndefined();
  });
});
