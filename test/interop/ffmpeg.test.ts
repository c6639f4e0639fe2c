import { afterAll, describe, expect, it } from "vitest";
import { NodeAvPictureMaker } from "#ffmpeg/node-av";
import type { PictureMaker } from "#ffmpeg/picture";
import { ProgramPictureMaker, programVersion } from "#ffmpeg/program";
import { nodeHost } from "#host/node";
import { CodedError, messageOf } from "#util/errors";
import { mutate, seededRandom } from "../support/fuzz.js";
import { jpegFrame, recordedKeyFrame } from "../support/key-frames.js";
import { needs } from "../support/needs.js";

interface Backend {
  readonly name: string;
  readonly maker: PictureMaker;
  readonly missing: string | undefined;
}

const host = nodeHost();
const compiledWorker = new URL("../../dist/ffmpeg/node-av-worker.js", import.meta.url);

/** The program on PATH, and those in FFMPEG_PROGRAMS (paths with `:` between them). */
async function programs(): Promise<readonly Backend[]> {
  const paths = ["ffmpeg", ...(process.env["FFMPEG_PROGRAMS"] ?? "").split(":")].filter((path) => path !== "");
  return Promise.all(
    paths.map(async (name) => {
      const path = (await host.processes.find(name)) ?? name;
      const version = await programVersion(host.processes, path);
      const missing = version === undefined ? `${name} is not installed or does not run` : undefined;
      return { name: version ?? name, maker: new ProgramPictureMaker(host.processes, path), missing };
    }),
  );
}

async function nodeAv(): Promise<Backend> {
  const maker = new NodeAvPictureMaker(host, compiledWorker);
  try {
    return { name: `node-av with FFmpeg ${await maker.load()}`, maker, missing: undefined };
  } catch (error) {
    return { name: "node-av", maker, missing: messageOf(error) };
  }
}

const backends = [...(await programs()), await nodeAv()];

afterAll(async () => {
  for (const { maker } of backends) await maker.close();
});

const names = ["h264-high", "h264-full-range", "h265-main", "h265-main10"];
const [reference] = backends;

/** The mean colour of an image, by the program on PATH. */
async function meanColour(image: Buffer): Promise<readonly number[]> {
  const args = ["-hide_banner", "-loglevel", "error", "-f", "mjpeg", "-i", "pipe:0"];
  const output = ["-vf", "scale=1:1:flags=area", "-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"];
  const limits = { input: image, timeoutMs: 60_000, maxOutputBytes: 1000 };
  const { stdout } = await host.processes.run(reference?.maker.name ?? "ffmpeg", [...args, ...output], limits);
  return [...stdout];
}

for (const { name, maker, missing } of backends) {
  describe.runIf(needs(`pictures by ${name}`, missing))(`pictures by ${name}`, () => {
    it.each(names)("shows %s as it is", async (recorded) => {
      const image = await maker.jpeg(recordedKeyFrame(recorded));
      expect(jpegFrame(image)).toEqual({ width: 160, height: 120, components: 3 });
      expect(image.length).toBeGreaterThan(3000);
      if (reference?.missing !== undefined) return;
      const expected = [0x79, 0x83, 0x81];
      for (const [index, value] of (await meanColour(image)).entries())
        expect(Math.abs(value - (expected[index] ?? 0))).toBeLessThan(6);
    });

    it.each([
      [{ width: 80, height: 60 }, 80, 60],
      [{ width: 320, height: 16 }, 320, 16],
      [{ width: 81 }, 81, 61],
      [{ height: 90 }, 120, 90],
      [{ width: 1920, height: 1080 }, 1920, 1080],
    ])("scales to %j", async (size, width, height) => {
      for (const recorded of ["h264-high", "h264-full-range"]) {
        const image = await maker.jpeg({ ...recordedKeyFrame(recorded), ...size });
        expect(jpegFrame(image)).toEqual({ width, height, components: 3 });
      }
    });

    it("makes many at once", async () => {
      const images = await Promise.all(Array.from({ length: 20 }, () => maker.jpeg(recordedKeyFrame("h264-high"))));
      expect(new Set(images.map((image) => image.toString("hex"))).size).toBe(1);
    });

    it("refuses what is no picture and lives on", async () => {
      const { format, payload } = recordedKeyFrame("h264-high");
      const withoutSets = { kind: "video", encodingName: "H264", payloadType: 96, clockRate: 90_000 } as const;
      for (const frame of [
        { format: withoutSets, payload },
        { format, payload: [Buffer.alloc(0)] },
        { format, payload: [Buffer.from("not a picture")] },
        { format: { ...format, encodingName: "H265" }, payload },
      ])
        await expect(maker.jpeg(frame)).rejects.toMatchObject({ code: "picture-failed" });
      expect(jpegFrame(await maker.jpeg({ format, payload }))).toBeDefined();
    });

    it("survives damaged key frames", async () => {
      const random = seededRandom(1);
      let made = 0;
      for (let round = 0; round < 10; round++)
        for (const recorded of names) {
          const { format, payload } = recordedKeyFrame(recorded);
          try {
            await maker.jpeg({ format, payload: payload.map((unit) => mutate(unit, random)) });
            made++;
          } catch (error) {
            expect(error).toBeInstanceOf(CodedError);
            expect(error).toMatchObject({ code: "picture-failed" });
          }
        }
      expect(made).toBeGreaterThan(0);
      expect(jpegFrame(await maker.jpeg(recordedKeyFrame("h265-main")))).toBeDefined();
    });
  });
}
