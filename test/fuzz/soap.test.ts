import { describe, it } from "vitest";
import { DecodeError } from "#util/errors";
import { readAddressing } from "#wire/soap/addressing";
import { readEnvelope } from "#wire/soap/envelope";
import { readUsernameToken } from "#wire/soap/security";
import { readRequest } from "#wire/wsd/messages";
import { matchesProbe } from "#wire/wsd/scopes";
import { fuzz, refusesOnlyWith } from "../support/fuzz-run.js";

const SOAP = `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header><a:Action s:mustUnderstand="1">urn:x</a:Action><a:MessageID>urn:uuid:1</a:MessageID><a:ReplyTo><a:Address>http://www.w3.org/2005/08/addressing/anonymous</a:Address></a:ReplyTo><Security xmlns="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><UsernameToken><Username>admin</Username><Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest">AAAA</Password><Nonce>AAECAw==</Nonce><Created>2026-11-21T00:00:00Z</Created></UsernameToken></Security></s:Header><s:Body><GetServices xmlns="http://www.onvif.org/ver10/device/wsdl"><IncludeCapability>true</IncludeCapability></GetServices></s:Body></s:Envelope>`;

const PROBE = `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><e:Header><w:MessageID>uuid:9</w:MessageID><w:To e:mustUnderstand="true">urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To></e:Header><e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes MatchBy="http://schemas.xmlsoap.org/ws/2005/04/discovery/rfc2396">onvif://www.onvif.org/name/x%20y</d:Scopes></d:Probe></e:Body></e:Envelope>`;

const RESOLVE = PROBE.replace(
  /<d:Probe>.*<.d:Probe>/,
  "<d:Resolve><w:EndpointReference><w:Address>urn:uuid:1</w:Address></w:EndpointReference></d:Resolve>",
);

describe("SOAP messages", () => {
  it("survive 100,000 damages", () => {
    fuzz([SOAP, SOAP.replaceAll("2003/05/soap-envelope", "x")], (bytes) =>
      refusesOnlyWith(DecodeError, () => {
        const { headers } = readEnvelope(bytes, { maxLength: 65_536 });
        readAddressing(headers);
        readUsernameToken(headers);
      }),
    );
  }, 600_000);
});

describe("discovery messages", () => {
  const endpoint = {
    address: "urn:uuid:1",
    types: [{ namespace: { prefix: "dn", uri: "http://www.onvif.org/ver10/network/wsdl" }, name: "Device" }],
    scopes: ["onvif://www.onvif.org/name/x"],
    xaddrs: [],
    metadataVersion: 1,
  };
  it("survive 100,000 damages", () => {
    fuzz([PROBE, RESOLVE], (bytes) =>
      refusesOnlyWith(DecodeError, () => {
        const request = readRequest(bytes);
        if (request?.kind === "probe") matchesProbe(endpoint, request);
      }),
    );
  }, 600_000);
});
