import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SlabAllocator } from "#media/slab";

const isSamePlace = (one: Uint8Array, other: Uint8Array): boolean =>
  one.buffer === other.buffer && one.byteOffset === other.byteOffset;

describe("a slab allocator", () => {
  test.each([
    ["short", 20_000],
    ["long", 100_000],
  ])("uses the memory of a %s block again that was given back", (_, length) => {
    const memory = new SlabAllocator();
    const first = memory.take(length);
    memory.giveBack(first);
    expect(isSamePlace(memory.take(length - 100), first)).toBe(true);
  });

  test("leaves a block alone that others were taken behind", () => {
    const memory = new SlabAllocator();
    const [first, second] = [memory.take(100), memory.take(100)];
    memory.giveBack(first);
    const third = memory.take(100);
    expect(isSamePlace(third, first)).toBe(false);
    expect(isSamePlace(third, second)).toBe(false);
  });

  test("keeps no more than 1 MiB of what was given back", () => {
    const memory = new SlabAllocator();
    const huge = memory.take(1024 * 1024 + 1);
    memory.giveBack(huge);
    expect(isSamePlace(memory.take(100_000), huge)).toBe(false);
  });

  test("gives a block of memory of its own away once, however often it was taken and given back", () => {
    const memory = new SlabAllocator();
    memory.giveBack(memory.take(100_000));
    const held = memory.take(90_000);
    memory.giveBack(memory.take(80_000));
    expect(isSamePlace(memory.take(70_000), held)).toBe(false);
  });

  test("never gives away what somebody still has", () => {
    const step = fc.record({
      length: fc.oneof(fc.integer({ min: 0, max: 70_000 }), fc.integer({ min: 0, max: 1_200_000 })),
      /** Which of the blocks that are out is given back afterwards: the last, another one, or none. */
      back: fc.option(fc.nat({ max: 3 })),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const memory = new SlabAllocator();
        const out: { readonly block: Buffer; readonly mark: number }[] = [];
        for (const [index, { length, back }] of steps.entries()) {
          const block = memory.take(length);
          expect(block).toHaveLength(length);
          out.push({ block: block.fill(index), mark: index });
          if (back === null) continue;
          const [given] = out.splice(Math.max(0, out.length - 1 - back), 1);
          if (given) memory.giveBack(given.block.fill(0xff));
        }
        for (const { block, mark } of out) expect(block.every((byte) => byte === mark)).toBe(true);
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});
