import { type IncomingMessage, request } from "node:http";
import type { Timer } from "#host/clock";
import type { Connection } from "#host/net";
import { securedTo } from "#host/secure";
import { jpegFormat, jpegProblem } from "#codec/jpeg/payload";
import { parseJpeg } from "#codec/jpeg/segments";
import { Login } from "#rtsp/client/login";
import type { ReceivedSink } from "#media/received-stream";
import { CodedError, DecodeError, messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";
import { MixedReplaceParser } from "#wire/mime/mixed-replace";
import { Headers } from "#wire/rtsp/message";
import type { ProxyDefinition, ProxyHost } from "./proxy.js";
import type { Fetch, FetchEnd } from "./proxy-source.js";

/** For the connection, the answer, and from one picture to the next. */
const TIMEOUT_MS = 10_000;
const MAX_PICTURE_BYTES = 16 * 1024 * 1024;
const MAX_LOGINS = 3;
const CLOCK_RATE = 90_000;

interface MjpegOrigin {
  readonly url: URL;
  readonly user: { readonly username: string; readonly password: string } | undefined;
}

/**
 * Fetches an original that is motion JPEG over HTTP (`multipart/x-mixed-replace`). Each picture is of the time when it came.
 *
 * @throws DecodeError for a URL that is not one of HTTP.
 */
export function mjpegFetch(host: ProxyHost, log: Logger, definition: ProxyDefinition, userAgent: string): Fetch {
  const original = originOf(definition);
  let redirected: URL | undefined;
  return (sink, ended) => {
    const url = redirected ?? original.url;
    redirected = undefined;
    // A password is for the server that it was given for.
    const origin = { url, user: url.host === original.url.host ? original.user : undefined };
    const own = log.child({ origin: `${url.protocol}//${url.host}` });
    const pull = new MjpegPull({ host, log: own, definition, userAgent }, origin, sink, (end, location) => {
      redirected = location;
      ended(end);
    });
    pull.start();
    return pull;
  };
}

function originOf({ url: text, username, password }: ProxyDefinition): MjpegOrigin {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new DecodeError("origin-url", "the URL of the stream cannot be read");
  const inUrl = url.username === "" ? undefined : { username: decoded(url.username), password: decoded(url.password) };
  url.username = url.password = "";
  return { url, user: username === "" ? inUrl : { username, password } };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

interface MjpegParts {
  readonly host: ProxyHost;
  readonly log: Logger;
  readonly definition: ProxyDefinition;
  readonly userAgent: string;
}

/** One attempt. */
class MjpegPull implements Closable {
  readonly #parts: MjpegParts;
  readonly #origin: MjpegOrigin;
  readonly #sink: ReceivedSink;
  readonly #ended: (end: FetchEnd, location?: URL) => void;
  readonly #login: Login;
  readonly #startMs: number;
  #connection: Connection | undefined;
  #timer: Timer | undefined;
  #isOver = false;
  #isDescribed = false;
  #isUnusable = false;

  constructor(
    parts: MjpegParts,
    origin: MjpegOrigin,
    sink: ReceivedSink,
    ended: (end: FetchEnd, location?: URL) => void,
  ) {
    const { clock, entropy } = parts.host;
    this.#parts = parts;
    this.#origin = origin;
    this.#sink = sink;
    this.#ended = ended;
    this.#login = new Login(origin.user, true, () => entropy.bytes(8).toString("hex"));
    this.#startMs = clock.monotonic();
  }

  start(): void {
    this.#run().catch((error: unknown) => {
      const isUntrusted = error instanceof CodedError && error.code === "tls-certificate";
      const advice = isUntrusted ? "; <fingerprint> and <check_certificate> say which is taken" : "";
      this.#end(error instanceof CodedError ? `${error.message}${advice}` : `a fault of ours: ${messageOf(error)}`);
    });
  }

  close(): Promise<void> {
    this.#shut();
    return Promise.resolve();
  }

  async #run(): Promise<void> {
    let authorization: string | undefined;
    for (let attempt = 1; !this.#isOver; attempt++) {
      this.#waitFor("the server does not answer");
      const answer = await this.#get(authorization);
      const { statusCode = 0, headers } = answer;
      if (statusCode === 200) return this.#read(answer);
      this.#connection?.destroy();
      if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined)
        return this.#redirect(headers.location);
      if (statusCode !== 401) throw new CodedError("mjpeg-status", `the server answers with status ${statusCode}`);
      const refusal = this.#login.refused(headersOf(answer), authorization, attempt > 1);
      if (refusal !== undefined || attempt === MAX_LOGINS)
        throw new CodedError("mjpeg-login", refusal ?? "the server refuses every login");
      authorization = this.#login.authorization("GET", this.#target);
    }
  }

  get #target(): string {
    return `${this.#origin.url.pathname}${this.#origin.url.search}`;
  }

  async #get(authorization: string | undefined): Promise<IncomingMessage> {
    const { url } = this.#origin;
    const { host, definition, userAgent } = this.#parts;
    const isSecure = url.protocol === "https:";
    const name = url.hostname.replace(/^\[|\]$/g, "");
    const raw = await host.net.connect(name, Number(url.port) || (isSecure ? 443 : 80));
    this.#connection = raw;
    if (this.#isOver) raw.destroy();
    const stream = isSecure ? await securedTo(raw, name, definition.trust) : raw;
    return new Promise((done, failed) => {
      const asked = request({
        host: url.hostname,
        path: this.#target,
        headers: {
          Host: url.host,
          "User-Agent": userAgent,
          Accept: "multipart/x-mixed-replace",
          Connection: "close",
          ...(authorization !== undefined && { Authorization: authorization }),
        },
        createConnection: () => stream,
      });
      asked.on("response", done);
      asked.on("error", (error) => failed(new CodedError("mjpeg-connection", error.message)));
      asked.end();
    });
  }

  #read(answer: IncomingMessage): void {
    const parser = new MixedReplaceParser(answer.headers["content-type"] ?? "", MAX_PICTURE_BYTES);
    this.#waitFor("no picture comes");
    answer.on("data", (chunk: Buffer) => {
      if (this.#isOver) return;
      try {
        for (const picture of parser.push(chunk)) this.#take(picture);
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        this.#end(error.message);
      }
    });
    answer.on("error", (error) => this.#end(error.message));
    answer.on("close", () => this.#end("the server has closed the connection"));
  }

  #take(picture: Buffer): void {
    if (this.#isOver) return;
    const problem = jpegProblem(picture);
    if (problem !== undefined) {
      // Once, since what one picture is the others are too.
      if (this.#isUnusable) return;
      this.#isUnusable = true;
      this.#parts.log.warn("a picture of the original cannot be sent", { reason: problem });
      this.#waitFor(`no picture that can be sent comes (${problem})`);
      return;
    }
    this.#waitFor("no more pictures come");
    const { clock } = this.#parts.host;
    if (!this.#isDescribed) {
      const { width, height } = parseJpeg(picture);
      const format = jpegFormat({ width, height });
      this.#isDescribed = true;
      this.#parts.log.info("the original plays", { transport: "HTTP", tracks: format.encodingName });
      this.#sink.describe({ title: this.#parts.definition.name, tracks: [{ format, direction: "recvonly" }] });
    }
    const pts = Math.round(((clock.monotonic() - this.#startMs) * CLOCK_RATE) / 1000);
    this.#sink.write({ track: 0, pts, wallMs: clock.now(), randomAccess: true, payload: [picture] });
  }

  #redirect(location: string): void {
    const { url } = this.#origin;
    const to = URL.canParse(location, url.href) ? new URL(location, url.href) : undefined;
    const isFollowed = to && /^https?:$/.test(to.protocol) && !(url.protocol === "https:" && to.protocol === "http:");
    if (!isFollowed) throw new CodedError("mjpeg-redirect", "the server sends us to where we do not follow");
    to.username = to.password = "";
    this.#end("the server sends us elsewhere", to);
  }

  /** Ends the attempt unless this is called again in time. */
  #waitFor(reason: string): void {
    this.#timer?.cancel();
    if (this.#isOver) return;
    this.#timer = this.#parts.host.clock.after(TIMEOUT_MS, () => this.#end(`${reason} for ${TIMEOUT_MS / 1000} s`));
  }

  #end(reason: string, location?: URL): void {
    if (this.#isOver) return;
    this.#shut();
    this.#ended({ reason, triesElsewhere: location !== undefined }, location);
  }

  #shut(): void {
    this.#isOver = true;
    this.#timer?.cancel();
    this.#connection?.destroy();
  }
}

/** Lines of one name are kept apart. */
function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    headers.add(rawHeaders[index] ?? "", rawHeaders[index + 1] ?? "");
  return headers;
}
