import { XMLParser, XMLValidator } from "fast-xml-parser";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodeError } from "#util/errors";
import { readXml } from "#xml/reader";
import type { XmlElement } from "#xml/tree";
import { writeElement } from "#xml/writer";
import { type Tree, trees, manners, writeTree } from "../../support/xml-trees.js";

const treeOf = ({ namespace, name, attributes, text, children }: XmlElement): Tree => ({
  namespace,
  name,
  attributes: [...attributes],
  text,
  children: children.map(treeOf),
});

const isAccepted = (text: string): boolean => {
  try {
    readXml(text);
    return true;
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
};

describe("reading what was written", () => {
  it("gives the same tree in every manner of writing it", () => {
    fc.assert(
      fc.property(trees, manners, (tree, manner) => {
        expect(treeOf(readXml(writeTree(tree, manner)))).toEqual(tree);
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it("gives the same tree again after writeElement, of any element within", () => {
    fc.assert(
      fc.property(trees, manners, (tree, manner) => {
        const visit = (element: XmlElement): void => {
          expect(treeOf(readXml(writeElement(element)))).toEqual(treeOf(element));
          element.children.forEach(visit);
        };
        visit(readXml(writeTree(tree, manner)));
      }),
      { numRuns: 500, seed: 2 },
    );
  });
});

/*
 * fast-xml-parser's validator knows no namespaces, takes several roots and any entity, so it accepts more; whatever
 * our reader accepts it must accept too, and damage to the tags must be seen by both.
 */
describe("beside another parser", () => {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    processEntities: false,
    ignorePiTags: true,
    ignoreDeclaration: true,
  });

  // oxlint-disable-next-line typescript/no-deprecated -- its successor is one more package with the same code
  const isValid = (text: string): boolean => XMLValidator.validate(text) === true;

  /** Names of elements in document order. */
  const namesOf = (nodes: unknown): string[] =>
    Array.isArray(nodes)
      ? nodes.flatMap((node: Readonly<Record<string, unknown>>) =>
          Object.keys(node).flatMap((key) => (key === ":@" || key === "#text" ? [] : [key, ...namesOf(node[key])])),
        )
      : [];
  const ownNames = (element: XmlElement): string[] => [
    element.prefix === "" ? element.name : `${element.prefix}:${element.name}`,
    ...element.children.flatMap(ownNames),
  ];
  /** That parser refuses names which objects inherit. */
  const plainTrees = trees.filter((tree) => !JSON.stringify(tree).match(/__proto__|constructor/));

  it("finds the same elements", () => {
    fc.assert(
      fc.property(plainTrees, manners, (tree, manner) => {
        const text = writeTree(tree, manner);
        expect(isValid(text)).toBe(true);
        expect(ownNames(readXml(text))).toEqual(namesOf(parser.parse(text)));
      }),
      { numRuns: 1000, seed: 3 },
    );
  });

  it("refuses what that one refuses", () => {
    const damage = fc.record({
      at: fc.nat(),
      length: fc.nat(4),
      put: fc.constantFrom("", "<", ">", "/", "</a>", "<b>", "=", '"', "&", " ", "a"),
    });
    let refusals = 0;
    fc.assert(
      fc.property(plainTrees, manners, damage, (tree, manner, { at, length, put }) => {
        const text = writeTree(tree, manner);
        const cut = at % (text.length + 1);
        const damaged = text.slice(0, cut) + put + text.slice(cut + length);
        if (isValid(damaged)) return;
        refusals++;
        expect(isAccepted(damaged), damaged).toBe(false);
      }),
      { numRuns: 5000, seed: 4 },
    );
    expect(refusals).toBeGreaterThan(1000);
  });
});
