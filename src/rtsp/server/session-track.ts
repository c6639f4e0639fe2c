import type { AccessUnit } from "#media/access-unit";
import type { Outlet } from "#media/reader";
import { asksForRandomAccess } from "#wire/rtp/feedback";
import { RTP_HEADER_BYTES } from "#wire/rtp/packet";
import { roundTripMs, SenderStatistics } from "#wire/rtp/reports";
import { readRtcp, reportKey, writeRtcp, type ReportBlock, type WritableRtcp } from "#wire/rtp/rtcp";
import type { TrackTransport } from "./transport/track-transport.js";

/** From one sender report to the next. */
const REPORT_INTERVAL_MS = 5000;
const MAX_RTCP_BYTES = 1500;

/** What a client has reported on a track. */
export interface Reception {
  readonly fractionLost: number;
  readonly cumulativeLost: number;
  /** In ticks of the track's clock. */
  readonly jitter: number;
  /** Undefined until a report has answered one of ours. */
  readonly roundTripMs: number | undefined;
}

/** A track that has been set up in a session: its transport and its RTCP. */
export class SessionTrack implements Outlet {
  readonly statistics: SenderStatistics;
  reception: Reception | undefined;
  /** RTCP packets of the client that could not be read. */
  brokenRtcp = 0;
  /** Of the client, for something that can be decoded by itself: PLI and FIR. */
  randomAccessRequests = 0;
  /** Units that the transport has not taken, or not whole. */
  droppedUnits = 0;
  droppedBytes = 0;
  readonly #cname: string;
  #reportDueMs = -Infinity;
  #hasSent = false;
  #isPlaying = false;
  #lastReport = { key: 0, sentMs: 0 };

  constructor(
    /** Index in the path's description. */
    readonly index: number,
    readonly transport: TrackTransport,
    ssrc: number,
    clockRate: number,
    cname: string,
  ) {
    this.statistics = new SenderStatistics(ssrc, clockRate);
    this.#cname = cname;
  }

  /** Takes a unit between `restart` and `stop`. */
  deliver(unit: AccessUnit, nowMs: number): void {
    if (this.#isPlaying) this.send(unit, nowMs);
  }

  /** Sends a unit, and behind the first one, and then every 5 s, a sender report. */
  send(unit: AccessUnit, nowMs: number): void {
    const { rtp } = unit;
    if (!this.transport.send(unit)) {
      this.droppedUnits++;
      this.droppedBytes += rtp.bytes;
      return;
    }
    this.statistics.sent(rtp.count, rtp.bytes - rtp.count * RTP_HEADER_BYTES, unit.wallMs, rtp.rtpTime, nowMs);
    this.#hasSent = true;
    if (nowMs >= this.#reportDueMs) this.#report(nowMs);
  }

  /** Reports also while a track is silent. */
  tick(nowMs: number): void {
    if (this.#hasSent && nowMs >= this.#reportDueMs) this.#report(nowMs);
  }

  /** Playing begins; the next unit is followed by a report at once. */
  restart(): void {
    this.#isPlaying = true;
    this.#reportDueMs = -Infinity;
    this.#hasSent = false;
  }

  stop(): void {
    this.#isPlaying = false;
  }

  /** Tells the client that nothing more comes (RFC 3550 §6.6). */
  goodbye(reason: string, nowMs: number): void {
    const { ssrc } = this.statistics;
    const report: WritableRtcp =
      this.statistics.packets > 0 ? this.statistics.report(nowMs) : { type: "RR", ssrc, reports: [] };
    this.transport.sendRtcp(writeRtcp([report, this.#description(), { type: "BYE", sources: [ssrc], reason }]));
  }

  /** Takes RTCP of the client; true when it was a sign of life. */
  receive(packet: Uint8Array, nowMs: number): boolean {
    const packets = packet.length > MAX_RTCP_BYTES ? "length" : readRtcp(packet);
    if (typeof packets === "string") {
      this.brokenRtcp++;
      return false;
    }
    if (packets.some((one) => asksForRandomAccess(one, this.statistics.ssrc))) this.randomAccessRequests++;
    for (const one of packets)
      if (one.type === "RR" || one.type === "SR")
        for (const block of one.reports) if (block.ssrc === this.statistics.ssrc) this.#take(block, nowMs);
    return true;
  }

  #take(block: ReportBlock, nowMs: number): void {
    const { key, sentMs } = this.#lastReport;
    const { fractionLost, cumulativeLost, jitter } = block;
    const roundTrip = roundTripMs(block, key, sentMs, nowMs) ?? this.reception?.roundTripMs;
    this.reception = { fractionLost, cumulativeLost, jitter, roundTripMs: roundTrip };
  }

  #report(nowMs: number): void {
    const report = this.statistics.report(nowMs);
    this.#reportDueMs = nowMs + REPORT_INTERVAL_MS;
    this.#lastReport = { key: reportKey(report), sentMs: nowMs };
    this.transport.sendRtcp(writeRtcp([report, this.#description()]));
  }

  #description(): WritableRtcp {
    return { type: "SDES", chunks: [{ ssrc: this.statistics.ssrc, cname: this.#cname }] };
  }
}
