import { describe, expect, it } from "vitest";
import { bufferBegin, EventStore } from "#events/event-store";
import type { Notification } from "#events/notification";
import { onvifTopic } from "#events/topic";

const event = (utcMs: number): Notification => ({ topic: onvifTopic("A"), utcMs, source: [], data: [] });

const stored = (capacity: number, ...times: readonly number[]): EventStore => {
  const store = new EventStore(capacity);
  for (const utcMs of times) store.keep(event(utcMs));
  return store;
};

/** Times, with the begin of the buffer as `begin 100`. */
const short = (notifications: readonly Notification[]): string =>
  notifications.map(({ topic, utcMs }) => (topic === bufferBegin.topic ? `begin ${utcMs}` : String(utcMs))).join(", ");

describe("stored notifications", () => {
  it.each<[string, number, boolean, string]>([
    ["forward from between", 150, false, "200, 300"],
    ["forward from one, which is included", 200, false, "200, 300"],
    ["forward from the first, where the buffer begins", 100, false, "begin 100, 100, 200, 300"],
    ["forward from before", 1, false, "begin 100, 100, 200, 300"],
    ["forward from the end", 301, false, ""],
    ["reverse from between", 250, true, "200, 100, begin 100"],
    ["reverse from one, which is included", 200, true, "200, 100, begin 100"],
    ["reverse from before", 99, true, "begin 100"],
  ])("are read %s", (_, utcMs, isReverse, expected) => {
    expect(short(stored(10, 100, 200, 300).read(utcMs, isReverse, 999))).toBe(expected);
  });

  it("are read in the order of their times, those of one time as they came", () => {
    const store = stored(10, 300, 100, 200);
    expect(short(store.read(0, false, 999))).toBe("begin 100, 100, 200, 300");
    const twins = [event(5), event(5)];
    const other = new EventStore(10);
    twins.forEach((twin) => other.keep(twin));
    expect(other.read(0, false, 9).slice(1)).toEqual(twins);
    expect(other.read(9, true, 9).slice(0, 2)).toEqual(twins.toReversed());
  });

  it("are the last ones when there is no room for more", () => {
    expect(short(stored(2, 100, 200, 300).read(0, false, 999))).toBe("begin 200, 200, 300");
  });

  it("begin now when there are none", () => {
    expect(short(stored(2).read(0, false, 999))).toBe("begin 999");
    expect(short(stored(2).read(9999, true, 999))).toBe("begin 999");
    expect(short(stored(2).read(1000, false, 999))).toBe("");
  });
});
