import type { DigestAlgorithm } from "#wire/digest/algorithm";
import type { LoginGuard } from "#wire/digest/login-guard";
import type { SendQueueLimits } from "#media/send-queue";
import { defaultSrtpSuite } from "#wire/mikey/srtp-keys";
import { DEFAULT_LIMITS, type ParserLimits } from "#wire/rtsp/parser";
import { type SrtpSuite, srtpSuite, type SrtpSuiteName } from "#wire/srtp/suite";
import type { MulticastGroups } from "../multicast-groups.js";
import type { TransportOffer } from "../negotiate.js";
import type { StreamRights } from "./rights.js";
import type { UdpPortsOptions } from "./transport/udp-ports.js";

export interface RtspAuthentication {
  readonly realm: string;
  /** The password of a user, or undefined when there is none of that name. Asked anew for each request. */
  readonly password: (username: string) => string | undefined;
  /** What a user may play and publish; everything unless given. Asked anew for each request. */
  readonly rights?: (username: string) => StreamRights;
  /** What may be played and published without a login; nothing unless given. Asked anew for each request. */
  readonly anonymous?: () => StreamRights | undefined;
  /** Also offer Basic, which shows the password to whoever listens; off unless given. */
  readonly basic?: boolean;
  /** SHA-256 and then MD5 unless given: other orders make ffmpeg give up. Asked anew for each request. */
  readonly algorithms?: () => readonly DigestAlgorithm[];
  readonly guard?: LoginGuard;
  /** Decides about tokens (RFC 6750), which are taken and offered under TLS alone; undefined while none are taken. */
  readonly bearer?: () => ((token: string) => StreamTokenVerdict) | undefined;
  /** Whether the certificate that a client has to show under TLS says who it is; not unless given. */
  readonly certificatesNameUsers?: () => boolean;
  /** Whether there is a user of that name. */
  readonly isUser?: (username: string) => boolean;
}

/** What a token proves, or why it does not. */
export type StreamTokenVerdict =
  | { readonly outcome: "accepted"; readonly name: string | undefined; readonly rights: StreamRights }
  | { readonly outcome: "refused"; readonly reason: string };

/** All have defaults. Numbers of 0 mean no limit where that is said. */
export interface RtspServerOptions {
  /** What the Server header says. */
  readonly serverName?: string;
  /** Everybody may play when absent. */
  readonly authentication?: RtspAuthentication | undefined;
  /** UDP and TCP unless given; multicast only together with `groups`. */
  readonly transports?: TransportOffer;
  /** Where streams go by multicast. */
  readonly groups?: MulticastGroups | undefined;
  /**
   * SRTP, where RTSP itself is under TLS: for clients that ask for it (`offer`), or nothing else for anybody
   * (`require`); `offer` unless given.
   */
  readonly srtp?: "off" | "offer" | "require";
  /** How media are encrypted under keys that are made here; AES_CM_128_HMAC_SHA1_80 unless given. */
  readonly srtpSuite?: SrtpSuiteName;
  readonly udp?: {
    /** First server port: RTP and RTCP of a session's tracks are `basePort + 8n …`; 22000 unless given, 0 for any. */
    readonly basePort?: number;
    /** Eight ports for each session (default), or one pair for all. */
    readonly ports?: "per-session" | "shared";
    /**
     * Send media to the port that a client's packets come from, when it is another one than the client has named, as
     * behind NAT. Off unless given, since whoever can send in the client's name could draw its media to another port.
     */
    readonly latching?: boolean;
    /** Let the system cut packets out of larger pieces where it can; it can unless told not to. */
    readonly segmentation?: boolean;
    /** Most packets of a unit that leave at once, the rest in blocks of as many every 2 ms; 0 for all unless given. */
    readonly pacePackets?: number;
  };
  readonly tcp?: {
    /** Write streams by the system's own call where that can be had; so unless told not to. */
    readonly direct?: boolean;
  };
  /** Promised to clients, enforced 5 s later; 60 unless given. */
  readonly sessionTimeoutSeconds?: number;
  /** A connection without a session and without requests is closed after this; 65 000 unless given. */
  readonly idleTimeoutMs?: number;
  /** A connection must bring its first whole request, and each request that it has begun, in this time; 10 000. */
  readonly requestTimeoutMs?: number;
  /** A connection must have proved a password in this time, where one is needed; 30 000. */
  readonly authenticationTimeoutMs?: number;
  /** A peer that takes nothing for so long is cut off; 10 000. */
  readonly writeTimeoutMs?: number;
  /** A client that publishes and sends nothing for so long has gone; 10 000. */
  readonly publisherTimeoutMs?: number;
  /** Longest wait for a path to become ready; 8000. */
  readonly openTimeoutMs?: number;
  /** 20 000 unless given; 0 for no limit. */
  readonly maxConnections?: number;
  /** No limit unless given. */
  readonly maxConnectionsPerAddress?: number;
  /**
   * Connections that have not proved a password yet, or asked for anything where none is needed. Of more, the oldest is
   * closed: so a flood of them keeps nobody out. 10 000 unless given; 0 for no limit.
   */
  readonly maxHalfOpen?: number;
  /** 20 000 unless given; 0 for no limit. */
  readonly maxSessions?: number;
  /** No limit unless given. */
  readonly maxSessionsPerAddress?: number;
  /** No limit unless given. */
  readonly maxReadersPerPath?: number;
  /** Wrong passwords after which a connection is closed; 5. 0 for no limit. */
  readonly maxFailedLogins?: number;
  /** Wrong passwords a minute from one address after which all its attempts are refused; 60. 0 for no limit. */
  readonly maxFailedLoginsPerMinute?: number;
  /** Does the POST of an HTTP tunnel have to come from the address of its GET? Unless given, it does. */
  readonly tunnelSameAddress?: boolean;
  readonly sendQueue?: SendQueueLimits;
  readonly parser?: Partial<ParserLimits>;
}

export type ResolvedOptions = Required<
  Omit<RtspServerOptions, "udp" | "tcp" | "authentication" | "groups" | "parser" | "srtpSuite">
> & {
  readonly srtpSuite: SrtpSuite;
  readonly parser: ParserLimits;
  readonly udp: UdpPortsOptions & { readonly pacePackets: number };
  readonly tcp: { readonly direct: boolean };
  readonly authentication: RtspAuthentication | undefined;
  readonly groups: MulticastGroups | undefined;
};

export const resolveOptions = (given: RtspServerOptions): ResolvedOptions => ({
  serverName: given.serverName ?? "RTSP Server",
  authentication: given.authentication,
  transports: offered(given),
  groups: given.groups,
  srtp: given.srtp ?? "offer",
  srtpSuite: given.srtpSuite === undefined ? defaultSrtpSuite : srtpSuite(given.srtpSuite),
  udp: {
    basePort: given.udp?.basePort ?? 22_000,
    ports: given.udp?.ports ?? "per-session",
    latching: given.udp?.latching ?? false,
    segmentation: given.udp?.segmentation ?? true,
    pacePackets: given.udp?.pacePackets ?? 0,
  },
  tcp: { direct: given.tcp?.direct ?? true },
  sessionTimeoutSeconds: given.sessionTimeoutSeconds ?? 60,
  idleTimeoutMs: given.idleTimeoutMs ?? 65_000,
  requestTimeoutMs: given.requestTimeoutMs ?? 10_000,
  authenticationTimeoutMs: given.authenticationTimeoutMs ?? 30_000,
  writeTimeoutMs: given.writeTimeoutMs ?? 10_000,
  publisherTimeoutMs: given.publisherTimeoutMs ?? 10_000,
  openTimeoutMs: given.openTimeoutMs ?? 8_000,
  maxConnections: orInfinity(given.maxConnections ?? 20_000),
  maxConnectionsPerAddress: orInfinity(given.maxConnectionsPerAddress ?? 0),
  maxHalfOpen: orInfinity(given.maxHalfOpen ?? 10_000),
  maxSessions: orInfinity(given.maxSessions ?? 20_000),
  maxSessionsPerAddress: orInfinity(given.maxSessionsPerAddress ?? 0),
  maxReadersPerPath: orInfinity(given.maxReadersPerPath ?? 0),
  maxFailedLogins: orInfinity(given.maxFailedLogins ?? 5),
  maxFailedLoginsPerMinute: orInfinity(given.maxFailedLoginsPerMinute ?? 60),
  tunnelSameAddress: given.tunnelSameAddress ?? true,
  sendQueue: given.sendQueue ?? {},
  parser: { ...DEFAULT_LIMITS, ...given.parser },
});

const offered = ({ transports = { udp: true, tcp: true }, groups }: RtspServerOptions): TransportOffer => ({
  ...transports,
  multicast: transports.multicast === true && groups !== undefined,
});

const orInfinity = (limit: number): number => (limit === 0 ? Infinity : limit);
