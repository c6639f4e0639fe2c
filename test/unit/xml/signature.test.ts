import { createPublicKey, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodeError } from "#util/errors";
import { signXml, verifiedXml } from "#xml/signature";

const keyPair = (): { readonly own: string; readonly shown: string } => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const own = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { own, shown: createPublicKey(own).export({ type: "spki", format: "pem" }).toString() };
};

const mine = keyPair();
const document = '<a xmlns="urn:a"><b c="1">é &amp; &lt;x&gt;</b></a>';
const signed = signXml(document, mine.own);

const codeOf = (act: () => unknown): string => {
  try {
    act();
    return "accepted";
  } catch (error) {
    return error instanceof DecodeError ? error.code : String(error);
  }
};

describe("a signed document", () => {
  it("gives what was signed to who knows the key", () => {
    const root = verifiedXml(signed, mine.shown);
    expect([root.name, root.child("b")?.text, root.children.length]).toEqual(["a", "é & <x>", 1]);
  });

  it.each([
    ["another's key", signed, keyPair().shown],
    ["a changed text", signed.replace("é", "e"), mine.shown],
    ["a changed attribute", signed.replace('c="1"', 'c="2"'), mine.shown],
    ["a further element", signed.replace("<b ", "<d/><b "), mine.shown],
    ["a further element behind", signed.replace("</a>", "<d/></a>"), mine.shown],
    ["another digest", signed.replace(/<DigestValue>./, "<DigestValue>x"), mine.shown],
    ["another signature value", signed.replace(/<SignatureValue>./, "<SignatureValue>x"), mine.shown],
    ["no signature", document, mine.shown],
    ["another algorithm", signed.replace("#ecdsa-sha256", "#rsa-sha256"), mine.shown],
    ["a signature of nothing", signed.replace(/<Reference[^]*<\/Reference>/, ""), mine.shown],
    ["the signature of another document", signXml("<a/>", mine.own).replace("<a>", '<a xmlns="">x'), mine.shown],
  ])("is refused with %s", (_what, text, key) => {
    expect(codeOf(() => verifiedXml(text, key))).toBe("xml-signature");
  });

  it("is refused whatever single character is another, or it is still the same content", () => {
    fc.assert(
      fc.property(fc.nat(signed.length - 1), fc.constantFrom("x", "<", '"', " ", "é", "&"), (at, character) => {
        const damaged = signed.slice(0, at) + character + signed.slice(at + 1);
        try {
          const root = verifiedXml(damaged, mine.shown);
          expect([root.child("b")?.text, root.child("b")?.attribute("c")]).toEqual(["é & <x>", "1"]);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { seed: 4, numRuns: 200 },
    );
  });
});
