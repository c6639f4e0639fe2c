import { describe, expect, it } from "vitest";
import { type FleetOnHost, forFakeHost, hostWithFiles, startOn } from "../support/a-fleet.js";
import { CAMERA_ADDRESS, CameraClient, textsOf } from "../support/camera-client.js";
import { fakeHost } from "../support/fake-host.js";
import { connectText } from "../support/text-client.js";

const OTHER = "192.0.2.11";

/** A computer with two addresses of one network, each on an interface of its own. */
const cameraWithTwo = (): Promise<FleetOnHost> =>
  startOn(hostWithFiles(forFakeHost(), fakeHost({ addresses: [CAMERA_ADDRESS, OTHER] })));

const set = async ({ host }: FleetOnHost, token: string, content: string): Promise<string | undefined> => {
  const request = `<tds:InterfaceToken>${token}</tds:InterfaceToken><tds:NetworkInterface>${content}</tds:NetworkInterface>`;
  return textsOf(await new CameraClient(host).call("SetNetworkInterfaces", request), "RebootNeeded")[0];
};
const manual = (address: string): string =>
  `<tt:IPv4><tt:Enabled>true</tt:Enabled><tt:Manual><tt:Address>${address}</tt:Address><tt:PrefixLength>24</tt:PrefixLength></tt:Manual><tt:DHCP>false</tt:DHCP></tt:IPv4>`;

/** Whether HTTP and RTSP are there at an address. */
async function answers({ host }: FleetOnHost, address: string): Promise<readonly boolean[]> {
  const { net } = fakeHost({ network: host.network, addresses: ["192.0.2.79"] });
  const taken: boolean[] = [];
  for (const port of [8000, 8554]) {
    await using client = await connectText(net, address, port, host.clock);
    await host.clock.settle();
    taken.push(!client.ended);
  }
  return taken;
}

/** The addresses that the Hellos of the next 500 ms tell. */
async function helloed({ host }: FleetOnHost, act: () => Promise<unknown>): Promise<readonly string[]> {
  // What was said before is repeated for a while.
  await host.clock.advance(500);
  const from = host.network.datagrams.length;
  await act();
  await host.clock.advance(500);
  const texts = host.network.datagrams.slice(from).map(({ data }) => data.toString());
  const hosts = texts
    .filter((text) => text.includes("Hello>"))
    .flatMap((text) => [...text.matchAll(/http:\/\/([0-9.]+):8000/g)].map(([, address = ""]) => address));
  return [...new Set(hosts)].toSorted();
}

describe("SetNetworkInterfaces", () => {
  it("turns an interface off: the camera is no longer reached there, nor found", async () => {
    await using scene = await cameraWithTwo();
    expect(await answers(scene, OTHER)).toEqual([true, true]);
    const { net } = fakeHost({ network: scene.host.network, addresses: ["192.0.2.79"] });
    await using there = await connectText(net, OTHER, 8000, scene.host.clock);
    const told = await helloed(scene, async () => {
      expect(await set(scene, "eth1", "<tt:Enabled>false</tt:Enabled>")).toBe("false");
    });
    expect(told).toEqual(["127.0.0.1", CAMERA_ADDRESS]);
    expect(await answers(scene, OTHER)).toEqual([false, false]);
    expect(await answers(scene, CAMERA_ADDRESS)).toEqual([true, true]);
    expect(there.ended).toBe(false);
    await scene.host.clock.advance(1_000);
    expect(there.ended).toBe(true);
  });

  it("with an address that the computer has not is kept, told after a restart, and locks nobody out", async () => {
    await using scene = await cameraWithTwo();
    const address = async (): Promise<readonly string[]> =>
      textsOf(await new CameraClient(scene.host).call("GetNetworkInterfaces"), "Address");
    expect(await set(scene, "eth0", manual("192.0.2.99"))).toBe("true");
    expect(await address()).toEqual([CAMERA_ADDRESS, OTHER]);
    await new CameraClient(scene.host).call("SystemReboot");
    await scene.host.clock.advance(7_000);
    expect(await address()).toEqual(["192.0.2.99", OTHER]);
    expect(await answers(scene, CAMERA_ADDRESS)).toEqual([true, true]);
  });

  it("and SetDNS are understood as libonvif writes them, unless the camera is strict", async () => {
    const address = "<tt:Manual><tt:Address>192.0.2.10</tt:Address><tt:PrefixLength>24</tt:PrefixLength></tt:Manual>";
    const ip =
      "<tt:InterfaceToken>eth0</tt:InterfaceToken><tt:NetworkInterface><tt:IPv4><tt:DHCP>false</tt:DHCP>" +
      `${address}</tt:IPv4></tt:NetworkInterface>`;
    const dns = "<tds:DNSManual><tt:Type>IPv4</tt:Type><tt:IPv4Address>192.0.2.53</tt:IPv4Address></tds:DNSManual>";
    await using scene = await cameraWithTwo();
    const client = new CameraClient(scene.host);
    expect(textsOf(await client.call("SetNetworkInterfaces", ip), "RebootNeeded")).toEqual(["false"]);
    await client.call("SetDNS", dns);
    const told = await client.call("GetDNS");
    expect([textsOf(told, "FromDHCP"), textsOf(told, "IPv4Address")]).toEqual([["false"], ["192.0.2.53"]]);
    await expect(client.call("SetDNS", "")).rejects.toThrow("InvalidArgs");
    await using strict = await startOn(hostWithFiles(forFakeHost({ onvif: { strict: "1" } })));
    for (const [operation, content] of [
      ["SetNetworkInterfaces", ip],
      ["SetDNS", dns],
    ] as const)
      await expect(new CameraClient(strict.host).call(operation, content)).rejects.toThrow("InvalidArgs");
  });

  it("lasts over a restart of the program, member by member", async () => {
    const scene = await cameraWithTwo();
    const link =
      "<tt:Link><tt:AutoNegotiation>false</tt:AutoNegotiation><tt:Speed>100</tt:Speed><tt:Duplex>Half</tt:Duplex></tt:Link>";
    await set(scene, "eth0", `${link}<tt:MTU>1400</tt:MTU><tt:IPv4><tt:DHCP>true</tt:DHCP></tt:IPv4>`);
    await set(scene, "eth1", "<tt:Enabled>false</tt:Enabled>");
    const told = async (one: FleetOnHost): Promise<readonly string[]> => {
      const answer = await new CameraClient(one.host).call("GetNetworkInterfaces");
      return ["Enabled", "MTU", "Speed", "Duplex", "DHCP", "Address"].flatMap((name) => textsOf(answer, name));
    };
    const before = await told(scene);
    expect(before).toEqual([
      "true",
      "true",
      "false",
      "true",
      "1400",
      "100",
      "100",
      "Half",
      "Half",
      "true",
      "false",
      CAMERA_ADDRESS,
      OTHER,
    ]);
    await scene[Symbol.asyncDispose]();
    await using again = await startOn(scene.host);
    expect(await told(again)).toEqual(before);
    expect(await answers(again, OTHER)).toEqual([false, false]);
  });
});
