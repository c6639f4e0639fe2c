import { describe, expect, it } from "vitest";
import { serviceAddresses, toldAddress } from "#camera/public-address";
import { aDevice } from "../../support/a-device.js";

describe("the address that clients are told (client rules 22 and 23)", () => {
  it.each([
    ["own, where none is configured", "http://192.0.2.10:8000/", "", true, "http://192.0.2.10:8000/"],
    ["the public host with our port", "http://192.0.2.10:8000/", "cam.example", true, "http://cam.example:8000/"],
    ["the public host and port for HTTP", "http://192.0.2.10:8000/", "cam.example:80", true, "http://cam.example/"],
    ["our port for HTTPS beside HTTP", "https://192.0.2.10:8443/", "cam.example:80", true, "https://cam.example:8443/"],
    [
      "the public port for HTTPS alone",
      "https://192.0.2.10:8443/",
      "cam.example:444",
      false,
      "https://cam.example:444/",
    ],
    ["an IPv6 address", "http://192.0.2.10:8000/", "[2001:db8::1]", true, "http://[2001:db8::1]:8000/"],
    ["an IPv6 address and port", "http://192.0.2.10:8000/", "[2001:db8::1]:81", true, "http://[2001:db8::1]:81/"],
    ["our usual port too", "http://192.0.2.10/", "cam.example:8000", true, "http://cam.example:8000/"],
    ["with its path", "http://192.0.2.10:8000/a/b", "cam.example", true, "http://cam.example:8000/a/b"],
  ])("is %s", (_name, own, publicAddress, httpEnable, told) => {
    expect(toldAddress(new URL(own), { publicAddress, httpEnable }).href).toBe(told);
  });

  it("is given for each protocol that is on", () => {
    const { device } = aDevice();
    const outer = { publicAddress: "", httpEnable: true };
    expect(serviceAddresses(device, "192.0.2.10", outer)).toEqual([
      "http://192.0.2.10:8000/onvif/device_service",
      "https://192.0.2.10:8443/onvif/device_service",
    ]);
    device.network.setProtocols([{ name: "HTTPS", enabled: false, ports: [] }]);
    expect(serviceAddresses(device, "[2001:db8::1]", outer)).toEqual([
      "http://[2001:db8::1]:8000/onvif/device_service",
    ]);
  });
});
