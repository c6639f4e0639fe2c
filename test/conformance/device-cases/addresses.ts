import { expect } from "vitest";
import { type FleetOnHost, forFakeHost, hostWithFiles, startOn } from "../../support/a-fleet.js";
import { CameraClient, textsOf } from "../../support/camera-client.js";
import { fakeHost } from "../../support/fake-host.js";
import type { XmlElement } from "#xml/tree";
import { restarted } from "./restarted.js";

/** Base, chapter IP Configuration, and what of Network needs a restart. */

const camera = (...addresses: readonly string[]): Promise<FleetOnHost> =>
  startOn(hostWithFiles(forFakeHost(), fakeHost({ addresses })));

const interfaces = async ({ host }: FleetOnHost): Promise<readonly XmlElement[]> =>
  (await new CameraClient(host).call("GetNetworkInterfaces")).children;

/** Sets an interface, restarts the camera if it says so, waits for its Hello, and gives the interface as it is then. */
async function configured(scene: FleetOnHost, token: string, content: string): Promise<XmlElement | undefined> {
  const { host } = scene;
  const client = new CameraClient(host);
  await host.clock.advance(500);
  const from = host.network.datagrams.length;
  const request = `<tds:InterfaceToken>${token}</tds:InterfaceToken><tds:NetworkInterface>${content}</tds:NetworkInterface>`;
  const answer = await client.call("SetNetworkInterfaces", request);
  if (textsOf(answer, "RebootNeeded")[0] === "true") {
    await client.call("SystemReboot");
    await restarted(scene);
  }
  await host.clock.advance(500);
  const hello = host.network.datagrams
    .slice(from)
    .map(({ data }) => data.toString())
    .find((text) => text.includes("Hello>"));
  expect(hello).toMatch(/Types>[^<]*NetworkVideoTransmitter/);
  expect(hello).toMatch(/XAddrs>http:\/\//);
  return (await interfaces(scene)).find((one) => one.attribute("token") === token);
}

const ipv4 = (content: string): string => `<tt:IPv4><tt:Enabled>true</tt:Enabled>${content}</tt:IPv4>`;
const manual = (address: string, prefix: number): string =>
  `<tt:Manual><tt:Address>${address}</tt:Address><tt:PrefixLength>${prefix}</tt:PrefixLength></tt:Manual>`;
const ipv6 = (content: string): string =>
  `<tt:Enabled>true</tt:Enabled><tt:IPv6><tt:Enabled>true</tt:Enabled>${content}</tt:IPv6>`;
const noIpv6 = "<tt:IPv6><tt:Enabled>false</tt:Enabled></tt:IPv6>";

/** Texts of the elements on a way down. */
const at = (element: XmlElement | undefined, ...[name, ...rest]: readonly string[]): readonly string[] => {
  if (!element || name === undefined) return element ? [element.text] : [];
  return element.children.filter((child) => child.name === name).flatMap((child) => at(child, ...rest));
};

export const addressCases: Readonly<Record<string, () => Promise<void>>> = {
  "DEVICE-2-1-18 set interfaces: IPv4": async () => {
    for (const isThere of [true, false]) {
      // The client goes on at 192.0.2.10, be it the old address or the new one.
      await using scene = await camera(...(isThere ? ["192.0.2.11"] : []), "192.0.2.10");
      const [old, other] = isThere ? ["192.0.2.11", "192.0.2.10"] : ["192.0.2.10", "192.0.2.11"];
      const set = ipv4(`${manual(other, 24)}<tt:DHCP>false</tt:DHCP>`);
      const updated = await configured(scene, "eth0", set);
      expect(at(updated, "IPv4", "Enabled")).toEqual(["true"]);
      expect(at(updated, "IPv4", "Config", "Manual", "Address")).toEqual([other]);
      expect(at(updated, "IPv4", "Config", "DHCP")).toEqual(["false"]);
      const before = ipv4(`${manual(old, 24)}<tt:DHCP>false</tt:DHCP>`);
      expect(at(await configured(scene, "eth0", before), "IPv4", "Config", "Manual", "Address")).toEqual([old]);
    }
  },

  "DEVICE-2-1-19 set interfaces: IPv6": async () => {
    await using scene = await camera("192.0.2.10", "2001:db8::10");
    const set = ipv6(`${manual("2001:1:1:1:1:1:1:1", 64)}<tt:DHCP>Off</tt:DHCP>`);
    const updated = await configured(scene, "eth1", set);
    expect(at(updated, "IPv6", "Enabled")).toEqual(["true"]);
    expect(at(updated, "IPv6", "Config", "Manual", "Address")).toEqual(["2001:1:1:1:1:1:1:1"]);
    expect(at(updated, "IPv6", "Config", "DHCP")).toEqual(["Off"]);
  },

  "IPCONFIG-1-1-3 IPv4: DHCP": async () => {
    await using scene = await camera("192.0.2.10");
    const byHand = ipv4(`${manual("192.0.2.11", 24)}<tt:DHCP>false</tt:DHCP>`) + noIpv6;
    await configured(scene, "eth0", byHand);
    const updated = await configured(scene, "eth0", ipv4("<tt:DHCP>true</tt:DHCP>") + noIpv6);
    expect(at(updated, "IPv4", "Enabled")).toEqual(["true"]);
    expect(at(updated, "IPv4", "Config", "FromDHCP", "Address")).toEqual(["192.0.2.10"]);
    expect(at(updated, "IPv4", "Config", "DHCP")).toEqual(["true"]);
  },

  "IPCONFIG-1-1-5 IPv4: link-local address": async () => {
    await using scene = await camera("192.0.2.10");
    const client = new CameraClient(scene.host);
    const token = (await interfaces(scene))[0]?.attribute("token") ?? "";
    const zero = async () => (await client.call("GetZeroConfiguration")).children[0];
    const set = (enabled: string): Promise<XmlElement> =>
      client.call(
        "SetZeroConfiguration",
        `<tds:InterfaceToken>${token}</tds:InterfaceToken><tds:Enabled>${enabled}</tds:Enabled>`,
      );
    const initial = await zero();
    await set("true");
    await scene.host.clock.advance(5_000);
    const updated = await zero();
    expect(at(updated, "Enabled")).toEqual(["true"]);
    expect(at(updated, "InterfaceToken")).toEqual([token]);
    expect(at(updated, "Addresses")).toEqual([expect.stringMatching(/^169\.254\./)]);
    await set(at(initial, "Enabled")[0] ?? "");
    expect(at(await zero(), "Enabled")).toEqual(at(initial, "Enabled"));
  },

  "IPCONFIG-2-1-2 IPv6: router advertisements": async () => {
    await using scene = await camera("192.0.2.10", "2001:db8::10");
    const set = ipv6("<tt:AcceptRouterAdvert>true</tt:AcceptRouterAdvert><tt:DHCP>Off</tt:DHCP>");
    const updated = await configured(scene, "eth1", set);
    expect(at(updated, "IPv6", "Config", "AcceptRouterAdvert")).toEqual(["true"]);
    expect(at(updated, "IPv6", "Config", "FromRA", "Address")).toEqual(["2001:db8::10"]);
    expect(at(updated, "IPv6", "Config", "DHCP")).toEqual(["Off"]);
  },

  "IPCONFIG-2-1-3 IPv6: neighbour discovery": async () => {
    await using scene = await camera("192.0.2.10", "fe80::10");
    const updated = await configured(scene, "eth1", ipv6("<tt:DHCP>Off</tt:DHCP>"));
    expect(at(updated, "IPv6", "Enabled")).toEqual(["true"]);
    expect(at(updated, "IPv6", "Config", "LinkLocal", "Address")).toEqual(["fe80::10"]);
    expect(at(updated, "IPv6", "Config", "DHCP")).toEqual(["Off"]);
  },

  "IPCONFIG-2-1-4 IPv6: DHCP": async () => {
    await using scene = await camera("192.0.2.10", "2001:db8::10");
    const updated = await configured(scene, "eth1", ipv6("<tt:DHCP>Stateful</tt:DHCP>"));
    expect(at(updated, "IPv6", "Config", "FromDHCP", "Address")).toEqual(["2001:db8::10"]);
    expect(at(updated, "IPv6", "Config", "DHCP")).toEqual(["Stateful"]);
  },
};
