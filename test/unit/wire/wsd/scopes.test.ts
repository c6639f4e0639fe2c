import { describe, expect, it } from "vitest";
import { DecodeError } from "#util/errors";
import { type Endpoint, readRequest, writeProbeMatches } from "#wire/wsd/messages";
import { isUnder, matchesProbe } from "#wire/wsd/scopes";
import { readXml } from "#xml/reader";

const tds = { prefix: "tds", uri: "http://www.onvif.org/ver10/device/wsdl" };
const dn = { prefix: "dn", uri: "http://www.onvif.org/ver10/network/wsdl" };

const endpoint: Endpoint = {
  address: "urn:uuid:1",
  types: [
    { namespace: tds, name: "Device" },
    { namespace: dn, name: "NetworkVideoTransmitter" },
  ],
  scopes: ["onvif://www.onvif.org/name/Front%20Door", "onvif://www.onvif.org/location/country/china"],
  xaddrs: ["http://192.0.2.10:8000/onvif/device_service"],
  metadataVersion: 1,
};

const probe = (body: string, wsd = "http://schemas.xmlsoap.org/ws/2005/04/discovery"): Buffer =>
  Buffer.from(
    `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="${wsd}" xmlns:n="${dn.uri}" xmlns:t="${tds.uri}"><e:Header><w:MessageID>uuid:9</w:MessageID></e:Header><e:Body><d:Probe>${body}</d:Probe></e:Body></e:Envelope>`,
  );

const fits = (body: string, wsd?: string): boolean => {
  const request = readRequest(probe(body, wsd));
  return request?.kind === "probe" && matchesProbe(endpoint, request);
};

describe("a probe", () => {
  const rule = "http://schemas.xmlsoap.org/ws/2005/04/discovery/";
  it.each([
    ["asks for nothing in particular", "", true],
    ["has empty types", "<d:Types/>", true],
    ["asks for a transmitter", "<d:Types>n:NetworkVideoTransmitter</d:Types>", true],
    ["asks for both types", "<d:Types> t:Device\n n:NetworkVideoTransmitter </d:Types>", true],
    ["asks for a type with a prefix that it did not declare", "<d:Types>x:NetworkVideoTransmitter</d:Types>", true],
    ["asks for a printer", "<d:Types>t:Printer</d:Types>", false],
    ["asks for one type we have and one we lack", "<d:Types>t:Device n:NetworkVideoDisplay</d:Types>", false],
    ["has the right name in the wrong namespace", "<d:Types>d:Device</d:Types>", false],
    ["has a scope above ours", "<d:Scopes>onvif://www.onvif.org/location</d:Scopes>", true],
    ["has our scope with a final slash", "<d:Scopes>onvif://www.onvif.org/location/country/china/</d:Scopes>", true],
    ["has a scope below ours", "<d:Scopes>onvif://www.onvif.org/location/country/china/x</d:Scopes>", false],
    ["has two scopes, one of them not ours", "<d:Scopes>onvif://www.onvif.org/name onvif://x/y</d:Scopes>", false],
    [
      "matches by exact text",
      `<d:Scopes MatchBy="${rule}strcmp0">onvif://www.onvif.org/location/country/china</d:Scopes>`,
      true,
    ],
    [
      "matches by exact text, a prefix only",
      `<d:Scopes MatchBy="${rule}strcmp0">onvif://www.onvif.org/location</d:Scopes>`,
      false,
    ],
    ["matches by RFC 2396", `<d:Scopes MatchBy="${rule}rfc2396">ONVIF://WWW.onvif.org/name</d:Scopes>`, true],
    ["matches by a rule we do not know", `<d:Scopes MatchBy="urn:x">onvif://www.onvif.org</d:Scopes>`, false],
    ["wants an endpoint without scopes", `<d:Scopes MatchBy="${rule}none"/>`, false],
  ])("that %s", (_, body, expected) => expect(fits(body)).toBe(expected));

  it("of the OASIS namespace is read too", () => {
    expect(fits("<d:Types>t:Device</d:Types>", "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01")).toBe(true);
  });

  it("without MessageID, or that is not SOAP, is refused", () => {
    const bare = probe("")
      .toString()
      .replace(/<w:MessageID>.*<.w:MessageID>/, "");
    expect(() => readRequest(Buffer.from(bare))).toThrow(DecodeError);
    expect(() => readRequest(Buffer.from([0xff, 0]))).toThrow(DecodeError);
  });
});

it.each([
  ["onvif://www.onvif.org/name/Front%20Door", "onvif://www.onvif.org/name/Front Door", true],
  ["onvif://www.onvif.org/Name", "onvif://www.onvif.org/name", false],
  ["onvif://www.onvif.org/namespace", "onvif://www.onvif.org/name", false],
  ["onvif://www.onvif.org/a", "onvif://www.onvif.org", true],
  ["onvif://www.onvif.org/a", "onvif://other/a", false],
  ["onvif://www.onvif.org/a", "onvif://www.onvif.org/./a", false],
  ["onvif://www.onvif.org/a", "not a uri", false],
])("%s is under %s: %s", (own, wanted, expected) => expect(isUnder(own, wanted)).toBe(expected));

it("writes an answer that says whom it answers, with scopes as one word each", () => {
  const sequence = { instanceId: 5, messageNumber: 6 };
  const text = writeProbeMatches(
    { dialect: "2005/04", messageId: "urn:uuid:2", relatesTo: "uuid:9&", sequence },
    {
      ...endpoint,
      scopes: ["onvif://www.onvif.org/name/Tür 1"],
    },
  );
  const root = readXml(text);
  expect(root.child("Header")?.child("RelatesTo")?.text).toBe("uuid:9&");
  const match = root.child("Body")?.child("ProbeMatches")?.child("ProbeMatch");
  expect(match?.child("Scopes")?.text).toBe("onvif://www.onvif.org/name/T%C3%BCr%201");
  expect(match?.child("MetadataVersion")?.text).toBe("1");
});
