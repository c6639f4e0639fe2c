import { DecodeError } from "#util/errors";
import {
  afterPacket,
  joined,
  maxUnitBytes,
  maxUnitParts,
  type Depacketized,
  type Depacketizer,
} from "../payload-format.js";
import { lebAt, obuAt, ObuType, sizedObu } from "./obu.js";

/** Flags of the aggregation header. */
const continues = 0x80;
const goesOn = 0x40;

/** Puts temporal units together, in the low-overhead format and without temporal delimiters. */
export class Av1Depacketizer implements Depacketizer {
  /** Of whole units: header and size, then payload. */
  #unit: Uint8Array[] = [];
  #fragments: Uint8Array[] = [];
  #bytes = 0;
  #parts = 0;

  push(payload: Uint8Array, marker: boolean): Depacketized | undefined {
    return afterPacket(this, this.#take(payload), marker);
  }

  flush(): readonly Uint8Array[] | undefined {
    const unit = this.#unit;
    this.reset();
    return unit.length > 0 ? [joined(unit)] : undefined;
  }

  reset(): void {
    this.#unit = [];
    this.#fragments = [];
    this.#bytes = 0;
    this.#parts = 0;
  }

  #take(payload: Uint8Array): string | undefined {
    const header = payload[0];
    if (header === undefined || payload.length < 2) return "short";
    this.#bytes += payload.length;
    if (this.#bytes > maxUnitBytes) return "unit-too-large";
    try {
      const elements = elementsOf(payload, (header >> 4) & 0x03);
      for (const [index, element] of elements.entries()) {
        if (++this.#parts > maxUnitParts) return "unit-too-large";
        const isContinuation = index === 0 && (header & continues) !== 0;
        if (isContinuation !== this.#fragments.length > 0) return "fragment-missing";
        this.#fragments.push(element);
        if (index < elements.length - 1 || (header & goesOn) === 0) this.#finish();
      }
      return undefined;
    } catch (error) {
      if (error instanceof DecodeError) return "malformed";
      throw error;
    }
  }

  /** The unit whose pieces are in hand is whole. */
  #finish(): void {
    const bytes = joined(this.#fragments);
    this.#fragments = [];
    if (bytes.length === 0) return;
    const { obu } = obuAt(bytes, 0, bytes.length);
    if (obu.type !== ObuType.temporalDelimiter && obu.type !== ObuType.padding) this.#unit.push(...sizedObu(obu));
  }
}

/** The elements of a packet: each behind its length, but the last of `count` without; all with lengths if that is 0. */
function elementsOf(payload: Uint8Array, count: number): Uint8Array[] {
  const elements: Uint8Array[] = [];
  for (let offset = 1; offset < payload.length;) {
    if (count > 0 && elements.length === count - 1) {
      elements.push(payload.subarray(offset));
      return elements;
    }
    const { value, end } = lebAt(payload, offset);
    if (end + value > payload.length) throw new DecodeError("av1-element", "an element is cut off", { offset });
    elements.push(payload.subarray(end, end + value));
    offset = end + value;
  }
  if (count > 0 && elements.length < count) throw new DecodeError("av1-element", "an element is missing");
  return elements;
}
