import type { ProxyConfig, RtspConfig } from "#config/rtsp-cfg";
import type { CertificateTrust } from "#host/secure";
import { type ProxyDefinition, type ProxyHost, ProxyStreams } from "#sources/proxy";
import type { Logger } from "#util/log";

/** What `<proxy>` in `rtsp.cfg` asks for, as far as it is there: originals of RTSP and of HTTP. */
export const proxiesOf = ({ proxies }: RtspConfig, host: ProxyHost, log: Logger, userAgent: string): ProxyStreams =>
  new ProxyStreams(host, log, proxies.filter(({ url }) => /^(?:rtsp|http)/i.test(url)).map(proxyDefinition), userAgent);

/** A `<proxy>` in the words of who fetches it. */
export const proxyDefinition = ({
  suffix,
  url,
  user,
  pass,
  transfer,
  onDemand,
  fingerprint,
  checkCertificate,
}: ProxyConfig): ProxyDefinition => ({
  name: suffix,
  url,
  username: user,
  password: pass,
  transport: transfer,
  onDemand,
  trust: trustOf(fingerprint, checkCertificate),
});

function trustOf(fingerprint: string, checks: boolean): CertificateTrust {
  if (fingerprint !== "") return { fingerprint };
  return checks ? { authorities: undefined } : "any";
}
