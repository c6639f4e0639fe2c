import { constants } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import type { Device } from "#device/device";
import { commonNameOf } from "#device/security/path-validation";
import { FACTORY_PATH } from "#device/security/keystore";
import type { TlsServerState, TlsVersion } from "#device/security/tls-server";
import type { TlsTerms } from "#host/secure";
import type { TlsIdentity } from "#http/certificate";
import { messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import { pem } from "#util/pem";

/**
 * The terms on which the listeners speak TLS: as the camera's TLS server has them now, or with the certificate of the
 * configuration until there is a camera, and where that is the one assigned. New connections get what has been set.
 */
export class TlsListeners {
  #device: Device | undefined;
  readonly #known = new Map<TlsIdentity, TlsTerms>();

  constructor(private readonly log: Logger) {}

  /** From now on the TLS server of this camera counts. */
  attach(device: Device): () => void {
    this.#device = device;
    this.#known.clear();
    return device.changes.subscribe(({ slice }) => {
      if (slice === "security" || slice === "device") this.#known.clear();
    });
  }

  /** The terms of a listener whose own certificate is that of a cfg file. */
  of(identity: TlsIdentity): () => TlsTerms {
    return () => {
      let terms = this.#known.get(identity);
      if (!terms) this.#known.set(identity, (terms = this.#terms(identity)));
      return terms;
    };
  }

  #terms(identity: TlsIdentity): TlsTerms {
    const security = this.#device?.security;
    if (!security) return { context: contextOf(identity, ["1.2", "1.3"]) };
    const { state } = security.tlsServer;
    const context = this.#context(identity, state);
    if (!state.clientAuthenticationRequired) return { context };
    return {
      context,
      clientName: (chain) => {
        const [own] = chain;
        if (!own || !security.acceptsClient(chain)) return undefined;
        return commonNameOf(own) ?? "";
      },
    };
  }

  #context(identity: TlsIdentity, state: TlsServerState): SecureContext {
    const { versions, clientAuthenticationRequired } = state;
    const assigned = this.#device?.security.tlsServer.certificate;
    const chosen =
      assigned && assigned.pathId !== FACTORY_PATH
        ? {
            certificate: assigned.chain.map((der) => pem("CERTIFICATE", der)).join(""),
            key: pem("PRIVATE KEY", assigned.privateKey),
          }
        : identity;
    try {
      return contextOf(chosen, versions, clientAuthenticationRequired);
    } catch (error) {
      this.log.error("the certificate that is assigned cannot be used; that of the configuration is shown", {
        path: assigned?.pathId,
        reason: messageOf(error),
      });
      return contextOf(identity, versions, clientAuthenticationRequired);
    }
  }
}

function contextOf(
  { certificate, key }: TlsIdentity,
  versions: readonly TlsVersion[],
  asksClients = false,
): SecureContext {
  return createSecureContext({
    cert: certificate,
    key,
    minVersion: versions.includes("1.2") ? "TLSv1.2" : "TLSv1.3",
    maxVersion: versions.includes("1.3") ? "TLSv1.3" : "TLSv1.2",
    // A session that is taken up again would bring a client in whose certificate is good no more.
    ...(asksClients && { secureOptions: constants.SSL_OP_NO_TICKET, sessionIdContext: "onvifrtspserver" }),
  });
}
