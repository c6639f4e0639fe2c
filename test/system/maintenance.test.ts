import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Device } from "#onvif/schema/device/service";
import { EventPortType } from "#onvif/schema/events/event-port-type";
import { readXml } from "#xml/reader";
import { aFleet, type FleetOnHost, whileTimePasses } from "../support/a-fleet.js";
import { CameraClient, type HttpReply, textsOf } from "../support/camera-client.js";
import { aBroker, type TestBroker } from "../support/event-broker.js";
import { brokerContent } from "../support/event-broker-client.js";
import { eventually } from "../support/fake-clock.js";
import { aRecordingLogger } from "../support/recording-logger.js";
import { aCamera, call, envelopeOf, send, soap, theUsers, usernameToken } from "../support/soap.js";
import { writeRelated } from "#wire/mime/related";

const admin = { username: "admin", password: "admin" };
const olga = { username: "olga", password: "operate it" };

/** The path of an address that the camera has told. */
const pathOf = (address: string | undefined): string => new URL(address ?? "").pathname;

const nameOf = async (client: CameraClient): Promise<string | undefined> =>
  textsOf(await client.call("GetHostname"), "Name")[0];
const setName = (client: CameraClient, name: string): Promise<unknown> =>
  client.call("SetHostname", `<tds:Name>${name}</tds:Name>`);
const addOlga = (client: CameraClient): Promise<unknown> =>
  client.call(
    "CreateUsers",
    `<tds:User><tt:Username>olga</tt:Username><tt:Password>${olga.password}</tt:Password><tt:UserLevel>Operator</tt:UserLevel></tds:User>`,
  );

/** Waits until the camera has gone and come back. */
async function restarted({ host, fleet }: FleetOnHost): Promise<void> {
  for (const count of [0, 1])
    for (let turns = 0; fleet.cameras.length !== count; turns++) {
      if (turns > 2_000) throw new Error(`there are not ${count} cameras`);
      await whileTimePasses(host, Promise.resolve());
      await host.clock.advance(10);
    }
}

/** Asks for an upload address and sends a file there. */
async function upload(client: CameraClient, operation: string, body: string): Promise<HttpReply> {
  const [uri] = textsOf(await client.call(operation), "UploadUri");
  return client.request(pathOf(uri), { method: "POST", headers: ["Content-Type: application/octet-stream"], body });
}

const backupOf = async (client: CameraClient): Promise<string> => {
  const [uri] = textsOf(await client.call("GetSystemUris"), "SystemBackupUri");
  const { status, body } = await client.request(pathOf(uri));
  expect(status).toBe(200);
  return body.toString("utf8");
};

describe("the addresses of GetSystemUris", () => {
  const asked = async (client: CameraClient): Promise<readonly string[]> => {
    const uris = await client.call("GetSystemUris");
    return ["Uri", "SupportInfoUri", "SystemBackupUri"].flatMap((name) => textsOf(uris, name)).map(pathOf);
  };

  it("give logs, support information and a backup", async () => {
    await using scene = await aFleet();
    const client = new CameraClient(scene.host);
    await setName(client, "gate-7");
    const [system, access, support, backup] = await Promise.all(
      (await asked(client)).map(async (path) => {
        const { status, body } = await client.request(path);
        expect(status).toBe(200);
        return body.toString("utf8");
      }),
    );
    expect(system).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z INFO (onvif|rtsp) /);
    expect(access).toContain("operation=SetHostname");
    expect(support).toMatch(/^Model: Virtual Camera$/m);
    expect(backup).toContain("gate-7");
    expect(textsOf(await client.call("GetSystemLog", "<tds:LogType>Access</tds:LogType>"), "String")[0]).toContain(
      "SetHostname",
    );
  });

  it("are administrators' where people have to log in", async () => {
    await using open = await aFleet();
    const paths = await asked(new CameraClient(open.host));
    await using scene = await aFleet({ onvif: { need_auth: "1" } });
    const client = new CameraClient(scene.host);
    const camera = scene.fleet.cameras[0];
    camera?.device.users.createUsers([{ ...olga, level: "Operator" }]);
    for (const path of paths) {
      expect((await client.request(path)).status).toBe(401);
      expect((await client.digest(path, { ...admin, password: "guessed" })).status).toBe(401);
      expect((await client.digest(path, olga)).status).toBe(403);
      expect((await client.digest(path, admin)).status).toBe(200);
    }
  });

  it("tell who was turned away, and not who has yet to log in", async () => {
    await using scene = await aFleet({ onvif: { need_auth: "1" } });
    const client = new CameraClient(scene.host);
    const target = "/onvif/device_service";
    const body = (header = "") => envelopeOf("<tds:GetUsers/>", header);
    await client.digest(target, admin, { method: "POST", body: body() });
    await client.digest(target, { ...admin, password: "guessed" }, { method: "POST", body: body() });
    const wrong = usernameToken({ ...admin, password: "guessed", created: new Date().toISOString() });
    await client.request(target, { method: "POST", body: body(wrong) });
    scene.fleet.cameras[0]?.device.users.createUsers([{ ...olga, level: "Operator" }]);
    const path = "/system/log/access";
    for (const login of [{ ...admin, password: "guessed" }, olga]) await client.digest(path, login);
    const log = (await client.digest(path, admin)).body.toString("utf8");
    const unproved = "refused (the HTTP credentials are not accepted) peer=192.0.2.77";
    const lines = [
      "done peer=192.0.2.77 operation=GetUsers user=admin",
      `${unproved} operation=GetUsers`,
      "refused (the user is not known or the password is wrong) peer=192.0.2.77 operation=GetUsers",
      `${unproved} operation="GET ${path}"`,
      `refused (this user may not have it) peer=192.0.2.77 operation="GET ${path}" user=olga`,
      `done peer=192.0.2.77 operation="GET ${path}" user=admin`,
    ];
    expect(log.replaceAll(/^\S+ /gm, "").trimEnd().split("\n")).toEqual(lines);
  });

  it("hold no password, but for the backup", async () => {
    await using scene = await aFleet();
    const client = new CameraClient(scene.host);
    await addOlga(client);
    const [system, access, support] = await asked(client);
    for (const path of [system, access, support])
      expect((await client.request(path ?? "")).body.toString("utf8")).not.toContain(olga.password);
  });
});

describe("a backup", () => {
  it("brings back what there was, by HTTP", async () => {
    await using scene = await aFleet();
    const client = new CameraClient(scene.host);
    await setName(client, "before");
    await addOlga(client);
    const saved = await backupOf(client);
    await setName(client, "after");
    await client.call("DeleteUsers", "<tds:Username>olga</tds:Username>");
    expect((await upload(client, "StartSystemRestore", saved)).status).toBe(200);
    await restarted(scene);
    expect(await nameOf(client)).toBe("before");
    expect(textsOf(await client.call("GetUsers"), "Username")).toEqual(["admin", "olga"]);
    expect(scene.fleet.cameras[0]?.device.users.find("olga")?.password).toBe(olga.password);
  });

  it("is remembered", async () => {
    await using scene = await aFleet();
    const client = new CameraClient(scene.host);
    expect(scene.fleet.cameras[0]?.device.history.lastBackupMs).toBeUndefined();
    await backupOf(client);
    expect(scene.fleet.cameras[0]?.device.history.lastBackupMs).toBe(scene.host.clock.now());
  });

  it("is taken after a hard factory default too", async () => {
    await using scene = await aFleet();
    const client = new CameraClient(scene.host);
    await setName(client, "before");
    const saved = await backupOf(client);
    await client.call("SetSystemFactoryDefault", "<tds:FactoryDefault>Hard</tds:FactoryDefault>");
    await restarted(scene);
    expect(await nameOf(client)).not.toBe("before");
    await upload(client, "StartSystemRestore", saved);
    await restarted(scene);
    expect(await nameOf(client)).toBe("before");
  });

  it.each([
    ["noise", () => "\0\x01 no backup"],
    ["another document", () => "<a/>"],
    ["one with a changed name", (saved: string) => saved.replace("before", "behind")],
    ["one without its signature", (saved: string) => saved.replace(/<Signature[^]*<\/Signature>/, "")],
    ["half of one", (saved: string) => saved.slice(0, saved.length / 2)],
  ])("is refused with 415, and nothing changes: %s", async (_what, change) => {
    await using scene = await aFleet();
    const client = new CameraClient(scene.host);
    await setName(client, "before");
    const saved = await backupOf(client);
    await setName(client, "after");
    const state = structuredClone(scene.fleet.cameras[0]?.device.snapshot());
    expect((await upload(client, "StartSystemRestore", change(saved))).status).toBe(415);
    await scene.host.clock.advance(10_000);
    expect(scene.fleet.cameras[0]?.device.snapshot()).toEqual(state);
  });

  it("of another camera is refused", async () => {
    await using other = await aFleet();
    const saved = await backupOf(new CameraClient(other.host));
    await using scene = await aFleet();
    // Hosts of tests draw the same random numbers; this one has drawn others by then.
    scene.host.entropy.bytes(64);
    expect((await upload(new CameraClient(scene.host), "StartSystemRestore", saved)).status).toBe(415);
  });
});

describe("event brokers", () => {
  const PASSWORD = "whisper it";
  const setBroker = async (client: CameraClient, { address: Address }: TestBroker): Promise<void> => {
    const members = { Address, TopicPrefix: "p", UserName: "ann", Password: PASSWORD, QoS: "1" };
    await client.call("AddEventBroker", brokerContent(members), { service: EventPortType });
  };
  const addresses = async (client: CameraClient): Promise<readonly string[]> =>
    textsOf(await client.call("GetEventBrokers", "", { service: EventPortType }), "Address");

  it.each(["Hard", "Soft"])("are forgotten by a factory default (%s), and come back with a backup", async (kind) => {
    await using scene = await aFleet();
    await using broker = await aBroker(scene.host);
    const client = new CameraClient(scene.host);
    await setBroker(client, broker);
    await eventually(() => broker.logins.length === 1);
    const saved = await backupOf(client);
    await client.call("SetSystemFactoryDefault", `<tds:FactoryDefault>${kind}</tds:FactoryDefault>`);
    await restarted(scene);
    expect(await addresses(client)).toEqual([]);
    await eventually(() => broker.departures === 1);
    await scene.host.clock.advance(120_000);
    expect(broker.logins).toHaveLength(1);
    await upload(client, "StartSystemRestore", saved);
    await restarted(scene);
    expect(await addresses(client)).toEqual([broker.address]);
    await eventually(() => broker.logins.length === 2);
    expect(broker.logins[1]).toEqual({ ...broker.logins[0], password: PASSWORD });
  });

  it("have passwords that nobody is told, and no log", async () => {
    const { log, lines } = aRecordingLogger();
    await using scene = await aFleet({}, log);
    await using broker = await aBroker(scene.host);
    broker.isClosedToAll = true;
    const client = new CameraClient(scene.host);
    await setBroker(client, broker);
    await eventually(() => lines.some(({ message }) => message.includes("is not reached")));
    const uris = textsOf(await client.call("GetSystemUris"), "Uri").map(pathOf);
    const [support] = textsOf(await client.call("GetSystemUris"), "SupportInfoUri").map(pathOf);
    const told = [
      await client.call("GetEventBrokers", "", { service: EventPortType }),
      ...(await Promise.all(
        [...uris, support ?? ""].map(async (path) => (await client.request(path)).body.toString()),
      )),
      lines,
    ];
    expect(told.length).toBeGreaterThan(3);
    for (const one of told) expect(JSON.stringify(one)).not.toContain(PASSWORD);
  });
});

describe("an upload", () => {
  it("is for its address alone, once, and for ten minutes", async () => {
    await using scene = await aFleet();
    const client = new CameraClient(scene.host);
    const post = async (path: string): Promise<number> =>
      (await client.request(path, { method: "POST", body: "x" })).status;
    expect(await post("/system/upload/0123456789abcdef0123456789abcdef")).toBe(404);
    const [first] = textsOf(await client.call("StartFirmwareUpgrade"), "UploadUri").map(pathOf);
    const [second] = textsOf(await client.call("StartFirmwareUpgrade"), "UploadUri").map(pathOf);
    expect([await post(first ?? ""), await post(second ?? "")]).toEqual([404, 415]);
    await scene.host.clock.advance(600_000);
    expect(await post(second ?? "")).toBe(404);
  });

  it("is an administrator's where people have to log in", async () => {
    await using scene = await aFleet({ onvif: { need_auth: "1" } });
    const client = new CameraClient(scene.host);
    scene.fleet.cameras[0]?.device.users.createUsers([{ ...olga, level: "Operator" }]);
    const body = envelopeOf("<tds:StartFirmwareUpgrade/>");
    const reply = await client.digest("/onvif/device_service", admin, { method: "POST", body });
    const path = pathOf(textsOf(readXml(reply.body.toString("utf8")), "UploadUri")[0]);
    const file = { method: "POST", body: image("9.1") };
    expect((await client.request(path, file)).status).toBe(401);
    expect((await client.digest(path, olga, file)).status).toBe(403);
    expect((await client.digest(path, admin, file)).status).toBe(200);
  });
});

const image = (version: string, content = "whatever runs in a camera"): string =>
  `onvif-firmware ${version} ${createHash("sha256").update(content).digest("hex")}\n${content}`;

describe("firmware", () => {
  const versionOf = async (client: CameraClient): Promise<string | undefined> =>
    textsOf(await client.call("GetDeviceInformation"), "FirmwareVersion")[0];

  it("is in force when the camera is back, with all that had been set, until a hard factory default", async () => {
    await using scene = await aFleet();
    const client = new CameraClient(scene.host);
    await setName(client, "gate-7");
    const before = await versionOf(client);
    expect((await upload(client, "StartFirmwareUpgrade", image("2.5-rc1"))).status).toBe(200);
    expect(await versionOf(client)).toBe(before);
    await restarted(scene);
    expect([await versionOf(client), await nameOf(client)]).toEqual(["2.5-rc1", "gate-7"]);
    for (const [kind, expected] of [
      ["Soft", "2.5-rc1"],
      ["Hard", before],
    ]) {
      await client.call("SetSystemFactoryDefault", `<tds:FactoryDefault>${kind}</tds:FactoryDefault>`);
      await restarted(scene);
      expect(await versionOf(client)).toBe(expected);
    }
  });

  it("can be ordered by its version alone", async () => {
    await using scene = await aFleet();
    const client = new CameraClient(scene.host);
    expect(textsOf(await client.call("UpgradeFirmware", "<tds:Version>3.0</tds:Version>"), "ExpectedDownTime")).toEqual(
      ["PT6S"],
    );
    await restarted(scene);
    expect(await versionOf(client)).toBe("3.0");
  });

  it("stays what it is when a backup from before it is restored", async () => {
    await using scene = await aFleet();
    const client = new CameraClient(scene.host);
    const saved = await backupOf(client);
    await upload(client, "StartFirmwareUpgrade", image("7"));
    await restarted(scene);
    await upload(client, "StartSystemRestore", saved);
    await restarted(scene);
    expect(await versionOf(client)).toBe("7");
  });

  it.each([
    ["noise", "\x7fELF noise"],
    ["nothing behind the first line", image("1", "")],
    ["another content than was hashed", `${image("1")}!`],
    ["a version with a blank", image("1 2")],
    ["a version that is too long", image("1".repeat(65))],
  ])("is refused with 415, and the camera stays: %s", async (_what, body) => {
    await using scene = await aFleet();
    const client = new CameraClient(scene.host);
    expect((await upload(client, "StartFirmwareUpgrade", body)).status).toBe(415);
    await scene.host.clock.advance(10_000);
    expect(scene.fleet.cameras).toHaveLength(1);
  });
});

describe("the forms that carry files in SOAP", () => {
  const includes = (part: string): string => `<xop:Include href="cid:${part}"/>`;
  const restore = `<tds:RestoreSystem><tds:BackupFiles><tt:Name>b</tt:Name><tt:Data>${includes("p1")}</tt:Data></tds:BackupFiles></tds:RestoreSystem>`;
  const upgrade = `<tds:UpgradeSystemFirmware><tds:Firmware>${includes("p1")}</tds:Firmware></tds:UpgradeSystemFirmware>`;

  /** Sends a body with a part beside it. */
  const withPart = (camera: ReturnType<typeof aCamera>, body: string, part: string) => {
    const created = new Date(camera.device.clock.now()).toISOString();
    const message = envelopeOf(body, usernameToken({ ...theUsers.administrator, created }));
    const parts = [{ id: "p1", contentType: "application/octet-stream", data: Buffer.from(part) }];
    const { contentType, body: bytes } = writeRelated(message, "application/soap+xml", parts);
    return send(camera, bytes, { contentType });
  };

  it("give a backup beside the message and take it back so", async () => {
    const camera = aCamera();
    const reply = await soap(camera, "<tds:GetSystemBackup/>");
    expect(reply.contentType).toMatch(/^multipart\/related; type="application\/xop\+xml"/);
    const part = Buffer.from(reply.parts.get("part-1") ?? "").toString();
    expect(reply.text).toContain('href="cid:part-1"');
    expect((await withPart(camera, restore, part)).fault).toBeUndefined();
    expect(camera.maintenance.orders).toEqual(["restore"]);
    expect((await withPart(camera, restore, `${part}!`)).fault).toBe("Sender InvalidArgVal InvalidBackupFile");
  });

  it("take firmware", async () => {
    const camera = aCamera();
    expect((await withPart(camera, upgrade, "4.2")).fault).toBeUndefined();
    expect(camera.maintenance.orders).toEqual(["upgrade 4.2"]);
    expect((await withPart(camera, upgrade, "")).fault).toBe("Sender InvalidArgs InvalidFirmware");
  });

  it.each([
    ["in an Include", (content: string) => `<xop:Include>${content}</xop:Include>`],
    ["in its place", (content: string) => content],
    ["in lines", (content: string) => content.replaceAll(/.{60}/g, "$&\n")],
  ])("take base64 in the message from clients without MTOM: %s", async (_, written) => {
    const camera = aCamera();
    const { parts } = await soap(camera, "<tds:GetSystemBackup/>");
    const backup = Buffer.from(parts.get("part-1") ?? "");
    const restoreOf = (content: Buffer): string => restore.replace(includes("p1"), written(content.toString("base64")));
    expect((await soap(camera, restoreOf(backup))).fault).toBeUndefined();
    expect((await soap(camera, restoreOf(Buffer.from(`${backup.toString()}!`)))).fault).toBe(
      "Sender InvalidArgVal InvalidBackupFile",
    );
    const image = upgrade.replace(includes("p1"), written(Buffer.from("4.2").toString("base64")));
    expect((await soap(camera, image)).fault).toBeUndefined();
    expect(camera.maintenance.orders).toEqual(["restore", "upgrade 4.2"]);
    expect((await soap(aCamera({ strict: true }), image)).fault).toBe("Sender InvalidArgs");
  });

  it.each([
    ["nothing", "", "InvalidArgs", "InvalidArgs"],
    ["an Include with nothing", "<xop:Include/>", "InvalidArgs", "InvalidArgs"],
    ["no base64", "a backup!", "InvalidArgVal InvalidBackupFile", "InvalidArgs InvalidFirmware"],
    ["a part that is not there", includes("p9"), "InvalidArgVal InvalidBackupFile", "InvalidArgs InvalidFirmware"],
  ])("say what to do instead of sending %s", async (_, content, ofRestore, ofUpgrade) => {
    const camera = aCamera();
    const [restored, upgraded] = [
      await soap(camera, restore.replace(includes("p1"), content)),
      await soap(camera, upgrade.replace(includes("p1"), content)),
    ];
    expect([restored.fault, upgraded.fault]).toEqual([`Sender ${ofRestore}`, `Sender ${ofUpgrade}`]);
    if (content.length > 15) {
      expect(restored.text).toContain("StartSystemRestore");
      expect(upgraded.text).toContain("StartFirmwareUpgrade");
    }
    expect(camera.maintenance.orders).toEqual([]);
  });

  it("are not well-formed without their boundary", async () => {
    const reply = await send(aCamera(), "--x", { contentType: "multipart/related; boundary=y" });
    expect(reply.fault).toBe("Sender WellFormed");
  });

  it("are told by the capabilities", async () => {
    const { Capabilities } = await call(aCamera(), Device, "GetServiceCapabilities", {});
    expect(Capabilities.System).toMatchObject({
      SystemBackup: true,
      SystemLogging: true,
      CloudFirmwareUpgrade: true,
      HttpFirmwareUpgrade: true,
      HttpSystemBackup: true,
      HttpSystemLogging: true,
      HttpSupportInformation: true,
    });
  });
});
