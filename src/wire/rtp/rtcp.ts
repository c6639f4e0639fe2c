import { ntpMiddle, type NtpTime } from "./ntp.js";

/** What one receiver says about one sender (RFC 3550 §6.4.1). */
export interface ReportBlock {
  readonly ssrc: number;
  /** Lost since the last report, in 1/256. */
  readonly fractionLost: number;
  /** −2^23…2^23−1. */
  readonly cumulativeLost: number;
  readonly highestSequence: number;
  /** In ticks of the track's clock. */
  readonly jitter: number;
  /** Middle 32 bits of the NTP time of the last sender report received; 0 for none. */
  readonly lastSenderReport: number;
  /** Time since then in 1/65536 s. */
  readonly delaySinceLastSenderReport: number;
}

export interface SenderReport {
  readonly type: "SR";
  readonly ssrc: number;
  readonly ntp: NtpTime;
  readonly rtpTime: number;
  /** Both modulo 2^32. */
  readonly packetCount: number;
  readonly octetCount: number;
  readonly reports: readonly ReportBlock[];
}

export interface ReceiverReport {
  readonly type: "RR";
  readonly ssrc: number;
  readonly reports: readonly ReportBlock[];
}

export interface SourceDescription {
  readonly type: "SDES";
  readonly chunks: readonly { readonly ssrc: number; readonly cname: string | undefined }[];
}

export interface Goodbye {
  readonly type: "BYE";
  readonly sources: readonly number[];
  readonly reason: string | undefined;
}

/** A packet whose inside is not read here: application-defined, feedback, extended reports. */
export interface OtherRtcp {
  readonly type: "other";
  readonly packetType: number;
  /** The five bits behind the padding bit: format or count. */
  readonly format: number;
  readonly body: Uint8Array;
}

export type RtcpPacket = SenderReport | ReceiverReport | SourceDescription | Goodbye | OtherRtcp;

/** Why a datagram is not RTCP. */
export type RtcpProblem = "short" | "version" | "type" | "length" | "contents";

const SR = 200;
const RR = 201;
const SDES = 202;
const BYE = 203;
/** Feedback on a payload, and its format for the loss of a picture. */
export const PAYLOAD_SPECIFIC = 206;
export const PICTURE_LOSS = 1;
const CNAME = 1;

/** Middle 32 bits of a sender report's NTP time. */
export const reportKey = (report: SenderReport): number => ntpMiddle(report.ntp);

/**
 * Reads a compound packet (RFC 3550 §6.1). Reduced-size RTCP (RFC 5506) is accepted: any type may come first.
 * Broken packets are normal, so the answer names the problem instead of throwing.
 */
export function readRtcp(bytes: Uint8Array): readonly RtcpPacket[] | RtcpProblem {
  if (bytes.length < 4) return "short";
  const packets: RtcpPacket[] = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes.length - at < 4) return "length";
    const first = bytes[at] ?? 0;
    const packetType = bytes[at + 1] ?? 0;
    if (first >> 6 !== 2) return "version";
    if (packetType < 192 || packetType > 223) return "type";
    const end = at + 4 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) * 4;
    if (end > bytes.length) return "length";
    const padding = first & 0x20 ? (bytes[end - 1] ?? 0) : 0;
    if (padding > end - at - 4) return "length";
    const packet = readOne(packetType, first & 0x1f, bytes.subarray(at + 4, end - padding));
    if (packet === undefined) return "contents";
    packets.push(packet);
    at = end;
  }
  return packets;
}

function readOne(packetType: number, count: number, body: Uint8Array): RtcpPacket | undefined {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  switch (packetType) {
    case SR:
      if (body.length < 24 + count * 24) return undefined;
      return {
        type: "SR",
        ssrc: view.getUint32(0),
        ntp: { seconds: view.getUint32(4), fraction: view.getUint32(8) },
        rtpTime: view.getUint32(12),
        packetCount: view.getUint32(16),
        octetCount: view.getUint32(20),
        reports: readBlocks(view, 24, count),
      };
    case RR:
      if (body.length < 4 + count * 24) return undefined;
      return { type: "RR", ssrc: view.getUint32(0), reports: readBlocks(view, 4, count) };
    case SDES:
      return readSdes(view, body, count);
    case BYE:
      return readBye(view, body, count);
    default:
      return { type: "other", packetType, format: count, body };
  }
}

function readBlocks(view: DataView, start: number, count: number): ReportBlock[] {
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * 24;
    const loss = view.getInt32(at + 4);
    return {
      ssrc: view.getUint32(at),
      fractionLost: loss >>> 24,
      cumulativeLost: (loss << 8) >> 8,
      highestSequence: view.getUint32(at + 8),
      jitter: view.getUint32(at + 12),
      lastSenderReport: view.getUint32(at + 16),
      delaySinceLastSenderReport: view.getUint32(at + 20),
    };
  });
}

function readSdes(view: DataView, body: Uint8Array, count: number): SourceDescription | undefined {
  const chunks: { ssrc: number; cname: string | undefined }[] = [];
  let at = 0;
  for (let chunk = 0; chunk < count; chunk++) {
    if (at + 4 > body.length) return undefined;
    const ssrc = view.getUint32(at);
    let cname: string | undefined;
    for (at += 4; (body[at] ?? 0) !== 0;) {
      const length = body[at + 1] ?? 0;
      if (at + 2 + length > body.length) return undefined;
      if (body[at] === CNAME) cname = textOf(body.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
    // At least one zero ends the items; the next chunk starts at a word.
    at = (at + 4) & ~3;
    chunks.push({ ssrc, cname });
  }
  return { type: "SDES", chunks };
}

function readBye(view: DataView, body: Uint8Array, count: number): Goodbye | undefined {
  if (body.length < count * 4) return undefined;
  const sources = Array.from({ length: count }, (_, index) => view.getUint32(index * 4));
  const length = body[count * 4] ?? 0;
  if (count * 4 + 1 + length > body.length && length > 0) return undefined;
  const reason = length > 0 ? textOf(body.subarray(count * 4 + 1, count * 4 + 1 + length)) : undefined;
  return { type: "BYE", sources, reason };
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();

/** Asks the source `media` for something that can be decoded by itself (RFC 4585 §6.3.1); what is read of it is `other`. */
export interface PictureLoss {
  readonly type: "PLI";
  readonly ssrc: number;
  readonly media: number;
}

/** A packet that can be written; others are only read. */
export type WritableRtcp = SenderReport | ReceiverReport | SourceDescription | Goodbye | PictureLoss;

/** A compound packet. A list longer than 31 entries does not fit into one packet and is cut. */
export const writeRtcp = (packets: readonly WritableRtcp[]): Buffer => Buffer.concat(packets.map(writeOne));

function writeOne(packet: WritableRtcp): Buffer {
  switch (packet.type) {
    case "SR": {
      const body = Buffer.alloc(24);
      body.writeUInt32BE(packet.ssrc, 0);
      body.writeUInt32BE(packet.ntp.seconds, 4);
      body.writeUInt32BE(packet.ntp.fraction, 8);
      body.writeUInt32BE(packet.rtpTime, 12);
      body.writeUInt32BE(packet.packetCount >>> 0, 16);
      body.writeUInt32BE(packet.octetCount >>> 0, 20);
      return framed(SR, packet.reports.length, [body, ...packet.reports.slice(0, 31).map(writeBlock)]);
    }
    case "RR":
      return framed(RR, packet.reports.length, [word(packet.ssrc), ...packet.reports.slice(0, 31).map(writeBlock)]);
    case "SDES":
      return framed(SDES, packet.chunks.length, packet.chunks.slice(0, 31).map(writeChunk));
    case "PLI":
      return framed(PAYLOAD_SPECIFIC, PICTURE_LOSS, [word(packet.ssrc), word(packet.media)]);
    case "BYE": {
      const reason = packet.reason === undefined ? [] : [counted(packet.reason)];
      return framed(BYE, packet.sources.length, [...packet.sources.slice(0, 31).map(word), ...reason]);
    }
  }
}

function framed(type: number, count: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const padded = (body.length + 3) & ~3;
  const packet = Buffer.alloc(4 + padded);
  packet[0] = 0x80 | Math.min(count, 31);
  packet[1] = type;
  packet.writeUInt16BE(padded / 4, 2);
  body.copy(packet, 4);
  return packet;
}

function writeBlock(block: ReportBlock): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.writeUInt32BE(block.ssrc, 0);
  bytes.writeInt32BE((block.fractionLost << 24) | (block.cumulativeLost & 0xffffff), 4);
  bytes.writeUInt32BE(block.highestSequence, 8);
  bytes.writeUInt32BE(block.jitter, 12);
  bytes.writeUInt32BE(block.lastSenderReport, 16);
  bytes.writeUInt32BE(block.delaySinceLastSenderReport, 20);
  return bytes;
}

function writeChunk(chunk: { readonly ssrc: number; readonly cname: string | undefined }): Buffer {
  const items = chunk.cname === undefined ? Buffer.alloc(0) : Buffer.concat([Buffer.of(CNAME), counted(chunk.cname)]);
  const bytes = Buffer.alloc((4 + items.length + 4) & ~3);
  bytes.writeUInt32BE(chunk.ssrc, 0);
  items.copy(bytes, 4);
  return bytes;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Text behind its length in one byte; cut to 255 bytes. */
function counted(text: string): Buffer {
  const bytes = Buffer.from(text).subarray(0, 255);
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}
