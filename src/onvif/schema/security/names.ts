import { xs } from "#xml/datatypes";
import { element, type Infer, many, optional } from "#xml/schema";
import { tas } from "../namespaces.js";
import { Base64DERencodedASN1Value, DNAttributeType, DNAttributeValue, DotDecimalOID } from "./identifiers.js";

/** Distinguished names, and what else requests for certificates hold. */

export const DNAttributeTypeAndValue = tas
  .sequence({ Type: element(DNAttributeType), Value: element(DNAttributeValue) })
  .open();
export interface DNAttributeTypeAndValue extends Infer<typeof DNAttributeTypeAndValue> {}

export const MultiValuedRDN = tas.sequence({ Attribute: many(DNAttributeTypeAndValue) });
export interface MultiValuedRDN extends Infer<typeof MultiValuedRDN> {}

/** Who a certificate is about, by the kinds of RFC 5280. */
export const DistinguishedName = tas
  .sequence({
    Country: many(DNAttributeValue),
    Organization: many(DNAttributeValue),
    OrganizationalUnit: many(DNAttributeValue),
    DistinguishedNameQualifier: many(DNAttributeValue),
    StateOrProvinceName: many(DNAttributeValue),
    CommonName: many(DNAttributeValue),
    SerialNumber: many(DNAttributeValue),
    Locality: many(DNAttributeValue),
    Title: many(DNAttributeValue),
    Surname: many(DNAttributeValue),
    GivenName: many(DNAttributeValue),
    Initials: many(DNAttributeValue),
    Pseudonym: many(DNAttributeValue),
    GenerationQualifier: many(DNAttributeValue),
    GenericAttribute: many(DNAttributeTypeAndValue),
    MultiValuedRDN: many(MultiValuedRDN),
    anyAttribute: optional(tas.sequence({ DomainComponent: many(DNAttributeValue) }).open({ attributes: false })),
  })
  .open({ elements: false });
export interface DistinguishedName extends Infer<typeof DistinguishedName> {}

export const AlgorithmIdentifier = tas
  .sequence({
    algorithm: element(DotDecimalOID),
    parameters: optional(Base64DERencodedASN1Value),
    anyParameters: optional(tas.sequence({}).open({ attributes: false })),
  })
  .open({ elements: false });
export interface AlgorithmIdentifier extends Infer<typeof AlgorithmIdentifier> {}

export const BasicRequestAttribute = tas
  .sequence({ OID: element(DotDecimalOID), value: element(Base64DERencodedASN1Value) })
  .open();
export interface BasicRequestAttribute extends Infer<typeof BasicRequestAttribute> {}

/** An extension of a certificate or of a request for one. */
export const X509v3Extension = tas
  .sequence({
    extnOID: element(DotDecimalOID),
    critical: element(xs.boolean),
    extnValue: element(Base64DERencodedASN1Value),
  })
  .open();
export interface X509v3Extension extends Infer<typeof X509v3Extension> {}

export const CSRAttribute = tas
  .sequence({
    X509v3Extension: optional(X509v3Extension),
    BasicRequestAttribute: optional(BasicRequestAttribute),
    anyAttribute: optional(tas.sequence({}).open({ attributes: false })),
  })
  .open({ elements: false })
  .oneOf("X509v3Extension", "BasicRequestAttribute", "anyAttribute");
export interface CSRAttribute extends Infer<typeof CSRAttribute> {}
