import { describe, expect, it } from "vitest";
import { readXml } from "#xml/reader";
import type { XmlElement } from "#xml/tree";
import { aFleet, CFG_FOLDER } from "../support/a-fleet.js";
import { CAMERA_ADDRESS, CameraClient, textsOf } from "../support/camera-client.js";
import { connectText } from "../support/text-client.js";
import type { FakeHost } from "../support/fake-host.js";
import { envelopeOf } from "../support/soap.js";

const EVENT_SERVICE = "/onvif/event_service";
const MOTION =
  '<tev:Filter><wsnt:TopicExpression Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">' +
  "tns1:VideoSource/MotionAlarm</wsnt:TopicExpression></tev:Filter>";
const PULL =
  "<tev:PullMessages><tev:Timeout>PT60S</tev:Timeout><tev:MessageLimit>100</tev:MessageLimit></tev:PullMessages>";

async function post(client: CameraClient, target: string, body: string) {
  const reply = await client.request(target, { method: "POST", body: envelopeOf(body) });
  return { status: reply.status, answer: bodyOf(reply.body.toString()) };
}

function bodyOf(envelope: string): XmlElement {
  const [body] = readXml(envelope).child("Body")?.children ?? [];
  if (!body) throw new Error("an answer without a body");
  return body;
}

/** The path of a new pull point for the motion alarm, whose first state has been pulled. */
async function pullPoint(client: CameraClient): Promise<string> {
  const create = `<tev:CreatePullPointSubscription>${MOTION}</tev:CreatePullPointSubscription>`;
  const { answer } = await post(client, EVENT_SERVICE, create);
  const { pathname } = new URL(textsOf(answer, "Address")[0] ?? "");
  await post(client, pathname, PULL);
  return pathname;
}

/** What the items named State say in the messages of an answer. */
const statesIn = (answer: XmlElement): string[] =>
  answer.children.flatMap((holder) =>
    (holder.child("Message")?.child("Message")?.child("Data")?.children ?? []).map(
      (item) => item.attribute("Value") ?? "",
    ),
  );

const silent = { simulate_enable: "0" };

describe("events through the web server", () => {
  it("come to a pull that waits, as the simulation makes motion come and go", async () => {
    await using scene = await aFleet({ onvif: { simulate_interval: "7" } });
    const client = new CameraClient(scene.host);
    const path = await pullPoint(client);
    const states: string[] = [];
    for (let pulls = 0; pulls < 3; pulls++)
      states.push((await pulledAfter(scene.host, client, path, 7_000)).states.join(" "));
    // The shipped configuration has a video source for each of its two sizes.
    expect(states).toEqual(["true true", "false false", "true true"]);
  });

  it("do not come from themselves where the simulation is off", async () => {
    await using scene = await aFleet({ onvif: silent });
    const client = new CameraClient(scene.host);
    const path = await pullPoint(client);
    const { head, states } = await pulledAfter(scene.host, client, path, 60_000);
    expect(head).toContain(" 200 ");
    expect(states).toEqual([]);
  });

  it("are no reason to keep state", async () => {
    await using scene = await aFleet({ onvif: { simulate_interval: "1" } });
    await pullPoint(new CameraClient(scene.host));
    await scene.host.clock.advance(10_000);
    expect(scene.host.files.text(`${CFG_FOLDER}/onvifrun.cfg`)).toBeUndefined();
  });

  it("wait for a client that has lost its connection, which may pull again at once", async () => {
    await using scene = await aFleet({ onvif: silent });
    const client = new CameraClient(scene.host);
    const path = await pullPoint(client);
    await pulledAfter(scene.host, client, path, 1_000, { goes: true });
    await scene.host.clock.settle();
    expect((await pulledAfter(scene.host, client, path, 60_000)).head).toContain(" 200 ");
  });

  it("live as long as renew_interval says when their client says nothing", async () => {
    await using scene = await aFleet({ onvif: { ...silent, renew_interval: "20" } });
    const client = new CameraClient(scene.host);
    const path = await pullPoint(client);
    // The pull of 60 s that came first has given it a minute.
    await scene.host.clock.advance(59_000);
    expect(
      (await post(client, path, "<wsnt:Renew><wsnt:TerminationTime>PT20S</wsnt:TerminationTime></wsnt:Renew>")).status,
    ).toBe(200);
    await scene.host.clock.advance(20_000);
    expect((await post(client, path, "<wsnt:Unsubscribe/>")).status).toBe(500);
  });
});

/** A PullMessages whose answer is read when so much time has gone by; none is waited for where the client goes then. */
async function pulledAfter(
  camera: FakeHost,
  client: CameraClient,
  path: string,
  ms: number,
  options: { readonly goes?: boolean } = {},
): Promise<{ readonly head: string; readonly states: readonly string[] }> {
  await using connection = await connectText(client.host.net, CAMERA_ADDRESS, 8000, camera.clock);
  const body = envelopeOf(PULL);
  connection.send(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  await camera.clock.advance(ms);
  if (options.goes) return { head: "", states: [] };
  const reply = await connection.message();
  return { head: reply.head, states: statesIn(bodyOf(reply.body.toString())) };
}
