import { group, type Member } from "./schema.js";
import { integer } from "./values.js";

const count = (tag: string, fallback: number, doc: string): Member<number> =>
  integer({ tag, default: fallback, min: 0, max: 1_000_000, addition: true, doc: `${doc}; 0 for no limit.` });

const bytes = (tag: string, fallback: number, min: number, doc: string): Member<number> =>
  integer({ tag, default: fallback, min, max: 16_777_216, unit: "bytes", addition: true, doc });

const seconds = (tag: string, fallback: number, doc: string): Member<number> =>
  integer({ tag, default: fallback, min: 1, max: 86_400, unit: "seconds", addition: true, doc });

/** `<limits>` of `rtsp.cfg`: what one client, or all together, may take. */
export const rtspLimits = group(
  {
    tag: "limits",
    doc: "What clients may take. Whoever meets a limit is refused, and the log says which.",
    addition: true,
  },
  {
    maxSessionsPerAddress: count("max_sessions_per_address", 0, "Most sessions at a time of one client address"),
    maxReaders: count("max_readers", 0, "Most sessions at a time that play the same stream"),
    maxConnections: count("max_connections", 20_000, "Most connections at a time, half tunnels included"),
    maxConnectionsPerAddress: count(
      "max_connections_per_address",
      0,
      "Most connections at a time from one address; players through HTTP take two each",
    ),
    maxHalfOpen: count(
      "max_half_open",
      10_000,
      "Most connections that have not logged in, or asked for nothing where no login is needed; of more, the oldest is closed",
    ),
    maxFailedLogins: count("max_failed_logins", 5, "Wrong passwords after which a connection is closed"),
    maxFailedLoginsPerMinute: count(
      "max_failed_logins_per_minute",
      60,
      "Wrong passwords a minute after which an address cannot log in for the rest of it",
    ),
    maxUrlLength: bytes("max_url_length", 4096, 256, "Longest address in a request."),
    maxHeaders: integer({
      tag: "max_headers",
      default: 255,
      min: 16,
      max: 10_000,
      addition: true,
      doc: "Most header lines of a request.",
    }),
    maxHeaderSize: bytes("max_header_size", 65_536, 1024, "Largest head of a request: its first line and all headers."),
    maxRequestSize: bytes("max_request_size", 131_072, 1024, "Largest content of a request."),
    openTimeout: seconds(
      "open_timeout",
      8,
      "Time that a stream has to start in when a client asks for it; players hang when an answer takes long.",
    ),
    requestTimeout: seconds(
      "request_timeout",
      10,
      "Time for the first request, and for the rest of one that has begun.",
    ),
    loginTimeout: seconds("login_timeout", 30, "Time to log in, where that is needed."),
    writeTimeout: seconds(
      "write_timeout",
      10,
      "Time after which a client is cut off that takes nothing of what it is sent by TCP.",
    ),
    maxBacklog: bytes(
      "max_backlog",
      8_388_608,
      65_536,
      "Media that may wait for a slow client; of more, it loses pictures up to the next key frame.",
    ),
  },
);
