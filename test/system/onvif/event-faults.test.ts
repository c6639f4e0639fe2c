import { describe, expect, it } from "vitest";
import { noon } from "../../support/a-device.js";
import {
  actionOf,
  addressing,
  CONCRETE,
  CONCRETE_SET,
  contentFilter,
  createPullPoint,
  createRequest,
  EVENTS,
  FAULT_ACTION,
  ITEM_FILTER,
  MOTION,
  pull,
  renew,
  synchronize,
  told,
  topicFilter,
  unsubscribe,
} from "../../support/event-client.js";
import { aCamera, soap, type SoapReply, type TestCamera } from "../../support/soap.js";

/** Faults of WS-BaseNotification are of the receiver, under the action of faults (Core §9.9), with a time and a reason. */
function expectBaseFault(reply: SoapReply, name: string): void {
  expect([reply.status, reply.fault, reply.detail?.name]).toEqual([500, "Receiver", name]);
  expect(reply.detail?.child("Timestamp")?.text).toMatch(/^2026-01-15T12:.*Z$/);
  expect(reply.detail?.child("Description")?.text).not.toBe("");
  expect(reply.reason).toContain(name);
}

const create = (camera: TestCamera, filter = "", time = "", policy = "") =>
  soap(camera, createRequest(filter, time, policy), { reachedAt: EVENTS, header: addressing("urn:create") });

const xyz = 'boolean(//tt:SimpleItem[@Name="xyz" and @Value="xyz"])';

describe("a filter that is no good is refused, and never stands for all (rule 42)", () => {
  it.each<[string, string, string]>([
    ["a topic that this camera has not", topicFilter("tns1:RuleEngine/LineDetector/Crossed"), "TopicNotSupportedFault"],
    ["a name that is no topic", topicFilter("xyz"), "TopicNotSupportedFault"],
    ["a topic of another namespace", topicFilter("tt:VideoSource/MotionAlarm"), "TopicNotSupportedFault"],
    ["the parent of topics without what is below", topicFilter("tns1:VideoSource"), "TopicNotSupportedFault"],
    ["an expression that is none", topicFilter(xyz), "InvalidTopicExpressionFault"],
    ["an empty expression", topicFilter(""), "InvalidTopicExpressionFault"],
    ["a prefix that is not bound", topicFilter("other:VideoSource"), "InvalidTopicExpressionFault"],
    [
      "the wider dialect under the name of the other",
      topicFilter("tns1:VideoSource//.", CONCRETE),
      "InvalidTopicExpressionFault",
    ],
    [
      "a dialect that is not known",
      topicFilter(MOTION, "http://docs.oasis-open.org/wsn/t-1/TopicExpression/Full"),
      "TopicExpressionDialectUnknownFault",
    ],
    ["no dialect", topicFilter(MOTION).replace(/ Dialect="[^"]*"/, ""), "TopicExpressionDialectUnknownFault"],
    [
      "a content expression that is none",
      contentFilter("boolean((//tt:SimpleItem[@Name='x'])"),
      "InvalidMessageContentExpressionFault",
    ],
    ["an empty content expression", contentFilter(""), "InvalidMessageContentExpressionFault"],
    ["an item that no message has", contentFilter(xyz), "InvalidMessageContentExpressionFault"],
    [
      "a topic whose messages have no such item",
      topicFilter(MOTION) + contentFilter('boolean(//tt:SimpleItem[@Name="Status"])'),
      "InvalidMessageContentExpressionFault",
    ],
    [
      "a dialect of contents that is not known",
      contentFilter("true()", "http://www.w3.org/TR/1999/REC-xpath-19991116"),
      "InvalidFilterFault",
    ],
    [
      "properties of the producer",
      '<wsnt:ProducerProperties Dialect="urn:x">x</wsnt:ProducerProperties>',
      "InvalidFilterFault",
    ],
    ["an element that is no filter", "<x:Filter xmlns:x='urn:x'/>", "InvalidFilterFault"],
  ])("%s", async (_, filter, fault) => {
    const camera = aCamera();
    const reply = await create(camera, filter);
    expectBaseFault(reply, fault);
    expect(actionOf(reply)).toBe(FAULT_ACTION);
    expect(camera.events.subscriptions.size).toBe(0);
  });

  it("with the name of the filter that is not known", async () => {
    const { detail } = await create(aCamera(), "<x:Own xmlns:x='urn:x'/>");
    const unknown = detail?.child("UnknownFilter");
    expect(unknown?.resolve(unknown.text)).toEqual({ namespace: "urn:x", name: "Own" });
  });
});

describe("a filter is taken", () => {
  const camera = aCamera();
  it.each<[string, string, readonly string[]]>([
    ["of one topic in either dialect", topicFilter(MOTION, CONCRETE), ["MotionAlarm"]],
    ["of alternatives (rule 42)", topicFilter(`${MOTION}|tns1:Media/ProfileChanged`), ["MotionAlarm"]],
    [
      "of a tree of topics (rule 42)",
      topicFilter("tns1:Monitoring//."),
      ["LastReboot", "LastReset", "LastClockSynchronization", "Last"],
    ],
    ["of topics of which some are here", topicFilter(`tns1:RuleEngine//.|${MOTION}`), ["MotionAlarm"]],
    [
      "with a prefix of the client's own",
      `<wsnt:TopicExpression xmlns:x="http://www.onvif.org/ver10/topics" Dialect="${CONCRETE_SET}">x:VideoSource//.</wsnt:TopicExpression>`,
      ["MotionAlarm"],
    ],
    ["by content", contentFilter('boolean(//tt:SimpleItem[@Name="State" and @Value="false"])'), ["MotionAlarm"]],
    [
      "by content that excludes",
      contentFilter('not(boolean(//tt:SimpleItem[@Name="Source"]))'),
      ["LastReboot", "LastReset", "LastClockSynchronization", "Last"],
    ],
    [
      "by topic and content",
      topicFilter("tns1:VideoSource//.|tns1:Monitoring//.") + contentFilter('boolean(//tt:SimpleItem[@Name="Source"])'),
      ["MotionAlarm"],
    ],
    ["by a content that is not so now", contentFilter('boolean(//tt:SimpleItem[@Name="State" and @Value="true"])'), []],
    ["that is empty", " ", ["MotionAlarm", "LastReboot", "LastReset", "LastClockSynchronization", "Last"]],
  ])("%s", async (_, filter, expected) => {
    const lines = await told(camera, await createPullPoint(camera, filter));
    expect(lines.map((line) => line.replace(/ .*/, "").replace(/.*\//, ""))).toEqual(expected);
  });

  it("with the usual prefixes left undeclared, as clients do that do not know of prefixes in texts", async () => {
    const text = (name: string, dialect: string, content: string): string =>
      `<f:${name} Dialect="${dialect}">${content}</f:${name}>`;
    const message =
      `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:f="http://docs.oasis-open.org/wsn/b-2"><e:Body>` +
      `<CreatePullPointSubscription xmlns="http://www.onvif.org/ver10/events/wsdl"><Filter>` +
      text("TopicExpression", CONCRETE_SET, MOTION) +
      text("MessageContent", ITEM_FILTER, 'boolean(//tt:SimpleItem[@Name="Source"])') +
      `</Filter></CreatePullPointSubscription></e:Body></e:Envelope>`;
    const open = aCamera({ policy: { required: false } });
    const { status } = await open.endpoint.handle({
      body: Buffer.from(message),
      method: "POST",
      target: "/onvif/event_service",
      authorization: undefined,
      reachedAt: new URL(EVENTS),
      peer: "192.0.2.99",
      signal: new AbortController().signal,
    });
    expect(status).toBe(200);
  });
});

describe("a termination time that is no good is refused with its limits (rule 39)", () => {
  it.each<[string, string]>([
    ["nothing left", "PT0S"],
    ["less than nothing", "-PT1M"],
    ["an instant that is over", "2026-01-15T11:59:59Z"],
    ["more than a day", "PT24H0.001S"],
    ["a far instant", "2036-01-15T12:00:00Z"],
  ])("%s", async (_, time) => {
    const camera = aCamera();
    const reply = await create(camera, "", time);
    expectBaseFault(reply, "UnacceptableInitialTerminationTimeFault");
    const limits = ["MinimumTime", "MaximumTime"].map(
      (name) => Date.parse(reply.detail?.child(name)?.text ?? "") - noon,
    );
    expect(limits).toEqual([6_000, 86_400_000]);
    const again = await create(camera, "", reply.detail?.child("MinimumTime")?.text);
    expect(again.fault).toBeUndefined();
    const address = again.body.child("SubscriptionReference")?.child("Address")?.text ?? "";
    const renewed = await soap(
      camera,
      `<wsnt:Renew><wsnt:TerminationTime>${time}</wsnt:TerminationTime></wsnt:Renew>`,
      {
        reachedAt: address,
      },
    );
    expectBaseFault(renewed, "UnacceptableTerminationTimeFault");
    expect(camera.events.subscriptions.size).toBe(1);
  });

  it("a life without end", async () => {
    const camera = aCamera();
    expectBaseFault(await renew(camera, await createPullPoint(camera), null), "UnacceptableTerminationTimeFault");
  });

  it.each(["", "soon", "60"])("what is no time at all: %j", async (time) => {
    const request = createRequest("", "x").replace(">x<", `>${time}<`);
    expect(await soap(aCamera(), request)).toMatchObject({ status: 400, fault: "Sender InvalidArgVal" });
  });
});

describe("what is asked of a subscription that is not there", () => {
  it.each<[string, (camera: TestCamera, address: string) => Promise<SoapReply>]>([
    ["PullMessages", pull],
    ["SetSynchronizationPoint", synchronize],
    ["Renew", (camera, address) => renew(camera, address, 60_000)],
    ["Unsubscribe", unsubscribe],
  ])("is answered with ResourceUnknownFault: %s", async (_, ask) => {
    const camera = aCamera();
    const ended = await createPullPoint(camera);
    await unsubscribe(camera, ended);
    const expired = await createPullPoint(camera, "", "PT10S");
    await camera.host.clock.advance(10_000);
    const made = "http://192.0.2.10:8000/onvif/subscription/AAAAAAAAAAAAAAAA";
    for (const address of [ended, expired, made, EVENTS, `${EVENTS}/onvif/subscription/`]) {
      const reply = await ask(camera, address);
      expectBaseFault(reply, "ResourceUnknownFault");
      expect(reply.detail?.namespace).toBe("http://docs.oasis-open.org/wsrf/r-2");
      expect(actionOf(reply)).toBe(FAULT_ACTION);
    }
  });
});

describe("PullMessages", () => {
  it("is refused while another one waits, which it does not disturb", async () => {
    const camera = aCamera();
    const address = await createPullPoint(camera, topicFilter(MOTION));
    await told(camera, address);
    const waiting = pull(camera, address);
    await camera.host.clock.advance(1_000);
    expectBaseFault(await pull(camera, address), "UnableToGetMessagesFault");
    camera.device.detection.setMotion("video_source_1", true);
    expect((await waiting).body.child("NotificationMessage")).toBeDefined();
  });

  it("with a pull that waits is refused when its subscription ends", async () => {
    const camera = aCamera();
    const address = await createPullPoint(camera, topicFilter(MOTION));
    await told(camera, address);
    const waiting = pull(camera, address);
    await camera.host.clock.advance(1_000);
    await unsubscribe(camera, address);
    expectBaseFault(await waiting, "ResourceUnknownFault");
  });

  it("is refused with the limits when it would wait too long (rule 37), however many messages it wants", async () => {
    const camera = aCamera();
    const address = await createPullPoint(camera, topicFilter(MOTION));
    const reply = await pull(camera, address, { timeoutMs: 600_001, limit: 2_147_483_647 });
    expect([reply.status, reply.fault, actionOf(reply)]).toEqual([500, "Receiver", FAULT_ACTION]);
    expect(reply.detail?.name).toBe("PullMessagesFaultResponse");
    expect(reply.detail?.children.map(({ name, text }) => [name, text])).toEqual([
      ["MaxTimeout", "PT10M"],
      ["MaxMessageLimit", "1000"],
    ]);
    expect((await pull(camera, address, { timeoutMs: 600_000, limit: 2_147_483_647 })).status).toBe(200);
  });

  it.each([
    ["a negative Timeout", { timeoutMs: -1_000 }],
    ["a MessageLimit of 0", { limit: 0 }],
    ["a negative MessageLimit", { limit: -1 }],
  ])("is refused with %s", async (_, options) => {
    const camera = aCamera();
    expect(await pull(camera, await createPullPoint(camera), options)).toMatchObject({ fault: "Sender InvalidArgVal" });
  });

  it("tells faults in SOAP 1.1 too", async () => {
    const camera = aCamera();
    const request =
      "<tev:PullMessages><tev:Timeout>PT1S</tev:Timeout><tev:MessageLimit>1</tev:MessageLimit></tev:PullMessages>";
    const reply = await soap(camera, request, { version: "1.1", reachedAt: EVENTS });
    expect([reply.status, reply.detail?.name]).toEqual([500, "ResourceUnknownFault"]);
    expect(reply.reason).toContain("ResourceUnknownFault");
  });
});

describe("a policy", () => {
  it.each(["<wsnt:UseRaw/>", "<x:ChangedOnly xmlns:x='urn:x'/>", "<tev:ChangedOnly/><tev:Other/>"])(
    "that is not known is refused: %s",
    async (policy) => {
      const camera = aCamera();
      expectBaseFault(await create(camera, "", "", policy), "UnrecognizedPolicyRequestFault");
      expect(camera.events.subscriptions.size).toBe(0);
    },
  );
});
