import { TS_PACKET_BYTES } from "./payload.js";

/** A stream in a program. */
export interface ProgramStream {
  readonly pid: number;
  /** `stream_type` of ISO 13818-1 table 2-34. */
  readonly type: number;
}

export const PAT_PID = 0;
export const PMT_PID = 0x1000;
const PROGRAM = 1;

/** The section of a program association table with one program (ISO 13818-1 §2.4.4.3). */
export const associationSection = (): Buffer => section(0x00, [...u16(PROGRAM), ...u16(0xe000 | PMT_PID)]);

/** The section of its program map table (ISO 13818-1 §2.4.4.8); `clockPid` is the stream that brings the clock. */
export const mapSection = (clockPid: number, streams: readonly ProgramStream[]): Buffer =>
  section(0x02, [
    ...u16(0xe000 | clockPid),
    ...u16(0xf000),
    ...streams.flatMap(({ pid, type }) => [type, ...u16(0xe000 | pid), ...u16(0xf000)]),
  ]);

/** A section as one transport packet; `counter` is 0…15. */
export function sectionPacket(pid: number, counter: number, bytes: Uint8Array): Buffer {
  const packet = Buffer.alloc(TS_PACKET_BYTES, 0xff);
  packet.set([0x47, 0x40 | (pid >> 8), pid & 0xff, 0x10 | counter, 0]);
  packet.set(bytes, 5);
  return packet;
}

/** Header of a long section, `rest` of it, and the check sum. Sections with up to 30 streams fit into one packet. */
function section(tableId: number, rest: readonly number[]): Buffer {
  const length = 5 + rest.length + 4;
  const body = Buffer.from([tableId, ...u16(0xb000 | length), ...u16(1), 0xc1, 0, 0, ...rest]);
  const checkSum = Buffer.alloc(4);
  checkSum.writeUInt32BE(crc32Mpeg(body));
  return Buffer.concat([body, checkSum]);
}

const u16 = (value: number): readonly [number, number] => [value >> 8, value & 0xff];

/** The check sum of sections (ISO 13818-1 annex A): polynomial 04C11DB7, from ones, nothing mirrored. */
export function crc32Mpeg(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  }
  return crc >>> 0;
}
