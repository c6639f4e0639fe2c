import { EventPortType } from "#onvif/schema/events/event-port-type";
import { CameraClient, textsOf } from "./camera-client.js";
import { topicFilter } from "./event-client.js";
import type { FakeHost } from "./fake-host.js";
import { envelopeOf } from "./soap.js";

/** The `Status` that a new pull point of the camera on a host gets told first of a property; undefined if nothing comes. */
export async function toldStatus(host: FakeHost, topic: string): Promise<string | undefined> {
  const client = new CameraClient(host);
  const filter = `<tev:Filter>${topicFilter(topic)}</tev:Filter>`;
  const created = await client.call("CreatePullPointSubscription", filter, { service: EventPortType });
  const { pathname } = new URL(textsOf(created, "Address")[0] ?? "");
  const content = "<tev:Timeout>PT0S</tev:Timeout><tev:MessageLimit>1</tev:MessageLimit>";
  const body = envelopeOf(`<tev:PullMessages>${content}</tev:PullMessages>`);
  const pulled = await client.request(pathname, { method: "POST", body });
  return /Name="Status" Value="([^"]*)"/.exec(pulled.body.toString())?.[1];
}
