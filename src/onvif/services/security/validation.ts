import { crlToWire, policyFromWire, policyToWire } from "../../mapping/keystore.js";
import type { Handlers } from "../../registry.js";
import type { validation as operations } from "../../schema/security/keystore-validation.js";

export const validation = {
  UploadPassphrase: ({ Passphrase, PassphraseAlias }, { camera }) => ({
    PassphraseID: camera.device.security.keystore.uploadPassphrase(Passphrase, PassphraseAlias),
  }),

  GetAllPassphrases: (_, { camera }) => ({
    PassphraseAttribute: camera.device.security.keystore.passphrases
      .list()
      .map(({ id, alias }) => ({ PassphraseID: id, Alias: alias })),
  }),

  DeletePassphrase: ({ PassphraseID }, { camera }) => {
    camera.device.security.keystore.deletePassphrase(PassphraseID);
    return {};
  },

  UploadCRL: ({ Crl, Alias }, { camera }) => ({ CrlID: camera.device.security.keystore.uploadCrl(Crl, Alias) }),

  GetCRL: ({ CrlID }, { camera }) => ({ Crl: crlToWire(camera.device.security.keystore.crls.get(CrlID)) }),

  GetAllCRLs: (_, { camera }) => ({ Crl: camera.device.security.keystore.crls.list().map(crlToWire) }),

  DeleteCRL: ({ CrlID }, { camera }) => {
    camera.device.security.keystore.deleteCrl(CrlID);
    return {};
  },

  CreateCertPathValidationPolicy: (request, { camera }) => ({
    CertPathValidationPolicyID: camera.device.security.keystore.createPolicy(policyFromWire(request)),
  }),

  GetCertPathValidationPolicy: ({ CertPathValidationPolicyID }, { camera }) => ({
    CertPathValidationPolicy: policyToWire(camera.device.security.keystore.policies.get(CertPathValidationPolicyID)),
  }),

  GetAllCertPathValidationPolicies: (_, { camera }) => ({
    CertPathValidationPolicy: camera.device.security.keystore.policies.list().map(policyToWire),
  }),

  SetCertPathValidationPolicy: ({ CertPathValidationPolicy: policy }, { camera }) => {
    camera.device.security.keystore.setPolicy(policy.CertPathValidationPolicyID, policyFromWire(policy));
    return {};
  },

  DeleteCertPathValidationPolicy: ({ CertPathValidationPolicyID }, { camera }) => {
    camera.device.security.keystore.deletePolicy(CertPathValidationPolicyID);
    return {};
  },
} satisfies Handlers<typeof operations>;
