import { describe, expect, it } from "vitest";
import type { Notification } from "#events/notification";
import { PushQueue } from "#events/push-queue";
import { onvifTopic } from "#events/topic";
import { FakeClock } from "../../support/fake-clock.js";

const event = (number: number): Notification => ({ topic: onvifTopic("A"), utcMs: number, source: [], data: [] });

/** A queue whose client takes a batch when the test says so. */
const aQueue = (capacity = 1000) => {
  const clock = new FakeClock();
  const carried: number[][] = [];
  const givenUp: unknown[] = [];
  let answer: (() => Promise<void>) | undefined;
  const scene = {
    clock,
    carried,
    givenUp,
    /** What becomes of what is carried; it is taken unless set. */
    set answer(value: () => Promise<void>) {
      answer = value;
    },
    queue: new PushQueue(
      clock,
      capacity,
      (notifications) => {
        carried.push(notifications.map(({ utcMs }) => utcMs));
        return answer?.() ?? Promise.resolve();
      },
      (error) => givenUp.push(error),
    ),
  };
  return scene;
};

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
const refused = (): Promise<void> => Promise.reject(new Error("refused"));

describe("a push queue", () => {
  it("carries at once what comes up together", async () => {
    const { clock, carried, queue } = aQueue();
    [1, 2, 3].forEach((number) => queue.deliver(event(number)));
    expect(carried).toEqual([]);
    await clock.settle();
    queue.deliver(event(4));
    await clock.settle();
    expect(carried).toEqual([[1, 2, 3], [4]]);
  });

  it("carries one batch after the other, in order, each of 100 at most", async () => {
    const scene = aQueue();
    let release = (): void => {};
    scene.answer = () => new Promise((resolve) => (release = resolve));
    numbers(1, 250).forEach((number) => scene.queue.deliver(event(number)));
    await scene.clock.settle();
    expect(scene.carried).toEqual([numbers(1, 100)]);
    for (let batches = 0; batches < 3; batches++) {
      release();
      await scene.clock.settle();
    }
    expect(scene.carried).toEqual([numbers(1, 100), numbers(101, 200), numbers(201, 250)]);
  });

  it("tries the same batch again after 1, 2, 4 and 8 s, and then gives up", async () => {
    const scene = aQueue();
    scene.answer = refused;
    scene.queue.deliver(event(1));
    await scene.clock.settle();
    for (const [seconds, attempts] of [
      [1, 2],
      [2, 3],
      [4, 4],
      [8, 5],
    ] as const) {
      await scene.clock.advance(seconds * 1_000 - 1);
      expect(scene.carried).toHaveLength(attempts - 1);
      await scene.clock.advance(1);
      expect(scene.carried).toHaveLength(attempts);
    }
    expect(scene.givenUp).toHaveLength(1);
    expect(scene.carried).toEqual(Array.from({ length: 5 }, () => [1]));
    expect(scene.clock.pendingTimers).toBe(0);
  });

  it("takes it for a failure when carrying breaks at once", async () => {
    const scene = aQueue();
    scene.answer = () => {
      throw new Error("broken");
    };
    scene.queue.deliver(event(1));
    await scene.clock.advance(15_000);
    expect([scene.carried.length, scene.givenUp.length]).toEqual([5, 1]);
  });

  it("goes on with what came meanwhile when the client takes it again", async () => {
    const scene = aQueue();
    scene.answer = refused;
    scene.queue.deliver(event(1));
    await scene.clock.settle();
    scene.queue.deliver(event(2));
    scene.answer = () => Promise.resolve();
    await scene.clock.advance(1_000);
    expect(scene.carried).toEqual([[1], [1], [2]]);
    expect(scene.givenUp).toEqual([]);
  });

  it("loses the oldest when it is full, and counts them", async () => {
    const scene = aQueue(3);
    let release = (): void => {};
    scene.answer = () => new Promise((resolve) => (release = resolve));
    scene.queue.deliver(event(1));
    await scene.clock.settle();
    numbers(2, 6).forEach((number) => scene.queue.deliver(event(number)));
    release();
    await scene.clock.settle();
    expect(scene.carried).toEqual([[1], [4, 5, 6]]);
    expect(scene.queue.lost).toBe(2);
  });

  it("carries nothing more when it is closed, resting or busy", async () => {
    const scene = aQueue();
    scene.answer = refused;
    scene.queue.deliver(event(1));
    await scene.clock.settle();
    scene.queue.close();
    await scene.clock.advance(60_000);
    expect([scene.carried.length, scene.givenUp.length, scene.clock.pendingTimers]).toEqual([1, 0, 0]);

    const busy = aQueue();
    let fail = (): void => {};
    busy.answer = () => new Promise((_, reject) => (fail = () => reject(new Error("late"))));
    busy.queue.deliver(event(1));
    await busy.clock.settle();
    busy.queue.deliver(event(2));
    busy.queue.close();
    fail();
    await busy.clock.advance(60_000);
    expect([busy.carried.length, busy.givenUp.length]).toEqual([1, 0]);
  });
});
