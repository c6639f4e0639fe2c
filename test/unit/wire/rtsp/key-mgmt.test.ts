import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodeError } from "#util/errors";
import {
  formatKeyMgmt,
  formatKeyMgmtAttribute,
  parseKeyMgmt,
  parseKeyMgmtAttribute,
} from "#wire/rtsp/headers/key-mgmt";

describe("KeyMgmt", () => {
  it.each([
    ["as GStreamer sends it", ['prot=mikey;uri="rtsps://a/b,c;d";data="AQID"'], [["mikey", "rtsps://a/b,c;d"]]],
    ["without quotes and with spaces", ["prot = MIKEY ; data = AQID"], [["mikey", ""]]],
    [
      "a list",
      ['prot=mikey;uri="";data="AQID", prot=other;data="AQID"'],
      [
        ["mikey", ""],
        ["other", ""],
      ],
    ],
    [
      "repeated",
      ['prot=mikey;data="AQID"', 'prot=mikey;data="AQID"'],
      [
        ["mikey", ""],
        ["mikey", ""],
      ],
    ],
  ])("is read %s", (_name, values, expected) => {
    const found = parseKeyMgmt(values);
    expect(found.map(({ protocol, uri }) => [protocol, uri])).toEqual(expected);
    for (const { data } of found) expect([...data]).toEqual([1, 2, 3]);
  });

  it.each(["prot=mikey", 'data="AQID"', 'prot=mikey;data="?"', "mikey AQID"])("is refused: %s", (value) => {
    expect(() => parseKeyMgmt([value])).toThrow(DecodeError);
  });

  it("stays the same when it is written and read", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.webUrl(), (bytes, uri) => {
        const data = Buffer.from(bytes);
        const entry = { protocol: "mikey", uri, data };
        expect(parseKeyMgmt([formatKeyMgmt(entry)])).toEqual([entry]);
        expect(parseKeyMgmtAttribute(formatKeyMgmtAttribute(entry))).toEqual({ protocol: "mikey", data });
      }),
    );
  });

  it("is nothing in an attribute that cannot be read", () => {
    expect(["mikey", "mikey ?", ""].map(parseKeyMgmtAttribute)).toEqual([undefined, undefined, undefined]);
    expect(parseKeyMgmtAttribute("prot=mikey AQID")?.protocol).toBe("mikey");
  });
});
