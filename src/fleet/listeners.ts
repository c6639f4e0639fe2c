import type { ListenOptions } from "#host/net";
import { CodedError } from "#util/errors";

/** A port that the program opens, and the tag by which it is changed. */
export interface PortTag {
  readonly port: number;
  readonly tag: string;
  /** Tag of the address to listen on. */
  readonly addressTag: string;
  readonly file: string;
  /** The port is not from the tag but a client's choice, which is kept in onvifrun.cfg. */
  readonly setByClient?: boolean;
}

/** Whether an address to listen on means all of them. */
export const isWildcard = (address: string): boolean => ["", "0.0.0.0", "::"].includes(address);

/** An empty address is that of all interfaces. */
export const listenOptions = (address: string, port: number): ListenOptions =>
  address === "" ? { port } : { address, port };

/** Opens a listener; where that fails the error is one sentence that says which tag to change. */
export async function openPort<T>(where: PortTag, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    // What is wrong with a certificate says so itself.
    if (!(error instanceof CodedError) || error.code === "tls-identity") throw error;
    throw new CodedError("listen", sentence(where, error), { port: where.port, tag: where.tag }, { cause: error });
  }
}

function sentence({ port, tag, addressTag, file, setByClient }: PortTag, error: CodedError): string {
  const change = setByClient ? "delete onvifrun.cfg (a client has chosen the port)" : `change <${tag}> in ${file}`;
  switch (error.code) {
    case "EADDRINUSE":
      return `port ${port} is taken by another program; end that one, or ${change}`;
    case "EACCES":
      return `port ${port} needs special rights (below 1024); ${change}${setByClient ? "" : " to a higher one"}, or run as root`;
    case "EADDRNOTAVAIL":
      return `this computer does not have the address to listen on; change <${addressTag}> in ${file}`;
    default:
      return `port ${port} (<${tag}> in ${file}) cannot be opened: ${error.message}`;
  }
}
