import type { DistinguishedName, NameAttribute } from "#device/security/names";
import type { DistinguishedName as WireName } from "../schema/security/names.js";

/** The short names of the kinds of attribute that have an element of their own, in the order of the elements. */
const KINDS = {
  Country: "C",
  Organization: "O",
  OrganizationalUnit: "OU",
  DistinguishedNameQualifier: "DNQUALIFIER",
  StateOrProvinceName: "ST",
  CommonName: "CN",
  SerialNumber: "SERIALNUMBER",
  Locality: "L",
  Title: "TITLE",
  Surname: "SN",
  GivenName: "GN",
  Initials: "INITIALS",
  Pseudonym: "PSEUDONYM",
  GenerationQualifier: "GENERATIONQUALIFIER",
} as const satisfies Partial<Record<keyof WireName, string>>;

/** Each attribute is a relative name of its own, but those of a MultiValuedRDN are one together. */
export function distinguishedNameFromWire(name: WireName): DistinguishedName {
  const parts: NameAttribute[][] = [];
  for (const [member, type] of Object.entries(KINDS))
    for (const value of name[member as keyof typeof KINDS] ?? []) parts.push([{ type, value }]);
  for (const { Type, Value } of name.GenericAttribute ?? []) parts.push([{ type: Type, value: Value }]);
  for (const { Attribute = [] } of name.MultiValuedRDN ?? [])
    parts.push(Attribute.map(({ Type, Value }) => ({ type: Type, value: Value })));
  for (const value of name.anyAttribute?.DomainComponent ?? []) parts.push([{ type: "DC", value }]);
  return parts;
}
