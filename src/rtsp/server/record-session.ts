import type { MediaFormat } from "#codec/format";
import { ReceivedStream } from "#media/received-stream";
import type { ReceivedTrack } from "#media/received-track";
import type { PortPair } from "#wire/rtsp/headers/transport";
import type { SrtpMasterKey } from "#wire/srtp/suite";
import type { Announced } from "./announced.js";
import { Rejection } from "./answer.js";
import { ClientSession, type SessionIdentity } from "./client-session.js";
import type { ServerContext } from "./context.js";
import type { PublishedStream, Publishing } from "./publishing.js";
import type { KeyedTrack } from "./security/keyed-track.js";
import type { SessionInfo } from "./session-info.js";
import type { SessionOwner } from "./session-owner.js";
import type { ReceivingTransport } from "./transport/receiving.js";
import { SecureReceiver } from "./transport/secure-receiver.js";
import type { SessionPorts } from "./transport/udp-ports.js";

export interface RecordParts extends SessionIdentity {
  readonly announced: Announced;
  /** Undefined over TCP. */
  readonly ports: SessionPorts | undefined;
  /** The client protects what it sends. */
  readonly isSecure: boolean;
}

/** A client that publishes a stream (RFC 2326 §10.3, §10.11): ready after SETUP, recording after RECORD. */
export class RecordSession extends ClientSession {
  readonly reads = undefined;
  readonly announced: Announced;
  readonly ports: SessionPorts | undefined;
  readonly isSecure: boolean;
  readonly #received: ReceivedStream;
  /** The way of each track, in the order of their SETUP. */
  readonly #transports: { readonly index: number; readonly transport: ReceivingTransport }[] = [];
  /** What takes the packets of each interleaved channel. */
  readonly #channels: ((packet: Uint8Array) => void)[] = [];
  #stream: PublishedStream | undefined;
  #state: "ready" | "recording" | "closed" = "ready";
  #hasRecorded = false;

  constructor(server: ServerContext, owner: SessionOwner, parts: RecordParts) {
    const { announced, isSecure } = parts;
    super(server, owner, parts, { path: announced.request.name, ...(isSecure && { profile: "RTP/SAVP" }) });
    this.announced = announced;
    this.ports = parts.ports;
    this.isSecure = isSecure;
    const receiver = { ssrc: server.entropy.bytes(4).readUInt32BE(), cname: server.cname };
    const { description } = announced;
    this.#received = new ReceivedStream(description, receiver, this.seenMs, server.clock.now(), this.log);
  }

  get state(): "ready" | "recording" | "closed" {
    return this.#state;
  }

  get channels(): PortPair[] {
    return this.#transports.flatMap(({ transport: { spec } }) => (spec.interleaved ? [spec.interleaved] : []));
  }

  get keyed(): readonly KeyedTrack[] {
    return this.#transports.flatMap(({ index, transport }) =>
      transport instanceof SecureReceiver
        ? [
            {
              index,
              suite: transport.packets.suite,
              mikey: () => transport.track.mikey(),
              rekey: (key: SrtpMasterKey) => transport.packets.rekey(key),
            },
          ]
        : [],
    );
  }

  /** Every announced track has been set up. */
  get isComplete(): boolean {
    return this.#transports.length === this.announced.tracks.length;
  }

  addTrack(index: number, format: MediaFormat, transport: ReceivingTransport): void {
    const track = this.#received.addTrack(index, format, transport);
    this.#transports.push({ index, transport });
    const rtp = (packet: Uint8Array): void => this.#receive(track, packet);
    const rtcp = (packet: Uint8Array): void => this.#receiveRtcp(track, packet);
    const { spec, packets } = transport;
    if (spec.interleaved) {
      this.#channels[spec.interleaved[0]] = packets ? (packet) => rtp(packets.rtp(packet)) : rtp;
      this.#channels[spec.interleaved[1]] = packets ? (packet) => rtcp(packets.rtcp(packet)) : rtcp;
    }
    transport.receive(rtp, rtcp);
  }

  /** Takes the name that was announced, unless the session has it already. Refusals as in `Publishing.publish`. */
  async publish(publishing: Publishing): Promise<void> {
    if (this.#stream) return;
    const stream = await publishing.publish(
      this.announced.request,
      (reason) => this.close(reason, true),
      (track) => this.#renew(track),
    );
    if (this.#state !== "closed" && !this.#stream) {
      this.#stream = stream;
      return;
    }
    stream.end("the publisher has left");
    throw new Rejection(454, "the session has ended meanwhile");
  }

  /** From now on packets are taken. To be called after `publish`. */
  record(): void {
    if (this.#state !== "ready" || !this.#stream) return;
    this.#state = "recording";
    this.touch();
    if (!this.#hasRecorded) this.log.info("a client publishes", { tracks: this.#encodings() });
    this.#hasRecorded = true;
    this.#received.begin(this.#stream, this.seenMs);
    this.#received.resume();
    for (const { index, transport } of this.#transports)
      transport.openFirewall(this.announced.tracks[index]?.format.payloadType ?? 0);
  }

  pause(): void {
    if (this.#state === "recording") this.#state = "ready";
  }

  receiveFrame(channel: number, payload: Uint8Array): void {
    this.#channels[channel]?.(payload);
  }

  tick(nowMs: number): void {
    const { publisherTimeoutMs } = this.server.options;
    this.#received.tick(nowMs);
    const isRecording = this.#state === "recording";
    const timeoutMs = isRecording ? publisherTimeoutMs : this.timeoutMs;
    if (nowMs - this.seenMs >= timeoutMs) this.close(isRecording ? "the publisher is silent" : "session timeout", true);
  }

  /** Over UDP a publication goes on as long as packets come. */
  ownerClosed(): void {
    if (this.lower === "TCP" || this.#state !== "recording") this.close("connection closed");
  }

  /**
   * Gives back name and ports. With `goodbye` it is not the client who ends it: readers are told the reason, and the
   * connection ends, since a publisher that goes on in vain must notice.
   */
  close(reason: string, goodbye = false): void {
    if (this.#state === "closed") return;
    this.#received.finish();
    this.#state = "closed";
    this.#stream?.end(goodbye ? reason : "the publisher has left");
    for (const { transport } of this.#transports) transport.close();
    this.closeAll([this.ports]);
    this.leave();
    if (goodbye) this.owner.end();
    const { packets, octets } = this.info();
    this.log.info("publication ended", { reason, packets, octets, lost: this.#received.sum("lost") });
  }

  info(): SessionInfo {
    return {
      ...this.shown,
      path: this.announced.request.name,
      state: this.#state === "recording" ? "recording" : "ready",
      packets: this.#received.sum("packets"),
      octets: this.#received.sum("octets"),
      droppedUnits: 0,
      droppedBytes: 0,
      tracks: this.#received.tracks.map((track) => {
        return { index: track.index, brokenRtcp: track.brokenRtcp, received: track.info() };
      }),
    };
  }

  #renew(track: number): void {
    if (this.#state === "recording") this.#received.renew(track, this.server.clock.monotonic());
  }

  #receive(track: ReceivedTrack, packet: Uint8Array): void {
    if (this.#state !== "recording") return;
    const nowMs = this.server.clock.monotonic();
    if (track.receive(packet, nowMs)) this.touch(nowMs);
  }

  #receiveRtcp(track: ReceivedTrack, packet: Uint8Array): void {
    const nowMs = this.server.clock.monotonic();
    if (track.receiveRtcp(packet, nowMs)) this.touch(nowMs);
  }

  #encodings(): string {
    return this.announced.tracks.map(({ format }) => format.encodingName).join(", ");
  }
}
