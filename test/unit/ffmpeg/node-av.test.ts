import { describe, expect, it } from "vitest";
import { NodeAvPictureMaker } from "#ffmpeg/node-av";
import { asAnswer } from "#ffmpeg/node-av-messages";
import { fakeHost, type FakeHost } from "../../support/fake-host.js";
import type { FakeWorker } from "../../support/fake-processes.js";
import { recordedKeyFrame } from "../../support/key-frames.js";

const jpeg = Buffer.from("ffd8ff00ffd9", "hex");
const frame = recordedKeyFrame("h265-main");
const answer = { kind: "jpeg", data: Uint8Array.from(jpeg) };

/** A maker whose worker starts well and treats each request as `inside` says. */
const maker = (
  inside: (worker: FakeWorker, request: unknown) => void,
): { host: FakeHost; pictures: NodeAvPictureMaker } => {
  const host = fakeHost();
  host.processes.onFork = (worker) => {
    worker.onReceive((request) => inside(worker, request));
    worker.reply({ kind: "ready", version: "8.1" });
  };
  return { host, pictures: new NodeAvPictureMaker(host) };
};

describe("the picture maker with node-av", () => {
  it("starts a worker at the first picture and keeps it", async () => {
    const { host, pictures } = maker((worker) => worker.reply(answer));
    expect(host.processes.workers).toHaveLength(0);
    expect(await pictures.jpeg({ ...frame, width: 320 })).toEqual(jpeg);
    expect(await pictures.jpeg(frame)).toEqual(jpeg);
    expect(host.processes.workers).toHaveLength(1);
    const [worker] = host.processes.workers;
    expect(worker?.module.pathname).toMatch(/\/ffmpeg\/node-av-worker\.js$/);
    expect(worker?.received).toMatchObject([
      { codec: "hevc", width: 320 },
      { codec: "hevc", width: undefined },
    ]);
    await pictures.close();
    expect(worker?.closed).toBe(true);
  });

  it("tells the version that was loaded", async () => {
    const { pictures } = maker(() => {});
    expect(await pictures.load()).toBe("8.1");
    await pictures.close();
  });

  it("has one picture in work at a time", async () => {
    const { host, pictures } = maker(() => {});
    const all = [pictures.jpeg(frame), pictures.jpeg(frame)];
    await host.clock.settle();
    const [worker] = host.processes.workers;
    expect(worker?.received).toHaveLength(1);
    worker?.reply(answer);
    await host.clock.settle();
    expect(worker?.received).toHaveLength(2);
    worker?.reply(answer);
    expect(await Promise.all(all)).toEqual([jpeg, jpeg]);
    await pictures.close();
  });

  it("repeats what the worker says of a frame that cannot be decoded, and keeps the worker", async () => {
    const { host, pictures } = maker((worker) => worker.reply({ kind: "failed", reason: "decode: invalid data" }));
    await expect(pictures.jpeg(frame)).rejects.toMatchObject({
      code: "picture-failed",
      message: expect.stringMatching(/decode: invalid data$/) as unknown,
    });
    await expect(pictures.jpeg(frame)).rejects.toMatchObject({ code: "picture-failed" });
    expect(host.processes.workers).toHaveLength(1);
    await pictures.close();
  });

  it("fails the picture whose worker crashes, and makes the next with a new one", async () => {
    let crashed = false;
    const { host, pictures } = maker((worker) => {
      if (crashed) worker.reply(answer);
      else worker.exit("signal SIGSEGV");
      crashed = true;
    });
    await expect(pictures.jpeg(frame)).rejects.toMatchObject({
      code: "picture-failed",
      message: expect.stringContaining("SIGSEGV") as unknown,
    });
    expect(await pictures.jpeg(frame)).toEqual(jpeg);
    expect(host.processes.workers).toHaveLength(2);
    await pictures.close();
  });

  it("ends a worker that takes more than five seconds, and makes the next with a new one", async () => {
    let slow = true;
    const { host, pictures } = maker((worker) => {
      if (!slow) worker.reply(answer);
      slow = false;
    });
    const late = expect(pictures.jpeg(frame)).rejects.toMatchObject({ code: "picture-timeout" });
    await host.clock.advance(5000);
    await late;
    expect(host.processes.workers[0]?.closed).toBe(true);
    expect(await pictures.jpeg(frame)).toEqual(jpeg);
    expect(host.processes.workers).toHaveLength(2);
    await pictures.close();
  });

  it("notices a worker that ended between two pictures", async () => {
    const { host, pictures } = maker((worker) => worker.reply(answer));
    await pictures.jpeg(frame);
    host.processes.workers[0]?.exit("signal SIGKILL");
    await host.clock.settle();
    expect(await pictures.jpeg(frame)).toEqual(jpeg);
    expect(host.processes.workers).toHaveLength(2);
    await pictures.close();
  });

  it("lets an idle worker go after a minute", async () => {
    const { host, pictures } = maker((worker) => worker.reply(answer));
    await pictures.jpeg(frame);
    await host.clock.advance(59_000);
    await pictures.jpeg(frame);
    await host.clock.advance(59_000);
    expect(host.processes.workers[0]?.closed).toBe(false);
    await host.clock.advance(1_000);
    expect(host.processes.workers[0]?.closed).toBe(true);
    expect(await pictures.jpeg(frame)).toEqual(jpeg);
    await pictures.close();
    expect(host.clock.pendingTimers).toBe(0);
  });

  it.each<[string, (worker: FakeWorker) => void, RegExp]>([
    [
      "the package is missing",
      (worker) => worker.reply({ kind: "unusable", reason: "Cannot find package" }),
      /find package/,
    ],
    ["the worker cannot start", (worker) => worker.exit("exit status 1: no such module"), /no such module/],
    ["the worker says nothing", () => {}, /more than 10000 ms/],
  ])("is missing when %s", async (_what, inside, message) => {
    const host = fakeHost();
    host.processes.onFork = inside;
    const pictures = new NodeAvPictureMaker(host);
    const missing = expect(pictures.load()).rejects.toMatchObject({
      code: "node-av-missing",
      message: expect.stringMatching(message) as unknown,
    });
    await host.clock.advance(10_000);
    await missing;
    await pictures.close();
  });

  it.each([[{ kind: "jpeg", data: new Uint8Array(9) }], [{ kind: "ready", version: "again" }]])(
    "does not take %j for a picture",
    async (wrong) => {
      const { pictures } = maker((worker) => worker.reply(wrong));
      await expect(pictures.jpeg(frame)).rejects.toMatchObject({ code: "picture-failed" });
      await pictures.close();
    },
  );

  it("fails what is in work when it is closed", async () => {
    const { host, pictures } = maker(() => {});
    const failed = expect(pictures.jpeg(frame)).rejects.toMatchObject({ code: "picture-failed" });
    await host.clock.settle();
    await pictures.close();
    await failed;
    await expect(pictures.jpeg(frame)).rejects.toMatchObject({ code: "picture-busy" });
  });
});

it.each([undefined, null, 5, "ready", {}, { kind: "other" }, { kind: "jpeg", data: "text" }, []])(
  "does not take %j for an answer",
  (message) => {
    expect(asAnswer(message)).toBeUndefined();
  },
);
