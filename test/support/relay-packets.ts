import { aacFormat } from "#codec/aac/payload";
import type { MediaFormat } from "#codec/format";
import { h265Format } from "#codec/h265/payload";
import { payloadFormatOf } from "#codec/payloads";
import { writeRtpHeader } from "#wire/rtp/packet";
import { cameraDescription } from "./media-fakes.js";
import { h265Sets } from "./parameter-sets.js";

const { vps, sps, pps } = h265Sets.main1080p25;
const described = (track: number): MediaFormat => {
  const format = cameraDescription.tracks[track]?.format;
  if (!format) throw new Error("no such track");
  return format;
};

/** Formats that a publisher may send. */
export const publishedFormats = {
  h264: described(0),
  h265: h265Format({ vps: [vps], sps: [sps], pps: [pps] }, 96),
  aac: aacFormat(Buffer.from("1210", "hex"), 97),
  pcmu: described(1),
} as const;

/** An RTP packet. */
export function rtpPacket(
  payload: Uint8Array,
  fields: { type?: number; marker?: boolean; sequence?: number; time?: number; ssrc?: number } = {},
): Buffer {
  const { type = 96, marker = false, sequence = 0, time = 0, ssrc = 0x5eed } = fields;
  const packet = Buffer.alloc(12 + payload.length);
  writeRtpHeader(packet, 0, marker, type, sequence & 0xffff, time >>> 0, ssrc);
  packet.set(payload, 12);
  return packet;
}

/** Sends units as a publisher would: numbered on, in packets of `maxBytes` at most. */
export class UnitSender {
  #sequence: number;

  constructor(
    readonly format: MediaFormat,
    private readonly options: { sequence?: number; maxBytes?: number; ssrc?: number } = {},
  ) {
    this.#sequence = options.sequence ?? 1000;
  }

  /** The packets of a unit. */
  packets(unit: readonly Uint8Array[], time: number): Buffer[] {
    const { maxBytes = 1400, ssrc = 0x5eed } = this.options;
    const payloadFormat = payloadFormatOf(this.format);
    const { marker } = payloadFormat;
    const payloads = payloadFormat.packetize(unit, this.format, false, maxBytes - 12);
    return payloads.map(({ head, body }, index) =>
      rtpPacket(Buffer.concat([head, body]), {
        type: this.format.payloadType,
        marker: marker === "last" && index === payloads.length - 1,
        sequence: this.#sequence++,
        time,
        ssrc,
      }),
    );
  }
}

/** A NAL unit with this header (in hexadecimal) and so many bytes; as a slice it is the first of its picture. */
export function nalUnit(header: string, bytes: number, fill = 0xd5): Buffer {
  const nal = Buffer.alloc(bytes, fill);
  nal.write(header, "hex");
  return nal;
}
