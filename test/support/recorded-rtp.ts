import { readFileSync } from "node:fs";
import type { MediaFormat } from "#codec/format";
import { type Depacketized, noHead } from "#codec/payload-format";
import { payloadFormatOf } from "#codec/payloads";
import { formatFromSdp } from "#codec/sdp-format";
import { hasMarker, payloadOf } from "#wire/rtp/packet";
import { parseSdp } from "#wire/sdp/parser";

const fixture = (name: string): Buffer => readFileSync(new URL(`../fixtures/rtp/${name}`, import.meta.url));

/** A stream of test/fixtures/rtp. */
export interface Recorded {
  readonly format: MediaFormat;
  readonly packets: readonly Buffer[];
  /** The elementary stream that was sent. */
  readonly stream: Buffer;
}

export function recorded(name: string): Recorded {
  const stream = name.replace("-gstreamer", "");
  const [media] = parseSdp(fixture(`${stream}.sdp`).toString()).media;
  if (!media) throw new Error(`${name} has no media`);
  return { format: formatFromSdp(media), packets: framed(fixture(`${name}.rtp`)), stream: fixture(`${stream}.es`) };
}

/** Packets with 16 bits of length in front (RFC 4571). */
function framed(bytes: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const length = bytes.readUInt16BE(offset);
    packets.push(bytes.subarray(offset + 2, offset + 2 + length));
    offset += 2 + length;
  }
  return packets;
}

/** The units of a recorded stream; fails when a packet is dropped. */
export function unitsOf({ format, packets }: Recorded): Buffer[] {
  const depacketizer = payloadFormatOf(format).depacketizer(format);
  return packets.flatMap((packet) => taken(depacketizer.push(payloadOf(packet), hasMarker(packet))));
}

/** What our own packets of `unit` are read as, when they may have `maxBytes`; fails when one is longer or dropped. */
export function roundTrip(format: MediaFormat, unit: Uint8Array, maxBytes: number, randomAccess = false): Buffer[] {
  const payloadFormat = payloadFormatOf(format);
  const depacketizer = payloadFormat.depacketizer(format);
  const payloads = payloadFormat.packetize([unit], format, randomAccess, maxBytes);
  return payloads.flatMap(({ head, body, extension = noHead }, index) => {
    const length = head.length + body.length + extension.length;
    if (length > maxBytes) throw new Error(`a packet of ${length} bytes`);
    const marker = payloadFormat.marker === "last" && index === payloads.length - 1;
    return taken(depacketizer.push(Buffer.concat([head, body]), marker, extension));
  });
}

function taken(result: Depacketized | undefined): Buffer[] {
  if (result?.dropped !== undefined) throw new Error(`dropped: ${result.dropped}`);
  return (result?.units ?? []).map((unit) => Buffer.concat(unit));
}

/** The frames of an IVF file: a header of 32 bytes, then frames behind headers of 12. */
export function ivfFrames(file: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let offset = 32; offset < file.length;) {
    const length = file.readUInt32LE(offset);
    frames.push(file.subarray(offset + 12, offset + 12 + length));
    offset += 12 + length;
  }
  return frames;
}
