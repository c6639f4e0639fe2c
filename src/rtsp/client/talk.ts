import type { MediaFormat } from "#codec/format";
import type { Timer } from "#host/clock";
import type { CertificateTrust } from "#host/secure";
import { CodedError, messageOf } from "#util/errors";
import type { Closable } from "#util/scope";
import type { RtspOrigin } from "#wire/rtsp/origin";
import { ClientConnection } from "./client-connection.js";
import type { ClientStream } from "./client-stream.js";
import type { Login } from "./login.js";
import { openClientStream } from "./open-stream.js";
import type { PullParts } from "./pull.js";
import { RtspClient } from "./rtsp-client.js";
import { readTalkOffer, type TalkOffer } from "./talk-offer.js";
import { ChannelTable, InterleavedTransport } from "./transport.js";
import { UdpTransport } from "./udp-transport.js";

/** Sound from us (Streaming §5.3.1). */
const BACK_CHANNEL_TAG = "www.onvif.org/ver20/backchannel";
/** Half of the server's timeout is the time for a keep-alive, but no more than this, seconds. */
const MAX_KEEP_ALIVE_SECONDS = 30;

export interface TalkOptions {
  readonly origin: RtspOrigin;
  /** With HTTP, WebSocket and TLS it is always TCP. */
  readonly transport: "TCP" | "UDP";
  /** Which certificate of a server with TLS is taken. */
  readonly trust: CertificateTrust;
  readonly userAgent: string;
  readonly login: Login;
  /** For connecting, and for each answer. */
  readonly timeoutMs: number;
}

type TalkTransport = InterleavedTransport | UdpTransport;

/**
 * A session of its own with a server, by which we send sound through its back channel (Streaming §5.3). `ended` is called
 * once when it ends by itself.
 */
export class ClientTalk implements Closable {
  readonly #parts: PullParts;
  readonly #options: TalkOptions;
  readonly #ended: (reason: string) => void;
  readonly #channels = new ChannelTable();
  #client: RtspClient | undefined;
  #connection: ClientConnection | undefined;
  #stream: ClientStream | undefined;
  #url: string;
  #transport: TalkTransport | undefined;
  #timer: Timer | undefined;
  #isOver = false;

  constructor(parts: PullParts, options: TalkOptions, ended: (reason: string) => void) {
    this.#parts = parts;
    this.#options = options;
    this.#ended = ended;
    this.#url = options.origin.url;
  }

  /** Connects, and asks what the server takes; rejects with a CodedError, an `RtspStatus` with 551 where it takes nothing. */
  async offer(): Promise<TalkOffer> {
    const { origin, trust, timeoutMs, login, userAgent } = this.#options;
    const stream = await openClientStream(this.#parts, origin, { timeoutMs, trust });
    if (this.#isOver) {
      stream.destroy();
      throw new CodedError("rtsp-client-closed", "nobody wants to talk any more");
    }
    this.#stream = stream;
    const connection = new ClientConnection(stream, this.#parts.clock, timeoutMs, {
      frame: (channel, payload) => this.#channels.hand(channel, payload),
      request: ({ method }) => ({ status: method === "OPTIONS" || method === "GET_PARAMETER" ? 200 : 501 }),
      closed: (reason) => this.#end(reason),
    });
    this.#connection = connection;
    this.#client = new RtspClient(connection, login, userAgent, [["Require", BACK_CHANNEL_TAG]]);
    await this.#client.options(this.#url);
    const offer = readTalkOffer(this.#url, await this.#client.describe(this.#url));
    this.#url = offer.url;
    return offer;
  }

  /** Sets up the section of `format`, which is one of those of `offer`, and plays: from then on `send` sends. */
  async begin({ sections }: TalkOffer, format: MediaFormat): Promise<void> {
    const urls = sections.find(({ formats }) => formats.some((one) => isSame(one, format)))?.urls;
    if (!urls || !this.#client) throw new CodedError("rtsp-client-talk", "the server does not take such sound");
    const { transport, origin } = this.#options;
    const isPlain = origin.carrier === "plain" && !origin.isSecure;
    await this.#setUp(isPlain ? transport : "TCP", urls);
    await this.#client.play(this.#url);
    this.#keepAlive();
  }

  /** Sends a packet of RTP. */
  send(packet: Uint8Array): void {
    if (!this.#isOver) this.#transport?.sendRtp(packet);
  }

  sendRtcp(packet: Uint8Array): void {
    if (!this.#isOver) this.#transport?.sendRtcp(packet);
  }

  /** Says TEARDOWN to the server and gives everything back. Its end is not told. */
  close(): Promise<void> {
    this.#shut();
    return Promise.resolve();
  }

  async #setUp(lower: "TCP" | "UDP", urls: readonly string[]): Promise<void> {
    const { localAddress = "", remoteAddress = "" } = this.#stream ?? {};
    const transport =
      lower === "TCP"
        ? new InterleavedTransport(this.#channels, [0, 1], (channel, payload) =>
            this.#connection?.sendFrame(channel, payload),
          )
        : await UdpTransport.open(this.#parts.net, localAddress, remoteAddress);
    try {
      const { spec } = (await this.#client?.setup(urls, transport.wanted)) ?? {};
      if (this.#isOver) throw new CodedError("rtsp-client-closed", "nobody wants to talk any more");
      await transport.agree(spec);
    } catch (error) {
      transport.close();
      throw error;
    }
    // Reports of the server mean nothing to us; its ports may be learnt by them.
    transport.receive(
      () => {},
      () => {},
    );
    this.#transport = transport;
  }

  #keepAlive(): void {
    const seconds = Math.min((this.#client?.timeoutSeconds ?? 60) / 2, MAX_KEEP_ALIVE_SECONDS);
    this.#timer = this.#parts.clock.after(Math.max(seconds, 1) * 1000, () => {
      this.#client?.keepAlive(this.#url).then(
        () => {
          if (!this.#isOver) this.#keepAlive();
        },
        (error: unknown) => this.#end(messageOf(error)),
      );
    });
  }

  #end(reason: string): void {
    if (this.#isOver) return;
    this.#shut();
    this.#ended(reason);
  }

  #shut(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.cancel();
    this.#client?.close(this.#url);
    this.#transport?.close();
  }
}

/** The same sound under the same payload type. */
const isSame = (one: MediaFormat, other: MediaFormat): boolean =>
  one.payloadType === other.payloadType &&
  one.encodingName.toUpperCase() === other.encodingName.toUpperCase() &&
  one.clockRate === other.clockRate &&
  one.channels === other.channels;
