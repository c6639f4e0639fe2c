import { describe, expect, it } from "vitest";
import { aDevice, aDeviceSetup, codeOf } from "../../support/a-device.js";

describe("the host name", () => {
  it("is set by name or left to DHCP by an empty one", () => {
    const { device, changes } = aDevice({ hostname: { name: "camera", dhcpName: "given" } });
    device.hostname.set("Onvif-Test0-oNvif-Onv12");
    expect(device.hostname.get()).toEqual({ fromDhcp: false, name: "Onvif-Test0-oNvif-Onv12" });
    device.hostname.set("");
    expect(device.hostname.get()).toEqual({ fromDhcp: true, name: "given" });
    device.hostname.setFromDhcp(false);
    expect(device.hostname.get()).toEqual({ fromDhcp: false, name: "Onvif-Test0-oNvif-Onv12" });
    expect(changes).toHaveLength(3);
  });

  it("may come from a host whose name clients could not set", () => {
    const { device } = aDevice({ hostname: { name: "my_host" } });
    device.restore(device.snapshot());
    expect(device.hostname.get().name).toBe("my_host");
  });

  it("has no underscore", () => {
    const { device } = aDevice();
    expect(codeOf(() => device.hostname.set("Onvif_test1"))).toBe("invalid-hostname");
    expect(device.hostname.get().name).toBe("camera");
  });
});

describe("network protocols", () => {
  it("are set one by one, ports staying where none is given", () => {
    const { device, changes } = aDevice();
    device.network.setProtocols([{ name: "RTSP", enabled: false, ports: [10_554] }]);
    device.network.setProtocols([{ name: "RTSP", enabled: true, ports: [] }]);
    expect(device.network.protocols).toEqual([
      { name: "HTTP", enabled: true, ports: [8000] },
      { name: "HTTPS", enabled: true, ports: [8443] },
      { name: "RTSP", enabled: true, ports: [10_554] },
    ]);
    expect(changes[0]).toEqual({ slice: "network", what: "protocols" });
  });

  it.each([
    ["port-already-in-use", "two protocols on one port", { name: "RTSP", enabled: true, ports: [8000] }],
    ["port-already-in-use", "one port twice", { name: "RTSP", enabled: true, ports: [9000, 9000] }],
    ["invalid-argument", "port 0", { name: "RTSP", enabled: true, ports: [0] }],
    ["invalid-argument", "port 65536", { name: "RTSP", enabled: true, ports: [65_536] }],
  ] as const)("are refused with %s for %s", (code, _, protocol) => {
    const { device, changes } = aDevice();
    const set = (): void => device.network.setProtocols([{ name: "HTTP", enabled: true, ports: [8000] }, protocol]);
    expect(codeOf(set)).toBe(code);
    expect(device.network.protocols).toEqual(aDeviceSetup().network.protocols);
    expect(changes).toEqual([]);
  });

  it("may share a port while one of them is off", () => {
    const { device } = aDevice();
    device.network.setProtocols([{ name: "HTTPS", enabled: false, ports: [8000] }]);
    expect(codeOf(() => device.network.setProtocols([{ name: "HTTPS", enabled: true, ports: [] }]))).toBe(
      "port-already-in-use",
    );
  });

  it("that the camera does not speak are refused", () => {
    const { network } = aDeviceSetup();
    const { device } = aDevice({ network: { ...network, protocols: network.protocols.slice(0, 1) } });
    const set = (): void => device.network.setProtocols([{ name: "HTTPS", enabled: true, ports: [10_443] }]);
    expect(codeOf(set)).toBe("service-not-supported");
  });
});

describe("name servers, time servers and gateways", () => {
  it("replace what was there", () => {
    const { device } = aDevice();
    expect(device.network.dns.fromDhcpServers).toEqual([{ family: "ipv4", address: "192.0.2.53" }]);
    device.network.setDns({
      fromDhcp: false,
      searchDomains: ["domain.name"],
      manual: [{ family: "ipv6", address: "2001:db8::53" }],
    });
    expect(device.network.dns).toEqual({
      fromDhcp: false,
      searchDomains: ["domain.name"],
      manual: [{ family: "ipv6", address: "2001:db8::53" }],
      fromDhcpServers: [],
    });
    device.network.setDefaultGateway({ ipv4: ["10.1.1.1"], ipv6: [] });
    expect(device.network.defaultGateway).toEqual({ ipv4: ["10.1.1.1"], ipv6: [] });
  });

  it.each([
    ["invalid-ipv4-address", { family: "ipv4", address: "10.1.1" }],
    ["invalid-ipv6-address", { family: "ipv6", address: "2001:db8" }],
    ["invalid-dns-name", { family: "dns", address: "a_b" }],
  ] as const)("refuse with %s a time server that is none", (code, server) => {
    const { device, changes } = aDevice();
    expect(codeOf(() => device.network.setNtp({ fromDhcp: false, manual: [server] }))).toBe(code);
    expect(device.network.ntp.manual).toEqual([]);
    expect(changes).toEqual([]);
  });

  it("refuse a gateway that is no address of its family", () => {
    const { device } = aDevice();
    for (const gateway of [
      { ipv4: ["10.1.1"], ipv6: [] },
      { ipv4: [], ipv6: ["10.1.1.1"] },
    ])
      expect(codeOf(() => device.network.setDefaultGateway(gateway))).toBe("invalid-gateway-address");
    expect(device.network.defaultGateway.ipv4).toEqual(["192.0.2.1"]);
  });

  it("are bounded in number", () => {
    const { device } = aDevice();
    const manual = Array.from({ length: 17 }, () => ({ family: "ipv4", address: "192.0.2.1" }) as const);
    expect(codeOf(() => device.network.setDns({ fromDhcp: false, searchDomains: [], manual }))).toBe(
      "invalid-argument",
    );
  });
});

describe("link-local addressing", () => {
  it("is off at first, and gives an address that stays the same when it is switched on", () => {
    const { device, changes } = aDevice();
    expect(device.network.zeroConfigurations).toEqual([{ interfaceToken: "eth0", enabled: false, addresses: [] }]);
    device.network.setZeroConfiguration("eth0", true);
    const [on] = device.network.zeroConfigurations;
    expect(on).toMatchObject({ interfaceToken: "eth0", enabled: true });
    expect(on?.addresses).toEqual([expect.stringMatching(/^169\.254\.\d+\.\d+$/)]);
    expect(changes).toEqual([{ slice: "network", what: "interface-settings" }]);

    const again = aDevice().device;
    again.restore(device.snapshot());
    expect(again.network.zeroConfigurations).toEqual([on]);
    again.network.setZeroConfiguration("eth0", false);
    expect(again.network.zeroConfigurations).toEqual([{ interfaceToken: "eth0", enabled: false, addresses: [] }]);
  });

  it("is not there for an interface that is not there", () => {
    const { device, changes } = aDevice();
    expect(codeOf(() => device.network.setZeroConfiguration("eth1", true))).toBe("invalid-network-interface");
    expect(changes).toEqual([]);
  });
});

describe("interfaces", () => {
  it("follow what the host shows", () => {
    const { device, changes } = aDevice();
    device.network.updateInterfaces([]);
    expect(device.network.interfaces).toEqual([]);
    expect(changes).toEqual([{ slice: "network", what: "interfaces" }]);
  });
});
