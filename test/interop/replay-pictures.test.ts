import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeHost } from "#host/node";
import type { ReplayOrder } from "#media/replay-order";
import { selectUnits } from "#media/replay-selection";
import type { RecordedUnit } from "#media/replay-source";
import { ClipLibrary } from "#sources/clip-library";
import { FileReplay } from "#sources/file-replay";
import { silentLogger } from "#util/log";
import { ffmpeg, hashesIn, picturesOf } from "../support/frame-hashes.js";
import { needs } from "../support/needs.js";
import { missing } from "../support/scene.js";

const startCode = Buffer.from("00000001", "hex");

describe.runIf(needs("ffmpeg", missing("ffmpeg")))("what a replay chooses, decoded by ffmpeg", () => {
  const folder = mkdtempSync(join(tmpdir(), "onvifrtspserver-pictures-"));
  const file = join(folder, "pyramid.mp4");
  let pictures: readonly string[];
  beforeAll(async () => {
    const encoding = ["-c:v", "libx264", "-g", "25", "-bf", "3", "-x264-params", "b-pyramid=normal:scenecut=0"];
    await ffmpeg(["-f", "lavfi", "-i", "testsrc2=s=160x120:r=25", "-t", "6", ...encoding, file]);
    pictures = await picturesOf(file);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function chosen(order: Partial<ReplayOrder>): Promise<RecordedUnit[]> {
    const host = nodeHost();
    const clip = await new ClipLibrary(host.files, host.clock, silentLogger).open(file);
    const replay = new FileReplay(clip, { title: "pyramid", startMs: 0, loops: 1 });
    const units: RecordedUnit[] = [];
    const whole: ReplayOrder = { fromMs: 0, scale: 1, speed: 1, paced: false, frames: { kind: "all" } };
    for await (const part of selectUnits(replay, { ...whole, ...order }, new Set([0])))
      units.push(...part.map(({ unit }) => unit));
    await replay.close();
    return units;
  }

  /** The pictures that ffmpeg makes of units; it fails at the first that cannot be decoded. */
  async function decoded(units: readonly RecordedUnit[], name: string): Promise<string[]> {
    const host = nodeHost();
    const clip = await new ClipLibrary(host.files, host.clock, silentLogger).open(file);
    const sets = clip.formats[0]?.parameterSets ?? [];
    await clip.close();
    const nals = units.flatMap(({ payload, randomAccess }) => (randomAccess ? [...sets, ...payload] : payload));
    const path = join(folder, `${name}.h264`);
    writeFileSync(path, Buffer.concat(nals.flatMap((nal) => [startCode, nal])));
    const strict = ["-xerror", "-err_detect", "explode", "-i", path, "-fps_mode", "passthrough", "-f", "framemd5", "-"];
    return hashesIn((await ffmpeg(strict)).toString());
  }

  it("is all of it", async () => {
    expect(await decoded(await chosen({}), "all")).toEqual(pictures);
  });

  it("without the pictures that no other needs, none of the others is damaged", async () => {
    const units = await chosen({ frames: { kind: "predicted" } });
    expect(units.length).toBeLessThan(pictures.length * 0.7);
    const order = (await decoded(units, "predicted")).map((hash) => pictures.indexOf(hash));
    expect(order).toHaveLength(units.length);
    expect(order.every((number, index) => number > (order[index - 1] ?? -1))).toBe(true);
  });

  it("backwards has the groups in reverse and each of them whole", async () => {
    const order = (await decoded(await chosen({ fromMs: 1e7, scale: -1 }), "backward")).map((hash) =>
      pictures.indexOf(hash),
    );
    const groups = Array.from({ length: 6 }, (_, group) =>
      Array.from({ length: 25 }, (__, index) => group * 25 + index),
    );
    expect(order).toEqual(groups.toReversed().flat());
  });

  it("up to a time has every picture that is shown before it", async () => {
    for (const number of [30, 31, 32, 33, 34]) {
      const units = await chosen({ untilMs: number * 40 });
      const read = await decoded(units, `until-${number}`);
      expect(read.slice(0, number + 1)).toEqual(pictures.slice(0, number + 1));
      expect(read.length).toBeLessThan(number + 5);
    }
  });
});
