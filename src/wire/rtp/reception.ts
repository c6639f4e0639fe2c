import { sequenceDelta } from "./packet.js";
import { ntpMiddle, type NtpTime } from "./ntp.js";
import type { ReportBlock } from "./rtcp.js";

/** A jump of the numbers by more than this starts the statistics anew (RFC 3550 A.1). */
const MAX_DROPOUT = 3000;

/**
 * What a receiver must know of one RTP stream to report on it (RFC 3550 §6.4.1, A.3, A.8). Feed it each packet as it
 * comes, before it is put into order.
 */
export class ReceiverStatistics {
  readonly ssrc: number;
  readonly #clockRate: number;
  #received = 0;
  /** Extended sequence numbers: counted on over the wrap. */
  #first = 0;
  #highest = -1;
  #jitter = 0;
  #transit: number | undefined;
  #lastReport: { readonly key: number; readonly atMs: number } | undefined;
  /** At the last block. */
  #before = { expected: 0, received: 0 };

  /** `clockRate` in ticks a second. */
  constructor(ssrc: number, clockRate: number) {
    this.ssrc = ssrc;
    this.#clockRate = clockRate;
  }

  /** A packet came at `nowMs` (monotonic). */
  packet(sequence: number, rtpTime: number, nowMs: number): void {
    const delta = this.#highest < 0 ? 0 : sequenceDelta(this.#highest & 0xffff, sequence);
    if (this.#highest < 0 || Math.abs(delta) > MAX_DROPOUT) this.#restart(sequence);
    else if (delta > 0) this.#highest += delta;
    this.#received++;
    // Both clocks modulo 2^32: only differences count.
    const transit = (Math.round((nowMs * this.#clockRate) / 1000) - rtpTime) | 0;
    if (this.#transit !== undefined) {
      const change = Math.abs((transit - this.#transit) | 0);
      this.#jitter += (change - this.#jitter) / 16;
    }
    this.#transit = transit;
  }

  /** A report of the sender came at `nowMs` (monotonic). */
  senderReport(ntp: NtpTime, nowMs: number): void {
    this.#lastReport = { key: ntpMiddle(ntp), atMs: nowMs };
  }

  /** The block for the next receiver report; undefined before the first packet. */
  block(nowMs: number): ReportBlock | undefined {
    if (this.#highest < 0) return undefined;
    const expected = this.#highest - this.#first + 1;
    const newExpected = expected - this.#before.expected;
    const newLost = newExpected - (this.#received - this.#before.received);
    this.#before = { expected, received: this.#received };
    const sinceReportMs = this.#lastReport ? nowMs - this.#lastReport.atMs : 0;
    return {
      ssrc: this.ssrc,
      fractionLost: newExpected > 0 && newLost > 0 ? Math.min(255, Math.floor((newLost * 256) / newExpected)) : 0,
      cumulativeLost: Math.max(-0x80_0000, Math.min(0x7f_ffff, expected - this.#received)),
      highestSequence: this.#highest % 2 ** 32,
      jitter: Math.min(2 ** 32 - 1, Math.floor(this.#jitter)),
      lastSenderReport: this.#lastReport?.key ?? 0,
      delaySinceLastSenderReport: Math.min(2 ** 32 - 1, Math.round(sinceReportMs * 65.536)),
    };
  }

  #restart(sequence: number): void {
    this.#first = this.#highest = sequence;
    this.#received = 0;
    this.#before = { expected: 0, received: 0 };
    this.#transit = undefined;
  }
}
