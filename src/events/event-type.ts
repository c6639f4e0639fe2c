import { invariant } from "#util/errors";
import type { Item, SimpleItem } from "./notification.js";
import type { Topic } from "./topic.js";

/** The types of simple items that our events have: prefix and name as the specifications write them. */
export type SimpleType =
  | "xs:string"
  | "xs:boolean"
  | "xs:dateTime"
  | "xs:float"
  | "tt:ReferenceToken"
  | "tt:RelayLogicalState"
  | "tt:IPv4Address"
  | "tt:IPv6Address"
  | "tt:StringAttrList"
  | "tas:KeyID"
  | "tas:KeyStatus";

/** The types of items that are elements, with their members. */
export const elementTypes = Object.freeze({
  "tt:NetworkInterfaceConnectionSetting": { AutoNegotiation: "xs:boolean", Speed: "xs:int", Duplex: "tt:Duplex" },
});
export type ElementType = keyof typeof elementTypes;

export type ItemType = SimpleType | ElementType;

export const isElementType = (type: ItemType): type is ElementType => Object.hasOwn(elementTypes, type);

interface ItemValues {
  readonly "xs:string": string;
  readonly "xs:boolean": boolean;
  readonly "xs:dateTime": Date;
  readonly "xs:float": number;
  readonly "tt:ReferenceToken": string;
  /** Those that may be undefined are left out of the message then. */
  readonly "tt:IPv4Address": string | undefined;
  readonly "tt:IPv6Address": string | undefined;
  /** Texts without blanks. */
  readonly "tt:StringAttrList": readonly string[];
  readonly "tas:KeyID": string;
  readonly "tas:KeyStatus": string | undefined;
  readonly "tt:RelayLogicalState": "active" | "inactive";
  /** `Speed` in Mbit/s. */
  readonly "tt:NetworkInterfaceConnectionSetting": {
    readonly AutoNegotiation: boolean;
    readonly Speed: number;
    readonly Duplex: "Full" | "Half";
  };
}

/** Names of items and their types, in the order in which messages hold them. */
export type Items = Readonly<Record<string, ItemType>>;
export type SimpleItems = Readonly<Record<string, SimpleType>>;

export type ItemValuesOf<I extends Items> = { readonly [K in keyof I]: ItemValues[I[K]] };

/**
 * One kind of event that this camera sends: its topic and what its messages hold. It is both what clients are told of it
 * (Core §9.4.3) and what publishing it takes, so the two cannot differ.
 */
export interface EventType<S extends SimpleItems = SimpleItems, D extends Items = Items> {
  readonly topic: Topic;
  /** Whether its events tell the state of something that lasts; topic and source say of what. */
  readonly isProperty: boolean;
  readonly source: S;
  readonly data: D;
}

export const eventType = <const S extends SimpleItems, const D extends Items>(type: EventType<S, D>): EventType<S, D> =>
  type;

/** Values as items, in the order of their declaration. */
export const itemsOf = <I extends Items>(items: I, values: ItemValuesOf<I>): readonly Item[] =>
  Object.entries(items).flatMap(([name, type]): readonly Item[] => {
    const value: ItemValues[ItemType] = values[name];
    if (value === undefined) return [];
    if (!areMembers(value)) return [{ name, value: printed(value) }];
    invariant(isElementType(type), "what has members is an element");
    return [{ name, element: type, members: { ...value } }];
  });

export const simpleItemsOf = <I extends SimpleItems>(items: I, values: ItemValuesOf<I>): readonly SimpleItem[] =>
  Object.keys(items).flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [{ name, value: printed(value) }];
  });

const areMembers = (value: ItemValues[ItemType]): value is ItemValues[ElementType] =>
  typeof value === "object" && !(value instanceof Date) && !Array.isArray(value);

/** Instants are written in UTC with `Z` (Core §9.3.2), lists with blanks between. */
function printed(value: string | number | boolean | Date | readonly string[]): string {
  if (value instanceof Date) return value.toISOString().replace(".000Z", "Z");
  return typeof value === "object" ? value.join(" ") : String(value);
}
