import { expect } from "vitest";
import { aConsumer } from "../../support/consumer.js";
import {
  addressIn,
  addressing,
  CONCRETE,
  CONCRETE_SET,
  contentFilter,
  eventProperties,
  ITEM_FILTER,
  renew,
  subscribe,
  synchronize,
  topicFilter,
  topicsIn,
  unsubscribe,
} from "../../support/event-client.js";
import { aCamera, soap } from "../../support/soap.js";
import {
  answered,
  refused,
  timeIn,
  livesFor,
  operationOf,
  topicOf,
  itemIn,
  ends,
  TOPIC_1,
  TOPIC_2,
  ROOT_1,
  subscribed,
  notified,
  CONSUMER,
} from "./steps.js";

/** Event Handling, chapters 1 and 2. */
export const basicNotificationCases: Readonly<Record<string, () => Promise<void>>> = {
  "EVENT-1-1-2 get event properties": async () => {
    const camera = aCamera();
    answered(await soap(camera, "<tev:GetEventProperties/>", { header: addressing("urn:x") }), "GetEventProperties");
    const properties = await eventProperties(camera);
    expect(properties.TopicExpressionDialect).toEqual(expect.arrayContaining([CONCRETE, CONCRETE_SET]));
    expect(properties.MessageContentFilterDialect).toContain(ITEM_FILTER);
    expect(properties.TopicNamespaceLocation[0]).toMatch(/^http:\/\/www\.onvif\.org\//);
    expect(topicsIn(properties.TopicSet.Any).size).toBeGreaterThan(0);
  },

  "EVENT-2-1-9 basic notification: subscribe": async () => {
    const reply = answered(await subscribe(aCamera(), CONSUMER, "", "PT10S"), "Subscribe");
    expect(URL.canParse(addressIn(reply))).toBe(true);
    livesFor(reply, 10_000);
  },

  "EVENT-2-1-12 basic notification: renew": async () => {
    const camera = aCamera();
    const address = addressIn(answered(await subscribe(camera, CONSUMER, "", "PT10S"), "Subscribe"));
    livesFor(answered(await renew(camera, address, 10_000), "Renew"), 10_000);
    await camera.host.clock.advance(1_500);
    const wanted = new Date(camera.device.clock.now() + 10_000);
    const renewed = answered(await renew(camera, address, wanted), "Renew");
    expect(timeIn(renewed, "TerminationTime")).toBeGreaterThanOrEqual(wanted.getTime());
    expect(timeIn(renewed, "CurrentTime")).toBeLessThanOrEqual(wanted.getTime());
  },

  "EVENT-2-1-17 basic notification: notify": async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const address = await subscribed(camera, consumer);
    await notified(camera, consumer);
    answered(await synchronize(camera, address), "SetSynchronizationPoint");
    expect((await notified(camera, consumer)).length).toBeGreaterThan(0);
  },

  "EVENT-2-1-18 basic notification: notify filter": async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const address = await subscribed(camera, consumer, topicFilter(TOPIC_1));
    answered(await synchronize(camera, address), "SetSynchronizationPoint");
    const messages = await notified(camera, consumer);
    expect(new Set(messages.map(topicOf))).toEqual(new Set([TOPIC_1]));
    expect(messages.map(operationOf)).toContain("Initialized");
  },

  "EVENT-2-1-19 basic notification: invalid message content filter": async () => {
    const filter = '(boolean (//tt:SimpleItem[@Name="xyz" and @Value="xyz"]))';
    const reply = await subscribe(aCamera(), CONSUMER, contentFilter(filter));
    refused(reply, "InvalidFilterFault", "InvalidMessageContentExpressionFault");
  },

  "EVENT-2-1-21 basic notification: unsubscribe, then renew": async () => {
    const camera = aCamera();
    const reply = answered(await subscribe(camera, CONSUMER, "", "PT10S"), "Subscribe");
    livesFor(reply, 10_000);
    await ends(camera, addressIn(reply));
    refused(await renew(camera, addressIn(reply), 10_000), "ResourceUnknownFault");
  },

  "EVENT-2-1-22 basic notification: resource unknown": async () => {
    const camera = aCamera();
    const address = addressIn(answered(await subscribe(camera, CONSUMER, "", "PT10S"), "Subscribe"));
    await ends(camera, address);
    refused(await unsubscribe(camera, address), "ResourceUnknownFault", "UnableToDestroySubscriptionFault");
  },

  "EVENT-2-1-23 basic notification: invalid topic expression": async () => {
    const filter = topicFilter('boolean(//tt:SimpleItem[@Name="xyz" and @Value="xyz"])');
    const reply = await subscribe(aCamera(), CONSUMER, filter);
    refused(reply, "InvalidFilterFault", "TopicNotSupportedFault", "InvalidTopicExpressionFault");
  },

  "EVENT-2-1-24 basic notification: set synchronization point": async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const address = await subscribed(camera, consumer, topicFilter(TOPIC_1));
    const [first] = await notified(camera, consumer);
    expect([operationOf(first), topicOf(first)]).toEqual(["Initialized", TOPIC_1]);
    answered(await synchronize(camera, address), "SetSynchronizationPoint");
    const [again] = await notified(camera, consumer);
    expect([operationOf(again), topicOf(again)]).toEqual(["Initialized", TOPIC_1]);
    expect(itemIn(again, "Source")).toBe(itemIn(first, "Source"));
    await ends(camera, address);
  },

  "EVENT-2-1-25 basic notification: or in the topic filter": async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const address = await subscribed(camera, consumer, topicFilter(`${TOPIC_1}|${TOPIC_2}`));
    expect((await notified(camera, consumer)).map(topicOf)).toEqual([TOPIC_1, TOPIC_2]);
    await ends(camera, address);
  },

  "EVENT-2-1-26 basic notification: sub-tree in the topic filter": async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const address = await subscribed(camera, consumer, topicFilter(`${ROOT_1}//.`));
    expect((await notified(camera, consumer)).map(topicOf)).toEqual([TOPIC_1]);
    await ends(camera, address);
  },

  "EVENT-2-1-27 basic notification: sub-tree and or in the topic filter": async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const address = await subscribed(camera, consumer, topicFilter(`${ROOT_1}//.|${TOPIC_2}`));
    expect((await notified(camera, consumer)).map(topicOf)).toEqual([TOPIC_1, TOPIC_2]);
    await ends(camera, address);
  },

  "EVENT-2-1-28 basic notification: unsubscribe": async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const address = await subscribed(camera, consumer);
    await camera.host.clock.advance(1_000);
    await ends(camera, address);
  },

  "EVENT-2-1-29 basic notification: message content filter": async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const first = await subscribed(camera, consumer, topicFilter(TOPIC_1));
    const value = itemIn((await notified(camera, consumer))[0], "Source");
    await ends(camera, first);
    const filter = contentFilter(`boolean(//tt:SimpleItem[@Name="Source"and @Value="${value}"])`);
    const address = await subscribed(camera, consumer, filter);
    const messages = await notified(camera, consumer);
    expect(messages.map((message) => itemIn(message, "Source"))).toEqual([value]);
    expect(messages.map(topicOf)).toEqual([TOPIC_1]);
    await ends(camera, address);
  },
};
