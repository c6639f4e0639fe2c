import { xs } from "#xml/datatypes";
import { attribute, element, type Infer, many, optional, text } from "#xml/schema";
import { tt } from "../namespaces.js";
import { BinaryData } from "./attachment.js";
import { DateTimeRange, ReferenceToken } from "./common.js";

/** Certificates, and IEEE 802.1X with them, as the device service had them before the security service. */

export const Certificate = tt.sequence({ CertificateID: element(xs.token), Certificate: element(BinaryData) });
export interface Certificate extends Infer<typeof Certificate> {}

export const CertificateStatus = tt.sequence({ CertificateID: element(xs.token), Status: element(xs.boolean) }).open();
export interface CertificateStatus extends Infer<typeof CertificateStatus> {}

export const CertificateWithPrivateKey = tt
  .sequence({
    CertificateID: optional(xs.token),
    Certificate: element(BinaryData),
    PrivateKey: element(BinaryData),
  })
  .open();
export interface CertificateWithPrivateKey extends Infer<typeof CertificateWithPrivateKey> {}

export const CertificateUsage = tt.sequence({ content: text(xs.string), Critical: attribute(xs.boolean) });
export interface CertificateUsage extends Infer<typeof CertificateUsage> {}

export const CertificateInformationExtension = tt.sequence({}).open({ attributes: false });
export interface CertificateInformationExtension extends Infer<typeof CertificateInformationExtension> {}

export const CertificateInformation = tt
  .sequence({
    CertificateID: element(xs.token),
    IssuerDN: optional(xs.string),
    SubjectDN: optional(xs.string),
    KeyUsage: optional(CertificateUsage),
    ExtendedKeyUsage: optional(CertificateUsage),
    /** In bits. */
    KeyLength: optional(xs.int),
    Version: optional(xs.string),
    SerialNum: optional(xs.string),
    SignatureAlgorithm: optional(xs.string),
    Validity: optional(DateTimeRange),
    Extension: optional(CertificateInformationExtension),
  })
  .open({ elements: false });
export interface CertificateInformation extends Infer<typeof CertificateInformation> {}

export const TLSConfiguration = tt.sequence({ CertificateID: element(xs.token) }).open();
export interface TLSConfiguration extends Infer<typeof TLSConfiguration> {}

export const EapMethodExtension = tt.sequence({}).open({ attributes: false });
export interface EapMethodExtension extends Infer<typeof EapMethodExtension> {}

export const EAPMethodConfiguration = tt
  .sequence({
    TLSConfiguration: optional(TLSConfiguration),
    Password: optional(xs.string),
    Extension: optional(EapMethodExtension),
  })
  .open({ elements: false });
export interface EAPMethodConfiguration extends Infer<typeof EAPMethodConfiguration> {}

export const Dot1XConfigurationExtension = tt.sequence({}).open({ attributes: false });
export interface Dot1XConfigurationExtension extends Infer<typeof Dot1XConfigurationExtension> {}

export const Dot1XConfiguration = tt
  .sequence({
    Dot1XConfigurationToken: element(ReferenceToken),
    Identity: element(xs.string),
    AnonymousID: optional(xs.string),
    /** Number that IANA gave the EAP method. */
    EAPMethod: element(xs.int),
    CACertificateID: many(xs.token),
    EAPMethodConfiguration: optional(EAPMethodConfiguration),
    Extension: optional(Dot1XConfigurationExtension),
  })
  .open({ elements: false });
export interface Dot1XConfiguration extends Infer<typeof Dot1XConfiguration> {}
