import "reflect-metadata";
import { Name } from "@peculiar/x509";
import { refusal } from "../refusal.js";
import { type SignatureAlgorithm, signatureAlgorithm } from "./algorithms.js";
import { Asn1Value } from "./asn1.js";
import { isDer } from "./signing.js";

/** A revocation list, taken apart (RFC 5280 §5.1). */
export interface RevocationList {
  /** As a text, which certificates of the same issuer have too. */
  readonly issuer: string;
  /** What is signed, and how. */
  readonly signed: Buffer;
  readonly signature: Buffer;
  readonly algorithm: SignatureAlgorithm;
  /** Serial numbers of those that are revoked, in hexadecimal digits without zeros in front. */
  readonly serials: ReadonlySet<string>;
  /** Those that a delta list takes back. */
  readonly released: ReadonlySet<string>;
  /** It says what has changed since another list (RFC 5280 §5.2.4). */
  readonly isDelta: boolean;
}

/** Longest list, in bytes. */
const MAXIMUM_BYTES = 262_144;
const DELTA_INDICATOR = "2.5.29.27";
const REASON = "2.5.29.21";
/** The reason removeFromCRL, an ENUMERATED. */
const REMOVED = "0a0108";

/**
 * Reads a revocation list in DER. Refuses with `bad-crl` or `unsupported-signature-algorithm`. @peculiar/x509 could read it
 * too, but no more than 2,500 entries.
 */
export function readCrl(der: Uint8Array): RevocationList {
  const whole = der.length <= MAXIMUM_BYTES && isDer(der) ? Asn1Value.read(der)?.items : undefined;
  const [list, algorithm, signature] = whole ?? [];
  const content = list && contentOf(list);
  if (!list || !content || !signature?.bits) throw refusal("bad-crl", "that is no revocation list in DER");
  const known = signatureAlgorithm(algorithm?.at(0)?.oid ?? "");
  if (!known) throw refusal("unsupported-signature-algorithm", "the list is signed by an algorithm that is not known");
  return { ...content, signed: list.bytes, signature: signature.bits, algorithm: known };
}

type Content = Pick<RevocationList, "issuer" | "serials" | "released" | "isDelta">;

/** Of a TBSCertList; undefined for what is none. */
function contentOf(list: Asn1Value): Content | undefined {
  const parts = list.children;
  const [algorithm, issuer, thisUpdate, ...rest] = parts[0]?.integer === undefined ? parts : parts.slice(1);
  if (!algorithm?.at(0)?.oid || !issuer || !thisUpdate?.isTime) return undefined;
  const more = rest[0]?.isTime ? rest.slice(1) : rest;
  const entries = more.find(({ contextTag }) => contextTag === undefined);
  const extensions = more.find(({ contextTag }) => contextTag === 0);
  const revoked = entries ? entries.items?.map(entryOf) : [];
  const isWhole = revoked?.every((entry) => entry !== undefined);
  const name = nameOf(issuer);
  if (!revoked || !isWhole || name === undefined || (extensions && !extensions.items)) return undefined;
  const serialsOf = (areReleased: boolean): ReadonlySet<string> =>
    new Set(revoked.flatMap((entry) => (entry && entry.isReleased === areReleased ? [entry.serial] : [])));
  return {
    issuer: name,
    serials: serialsOf(false),
    released: serialsOf(true),
    isDelta: extensions?.at(0)?.children.some((one) => one.at(0)?.oid === DELTA_INDICATOR) === true,
  };
}

function entryOf(entry: Asn1Value): { readonly serial: string; readonly isReleased: boolean } | undefined {
  const [serial, date, extensions] = entry.children;
  const digits = serial?.hexInteger;
  if (digits === undefined || !date?.isTime) return undefined;
  const reason = extensions?.children.find((one) => one.at(0)?.oid === REASON)?.children.at(-1)?.octets;
  return { serial: plainSerial(digits), isReleased: reason?.toString("hex") === REMOVED };
}

function nameOf(value: Asn1Value): string | undefined {
  try {
    return new Name(new Uint8Array(value.bytes)).toString();
  } catch {
    return undefined;
  }
}

/** Hexadecimal digits without zeros in front. */
export const plainSerial = (serial: string): string => serial.toLowerCase().replace(/^0+/, "");
