import { describe, expect, it } from "vitest";
import { createIdentity, endpointUuidOf } from "#device/identity";
import { aDeviceSetup, codeOf } from "../../support/a-device.js";

const { identity: setup } = aDeviceSetup();

describe("the identity", () => {
  it("makes MAC address and endpoint from the serial number, the same each time", () => {
    const identity = createIdentity(setup);
    expect(identity.macAddress).toMatch(/^02(:[0-9a-f]{2}){5}$/);
    expect(identity.endpointAddress).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(createIdentity(setup)).toEqual(identity);
  });

  it("differs with the serial number, and with the MAC address alone", () => {
    const one = createIdentity(setup);
    const other = createIdentity({ ...setup, serialNumber: "123457" });
    expect(other.macAddress).not.toBe(one.macAddress);
    expect(other.endpointAddress).not.toBe(one.endpointAddress);
    const moved = createIdentity({ ...setup, macAddress: "00:11:22:33:44:55" });
    expect(moved.endpointAddress).not.toBe(one.endpointAddress);
  });

  it("takes what is given in its usual spellings", () => {
    const uuid = "0D9B4E35-4AC3-4B2A-A46B-1E2F0F7AD1C9";
    const given = createIdentity({ ...setup, macAddress: "00-11-22-AA-BB-CC", endpointUuid: `urn:uuid:${uuid}` });
    expect(given.macAddress).toBe("00:11:22:aa:bb:cc");
    expect(given.endpointAddress).toBe(`urn:uuid:${uuid.toLowerCase()}`);
  });

  it("makes UUIDs as RFC 9562 has them", () => {
    // The version 5 UUID of "onvif-camera/02:00:00:00:00:01/1" in the URL name space, from Python's uuid module.
    expect(endpointUuidOf("02:00:00:00:00:01", "1")).toBe("a48e55c0-cc56-59a5-a38e-cee9837acf23");
  });

  it.each([
    ["a MAC address of five octets", { macAddress: "00:11:22:33:44" }],
    ["a UUID that is none", { endpointUuid: "camera-1" }],
  ])("does not take %s", (_, part) => expect(codeOf(() => createIdentity({ ...setup, ...part }))).toBe("device-setup"));
});
