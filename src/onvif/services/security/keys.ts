import { keyToWire } from "../../mapping/keystore.js";
import type { Handlers } from "../../registry.js";
import type { keys as operations } from "../../schema/security/keystore-keys.js";

export const keys = {
  CreateRSAKeyPair: ({ KeyLength, Alias }, { camera }) => {
    const { keyId, estimatedMs } = camera.device.security.keystore.keys.createRsa(KeyLength, Alias);
    return { KeyID: keyId, EstimatedCreationTime: estimatedMs };
  },

  CreateECCKeyPair: ({ EllipticCurve, Alias }, { camera }) => {
    const { keyId, estimatedMs } = camera.device.security.keystore.keys.createEcc(EllipticCurve, Alias);
    return { KeyID: keyId, EstimatedCreationTime: estimatedMs };
  },

  UploadKeyPairInPKCS8: ({ KeyPair, Alias, EncryptionPassphraseID, EncryptionPassphrase }, { camera }) => {
    const key = camera.device.security.keystore.uploadKeyPair(KeyPair, Alias, {
      passphrase: EncryptionPassphrase,
      passphraseId: EncryptionPassphraseID,
    });
    return { KeyID: key.id };
  },

  UploadCertificateWithPrivateKeyInPKCS12: (request, { camera }) => {
    const { pathId, keyId } = camera.device.security.keystore.uploadPkcs12(request.CertWithPrivateKey, {
      pathAlias: request.CertificationPathAlias,
      keyAlias: request.KeyAlias,
      firstOnly: request.IgnoreAdditionalCertificates ?? false,
      passphrase: request.Passphrase,
      integrityId: request.IntegrityPassphraseID,
      encryptionId: request.EncryptionPassphraseID,
    });
    return { CertificationPathID: pathId, KeyID: keyId };
  },

  GetKeyStatus: ({ KeyID }, { camera }) => ({
    KeyStatus: camera.device.security.keystore.keys.shelf.get(KeyID).status,
  }),

  GetPrivateKeyStatus: ({ KeyID }, { camera }) => ({
    hasPrivateKey: camera.device.security.keystore.keys.shelf.get(KeyID).privateKey !== "",
  }),

  GetAllKeys: (_, { camera }) => ({
    KeyAttribute: camera.device.security.keystore.keys.shelf.list().map(keyToWire),
  }),

  DeleteKey: ({ KeyID }, { camera }) => {
    camera.device.security.keystore.deleteKey(KeyID);
    return {};
  },
} satisfies Handlers<typeof operations>;
