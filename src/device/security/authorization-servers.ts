import type { Emit } from "../change.js";
import { refusal } from "../refusal.js";
import type { Keystore } from "./keystore.js";
import type { ShelfState } from "./objects.js";
import { Shelf } from "./shelf.js";

/** An authorization server as a client describes it (Security §4.6.3). `clientSecret` is never told. */
export interface AuthorizationServer {
  readonly type: string;
  readonly clientAuth?: string | undefined;
  readonly serverUri: string;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly scope?: string | undefined;
  readonly keyId?: string | undefined;
  readonly certificateId?: string | undefined;
  readonly policyId?: string | undefined;
}

export type StoredAuthorizationServer = AuthorizationServer & { readonly id: string };

export const AUTHORIZATION_SERVER_TYPES: readonly string[] = [
  "OAuthAuthorizationCode",
  "OAuthClientCredentials",
  "OIDC2AuthorizationCode",
];

export const CLIENT_AUTHENTICATION_METHODS: readonly string[] = [
  "client_secret_basic",
  "client_secret_post",
  "client_secret_jwt",
  "private_key_jwt",
  "tls_client_auth",
  "self_signed_tls_client_auth",
];

const MAXIMUM_TEXT = 2048;

/** Configurations of authorization servers (Security §5.5.5). They are kept and told; nothing asks these servers. */
export class AuthorizationServers {
  readonly shelf = new Shelf<StoredAuthorizationServer>({
    prefix: "authorization-server",
    maximum: 8,
    missing: "no-config",
    full: "max-authorization-servers",
  });

  constructor(
    private readonly keystore: Keystore,
    private readonly emit: Emit,
  ) {
    const refers = (what: (server: AuthorizationServer) => string | undefined) => (id: string) =>
      this.shelf.list().some((server) => what(server) === id);
    keystore.referredBy({
      key: refers(({ keyId }) => keyId),
      certificate: refers(({ certificateId }) => certificateId),
      policy: refers(({ policyId }) => policyId),
    });
  }

  create(server: AuthorizationServer): string {
    this.#demandGood(server);
    const { id } = this.shelf.add((id) => ({ id, ...server }));
    this.#changed();
    return id;
  }

  /** Without a secret the one that there is stays, since nobody can read it to send it again. */
  set(id: string, server: AuthorizationServer): void {
    const { clientSecret } = this.shelf.get(id);
    const next = { ...server, clientSecret: server.clientSecret ?? clientSecret };
    this.#demandGood(next);
    this.shelf.replace({ id, ...next });
    this.#changed();
  }

  delete(id: string): void {
    this.shelf.delete(id, false);
    this.#changed();
  }

  restore(state: ShelfState<StoredAuthorizationServer>): void {
    this.shelf.restore(state);
  }

  #demandGood(server: AuthorizationServer): void {
    const { type, clientAuth, serverUri, clientId, clientSecret, scope, keyId, certificateId, policyId } = server;
    const { keys, certificates, policies } = this.keystore;
    const bad = (why: string) => refusal("invalid-config", why);
    if (!AUTHORIZATION_SERVER_TYPES.includes(type)) throw bad("that type of configuration is not known");
    if (!URL.canParse(serverUri) || !/^https?:$/.test(new URL(serverUri).protocol))
      throw bad("the address of a server is one of HTTP or HTTPS");
    if ([serverUri, clientId, clientSecret, scope].some((text) => (text?.length ?? 0) > MAXIMUM_TEXT))
      throw bad(`no text has more than ${MAXIMUM_TEXT} characters`);
    if (keyId !== undefined && !keys.shelf.find(keyId)?.privateKey) throw bad("there is no private key of that id");
    if (certificateId !== undefined && !certificates.shelf.has(certificateId))
      throw bad("there is no certificate of that id");
    if (policyId !== undefined && !policies.has(policyId)) throw bad("there is no validation policy of that id");
    if (clientAuth === undefined) return;
    if (!CLIENT_AUTHENTICATION_METHODS.includes(clientAuth)) throw bad("that way of authentication is not known");
    if (clientId === undefined) throw bad("authentication takes a client id");
    if (clientAuth.startsWith("client_secret_") && clientSecret === undefined)
      throw bad(`${clientAuth} takes a secret`);
    if (clientAuth === "private_key_jwt" && keyId === undefined) throw bad(`${clientAuth} takes a key`);
    if (clientAuth.endsWith("tls_client_auth") && certificateId === undefined)
      throw bad(`${clientAuth} takes a certificate`);
  }

  #changed(): void {
    this.emit({ slice: "security", what: "keystore" });
  }
}
