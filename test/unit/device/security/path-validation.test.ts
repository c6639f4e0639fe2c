import { webcrypto, X509Certificate } from "node:crypto";
import "reflect-metadata";
import { BasicConstraintsExtension, X509CertificateGenerator } from "@peculiar/x509";
import { describe, expect, it, vi } from "vitest";
import { Keystore } from "#device/security/keystore";
import { PathValidation } from "#device/security/path-validation";
import { noon } from "../../../support/a-device.js";
import { aCertificate, anAuthority } from "../../../support/authority.js";

const EC = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Certificates of one name and one key, each of which is the issuer of each. */
async function labyrinth(count: number, subject: string): Promise<readonly Uint8Array[]> {
  const keys = await webcrypto.subtle.generateKey(EC, true, ["sign", "verify"]);
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const certificate = await X509CertificateGenerator.createSelfSigned(
        {
          serialNumber: (0x100 + index).toString(16),
          name: subject,
          notBefore: new Date(0),
          notAfter: new Date(noon + 1e12),
          keys,
          signingAlgorithm: EC,
          extensions: [new BasicConstraintsExtension(true, undefined, true)],
        },
        webcrypto,
      );
      return new Uint8Array(certificate.rawData);
    }),
  );
}

/** A keystore with authorities, of which a policy trusts the first. */
async function trusting(...names: readonly string[]) {
  const keystore = new Keystore(
    () => noon,
    () => {},
  );
  const authorities = await Promise.all(names.map((name) => anAuthority(name)));
  const ids = authorities.map(({ der }) => keystore.certificates.upload({ der, privateKeyRequired: false }).id);
  const policy = keystore.createPolicy({
    requireClientAuthUsage: false,
    useDeltaCrls: false,
    trustAnchorIds: ids.slice(0, 1),
  });
  return { authorities, policy, paths: new PathValidation(keystore, () => noon) };
}

describe("the validation of paths", () => {
  it("looks at few signatures, however certificates lead to each other", async () => {
    const verify = vi.spyOn(X509Certificate.prototype, "verify");
    try {
      const { paths, policy } = await trusting("CN=root", ...Array.from({ length: 20 }, () => "CN=maze"));
      const chain = await labyrinth(10, "CN=maze");
      verify.mockClear();
      expect(paths.acceptsClient(chain, [policy])).toBe(false);
      expect(verify.mock.calls.length).toBeLessThanOrEqual(100);
      expect(verify.mock.calls.length).toBeGreaterThan(50);
    } finally {
      verify.mockRestore();
    }
  });

  it("finds the way through others of the same name", async () => {
    const { paths, policy, authorities } = await trusting("CN=root", "CN=between", "CN=between");
    const [root] = authorities;
    if (!root) throw new Error("no root");
    const between = await aCertificate({ subject: "CN=between", issuer: root, isAuthority: true });
    const own = await aCertificate({ subject: "CN=camera client", issuer: between });
    const maze = (await labyrinth(5, "CN=between")).slice(0, 5);
    expect(paths.acceptsClient([own.der, ...maze, between.der], [policy])).toBe(true);
    expect(paths.acceptsClient([own.der, ...maze], [policy])).toBe(false);
  });
});
