import { DecodeError } from "#util/errors";
import {
  type MikeyKey,
  MikeyKeyType,
  type MikeyMessage,
  MikeyPayload,
  type MikeyPolicy,
  type MikeySession,
} from "./message.js";

const MAX_BYTES = 4096;
const VERSION = 1;
const SRTP_MAP = 0;
const SRTP_POLICY = 0;
const NO_ENCRYPTION = 0;
const NO_MAC = 0;
const SPI = 1;
const INTERVAL = 2;
/** Lengths of the timestamps by their type: NTP-UTC, NTP, counter. */
const TIME_BYTES: readonly number[] = [8, 8, 4];

/**
 * Reads a MIKEY message whose keys are not encrypted. Payloads that are not needed here are passed over.
 *
 * @throws DecodeError for one that is cut off or malformed, that is for another protocol than SRTP, or whose keys are
 * encrypted or authenticated by MIKEY itself.
 */
export function readMikey(bytes: Uint8Array): MikeyMessage {
  if (bytes.length > MAX_BYTES) throw malformed("is too long");
  const reader = new Reader(bytes);
  if (reader.byte() !== VERSION) throw malformed("is not of version 1");
  const dataType = reader.byte();
  let next = reader.byte();
  reader.byte();
  const bundleId = reader.uint32();
  const sessionCount = reader.byte();
  if (reader.byte() !== SRTP_MAP) throw malformed("is not for SRTP");
  const sessions: MikeySession[] = [];
  for (let count = 0; count < sessionCount; count++)
    sessions.push({ policy: reader.byte(), ssrc: reader.uint32(), rollovers: reader.uint32() });
  const policies: MikeyPolicy[] = [];
  const keys: MikeyKey[] = [];
  let random: Uint8Array = new Uint8Array();
  let time: Uint8Array | undefined;
  while (next !== MikeyPayload.LAST) {
    const type = next;
    next = reader.byte();
    switch (type) {
      case MikeyPayload.T: {
        const kind = reader.byte();
        const length = TIME_BYTES[kind];
        if (length === undefined) throw malformed("has a timestamp of an unknown kind");
        const stamp = reader.take(length);
        if (length === 8) time = stamp;
        break;
      }
      case MikeyPayload.RAND:
        random = reader.take(reader.byte());
        break;
      case MikeyPayload.SP:
        policies.push(readPolicy(reader));
        break;
      case MikeyPayload.KEMAC:
        keys.push(...readKeys(reader));
        break;
      case MikeyPayload.ID:
      case MikeyPayload.CERT:
      case MikeyPayload.EXT:
        reader.byte();
        reader.take(reader.uint16());
        break;
      default:
        throw malformed("has a payload that is not known here", { type });
    }
  }
  return { dataType, bundleId, sessions, policies, keys, random, time };
}

function readPolicy(reader: Reader): MikeyPolicy {
  const number = reader.byte();
  if (reader.byte() !== SRTP_POLICY) throw malformed("has a policy that is not for SRTP");
  const inner = new Reader(reader.take(reader.uint16()));
  const parameters = new Map<number, Uint8Array>();
  while (!inner.isAtEnd) {
    const type = inner.byte();
    parameters.set(type, inner.take(inner.byte()));
  }
  return { number, parameters };
}

function readKeys(reader: Reader): MikeyKey[] {
  if (reader.byte() !== NO_ENCRYPTION) throw malformed("has encrypted keys");
  const inner = new Reader(reader.take(reader.uint16()));
  if (reader.byte() !== NO_MAC) throw malformed("has keys with a MAC");
  const keys: MikeyKey[] = [];
  let next = 1;
  while (next !== MikeyPayload.LAST) {
    next = inner.byte();
    const kinds = inner.byte();
    const type = keyType(kinds >> 4);
    const key = inner.take(inner.uint16());
    const salt = type === MikeyKeyType.TEK_SALT || type === MikeyKeyType.TGK_SALT ? inner.take(inner.uint16()) : NONE;
    keys.push({ type, key, salt, spi: readValidity(inner, kinds & 0x0f) });
  }
  return keys;
}

/** Key validity data (RFC 3830 §6.14): an identifier, an interval, which is passed over, or nothing. */
function readValidity(reader: Reader, kind: number): Uint8Array {
  if (kind === SPI) return reader.take(reader.byte());
  if (kind === INTERVAL) {
    reader.take(reader.byte());
    reader.take(reader.byte());
  }
  return NONE;
}

function keyType(value: number): MikeyKeyType {
  for (const type of Object.values(MikeyKeyType)) if (type === value) return type;
  throw malformed("has a key of an unknown type", { type: value });
}

const NONE = new Uint8Array();

class Reader {
  #at = 0;
  constructor(private readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.#at >= this.bytes.length;
  }

  byte(): number {
    const value = this.bytes[this.#at++];
    if (value === undefined) throw malformed("is cut off");
    return value;
  }

  uint16(): number {
    return this.byte() * 0x100 + this.byte();
  }

  uint32(): number {
    return this.uint16() * 0x1_0000 + this.uint16();
  }

  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.bytes.length) throw malformed("is cut off");
    const taken = new Uint8Array(this.bytes.subarray(this.#at, end));
    this.#at = end;
    return taken;
  }
}

const malformed = (what: string, context: Readonly<Record<string, unknown>> = {}): DecodeError =>
  new DecodeError("mikey", `the MIKEY message ${what}`, context);
