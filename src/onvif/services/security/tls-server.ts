import type { Handlers } from "../../registry.js";
import type { TLSServer } from "../../schema/security/tls-server.js";

export const tlsServer = {
  AddServerCertificateAssignment: ({ CertificationPathID }, { camera }) => {
    camera.device.security.tlsServer.addCertificate(CertificationPathID);
    return {};
  },

  RemoveServerCertificateAssignment: ({ CertificationPathID }, { camera }) => {
    camera.device.security.tlsServer.removeCertificate(CertificationPathID);
    return {};
  },

  ReplaceServerCertificateAssignment: ({ OldCertificationPathID, NewCertificationPathID }, { camera }) => {
    camera.device.security.tlsServer.replaceCertificate(OldCertificationPathID, NewCertificationPathID);
    return {};
  },

  SetEnabledTLSVersions: ({ Versions }, { camera }) => {
    camera.device.security.tlsServer.setVersions(Versions);
    return {};
  },

  GetEnabledTLSVersions: (_, { camera }) => ({ Versions: camera.device.security.tlsServer.state.versions }),

  GetAssignedServerCertificates: (_, { camera }) => ({
    CertificationPathID: camera.device.security.tlsServer.state.pathIds,
  }),

  SetClientAuthenticationRequired: ({ clientAuthenticationRequired }, { camera }) => {
    camera.device.security.tlsServer.setClientAuthenticationRequired(clientAuthenticationRequired);
    return {};
  },

  GetClientAuthenticationRequired: (_, { camera }) => ({
    clientAuthenticationRequired: camera.device.security.tlsServer.state.clientAuthenticationRequired,
  }),

  SetCnMapsToUser: ({ cnMapsToUser }, { camera }) => {
    camera.device.security.tlsServer.setCnMapsToUser(cnMapsToUser);
    return {};
  },

  GetCnMapsToUser: (_, { camera }) => ({ cnMapsToUser: camera.device.security.tlsServer.state.cnMapsToUser }),

  AddCertPathValidationPolicyAssignment: ({ CertPathValidationPolicyID }, { camera }) => {
    camera.device.security.tlsServer.addPolicy(CertPathValidationPolicyID);
    return {};
  },

  RemoveCertPathValidationPolicyAssignment: ({ CertPathValidationPolicyID }, { camera }) => {
    camera.device.security.tlsServer.removePolicy(CertPathValidationPolicyID);
    return {};
  },

  ReplaceCertPathValidationPolicyAssignment: (
    { OldCertPathValidationPolicyID, NewCertPathValidationPolicyID },
    { camera },
  ) => {
    camera.device.security.tlsServer.replacePolicy(OldCertPathValidationPolicyID, NewCertPathValidationPolicyID);
    return {};
  },

  GetAssignedCertPathValidationPolicies: (_, { camera }) => ({
    CertPathValidationPolicyID: camera.device.security.tlsServer.state.policyIds,
  }),
} satisfies Handlers<typeof TLSServer.operations>;
