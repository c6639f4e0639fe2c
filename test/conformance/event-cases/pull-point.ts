import { expect } from "vitest";
import { EventPortType } from "#onvif/schema/events/event-port-type";
import type { XmlElement } from "#xml/tree";
import {
  addressIn,
  BUFFER_BEGIN,
  contentFilter,
  eventProperties,
  pull,
  renew,
  synchronize,
  topicFilter,
  topicsIn,
  unsubscribe,
} from "../../support/event-client.js";
import { aCamera, call } from "../../support/soap.js";
import {
  answered,
  refused,
  timeIn,
  livesFor,
  create,
  created,
  messagesIn,
  pulledOnce,
  operationOf,
  topicOf,
  itemIn,
  pullsExactly,
  ends,
  TOPIC_1,
  TOPIC_2,
  ROOT_1,
  eventful,
  seeks,
  pulledInVain,
  utcOf,
  beginOfBuffer,
} from "./steps.js";

/** Event Handling, chapters 3 and 6. */
export const pullPointCases: Readonly<Record<string, () => Promise<void>>> = {
  "EVENT-3-1-9 pull point: create": async () => {
    const reply = answered(await create(aCamera(), "", "PT10S"), "CreatePullPointSubscription");
    expect(URL.canParse(addressIn(reply))).toBe(true);
    livesFor(reply, 10_000);
  },

  "EVENT-3-1-12 pull point: renew": async () => {
    const camera = aCamera();
    const reply = answered(await create(camera, "", "PT10S"), "CreatePullPointSubscription");
    livesFor(reply, 10_000);
    livesFor(answered(await renew(camera, addressIn(reply), 10_000), "Renew"), 10_000);
  },

  "EVENT-3-1-15 pull point: pull messages": async () => {
    const camera = aCamera();
    const address = await created(camera, "", "PT60S");
    const waiting = pull(camera, address, { timeoutMs: 20_000, limit: 2 });
    answered(await synchronize(camera, address), "SetSynchronizationPoint");
    const reply = answered(await waiting, "PullMessages");
    expect(messagesIn(reply).length).toBeGreaterThan(0);
    expect(messagesIn(reply).length).toBeLessThanOrEqual(2);
    expect(timeIn(reply, "TerminationTime")).toBeGreaterThan(timeIn(reply, "CurrentTime"));
  },

  "EVENT-3-1-16 pull point: pull messages with a filter": async () => {
    const camera = aCamera();
    const address = await created(camera, topicFilter(TOPIC_1), "PT60S");
    const waiting = pull(camera, address, { timeoutMs: 20_000, limit: 2 });
    answered(await synchronize(camera, address), "SetSynchronizationPoint");
    const messages = messagesIn(answered(await waiting, "PullMessages"));
    expect(messages.length).toBeLessThanOrEqual(2);
    expect(new Set(messages.map(topicOf))).toEqual(new Set([TOPIC_1]));
    expect(messages.map(operationOf)).toContain("Initialized");
  },

  "EVENT-3-1-17 pull point: invalid message content filter": async () => {
    const filter = 'boolean((//tt:SimpleItem[@Name="xyz" and @Value="xyz"])';
    const reply = await create(aCamera(), contentFilter(filter));
    refused(reply, "InvalidFilterFault", "InvalidMessageContentExpressionFault");
  },

  "EVENT-3-1-19 pull point: unsubscribe twice": async () => {
    const camera = aCamera();
    const address = await created(camera, "", "PT10S");
    await ends(camera, address);
    refused(await unsubscribe(camera, address), "ResourceUnknownFault");
  },

  "EVENT-3-1-20 pull point: timeout": async () => {
    const camera = aCamera();
    const address = await created(camera, "", "PT20S");
    await camera.host.clock.advance(20_000);
    refused(await unsubscribe(camera, address), "ResourceUnknownFault");
  },

  "EVENT-3-1-22 pull point: invalid topic expression": async () => {
    const reply = await create(aCamera(), topicFilter("xyz"));
    refused(reply, "InvalidFilterFault", "TopicNotSupportedFault", "InvalidTopicExpressionFault");
  },

  "EVENT-3-1-24 pull point: pulls keep it alive": async () => {
    const camera = aCamera();
    const reply = answered(await create(camera), "CreatePullPointSubscription");
    const [c1, t1] = [timeIn(reply, "CurrentTime"), timeIn(reply, "TerminationTime")];
    await camera.host.clock.advance(1_000);
    const pulled = answered(
      await pull(camera, addressIn(reply), { timeoutMs: t1 - c1 + 20_000, limit: 1 }),
      "PullMessages",
    );
    expect(timeIn(pulled, "TerminationTime")).toBeGreaterThan(timeIn(pulled, "CurrentTime"));
    expect(timeIn(pulled, "TerminationTime")).toBeGreaterThan(t1);
  },

  "EVENT-3-1-25 pull point: set synchronization point": async () => {
    const camera = aCamera();
    const address = await created(camera, topicFilter(TOPIC_1));
    await camera.host.clock.advance(1_000);
    const [first] = await pulledOnce(camera, address);
    expect([operationOf(first), topicOf(first)]).toEqual(["Initialized", TOPIC_1]);
    answered(await synchronize(camera, address), "SetSynchronizationPoint");
    await camera.host.clock.advance(1_000);
    const [again] = await pulledOnce(camera, address);
    expect([operationOf(again), topicOf(again)]).toEqual(["Initialized", TOPIC_1]);
    expect(itemIn(again, "Source")).toBe(itemIn(first, "Source"));
    await ends(camera, address);
  },

  "EVENT-3-1-32 pull point: a pull of 60 s": async () => {
    const camera = aCamera();
    const address = await created(camera);
    const reply = answered(await pull(camera, address, { timeoutMs: 60_000, limit: 1 }), "PullMessages");
    expect(timeIn(reply, "TerminationTime")).toBeGreaterThan(timeIn(reply, "CurrentTime"));
    await ends(camera, address);
  },

  "EVENT-3-1-33 pull point: or in the topic filter": async () => {
    const camera = aCamera();
    const address = await created(camera, topicFilter(`${TOPIC_1}|${TOPIC_2}`));
    await pullsExactly(camera, address, [TOPIC_1, TOPIC_2]);
    await ends(camera, address);
  },

  "EVENT-3-1-34 pull point: sub-tree in the topic filter": async () => {
    const camera = aCamera();
    const address = await created(camera, topicFilter(`${ROOT_1}//.`));
    await pullsExactly(camera, address, [TOPIC_1]);
    await ends(camera, address);
  },

  "EVENT-3-1-35 pull point: sub-tree and or in the topic filter": async () => {
    const camera = aCamera();
    const address = await created(camera, topicFilter(`${ROOT_1}//.|${TOPIC_2}`));
    await pullsExactly(camera, address, [TOPIC_1, TOPIC_2]);
    await ends(camera, address);
  },

  "EVENT-3-1-36 pull point: unsubscribe": async () => {
    const camera = aCamera();
    const address = await created(camera);
    await camera.host.clock.advance(1_000);
    await ends(camera, address);
  },

  "EVENT-3-1-37 pull point: as many as MaxPullPoints": async () => {
    const camera = aCamera();
    const { Capabilities } = await call(camera, EventPortType, "GetServiceCapabilities", {});
    const addresses: string[] = [];
    while (addresses.length < (Capabilities.MaxPullPoints ?? 0)) {
      const address = await created(camera);
      expect(addresses).not.toContain(address);
      expect(await pulledOnce(camera, address)).toHaveLength(1);
      addresses.push(address);
    }
    expect(addresses.length).toBeGreaterThan(1);
    for (const address of addresses) await ends(camera, address);
  },

  "EVENT-3-1-38 pull point: message content filter": async () => {
    const camera = aCamera();
    const first = await created(camera, topicFilter(TOPIC_1));
    const value = itemIn((await pulledOnce(camera, first))[0], "Source");
    await ends(camera, first);
    const filter = contentFilter(`boolean(//tt:SimpleItem[@Name="Source"and @Value="${value}"])`);
    const address = await created(camera, filter);
    const [message] = await pulledOnce(camera, address);
    expect([topicOf(message), operationOf(message), itemIn(message, "Source")]).toEqual([
      TOPIC_1,
      "Initialized",
      value,
    ]);
    await ends(camera, address);
  },

  "EVENT-6-1-3 seek: begin of buffer": async () => {
    const camera = await eventful();
    const begin = topicsIn((await eventProperties(camera)).TopicSet.Any).get(BUFFER_BEGIN);
    expect(begin?.attribute("IsProperty")).toBe("false");
    const address = await created(camera, topicFilter(BUFFER_BEGIN));
    await seeks(camera, address, camera.device.clock.now(), true);
    const [message] = await pulledOnce(camera, address);
    expect(topicOf(message)).toBe(BUFFER_BEGIN);
    expect(await pulledInVain(camera, address)).toEqual([]);
    await seeks(camera, address, utcOf(message), false);
    expect((await pulledOnce(camera, address)).map(topicOf)).toEqual([BUFFER_BEGIN]);
    expect(await pulledInVain(camera, address)).toEqual([]);
  },

  "EVENT-6-1-4 seek: forward": async () => {
    const camera = await eventful();
    const beginMs = await beginOfBuffer(camera);
    const reply = answered(await create(camera), "CreatePullPointSubscription");
    await seeks(camera, addressIn(reply), beginMs - 1_000);
    const messages: XmlElement[] = [];
    for (let left = true; left;) {
      const found = await pulledInVain(camera, addressIn(reply));
      messages.push(...found);
      left = found.length > 0;
    }
    const times = messages.map(utcOf);
    expect(topicOf(messages[0])).toBe(BUFFER_BEGIN);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(beginMs);
    expect(messages.length).toBeGreaterThan(1);
  },

  "EVENT-6-1-5 seek: reverse": async () => {
    const camera = await eventful();
    const beginMs = await beginOfBuffer(camera);
    const address = await created(camera);
    await seeks(camera, address, camera.device.clock.now(), true);
    const messages = [];
    while (topicOf(messages.at(-1)) !== BUFFER_BEGIN) messages.push(...(await pulledOnce(camera, address)));
    const times = messages.map(utcOf);
    expect(times).toEqual(times.toSorted((one, other) => other - one));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(beginMs);
    expect(messages.length).toBeGreaterThan(1);
  },
};
