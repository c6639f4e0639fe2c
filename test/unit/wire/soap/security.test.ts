import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { TokenPasswords, type UsernameToken } from "#wire/soap/security";

const created = "2026-11-21T10:00:00.000Z";

/** A token as a client makes it, worked out another way than ours. */
function tokenOf(password: string, nonce: Uint8Array = Buffer.from("0123456789abcdef")): UsernameToken {
  const digest = createHash("sha1").update(nonce).update(created).update(password).digest("base64");
  return { username: "someone", password: digest, type: "digest", nonce, created };
}

describe("the passwords of tokens", () => {
  it.each([
    ["a usual one", "admin", undefined],
    ["an empty one", "", undefined],
    ["one that is not ASCII", "Grüße 你好 🙂", undefined],
    ["with a nonce of one byte", "admin", Buffer.of(0xff)],
    [
      "with a nonce that has all bytes, and is longer than what is kept",
      "admin",
      Uint8Array.from({ length: 512 }, (_, at) => at),
    ],
  ])("match by their digest: %s", (_, password, nonce) => {
    const passwords = new TokenPasswords();
    const token = tokenOf(password, nonce);
    expect(passwords.match(token, password)).toBe(true);
    expect(passwords.match(token, `${password}.`)).toBe(false);
    expect(passwords.match({ ...token, nonce: Buffer.from("another") }, password)).toBe(false);
    expect(passwords.match({ ...token, password: token.password.slice(1) }, password)).toBe(false);
    expect(passwords.match({ ...token, password: `${token.password}=` }, password)).toBe(false);
    expect(passwords.match(token, password)).toBe(true);
  });

  it("match as they are where they come as text", () => {
    const token: UsernameToken = { ...tokenOf("Grüße"), type: "text", password: "Grüße" };
    expect(new TokenPasswords().match(token, "Grüße")).toBe(true);
    expect(new TokenPasswords().match(token, "Gruße")).toBe(false);
  });
});
