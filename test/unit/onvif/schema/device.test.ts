import { describe, expect, it } from "vitest";
import { Device } from "#onvif/schema/device/service";
import { tds } from "#onvif/schema/namespaces";
import { decode, encodeElement, namespacesOf } from "#xml/codec";
import { readXml } from "#xml/reader";
import type { Infer, Schema } from "#xml/schema";

const { operations } = Device;

/** Writes a value as an element of the device service and reads it again. */
function thereAndBack<S extends Schema>(schema: S, value: Infer<S>): { xml: string; again: Infer<S> } {
  const xml = encodeElement(tds, "m", schema, value);
  const declarations = [tds, ...namespacesOf(schema)].map(({ uri, prefix }) => [prefix, uri]);
  const attributes = Object.entries(Object.fromEntries(declarations) as Record<string, string>)
    .map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`)
    .join("");
  return { xml, again: decode(schema, readXml(xml.replace("<tds:m", `<tds:m${attributes}`)), { strict: true }) };
}

describe("the device service", () => {
  it("declares all 103 operations of its port type", () => {
    expect(Object.keys(operations)).toHaveLength(103);
  });

  it("writes attachments with the elements and attributes of other namespaces", () => {
    const value = { BackupFiles: [{ Name: "all", Data: { Include: { href: "cid:1" }, contentType: "a/b" } }] };
    const { xml, again } = thereAndBack(operations.GetSystemBackup.response, value);
    expect(xml).toBe(
      `<tds:m><tds:BackupFiles><tt:Name>all</tt:Name><tt:Data xmime:contentType="a/b">` +
        `<xop:Include href="cid:1"/></tt:Data></tds:BackupFiles></tds:m>`,
    );
    expect(again).toEqual(value);
  });

  it("nests the zero configurations of further interfaces", () => {
    const value = {
      ZeroConfiguration: {
        InterfaceToken: "eth0",
        Enabled: true,
        Addresses: ["169.254.1.2"],
        Extension: { Additional: [{ InterfaceToken: "wlan0", Enabled: false }] },
      },
    };
    expect(thereAndBack(operations.GetZeroConfiguration.response, value).again).toEqual(value);
  });

  it("puts the token of a storage configuration beside data of the service's own namespace", () => {
    const value = {
      StorageConfigurations: [{ token: "s1", Data: { type: "NFS", User: { UserName: "u" }, LocalPath: "/mnt" } }],
    };
    const { xml, again } = thereAndBack(operations.GetStorageConfigurations.response, value);
    expect(xml).toBe(
      `<tds:m><tds:StorageConfigurations token="s1"><tds:Data type="NFS"><tds:LocalPath>/mnt</tds:LocalPath>` +
        `<tds:User><tds:UserName>u</tds:UserName></tds:User></tds:Data></tds:StorageConfigurations></tds:m>`,
    );
    expect(again).toEqual(value);
  });

  it("writes service capabilities as attributes, lists with spaces between", () => {
    const value = {
      Capabilities: {
        Network: { NTP: 1 },
        Security: { "TLS1.2": true, "X.509Token": false, HashingAlgorithms: ["MD5", "SHA-256"] },
        System: {},
      },
    };
    const { xml, again } = thereAndBack(operations.GetServiceCapabilities.response, value);
    expect(xml).toContain(
      `<tds:Security TLS1.2="true" X.509Token="false" HashingAlgorithms="MD5 SHA-256"/><tds:System/>`,
    );
    expect(again).toEqual(value);
  });
});
