import { expect } from "vitest";
import { Device } from "#onvif/schema/device/service";
import { tas } from "#onvif/schema/namespaces";
import { Keystore } from "#onvif/schema/security/keystore";
import { AdvancedSecurity } from "#onvif/schema/security/service";
import { TLSServer } from "#onvif/schema/security/tls-server";
import { call } from "../../support/soap.js";
import { aDut, aDutWithoutHttps, assigned, certificationPath, REFERENCED, refuses } from "./steps.js";

type Kind = "self-signed" | "CA";

const ofBothKinds = (ids: readonly [string, string], title: string, run: (kind: Kind) => Promise<void>) =>
  Object.fromEntries(
    (["self-signed", "CA"] as const).map((kind, index) => [`${ids[index]} ${title}: ${kind}`, () => run(kind)]),
  );

/** The TLS server and what the service tells of itself: chapters 3.1, 4, 5 and 9. HTTPS is off, as the cases want it. */
export const tlsServerCases: Readonly<Record<string, () => Promise<void>>> = {
  ...ofBothKinds(["ADVANCED_SECURITY-3-1-1", "ADVANCED_SECURITY-3-1-2"], "assign a path", async (kind) => {
    const camera = aDut();
    const { pathId } = await certificationPath(camera, kind);
    await call(camera, TLSServer, "AddServerCertificateAssignment", { CertificationPathID: pathId });
    expect(await assigned(camera)).toEqual([pathId]);
  }),

  ...ofBothKinds(["ADVANCED_SECURITY-3-1-3", "ADVANCED_SECURITY-3-1-4"], "replace a path", async (kind) => {
    const camera = aDut();
    const [old, next] = [await certificationPath(camera, kind), await certificationPath(camera, kind)];
    await call(camera, TLSServer, "AddServerCertificateAssignment", { CertificationPathID: old.pathId });
    await call(camera, TLSServer, "ReplaceServerCertificateAssignment", {
      OldCertificationPathID: old.pathId,
      NewCertificationPathID: next.pathId,
    });
    expect(await assigned(camera)).toEqual([next.pathId]);
  }),

  ...ofBothKinds(
    ["ADVANCED_SECURITY-3-1-5", "ADVANCED_SECURITY-3-1-6"],
    "the paths that are assigned",
    async (kind) => {
      const camera = aDut();
      expect(await assigned(camera)).toEqual([]);
      const paths = [await certificationPath(camera, kind), await certificationPath(camera, kind)];
      for (const { pathId } of paths)
        await call(camera, TLSServer, "AddServerCertificateAssignment", { CertificationPathID: pathId });
      expect(await assigned(camera)).toEqual(paths.map(({ pathId }) => pathId));
    },
  ),

  ...ofBothKinds(["ADVANCED_SECURITY-3-1-7", "ADVANCED_SECURITY-3-1-8"], "take a path back", async (kind) => {
    const camera = await aDutWithoutHttps();
    const { pathId } = await certificationPath(camera, kind);
    await call(camera, TLSServer, "AddServerCertificateAssignment", { CertificationPathID: pathId });
    await call(camera, TLSServer, "RemoveServerCertificateAssignment", { CertificationPathID: pathId });
    expect(await assigned(camera)).toEqual([]);
    await call(camera, Keystore, "DeleteCertificationPath", { CertificationPathID: pathId });
  }),

  ...ofBothKinds(
    ["ADVANCED_SECURITY-4-1-1", "ADVANCED_SECURITY-4-1-2"],
    "what is in use is not deleted",
    async (kind) => {
      const camera = await aDutWithoutHttps();
      const { pathId, certificateId, keyId } = await certificationPath(camera, kind);
      await call(camera, TLSServer, "AddServerCertificateAssignment", { CertificationPathID: pathId });
      const key = () => refuses(camera, "DeleteKey", `<tas:KeyID>${keyId}</tas:KeyID>`, REFERENCED);
      const certificate = () =>
        refuses(camera, "DeleteCertificate", `<tas:CertificateID>${certificateId}</tas:CertificateID>`, REFERENCED);
      const path = `<tas:CertificationPathID>${pathId}</tas:CertificationPathID>`;
      await key();
      await certificate();
      await refuses(camera, "DeleteCertificationPath", path, REFERENCED);
      await call(camera, TLSServer, "RemoveServerCertificateAssignment", { CertificationPathID: pathId });
      await key();
      await certificate();
      await call(camera, Keystore, "DeleteCertificationPath", { CertificationPathID: pathId });
      await key();
      await call(camera, Keystore, "DeleteCertificate", { CertificateID: certificateId });
      await call(camera, Keystore, "DeleteKey", { KeyID: keyId });
    },
  ),

  "ADVANCED_SECURITY-5-1-1 capabilities": async () => {
    const { Capabilities } = await call(aDut(), AdvancedSecurity, "GetServiceCapabilities", {});
    const { KeystoreCapabilities: keystore, TLSServerCapabilities: tls } = Capabilities;
    expect(keystore.RSAKeyLengths?.length).toBeGreaterThan(0);
    expect(keystore.MaximumNumberOfKeys).toBeGreaterThanOrEqual(4);
    expect(keystore.MaximumNumberOfCertificates).toBeGreaterThanOrEqual(4);
    expect(keystore.MaximumNumberOfCertificationPaths).toBeGreaterThanOrEqual(2);
    expect(keystore.SignatureAlgorithms?.map(({ algorithm }) => algorithm)).toContain("1.2.840.113549.1.1.11");
    expect(keystore.X509Versions).toContain(3);
    expect(tls.TLSServerSupported?.length).toBeGreaterThan(0);
    expect(tls.MaximumNumberOfTLSCertificationPaths).toBeGreaterThan(0);
    expect(Capabilities.Dot1XCapabilities?.Dot1XMethods).toContain("EAP-PEAP/MSCHAPv2");
  },

  "ADVANCED_SECURITY-5-1-2 capabilities in GetServices": async () => {
    const camera = aDut();
    const { Service } = await call(camera, Device, "GetServices", { IncludeCapability: true });
    const listed = Service.find(({ Namespace }) => Namespace === tas.uri);
    const { Capabilities } = await call(camera, AdvancedSecurity, "GetServiceCapabilities", {});
    const told = listed?.Capabilities?.Any?.[0];
    const keystore = told?.child("KeystoreCapabilities");
    expect(keystore?.attribute("MaximumNumberOfKeys")).toBe(
      String(Capabilities.KeystoreCapabilities.MaximumNumberOfKeys),
    );
    expect(told?.child("TLSServerCapabilities")?.attribute("TLSServerSupported")).toBe("1.2 1.3");
    expect(keystore?.children.length).toBe(Capabilities.KeystoreCapabilities.SignatureAlgorithms?.length);
  },

  "ADVANCED_SECURITY-9-1-1 versions of TLS": async () => {
    const camera = aDut();
    const versions = async () => (await call(camera, TLSServer, "GetEnabledTLSVersions", {})).Versions;
    const set = (...Versions: string[]) => call(camera, TLSServer, "SetEnabledTLSVersions", { Versions });
    expect(await versions()).toEqual(["1.2", "1.3"]);
    await set("1.3", "1.2");
    expect(await versions()).toEqual(["1.2", "1.3"]);
    await refuses(camera, "SetEnabledTLSVersions", "<tas:Versions/>", "Sender InvalidArgVal EmptyList", TLSServer);
    expect(await versions()).toEqual(["1.2", "1.3"]);
    for (const one of ["1.2", "1.3"]) {
      await set(one);
      expect(await versions()).toEqual([one]);
    }
  },
};
