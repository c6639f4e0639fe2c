import "reflect-metadata";
import { type KeyObject, verify, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509Certificate as ParsedCertificate,
} from "@peculiar/x509";
import { isSupportedKey } from "./algorithms.js";
import { plainSerial, readCrl, type RevocationList } from "./crl.js";
import type { Keystore } from "./keystore.js";
import { fromBase64, type StoredCrl, type ValidationPolicy } from "./objects.js";

/** Most certificates of a path, the one that was shown and the trust anchor among them. */
const MAXIMUM_LENGTH = 10;
/** Most certificates that are tried as the next one of a path, so that nobody can send a labyrinth. */
const MAXIMUM_STEPS = 500;
/** Most signatures that are verified for one chain. */
const MAXIMUM_SIGNATURES = 100;
/** The extended key usages of TLS servers, of TLS clients, and of anything (RFC 5280 §4.2.1.12). */
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
const ANY_USAGE = "2.5.29.37.0";
/** Critical extensions that are looked at, or that ask for nothing here: key usage, names, constraints, policies, usages. */
const KNOWN_EXTENSIONS: ReadonlySet<string> = new Set([
  "2.5.29.15",
  "2.5.29.17",
  "2.5.29.19",
  "2.5.29.32",
  "2.5.29.37",
]);

/** What a path is looked for with. */
interface Search {
  readonly between: readonly X509Certificate[];
  readonly anchors: readonly X509Certificate[];
  readonly policy: ValidationPolicy;
}

/** Decides whose certificates are good (RFC 5280 §6, with the parameters of Security §4.3). */
export class PathValidation {
  #steps = 0;
  #signatures = 0;
  /** By whom each certificate is issued, or is not, under the policy in hand. */
  #issuers = new WeakMap<X509Certificate, WeakMap<X509Certificate, boolean>>();
  /** Taking a certificate apart takes long, and a search comes by the same ones again. */
  readonly #valid = new WeakMap<X509Certificate, boolean>();
  readonly #reach = new WeakMap<X509Certificate, number>();
  readonly #lists = new WeakMap<StoredCrl, RevocationList>();

  constructor(
    private readonly keystore: Keystore,
    private readonly now: () => number,
  ) {}

  /**
   * Whether one of the policies accepts the first of these certificates (DER), which a client shows; the others, and all in
   * the keystore, may stand between it and a trust anchor.
   */
  acceptsClient(chain: readonly Uint8Array[], policyIds: readonly string[]): boolean {
    return this.#accepts(
      chain,
      policyIds,
      (own, policy) => !policy.requireClientAuthUsage || usagesOf(own).some(isFor(CLIENT_AUTH)),
    );
  }

  /**
   * The same of one policy and a server, whose certificate may not be for other things than servers. It has to be for
   * `host`, a name or an address, as well, unless it is a trust anchor itself: then it is this one and no other that is
   * trusted.
   */
  acceptsServer(chain: readonly Uint8Array[], host: string, policyId: string): boolean {
    return this.#accepts(chain, [policyId], (own, policy) => {
      const usages = usagesOf(own);
      if (usages.length > 0 && !usages.some(isFor(SERVER_AUTH))) return false;
      const isAnchor = this.#anchorsOf(policy).some(({ raw }) => raw.equals(own.raw));
      return isAnchor || (isIP(host) === 0 ? own.checkHost(host) : own.checkIP(host)) !== undefined;
    });
  }

  #accepts(
    chain: readonly Uint8Array[],
    policyIds: readonly string[],
    suits: (own: X509Certificate, policy: ValidationPolicy) => boolean,
  ): boolean {
    this.#steps = 0;
    this.#signatures = 0;
    try {
      const [own, ...others] = chain.slice(0, MAXIMUM_LENGTH).map((der) => new X509Certificate(der));
      if (!own) return false;
      const kept = this.keystore.certificates.shelf.list().map(({ der }) => new X509Certificate(fromBase64(der)));
      const between = [...others, ...kept];
      return policyIds
        .flatMap((id) => this.keystore.policies.find(id) ?? [])
        .some((policy) => {
          this.#issuers = new WeakMap();
          return suits(own, policy) && this.#leads(own, [], { between, anchors: this.#anchorsOf(policy), policy });
        });
    } catch {
      return false;
    }
  }

  #anchorsOf({ trustAnchorIds }: ValidationPolicy): readonly X509Certificate[] {
    return trustAnchorIds.flatMap((id) => {
      const stored = this.keystore.certificates.shelf.find(id);
      return stored ? [new X509Certificate(fromBase64(stored.der))] : [];
    });
  }

  /** Whether a path leads from a certificate to an anchor; `below` are those that it has come by. */
  #leads(own: X509Certificate, below: readonly X509Certificate[], search: Search): boolean {
    const { between, anchors, policy } = search;
    this.#steps += 1;
    const isValid = (one: X509Certificate): boolean => known(this.#valid, one, () => this.#isValid(one));
    if (!isValid(own) || below.length + 1 >= MAXIMUM_LENGTH || this.#steps > MAXIMUM_STEPS) return false;
    if (anchors.some(({ raw }) => raw.equals(own.raw))) return true;
    const isAnchored = anchors.some((anchor) => this.#isIssuedBy(own, anchor, policy) && isValid(anchor));
    if (isAnchored) return true;
    return between.some(
      (issuer) =>
        ![own, ...below].some(({ raw }) => raw.equals(issuer.raw)) &&
        own.checkIssued(issuer) &&
        below.length <= known(this.#reach, issuer, reachOf) &&
        this.#isIssuedBy(own, issuer, policy) &&
        this.#leads(issuer, [...below, own], search),
    );
  }

  /** Whether a certificate is another one's, by name, signature and revocation lists. Each pair is looked at once. */
  #isIssuedBy(own: X509Certificate, issuer: X509Certificate, policy: ValidationPolicy): boolean {
    if (!own.checkIssued(issuer)) return false;
    const issuers = known(this.#issuers, own, () => new WeakMap());
    return known(
      issuers,
      issuer,
      () => this.#hasSigned(own, issuer.publicKey) && !this.#isRevoked(own, issuer, policy),
    );
  }

  #hasSigned(own: X509Certificate, key: KeyObject): boolean {
    this.#signatures += 1;
    return this.#signatures <= MAXIMUM_SIGNATURES && isSupportedKey(key) && own.verify(key);
  }

  #isValid({ raw, validFrom, validTo }: X509Certificate): boolean {
    const now = this.now();
    if (Date.parse(validFrom) > now || Date.parse(validTo) < now) return false;
    const { extensions } = new ParsedCertificate(new Uint8Array(raw));
    return extensions.every(({ critical, type }) => !critical || KNOWN_EXTENSIONS.has(type));
  }

  /** By the lists in the keystore that the issuer has signed. */
  #isRevoked(own: X509Certificate, issuer: X509Certificate, { useDeltaCrls }: ValidationPolicy): boolean {
    const { issuerName, serialNumber } = new ParsedCertificate(new Uint8Array(own.raw));
    const serial = plainSerial(serialNumber);
    const lists = this.keystore.crls
      .list()
      .map((crl) => this.#listOf(crl))
      .filter(
        ({ isDelta, serials, released }) => (useDeltaCrls || !isDelta) && (serials.has(serial) || released.has(serial)),
      )
      .filter((list) => list.issuer === issuerName.toString())
      .filter(({ algorithm, signed, signature }) =>
        verify(algorithm.hash.replace("-", ""), signed, issuer.publicKey, signature),
      );
    return lists.some(({ serials }) => serials.has(serial)) && !lists.some(({ released }) => released.has(serial));
  }

  #listOf(crl: StoredCrl): RevocationList {
    return known(this.#lists, crl, ({ der }) => readCrl(fromBase64(der)));
  }
}

/** The extended key usages of a certificate; none where it does not name any, and then it is for all. */
const usagesOf = ({ raw }: X509Certificate): readonly string[] =>
  new ParsedCertificate(new Uint8Array(raw)).getExtension(ExtendedKeyUsageExtension)?.usages.map(String) ?? [];

const isFor =
  (wanted: string) =>
  (usage: string): boolean =>
    usage === wanted || usage === ANY_USAGE;

/** How many certificates may stand between this one, which signs others, and the one that was shown; -1 for one that may not. */
function reachOf({ raw, ca }: X509Certificate): number {
  if (!ca) return -1;
  const parsed = new ParsedCertificate(new Uint8Array(raw));
  const usages = parsed.getExtension(KeyUsagesExtension)?.usages;
  if (usages !== undefined && (usages & KeyUsageFlags.keyCertSign) === 0) return -1;
  return parsed.getExtension(BasicConstraintsExtension)?.pathLength ?? Infinity;
}

/** What is in the map, or is made and put there. */
function known<K extends object, V>(map: WeakMap<K, V>, key: K, make: (key: K) => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make(key);
  map.set(key, made);
  return made;
}

/** The common name of a certificate's subject; undefined where it has none or several. */
export function commonNameOf(der: Uint8Array): string | undefined {
  const names = new ParsedCertificate(new Uint8Array(der)).subjectName.getField("CN");
  return names.length === 1 ? names[0] : undefined;
}
