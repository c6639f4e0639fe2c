import { CodedError, DecodeError } from "#util/errors";
import type { MikeySrtpKey } from "#wire/mikey/srtp-keys";
import { formatSession, parseSession } from "#wire/rtsp/headers/session";
import { formatTransport, parseTransport, type TransportSpec } from "#wire/rtsp/headers/transport";
import { parseTokens } from "#wire/rtsp/headers/tokens";
import { Headers, type RtspResponse } from "#wire/rtsp/message";
import { reasonPhrase } from "#wire/rtsp/status";
import { toldKey } from "../told-key.js";
import type { ClientConnection } from "./client-connection.js";
import type { Login } from "./login.js";

/** How often one request is sent at most, because the server wants a login or another nonce. */
const MAX_SENDINGS = 4;

/** An answer of a server that is not a success. */
export class RtspStatus extends CodedError {
  constructor(
    readonly status: number,
    method: string,
    /** Where the server sends us instead (RFC 2326 §11.3). */
    readonly location: string | undefined,
  ) {
    super("rtsp-client-status", `the server answers ${method} with ${status} ${reasonPhrase(status)}`, { status });
  }
}

/** What a DESCRIBE has brought. */
export interface Described {
  readonly sdp: string;
  readonly contentBase: string | undefined;
  readonly contentLocation: string | undefined;
}

/** One that cannot be used is none: there may be another in the description. */
function keyIn({ headers }: RtspResponse): MikeySrtpKey | undefined {
  try {
    return toldKey(headers);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** What a SETUP has brought. */
export interface SetUp {
  /** Undefined when the answer does not say how the track comes. */
  readonly spec: TransportSpec | undefined;
  /** What the server protects the track with; undefined when the answer tells no key that could be used. */
  readonly key: MikeySrtpKey | undefined;
}

/**
 * The requests of RTSP to one server (RFC 2326 §10), for one session. All reject with a CodedError: `rtsp-client-status`
 * (an `RtspStatus`), `rtsp-client-login`, `rtsp-client-closed`, or DecodeError for an answer that cannot be read.
 */
export class RtspClient {
  readonly #connection: ClientConnection;
  readonly #login: Login;
  readonly #userAgent: string;
  readonly #always: readonly (readonly [name: string, value: string])[];
  #session: string | undefined;
  #timeoutSeconds = 60;
  #methods: readonly string[] = [];

  /** `always` are headers that each request has. */
  constructor(
    connection: ClientConnection,
    login: Login,
    userAgent: string,
    always: readonly (readonly [name: string, value: string])[] = [],
  ) {
    this.#connection = connection;
    this.#always = always;
    this.#login = login;
    this.#userAgent = userAgent;
  }

  /** After which silence the server ends the session, as it has said. */
  get timeoutSeconds(): number {
    return this.#timeoutSeconds;
  }

  /** Asks what the server knows. That it refuses the question means nothing. */
  async options(url: string): Promise<void> {
    try {
      this.#learnMethods(await this.#send("OPTIONS", url));
    } catch (error) {
      if (!(error instanceof RtspStatus) || error.location !== undefined) throw error;
    }
  }

  async describe(url: string): Promise<Described> {
    const { headers, body } = await this.#send("DESCRIBE", url, [["Accept", "application/sdp"]]);
    return {
      sdp: body.toString(),
      contentBase: headers.get("Content-Base"),
      contentLocation: headers.get("Content-Location"),
    };
  }

  /**
   * Sets up a track; `keyMgmt` tells our key. Of `urls`, the next is tried where the server does not know the one before.
   */
  async setup(urls: readonly string[], wanted: TransportSpec, keyMgmt?: string): Promise<SetUp> {
    const [url = "", ...others] = urls;
    let response: RtspResponse;
    try {
      response = await this.#send("SETUP", url, [
        ["Transport", formatTransport(wanted)],
        ...(keyMgmt === undefined ? [] : [["KeyMgmt", keyMgmt] as const]),
      ]);
    } catch (error) {
      const isUnknown = error instanceof RtspStatus && (error.status === 404 || error.status === 400);
      if (!isUnknown || others.length === 0) throw error;
      return this.setup(others, wanted, keyMgmt);
    }
    const session = response.headers.get("Session");
    if (session !== undefined) {
      const { id, timeoutSeconds } = parseSession(session);
      this.#session = id === "" ? undefined : id;
      if (timeoutSeconds > 0) this.#timeoutSeconds = timeoutSeconds;
    }
    const transport = response.headers.get("Transport") ?? "";
    return {
      spec: transport.trim() === "" ? undefined : parseTransport(transport)[0],
      key: keyIn(response),
    };
  }

  /** Plays from where the stream is, or from its start. */
  async play(url: string): Promise<void> {
    try {
      await this.#send("PLAY", url, [["Range", "npt=0.000-"]]);
    } catch (error) {
      // There are live streams that have no start.
      if (!(error instanceof RtspStatus) || error.status !== 457) throw error;
      await this.#send("PLAY", url);
    }
  }

  async pause(url: string): Promise<void> {
    await this.#send("PAUSE", url);
  }

  /** Tells the server that we are there, by what it knows (RFC 2326 §10.8 and Streaming §5.2.2.5). */
  async keepAlive(url: string): Promise<void> {
    const knowsParameters = this.#methods.includes("GET_PARAMETER");
    try {
      await this.#send(knowsParameters ? "GET_PARAMETER" : "OPTIONS", url);
    } catch (error) {
      if (!(error instanceof RtspStatus) || error.status === 454) throw error;
      // It lists what it cannot do: from now on with OPTIONS.
      this.#methods = this.#methods.filter((method) => method !== "GET_PARAMETER");
    }
  }

  /** Ends the session, if there is one, and the connection; does not wait for the answer. */
  close(url: string): void {
    if (this.#session === undefined) this.#connection.close();
    else this.#connection.close("TEARDOWN", url, this.#headers(this.#login.authorization("TEARDOWN", url)));
  }

  async #send(
    method: string,
    url: string,
    more: readonly (readonly [name: string, value: string])[] = [],
  ): Promise<RtspResponse> {
    for (let sending = 1; ; sending++) {
      const authorization = this.#login.authorization(method, url);
      const response = await this.#connection.request(method, url, this.#headers(authorization, more));
      const { status, headers } = response;
      if (status >= 200 && status < 300) {
        this.#login.accepted();
        return response;
      }
      if (status !== 401) throw new RtspStatus(status, method, status < 400 ? headers.get("Location") : undefined);
      const refusal = this.#login.refused(headers, authorization, sending > 1);
      if (refusal !== undefined || sending === MAX_SENDINGS)
        throw new CodedError("rtsp-client-login", refusal ?? "the server refuses every login");
    }
  }

  #headers(authorization: string | undefined, more: readonly (readonly [name: string, value: string])[] = []): Headers {
    const headers = new Headers([["User-Agent", this.#userAgent], ...this.#always, ...more]);
    if (this.#session !== undefined) headers.add("Session", formatSession(this.#session));
    if (authorization !== undefined) headers.add("Authorization", authorization);
    return headers;
  }

  #learnMethods({ headers }: RtspResponse): void {
    this.#methods = parseTokens([...headers.all("Public"), ...headers.all("Allow")]).map((name) => name.toUpperCase());
  }
}
