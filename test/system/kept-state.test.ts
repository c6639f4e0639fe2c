import { describe, expect, it } from "vitest";
import { loadConfig } from "#config/load";
import type { ReplaceStage } from "../support/fake-files.js";
import { DeviceIo } from "#onvif/schema/deviceio/service";
import { EventPortType } from "#onvif/schema/events/event-port-type";
import { Media } from "#onvif/schema/media/service";
import { CFG_FOLDER, changeCfg, forFakeHost, hostWithFiles, startOn } from "../support/a-fleet.js";
import { CAMERA_ADDRESS, CameraClient, textsOf } from "../support/camera-client.js";
import { fakeHost, type FakeHost } from "../support/fake-host.js";
import { logLines } from "../support/log-lines.js";

const RUN_FILE = `${CFG_FOLDER}/onvifrun.cfg`;

/** A computer with the files of another one, as it is after a power cut. */
const rebooted = ({ files }: FakeHost): FakeHost => ({ ...fakeHost(), files });

const nameOf = async (host: FakeHost): Promise<string | undefined> =>
  textsOf(await new CameraClient(host).call("GetHostname"), "Name")[0];

const setName = (host: FakeHost, name: string): Promise<unknown> =>
  new CameraClient(host).call("SetHostname", `<tds:Name>${name}</tds:Name>`);

const encoder = `<trt:Configuration token="video_encoder_1"><tt:Name>mine</tt:Name><tt:UseCount>1</tt:UseCount>
  <tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>1280</tt:Width><tt:Height>720</tt:Height></tt:Resolution>
  <tt:Quality>3</tt:Quality><tt:RateControl><tt:FrameRateLimit>20</tt:FrameRateLimit>
  <tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>777</tt:BitrateLimit></tt:RateControl>
  <tt:H264><tt:GovLength>25</tt:GovLength><tt:H264Profile>Main</tt:H264Profile></tt:H264>
  <tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>239.1.2.3</tt:IPv4Address></tt:Address>
  <tt:Port>5004</tt:Port><tt:TTL>9</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast>
  <tt:SessionTimeout>PT60S</tt:SessionTimeout></trt:Configuration><trt:ForcePersistence>true</trt:ForcePersistence>`;

describe("what a client changes", () => {
  /** How it is set, how it is asked for, and what then shows it. */
  const changes: readonly (readonly [
    string,
    (client: CameraClient) => Promise<unknown>,
    (client: CameraClient) => Promise<unknown>,
    unknown,
  ])[] = [
    [
      "scopes",
      (client) => client.call("AddScopes", "<tds:ScopeItem>onvif://www.onvif.org/location/attic</tds:ScopeItem>"),
      async (client) =>
        textsOf(await client.call("GetScopes"), "ScopeItem").includes("onvif://www.onvif.org/location/attic"),
      true,
    ],
    [
      "the host name",
      (client) => client.call("SetHostname", "<tds:Name>gate-7</tds:Name>"),
      async (client) => textsOf(await client.call("GetHostname"), "Name"),
      ["gate-7"],
    ],
    [
      "event brokers",
      (client) =>
        client.call(
          "AddEventBroker",
          "<tev:EventBroker><tev:Address>mqtt://192.0.2.98</tev:Address><tev:TopicPrefix> a/b</tev:TopicPrefix><tev:UserName>u</tev:UserName><tev:Password> p</tev:Password><tev:QoS>2</tev:QoS></tev:EventBroker>",
          { service: EventPortType },
        ),
      async (client) => textsOf(await client.call("GetEventBrokers", "", { service: EventPortType }), "TopicPrefix"),
      [" a/b"],
    ],
    [
      "the discovery mode",
      (client) => client.call("SetDiscoveryMode", "<tds:DiscoveryMode>NonDiscoverable</tds:DiscoveryMode>"),
      async (client) => textsOf(await client.call("GetDiscoveryMode"), "DiscoveryMode"),
      ["NonDiscoverable"],
    ],
    [
      "users",
      (client) =>
        client.call(
          "CreateUsers",
          "<tds:User><tt:Username>olga</tt:Username><tt:Password>a&amp;b &lt;c></tt:Password><tt:UserLevel>Operator</tt:UserLevel></tds:User>",
        ),
      async (client) => textsOf(await client.call("GetUsers"), "Username"),
      ["admin", "olga"],
    ],
    [
      "profiles",
      (client) =>
        client.call("CreateProfile", "<trt:Name>mine</trt:Name><trt:Token>my_token</trt:Token>", { service: Media }),
      async (client) =>
        (await client.call("GetProfiles", "", { service: Media })).children.map((profile) =>
          profile.attribute("token"),
        ),
      ["profile_1", "profile_2", "my_token"],
    ],
    [
      "an encoder",
      (client) => client.call("SetVideoEncoderConfiguration", encoder, { service: Media }),
      async (client) => {
        const token = "<trt:ConfigurationToken>video_encoder_1</trt:ConfigurationToken>";
        const answer = await client.call("GetVideoEncoderConfiguration", token, { service: Media });
        return ["Name", "BitrateLimit", "FrameRateLimit"].map((name) => textsOf(answer, name)[0]);
      },
      ["mine", "777", "20"],
    ],
    [
      "places",
      (client) =>
        client.call(
          "SetGeoLocation",
          '<tds:Location Entity="Device" Fixed="true"><tt:GeoLocation lon="-0.0000001" lat="51.5"/></tds:Location>',
        ),
      async (client) => {
        const [place] = (await client.call("GetGeoLocation")).children;
        const position = place?.child("GeoLocation");
        return [place?.attribute("Fixed"), Number(position?.attribute("lon")), position?.attribute("elevation")];
      },
      ["true", -1e-7, undefined],
    ],
    [
      "storage configurations",
      (client) =>
        client.call(
          "CreateStorageConfiguration",
          '<tds:StorageConfiguration type="CIFS"><tds:StorageUri>smb://192.0.2.5/c</tds:StorageUri><tds:User><tds:UserName>a&amp;b</tds:UserName><tds:Password>p</tds:Password></tds:User></tds:StorageConfiguration>',
        ),
      async (client) => {
        const answer = await client.call("GetStorageConfigurations");
        return [...textsOf(answer, "StorageUri"), ...textsOf(answer, "UserName")];
      },
      ["smb://192.0.2.5/c", "a&b"],
    ],
    [
      "relay settings",
      (client) =>
        client.call(
          "SetRelayOutputSettings",
          '<tmd:RelayOutput token="relay_output_2"><tt:Properties><tt:Mode>Monostable</tt:Mode><tt:DelayTime>PT0.5S</tt:DelayTime><tt:IdleState>closed</tt:IdleState></tt:Properties></tmd:RelayOutput>',
          { service: DeviceIo },
        ),
      async (client) => {
        const answer = await client.call("GetRelayOutputs");
        return ["Mode", "DelayTime", "IdleState"].map((name) => textsOf(answer, name)[1]);
      },
      ["Monostable", "PT0.5S", "closed"],
    ],
    [
      "digital inputs",
      (client) =>
        client.call(
          "SetDigitalInputConfigurations",
          '<tmd:DigitalInputs token="digital_input_1" IdleState="closed"/>',
          { service: DeviceIo },
        ),
      async (client) =>
        (await client.call("GetDigitalInputs", "", { service: DeviceIo })).children.map((input) =>
          input.attribute("IdleState"),
        ),
      ["closed", "open"],
    ],
    [
      "a serial port",
      (client) =>
        client.call(
          "SetSerialPortConfiguration",
          '<tmd:SerialPortConfiguration token="serial_port_1" type="RS232"><tmd:BaudRate>1200</tmd:BaudRate><tmd:ParityBit>Odd</tmd:ParityBit><tmd:CharacterLength>7</tmd:CharacterLength><tmd:StopBit>2</tmd:StopBit></tmd:SerialPortConfiguration><tmd:ForcePersistance>false</tmd:ForcePersistance>',
          { service: DeviceIo },
        ),
      async (client) => {
        const token = "<tmd:SerialPortToken>serial_port_1</tmd:SerialPortToken>";
        const answer = await client.call("GetSerialPortConfiguration", token, { service: DeviceIo });
        return ["BaudRate", "ParityBit", "CharacterLength", "StopBit"].map((name) => textsOf(answer, name)[0]);
      },
      ["1200", "Odd", "7", "2"],
    ],
    [
      "the access policy",
      async (client) => {
        const file = textsOf(await client.call("GetAccessPolicy"), "Data")[0] ?? "";
        const policy = Buffer.from(file, "base64")
          .toString()
          .replace('<Class name="ACTUATE">', '<Class name="ACTUATE"><Level>User</Level>');
        const data = Buffer.from(policy).toString("base64");
        await client.call("SetAccessPolicy", `<tds:PolicyFile><tt:Data>${data}</tt:Data></tds:PolicyFile>`);
      },
      async (client) =>
        Buffer.from(textsOf(await client.call("GetAccessPolicy"), "Data")[0] ?? "", "base64")
          .toString()
          .includes('<Class name="ACTUATE"><Level>User</Level>'),
      true,
    ],
    [
      "roles, and users who have them",
      async (client) => {
        await client.call(
          "SetUserRole",
          "<tds:UserRole><tt:Name>clerk</tt:Name><tt:Functions>tds:GetUsers tds:GetScopes</tt:Functions></tds:UserRole>",
        );
        await client.call(
          "CreateUsers",
          "<tds:User><tt:Username>carl</tt:Username><tt:Password>p</tt:Password><tt:UserLevel>Extended</tt:UserLevel><tt:Extension><tt:Roles>clerk onvif:User</tt:Roles></tt:Extension></tds:User>",
        );
      },
      async (client) => [
        textsOf(await client.call("GetUserRoles"), "Functions").filter((one) => one !== ""),
        textsOf(await client.call("GetUsers"), "Roles"),
      ],
      [["tds:GetUsers tds:GetScopes"], ["clerk onvif:User"]],
    ],
    [
      "the remote user",
      (client) =>
        client.call(
          "SetRemoteUser",
          "<tds:RemoteUser><tt:Username>far &amp; away</tt:Username><tt:Password> p </tt:Password><tt:UseDerivedPassword>true</tt:UseDerivedPassword></tds:RemoteUser>",
        ),
      async (client) => {
        const answer = await client.call("GetRemoteUser");
        return [...textsOf(answer, "Username"), ...textsOf(answer, "UseDerivedPassword")];
      },
      ["far & away", "true"],
    ],
    [
      "the time zone",
      (client) =>
        client.call(
          "SetSystemDateAndTime",
          "<tds:DateTimeType>Manual</tds:DateTimeType><tds:DaylightSavings>false</tds:DaylightSavings><tds:TimeZone><tt:TZ>CST6</tt:TZ></tds:TimeZone>",
        ),
      async (client) => textsOf(await client.call("GetSystemDateAndTime"), "TZ"),
      ["CST6"],
    ],
    [
      "rules for passwords and failed logins",
      async (client) => {
        await client.call("SetPasswordComplexityConfiguration", "<tds:MinLen>9</tds:MinLen>");
        await client.call(
          "SetPasswordHistoryConfiguration",
          "<tds:Enabled>true</tds:Enabled><tds:Length>4</tds:Length>",
        );
        await client.call(
          "SetAuthFailureWarningConfiguration",
          "<tds:Enabled>false</tds:Enabled><tds:MonitorPeriod>7</tds:MonitorPeriod><tds:MaxAuthFailures>8</tds:MaxAuthFailures>",
        );
      },
      async (client) => [
        textsOf(await client.call("GetPasswordComplexityConfiguration"), "MinLen"),
        textsOf(await client.call("GetPasswordHistoryConfiguration"), "Length"),
        (await client.call("GetAuthFailureWarningConfiguration")).children.map(({ text }) => text),
      ],
      [["9"], ["4"], ["false", "7", "8"]],
    ],
  ];

  it.each(changes)("is kept half a second later, and holds after a restart: %s", async (_name, set, get, expected) => {
    const host = hostWithFiles(forFakeHost());
    {
      await using scene = await startOn(host);
      const client = new CameraClient(scene.host);
      expect(await get(client)).not.toEqual(expected);
      await set(client);
      expect(await get(client)).toEqual(expected);
      await host.clock.advance(499);
      expect(host.files.text(RUN_FILE)).toBeUndefined();
      await host.clock.advance(1);
      expect(host.files.text(RUN_FILE)).toContain("<runtime>");
      expect(host.files.mode(RUN_FILE)).toBe(0o600);
    }
    await using again = await startOn(host);
    expect(await get(new CameraClient(again.host))).toEqual(expected);
  });

  it("is kept when the program ends before the half second is over", async () => {
    const host = hostWithFiles(forFakeHost());
    {
      await using scene = await startOn(host);
      await setName(scene.host, "one");
    }
    await using again = await startOn(host);
    expect(await nameOf(again.host)).toBe("one");
  });

  it("is gone when the run file is deleted, and the run file does not come back by itself", async () => {
    const host = hostWithFiles(forFakeHost({ onvif: { hostname: "first" } }));
    {
      await using scene = await startOn(host);
      await setName(scene.host, "one");
      await host.clock.advance(500);
      await host.files.remove(RUN_FILE);
    }
    expect(host.files.text(RUN_FILE)).toBeUndefined();
    await using again = await startOn(host);
    expect(await nameOf(again.host)).toBe("first");
  });

  it("is gone with --defaults", async () => {
    const host = hostWithFiles(forFakeHost({ onvif: { hostname: "first" } }));
    {
      await using scene = await startOn(host);
      await setName(scene.host, "one");
    }
    {
      await using scene = await startOn(host, { defaults: true });
      expect(await nameOf(scene.host)).toBe("first");
      expect(host.files.text(RUN_FILE)).toBeUndefined();
    }
    await using again = await startOn(host);
    expect(await nameOf(again.host)).toBe("first");
  });

  it("leaves the two cfg files as they are", async () => {
    const host = hostWithFiles(forFakeHost());
    const before = ["onvif.cfg", "rtsp.cfg"].map((name) => host.files.text(`${CFG_FOLDER}/${name}`));
    {
      await using scene = await startOn(host);
      for (const [, set] of changes) await set(new CameraClient(scene.host));
    }
    expect(["onvif.cfg", "rtsp.cfg"].map((name) => host.files.text(`${CFG_FOLDER}/${name}`))).toEqual(before);
  });

  it("does not keep ports: those that rtsp.cfg has now are told", async () => {
    const host = hostWithFiles(forFakeHost());
    {
      await using scene = await startOn(host);
      await setName(scene.host, "one");
    }
    changeCfg(host, { rtsp: { serverport: "9554" } });
    await using again = await startOn(host);
    expect(again.fleet.summary.cameras[0]?.streams[0]?.address).toBe(`rtsp://${CAMERA_ADDRESS}:9554/test.mp4`);
    expect(textsOf(await new CameraClient(host).call("GetNetworkProtocols"), "Port")).toContain("9554");
  });
});

describe("a run file", () => {
  it("is not made as long as no client changes anything", async () => {
    const addresses = [CAMERA_ADDRESS];
    const host = hostWithFiles(forFakeHost(), fakeHost({ addresses }));
    {
      await using scene = await startOn(host);
      await nameOf(scene.host);
      addresses.push("198.51.100.10");
      await host.clock.advance(60_000);
    }
    expect(host.files.text(RUN_FILE)).toBeUndefined();
  });

  it("wins over an edited onvif.cfg, and a warning says so and what to do", async () => {
    const host = hostWithFiles(forFakeHost({ onvif: { hostname: "first" } }));
    {
      await using scene = await startOn(host);
      await setName(scene.host, "one");
    }
    const warnings = async (): Promise<readonly string[]> =>
      (await loadConfig(host.files, CFG_FOLDER)).issues.map(({ file, message }) => `${file}: ${message}`);
    expect(await warnings()).toEqual([]);
    changeCfg(host, { onvif: { hostname: "edited" } });
    expect(await warnings()).toEqual([
      expect.stringMatching(
        /^\/cam\/onvif\.cfg: has been edited .*onvifrun\.cfg wins.*--defaults.*delete onvifrun\.cfg/,
      ),
    ]);
    await using again = await startOn(host);
    expect(await nameOf(again.host)).toBe("one");
  });

  it.each([
    ["half of one", (text: string) => text.slice(0, text.length / 2)],
    ["nothing", () => ""],
    ["no XML", () => "\0\x01\x02 no xml"],
    ["wrong values", (text: string) => text.replace(/<need_auth>0/, "<need_auth>many")],
  ])("that is damaged (%s) is set aside with a warning, and onvif.cfg counts", async (_name, damage) => {
    const host = hostWithFiles(forFakeHost({ onvif: { hostname: "first" } }));
    {
      await using scene = await startOn(host);
      await setName(scene.host, "one");
    }
    const damaged = damage(host.files.text(RUN_FILE) ?? "");
    host.files.set(RUN_FILE, damaged);
    const { log, lines } = logLines();
    await using again = await startOn(host, { log });
    expect(await nameOf(again.host)).toBe("first");
    const aside = (await host.files.list(CFG_FOLDER)).filter((name) => name.includes("damaged"));
    expect(aside).toEqual([expect.stringMatching(/^onvifrun\.cfg\.damaged-\d{8}T\d{6}Z$/)]);
    expect(host.files.text(`${CFG_FOLDER}/${aside[0]}`)).toBe(damaged);
    expect(lines.filter((line) => line.startsWith("warn"))).toEqual([expect.stringContaining(aside[0] ?? "?")]);
    expect(host.files.text(RUN_FILE)).toBeUndefined();
  });

  it("whose state does not fit the camera is set aside with a warning; its configuration goes on to count", async () => {
    const host = hostWithFiles(forFakeHost({ onvif: { hostname: "first" } }));
    {
      await using scene = await startOn(host);
      await setName(scene.host, "one");
    }
    const text = (host.files.text(RUN_FILE) ?? "")
      .replaceAll("video_encoder_1", "video_encoder_7")
      .replace("<Model>Virtual Camera<", "<Model>Kept<");
    host.files.set(RUN_FILE, text);
    const { log, lines } = logLines();
    {
      await using scene = await startOn(host, { log });
      expect(await nameOf(scene.host)).toBe("first");
      expect(textsOf(await new CameraClient(host).call("GetDeviceInformation"), "Model")).toEqual(["Kept"]);
    }
    const aside = (await host.files.list(CFG_FOLDER)).find((name) => name.includes("damaged"));
    expect(host.files.text(`${CFG_FOLDER}/${aside}`)).toBe(text);
    expect(lines.filter((line) => line.startsWith("warn"))).toEqual([expect.stringContaining(aside ?? "?")]);
    const later = logLines();
    await using again = await startOn(host, { log: later.log });
    expect(textsOf(await new CameraClient(again.host).call("GetDeviceInformation"), "Model")).toEqual(["Kept"]);
    expect(later.lines.filter((line) => line.startsWith("warn"))).toEqual([]);
  });
});

describe("a power cut", () => {
  it.each<[ReplaceStage, string]>([
    ["write", "first"],
    ["rename", "first"],
    ["sync", "second"],
  ])("at the step %s of keeping a change leaves a state that starts", async (stage, name) => {
    const host = hostWithFiles(forFakeHost());
    const scene = await startOn(host);
    await setName(host, "first");
    await host.clock.advance(500);
    await setName(host, "second");
    host.files.failNext(stage, "crash", RUN_FILE);
    await host.clock.advance(500);
    const after = rebooted(host);
    const { log, lines } = logLines();
    await using again = await startOn(after, { log });
    expect(await nameOf(again.host)).toBe(name);
    expect(lines.filter((line) => /^(warn|error)/.test(line))).toEqual([]);
    await setName(after, "third");
    await after.clock.advance(500);
    expect(after.files.text(RUN_FILE)).toContain("third");
    await scene[Symbol.asyncDispose]();
  });

  it.each<[ReplaceStage, string]>(
    (["key.pem", "certificate.pem", "mac"] as const).flatMap((file) =>
      (["write", "rename", "sync"] as const).map((stage): [ReplaceStage, string] => [stage, file]),
    ),
  )("at the step %s of making state/%s leaves a folder that starts", async (stage, file) => {
    const host = hostWithFiles(forFakeHost());
    host.files.failNext(stage, "crash", `${CFG_FOLDER}/state/${file}`);
    await startOn(host).then(
      (scene) => scene[Symbol.asyncDispose](),
      () => {},
    );
    await using again = await startOn(rebooted(host));
    expect(await nameOf(again.host)).toMatch(/^camera-/);
  });
});
