import { describe, expect, it } from "vitest";
import { aacFormat } from "#codec/aac/payload";
import type { MediaFormat } from "#codec/format";
import { g711Format } from "#codec/g711";
import { g722Format } from "#codec/g722";
import { g726Format } from "#codec/g726";
import { linearFormat } from "#codec/linear-pcm";
import { opusFormat } from "#codec/opus/payload";
import { soundFileOf } from "#container/sound-file";

/** The bytes of a file that is written. */
class Bytes {
  bytes = Buffer.alloc(0);
  readonly write = (offset: number, data: Uint8Array): Promise<void> => {
    const after = Buffer.alloc(Math.max(this.bytes.length, offset + data.length));
    this.bytes.copy(after);
    after.set(data, offset);
    this.bytes = after;
    return Promise.resolve();
  };
}

async function written(
  format: MediaFormat,
  frames: readonly (readonly [pts: number, frame: Uint8Array])[],
): Promise<Buffer> {
  const target = new Bytes();
  const file = soundFileOf(format)?.open(target.write);
  for (const [pts, frame] of frames) await file?.add(frame, pts);
  await file?.finish();
  return target.bytes;
}

const pcmu = g711Format("PCMU", 8000, 1, 100);
const dataOf = (wave: Buffer): Buffer => wave.subarray(44);
const shape = (wave: Buffer): readonly (string | number)[] => [
  wave.toString("latin1", 0, 4),
  wave.toString("latin1", 8, 16),
  wave.readUInt32LE(4) - wave.length + 8,
  wave.readUInt16LE(20),
  wave.readUInt16LE(22),
  wave.readUInt32LE(24),
  wave.readUInt32LE(28),
  wave.readUInt16LE(34),
  wave.readUInt32LE(40) - wave.length + 44,
];

describe("WAV", () => {
  it.each<[string, MediaFormat, readonly number[]]>([
    ["PCMU as PCM", pcmu, [1, 1, 8000, 16_000, 16]],
    ["PCMA at 16 kHz, stereo, as PCM", g711Format("PCMA", 16_000, 2, 100), [1, 2, 16_000, 64_000, 16]],
    ["L16 as PCM", linearFormat(16, 48_000, 2, 100), [1, 2, 48_000, 192_000, 16]],
    ["G.722 as it is", g722Format(), [0x28f, 1, 16_000, 8000, 4]],
    ["G.726 at 24 kbit/s", g726Format(3, "rfc3551", 100), [0x45, 1, 8000, 3000, 3]],
  ])("tells in its header what it holds: %s", async (_, format, [tag, channels, rate, bytesPerSecond, bits]) => {
    const wave = await written(format, [[0, Buffer.alloc(120, 0x55)]]);
    expect(shape(wave)).toEqual(["RIFF", "WAVEfmt ", 0, tag, channels, rate, bytesPerSecond, bits, 0]);
  });

  it("holds the samples of G.711, least significant byte first", async () => {
    const wave = await written(pcmu, [[0, Uint8Array.of(0xff, 0x7f, 0x80, 0x00, 0xf0)]]);
    const samples = dataOf(wave);
    expect([0, 2, 4, 6, 8].map((at) => samples.readInt16LE(at))).toEqual([0, 0, 32_124, -32_124, 120]);
  });

  it("turns the bytes of L16 and the codewords of G.726", async () => {
    expect(dataOf(await written(linearFormat(16, 8000, 1, 100), [[0, Uint8Array.of(0x12, 0x34)]]))).toEqual(
      Buffer.of(0x34, 0x12),
    );
    expect(dataOf(await written(g726Format(4, "rfc3551", 100), [[0, Uint8Array.of(0x21, 0x43)]]))).toEqual(
      Buffer.of(0x12, 0x34),
    );
    expect(dataOf(await written(g726Format(4, "aal2", 100), [[0, Uint8Array.of(0x21)]]))).toEqual(Buffer.of(0x21));
  });

  it("fills what was lost with silence, but not a pause of the talker", async () => {
    const frame = Buffer.alloc(160, 0x80);
    const wave = await written(pcmu, [
      [1000, frame],
      [1320, frame],
      [100_000, frame],
    ]);
    expect(dataOf(wave)).toHaveLength(4 * 320);
    expect(dataOf(wave).subarray(320, 640)).toEqual(Buffer.alloc(320));
  });
});

describe("files of coded frames", () => {
  it("puts Opus into Ogg, with head, tags and frames", async () => {
    const frame = Buffer.alloc(60, 0xfc);
    const ogg = await written(opusFormat(1, 100), [
      [48_000, frame],
      [48_960, frame],
    ]);
    expect(ogg.toString("latin1", 0, 4)).toBe("OggS");
    expect([ogg.includes("OpusHead"), ogg.includes("OpusTags"), ogg.includes(frame)]).toEqual([true, true, true]);
  });

  it("puts AAC into ADTS", async () => {
    const frame = Buffer.alloc(50, 7);
    const adts = await written(aacFormat(Buffer.from("1588", "hex"), 100), [
      [0, frame],
      [1024, frame],
    ]);
    expect(adts.length).toBe(2 * 57);
    expect([adts.readUInt16BE(0) >> 4, adts.subarray(7, 57).equals(frame)]).toEqual([0xfff, true]);
  });

  it("has no kind of file for what no client may send", () => {
    expect(soundFileOf({ ...pcmu, encodingName: "GSM" })).toBeUndefined();
  });

  it.each([pcmu, opusFormat(1, 100)])(
    "ends with what is there when the disk is full: $encodingName",
    async (format) => {
      const target = new Bytes();
      let room = 3000;
      const file = soundFileOf(format)?.open((offset, data) => {
        room -= data.length;
        return room < 0 && offset > 0 ? Promise.reject(new Error("ENOSPC")) : target.write(offset, data);
      });
      const writing = (async () => {
        for (let at = 0; at < 100; at++) await file?.add(Buffer.alloc(160, 0xfc), at * 960);
      })();
      await expect(writing).rejects.toThrow("ENOSPC");
      await file?.abandon().catch(() => {});
      expect(target.bytes.length).toBeGreaterThan(0);
    },
  );
});
