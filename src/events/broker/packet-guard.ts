/**
 * First bytes of the packets that a broker has reason to send to one who only publishes (MQTT 3.1.1 §2.2.1): CONNACK, PUBACK,
 * PUBREC, PUBCOMP and PINGRESP. None is longer than two bytes behind the fixed header; a few more do no harm.
 */
const EXPECTED: ReadonlySet<number> = new Set([0x20, 0x40, 0x50, 0x70, 0xd0]);
const MAX_LENGTH = 127;

/**
 * Watches what a broker sends, so that it cannot make the camera keep messages that nobody has asked for: a packet may be 256
 * MB long.
 */
export class PacketGuard {
  /** The first byte of a packet has come, and not yet the second, its length. */
  #isBegun = false;
  /** Bytes of the packet that are to come. */
  #left = 0;

  /** Takes what has come; false for what no broker has reason to send. Nothing is to be read after that. */
  accepts(chunk: Uint8Array): boolean {
    for (let at = 0; at < chunk.length;) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.length - at);
        this.#left -= taken;
        at += taken;
        continue;
      }
      const byte = chunk[at++] ?? 0;
      if (!this.#isBegun) {
        if (!EXPECTED.has(byte)) return false;
        this.#isBegun = true;
      } else {
        // One byte of length is all that so short a packet needs (§2.2.3).
        if (byte > MAX_LENGTH) return false;
        this.#left = byte;
        this.#isBegun = false;
      }
    }
    return true;
  }
}
