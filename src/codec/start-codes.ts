const prefix = Buffer.from([0, 0, 1]);

/** A start code of MPEG video: 00 00 01, then the byte that says what begins (ISO 11172-2 §2.4.2, 14496-2 §6.2.1). */
export interface StartCode {
  /** Of its first zero byte. */
  readonly offset: number;
  /** The byte behind the prefix. */
  readonly code: number;
}

/** The start codes of `bytes` from `from` on, as they are asked for. */
export function* startCodes(bytes: Uint8Array, from = 0): Generator<StartCode, void, undefined> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = buffer.indexOf(prefix, from); offset >= 0; offset = buffer.indexOf(prefix, offset + 3)) {
    const code = buffer[offset + 3];
    if (code !== undefined) yield { offset, code };
  }
}

/** Whether `bytes` begin with a start code. */
export const beginsWithStartCode = (bytes: Uint8Array): boolean =>
  bytes.length > 3 && bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 1;
