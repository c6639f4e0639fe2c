import { expect } from "vitest";
import { aFleet, type FleetOnHost } from "../../support/a-fleet.js";
import { CAMERA_ADDRESS, CameraClient, textsOf } from "../../support/camera-client.js";
import { fakeHost } from "../../support/fake-host.js";
import { restarted } from "./restarted.js";

/** Base, chapters Device Discovery and Namespace Handling. */

const DISCOVERY = "http://schemas.xmlsoap.org/ws/2005/04/discovery";
const ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing";
const SOAP = "http://www.w3.org/2003/05/soap-envelope";
const NETWORK = "http://www.onvif.org/ver10/network/wsdl";
const GROUP = "239.255.255.250";
const ACTION = `${DISCOVERY}/Probe`;
const PREFIX = "onvif://www.onvif.org/";
const HALL = `${PREFIX}location/hall`;

const probe = (content: string): string =>
  `<s:Envelope xmlns:s="${SOAP}" xmlns:a="${ADDRESSING}" xmlns:d="${DISCOVERY}" xmlns:dn="${NETWORK}"><s:Header>` +
  `<a:MessageID>urn:uuid:1</a:MessageID><a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>` +
  `<a:Action>${ACTION}</a:Action></s:Header><s:Body><d:Probe>${content}</d:Probe></s:Body></s:Envelope>`;
const withTypes = (types: string, ...scopes: readonly string[]): string =>
  probe(`<d:Types>${types}</d:Types><d:Scopes>${scopes.join(" ")}</d:Scopes>`);

/** The same probe for video transmitters, its namespaces declared in the ways of Annex A.1. */
const spellings: Readonly<Record<string, string>> = {
  "DISCOVERY-2-1-1": `<Envelope xmlns="${SOAP}"><Header><MessageID xmlns="${ADDRESSING}">urn:uuid:1</MessageID><To xmlns="${ADDRESSING}">urn:schemas-xmlsoap-org:ws:2005:04:discovery</To><Action xmlns="${ADDRESSING}">${ACTION}</Action></Header><Body><Probe xmlns="${DISCOVERY}"><Types xmlns="${DISCOVERY}" xmlns:dn="${NETWORK}">dn:NetworkVideoTransmitter</Types></Probe></Body></Envelope>`,
  "DISCOVERY-2-1-2": `<Envelope xmlns="${SOAP}" xmlns:dn="${NETWORK}"><Header><MessageID xmlns="${ADDRESSING}">urn:uuid:1</MessageID><Action xmlns="${ADDRESSING}">${ACTION}</Action></Header><Body><Probe xmlns="${DISCOVERY}"><Types>dn:NetworkVideoTransmitter</Types></Probe></Body></Envelope>`,
  "DISCOVERY-2-1-3": `<pre1:Envelope xmlns:pre1="${SOAP}" xmlns:pre2="${ADDRESSING}" xmlns:pre3="${DISCOVERY}" xmlns:pre4="${NETWORK}"><pre1:Header><pre2:MessageID>urn:uuid:1</pre2:MessageID><pre2:Action>${ACTION}</pre2:Action></pre1:Header><pre1:Body><pre3:Probe><pre3:Types>pre4:NetworkVideoTransmitter</pre3:Types></pre3:Probe></pre1:Body></pre1:Envelope>`,
  "DISCOVERY-2-1-4": `<a1:Envelope xmlns:a1="${SOAP}" xmlns:a2="${SOAP}"><a2:Header><b1:MessageID xmlns:b1="${ADDRESSING}">urn:uuid:1</b1:MessageID><b2:Action xmlns:b2="${ADDRESSING}">${ACTION}</b2:Action></a2:Header><a1:Body><c1:Probe xmlns:c1="${DISCOVERY}" xmlns:c2="${DISCOVERY}"><c2:Types xmlns:n="${NETWORK}">n:NetworkVideoTransmitter</c2:Types></c1:Probe></a1:Body></a1:Envelope>`,
  "DISCOVERY-2-1-5": `<p:Envelope xmlns:p="${SOAP}"><p:Header><p:MessageID xmlns:p="${ADDRESSING}">urn:uuid:1</p:MessageID><p:Action xmlns:p="${ADDRESSING}">${ACTION}</p:Action></p:Header><p:Body><p:Probe xmlns:p="${DISCOVERY}"><p:Types xmlns:n="${NETWORK}">n:NetworkVideoTransmitter</p:Types></p:Probe></p:Body></p:Envelope>`,
};

/** Somebody who searches: takes a probe, and gives what the camera answers. */
async function aSearcher({ host }: FleetOnHost): Promise<(text: string, to?: string) => Promise<readonly string[]>> {
  const { net } = fakeHost({ network: host.network, addresses: ["192.0.2.80"] });
  const socket = await net.udp({ address: "192.0.2.80" });
  const answers: string[] = [];
  socket.onMessage((data) => answers.push(data.toString()));
  return async (text, to = GROUP) => {
    socket.send(Buffer.from(text), 3702, to);
    await host.clock.advance(1_000);
    return answers.splice(0);
  };
}

/** The announcements of a kind, by multicast, that go out meanwhile. */
async function announced({ host }: FleetOnHost, kind: "Hello" | "Bye", act: () => Promise<unknown>) {
  // What was said before is repeated for a while.
  await host.clock.advance(500);
  const from = host.network.datagrams.length;
  await act();
  const sent = host.network.datagrams.slice(from).filter(({ to }) => to.address === GROUP && to.port === 3702);
  return sent.map(({ data }) => data.toString()).filter((text) => text.includes(`${kind}>`));
}

const scopesOf = async ({ host }: FleetOnHost): Promise<readonly string[]> =>
  textsOf(await new CameraClient(host).call("GetScopes"), "ScopeItem");
const item = (name: string, uri: string): string => `<tds:${name}>${uri}</tds:${name}>`;
const mode = (value: string): string => `<tds:DiscoveryMode>${value}</tds:DiscoveryMode>`;

/** A ProbeMatch with all that a client needs (Core §7.3.2). */
async function complete(scene: FleetOnHost, answers: readonly string[]): Promise<void> {
  expect(answers).toHaveLength(1);
  const [text = ""] = answers;
  const [guid] = textsOf(await new CameraClient(scene.host).call("GetEndpointReference"), "GUID");
  expect(text).toContain(guid);
  expect(text).toMatch(/RelatesTo>urn:uuid:1</);
  expect(text).toMatch(/Types>[^<]*NetworkVideoTransmitter/);
  expect(text).toMatch(new RegExp(`XAddrs>http://${CAMERA_ADDRESS}:8000/onvif/device_service`));
  expect(text).toMatch(/MetadataVersion>[1-9]/);
  for (const scope of await scopesOf(scene)) expect(text).toContain(scope);
}

export const discoveryCases: Readonly<Record<string, () => Promise<void>>> = {
  "DISCOVERY-1-1-2 Hello": async () => {
    await using scene = await aFleet();
    const [hello = ""] = await announced(scene, "Hello", async () => {
      await new CameraClient(scene.host).call("SystemReboot");
      await restarted(scene);
    });
    expect(hello).toMatch(/EndpointReference>.*urn:uuid:/s);
    expect(hello).toMatch(/Types>[^<]*NetworkVideoTransmitter/);
    expect(hello).toMatch(/MetadataVersion>[1-9]/);
    for (const scope of await scopesOf(scene)) expect(hello).toContain(scope);
  },

  "DISCOVERY-1-1-3 search by types and scopes": async () => {
    await using scene = await aFleet();
    const search = await aSearcher(scene);
    for (const scope of await scopesOf(scene))
      await complete(scene, await search(withTypes("dn:NetworkVideoTransmitter", scope)));
  },

  "DISCOVERY-1-1-4 search with types and scopes omitted": async () => {
    await using scene = await aFleet();
    const search = await aSearcher(scene);
    await complete(scene, await search(probe("")));
    await complete(scene, await search(withTypes("")));
  },

  "DISCOVERY-1-1-5 invalid search": async () => {
    await using scene = await aFleet();
    const search = await aSearcher(scene);
    expect(await search(withTypes("dn:NetworkToaster"))).toEqual([]);
    expect(await search(withTypes("dn:NetworkVideoTransmitter", `${PREFIX}location/nowhere`))).toEqual([]);
  },

  "DISCOVERY-1-1-6 search by unicast": async () => {
    await using scene = await aFleet();
    const search = await aSearcher(scene);
    await complete(scene, await search(withTypes("dn:NetworkVideoTransmitter"), CAMERA_ADDRESS));
  },

  "DISCOVERY-1-1-8 Bye": async () => {
    await using scene = await aFleet();
    const byes = await announced(scene, "Bye", async () => {
      await new CameraClient(scene.host).call("SystemReboot");
      await restarted(scene);
    });
    expect(byes[0]).toMatch(/EndpointReference>.*urn:uuid:/s);
  },

  "DISCOVERY-1-1-9 discovery mode": async () => {
    await using scene = await aFleet();
    const search = await aSearcher(scene);
    const client = new CameraClient(scene.host);
    const now = async (): Promise<readonly string[]> => textsOf(await client.call("GetDiscoveryMode"), "DiscoveryMode");
    expect(await now()).toEqual(["Discoverable"]);
    await client.call("SetDiscoveryMode", mode("NonDiscoverable"));
    expect(await now()).toEqual(["NonDiscoverable"]);
    expect(await search(probe(""))).toEqual([]);
    for (const kind of ["Hello", "Bye"] as const) {
      const said = await announced(scene, kind, async () => {
        await client.call("SystemReboot");
        await restarted(scene);
      });
      expect(said).toEqual([]);
    }
    await client.call("SetDiscoveryMode", mode("Discoverable"));
    await complete(scene, await search(probe("")));
  },

  "DISCOVERY-1-1-11 scopes": async () => {
    await using scene = await aFleet();
    const search = await aSearcher(scene);
    const client = new CameraClient(scene.host);
    const hellos = async (operation: string, content: string): Promise<void> => {
      const said = await announced(scene, "Hello", () => client.call(operation, content));
      expect(said.length).toBeGreaterThan(0);
    };
    await hellos("SetScopes", item("Scopes", `${PREFIX}location/attic`));
    await hellos("AddScopes", item("ScopeItem", HALL));
    const forHall = withTypes("dn:NetworkVideoTransmitter", HALL);
    await complete(scene, await search(forHall));
    await hellos("RemoveScopes", item("ScopeItem", HALL));
    expect(await search(forHall)).toEqual([]);
  },

  ...Object.fromEntries(
    Object.entries(spellings).map(([id, text]) => [
      `${id} namespaces`,
      async () => {
        await using scene = await aFleet();
        const search = await aSearcher(scene);
        await complete(scene, await search(text));
      },
    ]),
  ),
};
