import { distinguishedNameFromWire } from "../../mapping/distinguished-name.js";
import { certificateToWire, extensionFromWire, requestAttributeFromWire } from "../../mapping/keystore.js";
import type { Handlers } from "../../registry.js";
import type { certificates as operations } from "../../schema/security/keystore-certificates.js";

export const certificates = {
  CreatePKCS10CSR: async ({ Subject, KeyID, CSRAttribute = [], SignatureAlgorithm }, { camera }) => ({
    PKCS10CSR: await camera.device.security.keystore.createRequest(KeyID, {
      subject: distinguishedNameFromWire(Subject),
      algorithmOid: SignatureAlgorithm.algorithm,
      attributes: CSRAttribute.map(requestAttributeFromWire),
    }),
  }),

  CreateSelfSignedCertificate: async (request, { camera }) => ({
    CertificateID: await camera.device.security.keystore.createSelfSigned(
      request.KeyID,
      {
        subject: distinguishedNameFromWire(request.Subject),
        version: request.X509Version,
        notBeforeMs: request.notValidBefore?.getTime(),
        notAfterMs: request.notValidAfter?.getTime(),
        algorithmOid: request.SignatureAlgorithm.algorithm,
        extensions: (request.Extension ?? []).map(extensionFromWire),
      },
      request.Alias,
    ),
  }),

  UploadCertificate: ({ Certificate, Alias, KeyAlias, PrivateKeyRequired = false }, { camera }) => {
    const { id, keyId } = camera.device.security.keystore.certificates.upload({
      der: Certificate,
      alias: Alias,
      keyAlias: KeyAlias,
      privateKeyRequired: PrivateKeyRequired,
    });
    return { CertificateID: id, KeyID: keyId };
  },

  GetCertificate: ({ CertificateID }, { camera }) => {
    const { keystore } = camera.device.security;
    return { Certificate: certificateToWire(keystore.certificates.shelf.get(CertificateID), keystore) };
  },

  GetAllCertificates: (_, { camera }) => {
    const { keystore } = camera.device.security;
    return { Certificate: keystore.certificates.shelf.list().map((one) => certificateToWire(one, keystore)) };
  },

  DeleteCertificate: ({ CertificateID }, { camera }) => {
    camera.device.security.keystore.deleteCertificate(CertificateID);
    return {};
  },

  CreateCertificationPath: ({ CertificateIDs, Alias }, { camera }) => ({
    CertificationPathID: camera.device.security.keystore.certificates.createPath(CertificateIDs.CertificateID, Alias)
      .id,
  }),

  GetCertificationPath: ({ CertificationPathID }, { camera }) => {
    const { certificateIds, alias } = camera.device.security.keystore.certificates.paths.get(CertificationPathID);
    return { CertificationPath: { CertificateID: certificateIds, Alias: alias } };
  },

  GetAllCertificationPaths: (_, { camera }) => ({
    CertificationPathID: camera.device.security.keystore.certificates.paths.list().map(({ id }) => id),
  }),

  SetCertificationPath: ({ CertificationPathID, CertificationPath }, { camera }) => {
    const { CertificateID, Alias } = CertificationPath;
    camera.device.security.keystore.certificates.setPath(CertificationPathID, CertificateID, Alias);
    return {};
  },

  DeleteCertificationPath: ({ CertificationPathID }, { camera }) => {
    camera.device.security.keystore.deletePath(CertificationPathID);
    return {};
  },
} satisfies Handlers<typeof operations>;
