import { describe, expect, it } from "vitest";
import { speakerFormats } from "#speaker/formats";
import type { MediaFormat } from "#codec/format";
import type { SourceUnit } from "#media/access-unit";
import { FileSink, type FileLimits } from "#speaker/file-sink";
import { FakeClock } from "../../support/fake-clock.js";
import { FakeFiles } from "../../support/fake-files.js";
import { rtpPacket } from "../../support/relay-packets.js";
import { keepingLogger, type LogLine } from "../../support/rtsp-client.js";

const [pcmu] = speakerFormats(["G711U"], { sampleRate: 8000, channels: 1 });
const [opus] = speakerFormats(["OPUS"], { sampleRate: 8000, channels: 1 });
const folder = "/srv/talks";

interface Stage {
  readonly clock: FakeClock;
  readonly files: FakeFiles;
  readonly log: readonly LogLine[];
  readonly sink: FileSink;
}

function aStage(limits?: FileLimits): Stage {
  const clock = new FakeClock();
  const files = new FakeFiles(clock);
  const log: LogLine[] = [];
  return { clock, files, log, sink: new FileSink(folder, files, clock, keepingLogger(log), limits) };
}

const unit = (pts: number, bytes = 160): SourceUnit => ({
  track: 0,
  pts,
  wallMs: 0,
  randomAccess: true,
  payload: [],
  packets: [rtpPacket(Buffer.alloc(bytes, 0xff), { type: 0 })],
});

function must(format: MediaFormat | undefined): MediaFormat {
  if (!format) throw new Error("no format");
  return format;
}

/** A talk of so many packets. */
async function talk({ sink }: Stage, packets: number, format = must(pcmu), bytes = 160): Promise<void> {
  const out = sink.begin(format);
  for (let index = 0; index < packets; index++) {
    out.write(unit(index * bytes, bytes));
    await new Promise((turn) => void setImmediate(turn));
  }
  out.end();
}

describe("a talk that is kept as a file", () => {
  it("is a WAV file of its own, named by the time, that only the owner may read", async () => {
    const stage = aStage();
    await talk(stage, 10);
    await stage.clock.advance(1000);
    await talk(stage, 3);
    await stage.sink.close();
    const names = await stage.files.list(folder);
    expect(names).toHaveLength(2);
    for (const name of names) expect(name).toMatch(/^talk-\d{8}-\d{6}-\d{3}\.wav$/);
    expect(names.map((name) => stage.files.bytes(`${folder}/${name}`)?.length)).toEqual([44 + 3200, 44 + 960]);
    expect(stage.files.mode(`${folder}/${names[0]}`)).toBe(0o600);
  });

  it("is Ogg for Opus", async () => {
    const stage = aStage();
    await talk(stage, 5, must(opus));
    await stage.sink.close();
    const [name = ""] = await stage.files.list(folder);
    expect([name.slice(-4), stage.files.bytes(`${folder}/${name}`)?.toString("latin1", 0, 4)]).toEqual([
      ".ogg",
      "OggS",
    ]);
  });

  it.each([
    ["create", "EACCES", 0],
    ["writeAt", "ENOSPC", 1],
    ["makeDirectory", "EROFS", 0],
  ] as const)(
    "that cannot be kept (%s: %s) costs one line of the log, and the next one is kept",
    async (operation, code, left) => {
      const stage = aStage();
      stage.files.failNext(operation, code);
      await talk(stage, 10);
      await stage.clock.advance(1000);
      await talk(stage, 10);
      await stage.sink.close();
      expect(stage.log.filter(({ level }) => level === "warn")).toMatchObject([
        {
          message: "the talk cannot be kept, or not to its end",
          facts: { reason: expect.stringContaining(code) as string },
        },
      ]);
      expect(await stage.files.list(folder)).toHaveLength(left + 1);
    },
  );

  it("that fills the disk half-way has its length in the header all the same", async () => {
    const stage = aStage();
    const out = stage.sink.begin(must(pcmu));
    for (let index = 0; index < 20; index++) {
      if (index === 10) stage.files.failNext("writeAt", "ENOSPC");
      out.write(unit(index * 160));
      for (let turns = 0; turns < 5; turns++) await new Promise((turn) => void setImmediate(turn));
    }
    out.end();
    await stage.sink.close();
    const [name = ""] = await stage.files.list(folder);
    const wave = stage.files.bytes(`${folder}/${name}`) ?? Buffer.alloc(0);
    expect([wave.length, wave.readUInt32LE(40)]).toEqual([44 + 3200, 3200]);
  });

  it("does not grow beyond its limit, and has its length in the header", async () => {
    const stage = aStage({ maxFileBytes: 10_000, maxFiles: 50 });
    await talk(stage, 100);
    await stage.sink.close();
    const [name = ""] = await stage.files.list(folder);
    const wave = stage.files.bytes(`${folder}/${name}`) ?? Buffer.alloc(0);
    expect([wave.length, wave.readUInt32LE(40)]).toEqual([44 + 31 * 320, 31 * 320]);
    expect(stage.log.filter(({ level }) => level === "warn")).toHaveLength(1);
  });

  it("makes room: of 50 files the oldest goes, and no file of others", async () => {
    const stage = aStage();
    const old = (number: number): string => `talk-20200101-000000-${String(number).padStart(3, "0")}.wav`;
    for (let number = 0; number < 52; number++) stage.files.set(`${folder}/${old(number)}`, "x");
    stage.files.set(`${folder}/my-talk.wav`, "x");
    await talk(stage, 1);
    await stage.sink.close();
    const names = await stage.files.list(folder);
    expect(names).toHaveLength(51);
    expect([names.includes("my-talk.wav"), names.includes(old(2)), names.includes(old(3))]).toEqual([
      true,
      false,
      true,
    ]);
  });
});
