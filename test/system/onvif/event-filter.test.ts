import { describe, expect, it } from "vitest";
import { Media } from "#onvif/schema/media/service";
import { aMediaCamera, faultOfText } from "../../support/media-service.js";
import { call, soap, type TestCamera } from "../../support/soap.js";

const CONCRETE_SET = "http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet";
const CONCRETE = "http://docs.oasis-open.org/wsn/t-1/TopicExpression/Concrete";
const CONFIG_MODIFY = "Sender InvalidArgVal ConfigModify";

const request = (events: string): string =>
  '<trt:Configuration token="metadata_1"><tt:Name>metadata_1</tt:Name><tt:UseCount>0</tt:UseCount>' +
  events +
  "<tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>0.0.0.0</tt:IPv4Address></tt:Address>" +
  "<tt:Port>0</tt:Port><tt:TTL>1</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast>" +
  "<tt:SessionTimeout>PT1M</tt:SessionTimeout></trt:Configuration><trt:ForcePersistence>true</trt:ForcePersistence>";

const topic = (expression: string, dialect = CONCRETE_SET, prefix = "tns1"): string =>
  `<wsnt:TopicExpression xmlns:${prefix}="http://www.onvif.org/ver10/topics" Dialect="${dialect}">${expression}` +
  "</wsnt:TopicExpression>";

const events = (filter: string): string => `<tt:Events><tt:Filter>${filter}</tt:Filter></tt:Events>`;

const set = (camera: TestCamera, content: string) =>
  soap(camera, { service: Media, operation: "SetMetadataConfiguration", content: request(content) });

/** The model's filter and what the service shows of it. */
const filterOf = async (camera: TestCamera) => {
  const { Configurations } = await call(camera, Media, "GetMetadataConfigurations", {});
  const shown = Configurations?.[0]?.Events?.Filter?.Any?.[0];
  const { eventFilter } = camera.device.media.metadata.configurations.get("metadata_1");
  return { eventFilter, text: shown?.text, dialect: shown?.attribute("Dialect"), topics: shown?.resolve("tns1:x") };
};

describe("the event filter of a metadata configuration", () => {
  it.each([
    ["one topic", topic("tns1:Media/ConfigurationChanged"), "tns1:Media/ConfigurationChanged"],
    ["a topic in the simpler dialect", topic("tns1:Device/Trigger", CONCRETE), "tns1:Device/Trigger"],
    ["a topic with all below it", topic("tns1:RuleEngine//."), "tns1:RuleEngine//."],
    ["alternatives with blanks", topic(" tns1:A/B | tns1:C//. "), "tns1:A/B|tns1:C//."],
    ["a prefix of the client's own", topic("onvif:A/onvif:B", CONCRETE_SET, "onvif"), "tns1:A/B"],
  ])("is read back as it was set: %s", async (_, filter, expected) => {
    const camera = aMediaCamera();
    expect(await set(camera, events(filter))).toMatchObject({ status: 200 });
    expect(await filterOf(camera)).toEqual({
      eventFilter: expected,
      text: expected,
      dialect: CONCRETE_SET,
      topics: { namespace: "http://www.onvif.org/ver10/topics", name: "x" },
    });
  });

  it("may let everything through, or nothing", async () => {
    const camera = aMediaCamera();
    await set(camera, events(topic("tns1:A")));
    await set(camera, "<tt:Events/>");
    expect(await filterOf(camera)).toEqual({ eventFilter: "" });
    await set(camera, events(topic("tns1:A")));
    await set(camera, events(""));
    expect(await filterOf(camera)).toEqual({ eventFilter: "" });
    await set(camera, "");
    expect(await filterOf(camera)).toEqual({ eventFilter: undefined });
  });

  it.each([
    ["an unknown dialect", topic("tns1:A", "urn:dialect")],
    ["no dialect", topic("tns1:A").replace(/ Dialect="[^"]*"/, "")],
    ["an empty expression", topic("")],
    ["an expression that ends in a step", topic("tns1:A/")],
    ["any name at a step, which the dialects do not have", topic("tns1:A/*")],
    ["alternatives in the dialect of one topic", topic("tns1:A|tns1:B", CONCRETE)],
    ["an expression of XPath", topic("tns1:A[1]")],
    ["a prefix that is not bound", topic("other:A")],
    ["a prefix of other topics", topic("tt:A")],
    ["two expressions", topic("tns1:A") + topic("tns1:B")],
    [
      "a filter by content, which is not offered",
      `<wsnt:MessageContent Dialect="http://www.onvif.org/ver10/tev/messageContentFilter/ItemFilter">boolean(//tt:SimpleItem)</wsnt:MessageContent>`,
    ],
    ["an expression of more than 1024 characters", topic(`tns1:${"a".repeat(1025)}`)],
    ["100,000 steps that end badly", topic(`${"tns1:a/".repeat(100_000)}!`)],
  ])("is refused with %s", async (_, filter) => {
    const fault = await faultOfText(aMediaCamera(), Media, "SetMetadataConfiguration", request(events(filter)));
    expect(fault).toBe(CONFIG_MODIFY);
  });
});
