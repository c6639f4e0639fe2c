import type { Loaded } from "#config/load";
import type { Network, NetworkProtocol } from "#device/network";
import { refusal } from "#device/refusal";
import type { CameraListeners } from "#onvif/call";
import { CodedError } from "#util/errors";

/**
 * Opens the ports that these protocols need and that are not open yet: all of them, or none and a `CodedError` of the
 * host. The result closes the ports that they do not need, soon after, so that an answer can still go out.
 */
export type OpenPorts = (protocols: readonly NetworkProtocol[]) => Promise<() => void>;

/** The protocols that a camera starts with. Ports may be 0 where the cfg files say so, for any. */
export interface StartProtocol extends NetworkProtocol {
  /** It is as a client has set it. */
  readonly setByClient: boolean;
}

/** As the cfg files have them, or as clients have set them since. */
export function startProtocols({ onvif, rtsp, run }: Loaded): readonly StartProtocol[] {
  const { httpEnable, httpPort, httpsEnable, httpsPort } = run ?? onvif;
  const { protocols = [], protocolsSet = [] } = run?.runtime.state?.network ?? {};
  const configured: readonly NetworkProtocol[] = [
    { name: "HTTP", enabled: httpEnable, ports: [httpPort] },
    { name: "HTTPS", enabled: httpsEnable, ports: [httpsPort] },
    { name: "RTSP", enabled: true, ports: [rtsp.serverPort] },
  ];
  return configured.map((protocol) => {
    const kept = protocolsSet.includes(protocol.name)
      ? protocols.find(({ name }) => name === protocol.name)
      : undefined;
    return { ...(kept ?? protocol), setByClient: kept !== undefined };
  });
}

/** Lets clients choose the ports of the camera. */
export class Listeners implements CameraListeners {
  #last: Promise<void> = Promise.resolve();

  constructor(
    private readonly network: Network,
    private readonly open: OpenPorts,
  ) {}

  /** One after the other. */
  setProtocols(settings: readonly NetworkProtocol[]): Promise<void> {
    const done = this.#last.then(() => this.#set(settings));
    this.#last = done.catch(() => {});
    return done;
  }

  async #set(settings: readonly NetworkProtocol[]): Promise<void> {
    const finish = await this.#open(this.network.protocolsWith(settings));
    this.network.setProtocols(settings);
    finish();
  }

  async #open(protocols: readonly NetworkProtocol[]): Promise<() => void> {
    try {
      return await this.open(protocols);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      const { code, message, context } = error;
      if (code === "EADDRINUSE") throw refusal("port-already-in-use", message, context);
      if (code === "EACCES") throw refusal("invalid-argument", "ports below 1024 need special rights", context);
      if (code === "tls-identity") throw refusal("enabling-tls-failed", message);
      throw error;
    }
  }
}
