import { describe, expect, it } from "vitest";
import { decode } from "#xml/codec";
import { readXml } from "#xml/reader";
import { type SampleMessage, sampleMessages, writeMessage } from "../support/sample-messages.js";
import { record } from "../support/soap-oracle.js";

/*
 * Every message of every operation: what we write reads back the same, and goes to the official schemas for
 * judgement.
 */

function inEnvelope(message: SampleMessage): string {
  const { body, bindings } = writeMessage(message);
  return `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"${bindings}><s:Body>${body}</s:Body></s:Envelope>`;
}

/** Content that was kept as read declares for itself the prefixes that were in scope. */
const withoutBindings = (xml: string): string => xml.replace(/ xmlns:\w+="[^"]*"/g, "");

describe("every message", () => {
  it.each(sampleMessages())("$title reads back as it was written", (message) => {
    const text = inEnvelope(message);
    const body = readXml(text).children[0]?.children[0];
    if (!body) throw new Error("the envelope has no body");
    const value: unknown = decode(message.schema, body, { strict: true });
    expect(withoutBindings(inEnvelope({ ...message, value }))).toBe(withoutBindings(text));
    record(message.title, text);
  });
});
