import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ONVIF_TOPICS, onvifTopic, parseTopicExpression, selects, type Topic, topicKey } from "#events/topic";
import { DecodeError } from "#util/errors";

const bound: Readonly<Record<string, string>> = { tns1: ONVIF_TOPICS, t: ONVIF_TOPICS, acme: "urn:acme" };
const prefixes = (prefix: string): string | undefined => bound[prefix];
const read = (text: string, dialect: "concrete" | "concrete-set" = "concrete-set") =>
  parseTopicExpression(text, dialect, prefixes);

const motion = onvifTopic("VideoSource/MotionAlarm");
const profile = onvifTopic("Media/ProfileChanged");
const source = onvifTopic("VideoSource");
const lens: Topic = { namespace: ONVIF_TOPICS, path: ["Device", "HardwareFailure", "{urn:acme}LensFailure"] };
const foreign: Topic = { namespace: "urn:acme", path: ["VideoSource", "MotionAlarm"] };

describe("a topic expression", () => {
  it.each<[string, string, readonly Topic[]]>([
    ["one topic", "tns1:VideoSource/MotionAlarm", [motion]],
    ["another prefix for the same namespace", "t:VideoSource/MotionAlarm", [motion]],
    ["a child with the prefix of its root", "tns1:VideoSource/t:MotionAlarm", [motion]],
    ["a child of another namespace", "tns1:Device/HardwareFailure/acme:LensFailure", [lens]],
    ["alternatives", "tns1:VideoSource/MotionAlarm|tns1:Media/ProfileChanged", [motion, profile]],
    ["alternatives with white space around", " tns1:VideoSource |\n tns1:Media/ProfileChanged ", [source, profile]],
    ["a topic with all below it", "tns1:VideoSource//.", [motion, source]],
    ["a deeper topic with all below it", "tns1:VideoSource/MotionAlarm//.", [motion]],
    ["alternatives of both kinds", "tns1:VideoSource//.|tns1:Media/ProfileChanged", [motion, source, profile]],
    ["a parent, which selects itself alone", "tns1:VideoSource", [source]],
    ["another namespace's topic of the same names", "acme:VideoSource//.", [foreign]],
    ["a root without a namespace", "xyz", []],
    ["a name that another begins with", "tns1:Video//.", []],
    ["a longer path", "tns1:VideoSource/MotionAlarm/More", []],
  ])("selects what it names: %s", (_, text, expected) => {
    const expression = read(text);
    const selected = [motion, source, profile, lens, foreign].filter((topic) => selects(expression, topic));
    expect(selected.map(topicKey)).toEqual(expected.map(topicKey));
  });

  it.each([
    ["nothing", ""],
    ["white space", "  "],
    ["an empty alternative", "tns1:A|"],
    ["a step without a name", "tns1:A//B"],
    ["a step at the end", "tns1:A/"],
    ["a step at the start", "/tns1:A"],
    ["a prefix that is not bound", "other:A"],
    ["a prefix without a name", "tns1:"],
    ["two prefixes", "tns1:t:A"],
    ["any name, which the dialect does not have", "tns1:A/*"],
    ["all below nothing", "//."],
    ["all below twice", "tns1:A//.//."],
    ["a blank within", "tns1:A /B"],
    ["a name that begins with a digit", "tns1:1A"],
    ["a content filter", 'boolean(//tt:SimpleItem[@Name="xyz" and @Value="xyz"])'],
    ["more than 8192 characters", `tns1:${"a".repeat(8192)}`],
  ])("is refused with %s", (_, text) => {
    expect(() => read(text)).toThrow(DecodeError);
    expect(() => read(text)).toThrow(expect.objectContaining({ code: "topic-expression" }) as Error);
  });

  it.each(["tns1:A|tns1:B", "tns1:A//."])("of the concrete dialect is one topic, not %s", (text) => {
    expect(read("tns1:A/B", "concrete")).toEqual([
      { namespace: ONVIF_TOPICS, path: ["A", "B"], withDescendants: false },
    ]);
    expect(() => read(text, "concrete")).toThrow(DecodeError);
  });

  it("of any path that is written out selects that topic", () => {
    const name = fc.stringMatching(/^[A-Za-z_][\w.-]{0,8}$/);
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (path) => {
        const topic = { namespace: ONVIF_TOPICS, path };
        expect(selects(read(`tns1:${path.join("/")}`), topic)).toBe(true);
        expect(selects(read(`tns1:${path[0] ?? ""}//.`), topic)).toBe(true);
      }),
    );
  });
});
