import type { Emit } from "../change.js";
import { ClientCheck } from "./client-check.js";
import type { KeyGenerator } from "./key-generation.js";
import { FACTORY_PATH, type FactoryIdentity, Keystore } from "./keystore.js";
import type { KeystoreState } from "./objects.js";
import { TlsServer, type TlsServerState } from "./tls-server.js";

/** The security side as it starts. */
export interface SecuritySetup {
  /** The certificate that the camera has of itself; without one nothing is assigned to its TLS server. */
  readonly factory?: FactoryIdentity | undefined;
  /** What was kept of the keystore. */
  readonly keystore?: KeystoreState | undefined;
  /** Default: OpenSSL makes the keys. */
  readonly generateKey?: KeyGenerator;
}

/** What clients have set, apart from what is in the keystore. Holds no secrets. */
export interface SecurityState {
  readonly tlsServer: TlsServerState;
}

/** What the security configuration service manages (Security §5). */
export class Security {
  readonly keystore: Keystore;
  readonly tlsServer: TlsServer;
  readonly #clients: ClientCheck;

  constructor(
    { factory, keystore, generateKey }: SecuritySetup,
    now: () => number,
    private readonly isTlsOn: () => boolean,
    emit: Emit,
  ) {
    this.keystore = new Keystore(now, emit, generateKey);
    if (factory) this.keystore.setFactoryIdentity(factory);
    if (keystore) this.keystore.restore(keystore);
    this.tlsServer = new TlsServer(this.keystore, isTlsOn, emit);
    this.tlsServer.restore(this.tlsServer.state, this.#factoryPaths());
    this.#clients = new ClientCheck(this.keystore, now);
    this.keystore.referredBy({
      path: (id) => this.tlsServer.state.pathIds.includes(id),
      policy: (id) => this.tlsServer.state.policyIds.includes(id),
    });
  }

  /** Whether the TLS server lets a client in that shows these certificates (DER), its own first (Security §5.3.2). */
  acceptsClient(chain: readonly Uint8Array[]): boolean {
    return this.#clients.accepts(chain, this.tlsServer.state.policyIds);
  }

  snapshot(): SecurityState {
    return { tlsServer: this.tlsServer.state };
  }

  /** Checks saved settings; the result puts them in force. What they refer to and is there no more is left out. */
  prepare(saved: SecurityState): () => void {
    return () => this.tlsServer.restore(saved.tlsServer, this.#factoryPaths());
  }

  /** Where TLS is on, there is always a certificate. */
  #factoryPaths(): readonly string[] {
    return this.isTlsOn() && this.keystore.serverCertificate(FACTORY_PATH) ? [FACTORY_PATH] : [];
  }
}
