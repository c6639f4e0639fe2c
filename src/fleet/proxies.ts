import type { RtspConfig } from "#config/rtsp-cfg";
import type { CertificateTrust } from "#host/secure";
import { type ProxyHost, ProxyStreams } from "#sources/proxy";
import type { Logger } from "#util/log";

/** What `<proxy>` in `rtsp.cfg` asks for, as far as it is there: originals of RTSP and of HTTP. */
export const proxiesOf = ({ proxies }: RtspConfig, host: ProxyHost, log: Logger, userAgent: string): ProxyStreams =>
  new ProxyStreams(
    host,
    log,
    proxies
      .filter(({ url }) => /^(?:rtsp|http)/i.test(url))
      .map(({ suffix, url, user, pass, transfer, onDemand, fingerprint, checkCertificate }) => ({
        name: suffix,
        url,
        username: user,
        password: pass,
        transport: transfer,
        onDemand,
        trust: trustOf(fingerprint, checkCertificate),
      })),
    userAgent,
  );

function trustOf(fingerprint: string, checks: boolean): CertificateTrust {
  if (fingerprint !== "") return { fingerprint };
  return checks ? { authorities: undefined } : "any";
}
