import type { Clock, Timer } from "#host/clock";
import type { Entropy } from "#host/entropy";
import type { Net } from "#host/net";
import type { CertificateTrust } from "#host/secure";
import { ReceivedStream, type ReceivedSink } from "#media/received-stream";
import type { ReceivedTrack, Receiver } from "#media/received-track";
import { CodedError, messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";
import type { RtspRequest } from "#wire/rtsp/message";
import { type RtspOrigin, showOrigin } from "#wire/rtsp/origin";
import { type AnswerToServer, ClientConnection } from "./client-connection.js";
import { ClientKeys } from "./client-keys.js";
import type { ClientStream } from "./client-stream.js";
import { GroupTransport } from "./group-transport.js";
import type { Login } from "./login.js";
import { type OfferedTrack, readOffer } from "./offer.js";
import { openClientStream } from "./open-stream.js";
import { RtspClient, RtspStatus } from "./rtsp-client.js";
import { SecureTransport } from "./secure-transport.js";
import { ChannelTable, type ClientTransport, InterleavedTransport } from "./transport.js";
import { UdpTransport } from "./udp-transport.js";

/** How media come from a server. */
export type PullTransport = "TCP" | "UDP" | "MULTICAST";

export interface PullParts {
  readonly net: Net;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Logger;
}

export interface PullOptions {
  readonly origin: RtspOrigin;
  /** With HTTP and WebSocket it is always TCP; with TLS too, unless all that comes is protected (SRTP). */
  readonly transport: PullTransport;
  /** Which certificate of a server with TLS is taken. */
  readonly trust: CertificateTrust;
  readonly userAgent: string;
  /** Kept from one pull to the next, for servers that close the connection when they ask for a login. */
  readonly login: Login;
  /** What the stream is called where the server has no name for it. */
  readonly title: string;
  /** For connecting, and for each answer; without packets for so long the stream has gone. 10 000 unless given. */
  readonly timeoutMs?: number;
  /** The first packet must come within this, ms; `timeoutMs` unless given. */
  readonly firstPacketMs?: number;
}

/** How a pull has ended. */
export interface PullEnd {
  /** A sentence for the log, without secrets. */
  readonly reason: string;
  /** The code of the error that it was. */
  readonly code?: string | undefined;
  /** The server sends us there instead. */
  readonly location?: string | undefined;
  /** The transport does not work: refused, or nothing came by it. */
  readonly transportFailed?: boolean;
  /** The server has asked for a login and closed the connection; the next pull answers. */
  readonly loginPending?: boolean;
}

const TICK_MS = 1000;
/** Half of the server's timeout is the time for a keep-alive, but no more than this, seconds. */
const MAX_KEEP_ALIVE_SECONDS = 30;
const MAX_TRACKS = 16;

interface PulledTrack {
  readonly offered: OfferedTrack;
  readonly transport: ClientTransport;
}

/**
 * One stream of another server, fetched by RTSP: connects, describes, sets up every track that can be had and plays, until
 * it ends or is closed. `ended` is called once, unless it is closed before.
 */
export class Pull implements Closable {
  readonly #parts: PullParts;
  readonly #options: PullOptions;
  readonly #sink: ReceivedSink;
  readonly #ended: (end: PullEnd) => void;
  readonly #timeoutMs: number;
  #lower: PullTransport = "TCP";
  readonly #channels = new ChannelTable();
  readonly #opened: ClientTransport[] = [];
  #client: RtspClient | undefined;
  #connection: ClientConnection | undefined;
  #url: string;
  #received: ReceivedStream | undefined;
  #tracks: readonly PulledTrack[] = [];
  #timer: Timer | undefined;
  #isOver = false;
  #isPlaying = false;
  #hasPackets = false;
  #seenMs = 0;
  #keepAliveMs = Infinity;

  constructor(parts: PullParts, options: PullOptions, sink: ReceivedSink, ended: (end: PullEnd) => void) {
    this.#parts = parts;
    this.#options = options;
    this.#sink = sink;
    this.#ended = ended;
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#url = options.origin.url;
  }

  start(): void {
    this.#run().catch((error: unknown) => this.#fail(error));
  }

  /** Asks the server for a random access unit of a track, as `ReceivedTrack.renew` does. */
  renew(track: number): void {
    if (!this.#isOver && this.#isPlaying) this.#received?.renew(track, this.#parts.clock.monotonic());
  }

  /** Packets that have come, and those that are missing. */
  counts(): { readonly packets: number; readonly lost: number } {
    return { packets: this.#received?.sum("packets") ?? 0, lost: this.#received?.sum("lost") ?? 0 };
  }

  /** Says TEARDOWN to the server and gives everything back. Its end is not told. */
  close(): Promise<void> {
    this.#shut();
    return Promise.resolve();
  }

  async #run(): Promise<void> {
    const { origin, trust } = this.#options;
    const stream = await openClientStream(this.#parts, origin, { timeoutMs: this.#timeoutMs, trust });
    if (this.#isOver) {
      stream.destroy();
      return;
    }
    const client = this.#connect(stream);
    await client.options(this.#url);
    const offer = readOffer(this.#url, await client.describe(this.#url), origin.isSecure);
    // Beside a connection with TLS media go when they are protected themselves.
    const mayGoBeside = !origin.isSecure || offer.tracks.every(({ isProtected }) => isProtected);
    this.#lower = origin.carrier === "plain" && mayGoBeside ? this.#options.transport : "TCP";
    for (const reason of offer.leftOut) this.#parts.log.warn("a medium of the original is left out", { reason });
    this.#url = offer.url;
    const { clock, entropy } = this.#parts;
    const identity = entropy.bytes(12);
    const receiver = { ssrc: identity.readUInt32BE(), cname: identity.toString("hex", 4) };
    const keys = new ClientKeys(clock, entropy, receiver.ssrc);
    await this.#setUp(client, offer.tracks.slice(0, MAX_TRACKS), (track) => this.#open(stream, track, keys));
    if (this.#isOver) return;
    this.#receive(offer.title || this.#options.title, receiver);
    this.#openFirewalls();
    await client.play(this.#url);
    if (!this.#isOver) this.#played();
  }

  #connect(stream: ClientStream): RtspClient {
    const { clock } = this.#parts;
    const connection = new ClientConnection(stream, clock, this.#timeoutMs, {
      frame: (channel, payload) => this.#channels.hand(channel, payload),
      request: (request) => this.#asked(request),
      closed: (reason) => this.#end({ reason, loginPending: this.#options.login.isPending }),
    });
    const { login, userAgent } = this.#options;
    this.#connection = connection;
    return (this.#client = new RtspClient(connection, login, userAgent));
  }

  /** Sets up each track; one that the server refuses is left out as long as there is another. */
  async #setUp(
    client: RtspClient,
    offered: readonly OfferedTrack[],
    open: (track: OfferedTrack) => Promise<ClientTransport>,
  ): Promise<void> {
    const tracks: PulledTrack[] = [];
    let refusal: unknown;
    for (const track of offered) {
      const transport = await open(track);
      if (this.#isOver) return;
      try {
        const { spec, key } = await client.setup(track.urls, transport.wanted, transport.keyMgmt);
        await transport.agree(spec, key);
        tracks.push({ offered: track, transport });
      } catch (error) {
        if (!(error instanceof RtspStatus) || error.status === 461 || error.location !== undefined) throw error;
        refusal = error;
        this.#parts.log.warn("a track of the original is refused", {
          track: track.format.encodingName,
          reason: error.message,
        });
        transport.close();
      }
      if (this.#isOver) return;
    }
    if (tracks.length === 0) throw refusal;
    this.#tracks = tracks;
  }

  async #open(
    stream: ClientStream,
    { group, isProtected, key }: OfferedTrack,
    keys: ClientKeys,
  ): Promise<ClientTransport> {
    const { net } = this.#parts;
    const index = this.#opened.length;
    const { localAddress, remoteAddress } = stream;
    const lower = this.#lower;
    const inner =
      lower === "TCP"
        ? new InterleavedTransport(this.#channels, [index * 2, index * 2 + 1], (channel, payload) =>
            this.#connection?.sendFrame(channel, payload),
          )
        : lower === "UDP"
          ? await UdpTransport.open(net, localAddress, remoteAddress)
          : new GroupTransport(net, localAddress, group);
    const transport = isProtected ? new SecureTransport(inner, keys, key) : inner;
    if (this.#isOver) transport.close();
    else this.#opened.push(transport);
    return transport;
  }

  #receive(title: string, receiver: Receiver): void {
    const { clock, log } = this.#parts;
    const formats = this.#tracks.map(({ offered }) => offered.format);
    const description = { title, tracks: formats.map((format) => ({ format, direction: "recvonly" as const })) };
    const received = new ReceivedStream(description, receiver, clock.monotonic(), clock.now(), log);
    this.#received = received;
    for (const [index, { offered, transport }] of this.#tracks.entries()) {
      const track = received.addTrack(index, offered.format, transport);
      transport.receive(
        (packet) => this.#take(track, packet),
        (packet) => this.#takeRtcp(track, packet),
      );
    }
  }

  #played(): void {
    const nowMs = this.#parts.clock.monotonic();
    const encodings = this.#tracks.map(({ offered }) => offered.format.encodingName).join(", ");
    this.#parts.log.info("the original plays", { transport: this.#lower, tracks: encodings });
    this.#begin();
    if (!this.#hasPackets) this.#seenMs = nowMs;
    this.#openFirewalls();
    this.#scheduleKeepAlive(nowMs);
    this.#arm();
  }

  /** Some servers send before they have answered the PLAY. */
  #begin(): void {
    if (this.#isPlaying) return;
    this.#isPlaying = true;
    this.#received?.begin(this.#sink, this.#parts.clock.monotonic());
  }

  #take(track: ReceivedTrack, packet: Uint8Array): void {
    if (this.#isOver) return;
    const nowMs = this.#parts.clock.monotonic();
    this.#begin();
    if (!track.receive(packet, nowMs)) return;
    this.#seenMs = nowMs;
    this.#hasPackets = true;
  }

  #takeRtcp(track: ReceivedTrack, packet: Uint8Array): void {
    if (this.#isOver) return;
    const nowMs = this.#parts.clock.monotonic();
    if (track.receiveRtcp(packet, nowMs) && this.#hasPackets) this.#seenMs = nowMs;
    if (this.#received?.tracks.every(({ hasLeft }) => hasLeft)) this.#end({ reason: "the server has said goodbye" });
  }

  #arm(): void {
    this.#timer = this.#parts.clock.after(TICK_MS, () => {
      this.#tick();
      if (!this.#isOver) this.#arm();
    });
  }

  #tick(): void {
    const nowMs = this.#parts.clock.monotonic();
    this.#received?.tick(nowMs);
    const { firstPacketMs = this.#timeoutMs } = this.#options;
    const silentMs = this.#hasPackets ? this.#timeoutMs : firstPacketMs;
    if (nowMs - this.#seenMs >= silentMs) {
      const reason = this.#hasPackets ? "no more packets come" : "no packets come";
      this.#end({ reason: `${reason}, for ${silentMs / 1000} s`, transportFailed: !this.#hasPackets });
      return;
    }
    if (!this.#hasPackets) this.#openFirewalls();
    if (nowMs < this.#keepAliveMs) return;
    this.#keepAliveMs = Infinity;
    this.#client?.keepAlive(this.#url).then(
      () => this.#scheduleKeepAlive(this.#parts.clock.monotonic()),
      (error: unknown) => this.#fail(error),
    );
  }

  #scheduleKeepAlive(nowMs: number): void {
    const seconds = Math.min((this.#client?.timeoutSeconds ?? 60) / 2, MAX_KEEP_ALIVE_SECONDS);
    this.#keepAliveMs = nowMs + Math.max(seconds, 1) * 1000;
  }

  #openFirewalls(): void {
    for (const { offered, transport } of this.#tracks) transport.openFirewall(offered.format.payloadType);
  }

  /** What the server asks (RFC 2326 §10): it may look whether we are there, and send us elsewhere. */
  #asked({ method, headers }: RtspRequest): AnswerToServer {
    const location = headers.get("Location");
    if (method === "REDIRECT" && location !== undefined)
      return { status: 200, after: () => this.#end({ reason: "the server sends us elsewhere", location }) };
    if (method === "TEARDOWN")
      return { status: 200, after: () => this.#end({ reason: "the server has ended the session" }) };
    return { status: ["OPTIONS", "GET_PARAMETER", "SET_PARAMETER"].includes(method) ? 200 : 501 };
  }

  #fail(error: unknown): void {
    const status = error instanceof RtspStatus ? error : undefined;
    const code = error instanceof CodedError ? error.code : undefined;
    this.#end({
      reason: code === undefined ? `a fault of ours: ${messageOf(error)}` : messageOf(error),
      code,
      location: status?.location,
      transportFailed: status?.status === 461 || code === "rtsp-client-transport",
    });
  }

  #end(end: PullEnd): void {
    if (this.#isOver) return;
    this.#shut();
    this.#ended(end);
  }

  #shut(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.cancel();
    if (this.#isPlaying) this.#received?.finish();
    this.#client?.close(this.#url);
    for (const transport of this.#opened) transport.close();
    const { packets, lost } = this.counts();
    this.#parts.log.debug("the original is left", { origin: showOrigin(this.#options.origin), packets, lost });
  }
}
