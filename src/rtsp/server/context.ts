import type { Clock } from "#host/clock";
import type { Entropy } from "#host/entropy";
import type { Logger } from "#util/log";
import type { RepeatedLines } from "#util/repeated-lines";
import type { Authenticator } from "#wire/digest/authenticator";
import type { RtspConnection } from "./connection.js";
import type { StreamDirectory } from "./directory.js";
import type { KnownDescriptions } from "./known-descriptions.js";
import type { LoginFailures } from "./login-failures.js";
import type { ResolvedOptions } from "./options.js";
import type { StreamKeys } from "./security/stream-keys.js";
import type { SessionTable } from "./session-table.js";
import type { MulticastSenders } from "./transport/multicast-senders.js";
import type { UdpPacing } from "./transport/udp-pacing.js";
import type { UdpPorts } from "./transport/udp-ports.js";

/** What the connections of one server share. */
export interface ServerContext {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Logger;
  /** Where it is said who is turned away, and who has come and gone without proving anything. */
  readonly refusals: RepeatedLines;
  readonly directory: StreamDirectory;
  /** What streams were like, for those that are not there in time. */
  readonly known: KnownDescriptions;
  readonly options: ResolvedOptions;
  /** Undefined when everybody may play. */
  readonly authenticator: Authenticator | undefined;
  readonly loginFailures: LoginFailures;
  readonly sessions: SessionTable;
  /** Connections that have proved nothing yet, the oldest first. */
  readonly halfOpen: Set<RtspConnection>;
  readonly udp: UdpPorts;
  readonly pacing: UdpPacing;
  readonly multicast: MulticastSenders;
  /** What protects the streams for those who ask for that. */
  readonly keys: StreamKeys;
  /** Canonical name in RTCP (RFC 3550 §6.5.1). */
  readonly cname: string;
}
