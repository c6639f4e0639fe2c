import { fromNtp, toNtp } from "./ntp.js";

/*
 * The RTP header extension of replay (Streaming §6.3), with which each access unit tells when it was captured:
 *
 *  |            0xABAC             |      length: 3 or more        |
 *  |                 NTP timestamp: seconds since 1900             |
 *  |                 NTP timestamp: fraction                       |
 *  |C|E|D|T|  mbz  |     CSeq      |            padding            |
 *  |  an extension of the payload format, whole (JPEG), or nothing |
 */

const PROFILE = 0xabac;
const WORDS = 3;
/** Bytes of the extension without what stands behind it. */
export const REPLAY_EXTENSION_BYTES = 4 + WORDS * 4;

/** What the extension says of an access unit. */
export interface ReplayMark {
  /** When it was captured, ms since the Unix epoch, UTC; may have a fraction. */
  readonly wallMs: number;
  /** It can be decoded without what came before. */
  readonly cleanPoint: boolean;
  /** It is the last of its track in front of a gap in the recording or of its end; backwards, the last that is sent of it. */
  readonly endOfSection: boolean;
  /** What was sent before it is not what came before it in the recording. */
  readonly discontinuity: boolean;
  /** Nothing more comes of its track. */
  readonly terminal: boolean;
  /** The low byte of the CSeq of the PLAY that it answers. */
  readonly cseq: number;
}

/** The extension, whole: profile, length and words. `behind` is an extension of the payload format, whole too. */
export function writeReplayExtension(mark: ReplayMark, behind?: Uint8Array): Buffer {
  const bytes = Buffer.alloc(REPLAY_EXTENSION_BYTES + (behind?.length ?? 0));
  const { seconds, fraction } = toNtp(mark.wallMs);
  bytes.writeUInt16BE(PROFILE, 0);
  bytes.writeUInt16BE(WORDS + Math.floor((behind?.length ?? 0) / 4), 2);
  bytes.writeUInt32BE(seconds, 4);
  bytes.writeUInt32BE(fraction, 8);
  const flags =
    (mark.cleanPoint ? 0x80 : 0) |
    (mark.endOfSection ? 0x40 : 0) |
    (mark.discontinuity ? 0x20 : 0) |
    (mark.terminal ? 0x10 : 0);
  bytes[12] = flags;
  bytes[13] = mark.cseq & 0xff;
  if (behind) bytes.set(behind, REPLAY_EXTENSION_BYTES);
  return bytes;
}

/** Reads an extension, whole as `extensionOf` gives it; undefined for none and for another one. */
export function readReplayExtension(extension: Uint8Array | undefined): ReplayMark | undefined {
  if (!extension || extension.length < REPLAY_EXTENSION_BYTES) return undefined;
  const view = new DataView(extension.buffer, extension.byteOffset, extension.length);
  if (view.getUint16(0) !== PROFILE || view.getUint16(2) < WORDS) return undefined;
  const flags = view.getUint8(12);
  return {
    wallMs: fromNtp({ seconds: view.getUint32(4), fraction: view.getUint32(8) }),
    cleanPoint: (flags & 0x80) !== 0,
    endOfSection: (flags & 0x40) !== 0,
    discontinuity: (flags & 0x20) !== 0,
    terminal: (flags & 0x10) !== 0,
    cseq: view.getUint8(13),
  };
}
