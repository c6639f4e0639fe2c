import { describe, expect, it } from "vitest";
import { implement } from "#onvif/registry";
import { Device } from "#onvif/schema/device/service";
import { Media } from "#onvif/schema/media/service";
import { Media2 } from "#onvif/schema/media2/service";
import { deviceService } from "#onvif/services/device/service";
import { services } from "#onvif/services/index";
import { aDeviceSetup } from "../../support/a-device.js";
import { aCamera, ADDRESS, call, type CameraOptions, soap } from "../../support/soap.js";

const setup = aDeviceSetup();

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
    expect(own?.children.map(({ name }) => name)).toEqual(["Network", "Security", "System", "Misc"]);
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
          IPFilter: true,
          ZeroConfiguration: true,
          IPVersion6: false,
          DynDNS: true,
          Dot11Configuration: false,
          Dot1XConfigurations: 8,
          HostnameFromDHCP: true,
          NTP: 16,
          DHCPv6: false,
        },
        Security: {
          "TLS1.0": false,
          "TLS1.1": false,
          "TLS1.2": true,
          OnboardKeyGeneration: true,
          AccessPolicyConfig: true,
          DefaultAccessPolicy: true,
          Dot1X: true,
          SupportedEAPMethods: [4, 13, 21, 25, 26],
          RemoteUserHandling: true,
          "X.509Token": false,
          SAMLToken: false,
          KerberosToken: false,
          UsernameToken: true,
          HttpDigest: true,
          RELToken: false,
          JsonWebToken: true,
          MaxUsers: 32,
          MaxUserNameLength: 64,
          MaxPasswordLength: 64,
          SecurityPolicies: ["ModifyPassword", "PasswordComplexity", "AuthFailureWarnings"],
          MaxPasswordHistory: 10,
          HashingAlgorithms: ["MD5", "SHA-256"],
          MaxUserRoles: 32,
        },
        System: {
          DiscoveryResolve: true,
          DiscoveryBye: true,
          RemoteDiscovery: false,
          SystemBackup: true,
          SystemLogging: true,
          CloudFirmwareUpgrade: true,
          HttpFirmwareUpgrade: true,
          HttpSystemBackup: true,
          HttpSystemLogging: true,
          HttpSupportInformation: true,
          StorageConfiguration: true,
          MaxStorageConfigurations: 8,
          StorageConfigurationRenewal: false,
          StorageTypesSupported: ["NFS", "CIFS", "CDMI", "FTP", "ObjectStorageS3", "ObjectStorageAzure"],
          GeoLocationEntries: 16,
          DiscoveryNotSupported: false,
          NetworkConfigNotSupported: false,
          UserConfigNotSupported: false,
          HardwareType: "Camera",
        },
        Misc: {
          AuxiliaryCommands: [
            "tt:Wiper|On",
            "tt:Wiper|Off",
            "tt:Washer|On",
            "tt:Washer|Off",
            "tt:WashingProcedure|On",
            "tt:WashingProcedure|Off",
            "tt:IRLamp|On",
            "tt:IRLamp|Off",
            "tt:IRLamp|Auto",
          ],
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
    expect(FirmwareUpgrade).toBe(true);
    expect(SupportedVersions).toEqual([{ Major: 26, Minor: 6 }]);
  });

  it("follow the state: HTTPS, IPv6, link-local addressing, ways to log in", async () => {
    const { network } = setup;
    const ipv6 = { enabled: true, dhcp: "Off", manual: [], linkLocal: [], fromDhcp: [], fromRouter: [] } as const;
    const [first] = network.interfaces;
    if (!first) throw new Error("no interface");
    const { ipv4: _, ...eth0 } = first;
    const camera = aCamera({
      setup: {
        network: {
          ...network,
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
    expect(others.Security).toMatchObject({
      UsernameToken: false,
      HttpDigest: true,
      HashingAlgorithms: ["MD5", "SHA-256"],
    });
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
