import { describe, expect, it } from "vitest";
import { aFleet, CFG_FOLDER, type FleetOnHost, forFakeHost, hostWithFiles, startOn } from "../support/a-fleet.js";
import { CAMERA_ADDRESS, CameraClient, textsOf } from "../support/camera-client.js";
import type { CfgChanges } from "../support/camera-process.js";
import { listenOn } from "../support/discovery-listener.js";
import { fakeHost, type FakeHost } from "../support/fake-host.js";
import { logLines } from "../support/log-lines.js";
import { envelopeOf } from "../support/soap.js";
import { connectText } from "../support/text-client.js";

const RUN_FILE = `${CFG_FOLDER}/onvifrun.cfg`;

const nameOf = async (host: FakeHost): Promise<string | undefined> =>
  textsOf(await new CameraClient(host).call("GetHostname"), "Name")[0];

const setName = (host: FakeHost, name: string): Promise<unknown> =>
  new CameraClient(host).call("SetHostname", `<tds:Name>${name}</tds:Name>`);

describe("the program", () => {
  it("serves what the shipped files describe", async () => {
    await using scene = await aFleet();
    expect(scene.fleet.summary.cameras).toEqual([
      {
        name: expect.stringMatching(/^onvifrtspserver Virtual Camera \([0-9A-F]{12}\)$/) as string,
        services: [
          `http://${CAMERA_ADDRESS}:8000/onvif/device_service`,
          `https://${CAMERA_ADDRESS}:8443/onvif/device_service`,
        ],
        streams: [
          { profile: "main", address: `rtsp://${CAMERA_ADDRESS}:8554/test.mp4` },
          { profile: "sub", address: `rtsp://${CAMERA_ADDRESS}:8554/test_640x480.mp4` },
        ],
        users: ["admin (Administrator)"],
        needsLogin: false,
      },
    ]);
    const client = new CameraClient(scene.host);
    expect(textsOf(await client.call("GetDeviceInformation"), "Model")).toEqual(["Virtual Camera"]);
  });

  it("tells the real ports where the files say 0", async () => {
    await using scene = await aFleet({ onvif: { http_port: "0", https_enable: "0" }, rtsp: { serverport: "0" } });
    const [camera] = scene.fleet.summary.cameras;
    const port = Number(new URL(camera?.services[0] ?? "").port);
    expect(port).toBeGreaterThan(1024);
    const client = new CameraClient(scene.host, port);
    const protocols = await client.call("GetNetworkProtocols");
    expect(textsOf(protocols, "Port")).toContain(String(port));
    const services = await client.call("GetServices", "<tds:IncludeCapability>false</tds:IncludeCapability>");
    expect(textsOf(services, "XAddr")[0]).toBe(`http://${CAMERA_ADDRESS}:${port}/onvif/device_service`);
    const stream = new URL((camera?.streams[0]?.address ?? "").replace("rtsp:", "http:"));
    expect(Number(stream.port)).toBeGreaterThan(1024);
  });

  it.each([
    ["tools/ffmpeg", "/cam/tools/ffmpeg"],
    ["/opt/ffmpeg", "/opt/ffmpeg"],
    ["ffmpeg7", "/usr/bin/ffmpeg7"],
  ])("finds the program of <ffmpeg> %s at %s, wherever it was started", async (ffmpeg, path) => {
    const host = hostWithFiles(forFakeHost({ onvif: { ffmpeg } }));
    host.processes.install(path, () => ({ stdout: "ffmpeg version 7.1 Copyright" }));
    const { log, lines } = logLines();
    await using _scene = await startOn(host, { log });
    expect(lines.join("\n")).toContain(`{"program":"${path}"`);
  });

  it("makes a certificate for HTTPS at the first start, its key for nobody else to read, and keeps it", async () => {
    const host = hostWithFiles(forFakeHost());
    const files = ["certificate.pem", "key.pem"].map((name) => `${CFG_FOLDER}/state/${name}`);
    const texts = (): readonly (string | undefined)[] => files.map((file) => host.files.text(file));
    await (await startOn(host))[Symbol.asyncDispose]();
    const made = texts();
    expect(made).toEqual([
      expect.stringMatching(/BEGIN CERTIFICATE/) as string,
      expect.stringMatching(/BEGIN PRIVATE KEY/) as string,
    ]);
    expect(files.map((file) => host.files.mode(file))).toEqual([0o644, 0o600]);
    await (await startOn(host))[Symbol.asyncDispose]();
    expect(texts()).toEqual(made);
  });

  it("shows people an address of the computer when it listens on all of them", async () => {
    for (const server_ip of ["0.0.0.0", "::"]) {
      await using scene = await aFleet({ onvif: { server_ip } });
      expect(scene.fleet.summary.cameras[0]?.services[0]).toBe(`http://${CAMERA_ADDRESS}:8000/onvif/device_service`);
    }
  });
});

describe("a start that fails", () => {
  /** The sentence that the start of such a program ends with; nothing is left open. */
  async function failure(host: FakeHost): Promise<string> {
    const { pendingTimers } = host.clock;
    const open = host.net.udpSockets.length;
    const error: unknown = await startOn(host).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    await host.clock.advance(60_000);
    expect(host.net.udpSockets).toHaveLength(open);
    expect(host.clock.pendingTimers).toBe(pendingTimers);
    return String(error);
  }

  const ports: readonly (readonly [number, string, string, CfgChanges])[] = [
    [8000, "http_port", "onvif.cfg", {}],
    [8443, "https_port", "onvif.cfg", {}],
    [8554, "serverport", "rtsp.cfg", {}],
    [8080, "http_port", "rtsp.cfg", {}],
    [8444, "https_port", "rtsp.cfg", {}],
  ];

  it.each(ports)(
    "because port %i is taken says so, with <%s> in %s, and closes everything",
    async (port, tag, file, changes) => {
      const host = hostWithFiles(forFakeHost(changes));
      const other = await host.net.listen({ port }, (connection) => connection.destroy());
      expect(await failure(host)).toBe(
        `CodedError: port ${port} is taken by another program; end that one, or change <${tag}> in ${file}`,
      );
      await other.close();
      await using scene = await startOn(host);
      expect(await nameOf(scene.host)).toMatch(/^camera-/);
    },
  );

  it.each<[string, string, string, CfgChanges]>([
    ["http_port", "onvif.cfg", "80", { onvif: { http_port: "80" } }],
    ["https_port", "onvif.cfg", "443", { onvif: { https_port: "443" } }],
    ["serverport", "rtsp.cfg", "554", { rtsp: { serverport: "554" } }],
  ])("because <%s> in %s needs rights says so", async (tag, file, port, changes) => {
    const host = hostWithFiles(forFakeHost(changes), fakeHost({ privileged: false }));
    expect(await failure(host)).toBe(
      `CodedError: port ${port} needs special rights (below 1024); change <${tag}> in ${file} to a higher one, or run as root`,
    );
  });

  it.each<[string, string, CfgChanges]>([
    ["server_ip", "onvif.cfg", { onvif: { server_ip: "198.51.100.1" } }],
    ["serverip", "rtsp.cfg", { rtsp: { serverip: "198.51.100.1" } }],
  ])("because this computer lacks the address of <%s> in %s says so", async (tag, file, changes) => {
    expect(await failure(hostWithFiles(forFakeHost(changes)))).toBe(
      `CodedError: this computer does not have the address to listen on; change <${tag}> in ${file}`,
    );
  });

  it("because of the certificate names the tags", async () => {
    const host = hostWithFiles(forFakeHost());
    host.files.set(
      `${CFG_FOLDER}/onvif.cfg`,
      (host.files.text(`${CFG_FOLDER}/onvif.cfg`) ?? "")
        .replace("<cert_file></cert_file>", "<cert_file>a.pem</cert_file>")
        .replace("<key_file></key_file>", "<key_file>b.pem</key_file>"),
    );
    host.files.set(`${CFG_FOLDER}/a.pem`, "nonsense");
    host.files.set(`${CFG_FOLDER}/b.pem`, "nonsense");
    expect(await failure(host)).toMatch(/^CodedError: <cert_file> and <key_file> in onvif\.cfg cannot be used: /);
  });

  it("leaves the kept state alone, with --defaults too", async () => {
    const host = hostWithFiles(forFakeHost());
    {
      await using scene = await startOn(host);
      await setName(scene.host, "one");
    }
    const kept = host.files.text(RUN_FILE);
    const other = await host.net.listen({ port: 8554 }, () => {});
    await expect(startOn(host, { defaults: true })).rejects.toThrow("port 8554");
    expect(host.files.text(RUN_FILE)).toBe(kept);
    await other.close();
  });
});

describe("who the camera is", () => {
  const identity = async ({ host }: FleetOnHost): Promise<readonly unknown[]> => {
    const client = new CameraClient(host);
    const information = await client.call("GetDeviceInformation");
    return [
      textsOf(information, "SerialNumber"),
      textsOf(await client.call("GetNetworkInterfaces"), "HwAddress")[0],
      textsOf(await client.call("GetEndpointReference"), "GUID"),
    ];
  };

  it("is the same after a restart: serial number, MAC address and endpoint UUID (client rules 33 and 34)", async () => {
    const host = hostWithFiles(forFakeHost());
    const first = await startOn(host);
    const before = await identity(first);
    await setName(host, "one");
    await first[Symbol.asyncDispose]();
    await using again = await startOn(host);
    expect(await identity(again)).toEqual(before);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ["come in another order", ["192.0.2.10", "198.51.100.10"], ["198.51.100.10", "192.0.2.10"]],
    ["come late", [CAMERA_ADDRESS], []],
  ])("stays when the computer's interfaces %s (client rule 33)", async (_name, before, after) => {
    const host = hostWithFiles(forFakeHost(), fakeHost({ addresses: before }));
    const first = await startOn(host);
    const { macAddress, serialNumber, endpointAddress } = first.fleet.cameras[0]?.device.identity ?? {};
    await first[Symbol.asyncDispose]();
    await using again = await startOn({ ...fakeHost({ addresses: after }), files: host.files });
    expect(again.fleet.cameras[0]?.device.identity).toMatchObject({ macAddress, serialNumber, endpointAddress });
  });

  it("is another one on a computer without interfaces too, and kept (client rule 33)", async () => {
    const identities = [];
    for (const seed of [1, 2]) {
      const host = hostWithFiles(forFakeHost(), fakeHost({ addresses: [], seed }));
      for (const _start of [1, 2]) {
        await using scene = await startOn(host);
        identities.push(scene.fleet.cameras[0]?.device.identity.endpointAddress);
      }
    }
    const [one, oneAgain, other, otherAgain] = identities;
    expect([oneAgain, otherAgain]).toEqual([one, other]);
    expect(one).not.toBe(other);
  });
});

describe("logging in", () => {
  it("is needed with need_auth 1 for all but what the standard leaves open", async () => {
    await using scene = await aFleet({ onvif: { need_auth: "1" } });
    const client = new CameraClient(scene.host);
    const ask = (operation: string) => ({ method: "POST", body: envelopeOf(`<tds:${operation}/>`) });
    const target = "/onvif/device_service";
    expect((await client.request(target, ask("GetSystemDateAndTime"))).status).toBe(200);
    expect((await client.request(target, ask("GetDeviceInformation"))).status).toBe(401);
    expect(
      (await client.digest(target, { username: "admin", password: "admin" }, ask("GetDeviceInformation"))).status,
    ).toBe(200);
    expect(
      (await client.digest(target, { username: "admin", password: "x" }, ask("GetDeviceInformation"))).status,
    ).toBe(401);
  });

  it("offers the hashes that a client has chosen, over HTTP and RTSP, and over a restart", async () => {
    const host = hostWithFiles(forFakeHost({ onvif: { need_auth: "1" }, rtsp: { need_auth: "1" } }));
    const offered = async (): Promise<readonly (readonly string[])[]> => {
      const client = new CameraClient(host);
      const http = await client.request("/snapshot/profile_1");
      await using rtsp = await connectText(client.host.net, CAMERA_ADDRESS, 8554, host.clock);
      const described = await rtsp.request(
        `DESCRIBE rtsp://${CAMERA_ADDRESS}:8554/test.mp4 RTSP/1.0\r\nCSeq: 1\r\n\r\n`,
      );
      return [http.head, described.head].map((head) =>
        [...head.matchAll(/^www-authenticate: (.*)$/gim)].map(
          ([, value = ""]) => /^Basic|algorithm=[\w-]+/.exec(value)?.[0] ?? "none named",
        ),
      );
    };
    const set = async (algorithms: string): Promise<void> => {
      const body = envelopeOf(
        `<tds:SetHashingAlgorithm><tds:Algorithm>${algorithms}</tds:Algorithm></tds:SetHashingAlgorithm>`,
      );
      const login = { username: "admin", password: "admin" };
      const reply = await new CameraClient(host).digest("/onvif/device_service", login, { method: "POST", body });
      expect(reply.status).toBe(200);
    };
    const sha256 = "algorithm=SHA-256";
    {
      await using _ = await startOn(host);
      expect(await offered()).toEqual([
        ["algorithm=MD5", sha256, "Basic"],
        [sha256, "none named"],
      ]);
      await set("SHA-256");
      expect(await offered()).toEqual([[sha256, "Basic"], [sha256]]);
    }
    await using _ = await startOn(host);
    expect(await offered()).toEqual([[sha256, "Basic"], [sha256]]);
    await set("SHA-256,MD5");
    expect(await offered()).toEqual([
      [sha256, "algorithm=MD5", "Basic"],
      [sha256, "none named"],
    ]);
  });

  it("is refused for <lockout_time> to who guesses, the snapshots too", async () => {
    const host = hostWithFiles(forFakeHost({ onvif: { need_auth: "1", lockout_time: "20" } }));
    await using _ = await startOn(host);
    const client = new CameraClient(host);
    const login = { username: "admin", password: "admin" };
    const ask = { method: "POST", body: envelopeOf("<tds:GetUsers/>") };
    const status = async (password = login.password): Promise<number> =>
      (await client.digest("/onvif/device_service", { ...login, password }, ask)).status;
    expect(await status()).toBe(200);
    for (let n = 0; n < 11; n++) expect(await status("guessed")).toBe(401);
    expect(await status()).toBe(401);
    expect((await client.digest("/snapshot/profile_1", login)).status).toBe(401);
    await host.clock.advance(20_000);
    expect(await status()).toBe(200);
  });

  it("is not needed with need_auth 0", async () => {
    await using scene = await aFleet();
    await expect(new CameraClient(scene.host).call("GetUsers")).resolves.toBeDefined();
  });
});

describe("http_max_users", () => {
  it("turns away one client more with 503, and takes the next one when another has gone", async () => {
    await using scene = await aFleet({ onvif: { http_max_users: "2" } });
    const { host } = scene;
    const client = new CameraClient(host);
    const one = await connectText(client.host.net, CAMERA_ADDRESS, 8000, host.clock);
    await using two = await connectText(client.host.net, CAMERA_ADDRESS, 8000, host.clock);
    await host.clock.settle();
    expect((await client.request("/")).status).toBe(503);
    one.close();
    await host.clock.settle();
    expect((await client.request("/")).status).toBe(200);
    expect(two.ended).toBe(false);
  });
});

describe("WS-Discovery", () => {
  it("says Hello at the start and Bye at the end, with the endpoint that ONVIF tells (client rules 34 and 36)", async () => {
    const host = hostWithFiles(forFakeHost());
    const { heard } = await listenOn(host);
    const scene = await startOn(host);
    const [guid] = textsOf(await new CameraClient(host).call("GetEndpointReference"), "GUID");
    await host.clock.advance(1000);
    expect(new Set(heard)).toEqual(new Set([`Hello ${guid}`]));
    heard.length = 0;
    await scene[Symbol.asyncDispose]();
    await host.clock.settle();
    expect(heard).toEqual([`Bye ${guid}`]);
  });

  it("says Hello again when a client has changed the scopes, and nothing in the mode NonDiscoverable", async () => {
    const host = hostWithFiles(forFakeHost());
    const { heard } = await listenOn(host);
    const scene = await startOn(host);
    await host.clock.advance(1000);
    heard.length = 0;
    const client = new CameraClient(host);
    await client.call("AddScopes", "<tds:ScopeItem>onvif://www.onvif.org/location/attic</tds:ScopeItem>");
    await host.clock.advance(1000);
    expect(new Set(heard.map((one) => one.split(" ")[0]))).toEqual(new Set(["Hello"]));
    await client.call("SetDiscoveryMode", "<tds:DiscoveryMode>NonDiscoverable</tds:DiscoveryMode>");
    heard.length = 0;
    await client.call("AddScopes", "<tds:ScopeItem>onvif://www.onvif.org/location/cellar</tds:ScopeItem>");
    await host.clock.advance(1000);
    await scene[Symbol.asyncDispose]();
    expect(heard).toEqual([]);
  });

  it("is silent when it is off", async () => {
    const host = hostWithFiles(forFakeHost({ onvif: { discovery_enable: "0" } }));
    const { heard } = await listenOn(host);
    const scene = await startOn(host);
    await host.clock.advance(1000);
    await scene[Symbol.asyncDispose]();
    expect(heard).toEqual([]);
    expect(host.network.datagrams).toEqual([]);
  });

  it("reaches an interface that appears later, which GetNetworkInterfaces then shows", async () => {
    const addresses = [CAMERA_ADDRESS];
    const host = hostWithFiles(forFakeHost(), fakeHost({ addresses }));
    const { heard } = await listenOn(host, "198.51.100.77");
    await using scene = await startOn(host);
    await host.clock.advance(10_000);
    expect(heard).toEqual([]);
    addresses.push("198.51.100.10");
    await host.clock.advance(10_000);
    expect(heard.length).toBeGreaterThan(0);
    const shown = await new CameraClient(scene.host).call("GetNetworkInterfaces");
    expect(textsOf(shown, "Address")).toEqual(expect.arrayContaining([CAMERA_ADDRESS, "198.51.100.10"]));
    addresses.pop();
    await host.clock.advance(10_000);
    const left = await new CameraClient(scene.host).call("GetNetworkInterfaces");
    expect(textsOf(left, "Address")).not.toContain("198.51.100.10");
  });

  it("being off does not keep GetNetworkInterfaces from following the computer", async () => {
    const addresses = [CAMERA_ADDRESS];
    const host = hostWithFiles(forFakeHost({ onvif: { discovery_enable: "0" } }), fakeHost({ addresses }));
    await using scene = await startOn(host);
    addresses.push("198.51.100.10");
    await host.clock.advance(10_000);
    const shown = await new CameraClient(scene.host).call("GetNetworkInterfaces");
    expect(textsOf(shown, "Address")).toContain("198.51.100.10");
  });
});
