import { Login } from "#rtsp/client/login";
import { Pull, type PullEnd } from "#rtsp/client/pull";
import { DecodeError } from "#util/errors";
import type { Logger } from "#util/log";
import { parseOrigin, type RtspOrigin, showOrigin } from "#wire/rtsp/origin";
import type { ProxyDefinition, ProxyHost } from "./proxy.js";
import type { Fetch, FetchEnd } from "./proxy-source.js";

/** Within this the first packet must come by UDP, where TCP is tried next. */
const UDP_PROOF_MS = 5000;

/**
 * Fetches an original by RTSP. Redirections are followed for one attempt; what is learnt of its transports is kept.
 *
 * @throws DecodeError for a URL that is not one of RTSP.
 */
export function rtspFetch(host: ProxyHost, log: Logger, definition: ProxyDefinition, userAgent: string): Fetch {
  const { name, username, password } = definition;
  const parsed = parseOrigin(definition.url);
  const user = username === "" ? parsed.user : { username, password };
  const original: RtspOrigin = { ...parsed, user };
  let redirected: RtspOrigin | undefined;
  let transport = definition.transport;
  const loginTo = ({ host: name, user: who }: RtspOrigin): Login =>
    // A password is shown to no other server than the one that it was given for.
    new Login(who, name === original.host, () => host.entropy.bytes(8).toString("hex"));
  const login = loginTo(original);

  const after = (origin: RtspOrigin, end: PullEnd): FetchEnd => {
    const { location, transportFailed = false, loginPending = false } = end;
    const reason = withAdvice(end);
    redirected = location === undefined ? undefined : redirectedTo(origin, original, location);
    if (location !== undefined && !redirected)
      return { reason: `${reason}, to where we do not follow`, triesElsewhere: false };
    const fallsBack = transport === "AUTO" && transportFailed;
    if (fallsBack) transport = "TCP";
    return { reason, triesElsewhere: redirected !== undefined || fallsBack || loginPending };
  };

  return (sink, ended) => {
    const origin = redirected ?? original;
    const pull = new Pull(
      { ...host, log: log.child({ origin: showOrigin(origin) }) },
      {
        origin,
        transport: transport === "AUTO" ? "UDP" : transport,
        trust: definition.trust,
        login: origin === original ? login : loginTo(origin),
        userAgent,
        title: name,
        ...(transport === "AUTO" && { firstPacketMs: UDP_PROOF_MS }),
      },
      sink,
      (end) => ended(after(origin, end)),
    );
    pull.start();
    return pull;
  };
}

/** What an operator can do about it. */
function withAdvice({ reason, code, transportFailed }: PullEnd): string {
  if (code === "tls-certificate") return `${reason}; <fingerprint> and <check_certificate> say which is taken`;
  return transportFailed ? `${reason}; <transfer> says how media come` : reason;
}

/**
 * Where a redirection leads, with the login of the original; undefined for what is no URL of RTSP, and for one without
 * TLS from a server with it.
 */
function redirectedTo(from: RtspOrigin, original: RtspOrigin, location: string): RtspOrigin | undefined {
  const absolute = /^[a-z][a-z0-9+.-]*:/i.test(location)
    ? location
    : URL.canParse(location, from.url)
      ? new URL(location, from.url).href
      : "";
  try {
    const to = parseOrigin(absolute);
    return original.isSecure && !to.isSecure ? undefined : { ...to, user: to.user ?? original.user };
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}
