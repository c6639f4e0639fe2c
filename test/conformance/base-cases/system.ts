import { createHash } from "node:crypto";
import { expect } from "vitest";
import { Device } from "#onvif/schema/device/service";
import { readXml } from "#xml/reader";
import { aFleet, type FleetOnHost, whileTimePasses } from "../../support/a-fleet.js";
import { CameraClient, type HttpReply, textsOf } from "../../support/camera-client.js";
import { listenOn } from "../../support/discovery-listener.js";
import { aCamera, call, envelopeOf, soap, type TestCamera } from "../../support/soap.js";

const ZONE = "PST8PDT,M3.2.0,M11.1.0";
const INITIAL = { Hour: 12, Minute: 0, Second: 0 };
const TODAY = { Year: 2026, Month: 1, Day: 15 };

const timeOf = async (camera: TestCamera) => (await call(camera, Device, "GetSystemDateAndTime", {})).SystemDateAndTime;

/** Sets what is wrong; the fault is that one, and the clock goes on as before. */
async function clockRefuses(TZ: string, Hour: number, Month: number, subcode: string): Promise<void> {
  const camera = aCamera();
  const before = await timeOf(camera);
  const reply = await soap(camera, {
    operation: "SetSystemDateAndTime",
    content:
      `<tds:DateTimeType>Manual</tds:DateTimeType><tds:DaylightSavings>true</tds:DaylightSavings><tds:TimeZone><tt:TZ>${TZ}</tt:TZ></tds:TimeZone>` +
      `<tds:UTCDateTime><tt:Time><tt:Hour>${Hour}</tt:Hour><tt:Minute>0</tt:Minute><tt:Second>0</tt:Second></tt:Time>` +
      `<tt:Date><tt:Year>2026</tt:Year><tt:Month>${Month}</tt:Month><tt:Day>15</tt:Day></tt:Date></tds:UTCDateTime>`,
  });
  expect(reply.fault).toBe(`Sender InvalidArgVal ${subcode}`);
  expect(await timeOf(camera)).toEqual(before);
}

interface Scene extends FleetOnHost {
  readonly client: CameraClient;
  /** The kinds of messages that a listener has heard since the camera started. */
  readonly heard: string[];
}

/** A camera that has said its Hello, and somebody who listens. */
async function withFleet(act: (scene: Scene) => Promise<void>, needAuth = false): Promise<void> {
  await using fleet = await aFleet({ onvif: { need_auth: needAuth ? "1" : "0" } });
  await fleet.host.clock.advance(1_000);
  const { heard } = await listenOn(fleet.host, "192.0.2.99");
  const client = new CameraClient(fleet.host);
  await act({ host: fleet.host, fleet: fleet.fleet, client, heard, [Symbol.asyncDispose]: () => Promise.resolve() });
}

/** Waits for Bye and for the Hello behind it, both of the same camera. */
async function comesBack({ host, heard }: Scene): Promise<void> {
  const kinds = (): readonly string[] => [...new Set(heard)];
  for (let turns = 0; turns < 2_000 && !kinds().some((one) => one.startsWith("Hello")); turns++) {
    await whileTimePasses(host, Promise.resolve());
    await host.clock.advance(10);
  }
  const [bye = "", hello = ""] = kinds();
  expect([bye.split(" ")[0], hello.split(" ")[0]]).toEqual(["Bye", "Hello"]);
  expect(bye.split(" ")[1]).toBe(hello.split(" ")[1]);
}

/** Unicast Probe; the answer's endpoint. */
async function isFound({ host, client }: Scene): Promise<void> {
  const socket = await client.host.net.udp({ address: "0.0.0.0" });
  const answers: string[] = [];
  socket.onMessage((data) => answers.push(data.toString()));
  const wsa = "http://schemas.xmlsoap.org/ws/2004/08/addressing";
  const wsd = "http://schemas.xmlsoap.org/ws/2005/04/discovery";
  socket.send(
    Buffer.from(
      `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="${wsa}"><s:Header><a:Action>${wsd}/Probe</a:Action><a:MessageID>uuid:1</a:MessageID><a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header><s:Body><d:Probe xmlns:d="${wsd}"/></s:Body></s:Envelope>`,
    ),
    3702,
    "192.0.2.10",
  );
  await host.clock.advance(500);
  await socket.close();
  expect(answers.join()).toContain("ProbeMatches");
}

const pathOf = (address: string | undefined): string => new URL(address ?? "").pathname;
const OCTETS = { method: "POST", headers: ["Content-Type: application/octet-stream"] };

/** Asks for an upload address, waits as long as it says, and sends the file. */
async function uploaded({ client, host }: Scene, operation: string, body: string): Promise<HttpReply> {
  const answer = await client.call(operation);
  expect(textsOf(answer, "ExpectedDownTime")).toEqual(["PT6S"]);
  if (operation === "StartFirmwareUpgrade") expect(textsOf(answer, "UploadDelay")).toEqual(["PT0S"]);
  await host.clock.advance(100);
  return client.request(pathOf(textsOf(answer, "UploadUri")[0]), { ...OCTETS, body });
}

const admin = { username: "admin", password: "admin" };
const content = "firmware";
const image = `onvif-firmware 9.9 ${createHash("sha256").update(content).digest("hex")}\n${content}`;

/** Base, chapters System and Auxiliary Operation. */
export const systemCases: Readonly<Record<string, () => Promise<void>>> = {
  "DEVICE-3-1-1 get the date and time": async () => {
    const { DateTimeType, DaylightSavings, TimeZone, UTCDateTime, LocalDateTime } = await timeOf(aCamera());
    expect(["Manual", "NTP"]).toContain(DateTimeType);
    expect([typeof DaylightSavings, typeof TimeZone?.TZ]).toEqual(["boolean", "string"]);
    expect(UTCDateTime).toEqual({ Time: INITIAL, Date: TODAY });
    expect(LocalDateTime).toBeDefined();
  },

  "DEVICE-3-1-4 an invalid time zone": () => clockRefuses("INVALIDTIMEZONE", 12, 1, "InvalidTimeZone"),

  "DEVICE-3-1-5 an invalid date": () => clockRefuses(ZONE, 25, 13, "InvalidDateTime"),

  "DEVICE-3-1-6 factory default, hard": () =>
    withFleet(async (scene) => {
      await scene.client.call("SetSystemFactoryDefault", "<tds:FactoryDefault>Hard</tds:FactoryDefault>");
      await comesBack(scene);
    }),

  "DEVICE-3-1-7 factory default, soft": () =>
    withFleet(async (scene) => {
      await scene.client.call("SetSystemFactoryDefault", "<tds:FactoryDefault>Soft</tds:FactoryDefault>");
      await comesBack(scene);
      await isFound(scene);
    }),

  "DEVICE-3-1-8 reboot": () =>
    withFleet(async (scene) => {
      expect(textsOf(await scene.client.call("SystemReboot"), "Message")[0]).toMatch(/\d+ second/);
      await comesBack(scene);
      await isFound(scene);
    }),

  "DEVICE-3-1-9 device information": async () => {
    const information = await call(aCamera(), Device, "GetDeviceInformation", {});
    for (const name of ["Manufacturer", "Model", "FirmwareVersion", "SerialNumber", "HardwareId"] as const)
      expect(information[name]).not.toBe("");
  },

  "DEVICE-3-1-10 system logs": async () => {
    const camera = aCamera();
    const log = (type: string) =>
      soap(camera, `<tds:GetSystemLog><tds:LogType>${type}</tds:LogType></tds:GetSystemLog>`);
    expect((await log("System")).fault).toBe("Sender InvalidArgs SystemlogUnavailable");
    expect((await log("Access")).fault).toBe("Sender InvalidArgs AccesslogUnavailable");
    await withFleet(async ({ client }) => {
      await client.call("SetHostname", "<tds:Name>gate-7</tds:Name>");
      for (const type of ["System", "Access"]) {
        const answer = await client.call("GetSystemLog", `<tds:LogType>${type}</tds:LogType>`);
        expect(textsOf(answer, "String")[0]).not.toBe("");
      }
    });
  },

  "DEVICE-3-1-11 set the date and time": async () => {
    const camera = aCamera();
    const original = await timeOf(camera);
    const UTCDateTime = { Time: { Hour: 3, Minute: 4, Second: 5 }, Date: { Year: 2027, Month: 2, Day: 3 } };
    await call(camera, Device, "SetSystemDateAndTime", {
      DateTimeType: "Manual",
      DaylightSavings: false,
      TimeZone: { TZ: ZONE },
      UTCDateTime,
    });
    expect(await timeOf(camera)).toMatchObject({
      DateTimeType: "Manual",
      DaylightSavings: false,
      TimeZone: { TZ: ZONE },
      UTCDateTime,
    });
    await call(camera, Device, "SetSystemDateAndTime", {
      DateTimeType: original.DateTimeType,
      DaylightSavings: original.DaylightSavings,
      TimeZone: original.TimeZone,
      UTCDateTime: original.UTCDateTime,
    });
    expect(await timeOf(camera)).toEqual(original);
  },

  "DEVICE-3-1-12 set the date and time by NTP": async () => {
    const camera = aCamera();
    await call(camera, Device, "SetNTP", {
      FromDHCP: false,
      NTPManual: [{ Type: "IPv4", IPv4Address: "192.0.2.123" }],
    });
    await call(camera, Device, "SetSystemDateAndTime", {
      DateTimeType: "NTP",
      DaylightSavings: true,
      TimeZone: { TZ: ZONE },
    });
    expect(await timeOf(camera)).toMatchObject({
      DateTimeType: "NTP",
      DaylightSavings: true,
      UTCDateTime: { Time: INITIAL, Date: TODAY },
    });
  },

  "DEVICE-3-1-13 the addresses of system files": () =>
    withFleet(async ({ client }) => {
      const { System } = (await call(aCamera(), Device, "GetServiceCapabilities", {})).Capabilities;
      expect([System.HttpSystemLogging, System.HttpSupportInformation, System.HttpSystemBackup]).toEqual([
        true,
        true,
        true,
      ]);
      const answer = await client.call("GetSystemUris");
      const [logs, support, backup] = ["Uri", "SupportInfoUri", "SystemBackupUri"].map((name) => textsOf(answer, name));
      expect([logs?.length, support?.length, backup?.length]).toEqual([2, 1, 1]);
      for (const uri of [logs, support, backup].flat()) {
        const { status, body } = await client.request(pathOf(uri));
        expect([status, body.length > 0]).toEqual([200, true]);
      }
    }),

  "DEVICE-3-1-14 restore a backup": () =>
    withFleet(async (scene) => {
      const [uri] = textsOf(await scene.client.call("GetSystemUris"), "SystemBackupUri");
      const backup = (await scene.client.request(pathOf(uri))).body.toString("utf8");
      expect((await uploaded(scene, "StartSystemRestore", backup)).status).toBe(200);
      await comesBack(scene);
      await isFound(scene);
    }),

  "DEVICE-3-1-15 restore what is no backup": () =>
    withFleet(async (scene) => {
      expect((await uploaded(scene, "StartSystemRestore", "random data")).status).toBe(415);
      await scene.host.clock.advance(30_000);
      await isFound(scene);
    }),

  "DEVICE-3-1-16 upload firmware": () =>
    withFleet(async (scene) => {
      const { client } = scene;
      const post = (text: string) => client.digest("/onvif/device_service", admin, { method: "POST", body: text });
      const getUsers = envelopeOf("<tds:GetUsers/>");
      const usersAreGuarded = async (): Promise<readonly string[]> => {
        const open = await client.request("/onvif/device_service", { method: "POST", body: getUsers });
        expect(open.status).toBe(401);
        return textsOf(readXml((await post(getUsers)).body.toString("utf8")), "Username");
      };
      const users = await usersAreGuarded();
      expect(users.length).toBeGreaterThan(0);
      const started = readXml((await post(envelopeOf("<tds:StartFirmwareUpgrade/>"))).body.toString("utf8"));
      const path = pathOf(textsOf(started, "UploadUri")[0]);
      expect((await client.digest(path, admin, { ...OCTETS, body: image })).status).toBe(200);
      await comesBack(scene);
      await scene.host.clock.advance(5_000);
      expect(await usersAreGuarded()).toEqual(users);
    }, true),

  "DEVICE-3-1-17 upload what is no firmware": () =>
    withFleet(async (scene) => {
      expect((await uploaded(scene, "StartFirmwareUpgrade", "no firmware")).status).toBe(415);
      await scene.host.clock.advance(30_000);
      await isFound(scene);
    }),

  "DEVICE-8-1-1 auxiliary commands": async () => {
    const camera = aCamera();
    const { Misc } = (await call(camera, Device, "GetServiceCapabilities", {})).Capabilities;
    expect(Misc?.AuxiliaryCommands).toHaveLength(9);
    for (const AuxiliaryCommand of Misc?.AuxiliaryCommands ?? [])
      await call(camera, Device, "SendAuxiliaryCommand", { AuxiliaryCommand });
  },
};
