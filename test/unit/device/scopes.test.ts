import { describe, expect, it } from "vitest";
import { aDevice, codeOf } from "../../support/a-device.js";

const country = "onvif://www.onvif.org/location/country/china";
const fixed = [
  "onvif://www.onvif.org/name/IP-Camera",
  "onvif://www.onvif.org/hardware/HI3518C",
  "onvif://www.onvif.org/Profile/Streaming",
];
const uris = ({ device }: ReturnType<typeof aDevice>): string[] => device.scopes.list().map(({ uri }) => uri);

describe("scopes", () => {
  it("start with the given ones and a fixed entry of each category that every device has", () => {
    const { device } = aDevice();
    expect(device.scopes.list()).toEqual([
      { uri: country, fixed: false },
      ...fixed.map((uri) => ({ uri, fixed: true })),
    ]);
  });

  it("are completed from the identity where nothing is given", () => {
    expect(uris(aDevice({ scopes: [] }))).toEqual([
      "onvif://www.onvif.org/Profile/Streaming",
      "onvif://www.onvif.org/hardware/1.0",
      "onvif://www.onvif.org/name/Virtual%20Camera",
    ]);
  });

  it("keep a fixed name and let the owner add others", () => {
    const { device } = aDevice({
      scopes: [{ uri: "onvif://www.onvif.org/name/One" }, { uri: "onvif://www.onvif.org/name/Two" }],
    });
    const names = device.scopes.list().filter(({ uri }) => uri.includes("/name/"));
    expect(names.map((scope) => scope.fixed)).toEqual([true, false]);
  });

  it("are replaced by SetScopes except the fixed ones", () => {
    const camera = aDevice();
    camera.device.scopes.setScopes(["onvif://www.onvif.org/location/hall", "urn:owner", "urn:owner", fixed[0] ?? ""]);
    expect(uris(camera)).toEqual([...fixed, "onvif://www.onvif.org/location/hall", "urn:owner"]);
    expect(camera.changes).toEqual([{ slice: "scopes", what: "set" }]);
  });

  it("are added once", () => {
    const camera = aDevice();
    camera.device.scopes.addScopes(["urn:owner", country]);
    camera.device.scopes.addScopes(["urn:owner"]);
    expect(uris(camera)).toEqual([country, ...fixed, "urn:owner"]);
  });

  it("are kept in a form that fits a list divided by white space", () => {
    const camera = aDevice();
    camera.device.scopes.addScopes([" onvif://www.onvif.org/location/große Halle%201 "]);
    expect(uris(camera).at(-1)).toBe("onvif://www.onvif.org/location/gro%C3%9Fe%20Halle%201");
    expect(camera.device.scopes.removeScopes(["onvif://www.onvif.org/location/große Halle%201"])).toEqual([
      "onvif://www.onvif.org/location/gro%C3%9Fe%20Halle%201",
    ]);
  });

  it.each([
    ["no-scope", [country, "urn:unknown"]],
    ["fixed-scope", [country, fixed[0] ?? ""]],
  ])("are removed all or none: %s", (code, removed) => {
    const camera = aDevice();
    expect(codeOf(() => camera.device.scopes.removeScopes(removed))).toBe(code);
    expect(uris(camera)).toEqual([country, ...fixed]);
    expect(camera.changes).toEqual([]);
    expect(camera.device.scopes.removeScopes([country, country])).toEqual([country]);
  });

  it("are bounded in number and length", () => {
    const camera = aDevice({ maximumScopes: 5 });
    expect(codeOf(() => camera.device.scopes.addScopes(["urn:1", "urn:2"]))).toBe("too-many-scopes");
    expect(codeOf(() => camera.device.scopes.setScopes(["urn:1", "urn:2", "urn:3"]))).toBe("too-many-scopes");
    expect(codeOf(() => camera.device.scopes.addScopes([`urn:${"a".repeat(600)}`]))).toBe("invalid-argument");
    expect(codeOf(() => camera.device.scopes.addScopes([" "]))).toBe("invalid-argument");
    camera.device.scopes.addScopes(["urn:1"]);
    expect(uris(camera)).toHaveLength(5);
  });
});
