import { describe, expect, it } from "vitest";
import {
  addressIn,
  CLOCK,
  LAST_BACKUP,
  LAST_RESET,
  elementInShort,
  EVENTS,
  MOTION,
  pull,
  REBOOT,
  renew,
  subscribe,
  subscribeRequest,
  synchronize,
  topicFilter,
  unsubscribe,
} from "../../support/event-client.js";
import { aConsumer, type Consumer } from "../../support/consumer.js";
import { aRecordingLogger } from "../../support/recording-logger.js";
import { aCamera, soap, type TestCamera } from "../../support/soap.js";

const SOURCE = "video_source_1";
const NOON = "2026-01-15T12:00:00Z";
const changed = (state: boolean): string => `${MOTION} Changed Source=${SOURCE} State=${state}`;
const initial = (state = false): string => `${MOTION} Initialized Source=${SOURCE} State=${state}`;

const lines = ({ received }: Consumer): string[] =>
  received.flatMap(({ notifications }) => notifications.map(elementInShort));

const pause = (camera: TestCamera, reachedAt: string, what: "Pause" | "Resume") =>
  soap(camera, `<wsnt:${what}Subscription/>`, { reachedAt });

describe("Subscribe", () => {
  it("has the state of the properties sent at once and in one message, and then what happens", async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    await subscribe(camera, consumer.url);
    await camera.host.clock.settle();
    expect(consumer.received).toHaveLength(1);
    expect(lines(consumer)).toEqual([
      initial(),
      `${REBOOT} Initialized Status=${NOON}`,
      `${LAST_RESET} Initialized Status=1970-01-01T00:00:00Z`,
      `${CLOCK} Initialized Status=${NOON}`,
      `${LAST_BACKUP} Initialized Status=1970-01-01T00:00:00Z`,
    ]);
    camera.device.detection.setMotion(SOURCE, true);
    await camera.host.clock.settle();
    camera.device.detection.setMotion(SOURCE, false);
    await camera.host.clock.settle();
    expect(lines(consumer).slice(5)).toEqual([changed(true), changed(false)]);
  });

  it("has messages sent with addressing headers to the path that was named", async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const address = addressIn(await subscribe(camera, `${consumer.url}?id=1&amp;x=y`, topicFilter(MOTION)));
    await camera.host.clock.settle();
    const [first] = consumer.received;
    const action = "http://docs.oasis-open.org/wsn/bw-2/NotificationConsumer/Notify";
    expect(first?.path).toBe("/notify");
    expect(first?.contentType).toBe(`application/soap+xml; charset=utf-8; action="${action}"`);
    expect(first?.headers.map(({ name, text }) => [name, text])).toEqual([
      ["Action", action],
      ["To", `${consumer.url}?id=1&x=y`],
    ]);
    const [holder] = first?.notifications ?? [];
    expect(holder?.child("SubscriptionReference")?.child("Address")?.text).toBe(address);
    expect(holder?.child("ProducerReference")?.child("Address")?.text).toBe(EVENTS);
  });

  it("has reference parameters sent back as headers (WS-Addressing 1.0 SOAP binding 3.4)", async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const parameters = `<p:Key xmlns:p="urn:p" p:kind="k">7<p:Inner/></p:Key><Other xmlns="urn:o"/>`;
    await soap(camera, subscribeRequest(consumer.url, "", "", parameters), { reachedAt: EVENTS });
    await camera.host.clock.settle();
    const [key, other] = consumer.received[0]?.headers.slice(2) ?? [];
    expect(key).toMatchObject({ namespace: "urn:p", name: "Key", text: "7" });
    expect(key?.attribute("kind", "urn:p")).toBe("k");
    expect(key?.child("Inner", "urn:p")).toBeDefined();
    expect(other).toMatchObject({ namespace: "urn:o", name: "Other" });
    for (const block of [key, other])
      expect(block?.attribute("IsReferenceParameter", "http://www.w3.org/2005/08/addressing")).toBe("true");
  });

  it("notifies a subscriber on HTTPS, whose certificate nobody knows", async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host, { isSecure: true });
    await subscribe(camera, consumer.url, topicFilter(MOTION));
    for (let rounds = 0; rounds < 50 && consumer.received.length === 0; rounds++) await camera.host.clock.settle();
    expect(lines(consumer)).toEqual([initial()]);
  });

  it("notifies nobody whose certificate no authority vouches for, where certificates are checked", async () => {
    const { log, lines: logged } = aRecordingLogger();
    const camera = aCamera({ log, notifyCheck: true });
    await using consumer = await aConsumer(camera.host, { isSecure: true });
    await subscribe(camera, consumer.url, topicFilter(MOTION), "PT1H");
    const { subscriptions } = camera.events;
    for (let rounds = 0; rounds < 500 && subscriptions.size > 0; rounds++) await camera.host.clock.advance(1_000);
    expect(consumer.received).toEqual([]);
    expect(logged.at(-1)?.facts?.["error"]).toMatch(/^the certificate is not to be trusted/);
  });

  it("tries again when the consumer fails, and goes on when it is back", async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    consumer.status = 500;
    await subscribe(camera, consumer.url, topicFilter(MOTION));
    await camera.host.clock.settle();
    expect(consumer.received).toHaveLength(1);
    consumer.status = 200;
    await camera.host.clock.advance(1_000);
    expect(lines(consumer)).toEqual([initial(), initial()]);
    camera.device.detection.setMotion(SOURCE, true);
    await camera.host.clock.settle();
    expect(lines(consumer).at(-1)).toBe(changed(true));
  });

  it("ends when its consumer takes nothing any more, and says so in the log", async () => {
    const { log, lines: logged } = aRecordingLogger();
    const camera = aCamera({ log });
    const address = addressIn(await subscribe(camera, "http://192.0.2.98:8099/", topicFilter(MOTION), "PT1H"));
    await camera.host.clock.advance(15_001);
    expect(camera.events.subscriptions.size).toBe(0);
    expect(logged.filter(({ level }) => level === "warn").map(({ message }) => message)).toEqual([
      "a subscription ends: its client takes no notifications",
    ]);
    expect((await renew(camera, address, 60_000)).detail?.name).toBe("ResourceUnknownFault");
    expect(camera.host.clock.pendingTimers).toBe(0);
  });

  it("waits for 10 s for a consumer that does not answer", async () => {
    const camera = aCamera();
    const silent: unknown[] = [];
    const { host } = camera;
    const other = host.network.net(["192.0.2.97"]);
    await other.listen({ port: 8099 }, (connection) => void silent.push(connection.on("error", () => {})));
    await subscribe(camera, "http://192.0.2.97:8099/", topicFilter(MOTION), "PT1H");
    await host.clock.settle();
    expect(silent).toHaveLength(1);
    await host.clock.advance(10_999);
    expect(silent).toHaveLength(1);
    await host.clock.advance(1);
    expect(silent).toHaveLength(2);
  });

  it("is renewed, synchronized and ended at its own address", async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const address = addressIn(await subscribe(camera, consumer.url, topicFilter(MOTION), "PT10S"));
    expect((await renew(camera, address, 60_000)).body.child("TerminationTime")?.text).toBe("2026-01-15T12:01:00Z");
    await camera.host.clock.advance(30_000);
    await synchronize(camera, address);
    await camera.host.clock.settle();
    expect(lines(consumer)).toEqual([initial(), initial()]);
    expect(await unsubscribe(camera, address)).toMatchObject({ status: 200, fault: undefined });
    camera.device.detection.setMotion(SOURCE, true);
    await camera.host.clock.settle();
    expect(consumer.received).toHaveLength(2);
  });

  it("rests between PauseSubscription and ResumeSubscription, which tells where things are then", async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const address = addressIn(await subscribe(camera, consumer.url, topicFilter(MOTION)));
    await camera.host.clock.settle();
    expect(await pause(camera, address, "Pause")).toMatchObject({ status: 200, fault: undefined });
    camera.device.detection.setMotion(SOURCE, true);
    await camera.host.clock.settle();
    expect(lines(consumer)).toEqual([initial()]);
    expect(await pause(camera, address, "Resume")).toMatchObject({ status: 200, fault: undefined });
    await pause(camera, address, "Resume");
    await camera.host.clock.settle();
    expect(lines(consumer)).toEqual([initial(), initial(true)]);
  });

  it("is no pull point", async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const address = addressIn(await subscribe(camera, consumer.url));
    expect((await pull(camera, address)).detail?.name).toBe("ResourceUnknownFault");
  });

  it("is refused when as many are there as MaxNotificationProducers says, which pull points do not count for", async () => {
    const camera = aCamera();
    const most = camera.events.subscriptions.limits.maxPushes;
    await using consumer = await aConsumer(camera.host);
    for (let count = 0; count < most; count++) addressIn(await subscribe(camera, consumer.url));
    expect((await subscribe(camera, consumer.url)).detail?.name).toBe("SubscribeCreationFailedFault");
    expect(await soap(camera, "<tev:CreatePullPointSubscription/>", { reachedAt: EVENTS })).toMatchObject({
      status: 200,
    });
  });
});

describe("the address of a consumer", () => {
  it.each([
    ["no address", "x"],
    ["another scheme", "ftp://192.0.2.99/"],
    ["a name and a password", "http://user:secret@192.0.2.99/"],
    ["the anonymous address of WS-Addressing", "http://www.w3.org/2005/08/addressing/anonymous"],
    ["a loopback address", "http://127.0.0.1:8099/"],
    ["a loopback address written in another way", "http://2130706433:8099/"],
    ["a loopback address of IPv6", "http://[::1]:8099/"],
    ["where clouds keep credentials", "http://169.254.169.254/latest/meta-data/"],
    ["a link-local address of IPv6", "http://[fe80::1]:8099/"],
  ])("is refused: %s", async (_, address) => {
    const camera = aCamera();
    const reply = await subscribe(camera, address);
    expect([reply.status, reply.fault, reply.detail?.name]).toEqual([500, "Receiver", "SubscribeCreationFailedFault"]);
    expect(camera.events.subscriptions.size).toBe(0);
    expect(camera.host.net.connections).toEqual([]);
  });

  it("may be a loopback address for a client that came over loopback itself", async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host, { isLocal: true });
    await subscribe(camera, consumer.url, topicFilter(MOTION), "", { peer: "127.0.0.1" });
    await camera.host.clock.settle();
    expect(lines(consumer)).toEqual([initial()]);
  });

  it("that is a name is looked at when it is called: nothing is sent to what it must not stand for", async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host, { isLocal: true });
    await subscribe(camera, "http://localhost:8099/notify", topicFilter(MOTION), "PT1H");
    await camera.host.clock.advance(60_000);
    expect(consumer.received).toEqual([]);
    expect(camera.events.subscriptions.size).toBe(0);
  });

  it("may not want headers without end", async () => {
    const camera = aCamera();
    const parameters = `<p:Key xmlns:p="urn:p">${"x".repeat(8_192)}</p:Key>`;
    const reply = await soap(camera, subscribeRequest("http://192.0.2.99/", "", "", parameters), { reachedAt: EVENTS });
    expect(reply.detail?.name).toBe("SubscribeCreationFailedFault");
  });
});

describe("GetCurrentMessage", () => {
  it("is answered with the fault that the specification allows", async () => {
    const content = `<wsnt:Topic Dialect="http://docs.oasis-open.org/wsn/t-1/TopicExpression/Concrete">${MOTION}</wsnt:Topic>`;
    const reply = await soap(aCamera(), `<wsnt:GetCurrentMessage>${content}</wsnt:GetCurrentMessage>`);
    expect([reply.status, reply.detail?.name]).toEqual([500, "NoCurrentMessageOnTopicFault"]);
  });
});
