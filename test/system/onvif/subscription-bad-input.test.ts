import { describe, expect, it } from "vitest";
import {
  addressing,
  contentFilter,
  createPullPoint,
  createRequest,
  EVENTS,
  MOTION,
  SUBSCRIBE_ACTION,
  subscribeRequest,
  topicFilter,
} from "../../support/event-client.js";
import { aCamera, soap, type SoapReply } from "../../support/soap.js";

const CONSUMER = "http://192.0.2.99:8099/notify";
/** Longest time that a refusal may take, in ms of the real clock, on a machine that has other things to do. */
const PATIENCE_MS = 15_000;

/** What the camera says to a request; its subscriptions have to be as they were, and it may not take long. */
async function answered(request: string): Promise<string | undefined> {
  const camera = aCamera();
  const began = performance.now();
  const reply: SoapReply = await soap(camera, request, { reachedAt: EVENTS, header: addressing(SUBSCRIBE_ACTION) });
  expect(performance.now() - began).toBeLessThan(PATIENCE_MS);
  const isTaken = reply.fault === undefined;
  expect(camera.events.subscriptions.size).toBe(isTaken ? 1 : 0);
  expect(camera.host.net.connections).toEqual([]);
  await camera.events.subscriptions.close();
  return reply.detail?.name ?? reply.fault;
}

const consumer = (content: string): string => `<wsnt:Subscribe>${content}</wsnt:Subscribe>`;
const reference = (content: string): string => `<wsnt:ConsumerReference>${content}</wsnt:ConsumerReference>`;
const to = (address: string): string => `<wsa:Address>${address}</wsa:Address>`;
const many = (count: number, make: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => make(n)).join("");

describe("Subscribe is refused with", () => {
  it.each([
    ["nothing in it", consumer(""), "Sender InvalidArgs"],
    ["no address", consumer(reference("")), "Sender InvalidArgs"],
    ["an empty address", consumer(reference(to(""))), "SubscribeCreationFailedFault"],
    ["two addresses", consumer(reference(to(CONSUMER) + to(CONSUMER))), "Sender InvalidArgs"],
    ["two consumers", consumer(reference(to(CONSUMER)).repeat(2)), "Sender InvalidArgs"],
    ["an element for an address", consumer(reference(to("<x/>"))), "Sender InvalidArgs"],
    ["a path alone", subscribeRequest("/notify"), "SubscribeCreationFailedFault"],
    ["no host", subscribeRequest("http:///"), "SubscribeCreationFailedFault"],
    ["a port that is none", subscribeRequest("http://192.0.2.99:65536/"), "SubscribeCreationFailedFault"],
    ["blanks in the host", subscribeRequest("http://192.0.2.99 evil/"), "SubscribeCreationFailedFault"],
    ["a script", subscribeRequest("javascript:alert(1)"), "SubscribeCreationFailedFault"],
    ["a file", subscribeRequest("file:///etc/passwd"), "SubscribeCreationFailedFault"],
    ["a long address", subscribeRequest(`${CONSUMER}?${"x".repeat(100_000)}`), "SubscribeCreationFailedFault"],
    [
      "many parameters",
      subscribeRequest(CONSUMER, "", "", "<p xmlns='urn:p'/>".repeat(5_000)),
      "SubscribeCreationFailedFault",
    ],
    [
      "parameters of many namespaces",
      subscribeRequest(
        CONSUMER,
        "",
        "",
        many(500, (n) => `<n${n}:p xmlns:n${n}="urn:${n}"/>`),
      ),
      "SubscribeCreationFailedFault",
    ],
  ])("%s", async (_, request, fault) => {
    expect(await answered(request)).toBe(fault);
  });

  it("nothing in its headers that the address has not", async () => {
    const camera = aCamera();
    const seen: string[] = [];
    await camera.host.network.net(["192.0.2.97"]).listen({ port: 80 }, (connection) => {
      connection.on("error", () => {});
      connection.on("data", (data: Buffer) => void seen.push(data.toString()));
    });
    const address = "http://192.0.2.97/a\r\nX-Evil:%0d%0a1";
    await soap(camera, subscribeRequest(address, topicFilter(MOTION)), { reachedAt: EVENTS });
    await camera.host.clock.settle();
    expect(seen.join("")).toMatch(/^POST \/a%20X-Evil:%0d%0a1 HTTP\/1\.1\r\nHost: 192\.0\.2\.97\r\n/);
    expect(seen.join("")).not.toMatch(/\nX-Evil/);
  });
});

describe("a time is", () => {
  const UNACCEPTABLE = "UnacceptableInitialTerminationTimeFault";
  const VALUE = "Sender InvalidArgVal";
  it.each([
    ["a month", "P1M", UNACCEPTABLE],
    ["a year, two months and so on", "P1Y2M3DT4H5M6.7S", UNACCEPTABLE],
    ["ten thousand years", "P10000Y", UNACCEPTABLE],
    ["less than nothing", "-P1D", UNACCEPTABLE],
    ["less than nothing by a month", "-P1M", UNACCEPTABLE],
    ["nothing", "P0D", UNACCEPTABLE],
    ["next to nothing", "PT0.0000000001S", UNACCEPTABLE],
    ["the end of the year 9999", "9999-12-31T23:59:59Z", UNACCEPTABLE],
    ["the year 1", "0001-01-01T00:00:00Z", UNACCEPTABLE],
    ["an instant that is over by its zone", "2026-01-15T12:30:00+14:00", UNACCEPTABLE],
    ["a number too large to count in", `PT${"9".repeat(16)}H`, VALUE],
    ["more digits than a number has", `PT${"9".repeat(400)}S`, VALUE],
    ["weeks", "P1W", VALUE],
    ["a duration of nothing", "P", VALUE],
    ["a time of nothing", "P1DT", VALUE],
    ["a fraction of minutes", "PT1.5M", VALUE],
    ["a year of five digits", "10000-01-01T00:00:00Z", VALUE],
    ["a year before the first", "-0001-01-01T00:00:00Z", VALUE],
    ["a day that is none", "2026-02-30T00:00:00Z", VALUE],
    ["infinity", "INF", VALUE],
  ])("refused: %s", async (_, time, fault) => {
    expect(await answered(createRequest("", time))).toBe(fault);
    expect(await answered(subscribeRequest(CONSUMER, "", time))).toBe(fault);
    const camera = aCamera();
    const address = await createPullPoint(camera);
    const renewal = `<wsnt:Renew><wsnt:TerminationTime>${time}</wsnt:TerminationTime></wsnt:Renew>`;
    const reply = await soap(camera, renewal, { reachedAt: address });
    expect(reply.detail?.name ?? reply.fault).toBe(fault.replace("Initial", ""));
    expect(camera.events.subscriptions.size).toBe(1);
  });

  it.each(["PT1M", "P1D", "P0Y0M0DT0H1M0S", "2026-01-15T12:01:00.25Z", "2026-01-16T01:30:00+13:00", " PT60S "])(
    "taken: %j",
    async (time) => {
      expect(await answered(createRequest("", time))).toBeUndefined();
    },
  );
});

describe("a filter is", () => {
  const CONTENT = "InvalidMessageContentExpressionFault";
  const TOPIC = "InvalidTopicExpressionFault";
  it.each([
    ["a topic of a hundred thousand characters", topicFilter(`tns1:${"a".repeat(100_000)}`), TOPIC],
    ["ten thousand alternatives", topicFilter(many(10_000, () => `${MOTION}|`) + MOTION), TOPIC],
    ["a path of a thousand levels", topicFilter(`tns1:a${"/a".repeat(1_000)}`), "TopicNotSupportedFault"],
    ["nothing but bars", topicFilter("|".repeat(1_000)), TOPIC],
    ["a pattern", topicFilter("tns1:*/.*"), TOPIC],
    ["a predicate", topicFilter("tns1:VideoSource[position()=1]"), TOPIC],
    ["a thousand expressions", topicFilter(MOTION).repeat(1_000), "InvalidFilterFault"],
    ["content of a hundred thousand characters", contentFilter("boolean(".repeat(12_500)), CONTENT],
    [
      "content nested too deep",
      contentFilter(`${"not(".repeat(1_000)}boolean(//tt:SimpleItem)${")".repeat(1_000)}`),
      CONTENT,
    ],
    ["parentheses that do not close", contentFilter("(".repeat(8_000)), CONTENT],
    ["an unknown function", contentFilter('contains(//tt:SimpleItem/@Value, "x")'), CONTENT],
    ["a function of XPath within", contentFilter('boolean(//tt:SimpleItem[starts-with(@Name, "S")])'), CONTENT],
    ["a count", contentFilter("count(//tt:SimpleItem) > 0"), CONTENT],
    ["a call to the outside", contentFilter('document("file:///etc/passwd")'), CONTENT],
    ["other elements", contentFilter('boolean(//tt:Message[@UtcTime="x"])'), CONTENT],
    ["another attribute", contentFilter('boolean(//tt:SimpleItem[@Other="x"])'), CONTENT],
    ["a prefix that is not bound", contentFilter('boolean(//nobody:SimpleItem[@Name="State"])'), CONTENT],
    [
      "more namespaces than there is room for",
      `<wsnt:TopicExpression Dialect="x" ${many(1_100, (n) => `xmlns:n${n}="urn:${n}" `)}>n1:a</wsnt:TopicExpression>`,
      "Sender WellFormed",
    ],
    [
      "thousands of namespaces in each other",
      `${many(2_000, (n) => `<n${n}:e xmlns:n${n}="urn:${n}">`)}${many(2_000, (n) => `</n${1_999 - n}:e>`)}`,
      "Sender WellFormed",
    ],
  ])("refused: %s", async (_, filter, fault) => {
    expect(await answered(createRequest(filter))).toBe(fault);
    expect(await answered(subscribeRequest(CONSUMER, filter))).toBe(fault);
  });

  it("taken with sixteen expressions, of which each has to be fulfilled", async () => {
    expect(await answered(createRequest(topicFilter(MOTION).repeat(16)))).toBeUndefined();
    expect(await answered(createRequest(topicFilter(MOTION) + topicFilter("tns1:Monitoring//.")))).toBe(
      "TopicNotSupportedFault",
    );
  });
});
