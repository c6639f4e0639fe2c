import { createSecureContext, type SecureVersion } from "node:tls";
import { describe, expect, it } from "vitest";
import type { Connection } from "#host/net";
import { type CertificateTrust, type ClientIdentity, secured, securedTo, type TlsTerms } from "#host/secure";
import { CodedError } from "#util/errors";
import { aCertificate, anAuthority, pemOf, pkcs8Of, type TestCertificate } from "../../support/authority.js";
import { eventually } from "../../support/fake-clock.js";
import { fakeHost } from "../../support/fake-host.js";
import { asClient } from "../../support/tls-client.js";

const SERVER = "192.0.2.97";

interface Wish {
  readonly shows: readonly TestCertificate[];
  readonly version: SecureVersion;
  readonly clientName?: TlsTerms["clientName"];
}

const identityOf = (one: TestCertificate): ClientIdentity => ({
  certificate: pemOf("CERTIFICATE", one.der),
  key: pemOf("PRIVATE KEY", pkcs8Of(one)),
});

/** What a client has that connects to a server by TLS and waits for its first word: the word, or why there was none. */
async function meet(wish: Wish, trust: CertificateTrust, own?: ClientIdentity) {
  const host = fakeHost();
  const [shown, ...others] = wish.shows;
  if (!shown) throw new Error("no certificate");
  const { cert, key } = asClient(shown, ...others);
  const context = createSecureContext({ cert, key, minVersion: wish.version, maxVersion: wish.version });
  await host.network.net([SERVER]).listen({ port: 8883 }, (raw) => {
    const { clientName } = wish;
    secured(raw, { context, ...(clientName && { clientName }) }, (connection) => void connection.write("hello"));
  });
  const raw = await host.net.connect(SERVER, 8883);
  let heard: string | undefined;
  let failed: unknown;
  const listen = (connection: Connection): void => {
    connection.once("data", (data: Buffer) => (heard = data.toString()));
    connection.once("close", () => (heard ??= "closed"));
  };
  await securedTo(raw, SERVER, trust, own).then(listen, (error: unknown) => (failed = error));
  await eventually(() => heard !== undefined || failed !== undefined);
  if (failed !== undefined) await eventually(() => raw.destroyed);
  return failed === undefined ? heard : failed instanceof CodedError ? failed.code : failed;
}

describe.each(["TLSv1.2", "TLSv1.3"] as const)("a client of %s", (version) => {
  it("shows its certificate, with those above it, to a server that asks", async () => {
    const authority = await anAuthority();
    const [own, shown] = [
      await aCertificate({ subject: "CN=cam", issuer: authority }),
      await aCertificate({ subject: "CN=server" }),
    ];
    const { certificate, key } = identityOf(own);
    const chains: (readonly Uint8Array[])[] = [];
    const clientName = (chain: readonly Uint8Array[]): string => {
      chains.push(chain);
      return "cam";
    };
    const both = { certificate: certificate + pemOf("CERTIFICATE", authority.der), key };
    expect(await meet({ shows: [shown], version, clientName }, "any", both)).toBe("hello");
    expect(chains.map((chain) => chain.map((der) => Buffer.from(der)))).toEqual([[own.der, authority.der]]);
  });

  it("is not let in without one, or with one that the server does not want, and does not call the server's bad", async () => {
    const shows = [await aCertificate({ subject: "CN=server" })];
    const own = identityOf(await aCertificate({ subject: "CN=cam" }));
    const outcomes = [
      await meet({ shows, version, clientName: () => "cam" }, "any"),
      await meet({ shows, version, clientName: () => undefined }, "any", own),
    ];
    for (const outcome of outcomes) expect(["closed", "tls-failed"]).toContain(outcome);
  });

  it("lets somebody else decide about the server's certificate, who is told all that came", async () => {
    const authority = await anAuthority();
    const own = await aCertificate({ subject: "CN=server", issuer: authority });
    const shows = [own, authority];
    const seen: number[] = [];
    const accepts = (verdict: boolean) => (chain: readonly Uint8Array[]) => {
      seen.push(chain.length);
      return verdict && own.der.equals(chain[0] ?? new Uint8Array());
    };
    expect(await meet({ shows, version }, { accepts: accepts(true) })).toBe("hello");
    expect(await meet({ shows, version }, { accepts: accepts(false) })).toBe("tls-certificate");
    expect(seen).toEqual([2, 2]);
  });

  it("fails with a code where what it is to show cannot be read", async () => {
    const shows = [await aCertificate({ subject: "CN=server" })];
    expect(await meet({ shows, version }, "any", { certificate: "nothing", key: "nothing" })).toBe("tls-failed");
  });
});
