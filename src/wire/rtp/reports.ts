import { toNtp } from "./ntp.js";
import type { SenderReport } from "./rtcp.js";

/**
 * What a sender must know of one RTP stream to write its reports (RFC 3550 §6.4.1): how much went out, and one instant
 * at which wall time and RTP time are both known. Later instants follow from the monotonic clock, so that a jump of the
 * wall clock between two units does not bend the mapping.
 */
export class SenderStatistics {
  packets = 0;
  /** Payload bytes, without headers. */
  octets = 0;
  /** Whether reports tell times; those of a replay whose pace the client has tell none (Streaming §6.9). */
  isTimed = true;
  #wallMs = 0;
  #rtpTime = 0;
  #atMs = 0;

  /** `clockRate` in ticks a second. */
  constructor(
    readonly ssrc: number,
    private readonly clockRate: number,
  ) {}

  /** One access unit of `packets` packets was sent at `nowMs` (monotonic); captured at `wallMs`, RTP time `rtpTime`. */
  sent(packets: number, octets: number, wallMs: number, rtpTime: number, nowMs: number): void {
    this.packets += packets;
    this.octets += octets;
    this.#wallMs = wallMs;
    this.#rtpTime = rtpTime;
    this.#atMs = nowMs;
  }

  /** The report for the instant `nowMs` (monotonic). Means something after the first `sent`. */
  report(nowMs: number): SenderReport {
    const sinceMs = nowMs - this.#atMs;
    const rtpTime = (this.#rtpTime + Math.round((sinceMs * this.clockRate) / 1000)) % 2 ** 32;
    return {
      type: "SR",
      ssrc: this.ssrc,
      ntp: this.isTimed ? toNtp(this.#wallMs + sinceMs) : { seconds: 0, fraction: 0 },
      rtpTime: this.isTimed ? rtpTime : 0,
      packetCount: this.packets % 2 ** 32,
      octetCount: this.octets % 2 ** 32,
      reports: [],
    };
  }
}

/**
 * Round-trip time in ms from a report block, or undefined when it does not answer the report with key
 * `reportKey` that was sent at `sentMs` (monotonic). Never negative.
 */
export function roundTripMs(
  block: { readonly lastSenderReport: number; readonly delaySinceLastSenderReport: number },
  reportKey: number,
  sentMs: number,
  nowMs: number,
): number | undefined {
  if (block.lastSenderReport === 0 || block.lastSenderReport !== reportKey) return undefined;
  return Math.max(0, nowMs - sentMs - (block.delaySinceLastSenderReport / 65536) * 1000);
}
