import "reflect-metadata";
import { type JsonName, Name } from "@peculiar/x509";
import { refusal } from "../refusal.js";

/** One attribute of a distinguished name: its OID or usual short name, and its text, or `#` and the hexadecimal DER. */
export interface NameAttribute {
  readonly type: string;
  readonly value: string;
}

/** Relative distinguished names, most general one first; each mostly of one attribute. */
export type DistinguishedName = readonly (readonly NameAttribute[])[];

/** The kinds of attribute that have a type of the specification (RFC 5280 §4.1.2.4, RFC 4519), by their short names. */
const TYPES: Readonly<Record<string, string>> = {
  CN: "2.5.4.3",
  SN: "2.5.4.4",
  SERIALNUMBER: "2.5.4.5",
  C: "2.5.4.6",
  L: "2.5.4.7",
  ST: "2.5.4.8",
  STREET: "2.5.4.9",
  O: "2.5.4.10",
  OU: "2.5.4.11",
  TITLE: "2.5.4.12",
  GN: "2.5.4.42",
  INITIALS: "2.5.4.43",
  GENERATIONQUALIFIER: "2.5.4.44",
  DNQUALIFIER: "2.5.4.46",
  PSEUDONYM: "2.5.4.65",
  UID: "0.9.2342.19200300.100.1.1",
  DC: "0.9.2342.19200300.100.1.25",
};

/** Attributes that are a PrintableString (RFC 5280 appendix A.1), and the one that is an IA5String. */
const PRINTABLE: ReadonlySet<string> = new Set(["2.5.4.5", "2.5.4.6", "2.5.4.46"]);
const COUNTRY = "2.5.4.6";
const DOMAIN_COMPONENT = "0.9.2342.19200300.100.1.25";

const OID = /^[0-2](\.(0|[1-9]\d{0,15})){1,30}$/;
const IS_PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;
const IS_ASCII = /^[ -~]*$/;

/** Most attributes of a name, and most characters of one (RFC 5280 has 64 for most of them, and up to 32768). */
const MAXIMUM_ATTRIBUTES = 64;
const MAXIMUM_LENGTH = 1024;

/** The name as X.509 has it. Refuses with `invalid-subject` one that is empty or that cannot be written. */
export function nameOf(name: DistinguishedName): Name {
  const parts = name.filter((part) => part.length > 0);
  if (parts.length === 0) throw refusal("invalid-subject", "the subject is empty");
  if (parts.flat().length > MAXIMUM_ATTRIBUTES)
    throw refusal("invalid-subject", `a subject has at most ${MAXIMUM_ATTRIBUTES} attributes`);
  try {
    return new Name(parts.map((part) => Object.assign({}, ...part.map(attributeOf)) as JsonName[number]));
  } catch (error) {
    if (error instanceof Error && error.name === "Refusal") throw error;
    throw refusal("invalid-subject", "the subject cannot be written");
  }
}

function attributeOf({ type, value }: NameAttribute): Record<string, unknown> {
  const oid = OID.test(type) ? type : TYPES[type.toUpperCase()];
  if (oid === undefined) throw refusal("invalid-subject", "the kind of an attribute is an OID or a usual short name");
  if (value === "" || value.length > MAXIMUM_LENGTH)
    throw refusal("invalid-subject", `an attribute of the subject has 1 to ${MAXIMUM_LENGTH} characters`);
  if (value.startsWith("#")) {
    if (!/^#([0-9a-f]{2}){2,}$/i.test(value)) throw refusal("invalid-subject", "hexadecimal digits follow the #");
    return { [oid]: [value] };
  }
  if (oid === COUNTRY && !/^[A-Za-z]{2}$/.test(value))
    throw refusal("invalid-subject", "a country has the two letters of ISO 3166");
  if (oid === DOMAIN_COMPONENT) {
    if (!IS_ASCII.test(value)) throw refusal("invalid-subject", "a domain component is ASCII");
    return { [oid]: [{ ia5String: value }] };
  }
  if (!PRINTABLE.has(oid)) return { [oid]: [{ utf8String: value }] };
  if (!IS_PRINTABLE.test(value)) throw refusal("invalid-subject", "that attribute is of printable characters");
  return { [oid]: [{ printableString: value }] };
}
