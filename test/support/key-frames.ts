import { readFileSync } from "node:fs";
import type { MediaFormat } from "#codec/format";

/** A recorded key frame: what its track says of it, and its NAL units. */
export interface RecordedKeyFrame {
  readonly format: MediaFormat;
  readonly payload: readonly Uint8Array[];
}

/** The access unit in `test/fixtures/key-frame-<name>.bin`; its parameter sets are in the format, not in the payload. */
export function recordedKeyFrame(name: string): RecordedKeyFrame {
  const h265 = name.startsWith("h265");
  const stream = readFileSync(new URL(`../fixtures/key-frame-${name}.bin`, import.meta.url)).toString("latin1");
  const units = stream
    .split(/\0{2,3}\x01/)
    .filter((unit) => unit !== "")
    .map((unit) => Buffer.from(unit, "latin1"));
  const isParameterSet = ([first = 0]: Buffer): boolean =>
    h265 ? [32, 33, 34].includes((first >> 1) & 0x3f) : [7, 8].includes(first & 0x1f);
  return {
    format: {
      kind: "video",
      encodingName: h265 ? "H265" : "H264",
      payloadType: 96,
      clockRate: 90_000,
      parameterSets: units.filter(isParameterSet),
    },
    payload: units.filter((unit) => !isParameterSet(unit)),
  };
}

/** Width, height and number of components in the frame header of a JPEG image (ITU-T T.81 §B.2.2). */
export function jpegFrame(image: Buffer): { width: number; height: number; components: number } | undefined {
  for (let at = 2; at + 9 < image.length && image[at] === 0xff; at += 2 + image.readUInt16BE(at + 2)) {
    const marker = image[at + 1] ?? 0;
    if (marker < 0xc0 || marker > 0xcf || [0xc4, 0xc8, 0xcc].includes(marker)) continue;
    return { height: image.readUInt16BE(at + 5), width: image.readUInt16BE(at + 7), components: image[at + 9] ?? 0 };
  }
  return undefined;
}
