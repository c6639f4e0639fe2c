import type { MediaKind } from "#codec/format";
import type { AccessUnit } from "#media/access-unit";
import type { Reader, Reading } from "#media/reader";
import type { ReplayOrder } from "#media/replay-order";
import { ReplayPath } from "#media/replay-path";
import { ReplayReading } from "#media/replay-reading";
import type { RtpInfo } from "#wire/rtsp/headers/rtp-info";
import type { PortPair } from "#wire/rtsp/headers/transport";
import { trackUrl } from "#wire/rtsp/track-url";
import { formatRtspUrl, type RtspUrl } from "#wire/rtsp/url";
import type { SrtpMasterKey } from "#wire/srtp/suite";
import type { BackTrack } from "./back-track.js";
import { ClientSession, type SessionIdentity } from "./client-session.js";
import type { ServerContext } from "./context.js";
import { type Dropped, DropReport, sumDropped } from "./drop-report.js";
import type { StreamLease, StreamRequest } from "./directory.js";
import type { KeyedTrack } from "./security/keyed-track.js";
import type { KeySet } from "./security/stream-keys.js";
import type { SessionOwner } from "./session-owner.js";
import type { SessionInfo } from "./session-info.js";
import type { SessionTrack } from "./session-track.js";
import type { MulticastPart } from "./transport/multicast-senders.js";
import { SecureTransport } from "./transport/secure.js";
import type { SessionPorts } from "./transport/udp-ports.js";

export interface SessionParts extends SessionIdentity {
  readonly lease: StreamLease;
  readonly request: StreamRequest;
  /** The presentation's URL as the client writes it. */
  readonly base: RtspUrl;
  /** What the media go out by; undefined over TCP. Closed with the session. */
  readonly ports: SessionPorts | MulticastPart | undefined;
  /** What protects the tracks; they are not protected where it is undefined. */
  readonly keys?: KeySet | undefined;
}

/** One client's hold on one path (RFC 2326 §3.1): ready after SETUP, playing after PLAY. */
export class RtspSession extends ClientSession implements Reader {
  lease: StreamLease;
  readonly request: StreamRequest;
  readonly base: RtspUrl;
  readonly ports: SessionPorts | MulticastPart | undefined;
  readonly keys: KeySet | undefined;
  /** Made anew for each, so that they hold no room for more. */
  #tracks: readonly SessionTrack[] = [];
  #byIndex: readonly (SessionTrack | undefined)[] = [];
  #back: BackTrack | undefined;
  #reading: Reading | undefined;
  #state: "ready" | "playing" | "closed" = "ready";
  #hasPlayed = false;
  /** To be called at the end by one that has played. */
  #unwatch: (() => void) | undefined;
  readonly #drops: DropReport;

  constructor(server: ServerContext, owner: SessionOwner, parts: SessionParts) {
    const { lease, keys } = parts;
    super(server, owner, parts, { path: lease.path.name, ...(keys && { profile: "RTP/SAVP" }) });
    this.lease = lease;
    this.request = parts.request;
    this.base = parts.base;
    this.ports = parts.ports;
    this.keys = keys;
    this.#drops = new DropReport(this.log, parts.lower === "TCP" ? "reader" : "the network");
  }

  get state(): "ready" | "playing" | "closed" {
    return this.#state;
  }

  get reads(): string {
    return this.lease.path.name;
  }

  get kinds(): MediaKind[] {
    const { tracks } = this.lease.description;
    return [...new Set(this.#tracks.flatMap(({ index }) => tracks[index]?.format.kind ?? []))];
  }

  /** Channel pairs of the tracks that are interleaved. */
  get channels(): PortPair[] {
    return [...this.#tracks, this.#back].flatMap((track) => {
      const pair = track?.transport.spec.interleaved;
      return pair ? [pair] : [];
    });
  }

  get keyed(): readonly KeyedTrack[] {
    return this.#tracks.flatMap(({ index, transport }) => {
      const own = transport instanceof SecureTransport && this.lower !== "UDP-multicast" ? transport : undefined;
      const key = own?.track ?? this.keys?.[index];
      if (!key) return [];
      const rekey = own && ((master: SrtpMasterKey): void => own.rekey(master));
      return [{ index, suite: key.master.suite, mikey: () => key.mikey(), rekey }];
    });
  }

  addTrack(track: SessionTrack): void {
    // A reading is of fixed tracks; the next PLAY takes a new one.
    this.#reading?.close();
    this.#reading = undefined;
    this.#tracks = this.#tracks.concat(track);
    const count = Math.max(this.#byIndex.length, track.index + 1);
    this.#byIndex = Array.from({ length: count }, (_, index) => (index === track.index ? track : this.#byIndex[index]));
    track.transport.onRtcp((packet) => this.#receiveRtcp(track, packet));
  }

  /** The track that the client sends; its sound is taken from the next PLAY on. */
  addBackTrack(track: BackTrack): void {
    this.#back = track;
    track.transport.receive(
      (packet) => this.#receiveSound(track, packet),
      (packet) => this.#receiveSoundRtcp(track, packet),
    );
  }

  /** Its own position on its path; undefined where the path has one for all, and without tracks. */
  get replay(): ReplayReading | undefined {
    if (!(this.lease.path instanceof ReplayPath) || this.#tracks.length === 0) return undefined;
    this.#reading ??= this.lease.path.read(this, this.#indexes);
    return this.#reading instanceof ReplayReading ? this.#reading : undefined;
  }

  /** Whether it may leave the path that it has with others: the keys of a path are of its packets, and a group has one. */
  get mayMove(): boolean {
    return this.lower !== "UDP-multicast" && this.keys === undefined && this.#tracks.length > 0;
  }

  /** A reading of another path whose tracks are the same, to be given to `moveOnto`. */
  readElsewhere(path: ReplayPath): ReplayReading {
    return path.read(this, this.#indexes);
  }

  /** Goes on with another path. What it was told of the tracks still holds. */
  moveOnto(lease: StreamLease, reading: Reading): void {
    this.interrupt();
    this.#reading?.close();
    this.closeAll([this.lease]);
    const { description, rules } = this.lease;
    this.lease = { path: lease.path, description, ...(rules && { rules }), close: () => lease.close() };
    this.#reading = reading;
  }

  /** Where each track will start: the entries of RTP-Info. To be followed by `play` in the same turn. */
  prepare(): RtpInfo[] {
    if (this.#tracks.length === 0) return [];
    const reading = (this.#reading ??= this.lease.path.read(this, this.#indexes));
    return this.#tracks.map(({ index, transport }) => {
      const first = reading.first(index);
      const sequence = first && (transport.sequenceOf?.(first.sequence) ?? first.sequence);
      return { url: formatRtspUrl(trackUrl(this.base, index)), sequence, rtpTime: first?.rtpTime };
    });
  }

  play(): void {
    if (this.#state !== "closed") this.#back?.resume();
    if (this.#state !== "ready") return;
    this.#state = "playing";
    if (!this.#hasPlayed) this.log.info("session plays");
    this.#hasPlayed = true;
    if (this.lower !== "UDP-multicast") this.#unwatch ??= this.server.directory.watched?.(this);
    const isTimed = this.#order?.paced !== false;
    for (const track of this.#tracks) {
      track.statistics.isTimed = isTimed;
      track.restart();
    }
    this.#reading?.play();
  }

  pause(): void {
    this.#back?.pause("paused");
    this.interrupt();
  }

  /** Sends nothing until `play`. */
  interrupt(): void {
    if (this.#state !== "playing") return;
    this.#state = "ready";
    for (const track of this.#tracks) track.stop();
    this.#reading?.pause();
    if (this.lower === "TCP") this.owner.queue.clear();
  }

  deliver(unit: AccessUnit, nowMs: number): void {
    this.#byIndex[unit.track]?.deliver(unit, nowMs);
  }

  outletOf(track: number): SessionTrack | undefined {
    return this.#byIndex[track];
  }

  intake(): "empty" | "some" | "full" | undefined {
    return this.lower === "TCP" ? this.owner.queue.intake : undefined;
  }

  override drained(): void {
    if (this.#reading instanceof ReplayReading) this.#reading.drained();
  }

  /** Who has the pace (Streaming §6.4 Rate-Control) may stop taking what is sent. */
  override get mayStall(): boolean {
    return this.#order?.paced === false;
  }

  ended(reason: string): void {
    if (this.#state === "closed") return;
    this.log.info("path has ended", { reason });
    this.#state = "ready";
    for (const track of this.#tracks) track.stop();
    this.touch();
    this.#goodbye(reason);
  }

  /** Takes what came on an interleaved channel; unknown channels are passed over. */
  receiveFrame(channel: number, payload: Uint8Array): void {
    const { spec, packets } = this.#back?.transport ?? {};
    const [rtp, rtcp] = spec?.interleaved ?? [];
    if (this.#back && channel === rtp) return this.#receiveSound(this.#back, packets?.rtp(payload) ?? payload);
    if (this.#back && channel === rtcp) return this.#receiveSoundRtcp(this.#back, packets?.rtcp(payload) ?? payload);
    const track = this.#tracks.find(({ transport }) => transport.spec.interleaved?.[1] === channel);
    if (track) this.#receiveRtcp(track, track.transport.open?.(payload) ?? payload);
  }

  #receiveSound(track: BackTrack, packet: Uint8Array): void {
    const nowMs = this.server.clock.monotonic();
    if (track.receive(packet, nowMs)) this.touch(nowMs);
  }

  #receiveSoundRtcp(track: BackTrack, packet: Uint8Array): void {
    const nowMs = this.server.clock.monotonic();
    if (track.receiveRtcp(packet, nowMs)) this.touch(nowMs);
  }

  #receiveRtcp(track: SessionTrack, packet: Uint8Array): void {
    const { randomAccessRequests } = track;
    if (track.receive(packet, this.server.clock.monotonic())) this.touch();
    if (track.randomAccessRequests > randomAccessRequests) this.#reading?.renew(track.index);
  }

  /** About once a second. */
  tick(nowMs: number): void {
    if (this.#state === "playing") for (const track of this.#tracks) track.tick(nowMs);
    this.#back?.tick(nowMs);
    this.#drops.tick(this.#dropped, nowMs);
    // A client that takes what it is sent over TCP need not say anything (players exist that never do).
    const isStalled = this.mayStall && this.owner.queue.stalledMs() >= this.timeoutMs;
    const mayBeSilent = this.lower === "TCP" && this.#state === "playing" && !isStalled;
    if (!mayBeSilent && nowMs - this.seenMs >= this.timeoutMs) this.close("session timeout", true);
  }

  /** The connection that it belongs to is gone: over UDP what has played goes on until its timeout. */
  ownerClosed(): void {
    if (this.lower === "TCP" || !this.#hasPlayed) this.close("connection closed");
  }

  /** Leaves the path and gives back the ports. With `goodbye` the client is told by RTCP. */
  close(reason: string, goodbye = false): void {
    if (this.#state === "closed") return;
    if (goodbye && this.#hasPlayed) this.#goodbye(reason);
    if (goodbye && this.#hasPlayed) this.#back?.goodbye(reason);
    this.#state = "closed";
    this.#unwatch?.();
    this.#back?.close(reason);
    for (const track of this.#tracks) track.stop();
    this.#reading?.close();
    if (this.lower === "TCP") this.owner.queue.clear();
    for (const { transport } of this.#tracks) transport.close();
    this.closeAll([this.ports, this.lease]);
    this.leave();
    const { packets, octets, droppedUnits } = this.info();
    this.log.info("session closed", { reason, packets, octets, droppedUnits });
  }

  info(): SessionInfo {
    const sum = (value: (track: SessionTrack) => number): number =>
      this.#tracks.reduce((total, track) => total + value(track), 0);
    const back = this.#back;
    return {
      ...this.shown,
      path: this.lease.path.name,
      state: this.#state === "playing" ? "playing" : "ready",
      packets: sum(({ statistics }) => statistics.packets),
      octets: sum(({ statistics }) => statistics.octets),
      ...this.#dropped,
      tracks: [
        ...this.#tracks.map(({ index, reception, brokenRtcp, randomAccessRequests }) => ({
          index,
          reception,
          brokenRtcp,
          randomAccessRequests,
        })),
        ...(back ? [{ index: back.index, brokenRtcp: back.brokenRtcp, received: back.info() }] : []),
      ],
    };
  }

  get #indexes(): number[] {
    return this.#tracks.map(({ index }) => index);
  }

  get #order(): ReplayOrder | undefined {
    return this.#reading instanceof ReplayReading ? this.#reading.order : undefined;
  }

  #goodbye(reason: string): void {
    const nowMs = this.server.clock.monotonic();
    for (const track of this.#tracks) track.goodbye(reason, nowMs);
  }

  /** What goes to a multicast group is not the session's loss. */
  get #dropped(): Dropped {
    return sumDropped(this.lower === "UDP-multicast" ? [] : this.#tracks);
  }
}
