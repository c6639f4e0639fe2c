import { describe, expect, it } from "vitest";
import type { SourceUnit } from "#media/access-unit";
import type { MediaDescription } from "#media/description";
import { speakerFormats } from "#speaker/formats";
import { PathSink, type SoundStream } from "#speaker/path-sink";
import { Refusal } from "#util/errors";
import { keepingLogger, type LogLine } from "../../support/rtsp-client.js";

const [pcmu] = speakerFormats(["G711U"], { sampleRate: 8000, channels: 1 });
const talker = { username: undefined, address: "192.0.2.20" };
const unit = (pts: number): SourceUnit => ({ track: 0, pts, wallMs: 0, randomAccess: true, payload: [Buffer.of(1)] });
const settle = (): Promise<void> => new Promise((turn) => void setImmediate(turn));

class FakeStream implements SoundStream {
  descriptions: MediaDescription[] = [];
  pts: number[] = [];
  endings: string[] = [];
  describe(description: MediaDescription): void {
    this.descriptions.push(description);
  }
  write(one: SourceUnit): void {
    this.pts.push(one.pts);
  }
  end(reason: string): void {
    this.endings.push(reason);
  }
}

interface Stage {
  readonly sink: PathSink;
  readonly stream: FakeStream;
  readonly log: readonly LogLine[];
  ended: (reason: string) => void;
}

function aStage(refusal?: Refusal): Stage {
  const log: LogLine[] = [];
  const stream = new FakeStream();
  const stage: Stage = {
    sink: new PathSink(
      "talk",
      (name, ended) => {
        stage.ended = ended;
        return refusal ? Promise.reject(refusal) : Promise.resolve(name === "talk" ? stream : new FakeStream());
      },
      keepingLogger(log),
    ),
    stream,
    log,
    ended: () => {},
  };
  return stage;
}

describe("a talk that becomes a stream", () => {
  if (!pcmu) throw new Error("no format");

  it("is published under the name, with what came before the name was there, from time 0 on", async () => {
    const { sink, stream } = aStage();
    const out = sink.begin(pcmu, talker);
    out.write(unit(800));
    await settle();
    out.write(unit(960));
    out.end();
    out.write(unit(1120));
    expect(stream.descriptions).toEqual([
      { title: "Talk of 192.0.2.20", tracks: [{ format: pcmu, direction: "recvonly" }] },
    ]);
    expect([stream.pts, stream.endings]).toEqual([[0, 160], ["the talk has ended"]]);
  });

  it("gives the name back when it is over before it was there", async () => {
    const { sink, stream } = aStage();
    const out = sink.begin(pcmu, talker);
    out.write(unit(0));
    out.end();
    await settle();
    expect([stream.pts, stream.endings]).toEqual([[0], ["the talk has ended"]]);
  });

  it("goes nowhere when somebody else takes the name", async () => {
    const stage = aStage();
    const out = stage.sink.begin(pcmu, talker);
    await settle();
    stage.ended("another publisher has taken over");
    out.write(unit(0));
    out.end();
    expect([stage.stream.pts, stage.stream.endings]).toEqual([[], ["another publisher has taken over"]]);
  });

  it("says once that it cannot have the name", async () => {
    const { sink, log } = aStage(new Refusal("publish-taken", "somebody publishes under the name"));
    const out = sink.begin(pcmu, talker);
    await settle();
    out.write(unit(0));
    out.end();
    expect(log).toMatchObject([
      { level: "warn", facts: { path: "talk", reason: "somebody publishes under the name" } },
    ]);
  });
});
