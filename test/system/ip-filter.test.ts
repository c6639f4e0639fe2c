import { describe, expect, it } from "vitest";
import { aFleet, type FleetOnHost, startOn } from "../support/a-fleet.js";
import { CAMERA_ADDRESS, CameraClient, textsOf } from "../support/camera-client.js";
import { fakeHost } from "../support/fake-host.js";
import { logLines } from "../support/log-lines.js";
import { connectText, type TextClient } from "../support/text-client.js";
import type { Connection } from "#host/net";

const filter = (type: "Allow" | "Deny", ...networks: readonly string[]): string =>
  `<tds:IPAddressFilter><tt:Type>${type}</tt:Type>${networks
    .map((text) => text.split("/"))
    .map(
      ([address, prefix]) =>
        `<tt:IPv4Address><tt:Address>${address}</tt:Address><tt:PrefixLength>${prefix}</tt:PrefixLength></tt:IPv4Address>`,
    )
    .join("")}</tds:IPAddressFilter>`;

/** The client's own address. */
const OWN = "192.0.2.77";
const OTHER = "192.0.2.78";

const order = ({ host }: FleetOnHost, operation: string, content: string): Promise<unknown> =>
  new CameraClient(host).call(operation, content);

/** A connection from another host, which has said nothing yet. */
async function from({ host }: FleetOnHost, address: string, port: number): Promise<TextClient<Connection>> {
  const net = address.startsWith("127.") ? host.net : fakeHost({ network: host.network, addresses: [address] }).net;
  const client = await connectText(net, address.startsWith("127.") ? "127.0.0.1" : CAMERA_ADDRESS, port, host.clock);
  await host.clock.settle();
  return client;
}

/** The ports, of those that the camera has, where a connection from there is taken. */
async function open(scene: FleetOnHost, address: string): Promise<readonly number[]> {
  const found: number[] = [];
  for (const port of [8000, 8443, 8554, 8080]) {
    await using client = await from(scene, address, port);
    if (!client.ended) found.push(port);
  }
  return found;
}

const ALL = [8000, 8443, 8554, 8080];

describe("a filter of addresses", () => {
  it("closes the connections of others as they come, on HTTP, HTTPS, RTSP and the port for tunnels", async () => {
    await using scene = await aFleet();
    await order(scene, "SetIPAddressFilter", filter("Deny", `${OTHER}/32`));
    expect(await open(scene, OTHER)).toEqual([]);
    expect(await open(scene, "192.0.2.79")).toEqual(ALL);
    await order(scene, "RemoveIPAddressFilter", filter("Allow", `${OTHER}/32`));
    expect(await open(scene, OTHER)).toEqual(ALL);
  });

  it("sends away who is there already, the one who has set it too, after the answer", async () => {
    await using scene = await aFleet();
    await using web = await from(scene, OTHER, 8000);
    await using viewer = await from(scene, OTHER, 8554);
    viewer.send("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n");
    await viewer.message();
    await using welcome = await from(scene, "192.0.2.79", 8554);
    welcome.send("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n");
    await welcome.message();
    await order(scene, "SetIPAddressFilter", filter("Allow", "192.0.2.79/32"));
    expect([web.ended, viewer.ended]).toEqual([false, false]);
    await scene.host.clock.advance(1_100);
    expect([web.ended, viewer.ended, welcome.ended]).toEqual([true, true, false]);
    await expect(order(scene, "GetHostname", "")).rejects.toThrow();
    expect(await open(scene, "127.0.0.1")).toEqual([]);
  });

  it("is told in the log when it closes a connection, once for one that comes again", async () => {
    const { log, lines } = logLines();
    await using scene = await aFleet({}, log);
    await order(scene, "SetIPAddressFilter", filter("Deny", `${OTHER}/32`));
    await open(scene, OTHER);
    await open(scene, OTHER);
    const told = lines.filter((line) => line.includes("connection refused"));
    expect(told).toEqual([expect.stringContaining(`{"peer":"${OTHER}"}`)]);
  });

  it("leaves this computer a way in where <ip_filter_loopback> is 0", async () => {
    await using scene = await aFleet({ onvif: { ip_filter_loopback: "0" } });
    await order(scene, "SetIPAddressFilter", filter("Deny", "0.0.0.0/0"));
    expect(await open(scene, "127.0.0.1")).toEqual(ALL);
    expect(await open(scene, OWN)).toEqual([]);
  });

  it("is told, and lasts over a restart", async () => {
    const scene = await aFleet();
    await order(scene, "SetIPAddressFilter", filter("Allow", `${OWN}/32`));
    await order(scene, "AddIPAddressFilter", filter("Deny", "10.0.0.0/8"));
    await order(
      scene,
      "SetDynamicDNS",
      "<tds:Type>ClientUpdates</tds:Type><tds:Name>gate</tds:Name><tds:TTL>PT1H</tds:TTL>",
    );
    await scene[Symbol.asyncDispose]();
    await using again = await startOn(scene.host);
    const answer = await new CameraClient(again.host).call("GetIPAddressFilter");
    expect([textsOf(answer, "Type"), textsOf(answer, "Address"), textsOf(answer, "PrefixLength")]).toEqual([
      ["Allow"],
      [OWN, "10.0.0.0"],
      ["32", "8"],
    ]);
    expect(await open(again, OTHER)).toEqual([]);
    const dns = await new CameraClient(again.host).call("GetDynamicDNS");
    expect(["Type", "Name", "TTL"].flatMap((name) => textsOf(dns, name))).toEqual(["ClientUpdates", "gate", "PT1H"]);
  });
});
