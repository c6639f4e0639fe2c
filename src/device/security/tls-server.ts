import type { Emit } from "../change.js";
import { refusal } from "../refusal.js";
import type { Keystore } from "./keystore.js";

/** Versions of TLS that this camera speaks. */
export const TLS_VERSIONS = ["1.2", "1.3"] as const;
export type TlsVersion = (typeof TLS_VERSIONS)[number];

/** What clients have set of the TLS server. */
export interface TlsServerState {
  /** Tokens of certification paths, in the order in which they were assigned. */
  readonly pathIds: readonly string[];
  readonly versions: readonly TlsVersion[];
  readonly clientAuthenticationRequired: boolean;
  readonly cnMapsToUser: boolean;
  readonly policyIds: readonly string[];
}

/** What the TLS server shows of itself: a chain, its own certificate first, and the key of that one; all DER. */
export interface ServerCertificate {
  readonly pathId: string;
  readonly chain: readonly Uint8Array[];
  /** PKCS#8. */
  readonly privateKey: Uint8Array;
}

export const MAXIMUM_TLS_PATHS = 8;
export const MAXIMUM_TLS_POLICIES = 8;

/**
 * The TLS server of HTTPS and secure RTSP (Security §5.3). Of several certification paths it shows the one that was assigned
 * last; a replacement takes the place of the replaced one.
 */
export class TlsServer {
  #state: TlsServerState = {
    pathIds: [],
    versions: TLS_VERSIONS,
    clientAuthenticationRequired: false,
    cnMapsToUser: false,
    policyIds: [],
  };

  constructor(
    private readonly keystore: Keystore,
    /** Whether clients are being served by TLS. */
    private readonly isEnabled: () => boolean,
    private readonly emit: Emit,
  ) {}

  get state(): TlsServerState {
    return this.#state;
  }

  /** What it shows now; undefined where nothing is assigned. */
  get certificate(): ServerCertificate | undefined {
    const pathId = this.#state.pathIds.at(-1);
    return pathId === undefined ? undefined : this.keystore.serverCertificate(pathId);
  }

  addCertificate(pathId: string): void {
    const { pathIds } = this.#state;
    this.#demandPath(pathId, "certification-path-id");
    if (pathIds.includes(pathId)) return;
    if (pathIds.length >= MAXIMUM_TLS_PATHS)
      throw refusal(
        "maximum-number-of-tls-certification-paths-reached",
        `at most ${MAXIMUM_TLS_PATHS} certification paths`,
      );
    this.#set({ pathIds: [...pathIds, pathId] });
  }

  /** Refuses so many paths: too many, or none while HTTPS is on. */
  demandAssignable(count: number): void {
    if (count > MAXIMUM_TLS_PATHS)
      throw refusal(
        "maximum-number-of-tls-certification-paths-reached",
        `at most ${MAXIMUM_TLS_PATHS} certification paths`,
      );
    if (count === 0 && this.isEnabled()) throw refusal("reference-exists", "HTTPS is on; turn it off first");
  }

  /** Assigns these paths, which have private keys, and no others. */
  assign(pathIds: readonly string[]): void {
    this.demandAssignable(pathIds.length);
    this.#set({ pathIds });
  }

  removeCertificate(pathId: string): void {
    const { pathIds } = this.#state;
    if (!pathIds.includes(pathId)) throw refusal("old-certification-path-id", "that path is not assigned", { pathId });
    if (this.isEnabled()) throw refusal("reference-exists", "HTTPS is on; turn it off first");
    this.#set({ pathIds: pathIds.filter((id) => id !== pathId) });
  }

  replaceCertificate(oldId: string, newId: string): void {
    const { pathIds } = this.#state;
    if (!pathIds.includes(oldId)) throw refusal("old-certification-path-id", "that path is not assigned", { oldId });
    this.#demandPath(newId, "new-certification-path-id");
    this.#set({ pathIds: [...new Set(pathIds.map((id) => (id === oldId ? newId : id)))] });
  }

  setVersions(versions: readonly string[]): void {
    if (versions.length === 0) throw refusal("empty-list", "at least one version of TLS is enabled");
    if (!versions.every((version) => TLS_VERSIONS.some((known) => known === version)))
      throw refusal("tls-version", `the versions of TLS are ${TLS_VERSIONS.join(" and ")}`);
    this.#set({ versions: TLS_VERSIONS.filter((version) => versions.includes(version)) });
  }

  setClientAuthenticationRequired(isRequired: boolean): void {
    if (isRequired && this.#state.policyIds.length === 0)
      throw refusal("enabling-client-authentication-failed", "no certification path validation policy is assigned");
    this.#set({ clientAuthenticationRequired: isRequired });
  }

  /** Without a policy there is nobody whose certificate is good, and whose name could mean something. */
  setCnMapsToUser(cnMapsToUser: boolean): void {
    if (cnMapsToUser && this.#state.policyIds.length === 0)
      throw refusal("cn-maps-to-user-failed", "no certification path validation policy is assigned");
    this.#set({ cnMapsToUser });
  }

  addPolicy(id: string): void {
    const { policyIds } = this.#state;
    this.keystore.policies.get(id);
    if (policyIds.includes(id)) return;
    if (policyIds.length >= MAXIMUM_TLS_POLICIES)
      throw refusal(
        "maximum-number-of-tls-cert-path-validation-policies-reached",
        `at most ${MAXIMUM_TLS_POLICIES} validation policies`,
      );
    this.#set({ policyIds: [...policyIds, id] });
  }

  removePolicy(id: string): void {
    const { policyIds, clientAuthenticationRequired } = this.#state;
    if (!policyIds.includes(id)) throw refusal("cert-path-validation-policy-id", "that policy is not assigned", { id });
    const left = policyIds.filter((one) => one !== id);
    if (clientAuthenticationRequired && left.length === 0)
      throw refusal("reference-exists", "clients must authenticate; turn that off first");
    this.#set({ policyIds: left });
  }

  replacePolicy(oldId: string, newId: string): void {
    const { policyIds } = this.#state;
    if (!policyIds.includes(oldId))
      throw refusal("old-cert-path-validation-policy-id", "that policy is not assigned", { oldId });
    this.keystore.policies.get(newId, "new-cert-path-validation-policy-id");
    this.#set({ policyIds: [...new Set(policyIds.map((id) => (id === oldId ? newId : id)))] });
  }

  /** Takes saved settings; what the keystore does not have any more is left out. */
  restore(saved: TlsServerState, always: readonly string[]): void {
    const pathIds = saved.pathIds.filter((id) => this.keystore.serverCertificate(id) !== undefined);
    const policyIds = saved.policyIds.filter((id) => this.keystore.policies.find(id));
    const versions = TLS_VERSIONS.filter((version) => saved.versions.includes(version));
    this.#state = {
      pathIds: pathIds.length > 0 ? pathIds : always,
      policyIds,
      versions: versions.length > 0 ? versions : TLS_VERSIONS,
      clientAuthenticationRequired: saved.clientAuthenticationRequired,
      cnMapsToUser: saved.cnMapsToUser,
    };
  }

  #demandPath(id: string, missing: "certification-path-id" | "new-certification-path-id"): void {
    this.keystore.certificates.paths.get(id, missing);
    if (!this.keystore.serverCertificate(id))
      throw refusal("no-private-key", "the device has no private key for the first certificate of that path", { id });
  }

  #set(change: Partial<TlsServerState>): void {
    this.#state = { ...this.#state, ...change };
    this.emit({ slice: "security", what: "tls-server" });
  }
}
