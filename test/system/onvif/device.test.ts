import { describe, expect, it } from "vitest";
import { Device } from "#onvif/schema/device/service";
import { deviceService } from "#onvif/services/device/service";
import { encodeElement } from "#xml/codec";
import { aDeviceSetup } from "../../support/a-device.js";
import { aCamera, call, soap, theUsers } from "../../support/soap.js";

const setup = aDeviceSetup();
const dateTime = (hour: number, day = 15) => ({
  Time: { Hour: hour, Minute: 0, Second: 0 },
  Date: { Year: 2026, Month: 1, Day: day },
});

describe("the date and time of the device service", () => {
  it("tells UTC, the local time and the POSIX zone, which differ as the zone says (rule 2)", async () => {
    const camera = aCamera({ setup: { clock: { timeZone: "CET-1CEST,M3.5.0,M10.5.0/3" } } });
    expect(await call(camera, Device, "GetSystemDateAndTime", {})).toEqual({
      SystemDateAndTime: {
        DateTimeType: "Manual",
        DaylightSavings: true,
        TimeZone: { TZ: "CET-1CEST,M3.5.0,M10.5.0/3" },
        UTCDateTime: dateTime(12),
        LocalDateTime: dateTime(13),
      },
    });
  });

  it.each([
    ["no credentials", { user: "nobody" }],
    ["a wrong password", { user: { username: "admin", password: "guessed" } }],
    ["HTTP credentials that are none", { user: "nobody", authorization: "Digest nonsense" }],
    ["a UsernameToken without content", { user: "nobody", header: "<Security><UsernameToken/></Security>" }],
  ] as const)("answers GetSystemDateAndTime with %s (rule 1)", async (_, options) => {
    expect(await soap(aCamera(), { operation: "GetSystemDateAndTime" }, options)).toMatchObject({ status: 200 });
  });

  it("sets the camera's clock, which then runs on, and leaves the host's alone (rule 4)", async () => {
    const camera = aCamera();
    const hostMs = camera.host.clock.now();
    await call(camera, Device, "SetSystemDateAndTime", {
      DateTimeType: "Manual",
      DaylightSavings: false,
      TimeZone: { TZ: "EST5" },
      UTCDateTime: dateTime(20),
    });
    expect(camera.host.clock.now()).toBe(hostMs);
    await camera.host.clock.advance(3_600_000);
    const { SystemDateAndTime } = await call(camera, Device, "GetSystemDateAndTime", {});
    expect(SystemDateAndTime).toEqual({
      DateTimeType: "Manual",
      DaylightSavings: false,
      TimeZone: { TZ: "EST5" },
      UTCDateTime: dateTime(21),
      LocalDateTime: dateTime(16),
    });
    expect(camera.changes).toEqual([{ slice: "clock", what: "set" }]);
  });

  it("keeps the zone where SetSystemDateAndTime names none (rule 4)", async () => {
    const camera = aCamera({ setup: { clock: { timeZone: "EST5" } } });
    await call(camera, Device, "SetSystemDateAndTime", {
      DateTimeType: "Manual",
      DaylightSavings: true,
      UTCDateTime: dateTime(6),
    });
    const { SystemDateAndTime } = await call(camera, Device, "GetSystemDateAndTime", {});
    expect(SystemDateAndTime).toMatchObject({ TimeZone: { TZ: "EST5" }, LocalDateTime: dateTime(1) });
  });

  it("follows NTP once a server is defined", async () => {
    const camera = aCamera();
    await call(camera, Device, "SetNTP", { FromDHCP: false, NTPManual: [{ Type: "DNS", DNSname: "time.example" }] });
    await call(camera, Device, "SetSystemDateAndTime", { DateTimeType: "NTP", DaylightSavings: true });
    const { SystemDateAndTime } = await call(camera, Device, "GetSystemDateAndTime", {});
    expect(SystemDateAndTime).toMatchObject({ DateTimeType: "NTP", UTCDateTime: dateTime(12) });
  });
});

describe("the identity that the device service tells", () => {
  it("is that of the setup", async () => {
    expect(await call(aCamera(), Device, "GetDeviceInformation", {})).toEqual({
      Manufacturer: setup.identity.manufacturer,
      Model: setup.identity.model,
      FirmwareVersion: setup.identity.firmwareVersion,
      SerialNumber: setup.identity.serialNumber,
      HardwareId: setup.identity.hardwareId,
    });
  });

  it("is another for another serial number, and the same after a restart (rule 33)", async () => {
    const guidOf = async (serialNumber: string): Promise<string> => {
      const camera = aCamera({ setup: { identity: { ...setup.identity, serialNumber } } });
      return (await call(camera, Device, "GetEndpointReference", {}, { user: "nobody" })).GUID;
    };
    expect(await guidOf("1")).toMatch(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(await guidOf("1")).toBe(await guidOf("1"));
    expect(await guidOf("1")).not.toBe(await guidOf("2"));
  });

  it("has the endpoint reference that discovery announces (rule 34)", async () => {
    const camera = aCamera();
    const { GUID } = await call(camera, Device, "GetEndpointReference", {});
    expect(GUID).toBe(camera.device.identity.endpointAddress);
  });
});

describe("the scopes and the discovery mode of the device service", () => {
  const location = "onvif://www.onvif.org/location/country/china";
  const scopesOf = async (camera: ReturnType<typeof aCamera>): Promise<Record<string, string>> => {
    const { Scopes } = await call(camera, Device, "GetScopes", {});
    return Object.fromEntries(Scopes.map(({ ScopeItem, ScopeDef }) => [ScopeItem, ScopeDef]));
  };

  it("tell fixed scopes from configurable ones", async () => {
    expect(await scopesOf(aCamera())).toEqual({
      [location]: "Configurable",
      "onvif://www.onvif.org/name/IP-Camera": "Fixed",
      "onvif://www.onvif.org/hardware/HI3518C": "Fixed",
      "onvif://www.onvif.org/Profile/Streaming": "Fixed",
    });
  });

  it("are added to, replaced and removed", async () => {
    const camera = aCamera();
    await call(camera, Device, "AddScopes", { ScopeItem: ["onvif://www.onvif.org/room/1", "urn:own scope"] });
    expect(await scopesOf(camera)).toMatchObject({
      [location]: "Configurable",
      "onvif://www.onvif.org/room/1": "Configurable",
      "urn:own%20scope": "Configurable",
    });
    const removed = await call(camera, Device, "RemoveScopes", { ScopeItem: ["onvif://www.onvif.org/room/1"] });
    expect(removed).toEqual({ ScopeItem: ["onvif://www.onvif.org/room/1"] });
    await call(camera, Device, "SetScopes", { Scopes: ["urn:only"] });
    const left = await scopesOf(camera);
    expect(Object.keys(left)).toHaveLength(4);
    expect(left).toMatchObject({ "urn:only": "Configurable" });
    expect(camera.changes.map(({ slice, what }) => `${slice} ${what}`)).toEqual([
      "scopes added",
      "scopes removed",
      "scopes set",
    ]);
  });

  it("switch discovery off and on", async () => {
    const camera = aCamera();
    expect(await call(camera, Device, "GetDiscoveryMode", {})).toEqual({ DiscoveryMode: "Discoverable" });
    await call(camera, Device, "SetDiscoveryMode", { DiscoveryMode: "NonDiscoverable" });
    expect(camera.device.discovery.mode).toBe("NonDiscoverable");
    expect(await call(camera, Device, "GetDiscoveryMode", {})).toEqual({ DiscoveryMode: "NonDiscoverable" });
  });
});

describe("the network of the device service", () => {
  it("has a host name, set by hand or by DHCP", async () => {
    const camera = aCamera({ setup: { hostname: { name: "camera", dhcpName: "dhcp-camera" } } });
    const nameOf = async () => (await call(camera, Device, "GetHostname", {}, { user: "nobody" })).HostnameInformation;
    expect(await nameOf()).toEqual({ FromDHCP: false, Name: "camera" });
    await call(camera, Device, "SetHostname", { Name: "porch-1" });
    expect(await nameOf()).toEqual({ FromDHCP: false, Name: "porch-1" });
    expect(await call(camera, Device, "SetHostnameFromDHCP", { FromDHCP: true })).toEqual({ RebootNeeded: false });
    expect(await nameOf()).toEqual({ FromDHCP: true, Name: "dhcp-camera" });
    await call(camera, Device, "SetHostnameFromDHCP", { FromDHCP: false });
    expect(await nameOf()).toEqual({ FromDHCP: false, Name: "porch-1" });
    await call(camera, Device, "SetHostname", { Name: "" });
    expect(await nameOf()).toMatchObject({ FromDHCP: true });
  });

  it("tells its interfaces with Enabled and HwAddress (rule 33)", async () => {
    const prefixed = (address: string) => ({ address, prefixLength: 64 });
    const [eth0] = setup.network.interfaces;
    if (!eth0) throw new Error("no interface");
    const camera = aCamera({
      setup: {
        network: {
          ...setup.network,
          interfaces: [
            eth0,
            {
              token: "eth1",
              enabled: false,
              name: "eth1",
              macAddress: "02:00:00:00:00:02",
              ipv4: {
                enabled: true,
                dhcp: false,
                manual: [{ address: "198.51.100.7", prefixLength: 25 }],
                linkLocal: { address: "169.254.1.2", prefixLength: 16 },
              },
              ipv6: {
                enabled: true,
                dhcp: "Stateless",
                manual: [prefixed("2001:db8::1")],
                linkLocal: [prefixed("fe80::1")],
                fromDhcp: [prefixed("2001:db8::2")],
                fromRouter: [prefixed("2001:db8::3")],
              },
            },
          ],
        },
      },
    });
    const wire = (Address: string, PrefixLength = 64) => ({ Address, PrefixLength });
    expect(await call(camera, Device, "GetNetworkInterfaces", {})).toEqual({
      NetworkInterfaces: [
        {
          token: "eth0",
          Enabled: true,
          Info: { Name: "eth0", HwAddress: "02:00:00:00:00:01", MTU: 1500 },
          IPv4: { Enabled: true, Config: { FromDHCP: wire("192.0.2.10", 24), DHCP: true } },
        },
        {
          token: "eth1",
          Enabled: false,
          Info: { Name: "eth1", HwAddress: "02:00:00:00:00:02" },
          IPv4: {
            Enabled: true,
            Config: { Manual: [wire("198.51.100.7", 25)], LinkLocal: wire("169.254.1.2", 16), DHCP: false },
          },
          IPv6: {
            Enabled: true,
            Config: {
              DHCP: "Stateless",
              Manual: [wire("2001:db8::1")],
              LinkLocal: [wire("fe80::1")],
              FromDHCP: [wire("2001:db8::2")],
              FromRA: [wire("2001:db8::3")],
            },
          },
        },
      ],
    });
  });

  it("tells its protocols and ports", async () => {
    expect(await call(aCamera(), Device, "GetNetworkProtocols", {})).toEqual({
      NetworkProtocols: [
        { Name: "HTTP", Enabled: true, Port: [8000] },
        { Name: "HTTPS", Enabled: true, Port: [8443] },
        { Name: "RTSP", Enabled: true, Port: [8554] },
      ],
    });
  });

  it("has DNS servers, from DHCP or set by hand", async () => {
    const camera = aCamera();
    const dnsOf = async () => (await call(camera, Device, "GetDNS", {})).DNSInformation;
    expect(await dnsOf()).toEqual({ FromDHCP: true, DNSFromDHCP: [{ Type: "IPv4", IPv4Address: "192.0.2.53" }] });
    const SearchDomain = ["example.net", "example.org"];
    const DNSManual = [
      { Type: "IPv4", IPv4Address: "198.51.100.53" },
      { Type: "IPv6", IPv6Address: "2001:db8::53" },
    ] as const;
    await call(camera, Device, "SetDNS", { FromDHCP: false, SearchDomain, DNSManual });
    expect(await dnsOf()).toEqual({ FromDHCP: false, SearchDomain, DNSManual });
    await call(camera, Device, "SetDNS", { FromDHCP: true });
    expect(await dnsOf()).toMatchObject({ FromDHCP: true, DNSFromDHCP: [{ IPv4Address: "192.0.2.53" }] });
  });

  it("has NTP servers by address and name", async () => {
    const camera = aCamera();
    expect((await call(camera, Device, "GetNTP", {})).NTPInformation).toEqual({ FromDHCP: false });
    const NTPManual = [
      { Type: "IPv4", IPv4Address: "198.51.100.123" },
      { Type: "IPv6", IPv6Address: "2001:db8::123" },
      { Type: "DNS", DNSname: "time.example" },
    ] as const;
    await call(camera, Device, "SetNTP", { FromDHCP: false, NTPManual });
    expect((await call(camera, Device, "GetNTP", {})).NTPInformation).toEqual({ FromDHCP: false, NTPManual });
  });

  it("has default gateways of both families, and takes none", async () => {
    const camera = aCamera();
    const gatewayOf = async () => (await call(camera, Device, "GetNetworkDefaultGateway", {})).NetworkGateway;
    expect(await gatewayOf()).toEqual({ IPv4Address: ["192.0.2.1"] });
    await call(camera, Device, "SetNetworkDefaultGateway", {
      IPv4Address: ["192.0.2.2"],
      IPv6Address: ["2001:db8::1"],
    });
    expect(await gatewayOf()).toEqual({ IPv4Address: ["192.0.2.2"], IPv6Address: ["2001:db8::1"] });
    await call(camera, Device, "SetNetworkDefaultGateway", {});
    expect(await gatewayOf()).toEqual({});
  });

  it("has link-local addressing that can be switched", async () => {
    const camera = aCamera();
    const zeroOf = async () => (await call(camera, Device, "GetZeroConfiguration", {})).ZeroConfiguration;
    expect(await zeroOf()).toEqual({ InterfaceToken: "eth0", Enabled: false });
    await call(camera, Device, "SetZeroConfiguration", { InterfaceToken: "eth0", Enabled: true });
    const { Enabled, Addresses = [] } = await zeroOf();
    expect({ Enabled, Addresses }).toEqual({ Enabled: true, Addresses: [expect.stringMatching(/^169\.254\./)] });
    const [eth0] = (await call(camera, Device, "GetNetworkInterfaces", {})).NetworkInterfaces;
    expect(eth0?.IPv4?.Config.LinkLocal).toEqual({ Address: Addresses[0], PrefixLength: 16 });
  });

  it("tells the link-local addressing of further interfaces beside that of the first", async () => {
    const [eth0] = setup.network.interfaces;
    if (!eth0) throw new Error("no interface");
    const interfaces = [eth0, { ...eth0, token: "eth1" }, { ...eth0, token: "eth2" }];
    const camera = aCamera({ setup: { network: { ...setup.network, interfaces } } });
    await call(camera, Device, "SetZeroConfiguration", { InterfaceToken: "eth2", Enabled: true });
    const { ZeroConfiguration } = await call(camera, Device, "GetZeroConfiguration", {});
    expect(ZeroConfiguration).toMatchObject({ InterfaceToken: "eth0", Enabled: false });
    expect(ZeroConfiguration.Extension?.Additional).toEqual([
      { InterfaceToken: "eth1", Enabled: false },
      { InterfaceToken: "eth2", Enabled: true, Addresses: [expect.stringMatching(/^169\.254\./)] },
    ]);
  });

  it("answers ActionNotSupported for link-local addressing where there is none", async () => {
    const network = { ...setup.network, interfaces: [] };
    const reply = await soap(aCamera({ setup: { network } }), { operation: "GetZeroConfiguration" });
    expect(reply).toMatchObject({ status: 500, fault: "Receiver ActionNotSupported" });
  });
});

describe("the users of the device service", () => {
  it("are listed without their passwords", async () => {
    const camera = aCamera();
    const reply = await soap(camera, { operation: "GetUsers" });
    expect(reply.body.children.map((user) => user.children.map(({ name, text }) => [name, text]))).toEqual([
      [
        ["Username", "admin"],
        ["UserLevel", "Administrator"],
      ],
      [
        ["Username", "olga"],
        ["UserLevel", "Operator"],
      ],
      [
        ["Username", "uma"],
        ["UserLevel", "User"],
      ],
    ]);
    expect(reply.text).not.toContain(theUsers.operator.password);
  });

  it("are created, changed and deleted, and log in at once with what they are then", async () => {
    const camera = aCamera();
    const otto = { username: "otto", password: "ein Paßwort <&>" };
    const may = async (operation: string, password = otto.password): Promise<boolean> =>
      (await soap(camera, { operation }, { user: { ...otto, password } })).status === 200;
    await call(camera, Device, "CreateUsers", {
      User: [
        { Username: otto.username, Password: otto.password, UserLevel: "User" },
        { Username: "anna", Password: "x", UserLevel: "Administrator" },
      ],
    });
    expect(await may("GetScopes")).toBe(true);
    expect(await may("GetUsers")).toBe(false);
    await call(camera, Device, "SetUser", {
      User: [{ Username: otto.username, Password: "new", UserLevel: "Administrator" }],
    });
    expect(await may("GetUsers", "new")).toBe(true);
    expect(await may("GetScopes")).toBe(false);
    await call(camera, Device, "DeleteUsers", { Username: [otto.username, "anna"] });
    expect(await may("GetScopes", "new")).toBe(false);
    expect(camera.changes.map(({ slice, what }) => `${slice} ${what}`)).toEqual([
      "users created",
      "users set",
      "users deleted",
    ]);
  });
});

describe("the device service", () => {
  it("has an answer of its own for each operation of the standard, or says why not", () => {
    expect(Object.keys(Device.operations).filter((name) => deviceService.handlers[name] === undefined)).toEqual([]);
  });
});

describe("answers of the device service", () => {
  it("are written with required members, in order (rule 20)", async () => {
    const camera = aCamera();
    const value = await call(camera, Device, "GetCapabilities", {});
    const { text } = await soap(camera, { operation: "GetCapabilities" });
    expect(text).toContain(
      encodeElement(Device.namespace, "GetCapabilitiesResponse", Device.operations.GetCapabilities.response, value),
    );
  });
});
