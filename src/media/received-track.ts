import type { MediaFormat } from "#codec/format";
import { fromNtp } from "#wire/rtp/ntp";
import { payloadOf, payloadType, rtpProblem, sequenceNumber, ssrc, timestamp } from "#wire/rtp/packet";
import { ReceiverStatistics } from "#wire/rtp/reception";
import { ReorderBuffer, type ReorderOptions } from "#wire/rtp/reorder";
import { readRtcp, writeRtcp, type SenderReport } from "#wire/rtp/rtcp";
import { type RelayEpoch, RelayTimeline } from "./relay-timeline.js";
import { RelayTrack, type RelaySink } from "./relay-track.js";

/** From one receiver report to the next. */
const REPORT_INTERVAL_MS = 5000;
const MAX_RTCP_BYTES = 1500;
/** From one request for a random access unit to the next, and from the first packet to the first of them. */
const ASK_INTERVAL_MS = 1000;
/** So often it is asked for until one comes: there are senders that never listen. */
const MAX_ASKED = 3;

/** Who we are in our reports. */
export interface Receiver {
  readonly ssrc: number;
  readonly cname: string;
}

/** The way by which a track comes. */
export interface ReceivedFrom {
  /** Whether it keeps the order of packets. */
  readonly order: ReorderOptions;
  /** Whether packets of this payload type are the track's; unless given, those of its format's are. */
  takes?(payloadType: number): boolean;
  /** Sends RTCP to where the track comes from; without effect where there is no such way. */
  sendRtcp(packet: Uint8Array): void;
}

/** What came of a track. */
export interface ReceivedInfo {
  readonly packets: number;
  readonly octets: number;
  /** Packets that never came, or too late. */
  readonly lost: number;
  /** Packets that came twice or too late. */
  readonly late: number;
  /** Packets that are no RTP. */
  readonly broken: number;
  /** Packets of another payload type. */
  readonly unknownType: number;
  /** How often the sender has changed its SSRC. */
  readonly newSources: number;
  /** How often its timestamps have jumped. */
  readonly timeJumps: number;
  /** Access units of which something is missing. */
  readonly damagedUnits: number;
  /** Access units that were too large. */
  readonly abandonedUnits: number;
}

/** A track that comes as RTP: its packets become units, its reports wall time, and it is reported on. */
export class ReceivedTrack {
  /** RTCP packets of the sender that could not be read. */
  brokenRtcp = 0;
  readonly #format: MediaFormat;
  readonly #from: ReceivedFrom;
  readonly #receiver: Receiver;
  readonly #timeline: RelayTimeline;
  readonly #relay: RelayTrack;
  readonly #reorder: ReorderBuffer;
  #statistics: ReceiverStatistics | undefined;
  /** A report that came before the first packet. */
  #early: { readonly report: SenderReport; readonly atMs: number } | undefined;
  #reportDueMs = -Infinity;
  /** Requests for a random access unit that may still be made before one comes. */
  #asks = 0;
  #askDueMs = -Infinity;
  #hasLeft = false;
  #nowMs = 0;
  #packets = 0;
  #octets = 0;
  #broken = 0;
  #unknownType = 0;
  #newSources = 0;
  #jumps = 0;

  constructor(
    /** Index in the stream's description. */
    readonly index: number,
    format: MediaFormat,
    from: ReceivedFrom,
    receiver: Receiver,
    epoch: RelayEpoch,
    sink: RelaySink,
  ) {
    this.#format = format;
    this.#from = from;
    this.#receiver = receiver;
    this.#timeline = new RelayTimeline(format.clockRate, epoch);
    this.#relay = new RelayTrack(index, format, this.#timeline, {
      unit: (unit) => {
        if (unit.randomAccess) this.#asks = 0;
        sink.unit(unit);
      },
      refined: (track, refined) => sink.refined(track, refined),
    });
    this.#reorder = new ReorderBuffer((packet, lostBefore) => {
      if (this.#relay.push(packet, lostBefore, this.#nowMs)) this.#jumps++;
    }, from.order);
  }

  /** The sender has said goodbye, and nothing has come since (RFC 3550 §6.6). */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** Takes a packet of the sender, which must not change afterwards; true when it was RTP. */
  receive(packet: Uint8Array, nowMs: number): boolean {
    if (rtpProblem(packet) !== undefined) {
      this.#broken++;
      return false;
    }
    const type = payloadType(packet);
    if (!(this.#from.takes?.(type) ?? type === this.#format.payloadType)) {
      this.#unknownType++;
      return true;
    }
    this.#hasLeft = false;
    this.#nowMs = nowMs;
    const statistics = this.#statisticsOf(ssrc(packet), nowMs);
    statistics.packet(sequenceNumber(packet), timestamp(packet), nowMs);
    this.#packets++;
    this.#octets += payloadOf(packet).length;
    this.#reorder.push(packet, nowMs);
    return true;
  }

  /** Takes RTCP of the sender; true when it was a sign of life. */
  receiveRtcp(packet: Uint8Array, nowMs: number): boolean {
    const packets = packet.length > MAX_RTCP_BYTES ? "length" : readRtcp(packet);
    if (typeof packets === "string") {
      this.brokenRtcp++;
      return false;
    }
    for (const one of packets) {
      if (one.type === "SR") this.#takeReport(one, nowMs);
      if (one.type === "BYE" && (!this.#statistics || one.sources.includes(this.#statistics.ssrc)))
        this.#hasLeft = true;
    }
    return true;
  }

  /**
   * Somebody needs a random access unit: the sender of video is asked for one by RTCP (PLI, RFC 4585 §6.3.1), once a second
   * at the most. In the second after its first packet it is not, as senders begin with one by themselves.
   */
  renew(nowMs: number): void {
    if (this.#format.kind !== "video" || this.#asks > 0) return;
    this.#asks = MAX_ASKED;
    this.#ask(nowMs);
  }

  /** About once a second. */
  tick(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#reorder.expire(nowMs);
    this.#ask(nowMs);
    const block = nowMs >= this.#reportDueMs ? this.#statistics?.block(nowMs) : undefined;
    if (!block) return;
    this.#reportDueMs = nowMs + REPORT_INTERVAL_MS;
    const { ssrc: own, cname } = this.#receiver;
    this.#from.sendRtcp(
      writeRtcp([
        { type: "RR", ssrc: own, reports: [block] },
        { type: "SDES", chunks: [{ ssrc: own, cname }] },
      ]),
    );
  }

  #ask(nowMs: number): void {
    const media = this.#statistics?.ssrc;
    if (this.#asks === 0 || media === undefined || nowMs < this.#askDueMs) return;
    this.#asks--;
    this.#askDueMs = nowMs + ASK_INTERVAL_MS;
    const { ssrc: own, cname } = this.#receiver;
    this.#from.sendRtcp(
      writeRtcp([
        { type: "RR", ssrc: own, reports: [] },
        { type: "SDES", chunks: [{ ssrc: own, cname }] },
        { type: "PLI", ssrc: own, media },
      ]),
    );
  }

  /** By how many ms wall time has been set at once since this was last asked; 0 when it has not. */
  takeStep(): number {
    return this.#timeline.takeStep();
  }

  /** What came between was not taken: the stream goes on with any number, from a random access unit on. */
  resume(): void {
    this.#reorder.restart();
    this.#relay.restart();
  }

  /** Another sender goes on with the track, from a random access unit on. */
  restart(): void {
    this.resume();
    this.#timeline.restart();
    this.#statistics = undefined;
    this.#early = undefined;
  }

  /** Passes on what waits for missing packets. */
  finish(): void {
    this.#reorder.flush();
  }

  info(): ReceivedInfo {
    const { damaged, abandoned } = this.#relay.counts;
    return {
      packets: this.#packets,
      octets: this.#octets,
      lost: this.#reorder.lost,
      late: this.#reorder.late,
      broken: this.#broken,
      unknownType: this.#unknownType,
      newSources: this.#newSources,
      timeJumps: this.#jumps,
      damagedUnits: damaged,
      abandonedUnits: abandoned,
    };
  }

  /** Another SSRC on the track is another sender that goes on with it, as when an encoder has been started again. */
  #statisticsOf(source: number, nowMs: number): ReceiverStatistics {
    if (this.#statistics?.ssrc === source) return this.#statistics;
    const early = this.#early;
    this.#early = undefined;
    if (this.#statistics) {
      this.#newSources++;
      this.restart();
    }
    const statistics = new ReceiverStatistics(source, this.#format.clockRate);
    this.#statistics = statistics;
    if (early?.report.ssrc === source) {
      statistics.senderReport(early.report.ntp, early.atMs);
      this.#timeline.report(fromNtp(early.report.ntp), early.report.rtpTime);
    }
    if (this.#reportDueMs === -Infinity) this.#reportDueMs = nowMs + REPORT_INTERVAL_MS;
    this.#askDueMs = nowMs + ASK_INTERVAL_MS;
    return statistics;
  }

  #takeReport(report: SenderReport, nowMs: number): void {
    if (this.#statistics?.ssrc !== report.ssrc) {
      // Of a sender whose first packet is still to come; or of one that has been.
      this.#early = { report, atMs: nowMs };
      return;
    }
    this.#statistics.senderReport(report.ntp, nowMs);
    this.#timeline.report(fromNtp(report.ntp), report.rtpTime);
  }
}
