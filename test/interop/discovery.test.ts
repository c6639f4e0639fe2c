import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readXml } from "#xml/reader";
import { textsOf } from "../support/camera-client.js";
import { CameraProcess, type CfgChanges, cfgFolder } from "../support/camera-process.js";
import { DatagramPeer, type Heard } from "../support/datagram-peer.js";
import { NetworkNamespace } from "../support/namespace.js";
import { needs } from "../support/needs.js";

const WSD = "239.255.255.250,3702";
const WSD_6 = "ff02::c,3702";
const SSDP = "239.255.255.250,1900";

const DIALECTS = {
  "2005/04": ["http://schemas.xmlsoap.org/ws/2005/04/discovery", "http://schemas.xmlsoap.org/ws/2004/08/addressing"],
  "1.1": ["http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01", "http://www.w3.org/2005/08/addressing"],
} as const;
type Dialect = keyof typeof DIALECTS;

const message = (dialect: Dialect, id: string, body: string): string => {
  const [discovery, addressing] = DIALECTS[dialect];
  return `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="${addressing}" xmlns:d="${discovery}" xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><e:Header><w:MessageID>${id}</w:MessageID></e:Header><e:Body>${body}</e:Body></e:Envelope>`;
};
const probe = (dialect: Dialect, id: string, content = ""): string =>
  message(dialect, id, `<d:Probe>${content}</d:Probe>`);

/** A search of SSDP (UPnP Device Architecture 1.1 §1.3.2). */
const search = (target: string): string =>
  `M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: ${target}\r\n\r\n`;

/** What a discovery message says. */
const read = ({ text }: Heard) => {
  const envelope = readXml(text);
  const [body] = envelope.child("Body")?.children ?? [];
  return {
    kind: body?.name,
    namespace: body?.namespace,
    relatesTo: textsOf(envelope, "RelatesTo")[0],
    endpoint: textsOf(envelope, "Address").find((one) => one.startsWith("urn:uuid:")),
    xaddrs: textsOf(envelope, "XAddrs")[0]?.split(" ") ?? [],
    types: textsOf(envelope, "Types")[0],
    version: Number(textsOf(envelope, "MetadataVersion")[0]),
  };
};
const isKind = (kind: string) => (heard: Heard) => heard.text.includes(`:${kind}>`) || heard.text.includes(`:${kind} `);

/** A camera on its host, and who listens on the other one; the listener is there first. */
class Stage implements AsyncDisposable {
  camera: CameraProcess | undefined;

  private constructor(
    readonly net: NetworkNamespace,
    readonly peer: DatagramPeer,
    private readonly cfg: ReturnType<typeof cfgFolder>,
  ) {}

  static async open(changes: CfgChanges = {}): Promise<Stage> {
    const net = await NetworkNamespace.open();
    const peer = await DatagramPeer.open(net, [WSD, WSD_6, SSDP]);
    return new Stage(net, peer, cfgFolder({ ...changes, onvif: { ffmpeg: "none", ...changes.onvif } }));
  }

  async start(): Promise<void> {
    this.camera = await CameraProcess.start(this.cfg.folder, (program, args) =>
      this.net.spawn("camera", program, args),
    );
  }

  /** Ends the camera as a system does, and waits. */
  async stop(): Promise<void> {
    const { camera } = this;
    this.camera = undefined;
    await camera?.[Symbol.asyncDispose]();
  }

  /** What the client's host gets from an address of the camera. */
  async fetch(url: string, body?: string): Promise<string> {
    const script =
      "const [,url,body]=process.argv;fetch(url,body?{method:'POST',body}:{}).then(async(a)=>process.stdout.write(`${a.status} ${await a.text()}`))";
    const { stdout, stderr } = await this.net.run(process.execPath, [
      "-e",
      script,
      url,
      ...(body === undefined ? [] : [body]),
    ]);
    return stdout + stderr;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.peer[Symbol.asyncDispose]();
    await this.net[Symbol.asyncDispose]();
    this.cfg.remove();
  }
}

const missing = NetworkNamespace.missing();

describe.runIf(needs("discovery on a network", missing))("a camera on a network", () => {
  let stage: Stage;
  let endpoint = "";
  beforeAll(async () => {
    stage = await Stage.open();
    await stage.start();
    const hello = read(await stage.peer.hear((heard) => heard.at === "239.255.255.250" && isKind("Hello")(heard)));
    endpoint = hello.endpoint ?? "";
  });
  afterAll(async () => stage[Symbol.asyncDispose]());

  it("has said Hello with the endpoint that ONVIF tells (client rule 34)", async () => {
    expect(endpoint).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
    const body = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><GetEndpointReference xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>`;
    expect(await stage.fetch(`http://${stage.net.address}:8000/onvif/device_service`, body)).toContain(endpoint);
  });

  it.each<[Dialect, string, string]>([
    ["2005/04", "multicast", "239.255.255.250"],
    ["1.1", "multicast", "239.255.255.250"],
    ["2005/04", "unicast", "192.0.2.10"],
    ["1.1", "unicast", "192.0.2.10"],
  ])(
    "answers a probe of WS-Discovery %s by %s, once, in kind, from its own address (client rule 35)",
    async (dialect, way, to) => {
      const id = `urn:uuid:${dialect}-${way}`;
      stage.peer.forget();
      stage.peer.send(to, 3702, probe(dialect, id, "<d:Types>dn:NetworkVideoTransmitter</d:Types>"));
      const heard = await stage.peer.hear(({ at }) => at === "reply");
      expect(heard.from).toBe(stage.net.address);
      const answer = read(heard);
      expect(answer).toMatchObject({ kind: "ProbeMatches", namespace: DIALECTS[dialect][0], relatesTo: id, endpoint });
      expect(answer.xaddrs[0]).toBe(`http://${stage.net.address}:8000/onvif/device_service`);
      expect(answer.types).toMatch(/NetworkVideoTransmitter/);
      expect(answer.version).toBeGreaterThanOrEqual(1);
      expect((await stage.peer.during(600)).filter(({ at }) => at === "reply")).toEqual([]);
    },
  );

  it("tells an address where it really answers", async () => {
    stage.peer.send("239.255.255.250", 3702, probe("2005/04", "urn:uuid:where"));
    const { xaddrs } = read(await stage.peer.hear(({ at }) => at === "reply"));
    expect(await stage.fetch(xaddrs[0] ?? "")).toMatch(/^405 .*\?wsdl/);
  });

  it("answers over IPv6 with an IPv6 address", async ({ skip }) => {
    const { stdout } = await stage.net.run("ip", ["-6", "addr", "show", "dev", "eth0"]);
    if (!needs("IPv6 discovery", stdout.includes("fe80") ? undefined : "this computer has no IPv6")) skip();
    stage.peer.send("ff02::c", 3702, probe("2005/04", "urn:uuid:six"));
    const heard = await stage.peer.hear(({ at }) => at === "reply");
    expect(heard.from).toMatch(/^fe80:/);
    expect(read(heard)).toMatchObject({ kind: "ProbeMatches", relatesTo: "urn:uuid:six", endpoint });
    expect(read(heard).xaddrs[0]).toMatch(/^http:\/\/\[fe80:[0-9a-f:]+\]:8000\//);
  });

  it.each([
    ["no types", ""],
    ["another of its types", "<d:Types>tds:Device</d:Types>"],
    ["a scope", "<d:Scopes>onvif://www.onvif.org/location/virtual</d:Scopes>"],
    ["the beginning of a scope", "<d:Scopes>onvif://www.onvif.org/hardware</d:Scopes>"],
  ])("answers a probe for %s", async (name, content) => {
    const id = `urn:uuid:${name}`;
    stage.peer.send("239.255.255.250", 3702, probe("2005/04", id, content));
    expect(read(await stage.peer.hear(({ at }) => at === "reply")).relatesTo).toBe(id);
  });

  it.each([
    ["another type", probe("2005/04", "urn:uuid:t", "<d:Types>dn:Printer</d:Types>")],
    [
      "a scope that it has not",
      probe("2005/04", "urn:uuid:s", "<d:Scopes>onvif://www.onvif.org/location/moon</d:Scopes>"),
    ],
    [
      "somebody else's endpoint",
      message(
        "2005/04",
        "urn:uuid:r",
        "<d:Resolve><w:EndpointReference><w:Address>urn:uuid:0</w:Address></w:EndpointReference></d:Resolve>",
      ),
    ],
    ["nothing that can be read", "<e:Envelope"],
  ])("is silent on %s", async (_name, text) => {
    stage.peer.send("239.255.255.250", 3702, text);
    expect((await stage.peer.during(500)).filter(({ at }) => at === "reply")).toEqual([]);
  });

  it.each<Dialect>(["2005/04", "1.1"])("resolves its endpoint in WS-Discovery %s", async (dialect) => {
    const reference = `<d:Resolve><w:EndpointReference><w:Address>${endpoint}</w:Address></w:EndpointReference></d:Resolve>`;
    stage.peer.send("239.255.255.250", 3702, message(dialect, `urn:uuid:resolve-${dialect}`, reference));
    const answer = read(await stage.peer.hear(({ at }) => at === "reply"));
    expect(answer).toMatchObject({ kind: "ResolveMatches", namespace: DIALECTS[dialect][0], endpoint });
    expect(answer.xaddrs[0]).toBe(`http://${stage.net.address}:8000/onvif/device_service`);
  });

  it.each(["upnp:rootdevice", "ssdp:all", "urn:schemas-upnp-org:device:Basic:1"])(
    "answers a search of SSDP for %s with the address of its description",
    async (target) => {
      stage.peer.forget();
      stage.peer.send("239.255.255.250", 1900, search(target));
      const { text, from } = await stage.peer.hear(({ at }) => at === "reply");
      expect(from).toBe(stage.net.address);
      expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      const location = /^LOCATION: (\S+)/im.exec(text)?.[1] ?? "";
      expect(location).toBe(`http://${stage.net.address}:8000/upnp/description.xml`);
      const uuid = endpoint.replace("urn:", "");
      expect(text).toContain(`USN: ${uuid}`);
      const description = await stage.fetch(location);
      expect(description).toMatch(/^200 /);
      expect(description).toContain(`<UDN>${uuid}</UDN>`);
    },
  );

  it.each([
    ["a bracket that does not close", search("(")],
    ["a pattern that takes for ever", search(`${"(a*)*".repeat(20)}b`)],
    ["quotes without content", search('""')],
    ["very much", search("x".repeat(60_000))],
    ["no headers", "M-SEARCH * HTTP/1.1\r\n\r\n"],
    ["an answer nobody asked for", "HTTP/1.1 200 OK\r\nST: (\r\n\r\n"],
    ["names of members", "NOTIFY * HTTP/1.1\r\nNTS: constructor\r\n__proto__: 1\r\n\r\n"],
    ["zeros", "\0".repeat(1000)],
  ])("is not hurt by a search of SSDP for %s", async (_name, text) => {
    for (let times = 0; times < 3; times++) stage.peer.send("239.255.255.250", 1900, text);
    await stage.peer.during(200);
    stage.peer.send("239.255.255.250", 1900, search("upnp:rootdevice"));
    expect(
      (await stage.peer.hear(({ at, text: one }) => at === "reply" && one.includes("ST: upnp:rootdevice"))).text,
    ).toMatch(/200 OK/);
  });

  it("does not answer a flood of SSDP without bound", async () => {
    stage.peer.forget();
    const flood = stage.peer.during(1500);
    for (let times = 0; times < 1000; times++) stage.peer.send("239.255.255.250", 1900, search("upnp:rootdevice"));
    expect((await flood).filter(({ at }) => at === "reply").length).toBeLessThanOrEqual(300);
  });

  it("says Bye at SIGTERM, to SSDP as well, and Hello with the same endpoint at the next start (client rule 34)", async () => {
    stage.peer.forget();
    const { child } = stage.camera ?? {};
    const exit = child && once(child, "exit");
    child?.kill("SIGTERM");
    expect(
      read(await stage.peer.hear((heard) => heard.at === "239.255.255.250" && isKind("Bye")(heard))),
    ).toMatchObject({
      kind: "Bye",
      endpoint,
    });
    await stage.peer.hear(({ text }) => /^NOTIFY [^]*ssdp:byebye/.test(text));
    await exit;
    await stage.start();
    expect(read(await stage.peer.hear(isKind("Hello"))).endpoint).toBe(endpoint);
    await stage.peer.hear(({ text }) => /^NOTIFY [^]*ssdp:alive/.test(text));
  });
});

describe.runIf(needs("discovery of a camera that listens on one address", missing))(
  "a camera that listens on one address",
  () => {
    it("is found there by WS-Discovery and SSDP", async () => {
      await using stage = await Stage.open({ onvif: { server_ip: "192.0.2.10" } });
      await stage.start();
      const hello = read(await stage.peer.hear(isKind("Hello")));
      expect(hello.xaddrs[0]).toBe("http://192.0.2.10:8000/onvif/device_service");
      stage.peer.send("239.255.255.250", 3702, probe("2005/04", "urn:uuid:one"));
      expect(read(await stage.peer.hear(({ at }) => at === "reply")).xaddrs[0]).toBe(hello.xaddrs[0]);
      stage.peer.send("239.255.255.250", 1900, search("ssdp:all"));
      const { text } = await stage.peer.hear((heard) => heard.at === "reply" && heard.text.startsWith("HTTP/1.1"));
      expect(text).toContain("http://192.0.2.10:8000/upnp/description.xml");
    });

    it("starts without SSDP, and says so, where another program keeps its port to itself", async () => {
      await using stage = await Stage.open();
      const keep = `require("node:dgram").createSocket({type:"udp4"}).bind(1900,()=>console.log("kept"))`;
      const keeper = stage.net.spawn("camera", process.execPath, ["-e", keep]);
      if (keeper.stdout) await once(keeper.stdout, "data");
      await stage.start();
      expect(stage.camera?.summary).toMatch(/WARN +onvif SSDP is not announced/);
      expect(read(await stage.peer.hear(isKind("Hello"))).kind).toBe("Hello");
      const exit = stage.camera && once(stage.camera.child, "exit");
      stage.camera?.child.kill("SIGTERM");
      expect(await exit).toEqual([0, null]);
      keeper.kill();
    });

    it("is not found with discovery_enable 0 and ssdp_enable 0", async () => {
      await using stage = await Stage.open({ onvif: { discovery_enable: "0", ssdp_enable: "0" } });
      const all = stage.peer.during(4000);
      await stage.start();
      stage.peer.send("239.255.255.250", 3702, probe("2005/04", "urn:uuid:off"));
      stage.peer.send("239.255.255.250", 1900, search("ssdp:all"));
      const heard = (await all).filter(({ from }) => from === stage.net.address);
      expect(heard).toEqual([]);
    });
  },
);
