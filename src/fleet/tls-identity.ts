import { isAbsolute, join } from "node:path";
import type { Host } from "#host/host";
import { checkIdentity, keptIdentity, type TlsIdentity } from "#http/certificate";
import { CodedError, messageOf } from "#util/errors";
import type { Logger } from "#util/log";

export interface IdentityFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** The cfg file that names them. */
  readonly file: string;
}

/** The certificate that a cfg file names, else the self-signed one that is kept in `folder`/state. */
export async function tlsIdentity(
  host: Host,
  folder: string,
  { certFile, keyFile, file }: IdentityFiles,
  names: readonly string[],
  log: Logger,
): Promise<TlsIdentity> {
  if (certFile !== "" && keyFile !== "") {
    const read = async (name: string): Promise<string> =>
      (await host.files.read(isAbsolute(name) ? name : join(folder, name))).toString("utf8");
    try {
      const identity = { certificate: await read(certFile), key: await read(keyFile) };
      checkIdentity(identity);
      return identity;
    } catch (error) {
      const message = `<cert_file> and <key_file> in ${file} cannot be used: ${messageOf(error)}`;
      throw new CodedError("tls-identity", message, {}, { cause: error });
    }
  }
  const kept = {
    certificatePath: join(folder, "state", "certificate.pem"),
    keyPath: join(folder, "state", "key.pem"),
    commonName: "onvifrtspserver",
    names,
  };
  const { identity, isNew } = await keptIdentity(host.files, host.clock, host.entropy, kept);
  if (isNew) log.info("a self-signed certificate was made for HTTPS", { path: kept.certificatePath });
  return identity;
}
