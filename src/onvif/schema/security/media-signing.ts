import { element, many } from "#xml/schema";
import { declareService, operation } from "../../operation.js";
import { tas } from "../namespaces.js";
import { CertificationPathID } from "./identifiers.js";

/** Certificates that sign media (Security §5.5). */
export const MediaSigning = declareService({
  namespace: tas,
  name: "MediaSigning",
  version: "26.06",
  operations: {
    AddMediaSigningCertificateAssignment: operation({
      access: "WRITE_SYSTEM",
      spec: "Security 5.5.2",
      request: tas.sequence({ CertificationPathID: element(CertificationPathID) }),
      response: tas.sequence({}),
    }),
    RemoveMediaSigningCertificateAssignment: operation({
      access: "WRITE_SYSTEM",
      spec: "Security 5.5.3",
      request: tas.sequence({ CertificationPathID: element(CertificationPathID) }),
      response: tas.sequence({}),
    }),
    GetAssignedMediaSigningCertificates: operation({
      access: "READ_SYSTEM_SECRET",
      spec: "Security 5.5.4",
      request: tas.sequence({}),
      response: tas.sequence({ CertificationPathID: many(CertificationPathID, { max: 2 }) }),
    }),
  },
});
