import { describe, expect, it } from "vitest";
import { isDeterministic, type Particle, type Term } from "#onvif/content-model";

const one = (name: string, namespace = "urn:a"): Term => ({ kind: "element", namespace, name });
const any: Term = { kind: "wildcard", admits: "##any", namespace: "urn:a" };
const other: Term = { kind: "wildcard", admits: "##other", namespace: "urn:a" };
const required = (...terms: Term[]): Particle => ({ terms, mayBeAbsent: false, mayRepeat: false });
const optional = (...terms: Term[]): Particle => ({ terms, mayBeAbsent: true, mayRepeat: false });
const some = (...terms: Term[]): Particle => ({ terms, mayBeAbsent: false, mayRepeat: true });
const many = (...terms: Term[]): Particle => ({ terms, mayBeAbsent: true, mayRepeat: true });

describe("isDeterministic", () => {
  it.each<[string, boolean, Particle[]]>([
    ["nothing at all", true, []],
    ["elements of different names", true, [optional(one("a")), many(one("b"))]],
    ["the same name again after an optional one", false, [optional(one("a")), required(one("a"))]],
    ["the same name again after a required other", true, [optional(one("a")), required(one("b")), required(one("a"))]],
    ["the same name in two namespaces", true, [optional(one("a")), required(one("a", "urn:b"))]],
    ["any element after a required one", true, [required(one("a")), many(any)]],
    ["any element after an optional one", false, [optional(one("a")), many(any)]],
    ["any element after a repeated one", false, [some(one("a")), many(any)]],
    ["any other element after an optional one", true, [optional(one("a")), many(other)]],
    ["any other element after an optional one of another namespace", false, [optional(one("a", "urn:b")), many(other)]],
    ["an element after any number of any", false, [many(any), required(one("a"))]],
    ["an element after any number of others", true, [many(other), required(one("a"))]],
    ["two wildcards in a row", false, [many(other), many(other)]],
    ["two wildcards with a required element between", true, [many(other), required(one("a")), many(other)]],
    ["a repeated choice of an element and others", true, [many(one("a"), other)]],
    ["a repeated choice of an element and any", false, [many(one("a"), any)]],
  ])("%s: %s", (_, expected, sequence) => {
    expect(isDeterministic(sequence)).toBe(expected);
  });
});
