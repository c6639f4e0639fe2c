import { parseFmtp } from "#wire/sdp/attributes";
import type { MediaFormat } from "./format.js";
import {
  afterPacket,
  evenPieces,
  joined,
  maxUnitBytes,
  maxUnitParts,
  noHead,
  type Depacketized,
  type Depacketizer,
  type PayloadFormat,
  type RtpPayload,
} from "./payload-format.js";

/** Bits of the FU header, the same in RFC 6184 §5.8 and RFC 7798 §4.4.3: |S|E|  type … | */
export const fuStart = 0x80;
export const fuEnd = 0x40;

/** Where the payload formats of H.264 (RFC 6184) and H.265 (RFC 7798) differ. */
export interface NalSyntax {
  /** Bytes of a NAL unit's header; the FU header stands behind as many bytes of a fragment. */
  readonly headerBytes: number;
  typeOf(nal: Uint8Array): number;
  /** `nal_unit_type` of the sequence parameter set. */
  readonly spsType: number;
  /** Types that a receiver can do without and that are not sent. */
  readonly unsentTypes: ReadonlySet<number>;
  /** Packet types. */
  readonly aggregationType: number;
  readonly fragmentationType: number;
  /** Whether a packet of this type is a NAL unit by itself. */
  isSingle(type: number): boolean;
  /** What stands in front of a piece of `nal`; `edge` is `fuStart`, `fuEnd`, both or 0. */
  fragmentHead(nal: Uint8Array, edge: number): Uint8Array;
  /** The header of the NAL unit that `fragment` is a piece of. */
  headerFrom(fragment: Uint8Array): Uint8Array;
  /** Whether packets tell the order of decoding (`DONL`, `DOND`), which is skipped: units come in that order anyway. */
  tellsOrder?(fmtp: ReadonlyMap<string, string>): boolean;
}

/** Bytes of `DONL` behind the header of a packet, and of `DOND` in front of later units of an aggregate (RFC 7798 §4.4). */
const firstOrderBytes = 2;
const laterOrderBytes = 1;

/** The payload format of a codec with NAL units: single NAL unit packets and fragments; aggregates are understood. */
export function nalPayload(syntax: NalSyntax): PayloadFormat {
  return {
    marker: "last",
    packetize: (unit, format, randomAccess, maxBytes) =>
      packetize(syntax, randomAccess ? withParameterSets(syntax, unit, format) : unit, maxBytes),
    depacketizer: ({ fmtp = "" }) => new NalDepacketizer(syntax, syntax.tellsOrder?.(parseFmtp(fmtp)) === true),
  };
}

function withParameterSets(syntax: NalSyntax, unit: readonly Uint8Array[], format: MediaFormat): readonly Uint8Array[] {
  if (unit.length === 0 || unit.some((nal) => syntax.typeOf(nal) === syntax.spsType)) return unit;
  return [...(format.parameterSets ?? []), ...unit];
}

function packetize(syntax: NalSyntax, unit: readonly Uint8Array[], maxBytes: number): RtpPayload[] {
  const payloads: RtpPayload[] = [];
  for (const nal of unit) {
    if (nal.length < syntax.headerBytes || syntax.unsentTypes.has(syntax.typeOf(nal))) continue;
    if (nal.length <= maxBytes) {
      payloads.push({ head: noHead, body: nal });
      continue;
    }
    const pieces = evenPieces(nal.subarray(syntax.headerBytes), maxBytes - syntax.headerBytes - 1);
    const middle = syntax.fragmentHead(nal, 0);
    for (const [index, body] of pieces.entries()) {
      const edge = (index === 0 ? fuStart : 0) | (index === pieces.length - 1 ? fuEnd : 0);
      payloads.push({ head: edge === 0 ? middle : syntax.fragmentHead(nal, edge), body });
    }
  }
  return payloads;
}

const withoutOrder = (payload: Uint8Array, headerBytes: number): Uint8Array =>
  Buffer.concat([payload.subarray(0, headerBytes), payload.subarray(headerBytes + firstOrderBytes)]);

class NalDepacketizer implements Depacketizer {
  readonly #syntax: NalSyntax;
  readonly #tellsOrder: boolean;
  #unit: Uint8Array[] = [];
  #fragments: Uint8Array[] = [];
  #bytes = 0;

  constructor(syntax: NalSyntax, tellsOrder: boolean) {
    this.#syntax = syntax;
    this.#tellsOrder = tellsOrder;
  }

  push(payload: Uint8Array, marker: boolean): Depacketized | undefined {
    return afterPacket(this, this.#take(payload), marker);
  }

  flush(): readonly Uint8Array[] | undefined {
    const unit = this.#unit;
    this.reset();
    return unit.length > 0 ? unit : undefined;
  }

  reset(): void {
    this.#unit = [];
    this.#fragments = [];
    this.#bytes = 0;
  }

  #take(payload: Uint8Array): string | undefined {
    const { headerBytes } = this.#syntax;
    if (payload.length <= headerBytes) return "short";
    this.#bytes += payload.length;
    if (this.#bytes > maxUnitBytes || this.#isFull()) return "unit-too-large";
    const type = this.#syntax.typeOf(payload);
    if (type === this.#syntax.fragmentationType) return this.#takeFragment(payload);
    if (this.#fragments.length > 0) return "fragment-missing";
    if (type === this.#syntax.aggregationType) return this.#takeAggregate(payload);
    if (!this.#syntax.isSingle(type)) return "type-unsupported";
    const orderBytes = this.#tellsOrder ? firstOrderBytes : 0;
    if (payload.length <= headerBytes + orderBytes) return "short";
    this.#unit.push(this.#tellsOrder ? withoutOrder(payload, headerBytes) : payload);
    return undefined;
  }

  #takeAggregate(payload: Uint8Array): string | undefined {
    const later = this.#tellsOrder ? laterOrderBytes : 0;
    let offset = this.#syntax.headerBytes + (this.#tellsOrder ? firstOrderBytes : 0);
    for (; offset < payload.length; offset += later) {
      const length = ((payload[offset] ?? 0) << 8) | (payload[offset + 1] ?? 0);
      offset += 2;
      if (length < this.#syntax.headerBytes || offset + length > payload.length) return "aggregate-malformed";
      if (this.#isFull()) return "unit-too-large";
      this.#unit.push(payload.subarray(offset, offset + length));
      offset += length;
    }
    return undefined;
  }

  #takeFragment(payload: Uint8Array): string | undefined {
    const header = payload[this.#syntax.headerBytes] ?? 0;
    const starts = (header & fuStart) !== 0;
    const skipped = starts && this.#tellsOrder ? firstOrderBytes : 0;
    const body = payload.subarray(this.#syntax.headerBytes + 1 + skipped);
    if (body.length === 0) return "fragment-malformed";
    if (starts !== (this.#fragments.length === 0)) return "fragment-missing";
    if (starts) this.#fragments.push(this.#syntax.headerFrom(payload));
    this.#fragments.push(body);
    if ((header & fuEnd) !== 0) {
      this.#unit.push(joined(this.#fragments));
      this.#fragments = [];
    }
    return undefined;
  }

  #isFull(): boolean {
    return this.#unit.length + this.#fragments.length >= maxUnitParts;
  }
}
