import { aacFormat } from "#codec/aac/payload";
import type { MediaFormat } from "#codec/format";
import { g711Format } from "#codec/g711";
import { g726Format, type G726Bits, type G726Order } from "#codec/g726";
import { metadataFormat } from "#codec/metadata/payload";
import { payloadFormatOf } from "#codec/payloads";
import { hasMarker, payloadOf, timestamp } from "#wire/rtp/packet";
import { recorded, unitsOf } from "./recorded-rtp.js";
import { nalUnit, publishedFormats, UnitSender } from "./relay-packets.js";

type Unit = readonly Uint8Array[];

/** A stream of one encoding: some units, and packets of them as somebody has sent them. */
export interface CodecSample {
  readonly name: string;
  readonly format: MediaFormat;
  /** The first one can be decoded by itself. */
  readonly units: readonly Unit[];
  readonly packets: readonly Buffer[];
  /** One that is bigger than a datagram on the wire, where there is such a thing. */
  readonly large: Unit | undefined;
  /** Random access units come without what a decoder needs first, which is told in the description. */
  readonly isBare?: boolean;
}

/** Units packed here, each at its own time. */
function packed(name: string, format: MediaFormat, units: readonly Unit[], step: number, large?: Unit): CodecSample {
  const sender = new UnitSender(format);
  const packets = units.flatMap((unit, index) => sender.packets(unit, index * step));
  return { name, format, units, packets, large };
}

/** What FFmpeg or GStreamer has sent. `grow` makes a large unit of a small one. */
function sent(name: string, grow?: (unit: Buffer) => Uint8Array): CodecSample {
  const stream = recorded(name);
  const units = unitsOf(stream).map((unit) => [unit]);
  const [[first] = []] = units;
  // GStreamer has sent under another payload type than FFmpeg, whose description it is.
  const packets = stream.packets.map((packet) => {
    const copy = Buffer.from(packet);
    copy[1] = ((copy[1] ?? 0) & 0x80) | stream.format.payloadType;
    return copy;
  });
  return { name, format: stream.format, units, packets, large: first && grow && [grow(first)] };
}

const behind = (unit: Buffer): Uint8Array => Buffer.concat([unit, Buffer.alloc(20_000, 0xd5)]);
/** Inside the picture, in front of its end. */
const inside = (unit: Buffer): Uint8Array =>
  Buffer.concat([unit.subarray(0, -2), Buffer.alloc(20_000, 0xd5), unit.subarray(-2)]);

const frames = (bytes: number): Unit[] => [1, 2, 3, 4].map((fill) => [Buffer.alloc(bytes, fill)]);
const document = (bytes: number): Unit => [Buffer.from(`<MetadataStream>${" ".repeat(bytes)}</MetadataStream>`)];
const { h264, h265 } = publishedFormats;

/** Each encoding that streams may have, with the rates and orders that make a difference. */
export const codecSamples: readonly CodecSample[] = [
  packed(
    "h264",
    h264,
    ["65", "41", "41"].map((nal, index) => [...(index === 0 ? (h264.parameterSets ?? []) : []), nalUnit(nal, 300)]),
    3600,
    [...(h264.parameterSets ?? []), nalUnit("65", 100_000)],
  ),
  packed(
    "h265",
    h265,
    ["2601", "0201", "0201"].map((nal, index) => [
      ...(index === 0 ? (h265.parameterSets ?? []) : []),
      nalUnit(`${nal}80`, 300),
    ]),
    3600,
    [...(h265.parameterSets ?? []), nalUnit("260180", 100_000)],
  ),
  { ...sent("mpeg4", behind), isBare: true },
  sent("jpeg-420", inside),
  sent("jpeg-420-gstreamer"),
  sent("vp8", behind),
  sent("vp8-gstreamer"),
  sent("vp9", behind),
  sent("vp9-gstreamer"),
  sent("av1"),
  sent("mpeg1", behind),
  sent("mpeg2", behind),
  sent("mpeg2-gstreamer"),
  packed("pcmu", g711Format("PCMU", 8000, 1, 97), frames(160), 160),
  packed("pcma", g711Format("PCMA", 8000, 1, 97), frames(160), 160),
  sent("g722"),
  ...([2, 3, 4, 5] as const).flatMap((bits: G726Bits) =>
    (["rfc3551", "aal2"] as const).map((order: G726Order) => {
      const format = g726Format(bits, order, 97);
      return packed(format.encodingName, format, frames(20 * bits), 160);
    }),
  ),
  sent("l16"),
  packed("aac", aacFormat(Buffer.from("1210", "hex"), 97), frames(200), 1024, [Buffer.alloc(8000, 7)]),
  sent("aac-latm"),
  sent("aac-latm-gstreamer"),
  sent("opus"),
  sent("mp3"),
  sent("mp2"),
  sent("mp2-gstreamer"),
  packed("metadata", metadataFormat(107), [document(10), document(500), document(1)], 90_000, document(100_000)),
];

/** The units in packets, put together by what the description says. */
export function readUnits(format: MediaFormat, packets: readonly Uint8Array[]): string[] {
  const depacketizer = payloadFormatOf(format).depacketizer(format);
  const hex = (unit: Unit): string => Buffer.concat(unit).toString("hex");
  let time: number | undefined;
  const units = packets.flatMap((packet) => {
    const ended = time !== undefined && timestamp(packet) !== time ? depacketizer.flush() : undefined;
    time = timestamp(packet);
    const result = depacketizer.push(payloadOf(packet), hasMarker(packet));
    if (result?.dropped !== undefined) throw new Error(`dropped: ${result.dropped}`);
    return [...(ended ? [ended] : []), ...(result?.units ?? [])].map(hex);
  });
  const last = depacketizer.flush();
  return last ? [...units, hex(last)] : units;
}
