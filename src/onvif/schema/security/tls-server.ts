import { xs } from "#xml/datatypes";
import { element, many } from "#xml/schema";
import { declareService, operation } from "../../operation.js";
import { tas } from "../namespaces.js";
import { CertPathValidationPolicyID, CertificationPathID, TLSVersions } from "./identifiers.js";

/** The TLS server: its certificates, versions, and whom it lets in (Security §5.3). */
export const TLSServer = declareService({
  namespace: tas,
  name: "TLSServer",
  version: "26.06",
  operations: {
    AddServerCertificateAssignment: operation({
      access: "WRITE_SYSTEM",
      spec: "Security 5.3.3.1",
      request: tas.sequence({ CertificationPathID: element(CertificationPathID) }),
      response: tas.sequence({}),
    }),
    RemoveServerCertificateAssignment: operation({
      access: "WRITE_SYSTEM",
      spec: "Security 5.3.3.2",
      request: tas.sequence({ CertificationPathID: element(CertificationPathID) }),
      response: tas.sequence({}),
    }),
    ReplaceServerCertificateAssignment: operation({
      access: "WRITE_SYSTEM",
      spec: "Security 5.3.3.3",
      request: tas.sequence({
        OldCertificationPathID: element(CertificationPathID),
        NewCertificationPathID: element(CertificationPathID),
      }),
      response: tas.sequence({}),
    }),
    SetEnabledTLSVersions: operation({
      access: "WRITE_SYSTEM",
      spec: "Security 5.3.3.13",
      request: tas.sequence({ Versions: element(TLSVersions) }),
      response: tas.sequence({}),
    }),
    GetEnabledTLSVersions: operation({
      access: "READ_SYSTEM",
      spec: "Security 5.3.3.14",
      request: tas.sequence({}),
      response: tas.sequence({ Versions: element(TLSVersions) }),
    }),
    GetAssignedServerCertificates: operation({
      access: "READ_SYSTEM_SECRET",
      spec: "Security 5.3.3.4",
      request: tas.sequence({}),
      response: tas.sequence({ CertificationPathID: many(CertificationPathID) }),
    }),
    SetClientAuthenticationRequired: operation({
      access: "WRITE_SYSTEM",
      spec: "Security 5.3.3.5",
      request: tas.sequence({ clientAuthenticationRequired: element(xs.boolean) }),
      response: tas.sequence({}),
    }),
    GetClientAuthenticationRequired: operation({
      access: "READ_SYSTEM",
      spec: "Security 5.3.3.6",
      request: tas.sequence({}),
      response: tas.sequence({ clientAuthenticationRequired: element(xs.boolean) }),
    }),
    SetCnMapsToUser: operation({
      access: "WRITE_SYSTEM",
      spec: "Security 5.3.3.7",
      request: tas.sequence({ cnMapsToUser: element(xs.boolean) }),
      response: tas.sequence({}),
    }),
    GetCnMapsToUser: operation({
      access: "READ_SYSTEM",
      spec: "Security 5.3.3.8",
      request: tas.sequence({}),
      response: tas.sequence({ cnMapsToUser: element(xs.boolean) }),
    }),
    AddCertPathValidationPolicyAssignment: operation({
      access: "WRITE_SYSTEM",
      spec: "Security 5.3.3.9",
      request: tas.sequence({ CertPathValidationPolicyID: element(CertPathValidationPolicyID) }),
      response: tas.sequence({}),
    }),
    RemoveCertPathValidationPolicyAssignment: operation({
      access: "WRITE_SYSTEM",
      spec: "Security 5.3.3.10",
      request: tas.sequence({ CertPathValidationPolicyID: element(CertPathValidationPolicyID) }),
      response: tas.sequence({}),
    }),
    ReplaceCertPathValidationPolicyAssignment: operation({
      access: "WRITE_SYSTEM",
      spec: "Security 5.3.3.11",
      request: tas.sequence({
        OldCertPathValidationPolicyID: element(CertPathValidationPolicyID),
        NewCertPathValidationPolicyID: element(CertPathValidationPolicyID),
      }),
      response: tas.sequence({}),
    }),
    GetAssignedCertPathValidationPolicies: operation({
      access: "READ_SYSTEM_SECRET",
      spec: "Security 5.3.3.12",
      request: tas.sequence({}),
      response: tas.sequence({ CertPathValidationPolicyID: many(CertPathValidationPolicyID) }),
    }),
  },
});
