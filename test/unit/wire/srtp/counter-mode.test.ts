import { createCipheriv } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { CounterMode } from "#wire/srtp/counter-mode";

it.each([16, 32])("counter mode with a key of %i bytes is that of the system, one text after another", (keyBytes) => {
  const key = Buffer.alloc(keyBytes, 7);
  const mode = new CounterMode(key);
  const text = fc.tuple(
    fc.uint8Array({ minLength: 14, maxLength: 14 }),
    fc.uint8Array({ maxLength: 5000 }),
    fc.integer({ min: 0, max: 20 }),
  );
  fc.assert(
    fc.property(text, ([start, clear, offset]) => {
      const iv = Buffer.concat([start, Buffer.alloc(2)]);
      const into = Buffer.alloc(offset + clear.length + 3, 0xee);
      expect(mode.apply(iv, clear, into, offset)).toBe(offset + clear.length);
      const expected = createCipheriv(`aes-${keyBytes * 8}-ctr`, key, iv).update(clear);
      expect(into).toEqual(Buffer.concat([Buffer.alloc(offset, 0xee), expected, Buffer.alloc(3, 0xee)]));
    }),
  );
});
