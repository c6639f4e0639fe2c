import { describe, expect, it } from "vitest";
import { Dot1X } from "#onvif/schema/security/dot1x";
import { Keystore } from "#onvif/schema/security/keystore";
import type { Logger } from "#util/log";
import { CFG_FOLDER, type FleetOnHost, forFakeHost, hostWithFiles, startOn } from "../support/a-fleet.js";
import { CameraClient, textsOf } from "../support/camera-client.js";
import { fakeHost } from "../support/fake-host.js";
import { logLines } from "../support/log-lines.js";

const PASSPHRASE = "correct horse battery";

const hex = (text: string): string => Buffer.from(text).toString("hex").toUpperCase();

const accessPoint = (ssid: string, more = ""): string => `<access_point><ssid>${ssid}</ssid>${more}</access_point>`;

const wirelessTag = (inside: string): string => `<wireless>${inside}</wireless>`;
const inRange = [
  accessPoint("porch", `<bssid>02-00-00-00-00-AA</bssid><passphrase>${PASSPHRASE}</passphrase>`),
  accessPoint("lobby", "<signal>Very Good</signal><security>None</security>"),
  accessPoint("office", "<security>Dot1X</security><cipher>CCMP</cipher><cipher>TKIP</cipher><signal>Bad</signal>"),
  accessPoint("attic", "<security>WEP</security>"),
].join("");

/** A camera whose onvif.cfg has that much of a wireless network. */
function aWirelessCamera(tag = wirelessTag(inRange), log?: Logger): Promise<FleetOnHost> {
  const host = hostWithFiles(forFakeHost(), fakeHost({ addresses: ["192.0.2.10"] }));
  const path = `${CFG_FOLDER}/onvif.cfg`;
  host.files.set(path, (host.files.text(path) ?? "").replace("</config>", `${tag}</config>`));
  return startOn(host, log && { log });
}

const security = (mode: string, inside = ""): string => `<tt:Mode>${mode}</tt:Mode>${inside}`;
const psk = (inside: string): string => security("PSK", inside === "" ? "" : `<tt:PSK>${inside}</tt:PSK>`);
const passphrase = (text: string): string => psk(`<tt:Passphrase>${text}</tt:Passphrase>`);

const dot11 = (alias: string, ssid: string, priority: number, inside: string): string =>
  `<tt:Dot11><tt:SSID>${hex(ssid)}</tt:SSID><tt:Mode>Infrastructure</tt:Mode><tt:Alias>${alias}</tt:Alias><tt:Priority>${priority}</tt:Priority><tt:Security>${inside}</tt:Security></tt:Dot11>`;

const token = (name: string): string => `<tds:InterfaceToken>${name}</tds:InterfaceToken>`;

const set = ({ host }: FleetOnHost, ...networks: readonly string[]): Promise<unknown> =>
  new CameraClient(host).call(
    "SetNetworkInterfaces",
    `${token("wlan0")}<tds:NetworkInterface><tt:Extension>${networks.join("")}</tt:Extension></tds:NetworkInterface>`,
  );

const statusOf = async ({ host }: FleetOnHost): Promise<readonly string[]> => {
  const status = await new CameraClient(host).call("GetDot11Status", token("wlan0"));
  return (status.children[0]?.children ?? []).map(({ name, text }) => `${name} ${text}`);
};

describe("a camera with an emulated wireless network", () => {
  it("has one interface more, with its type and no link, and says so in its capabilities", async () => {
    await using scene = await aWirelessCamera();
    const client = new CameraClient(scene.host);
    const [eth0, wlan0] = (await client.call("GetNetworkInterfaces")).children;
    expect([eth0, wlan0].map((one) => one?.attribute("token"))).toEqual(["eth0", "wlan0"]);
    expect(eth0?.child("Extension")).toBeUndefined();
    expect(wlan0?.child("Link")).toBeUndefined();
    expect(wlan0 && textsOf(wlan0, "InterfaceType")).toEqual(["71"]);
    const capabilities = await client.call("GetServiceCapabilities");
    expect(capabilities.children[0]?.child("Network")?.attribute("Dot11Configuration")).toBe("true");
    expect(textsOf(await client.call("GetCapabilities"), "Dot11Configuration")).toEqual(["true"]);
    const own = await client.call("GetDot11Capabilities");
    expect((own.children[0]?.children ?? []).map(({ name, text }) => `${name} ${text}`)).toEqual([
      "TKIP true",
      "ScanAvailableNetworks true",
      "MultipleConfiguration true",
      "AdHocStationMode false",
      "WEP true",
    ]);
  });

  it("sees the access points that onvif.cfg names", async () => {
    await using scene = await aWirelessCamera();
    const found = await new CameraClient(scene.host).call("ScanAvailableDot11Networks", token("wlan0"));
    const members = found.children.map(({ children }) => children.map(({ text }) => text));
    const made: unknown = expect.stringMatching(/^02(:[0-9a-f]{2}){5}$/);
    expect(members).toEqual([
      [hex("porch"), "02:00:00:00:00:aa", "PSK", "CCMP", "CCMP", "Good"],
      [hex("lobby"), made, "None", "Very Good"],
      [hex("office"), made, "Dot1X", "CCMP", "TKIP", "TKIP", "Bad"],
      [hex("attic"), made, "Extended", "Extended", "Extended", "Good"],
    ]);
  });

  it("is connected to what a client sets, by priority, and tells no keys", async () => {
    const { log, lines } = logLines();
    await using scene = await aWirelessCamera(undefined, log);
    await expect(statusOf(scene)).rejects.toThrow("NotConnectedDot11");
    await set(scene, dot11("guests", "lobby", 1, security("None")), dot11("home", "porch", 5, passphrase(PASSPHRASE)));
    expect(await statusOf(scene)).toEqual([
      `SSID ${hex("porch")}`,
      "BSSID 02:00:00:00:00:aa",
      "PairCipher CCMP",
      "GroupCipher CCMP",
      "SignalStrength Good",
      "ActiveConfigAlias home",
    ]);
    const interfaces = await new CameraClient(scene.host).call("GetNetworkInterfaces");
    expect(textsOf(interfaces, "Alias")).toEqual(["guests", "home"]);
    expect(textsOf(interfaces, "Passphrase")).toEqual([]);
    expect(textsOf(interfaces, "Key")).toEqual([]);
    expect(lines.join("\n")).not.toContain(PASSPHRASE);
  });

  it("falls back to another network while its passphrase is wrong", async () => {
    await using scene = await aWirelessCamera();
    await set(
      scene,
      dot11("guests", "lobby", 1, security("None")),
      dot11("home", "porch", 5, passphrase("a wrong one")),
    );
    expect(await statusOf(scene)).toContain("ActiveConfigAlias guests");
    await set(scene, dot11("home", "porch", 5, passphrase("a wrong one")));
    await expect(statusOf(scene)).rejects.toThrow("NotConnectedDot11");
  });

  it("is so again after a restart of the program, until a hard factory default", async () => {
    await using scene = await aWirelessCamera();
    await set(scene, dot11("home", "porch", 5, passphrase(PASSPHRASE)));
    // A client that knows nothing of wireless networks.
    await new CameraClient(scene.host).call(
      "SetNetworkInterfaces",
      `${token("wlan0")}<tds:NetworkInterface><tt:MTU>1400</tt:MTU></tds:NetworkInterface>`,
    );
    await scene[Symbol.asyncDispose]();
    await using again = await startOn(scene.host);
    expect(await statusOf(again)).toContain("ActiveConfigAlias home");
    // The passphrase stays where a client names none.
    await set(again, dot11("home", "porch", 7, psk("")));
    expect(await statusOf(again)).toContain("ActiveConfigAlias home");
    await new CameraClient(again.host).call("SetSystemFactoryDefault", "<tds:FactoryDefault>Hard</tds:FactoryDefault>");
    await again.host.clock.advance(10_000);
    await expect(statusOf(again)).rejects.toThrow("NotConnectedDot11");
  });

  it("takes IEEE 802.1X configurations of both services, and keeps them from being deleted", async () => {
    await using scene = await aWirelessCamera();
    const client = new CameraClient(scene.host);
    await client.call(
      "CreateDot1XConfiguration",
      "<tds:Dot1XConfiguration><tt:Dot1XConfigurationToken>old</tt:Dot1XConfigurationToken><tt:Identity>camera</tt:Identity><tt:EAPMethod>25</tt:EAPMethod></tds:Dot1XConfiguration>",
    );
    const of = (id: string): string => security("Dot1X", `<tt:Dot1X>${id}</tt:Dot1X>`);
    await set(scene, dot11("work", "office", 1, of("old")));
    expect(await statusOf(scene)).toEqual(expect.arrayContaining(["PairCipher CCMP", "GroupCipher TKIP"]));
    const old = "<tds:Dot1XConfigurationToken>old</tds:Dot1XConfigurationToken>";
    await expect(client.call("DeleteDot1XConfiguration", old)).rejects.toThrow("ReferenceExists");

    const passphraseId = textsOf(
      await client.call("UploadPassphrase", "<tas:Passphrase>secret</tas:Passphrase>", {
        service: Keystore,
      }),
      "PassphraseID",
    );
    const added = await client.call(
      "AddDot1XConfiguration",
      `<tas:Dot1XConfiguration><tas:Outer Method="EAP-PEAP"><tas:Inner Method="MSCHAPv2"><tas:Identity>camera</tas:Identity><tas:PassphraseID>${passphraseId.join("")}</tas:PassphraseID></tas:Inner></tas:Outer></tas:Dot1XConfiguration>`,
      { service: Dot1X },
    );
    const id = textsOf(added, "Dot1XID").join("");
    await set(scene, dot11("work", "office", 1, of(id)));
    expect(await statusOf(scene)).toContain("ActiveConfigAlias work");
    await expect(
      client.call("DeleteDot1XConfiguration", `<tas:Dot1XID>${id}</tas:Dot1XID>`, { service: Dot1X }),
    ).rejects.toThrow("ReferenceExists");
    await client.call("DeleteDot1XConfiguration", old);
  });

  it("shows an interface of the computer as the wireless one where it has the name", async () => {
    await using scene = await aWirelessCamera(wirelessTag(`<interface>eth0</interface>${inRange}`));
    const { children } = await new CameraClient(scene.host).call("GetNetworkInterfaces");
    expect(children.map((one) => one.attribute("token"))).toEqual(["eth0"]);
    expect(children.flatMap((one) => textsOf(one, "InterfaceType"))).toEqual(["71"]);
    expect(children.flatMap((one) => textsOf(one, "Address"))).toContain("192.0.2.10");
  });

  it("cannot be left by its real interface for the wireless one", async () => {
    await using scene = await aWirelessCamera();
    const off = "<tds:NetworkInterface><tt:Enabled>false</tt:Enabled></tds:NetworkInterface>";
    await expect(new CameraClient(scene.host).call("SetNetworkInterfaces", `${token("eth0")}${off}`)).rejects.toThrow(
      "InvalidArgVal",
    );
  });
});

describe("a camera without one", () => {
  it("says so, and answers InvalidDot11", async () => {
    await using scene = await aWirelessCamera("");
    const client = new CameraClient(scene.host);
    const capabilities = await client.call("GetServiceCapabilities");
    expect(capabilities.children[0]?.child("Network")?.attribute("Dot11Configuration")).toBe("false");
    for (const operation of ["GetDot11Capabilities", "GetDot11Status", "ScanAvailableDot11Networks"])
      await expect(client.call(operation, operation.endsWith("ities") ? "" : token("eth0"))).rejects.toThrow(
        "InvalidDot11",
      );
  });
});
