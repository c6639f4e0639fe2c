import { expect } from "vitest";
import { EventPortType } from "#onvif/schema/events/event-port-type";
import { aBroker, type Published, type TestBroker } from "../../support/event-broker.js";
import { addBroker, brokersOf, deleteBroker, getBrokers } from "../../support/event-broker-client.js";
import { CONCRETE_SET, eventProperties, EVENTS, topicFilter, topicsIn } from "../../support/event-client.js";
import { eventually } from "../../support/fake-clock.js";
import { aCamera, call, type SoapReply, type TestCamera } from "../../support/soap.js";
import { TOPIC_1 } from "./steps.js";

/** Event Handling, chapter 7: event brokers. */
export const eventBrokerCases: Readonly<Record<string, () => Promise<void>>> = {
  "EVENT-7-1-1 get event broker configurations": async () => {
    const camera = aCamera();
    const { MaxEventBrokers = 0 } = await capabilities(camera);
    for (const host of ["192.0.2.50", "192.0.2.51"])
      await addBroker(camera, { Address: `mqtt://${host}:1883`, ...BROKER, ...LOGIN });
    const all = await brokersOf(camera);
    expect(all.length).toBeLessThanOrEqual(MaxEventBrokers);
    expect(new Set(all.map(({ Address }) => Address)).size).toBe(2);
    for (const one of all) {
      expect(await brokersOf(camera, one["Address"])).toEqual([one]);
      expect(one).not.toHaveProperty("Password");
    }
  },

  "EVENT-7-1-2 add event broker configuration": async () => {
    const { camera, address } = await withRoom();
    good(await addBroker(camera, { Address: address, ...BROKER, ...LOGIN, QoS: "0" }));
    const [told, ...others] = await brokersOf(camera, address);
    expect(others).toEqual([]);
    expect(told).toMatchObject({ Address: address, TopicPrefix: "TestDevice", UserName: "TestUserName", QoS: "0" });
    for (const absent of ["Password", "CertificateID", "PublishFilter"]) expect(told).not.toHaveProperty(absent);
    expect(await brokersOf(camera)).toContainEqual(told);
    good(await deleteBroker(camera, address));
  },

  "EVENT-7-1-3 modify event broker configuration": async () => {
    const { camera, address } = await withRoom();
    good(await addBroker(camera, { Address: address, ...BROKER, ...LOGIN, QoS: "0" }));
    const changed = { TopicPrefix: "TestDevice1", UserName: "TestUserName1", Password: "TestPassword" };
    good(await addBroker(camera, { Address: address, ...changed, PublishFilter: topicFilter(TOPIC_1), QoS: "1" }));
    const reply = await getBrokers(camera, address);
    const filter = reply.body.children[0]?.child("PublishFilter")?.children[0];
    expect([filter?.name, filter?.text, filter?.attribute("Dialect")]).toEqual([
      "TopicExpression",
      TOPIC_1,
      CONCRETE_SET,
    ]);
    const [told] = await brokersOf(camera, address);
    expect(told).toMatchObject({ TopicPrefix: "TestDevice1", UserName: "TestUserName1", QoS: "1" });
    for (const absent of ["Password", "CertificateID"]) expect(told).not.toHaveProperty(absent);
    expect(await brokersOf(camera)).toEqual([told]);
    good(await deleteBroker(camera, address));
  },

  "EVENT-7-1-4 delete event broker configuration": async () => {
    const { camera, address } = await withRoom();
    good(await addBroker(camera, { Address: address, ...BROKER, ...LOGIN, QoS: "0" }));
    good(await deleteBroker(camera, address));
    expect((await brokersOf(camera)).map(({ Address }) => Address)).not.toContain(address);
  },

  "EVENT-7-2-1 publishing (MQTT, QoS=0)": () => published("mqtt", 0),
  "EVENT-7-2-2 publishing (MQTT over TLS)": () => published("mqtts", 0),
  "EVENT-7-2-3 publishing (MQTT over WebSocket)": () => published("ws", 0),
  "EVENT-7-2-4 publishing (MQTT over secure WebSocket)": () => published("wss", 0),
  "EVENT-7-2-5 publishing (MQTT, QoS=1)": () => published("mqtt", 1),
  "EVENT-7-2-6 publishing (MQTT, QoS=2)": () => published("mqtt", 2),
  "EVENT-7-2-7 publishing with a filter (MQTT, QoS=0)": () => published("mqtt", 0, TOPIC_1),
};

const BROKER = { TopicPrefix: "TestDevice" } as const;
const LOGIN = { UserName: "TestUserName", Password: "TestPassword" } as const;

const capabilities = async (camera: TestCamera) =>
  (await call(camera, EventPortType, "GetServiceCapabilities", {}, { reachedAt: EVENTS })).Capabilities;

const good = (reply: SoapReply): void => expect([reply.status, reply.fault]).toEqual([200, undefined]);

/** Annex A.7: a camera with room for a broker, and an address for one of the first protocol that it names. */
async function withRoom(): Promise<{ readonly camera: TestCamera; readonly address: string }> {
  const camera = aCamera();
  const { MaxEventBrokers = 0, EventBrokerProtocols = "" } = await capabilities(camera);
  expect(MaxEventBrokers).toBeGreaterThan(0);
  return { camera, address: `${EventBrokerProtocols.split(" ")[0]}://192.0.2.98:1883` };
}

/** The steps that all cases about publishing have in common. */
async function published(scheme: "mqtt" | "mqtts" | "ws" | "wss", qos: number, filter?: string): Promise<void> {
  const { camera } = await withRoom();
  expect((await capabilities(camera)).EventBrokerProtocols?.split(" ")).toContain(scheme);
  await using broker = await aBroker(camera.host, scheme);
  const description = topicsIn((await eventProperties(camera)).TopicSet.Any).get(TOPIC_1);
  expect(description).toBeDefined();
  const isProperty = description?.attribute("IsProperty") === "true";
  const { address } = broker;
  const settings = { ...(filter !== undefined && { PublishFilter: topicFilter(filter) }), QoS: `${qos}` };
  good(await addBroker(camera, { Address: address, ...BROKER, ...LOGIN, ...settings }));
  await eventually(() => broker.published.some(({ topic }) => localTopic(topic) === TOPIC_1));
  expect(broker.logins.map(({ username, password }) => [username, password])).toEqual([
    ["TestUserName", "TestPassword"],
  ]);
  if (filter !== undefined)
    expect(new Set(broker.published.map(({ topic }) => localTopic(topic)))).toEqual(new Set([filter]));
  const itemNames = (group: string): (string | undefined)[] =>
    description?.child(group)?.children.map((item) => item.attribute("Name")) ?? [];
  for (const event of broker.published.filter(({ topic }) => localTopic(topic) === TOPIC_1))
    validate(event, { qos, isProperty, source: itemNames("Source"), data: itemNames("Data") });
  good(await deleteBroker(camera, address));
  await eventually(() => left(broker));
}

const left = ({ departures }: TestBroker): boolean => departures === 1;

/** The ONVIF topic in the topic of a message. */
const localTopic = (topic: string): string => {
  const [prefix, payload, ...local] = (topic.split("/&")[0] ?? "").split("/");
  expect([prefix, payload]).toEqual(["TestDevice", "onvif-ej"]);
  return `tns1:${local.join("/")}`;
};

/** Annexes A.13 and A.14: the header of a PUBLISH, and the event in it. */
function validate(
  { topic, payload, qos, retain }: Published,
  expected: {
    readonly qos: number;
    readonly isProperty: boolean;
    readonly source: readonly (string | undefined)[];
    readonly data: readonly (string | undefined)[];
  },
): void {
  expect([qos, retain]).toEqual([expected.qos, expected.isProperty]);
  const event = JSON.parse(payload) as Record<"UtcTime" | "Source" | "Data", unknown>;
  expect(event.UtcTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  expect(Object.keys(Object(event.Source) as object)).toEqual(expected.source);
  expect(Object.keys(Object(event.Data) as object)).toEqual(expected.data);
  expect(topic.split("/&")[1]).toBe(Object.values(Object(event.Source) as object).join("/"));
}
