import { xs } from "#xml/datatypes";
import { element, many, optional, some } from "#xml/schema";
import { operation } from "../../operation.js";
import { tds } from "../namespaces.js";
import { BinaryData } from "../tt/attachment.js";
import {
  Certificate,
  CertificateInformation,
  CertificateStatus,
  CertificateWithPrivateKey,
  Dot1XConfiguration,
} from "../tt/certificate.js";
import { ReferenceToken } from "../tt/common.js";

/**
 * Certificates and IEEE 802.1X before the security service took them over. The specification no longer describes
 * them, so the access classes are ours: reading and writing the system, secret where it tells how the device logs in.
 */
export const certificates = {
  CreateCertificate: operation({
    access: "WRITE_SYSTEM",
    spec: "Core",
    deprecated: "16.12",
    request: tds.sequence({
      CertificateID: optional(xs.token),
      Subject: optional(xs.string),
      ValidNotBefore: optional(xs.dateTime),
      ValidNotAfter: optional(xs.dateTime),
    }),
    response: tds.sequence({ NvtCertificate: element(Certificate) }),
  }),
  GetCertificates: operation({
    access: "READ_SYSTEM",
    spec: "Core",
    deprecated: "16.12",
    request: tds.sequence({}),
    response: tds.sequence({ NvtCertificate: many(Certificate) }),
  }),
  GetCertificatesStatus: operation({
    access: "READ_SYSTEM",
    spec: "Core",
    deprecated: "16.12",
    request: tds.sequence({}),
    response: tds.sequence({ CertificateStatus: many(CertificateStatus) }),
  }),
  SetCertificatesStatus: operation({
    access: "WRITE_SYSTEM",
    spec: "Core",
    deprecated: "16.12",
    request: tds.sequence({ CertificateStatus: many(CertificateStatus) }),
    response: tds.sequence({}),
  }),
  DeleteCertificates: operation({
    access: "WRITE_SYSTEM",
    spec: "Core",
    deprecated: "16.12",
    request: tds.sequence({ CertificateID: some(xs.token) }),
    response: tds.sequence({}),
  }),
  GetPkcs10Request: operation({
    access: "READ_SYSTEM",
    spec: "Core",
    deprecated: "16.12",
    request: tds.sequence({
      CertificateID: element(xs.token),
      Subject: optional(xs.string),
      Attributes: optional(BinaryData),
    }),
    response: tds.sequence({ Pkcs10Request: element(BinaryData) }),
  }),
  LoadCertificates: operation({
    access: "WRITE_SYSTEM",
    spec: "Core",
    deprecated: "16.12",
    request: tds.sequence({ NVTCertificate: some(Certificate) }),
    response: tds.sequence({}),
  }),
  GetClientCertificateMode: operation({
    access: "READ_SYSTEM",
    spec: "Core",
    deprecated: "16.12",
    request: tds.sequence({}),
    response: tds.sequence({ Enabled: element(xs.boolean) }),
  }),
  SetClientCertificateMode: operation({
    access: "WRITE_SYSTEM",
    spec: "Core",
    deprecated: "16.12",
    request: tds.sequence({ Enabled: element(xs.boolean) }),
    response: tds.sequence({}),
  }),
  GetCACertificates: operation({
    access: "READ_SYSTEM",
    spec: "Core",
    deprecated: "16.12",
    request: tds.sequence({}),
    response: tds.sequence({ CACertificate: many(Certificate) }),
  }),
  LoadCertificateWithPrivateKey: operation({
    access: "WRITE_SYSTEM",
    spec: "Core",
    deprecated: "16.12",
    request: tds.sequence({ CertificateWithPrivateKey: some(CertificateWithPrivateKey) }),
    response: tds.sequence({}),
  }),
  GetCertificateInformation: operation({
    access: "READ_SYSTEM",
    spec: "Core",
    deprecated: "16.12",
    request: tds.sequence({ CertificateID: element(xs.token) }),
    response: tds.sequence({ CertificateInformation: element(CertificateInformation) }),
  }),
  LoadCACertificates: operation({
    access: "WRITE_SYSTEM",
    spec: "Core",
    deprecated: "16.12",
    request: tds.sequence({ CACertificate: some(Certificate) }),
    response: tds.sequence({}),
  }),
  CreateDot1XConfiguration: operation({
    access: "WRITE_SYSTEM",
    spec: "Core",
    deprecated: "16.12",
    request: tds.sequence({ Dot1XConfiguration: element(Dot1XConfiguration) }),
    response: tds.sequence({}),
  }),
  SetDot1XConfiguration: operation({
    access: "WRITE_SYSTEM",
    spec: "Core",
    deprecated: "16.12",
    request: tds.sequence({ Dot1XConfiguration: element(Dot1XConfiguration) }),
    response: tds.sequence({}),
  }),
  GetDot1XConfiguration: operation({
    access: "READ_SYSTEM_SECRET",
    spec: "Core",
    deprecated: "16.12",
    request: tds.sequence({ Dot1XConfigurationToken: element(ReferenceToken) }),
    response: tds.sequence({ Dot1XConfiguration: element(Dot1XConfiguration) }),
  }),
  GetDot1XConfigurations: operation({
    access: "READ_SYSTEM_SECRET",
    spec: "Core",
    deprecated: "16.12",
    request: tds.sequence({}),
    response: tds.sequence({ Dot1XConfiguration: many(Dot1XConfiguration) }),
  }),
  DeleteDot1XConfiguration: operation({
    access: "WRITE_SYSTEM",
    spec: "Core",
    deprecated: "16.12",
    request: tds.sequence({ Dot1XConfigurationToken: many(ReferenceToken) }),
    response: tds.sequence({}),
  }),
};
