import { DecodeError } from "#util/errors";

const PADDING = 0x3d;
/** For characters that are passed over, and for those that cannot be. */
const SKIPPED = 64;
const UNKNOWN = 255;
/** What each character stands for: 0…63, SKIPPED or UNKNOWN. */
const VALUES: Readonly<Uint8Array> = tableOf(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
  "\r\n\t ",
);

function tableOf(alphabet: string, skipped: string): Uint8Array {
  const table = new Uint8Array(256).fill(UNKNOWN);
  for (let value = 0; value < alphabet.length; value++) table[alphabet.charCodeAt(value)] = value;
  for (const character of skipped) table[character.charCodeAt(0)] = SKIPPED;
  return table;
}

/**
 * Decodes a stream of base64 texts that follow each other (RFC 4648 §4), each padded on its own: what the POST half of
 * an HTTP tunnel carries. Texts may be cut anywhere and may have line breaks in them. A byte is given out as soon as its
 * bits are there.
 */
export class Base64Stream {
  /** Bits that wait for more, and how many characters of the present group of four have come. */
  #bits = 0;
  #position = 0;

  /** @throws DecodeError for a character that is not base64, and for padding where there can be none. */
  push(chunk: Uint8Array): Buffer {
    const bytes = Buffer.allocUnsafe(Math.ceil((chunk.length * 3) / 4) + 1);
    let length = 0;
    for (const character of chunk) {
      const value = VALUES[character] ?? UNKNOWN;
      if (value < SKIPPED) {
        this.#bits = ((this.#bits << 6) | value) & 0xfff;
        this.#position = (this.#position + 1) & 3;
        // The second character completes the first byte, the third the second, the fourth the third.
        if (this.#position !== 1) bytes[length++] = this.#bits >>> (((4 - this.#position) & 3) * 2);
      } else if (character === PADDING) {
        this.#pad();
      } else if (value !== SKIPPED) {
        throw new DecodeError("rtsp-tunnel-base64", "the tunnel carries something else than base64", { character });
      }
    }
    return bytes.subarray(0, length);
  }

  /** A new text begins; what was begun before is forgotten. */
  reset(): void {
    this.#bits = this.#position = 0;
  }

  /** The second `=` of two finds the group closed, and nothing is wrong with that. */
  #pad(): void {
    if (this.#position === 1) throw new DecodeError("rtsp-tunnel-base64", "padding behind one character of base64");
    this.reset();
  }
}
