import { describe, expect, it } from "vitest";
import { deviceService } from "#onvif/services/device/service";
import { aDeviceSetup } from "../../support/a-device.js";
import { aCamera, type CameraOptions, soap } from "../../support/soap.js";

const { network } = aDeviceSetup();

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;
const times = (count: number, one: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => one(index)).join("");

/** Members with values that `-` or `:` divides. */
const numbers = (names: string, values: string): string =>
  names
    .split(" ")
    .map((name, index) => element(`tt:${name}`, values.split(/[-:]/)[index] ?? ""))
    .join("");
const clock = (type: string, zone: string, time: string, date: string): string =>
  element("tds:DateTimeType", type) +
  element("tds:DaylightSavings", "true") +
  element("tds:TimeZone", element("tt:TZ", zone)) +
  element(
    "tds:UTCDateTime",
    element("tt:Time", numbers("Hour Minute Second", time)) + element("tt:Date", numbers("Year Month Day", date)),
  );
const scopes = (name: string, ...uris: readonly string[]): string =>
  uris.map((uri) => element(`tds:${name}`, uri)).join("");
const byHand = (list: string, type: string, member: string, value: string): string =>
  element("tds:FromDHCP", "false") + element(`tds:${list}`, element("tt:Type", type) + element(`tt:${member}`, value));
const zero = (token: string): string => element("tds:InterfaceToken", token) + element("tds:Enabled", "true");
const user = (name: string, password: string | undefined, level: string): string =>
  element(
    "tds:User",
    element("tt:Username", name) +
      (password === undefined ? "" : element("tt:Password", password)) +
      element("tt:UserLevel", level),
  );
const named = (...names: readonly string[]): string => names.map((name) => element("tds:Username", name)).join("");

/** What is wrong, the content of the request, the fault, and how the camera has to be set up for it. */
interface Refused {
  readonly what: string;
  readonly content: string;
  readonly fault: string;
  readonly camera?: CameraOptions;
}
const row = (what: string, content: string, fault: string, camera: CameraOptions = {}): Refused => ({
  what,
  content,
  fault,
  camera,
});

const followsNtp: CameraOptions = {
  setup: { clock: { dateTimeType: "NTP" }, network: { ...network, ntp: { fromDhcp: true, manual: [] } } },
};

/** Without any service but that of the device. */
const alone: CameraOptions = { services: [deviceService] };

const refused: Readonly<Record<string, readonly Refused[]>> = {
  SetSystemDateAndTime: [
    row(
      "a zone that is none (DEVICE-3-1-4)",
      clock("Manual", "INVALIDTIMEZONE", "1:2:3", "2026-1-2"),
      "Sender InvalidArgVal InvalidTimeZone",
    ),
    row(
      "30 February (DEVICE-3-1-5)",
      clock("Manual", "UTC0", "1:2:3", "2026-2-30"),
      "Sender InvalidArgVal InvalidDateTime",
    ),
    row("the hour 25", clock("Manual", "UTC0", "25:2:3", "2026-2-3"), "Sender InvalidArgVal InvalidDateTime"),
    row("NTP without a server", clock("NTP", "UTC0", "1:2:3", "2026-2-3"), "Sender InvalidArgVal NtpServerUndefined"),
    row("a year in words", clock("Manual", "UTC0", "1:2:3", "now-2-3"), "Sender InvalidArgVal"),
    row("a kind of clock that is none", clock("Sundial", "UTC0", "1:2:3", "2026-2-3"), "Sender InvalidArgVal"),
    row("no DaylightSavings", element("tds:DateTimeType", "Manual"), "Sender InvalidArgs"),
    row(
      "members out of order",
      element("tds:DaylightSavings", "true") + element("tds:DateTimeType", "Manual"),
      "Sender InvalidArgs",
    ),
  ],
  GetServices: [row("a flag that is none", element("tds:IncludeCapability", "perhaps"), "Sender InvalidArgVal")],
  GetCapabilities: [
    row("a category that is none (rule 24, DEVICE-1-1-9)", element("tds:Category", "Toaster"), "Sender InvalidArgVal"),
    row(
      "a category that no service is behind (rule 24)",
      element("tds:Category", "Analytics"),
      "Receiver ActionNotSupported NoSuchService",
      alone,
    ),
    row(
      "one such category of two",
      element("tds:Category", "Device") + element("tds:Category", "PTZ"),
      "Receiver ActionNotSupported NoSuchService",
      alone,
    ),
  ],
  SetScopes: [
    row(
      "too many",
      times(65, (n) => scopes("Scopes", `urn:${n}`)),
      "Receiver Action TooManyScopes",
    ),
    row("none", "", "Sender InvalidArgs"),
  ],
  AddScopes: [
    row(
      "too many",
      times(65, (n) => scopes("ScopeItem", `urn:${n}`)),
      "Receiver Action TooManyScopes",
    ),
    row("an empty one", scopes("ScopeItem", " "), "Sender InvalidArgVal"),
    row("none", "", "Sender InvalidArgs"),
  ],
  RemoveScopes: [
    row(
      "a fixed one",
      scopes("ScopeItem", "onvif://www.onvif.org/hardware/HI3518C"),
      "Sender OperationProhibited FixedScope",
    ),
    row(
      "one that is not there, beside one that is",
      scopes("ScopeItem", "onvif://www.onvif.org/location/country/china", "urn:none"),
      "Sender InvalidArgVal NoScope",
    ),
  ],
  SetDiscoveryMode: [
    row("a mode that is none", element("tds:DiscoveryMode", "Hidden"), "Sender InvalidArgVal"),
    row("no mode", "", "Sender InvalidArgs"),
  ],
  SetHostname: [
    row("an underscore (DEVICE-2-1-3)", element("tds:Name", "Onvif_test1"), "Sender InvalidArgVal InvalidHostname"),
    row("no name", "", "Sender InvalidArgs"),
  ],
  SetHostnameFromDHCP: [row("a flag that is none", element("tds:FromDHCP", "maybe"), "Sender InvalidArgVal")],
  SetDNS: [
    row(
      "a short IPv4 address (DEVICE-2-1-9)",
      byHand("DNSManual", "IPv4", "IPv4Address", "10.1.1"),
      "Sender InvalidArgVal InvalidIPv4Address",
    ),
    row(
      "a bad IPv6 address (DEVICE-2-1-10)",
      byHand("DNSManual", "IPv6", "IPv6Address", "FF02:1"),
      "Sender InvalidArgVal InvalidIPv6Address",
    ),
    row(
      "an address of the other family",
      byHand("DNSManual", "IPv4", "IPv6Address", "2001:db8::1"),
      "Sender InvalidArgVal InvalidIPv4Address",
    ),
    row("a server by name", byHand("DNSManual", "DNS", "IPv4Address", "10.1.1.1"), "Sender InvalidArgVal"),
  ],
  SetNTP: [
    row(
      "a short IPv4 address (DEVICE-2-1-15)",
      byHand("NTPManual", "IPv4", "IPv4Address", "10.1.1"),
      "Sender InvalidArgVal InvalidIPv4Address",
    ),
    row(
      "a bad IPv6 address (DEVICE-2-1-16)",
      byHand("NTPManual", "IPv6", "IPv6Address", "FF02:1"),
      "Sender InvalidArgVal InvalidIPv6Address",
    ),
    row("a bad name", byHand("NTPManual", "DNS", "DNSname", "a..b"), "Sender InvalidArgVal InvalidDnsName"),
    row(
      "no server while the clock follows NTP",
      element("tds:FromDHCP", "false"),
      "Sender InvalidArgVal TimeSyncedToNtp",
      followsNtp,
    ),
  ],
  SetNetworkDefaultGateway: [
    row(
      "a short IPv4 address (DEVICE-2-1-28)",
      element("tds:IPv4Address", "10.1.1"),
      "Sender InvalidArgVal InvalidGatewayAddress",
    ),
    row(
      "a bad IPv6 address (DEVICE-2-1-29)",
      element("tds:IPv6Address", "FF02:1"),
      "Sender InvalidArgVal InvalidGatewayAddress",
    ),
  ],
  SetZeroConfiguration: [
    row("another interface", zero("wlan9"), "Sender InvalidArgVal InvalidNetworkInterface"),
    row("a token of 65 characters", zero("x".repeat(65)), "Sender InvalidArgVal"),
  ],
  CreateUsers: [
    row(
      "one that exists, beside a new one (DEVICE-4-1-3)",
      user("new", "x", "User") + user("olga", "x", "User"),
      "Sender OperationProhibited UsernameClash",
    ),
    row(
      "the same one twice",
      user("new", "x", "User") + user("new", "x", "User"),
      "Sender OperationProhibited UsernameClash",
    ),
    row("a long name", user("n".repeat(65), "x", "User"), "Sender OperationProhibited UsernameTooLong"),
    row("an empty name", user("", "x", "User"), "Sender OperationProhibited UsernameTooShort"),
    row("a long password", user("new", "x".repeat(65), "User"), "Sender OperationProhibited PasswordTooLong"),
    row("no password", user("new", undefined, "User"), "Sender OperationProhibited Password"),
    row("an anonymous one", user("new", "x", "Anonymous"), "Sender OperationProhibited AnonymousNotAllowed"),
    row("a name that no header line can hold", user("new&#10;line", "x", "User"), "Sender InvalidArgVal"),
    row("a level that is none", user("new", "x", "Root"), "Sender InvalidArgVal"),
    row(
      "too many",
      times(30, (n) => user(`new${n}`, "x", "User")),
      "Receiver Action TooManyUsers",
    ),
    row("none", "", "Sender InvalidArgs"),
  ],
  DeleteUsers: [
    row(
      "one that is not there, beside one that is (DEVICE-4-1-5)",
      named("olga", "nobody"),
      "Sender InvalidArgVal UsernameMissing",
    ),
    row("all of them (DEVICE-4-1-6)", named("olga", "uma", "admin"), "Sender InvalidArgVal FixedUser"),
  ],
  SetUser: [
    row(
      "one that is not there, beside one that is (DEVICE-4-1-8)",
      user("olga", "x", "User") + user("nobody", "x", "User"),
      "Sender InvalidArgVal UsernameMissing",
    ),
    row("a long password", user("olga", "x".repeat(65), "User"), "Sender OperationProhibited PasswordTooLong"),
    row("no password", user("olga", undefined, "User"), "Sender OperationProhibited PasswordTooWeak"),
    row("an anonymous one", user("olga", "x", "Anonymous"), "Sender OperationProhibited AnonymousNotAllowed"),
    row("the last administrator made a user", user("admin", "x", "User"), "Sender InvalidArgVal FixedUser"),
  ],
};

/** The request of GetDot11Capabilities may hold anything. */
const closed = Object.keys(deviceService.handlers).filter((operation) => operation !== "GetDot11Capabilities");

describe("a request that the device service refuses changes nothing:", () => {
  describe.each(Object.entries(refused))("%s with", (operation, rows) => {
    it.each(rows)("$what", async ({ content, fault, camera: options }) => {
      const camera = aCamera(options);
      const before = camera.device.snapshot();
      const reply = await soap(camera, { operation, content });
      expect(reply).toMatchObject({ fault, status: fault.startsWith("Sender") ? 400 : 500 });
      expect(camera.device.snapshot()).toEqual(before);
      expect(camera.changes).toEqual([]);
    });
  });

  it.each(closed)("%s with an argument that it does not know", async (operation) => {
    const camera = aCamera();
    const before = camera.device.snapshot();
    const reply = await soap(camera, { operation, content: "<tds:Unknown>1</tds:Unknown>" });
    expect(reply).toMatchObject({ fault: "Sender InvalidArgs", status: 400 });
    expect(camera.device.snapshot()).toEqual(before);
  });
});
