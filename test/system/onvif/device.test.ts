import { describe, expect, it } from "vitest";
import { Device } from "#onvif/schema/device/service";
import { Media } from "#onvif/schema/media/service";
import { Media2 } from "#onvif/schema/media2/service";
import { implement } from "#onvif/registry";
import { deviceService } from "#onvif/services/device/service";
import { services } from "#onvif/services/index";
import { encodeElement } from "#xml/codec";
import { aDeviceSetup } from "../../support/a-device.js";
import { aCamera, ADDRESS, call, type CameraOptions, soap, theUsers } from "../../support/soap.js";

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

describe("the services that are told", () => {
  const media = implement(
    Media,
    {
      path: "/onvif/media_service",
      legacyCapabilities: (XAddr) => ({ Media: { XAddr, StreamingCapabilities: { RTP_TCP: true } } }),
    },
    {},
  );
  const display = implement(
    { ...Media, namespace: { ...Media.namespace, uri: "urn:display" } },
    {
      path: "/onvif/display_service",
      legacyCapabilities: (XAddr) => ({ Extension: { Display: { XAddr, FixedLayout: true } } }),
    },
    {},
  );
  const search = implement(
    { ...Media, namespace: { ...Media.namespace, uri: "urn:search" } },
    {
      path: "/onvif/search_service",
      legacyCapabilities: (XAddr) => ({ Extension: { Search: { XAddr, MetadataSearch: false } } }),
    },
    {},
  );
  const media2 = implement(Media2, { path: "/onvif/media2_service" }, {});
  const several: CameraOptions = { services: [deviceService, media, display, search, media2] };

  it("are those of the registry in its order, with the releases of their declarations", async () => {
    const { Service } = await call(aCamera(several), Device, "GetServices", { IncludeCapability: false });
    expect(Service.map(({ Namespace, XAddr }) => [Namespace, XAddr])).toEqual([
      [Device.namespace.uri, ADDRESS],
      [Media.namespace.uri, "http://192.0.2.10:8000/onvif/media_service"],
      ["urn:display", "http://192.0.2.10:8000/onvif/display_service"],
      ["urn:search", "http://192.0.2.10:8000/onvif/search_service"],
      [Media2.namespace.uri, "http://192.0.2.10:8000/onvif/media2_service"],
    ]);
    expect(Service[0]).toEqual({
      Namespace: Device.namespace.uri,
      XAddr: ADDRESS,
      Version: { Major: 26, Minor: 6 },
    });
  });

  it("have Media before Media2 (rule 24)", () => {
    const order = [Device, Media, Media2].map(({ namespace }) => namespace.uri);
    const listed = services.map(({ declaration }) => declaration.namespace.uri).filter((uri) => order.includes(uri));
    expect(listed).toEqual(order.filter((uri) => listed.includes(uri)));
  });

  it("hold their own Capabilities element when these are asked for", async () => {
    const camera = aCamera(several);
    const { Service } = await call(camera, Device, "GetServices", { IncludeCapability: true });
    const [own, ...others] = Service.map(({ Capabilities }) => Capabilities?.Any?.[0]);
    expect(own).toMatchObject({ namespace: Device.namespace.uri, name: "Capabilities" });
    expect(own?.children.map(({ name }) => name)).toEqual(["Network", "Security", "System"]);
    expect(others).toEqual([undefined, undefined, undefined, undefined]);
    const { Capabilities } = await call(camera, Device, "GetServiceCapabilities", {});
    expect(own?.child("Security")?.attribute("MaxUsers")).toBe(String(Capabilities.Security.MaxUsers));
  });

  it("come without capabilities where IncludeCapability is absent (rule 24)", async () => {
    const reply = await soap(aCamera(several), { operation: "GetServices" });
    expect(reply).toMatchObject({ status: 200 });
    expect(reply.text).not.toContain("Capabilities");
  });

  it("may not leave IncludeCapability out where the camera is strict", async () => {
    const reply = await soap(aCamera({ strict: true }), { operation: "GetServices" });
    expect(reply.fault).toBe("Sender InvalidArgs");
  });

  it.each([[undefined], [["All"]], [["All", "Device"]], [["Device", "All"]]] as const)(
    "are the same in GetCapabilities for the categories %j (rule 24)",
    async (Category) => {
      const camera = aCamera(several);
      const { Capabilities } = await call(camera, Device, "GetCapabilities", { Category });
      expect(Capabilities).toMatchObject({
        Device: { XAddr: ADDRESS },
        Media: { XAddr: "http://192.0.2.10:8000/onvif/media_service" },
        Extension: {
          Display: { XAddr: "http://192.0.2.10:8000/onvif/display_service" },
          Search: { XAddr: "http://192.0.2.10:8000/onvif/search_service" },
        },
      });
      expect(Object.keys(Capabilities)).toEqual(["Device", "Media", "Extension"]);
    },
  );

  it("are chosen by category, in the order of the schema whatever that of the request (rule 20)", async () => {
    const camera = aCamera(several);
    const reply = await soap(camera, {
      operation: "GetCapabilities",
      content: "<tds:Category>Media</tds:Category><tds:Category>Device</tds:Category>",
    });
    expect(reply.body.child("Capabilities")?.children.map(({ name }) => name)).toEqual(["Device", "Media"]);
    const { Capabilities } = await call(camera, Device, "GetCapabilities", { Category: ["Device"] });
    expect(Object.keys(Capabilities)).toEqual(["Device"]);
  });

  it.each([
    ["http://camera.example/onvif/device_service", "http://camera.example/"],
    ["https://192.0.2.77:8443/onvif/device_service", "https://192.0.2.77:8443/"],
    ["http://[2001:db8::5]:8000/onvif/device_service", "http://[2001:db8::5]:8000/"],
  ])("have the address by which the client came: %s (rules 22 and 23)", async (reachedAt, base) => {
    const options = { reachedAt, user: "nobody" } as const;
    const camera = aCamera(several);
    const { Service } = await call(camera, Device, "GetServices", { IncludeCapability: true }, options);
    const { Capabilities } = await call(camera, Device, "GetCapabilities", {}, options);
    expect(Service.map(({ XAddr }) => XAddr).every((address) => address.startsWith(`${base}onvif/`))).toBe(true);
    expect(Capabilities.Device?.XAddr).toBe(reachedAt);
    expect(await call(camera, Device, "GetWsdlUrl", {}, options)).toEqual({ WsdlUrl: `${base}wsdl/` });
  });
});

describe("the capabilities of the device service", () => {
  it("say what works", async () => {
    expect(await call(aCamera(), Device, "GetServiceCapabilities", {})).toEqual({
      Capabilities: {
        Network: {
          IPFilter: false,
          ZeroConfiguration: true,
          IPVersion6: false,
          DynDNS: false,
          Dot11Configuration: false,
          HostnameFromDHCP: true,
          NTP: 16,
          DHCPv6: false,
        },
        Security: {
          "TLS1.0": false,
          "TLS1.1": false,
          "TLS1.2": true,
          OnboardKeyGeneration: false,
          AccessPolicyConfig: false,
          DefaultAccessPolicy: true,
          Dot1X: false,
          RemoteUserHandling: false,
          "X.509Token": false,
          SAMLToken: false,
          KerberosToken: false,
          UsernameToken: true,
          HttpDigest: true,
          RELToken: false,
          JsonWebToken: false,
          MaxUsers: 32,
          MaxUserNameLength: 64,
          MaxPasswordLength: 64,
          HashingAlgorithms: ["MD5", "SHA-256"],
        },
        System: {
          DiscoveryResolve: true,
          DiscoveryBye: true,
          RemoteDiscovery: false,
          SystemBackup: false,
          SystemLogging: false,
          CloudFirmwareUpgrade: false,
          HttpFirmwareUpgrade: false,
          HttpSystemBackup: false,
          HttpSystemLogging: false,
          HttpSupportInformation: false,
          StorageConfiguration: false,
          DiscoveryNotSupported: false,
          NetworkConfigNotSupported: false,
          UserConfigNotSupported: false,
          HardwareType: "Camera",
        },
      },
    });
  });

  it("say the same in GetCapabilities (DEVICE-1-1-30)", async () => {
    const camera = aCamera();
    const { Capabilities: own } = await call(camera, Device, "GetServiceCapabilities", {});
    const legacy = (await call(camera, Device, "GetCapabilities", {})).Capabilities.Device;
    const { Extension: networkExtension, ...network } = legacy?.Network ?? {};
    const { Extension: systemExtension, SupportedVersions, FirmwareUpgrade, ...system } = legacy?.System ?? {};
    const { Extension: securityExtension, ...security } = legacy?.Security ?? {};
    expect(own.Network).toMatchObject({ ...network, ...networkExtension });
    expect(own.System).toMatchObject({ ...system, ...systemExtension });
    expect(own.Security).toMatchObject({
      ...security,
      "TLS1.0": securityExtension?.["TLS1.0"],
      ...securityExtension?.Extension,
    });
    expect(FirmwareUpgrade).toBe(false);
    expect(SupportedVersions).toEqual([{ Major: 26, Minor: 6 }]);
  });

  it("follow the state: HTTPS, IPv6, link-local addressing, ways to log in", async () => {
    const { network } = setup;
    const [eth0] = network.interfaces;
    if (!eth0) throw new Error("no interface");
    const ipv6 = { enabled: true, dhcp: "Off", manual: [], linkLocal: [], fromDhcp: [], fromRouter: [] } as const;
    const { zeroConfiguration, ...without } = network;
    expect(zeroConfiguration).toBeDefined();
    const camera = aCamera({
      setup: {
        network: {
          ...without,
          interfaces: [{ ...eth0, ipv6 }],
          protocols: [{ name: "HTTPS", enabled: false, ports: [8443] }],
        },
      },
      policy: { style: "wss" },
    });
    const { Capabilities } = await call(camera, Device, "GetServiceCapabilities", {});
    expect(Capabilities.Network).toMatchObject({ IPVersion6: true, ZeroConfiguration: false });
    expect(Capabilities.Security).toMatchObject({ "TLS1.2": false, HttpDigest: false, UsernameToken: true });
    const digestOnly = aCamera({ policy: { style: "digest" }, challenges: [{ scheme: "digest", algorithm: "MD5" }] });
    const { Capabilities: others } = await call(digestOnly, Device, "GetServiceCapabilities", {});
    expect(others.Security).toMatchObject({ UsernameToken: false, HttpDigest: true, HashingAlgorithms: ["MD5"] });
  });

  it("tell as many NTP servers as SetNTP takes", async () => {
    const camera = aCamera();
    const { Capabilities } = await call(camera, Device, "GetServiceCapabilities", {});
    const most = Capabilities.Network.NTP ?? 0;
    const NTPManual = Array.from({ length: most }, () => ({ Type: "DNS", DNSname: "time.example" }) as const);
    await call(camera, Device, "SetNTP", { FromDHCP: false, NTPManual });
    expect((await call(camera, Device, "GetNTP", {})).NTPInformation.NTPManual).toHaveLength(most);
    const [one] = NTPManual;
    if (!one) throw new Error("no server");
    await expect(call(camera, Device, "SetNTP", { FromDHCP: false, NTPManual: [...NTPManual, one] })).rejects.toThrow(
      "Sender InvalidArgVal",
    );
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
    expect(await zeroOf()).toMatchObject({ Enabled: true });
  });

  it("answers ActionNotSupported for link-local addressing where there is none", async () => {
    const { zeroConfiguration, ...network } = setup.network;
    expect(zeroConfiguration).toBeDefined();
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

describe("what the device service does not do yet", () => {
  const missing = Object.keys(Device.operations).filter((name) => deviceService.handlers[name] === undefined);

  it.each(missing)("%s is answered as not implemented (rule 16)", async (operation) => {
    const reply = await soap(aCamera(), { operation });
    expect(reply).toMatchObject({ status: 500, fault: "Receiver ActionNotSupported" });
    expect(reply.reason).toMatch(/not implemented/i);
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
