import type { Emit } from "../change.js";
import { AuthorizationServers, type StoredAuthorizationServer } from "./authorization-servers.js";
import type { Dot1xFit } from "../wireless.js";
import { Dot1x, type Dot1xInterfaces, type Dot1xState } from "./dot1x.js";
import { JsonWebTokens, type JwtState } from "./json-web-tokens.js";
import type { KeyGenerator } from "./key-generation.js";
import { FACTORY_PATH, type FactoryIdentity, Keystore } from "./keystore.js";
import { NvtCertificates } from "./nvt-certificates.js";
import { type NvtDot1x, NvtDot1xs } from "./nvt-dot1x.js";
import type { KeystoreState, ShelfState } from "./objects.js";
import { PathValidation } from "./path-validation.js";
import { TlsServer, type TlsServerState } from "./tls-server.js";

/** The security side as it starts. */
export interface SecuritySetup {
  /** The certificate that the camera has of itself; without one nothing is assigned to its TLS server. */
  readonly factory?: FactoryIdentity | undefined;
  /** What was kept of the keystore and of all else that holds secrets. */
  readonly secrets?: SecretState | undefined;
  /** Default: OpenSSL makes the keys. */
  readonly generateKey?: KeyGenerator;
}

/** What clients have set, apart from what is in the keystore. Holds no secrets. */
export interface SecurityState {
  readonly tlsServer: TlsServerState;
  readonly jwt: JwtState;
}

/** What is kept in the keystore's file: all that holds secrets, or names them. */
export interface SecretState {
  readonly keystore: KeystoreState;
  readonly dot1x: Dot1xState;
  readonly authorizationServers: ShelfState<StoredAuthorizationServer>;
  readonly nvtDot1x: readonly NvtDot1x[];
}

/** What the security configuration service manages (Security §5). */
export class Security {
  readonly keystore: Keystore;
  readonly tlsServer: TlsServer;
  readonly dot1x: Dot1x;
  readonly authorizationServers: AuthorizationServers;
  readonly jwt: JsonWebTokens;
  /** The certificates and IEEE 802.1X as the device service shows them. */
  readonly nvtCertificates: NvtCertificates;
  readonly nvtDot1x: NvtDot1xs;
  readonly #paths: PathValidation;

  constructor(
    { factory, secrets, generateKey }: SecuritySetup,
    now: () => number,
    private readonly isTlsOn: () => boolean,
    interfaces: Dot1xInterfaces,
    /** Whether users may have a role of that name. */
    isRole: (name: string) => boolean,
    emit: Emit,
  ) {
    this.keystore = new Keystore(now, emit, generateKey);
    if (factory) this.keystore.setFactoryIdentity(factory);
    if (secrets) this.keystore.restore(secrets.keystore);
    this.tlsServer = new TlsServer(this.keystore, isTlsOn, emit);
    this.tlsServer.restore(this.tlsServer.state, this.#factoryPaths());
    this.dot1x = new Dot1x(this.keystore, interfaces, emit);
    this.authorizationServers = new AuthorizationServers(this.keystore, emit);
    this.jwt = new JsonWebTokens(this.keystore, now, isRole, emit);
    this.nvtCertificates = new NvtCertificates(this.keystore, this.tlsServer);
    this.nvtDot1x = new NvtDot1xs(this.keystore, interfaces, emit);
    if (secrets) {
      this.dot1x.restore(secrets.dot1x);
      this.authorizationServers.restore(secrets.authorizationServers);
      this.nvtDot1x.restore(secrets.nvtDot1x);
    }
    this.#paths = new PathValidation(this.keystore, now);
    this.keystore.referredBy({
      path: (id) => this.tlsServer.state.pathIds.includes(id),
      policy: (id) => this.tlsServer.state.policyIds.includes(id),
    });
  }

  /** Whether the TLS server lets a client in that shows these certificates (DER), its own first (Security §5.3.2). */
  acceptsClient(chain: readonly Uint8Array[]): boolean {
    return this.#paths.acceptsClient(chain, this.tlsServer.state.policyIds);
  }

  /** Whether a server at `host`, a name or an address, that shows these certificates is one that a policy trusts. */
  acceptsServer(chain: readonly Uint8Array[], host: string, policyId: string): boolean {
    return this.#paths.acceptsServer(chain, host, policyId);
  }

  /** What a configuration of IEEE 802.1X, of either service, is worth to a wireless network. */
  dot1xFit(token: string): ReturnType<Dot1xFit> {
    return this.dot1x.configurations.has(token) ? "fits" : this.nvtDot1x.fit(token);
  }

  snapshot(): SecurityState {
    return { tlsServer: this.tlsServer.state, jwt: this.jwt.state };
  }

  /** For the keystore's file. Holds secrets. */
  secrets(): SecretState {
    return {
      keystore: this.keystore.snapshot(),
      dot1x: this.dot1x.snapshot(),
      authorizationServers: this.authorizationServers.shelf.snapshot(),
      nvtDot1x: this.nvtDot1x.list(),
    };
  }

  /** Checks saved settings; the result puts them in force. What they refer to and is there no more is left out. */
  prepare(saved: SecurityState): () => void {
    return () => {
      this.tlsServer.restore(saved.tlsServer, this.#factoryPaths());
      this.jwt.restore(saved.jwt);
    };
  }

  /** Where TLS is on, there is always a certificate. */
  #factoryPaths(): readonly string[] {
    return this.isTlsOn() && this.keystore.serverCertificate(FACTORY_PATH) ? [FACTORY_PATH] : [];
  }
}
