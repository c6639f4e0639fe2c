import { describe, expect, it } from "vitest";
import { noFilter } from "#events/filter";
import { EventHub } from "#events/hub";
import type { SubscriptionLimits } from "#events/subscription";
import { Subscriptions, usualLimits } from "#events/subscriptions";
import { silentLogger } from "#util/log";
import { codeOf } from "../../support/a-device.js";
import { eventTypes, motion } from "../../support/event-types.js";
import { fakeHost } from "../../support/fake-host.js";
import { aRecordingLogger } from "../../support/recording-logger.js";

const limits: SubscriptionLimits = { ...usualLimits, maxPullPoints: 3, capacity: 5 };

const some = (log = silentLogger) => {
  const { clock, entropy } = fakeHost();
  const hub = new EventHub(eventTypes, () => clock.now());
  return { clock, hub, subscriptions: new Subscriptions(hub, clock, entropy, limits, log) };
};
const live = new AbortController().signal;

describe("subscriptions", () => {
  it("are found by ids that nobody guesses, each of its own", () => {
    const { subscriptions } = some();
    const ids = [1, 2, 3].map(() => subscriptions.createPullPoint({ filter: noFilter }).id);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) {
      expect(id).toMatch(/^[\w-]{16}$/);
      expect(subscriptions.get(id).id).toBe(id);
    }
    expect(codeOf(() => subscriptions.get("x"))).toBe("subscription-unknown");
    expect(codeOf(() => subscriptions.get("constructor"))).toBe("subscription-unknown");
  });

  it("live as long as was asked for, or a minute", async () => {
    const { clock, subscriptions } = some();
    const short = subscriptions.createPullPoint({ filter: noFilter, lifeMs: 10_000 });
    const usual = subscriptions.createPullPoint({ filter: noFilter });
    expect([short.remainingMs, usual.remainingMs]).toEqual([10_000, 60_000]);
    await clock.advance(9_999);
    expect(subscriptions.size).toBe(2);
    await clock.advance(1);
    expect(codeOf(() => subscriptions.get(short.id))).toBe("subscription-unknown");
    await clock.advance(50_000);
    expect(subscriptions.size).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it("do not notice that wall time jumps", async () => {
    const { clock, subscriptions } = some();
    subscriptions.createPullPoint({ filter: noFilter, lifeMs: 10_000 });
    clock.setWall(clock.now() + 86_400_000);
    await clock.advance(9_999);
    expect(subscriptions.size).toBe(1);
  });

  it("are renewed for longer and for shorter", async () => {
    const { clock, subscriptions } = some();
    const one = subscriptions.createPullPoint({ filter: noFilter, lifeMs: 10_000 });
    await clock.advance(9_000);
    one.renew(30_000);
    await clock.advance(29_000);
    one.renew(2_000);
    expect(one.remainingMs).toBe(2_000);
    await clock.advance(1_999);
    expect(subscriptions.size).toBe(1);
    await clock.advance(1);
    expect(subscriptions.size).toBe(0);
  });

  it.each([999, 0, -5_000, 86_400_001, NaN])("may not live for %s ms", (lifeMs) => {
    const { subscriptions } = some();
    expect(codeOf(() => subscriptions.createPullPoint({ filter: noFilter, lifeMs }))).toBe("unacceptable-life");
    const one = subscriptions.createPullPoint({ filter: noFilter });
    expect(codeOf(() => one.renew(lifeMs))).toBe("unacceptable-life");
    expect([subscriptions.size, one.remainingMs]).toEqual([1, 60_000]);
  });

  it("are refused when there is no room, until one has ended", async () => {
    const { clock, subscriptions } = some();
    const [first] = [1, 2, 3].map(() => subscriptions.createPullPoint({ filter: noFilter, lifeMs: 20_000 }));
    const another = () => subscriptions.createPullPoint({ filter: noFilter, lifeMs: 20_000 });
    expect(codeOf(another)).toBe("too-many-subscriptions");
    first?.unsubscribe();
    expect(codeOf(another)).toBeUndefined();
    await clock.advance(20_000);
    expect([1, 2, 3].map(() => codeOf(another))).toEqual([undefined, undefined, undefined]);
  });

  it("are kept alive by a pull: while it waits, and for its timeout or their life after it", async () => {
    const { clock, subscriptions } = some();
    const one = subscriptions.createPullPoint({ filter: noFilter, lifeMs: 10_000 });
    const long = one.pull(1, 25_000, live);
    await clock.advance(25_000);
    expect(await long).toEqual([]);
    expect(one.remainingMs).toBe(25_000);
    await clock.advance(20_000);
    const short = one.pull(1, 1_000, live);
    await clock.advance(1_000);
    await short;
    expect(one.remainingMs).toBe(10_000);
    await clock.advance(10_000);
    expect(subscriptions.size).toBe(0);
  });

  it("of a client that goes in the middle of a pull end after their own life", async () => {
    const { clock, subscriptions } = some();
    const one = subscriptions.createPullPoint({ filter: noFilter, lifeMs: 10_000 });
    const gone = new AbortController();
    const pull = one.pull(1, 500_000, gone.signal);
    await clock.advance(100_000);
    gone.abort();
    expect(await pull).toEqual([]);
    expect(one.remainingMs).toBe(10_000);
  });

  it("refuse a pull that would wait for too long", async () => {
    const { subscriptions } = some();
    const one = subscriptions.createPullPoint({ filter: noFilter });
    await expect(one.pull(1, limits.maxPullMs + 1, live)).rejects.toMatchObject({
      code: "pull-too-long",
      context: { maxMs: 600_000, maxMessages: 5 },
    });
  });

  it("end when unsubscribed, and only they", async () => {
    const { clock, hub, subscriptions } = some();
    const [one, other] = [1, 2].map(() => subscriptions.createPullPoint({ filter: noFilter }));
    const pull = expect(one?.pull(1, 20_000, live)).rejects.toMatchObject({ code: "subscription-unknown" });
    await clock.settle();
    one?.unsubscribe();
    one?.unsubscribe();
    await pull;
    hub.publish(motion, { Source: "1" }, { State: true });
    expect(await other?.pull(10, 0, live)).toHaveLength(1);
    expect(subscriptions.size).toBe(1);
  });

  it("end all together, without a timer left", async () => {
    const { clock, subscriptions } = some();
    const waiting = expect(
      subscriptions.createPullPoint({ filter: noFilter }).pull(1, 20_000, live),
    ).rejects.toMatchObject({ code: "subscription-unknown" });
    subscriptions.createPullPoint({ filter: noFilter });
    await subscriptions.close();
    await subscriptions.close();
    await waiting;
    expect([subscriptions.size, clock.pendingTimers]).toEqual([0, 0]);
  });

  it("that have lost events say so when they end", async () => {
    const { log, lines } = aRecordingLogger();
    const { clock, hub, subscriptions } = some(log);
    const one = subscriptions.createPullPoint({ filter: noFilter });
    for (let number = 0; number < 8; number++) hub.publish(motion, { Source: String(number) }, { State: true });
    await clock.advance(60_000);
    expect(lines).toEqual([
      {
        level: "warn",
        message: "a subscription has lost events: its client was slow",
        facts: { subscription: one.id, lost: 3 },
      },
    ]);
  });

  it("reach a thousand pull points with one event, some at a time", async () => {
    const { clock, entropy } = fakeHost();
    const hub = new EventHub(eventTypes, () => clock.now());
    const many = new Subscriptions(hub, clock, entropy, { ...limits, maxPullPoints: 1000 }, silentLogger);
    const pulls = Array.from({ length: 1000 }, () =>
      many.createPullPoint({ filter: noFilter }).pull(1, 60_000, new AbortController().signal),
    );
    await clock.settle();
    hub.publish(motion, { Source: "1" }, { State: true });
    let served = 0;
    for (const one of pulls) void one.then(() => served++);
    await clock.settle();
    expect(served).toBeLessThan(100);
    await clock.advance(100);
    expect((await Promise.all(pulls)).flat()).toHaveLength(1000);
  });
});
