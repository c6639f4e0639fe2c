import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { ServiceDeclaration } from "#onvif/operation";
import { Device } from "#onvif/schema/device/service";
import { Keystore } from "#onvif/schema/security/keystore";
import { TLSServer } from "#onvif/schema/security/tls-server";
import { aFleet, type FleetOnHost } from "../../support/a-fleet.js";
import { aCertificate, aCrl, anAuthority, type TestCertificate } from "../../support/authority.js";
import { CameraClient, textsOf } from "../../support/camera-client.js";
import { asClient, handshake, HTTPS } from "../../support/tls-client.js";
import { SHA1_RSA } from "./steps.js";

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** A whole camera with HTTPS, and a client that speaks with it by HTTP. */
class Scene {
  readonly #client: CameraClient;

  constructor(readonly camera: FleetOnHost) {
    this.#client = new CameraClient(camera.host);
  }

  /** The texts of an element of the answer. */
  async ask(service: ServiceDeclaration, operation: string, content = "", name = ""): Promise<readonly string[]> {
    const answer = await this.#client.call(operation, content, { service });
    return name === "" ? [] : textsOf(answer, name);
  }

  /** What is made, by its id. */
  async make(operation: string, content: string, name: string): Promise<string> {
    return (await this.ask(Keystore, operation, content, name))[0] ?? "";
  }

  /** Turns HTTPS on, or off. */
  async https(isOn: boolean): Promise<void> {
    const protocol = `<tds:NetworkProtocols><tt:Name>HTTPS</tt:Name><tt:Enabled>${isOn}</tt:Enabled><tt:Port>${HTTPS}</tt:Port></tds:NetworkProtocols>`;
    await this.ask(Device, "SetNetworkProtocols", protocol);
    await this.camera.host.clock.advance(2_000);
  }

  /** Annex: turns HTTPS off and takes its certificates back. */
  async withoutCertificates(): Promise<void> {
    await this.https(false);
    for (const id of await this.ask(TLSServer, "GetAssignedServerCertificates", "", "CertificationPathID"))
      await this.ask(TLSServer, "RemoveServerCertificateAssignment", path(id));
  }

  /**
   * Annex: a path of a self-signed certificate; its id and the certificate. Made without SOAP, as signing takes time that
   * is not the fake host's; the cases of the keystore make theirs by SOAP.
   */
  async selfSigned(): Promise<{ readonly pathId: string; readonly der: Buffer }> {
    const [camera] = this.camera.fleet.cameras;
    if (!camera) throw new Error("no camera");
    const { keys, certificates } = camera.device.security.keystore;
    const { keyId } = keys.createRsa(2048, undefined);
    await keys.settled();
    const subject = [[{ type: "CN", value: "192.0.2.10" }]];
    const wish = { subject, algorithmOid: SHA1_RSA.algorithm, extensions: [] };
    const id = await camera.device.security.keystore.createSelfSigned(keyId, wish, undefined);
    const pathId = certificates.createPath([id], undefined).id;
    return { pathId, der: Buffer.from(certificates.shelf.get(id).der, "base64") };
  }

  /** Annex: a validation policy that trusts an authority. */
  async policyFor(authority: TestCertificate): Promise<string> {
    const id = await this.make(
      "UploadCertificate",
      `<tas:Certificate>${base64(authority.der)}</tas:Certificate>`,
      "CertificateID",
    );
    return this.make(
      "CreateCertPathValidationPolicy",
      `<tas:Alias>Test</tas:Alias><tas:Parameters/><tas:TrustAnchor><tas:CertificateID>${id}</tas:CertificateID></tas:TrustAnchor>`,
      "CertPathValidationPolicyID",
    );
  }

  /** Whether the camera lets a client in that shows this certificate. */
  async letsIn(own: TestCertificate): Promise<boolean> {
    return (await handshake(this.camera.host, HTTPS, asClient(own))).failed === undefined;
  }

  get shown(): Promise<Buffer | undefined> {
    return handshake(this.camera.host).then(({ certificate }) => certificate);
  }
}

const path = (id: string, name = "CertificationPathID"): string => `<tas:${name}>${id}</tas:${name}>`;
const policy = (id: string, name = "CertPathValidationPolicyID"): string => `<tas:${name}>${id}</tas:${name}>`;
const REQUIRED = "<tas:clientAuthenticationRequired>true</tas:clientAuthenticationRequired>";

async function onScene(run: (scene: Scene) => Promise<void>): Promise<void> {
  await using camera = await aFleet({ onvif: { https_enable: "1", https_port: String(HTTPS) } });
  await run(new Scene(camera));
}

/** The cases that connect by TLS: chapters 3.2, 3.3 and the last of 9. */
export const handshakeCases: Readonly<Record<string, () => Promise<void>>> = {
  "ADVANCED_SECURITY-3-2-3 handshake": () =>
    onScene(async (scene) => {
      await scene.withoutCertificates();
      const { pathId, der } = await scene.selfSigned();
      await scene.ask(TLSServer, "AddServerCertificateAssignment", path(pathId));
      await scene.https(true);
      expect(await scene.shown).toEqual(der);
    }),

  "ADVANCED_SECURITY-3-2-4 handshake after a replacement": () =>
    onScene(async (scene) => {
      await scene.withoutCertificates();
      const [old, next] = [await scene.selfSigned(), await scene.selfSigned()];
      await scene.ask(TLSServer, "AddServerCertificateAssignment", path(old.pathId));
      await scene.https(true);
      expect(await scene.shown).toEqual(old.der);
      const change = path(old.pathId, "OldCertificationPathID") + path(next.pathId, "NewCertificationPathID");
      await scene.ask(TLSServer, "ReplaceServerCertificateAssignment", change);
      expect(await scene.shown).toEqual(next.der);
    }),

  "ADVANCED_SECURITY-3-2-5 handshake with PKCS#12": () =>
    onScene(async (scene) => {
      const old = await scene.selfSigned();
      await scene.ask(TLSServer, "AddServerCertificateAssignment", path(old.pathId));
      const file = readFileSync(new URL("../../fixtures/pkcs12/aes-256-with-chain.p12", import.meta.url));
      const pathId = await scene.make(
        "UploadCertificateWithPrivateKeyInPKCS12",
        `<tas:CertWithPrivateKey>${base64(file)}</tas:CertWithPrivateKey><tas:Passphrase>opensesame</tas:Passphrase>`,
        "CertificationPathID",
      );
      const change = path(old.pathId, "OldCertificationPathID") + path(pathId, "NewCertificationPathID");
      await scene.ask(TLSServer, "ReplaceServerCertificateAssignment", change);
      const certificate = await scene.make("GetCertificationPath", path(pathId), "CertificateID");
      const told = await scene.make(
        "GetCertificate",
        `<tas:CertificateID>${certificate}</tas:CertificateID>`,
        "CertificateContent",
      );
      expect(base64((await scene.shown) ?? Buffer.alloc(0))).toBe(told);
    }),

  "ADVANCED_SECURITY-3-3-1 certificates of clients": () =>
    onScene(async (scene) => {
      const [first, third] = [await anAuthority("CN=ONVIF1 TT,C=US"), await anAuthority("CN=ONVIF3 TT,C=US")];
      const second = await aCertificate({ subject: "CN=ONVIF2 TT,C=US", issuer: first });
      const fourth = await aCertificate({ subject: "CN=ONVIF4 TT,C=US", issuer: third });
      const id = await scene.policyFor(first);
      await scene.ask(TLSServer, "AddCertPathValidationPolicyAssignment", policy(id));
      await scene.ask(TLSServer, "SetClientAuthenticationRequired", REQUIRED);
      expect([await scene.letsIn(second), await scene.letsIn(fourth)]).toEqual([true, false]);
      await scene.ask(TLSServer, "SetClientAuthenticationRequired", REQUIRED.replace("true", "false"));
      await scene.ask(TLSServer, "RemoveCertPathValidationPolicyAssignment", policy(id));
      await scene.make("DeleteCertPathValidationPolicy", policy(id), "");
    }),

  "ADVANCED_SECURITY-3-3-2 revoked certificates": () =>
    onScene(async (scene) => {
      const authority = await anAuthority("CN=ONVIF1 TT,C=US");
      const [good, bad] = [
        await aCertificate({ subject: "CN=ONVIF2 TT,C=US", issuer: authority }),
        await aCertificate({ subject: "CN=ONVIF3 TT,C=US", issuer: authority }),
      ];
      const id = await scene.policyFor(authority);
      await scene.ask(TLSServer, "AddCertPathValidationPolicyAssignment", policy(id));
      await scene.ask(TLSServer, "SetClientAuthenticationRequired", REQUIRED);
      expect([await scene.letsIn(good), await scene.letsIn(bad)]).toEqual([true, true]);
      await scene.make("UploadCRL", `<tas:Crl>${base64(await aCrl(authority, [bad]))}</tas:Crl>`, "CrlID");
      expect([await scene.letsIn(good), await scene.letsIn(bad)]).toEqual([true, false]);
    }),

  "ADVANCED_SECURITY-3-3-3 another validation policy": () =>
    onScene(async (scene) => {
      const [old, next] = [await anAuthority("CN=ONVIF1 TT,C=US"), await anAuthority("CN=ONVIF3 TT,C=US")];
      const ofOld = await aCertificate({ subject: "CN=ONVIF2 TT,C=US", issuer: old });
      const ofNext = await aCertificate({ subject: "CN=ONVIF4 TT,C=US", issuer: next });
      const [oldId, nextId] = [await scene.policyFor(old), await scene.policyFor(next)];
      await scene.ask(TLSServer, "AddCertPathValidationPolicyAssignment", policy(oldId));
      await scene.ask(TLSServer, "SetClientAuthenticationRequired", REQUIRED);
      expect([await scene.letsIn(ofOld), await scene.letsIn(ofNext)]).toEqual([true, false]);
      const change = policy(oldId, "OldCertPathValidationPolicyID") + policy(nextId, "NewCertPathValidationPolicyID");
      await scene.ask(TLSServer, "ReplaceCertPathValidationPolicyAssignment", change);
      expect(
        await scene.ask(TLSServer, "GetAssignedCertPathValidationPolicies", "", "CertPathValidationPolicyID"),
      ).toEqual([nextId]);
      expect([await scene.letsIn(ofOld), await scene.letsIn(ofNext)]).toEqual([false, true]);
    }),

  "ADVANCED_SECURITY-9-1-2 a version that is off": () =>
    onScene(async (scene) => {
      await scene.ask(TLSServer, "SetEnabledTLSVersions", "<tas:Versions>1.3</tas:Versions>");
      const { host } = scene.camera;
      const old = await handshake(host, HTTPS, { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" });
      expect(old.failed).toMatch(/protocol.version/i);
      expect((await handshake(host)).version).toBe("TLSv1.3");
    }),
};
