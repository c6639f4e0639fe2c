import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sequenceNumber, writeRtpHeader } from "#wire/rtp/packet";
import { ReorderBuffer } from "#wire/rtp/reorder";

const packet = (number: number): Uint8Array => {
  const bytes = new Uint8Array(12);
  writeRtpHeader(bytes, 0, false, 96, number & 0xffff, 0, 1);
  return bytes;
};

interface Bench {
  readonly buffer: ReorderBuffer;
  /** Numbers delivered since the last call; `5-3` where three are missing in front of 5. */
  readonly taken: () => string;
  readonly push: (...numbers: readonly number[]) => void;
}

function bench(depth = 64, maxWaitMs = 250): Bench {
  const delivered: string[] = [];
  const buffer = new ReorderBuffer(
    (one, lostBefore) => delivered.push(`${sequenceNumber(one)}${lostBefore === 0 ? "" : `-${lostBefore}`}`),
    { depth, maxWaitMs },
  );
  return {
    buffer,
    taken: () => delivered.splice(0).join(" "),
    push: (...numbers) => numbers.forEach((number) => buffer.push(packet(number), 0)),
  };
}

describe("packets of a transport that changes their order", () => {
  it.each<[name: string, numbers: readonly number[], delivered: string, lost: number, late: number]>([
    ["in order", [7, 8, 9], "7 8 9", 0, 0],
    ["over the wrap", [65_534, 65_535, 0, 1], "65534 65535 0 1", 0, 0],
    ["two exchanged", [1, 3, 2, 4], "1 2 3 4", 0, 0],
    ["exchanged over the wrap", [65_535, 1, 0, 2], "65535 0 1 2", 0, 0],
    ["one far behind", [1, 3, 4, 5, 6, 2], "1 2 3 4 5 6", 0, 0],
    ["one that comes twice", [1, 1, 2], "1 2", 0, 1],
    ["one that comes twice while it waits", [1, 3, 3, 2], "1 2 3", 0, 1],
    ["one that waits for a missing one", [1, 3, 4], "1", 0, 0],
    ["a jump beyond the depth (30 to 100)", [30, 100], "30 100-69", 69, 0],
    ["a jump beyond the depth while one waits", [1, 3, 80], "1 3-1 80-76", 77, 0],
    ["late behind a jump", [30, 100, 50, 101], "30 100-69 101", 69, 1],
    ["another numbering", [100, 101, 40_000, 40_001, 40_002], "100 101 40000 40001 40002", 0, 0],
    ["another numbering backwards", [40_000, 100, 101], "40000 100 101", 0, 0],
    ["a single number out of place", [100, 40_000, 101, 102], "100 101 102", 0, 1],
    ["two numbers out of place", [100, 40_000, 20_000, 101], "100 101", 0, 2],
  ])("are delivered: %s", (_name, numbers, delivered, lost, late) => {
    const { buffer, push, taken } = bench();
    push(...numbers);
    expect(taken()).toBe(delivered);
    expect([buffer.lost, buffer.late]).toEqual([lost, late]);
  });

  it("wait no longer than they may, for the next packet as for a call", () => {
    const { buffer, push, taken } = bench(64, 250);
    push(1, 3, 5);
    buffer.push(packet(6), 249);
    expect(taken()).toBe("1");
    buffer.push(packet(7), 250);
    expect(taken()).toBe("3-1");
    buffer.expire(499);
    expect(taken()).toBe("");
    buffer.expire(500);
    expect(taken()).toBe("5-1 6 7");
    buffer.expire(10_000);
    expect(buffer.lost).toBe(2);
  });

  it("begin with any number after a restart", () => {
    const { buffer, push, taken } = bench();
    push(1, 3);
    buffer.restart();
    push(50, 51);
    expect(taken()).toBe("1 3-1 50 51");
    expect([buffer.lost, buffer.restarts]).toEqual([1, 0]);
  });

  it("are all delivered at the end", () => {
    const { buffer, push, taken } = bench();
    push(1, 3, 6);
    buffer.flush();
    expect(taken()).toBe("1 3-1 6-2");
  });
});

describe("packets of a transport that keeps the order", () => {
  it("are delivered at once, and what is missing counted", () => {
    const { buffer, push, taken } = bench(0);
    push(1, 2, 5, 4, 100);
    expect(taken()).toBe("1 2 5-2 100-94");
    expect([buffer.lost, buffer.late]).toEqual([96, 1]);
  });
});

describe("whatever comes", () => {
  const shuffled = fc.array(fc.nat(20), { minLength: 1, maxLength: 300 });

  it("is delivered whole and in order when no packet is more than the depth out of place", () => {
    fc.assert(
      fc.property(shuffled, fc.nat(0xffff), (delays, first) => {
        const { buffer, push, taken } = bench();
        // The first packet tells where the numbering begins.
        const order = delays.map((delay, index) => ({ index, at: index === 0 ? -1 : index + delay }));
        const sent = order.toSorted((a, b) => a.at - b.at || a.index - b.index);
        push(...sent.map(({ index }) => first + index));
        expect(taken()).toBe(delays.map((_, index) => (first + index) & 0xffff).join(" "));
        expect([buffer.lost, buffer.late]).toEqual([0, 0]);
      }),
    );
  });

  it("is delivered or counted as late, never twice, and what is missing is counted exactly", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1, 64),
        fc.array(fc.integer({ min: -70, max: 90 }), { maxLength: 200 }),
        (depth, steps) => {
          const numbers: number[] = [];
          const missing: number[] = [];
          const buffer = new ReorderBuffer(
            (one, lostBefore) => {
              numbers.push(sequenceNumber(one));
              missing.push(lostBefore);
            },
            { depth, maxWaitMs: 250 },
          );
          let at = 20_000;
          buffer.push(packet(at), 0);
          for (const step of steps) {
            at += step;
            buffer.push(packet(at), 0);
          }
          buffer.flush();
          if (buffer.restarts > 0) return;
          expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
          numbers.forEach((number, index) => {
            if (index > 0) expect(number - (numbers[index - 1] ?? 0) - 1).toBe(missing[index]);
          });
          expect(buffer.lost).toBe(missing.reduce((sum, one) => sum + one, 0));
          expect(numbers.length + buffer.late).toBeGreaterThanOrEqual(steps.length);
          expect(numbers.length + buffer.late).toBeLessThanOrEqual(steps.length + 1);
        },
      ),
    );
  });
});
