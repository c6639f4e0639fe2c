import { catalogue } from "#onvif/schema/catalogue";
import { encodeElement, namespacesOf } from "#xml/codec";
import type { XmlNamespace } from "#xml/qname";
import type { Schema } from "#xml/schema";
import { declarations } from "#xml/writer";
import { type Extent, sampleOf } from "./sample.js";

/** A message of an operation with as little or as much in it as its declaration allows. */
export interface SampleMessage {
  readonly title: string;
  readonly namespace: XmlNamespace;
  readonly name: string;
  readonly schema: Schema;
  readonly value: unknown;
}

const extents: readonly Extent[] = ["least", "most"];

/** Requests and responses of every declared operation. */
export const sampleMessages = (): SampleMessage[] =>
  catalogue.services.flatMap(({ namespace, operations }) =>
    Object.entries(operations).flatMap(([operation, declared]) => {
      const { element = operation, namespace: home = namespace, request, response } = declared;
      return extents.flatMap((extent) =>
        [
          { name: element, schema: request },
          { name: `${element}Response`, schema: response },
        ].map(({ name, schema }) => ({
          title: `${namespace.prefix}-${name}-${extent}`,
          namespace: home,
          name,
          schema,
          value: sampleOf(schema, extent),
        })),
      );
    }),
  );

/** The element of a message, without the declarations of its prefixes, and those declarations. */
export function writeMessage({ namespace, name, schema, value }: SampleMessage): { body: string; bindings: string } {
  const used = new Map([namespace, ...namespacesOf(schema)].map((one) => [one.prefix, one]));
  return { body: encodeElement(namespace, name, schema, value), bindings: declarations(used.values()) };
}
