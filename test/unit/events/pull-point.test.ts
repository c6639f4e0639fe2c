import { describe, expect, it } from "vitest";
import type { Notification } from "#events/notification";
import { PullPoint } from "#events/pull-point";
import { Turns } from "#events/turns";
import { onvifTopic } from "#events/topic";
import { FakeClock } from "../../support/fake-clock.js";

const event = (number: number): Notification => ({ topic: onvifTopic("A"), utcMs: number, source: [], data: [] });

const aPullPoint = (capacity = 10) => {
  const clock = new FakeClock();
  return { clock, point: new PullPoint(clock, capacity, new Turns(clock)) };
};

/** What a pull has come to so far: numbers of the events, the code of a refusal, or nothing yet. */
const pulling = (point: PullPoint, limit: number, timeoutMs: number, signal = new AbortController().signal) => {
  const outcome: { result?: readonly number[]; code?: string } = {};
  point.pull(limit, timeoutMs, signal).then(
    (events) => (outcome.result = events.map(({ utcMs }) => utcMs)),
    (error: unknown) => (outcome.code = error instanceof Error && "code" in error ? String(error.code) : "?"),
  );
  return outcome;
};

describe("a pull point", () => {
  it("answers at once with what is queued, up to the limit, and keeps the rest", async () => {
    const { clock, point } = aPullPoint();
    [1, 2, 3].forEach((number) => point.deliver(event(number)));
    const first = pulling(point, 2, 60_000);
    await clock.settle();
    expect(first).toEqual({ result: [1, 2] });
    const second = pulling(point, 2, 60_000);
    await clock.settle();
    expect(second).toEqual({ result: [3] });
  });

  it("answers empty exactly at the timeout", async () => {
    const { clock, point } = aPullPoint();
    const pull = pulling(point, 10, 20_000);
    await clock.advance(19_999);
    expect(pull).toEqual({});
    await clock.advance(1);
    expect(pull).toEqual({ result: [] });
    expect(clock.pendingTimers).toBe(0);
  });

  it("answers a pull that waits with the first event and all that come up with it", async () => {
    const { clock, point } = aPullPoint();
    const pull = pulling(point, 2, 20_000);
    await clock.advance(5_000);
    [1, 2, 3].forEach((number) => point.deliver(event(number)));
    await clock.settle();
    expect(pull).toEqual({ result: [1, 2] });
    expect(clock.pendingTimers).toBe(0);
  });

  it("does not wait when it is not to", async () => {
    const { clock, point } = aPullPoint();
    const pull = pulling(point, 2, 0);
    await clock.advance(0);
    expect(pull).toEqual({ result: [] });
  });

  it("refuses a second pull while one waits, which goes on waiting", async () => {
    const { clock, point } = aPullPoint();
    const first = pulling(point, 1, 20_000);
    await clock.advance(1_000);
    const second = pulling(point, 1, 20_000);
    await clock.settle();
    expect(second).toEqual({ code: "pull-already-waits" });
    point.deliver(event(1));
    await clock.settle();
    expect(first).toEqual({ result: [1] });
  });

  it("loses the oldest events when it is full, and counts them", async () => {
    const { clock, point } = aPullPoint(3);
    [1, 2, 3, 4, 5].forEach((number) => point.deliver(event(number)));
    const pull = pulling(point, 10, 0);
    await clock.settle();
    expect(pull).toEqual({ result: [3, 4, 5] });
    expect(point.lost).toBe(2);
  });

  it("keeps its events when the client goes before they are there", async () => {
    const { clock, point } = aPullPoint();
    const gone = new AbortController();
    const pull = pulling(point, 10, 20_000, gone.signal);
    await clock.advance(1_000);
    gone.abort();
    point.deliver(event(1));
    await clock.settle();
    expect(pull).toEqual({ result: [] });
    expect(clock.pendingTimers).toBe(0);
    const next = pulling(point, 10, 20_000);
    await clock.settle();
    expect(next).toEqual({ result: [1] });
  });

  it("does not begin to wait for a client that has gone", async () => {
    const { clock, point } = aPullPoint();
    const pull = pulling(point, 10, 20_000, AbortSignal.abort());
    await clock.settle();
    expect(pull).toEqual({ result: [] });
  });

  it("refuses a pull that waits when it is closed, and those that come later", async () => {
    const { clock, point } = aPullPoint();
    const waiting = pulling(point, 10, 20_000);
    await clock.advance(1_000);
    point.close();
    const later = pulling(point, 10, 20_000);
    await clock.advance(20_000);
    expect(waiting).toEqual({ code: "subscription-unknown" });
    expect(later.code).toBeDefined();
    expect(clock.pendingTimers).toBe(0);
  });
});
