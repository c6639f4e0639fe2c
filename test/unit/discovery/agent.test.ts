import { describe, expect, it } from "vitest";
import { type Discoverable, DiscoveryAgent } from "#discovery/agent";
import { silentLogger } from "#util/log";
import { record } from "../../support/soap-oracle.js";
import { fakeNetwork } from "../../support/fake-host.js";

const dn = { prefix: "dn", uri: "http://www.onvif.org/ver10/network/wsdl" };
const camera = (uuid: string, isDiscoverable = true): Discoverable => ({
  isDiscoverable,
  endpointAt: (address) => ({
    address: `urn:uuid:${uuid}`,
    types: [{ namespace: dn, name: "NetworkVideoTransmitter" }],
    scopes: [],
    xaddrs: [`http://${address}:8000/onvif/device_service`],
    metadataVersion: 1,
  }),
});

const message = (body: string, id = "uuid:1"): Buffer =>
  Buffer.from(
    `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:n="${dn.uri}"><e:Header><w:MessageID>${id}</w:MessageID></e:Header><e:Body>${body}</e:Body></e:Envelope>`,
  );
const PROBE = message("<d:Probe><d:Types>n:NetworkVideoTransmitter</d:Types></d:Probe>");

async function scene() {
  const network = fakeNetwork();
  const device = network.host("192.0.2.10", "198.51.100.10");
  const client = network.host("192.0.2.77");
  const agent = new DiscoveryAgent(device.net, device.clock, device.entropy, silentLogger);
  await agent.start();
  const socket = await client.net.udp({ address: "192.0.2.77" });
  const listener = await client.net.udp({ address: "0.0.0.0", port: 3702, reuse: true });
  listener.addMembership("239.255.255.250", "192.0.2.77");
  const heard: string[] = [];
  const announced: string[] = [];
  const sequences: string[] = [];
  socket.onMessage((data) => {
    if (heard.length < 10) record("discovery-answer", data.toString());
    heard.push(data.toString());
  });
  listener.onMessage((data) => {
    const kind = /discovery\/(Hello|Bye)/.exec(data.toString())?.[1];
    if (kind !== undefined) record("discovery-announcement", data.toString());
    announced.push(kind ?? "other");
    const numbers = /InstanceId="(\d+)" MessageNumber="(\d+)"/.exec(data.toString())?.slice(1) ?? [];
    sequences.push(numbers.join(" "));
  });
  const settle = (ms = 600): Promise<void> => network.clock.advance(ms);
  const ask = async (bytes: Uint8Array, to = "239.255.255.250"): Promise<string[]> => {
    heard.length = 0;
    socket.send(bytes, 3702, to);
    await settle();
    return [...heard];
  };
  const close = async (): Promise<void> => {
    await agent.close();
    await socket.close();
    await listener.close();
  };
  return { agent, socket, heard, announced, sequences, ask, settle, [Symbol.asyncDispose]: close };
}

describe("DiscoveryAgent", () => {
  it("answers a multicast probe with the address on the prober's network", async () => {
    await using s = await scene();
    s.agent.add(camera("a"));
    const answers = await s.ask(PROBE);
    expect(answers).toHaveLength(1);
    expect(answers[0]).toContain("http://192.0.2.10:8000/");
    expect(answers[0]).toContain("<a:RelatesTo>uuid:1</a:RelatesTo>");
  });

  it("answers a unicast probe", async () => {
    await using s = await scene();
    s.agent.add(camera("a"));
    expect(await s.ask(PROBE, "192.0.2.10")).toHaveLength(1);
  });

  it("answers for each camera that it has, and not for those that are not discoverable", async () => {
    await using s = await scene();
    s.agent.add(camera("a"));
    s.agent.add(camera("b"));
    s.agent.add(camera("hidden", false));
    const answers = new Set((await s.ask(PROBE)).map((text) => /urn:uuid:\w+(?=<\/a:Address>)/.exec(text)?.[0]));
    expect([...answers].toSorted((one = "", other = "") => one.localeCompare(other))).toEqual([
      "urn:uuid:a",
      "urn:uuid:b",
    ]);
  });

  it("answers a probe once though it is sent twice, and again when it is asked anew", async () => {
    await using s = await scene();
    s.agent.add(camera("a"));
    s.socket.send(PROBE, 3702, "239.255.255.250");
    expect(await s.ask(PROBE)).toHaveLength(1);
    expect(await s.ask(message("<d:Probe/>", "uuid:2"))).toHaveLength(1);
  });

  it("numbers what it announces, the repetitions as the first (client rule 36)", async () => {
    await using s = await scene();
    const entry = s.agent.add(camera("a"));
    await s.settle();
    entry.changed();
    await s.settle();
    await entry.close();
    await s.settle();
    expect(s.announced).toEqual(["Hello", "Hello", "Hello", "Hello", "Bye"]);
    const [first, again, second, , bye] = s.sequences.map((text) => text.split(" ").map(Number));
    expect(again).toEqual(first);
    expect([second?.[0], bye?.[0]]).toEqual([first?.[0], first?.[0]]);
    expect(second?.[1]).toBeGreaterThan(first?.[1] ?? Infinity);
    expect(bye?.[1]).toBeGreaterThan(second?.[1] ?? Infinity);
  });

  it("resolves its own endpoint and no other (client rule 36)", async () => {
    await using s = await scene();
    s.agent.add(camera("a"));
    const resolve = (id: string): Buffer =>
      message(
        `<d:Resolve><w:EndpointReference><w:Address>urn:uuid:${id}</w:Address></w:EndpointReference></d:Resolve>`,
        id,
      );
    expect((await s.ask(resolve("a")))[0]).toContain("ResolveMatch");
    expect(await s.ask(resolve("z"))).toEqual([]);
  });

  it("says Hello when a camera comes and changes, and Bye when it goes", async () => {
    await using s = await scene();
    const entry = s.agent.add(camera("a"));
    await s.settle();
    expect(s.announced).toEqual(["Hello", "Hello"]);
    entry.changed();
    await s.settle();
    expect(s.announced).toHaveLength(4);
    await entry.close();
    await s.settle();
    expect(s.announced.slice(4)).toEqual(["Bye"]);
    expect(await s.ask(PROBE)).toEqual([]);
  });

  it("is silent on what is not a probe", async () => {
    await using s = await scene();
    s.agent.add(camera("a"));
    for (const bytes of [Buffer.alloc(0), Buffer.from("<"), Buffer.alloc(60_000, 0x3c), PROBE.subarray(0, 200)])
      expect(await s.ask(bytes)).toEqual([]);
    expect(await s.ask(PROBE)).toHaveLength(1);
  });

  it("does not answer a flood without bound", async () => {
    await using s = await scene();
    s.agent.add(camera("a"));
    for (let n = 0; n < 2000; n++) s.socket.send(message("<d:Probe/>", `uuid:f${n}`), 3702, "239.255.255.250");
    await s.settle(400);
    expect(s.heard.length).toBeLessThanOrEqual(500);
  });
});
