import { describe, expect, it } from "vitest";
import type { SourceUnit } from "#media/access-unit";
import { DeviceSink } from "#speaker/device-sink";
import { speakerFormats, type SpeakerCodec } from "#speaker/formats";
import { FakeClock } from "../../support/fake-clock.js";
import { FakeProcesses } from "../../support/fake-processes.js";
import { rtpPacket } from "../../support/relay-packets.js";
import { keepingLogger, type LogLine } from "../../support/rtsp-client.js";

const DEVICES = [
  "Devices:",
  " D. = Demuxing supported",
  " .E = Muxing supported",
  " --",
  "  E caca            caca (color ASCII art) output device",
  " D  jack            JACK Audio Connection Kit",
  " DE oss             OSS (Open Sound System) playback",
  " DE pulse           Pulse audio output",
].join("\n");

const unit: SourceUnit = {
  track: 0,
  pts: 0,
  wallMs: 0,
  randomAccess: true,
  payload: [],
  packets: [rtpPacket(Buffer.alloc(160, 0xff), { type: 0 })],
};

const settle = async (): Promise<void> => {
  for (let turns = 0; turns < 10; turns++) await new Promise((turn) => void setImmediate(turn));
};

interface Stage {
  readonly processes: FakeProcesses;
  readonly sink: DeviceSink;
  readonly warnings: () => readonly unknown[];
}

function aStage(device = "", ffmpeg = "auto", devices = DEVICES): Stage {
  const processes = new FakeProcesses(new FakeClock());
  processes.install("ffmpeg", () => ({ stdout: devices }));
  const log: LogLine[] = [];
  const sink = new DeviceSink(processes, { ffmpeg, device }, keepingLogger(log));
  return { processes, sink, warnings: () => log.map(({ facts }) => facts["reason"]) };
}

describe("a talk that is played on a sound device", () => {
  const [pcmu] = speakerFormats(["G711U"], { sampleRate: 8000, channels: 1 });
  if (!pcmu) throw new Error("no format");

  it("goes to FFmpeg as it comes, on a sound system that it has, and ends with the talk", async () => {
    const { processes, sink, warnings } = aStage();
    const out = sink.begin(pcmu);
    out.write(unit);
    out.write({ ...unit, pts: 160 });
    await settle();
    const [player] = processes.started;
    expect(player?.args.slice(-6)).toEqual(["1", "-i", "pipe:0", "-f", "pulse", "default"]);
    expect(Buffer.concat(player?.written ?? [])).toHaveLength(2 * 320);
    expect(player?.hasEnded).toBe(false);
    out.end();
    await sink.close();
    expect([player?.hasEnded, Buffer.concat(player?.written ?? []).length, warnings()]).toEqual([true, 640, []]);
  });

  it.each<[SpeakerCodec, string]>([
    ["G711A", "-f s16le -ar 8000 -ac 1 -i pipe:0"],
    ["G722", "-f g722 -i pipe:0"],
    ["G726", "-f g726 -code_size 4 -i pipe:0"],
    ["OPUS", "-f ogg -i pipe:0"],
    ["AAC", "-f aac -i pipe:0"],
  ])("comes to FFmpeg without a header that it reads behind for long: %s", async (codec, expected) => {
    const { processes, sink } = aStage("alsa");
    const [format] = speakerFormats([codec], { sampleRate: 8000, channels: 1 });
    if (format) sink.begin(format).end();
    await sink.close();
    expect(processes.started[0]?.args.join(" ")).toContain(expected);
  });

  it.each([
    ["alsa:plughw:1,0", ["alsa", "plughw:1,0"]],
    ["alsa", ["alsa", "default"]],
  ])("goes to the device that is wanted: %s", async (device, expected) => {
    const { processes, sink } = aStage(device);
    sink.begin(pcmu).end();
    await sink.close();
    expect(processes.started[0]?.args.slice(-2)).toEqual(expected);
  });

  it.each<[string, Stage, RegExp]>([
    ["without FFmpeg", aStage("", "ffmpeg7"), /there is no ffmpeg7/],
    ["where FFmpeg is not wanted", aStage("", "none"), /<ffmpeg> is none/],
    ["where FFmpeg knows no sound system", aStage("", "auto", "Devices:"), /no sound system/],
  ])("cannot be played %s: the log says why, once, and the talk goes on", async (_, { sink, warnings }, reason) => {
    const out = sink.begin(pcmu);
    for (let packet = 0; packet < 100; packet++) out.write(unit);
    await settle();
    out.write(unit);
    out.end();
    await sink.close();
    expect(warnings()).toEqual([expect.stringMatching(reason)]);
  });

  it("ends when the device fails, which the log says, and the next talk tries again", async () => {
    const { processes, sink, warnings } = aStage("alsa");
    const out = sink.begin(pcmu);
    out.write(unit);
    await settle();
    processes.started[0]?.exit("exit status 1: cannot open audio device default");
    await settle();
    out.write(unit);
    out.end();
    sink.begin(pcmu).end();
    await sink.close();
    expect(warnings()).toEqual(["exit status 1: cannot open audio device default"]);
    expect(processes.started).toHaveLength(2);
  });

  it("leaves out what a device does not take in time", async () => {
    const { processes, sink } = aStage("alsa");
    const out = sink.begin(pcmu);
    out.write(unit);
    await settle();
    const [player] = processes.started;
    if (player) player.isFull = true;
    for (let packet = 0; packet < 1000; packet++) out.write(unit);
    await settle();
    out.end();
    await sink.close();
    expect(Buffer.concat(player?.written ?? [])).toHaveLength(320);
  });
});
