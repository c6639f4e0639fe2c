import { describe, expect, it } from "vitest";
import { brokerMessage, metadataMessage } from "#events/broker/message";
import type { Notification } from "#events/notification";
import { onvifTopic } from "#events/topic";

const noon = Date.UTC(2026, 0, 15, 12);
const event = (over: Partial<Notification> = {}): Notification => ({
  topic: onvifTopic("RuleEngine/LineDetector/Crossed"),
  utcMs: noon,
  source: [],
  data: [],
  ...over,
});
const item = (name: string, value: string) => ({ name, value });

describe("a message to a broker", () => {
  it("has the values of its source in the topic, and source and data in the payload", () => {
    const source = [item("VideoSource", "1"), item("Rule", "Fence")];
    expect(brokerMessage("MyDevice", event({ utcMs: noon + 321, source, data: [item("ObjectId", "15")] }))).toEqual({
      topic: "MyDevice/onvif-ej/RuleEngine/LineDetector/Crossed/&1/Fence",
      payload:
        '{"UtcTime":"2026-01-15T12:00:00.321Z","Source":{"VideoSource":"1","Rule":"Fence"},"Data":{"ObjectId":"15"}}',
      retain: false,
    });
  });

  it("has the members of an element under its name", () => {
    const members = { AutoNegotiation: true, Speed: 100, Duplex: "Full" };
    const link = { name: "Link", element: "tt:NetworkInterfaceConnectionSetting", members } as const;
    expect(brokerMessage("p", event({ data: [link] })).payload).toBe(
      '{"UtcTime":"2026-01-15T12:00:00Z","Source":{},"Data":{"Link":{"NetworkInterfaceConnectionSetting":' +
        '{"AutoNegotiation":true,"Speed":100,"Duplex":"Full"}}}}',
    );
  });

  it("has a source even where it is empty, and data only where there are some", () => {
    const { topic, payload } = brokerMessage("p/q", event());
    expect([topic, payload]).toEqual([
      "p/q/onvif-ej/RuleEngine/LineDetector/Crossed",
      '{"UtcTime":"2026-01-15T12:00:00Z","Source":{}}',
    ]);
  });

  it.each(["Initialized", "Changed"] as const)("is retained for a property (%s)", (operation) => {
    const { payload, retain } = brokerMessage("p", event({ operation }));
    expect(retain).toBe(true);
    expect(payload).toContain("UtcTime");
  });

  it("takes a property that is no more out of the broker", () => {
    const { payload, retain } = brokerMessage("p", event({ operation: "Deleted", source: [item("Token", "1")] }));
    expect([payload, retain]).toEqual(["", true]);
  });

  it.each([
    ["wild cards", "a#b+c", "&abc"],
    ["the mark of the end", "a\u0000b", "&ab"],
    ["a level of its own", "a/b", "&a/b"],
    ["nothing", "", "&"],
  ])("has a topic that a broker takes, with %s in a source", (_, value, last) => {
    const { topic, payload } = brokerMessage("p", event({ source: [item("S", value)] }));
    expect(topic).toBe(`p/onvif-ej/RuleEngine/LineDetector/Crossed/${last}`);
    expect(JSON.parse(payload)).toMatchObject({ Source: { S: value } });
  });

  it("with metadata has levels of the names that it goes by, and is not retained", () => {
    const topic = { ...onvifTopic("PTZ"), path: ["PTZ", "Profile/1", "ptz#1+"] };
    expect(metadataMessage("p/q", { topic, payload: "{}" })).toEqual({
      topic: "p/q/onvif-mj/PTZ/Profile1/ptz1",
      payload: "{}",
      retain: false,
    });
  });

  it("has every item, whatever its name", () => {
    const { payload } = brokerMessage("p", event({ data: [item("__proto__", "1"), item("constructor", '"\n')] }));
    expect(payload).toContain('"Data":{"__proto__":"1","constructor":"\\"\\n"}');
  });
});
