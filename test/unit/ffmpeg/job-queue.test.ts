import { describe, expect, it } from "vitest";
import { JobQueue } from "#ffmpeg/job-queue";

/** Jobs that end when the test says so. */
const bench = (): { begun: number[]; job: (n: number) => () => Promise<number>; end: (n: number) => void } => {
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  return {
    begun,
    job: (n) => () => {
      begun.push(n);
      return new Promise((done) => ends.set(n, () => done(n)));
    },
    end: (n) => ends.get(n)?.(),
  };
};

const settled = (): Promise<void> => new Promise((done) => void setImmediate(done));

describe("a job queue", () => {
  it("runs so many at once, the others in order", async () => {
    const { begun, job, end } = bench();
    const queue = new JobQueue(2, 10);
    const all = [1, 2, 3, 4].map((n) => queue.run(job(n)));
    await settled();
    expect(begun).toEqual([1, 2]);
    end(2);
    await settled();
    expect(begun).toEqual([1, 2, 3]);
    for (const n of [1, 3]) end(n);
    await settled();
    end(4);
    expect(await Promise.all(all)).toEqual([1, 2, 3, 4]);
  });

  it("refuses more than may wait, and goes on after a job that failed", async () => {
    const { job, end } = bench();
    const queue = new JobQueue(1, 1);
    const first = queue.run(job(1));
    const failing = queue.run(() => Promise.reject(new Error("failed")));
    await expect(queue.run(job(3))).rejects.toMatchObject({ code: "picture-busy" });
    end(1);
    expect(await first).toBe(1);
    await expect(failing).rejects.toThrow("failed");
    const last = queue.run(job(4));
    await settled();
    end(4);
    expect(await last).toBe(4);
  });

  it("at close lets what runs end, refuses what waits and what comes", async () => {
    const { begun, job, end } = bench();
    const queue = new JobQueue(1, 5);
    const running = queue.run(job(1));
    const waiting = queue.run(job(2));
    let closed = false;
    const closing = queue.close().then(() => (closed = true));
    await expect(waiting).rejects.toMatchObject({ code: "picture-busy" });
    await expect(queue.run(job(3))).rejects.toMatchObject({ code: "picture-busy" });
    expect(closed).toBe(false);
    end(1);
    expect(await running).toBe(1);
    await closing;
    await queue.close();
    expect(begun).toEqual([1]);
  });

  it("closes at once when nothing runs", async () => {
    await new JobQueue(1, 1).close();
  });
});
