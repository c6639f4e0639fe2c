import type { RtspConfig } from "#config/rtsp-cfg";
import type { TransportOffer } from "#rtsp/negotiate";
import type { StreamRules } from "#rtsp/server/directory";
import type { RtspServerOptions } from "#rtsp/server/options";
import { fitsGlob } from "#util/glob";

/** The tags for transports that several parts of rtsp.cfg have. */
export type TransportTags = Pick<RtspConfig, "rtpOverUdp" | "rtpOverTcp" | "multicast">;

/** Room for what stands in a request line or header line besides a URL, bytes. */
const BESIDE_URL_BYTES = 4096;

/** The limits of rtsp.cfg, as the server takes them. */
export function limitsOf({ limits, maxSessions, sessionTimeout }: RtspConfig): RtspServerOptions {
  const lineBytes = limits.maxUrlLength + BESIDE_URL_BYTES;
  return {
    sessionTimeoutSeconds: sessionTimeout,
    maxSessions,
    maxSessionsPerAddress: limits.maxSessionsPerAddress,
    maxReadersPerPath: limits.maxReaders,
    maxConnections: limits.maxConnections,
    maxConnectionsPerAddress: limits.maxConnectionsPerAddress,
    maxHalfOpen: limits.maxHalfOpen,
    maxFailedLogins: limits.maxFailedLogins,
    maxFailedLoginsPerMinute: limits.maxFailedLoginsPerMinute,
    openTimeoutMs: limits.openTimeout * 1000,
    requestTimeoutMs: limits.requestTimeout * 1000,
    authenticationTimeoutMs: limits.loginTimeout * 1000,
    writeTimeoutMs: limits.writeTimeout * 1000,
    sendQueue: { maxBytes: limits.maxBacklog },
    parser: {
      targetBytes: limits.maxUrlLength,
      lineBytes,
      headerLines: limits.maxHeaders,
      headBytes: Math.max(limits.maxHeaderSize, lineBytes),
      bodyBytes: limits.maxRequestSize,
    },
  };
}

/** The transports and the UDP ports of rtsp.cfg. Multicast also needs to know its groups. */
export const transportsOf = (
  rtsp: RtspConfig,
): Pick<RtspServerOptions, "transports" | "udp" | "tcp" | "tunnelSameAddress" | "srtp" | "srtpSuite"> => ({
  transports: offerOf(rtsp),
  udp: {
    basePort: rtsp.udpBasePort,
    ports: rtsp.udpPorts === "shared" ? "shared" : "per-session",
    latching: rtsp.udpLatching,
    segmentation: rtsp.udpSegmentation,
    pacePackets: rtsp.udpPace,
  },
  tcp: { direct: rtsp.tcpDirect },
  tunnelSameAddress: rtsp.tunnelSameAddress,
  srtp: rtsp.srtp,
  srtpSuite: rtsp.srtpSuite,
});

/** What the first `<path>` that fits says of a stream. */
export function rulesOf({ paths }: RtspConfig, name: string): StreamRules | undefined {
  const rule = paths.find((one) => fitsGlob(one.name, name));
  return (
    rule && {
      transports: offerOf(rule),
      ...(rule.maxReaders > 0 && { maxReaders: rule.maxReaders }),
      ...(rule.sessionTimeout > 0 && { sessionTimeoutSeconds: rule.sessionTimeout }),
    }
  );
}

/** The transports that a part of rtsp.cfg allows. */
export const offerOf = ({ rtpOverUdp, rtpOverTcp, multicast }: TransportTags): TransportOffer => ({
  udp: rtpOverUdp,
  tcp: rtpOverTcp,
  multicast,
});
