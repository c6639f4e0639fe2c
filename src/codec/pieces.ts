import { joined, maxUnitBytes, maxUnitParts, type Depacketized, type Depacketizer } from "./payload-format.js";

/** A piece of a unit in one packet. */
export interface Piece {
  readonly body: Uint8Array;
  /** Whether a unit may begin with it. */
  readonly starts: boolean;
  /** Whether a unit must begin with it; what is in hand is then incomplete. */
  readonly startsOnly?: boolean;
}

/** The piece of a packet that is nothing else, where a unit may begin with any of them. */
export const plainPiece = (body: Uint8Array): Piece => ({ body, starts: true });

/**
 * Puts units together that come in consecutive pieces, the last one with the marker. `take` finds the piece in a packet,
 * or says why there is none.
 */
export class PiecesDepacketizer implements Depacketizer {
  readonly #take: (payload: Uint8Array) => Piece | string;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(take: (payload: Uint8Array) => Piece | string) {
    this.#take = take;
  }

  push(payload: Uint8Array, marker: boolean): Depacketized | undefined {
    const piece = this.#take(payload);
    if (typeof piece === "string") return this.#drop(piece);
    if (this.#parts.length === 0 && !piece.starts) return this.#drop("start-missing");
    const isCutOff = this.#parts.length > 0 && piece.startsOnly === true;
    if (isCutOff) this.reset();
    this.#parts.push(piece.body);
    this.#bytes += piece.body.length;
    if (this.#bytes > maxUnitBytes || this.#parts.length > maxUnitParts) return this.#drop("unit-too-large");
    const unit = marker ? this.flush() : undefined;
    if (!unit && !isCutOff) return undefined;
    return { ...(unit && { units: [unit] }), ...(isCutOff && { dropped: "end-missing" }) };
  }

  flush(): readonly Uint8Array[] | undefined {
    const parts = this.#parts;
    const bytes = this.#bytes;
    this.reset();
    return bytes > 0 ? [joined(parts)] : undefined;
  }

  reset(): void {
    this.#parts = [];
    this.#bytes = 0;
  }

  #drop(dropped: string): Depacketized {
    this.reset();
    return { dropped };
  }
}
