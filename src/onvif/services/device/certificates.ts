import type { NvtDot1x } from "#device/security/nvt-dot1x";
import { fromBase64, type StoredCertificate } from "#device/security/objects";
import { invalidArgument } from "../../faults.js";
import { certificateInformation } from "../../mapping/certificate-information.js";
import type { Handlers } from "../../registry.js";
import type { certificates as operations } from "../../schema/device/certificates.js";
import type { Certificate, Dot1XConfiguration } from "../../schema/tt/certificate.js";

export const certificates = {
  CreateCertificate: async ({ CertificateID, Subject, ValidNotBefore, ValidNotAfter }, { camera }) => {
    const made = await camera.device.security.nvtCertificates.create({
      id: CertificateID,
      subject: Subject,
      notBeforeMs: ValidNotBefore?.getTime(),
      notAfterMs: ValidNotAfter?.getTime(),
    });
    return { NvtCertificate: toWire(made) };
  },

  GetCertificates: (_, { camera }) => ({ NvtCertificate: camera.device.security.nvtCertificates.own.map(toWire) }),

  GetCertificatesStatus: (_, { camera }) => {
    const { nvtCertificates } = camera.device.security;
    return {
      CertificateStatus: nvtCertificates.own.map(({ id }) => ({
        CertificateID: id,
        Status: nvtCertificates.isShown(id),
      })),
    };
  },

  SetCertificatesStatus: ({ CertificateStatus = [] }, { camera }) => {
    const wishes = CertificateStatus.map(({ CertificateID, Status }) => ({ id: CertificateID, isShown: Status }));
    camera.device.security.nvtCertificates.setShown(wishes);
    return {};
  },

  DeleteCertificates: ({ CertificateID }, { camera }) => {
    camera.device.security.nvtCertificates.delete(CertificateID);
    return {};
  },

  GetPkcs10Request: async ({ CertificateID, Subject, Attributes }, { camera }) => {
    if (Attributes) throw invalidArgument("attributes are not taken here; CreatePKCS10CSR takes them");
    return { Pkcs10Request: { Data: await camera.device.security.nvtCertificates.request(CertificateID, Subject) } };
  },

  LoadCertificates: ({ NVTCertificate }, { camera }) => {
    camera.device.security.nvtCertificates.load(NVTCertificate.map(fromWire));
    return {};
  },

  LoadCertificateWithPrivateKey: ({ CertificateWithPrivateKey }, { camera }) => {
    camera.device.security.nvtCertificates.load(
      CertificateWithPrivateKey.map(({ CertificateID, Certificate: { Data }, PrivateKey }) => ({
        id: CertificateID,
        der: Data,
        privateKey: PrivateKey.Data,
      })),
    );
    return {};
  },

  GetCACertificates: (_, { camera }) => ({
    CACertificate: camera.device.security.nvtCertificates.authorities.map(toWire),
  }),

  LoadCACertificates: ({ CACertificate }, { camera }) => {
    camera.device.security.nvtCertificates.loadAuthorities(CACertificate.map(fromWire));
    return {};
  },

  GetCertificateInformation: ({ CertificateID }, { camera }) => ({
    CertificateInformation: certificateInformation(
      camera.device.security.keystore.certificates.shelf.get(CertificateID),
    ),
  }),

  GetClientCertificateMode: (_, { camera }) => ({
    Enabled: camera.device.security.tlsServer.state.clientAuthenticationRequired,
  }),

  SetClientCertificateMode: ({ Enabled }, { camera }) => {
    camera.device.security.tlsServer.setClientAuthenticationRequired(Enabled);
    return {};
  },

  CreateDot1XConfiguration: ({ Dot1XConfiguration: configuration }, { camera }) => {
    camera.device.security.nvtDot1x.create(dot1xFromWire(configuration));
    return {};
  },

  SetDot1XConfiguration: ({ Dot1XConfiguration: configuration }, { camera }) => {
    camera.device.security.nvtDot1x.set(dot1xFromWire(configuration));
    return {};
  },

  GetDot1XConfiguration: ({ Dot1XConfigurationToken }, { camera }) => ({
    Dot1XConfiguration: dot1xToWire(camera.device.security.nvtDot1x.get(Dot1XConfigurationToken)),
  }),

  GetDot1XConfigurations: (_, { camera }) => ({
    Dot1XConfiguration: camera.device.security.nvtDot1x.list().map(dot1xToWire),
  }),

  DeleteDot1XConfiguration: ({ Dot1XConfigurationToken = [] }, { camera }) => {
    camera.device.security.nvtDot1x.delete(Dot1XConfigurationToken);
    return {};
  },
} satisfies Handlers<typeof operations>;

const toWire = ({ id, der }: StoredCertificate): Certificate => ({
  CertificateID: id,
  Certificate: { Data: fromBase64(der) },
});

const fromWire = ({ CertificateID, Certificate: { Data } }: Certificate) => ({ id: CertificateID, der: Data });

const dot1xFromWire = (configuration: Dot1XConfiguration): NvtDot1x => ({
  token: configuration.Dot1XConfigurationToken,
  identity: configuration.Identity,
  anonymousId: configuration.AnonymousID,
  eapMethod: configuration.EAPMethod,
  authorityIds: configuration.CACertificateID ?? [],
  certificateId: configuration.EAPMethodConfiguration?.TLSConfiguration?.CertificateID,
  password: configuration.EAPMethodConfiguration?.Password,
});

/** The password is not told. */
const dot1xToWire = (configuration: NvtDot1x): Dot1XConfiguration => ({
  Dot1XConfigurationToken: configuration.token,
  Identity: configuration.identity,
  AnonymousID: configuration.anonymousId,
  EAPMethod: configuration.eapMethod,
  CACertificateID: configuration.authorityIds,
  EAPMethodConfiguration:
    configuration.certificateId === undefined
      ? undefined
      : { TLSConfiguration: { CertificateID: configuration.certificateId } },
});
