import { refusal } from "../refusal.js";

/** Most bytes that are sent, waited for or kept for a reader at a time. */
export const MAXIMUM_SERIAL_BYTES = 4_096;
const MAXIMUM_DELIMITER_BYTES = 64;

/** What SendReceiveSerialCommand asks for (DeviceIo §5.9.5). */
export interface SerialExchange {
  readonly data?: Uint8Array | undefined;
  /** 0: at once; negative or undefined: until the data are there, or for as long as the camera holds such a call. */
  readonly timeoutMs?: number | undefined;
  /** So many bytes are enough. */
  readonly dataLength?: number | undefined;
  /** The bytes up to these are enough, and they come with them. */
  readonly delimiter?: Uint8Array | undefined;
}

/** Refuses what the line can not do. */
export function demandExchange({ data, dataLength, delimiter }: SerialExchange): void {
  if (dataLength !== undefined && dataLength < 1) throw refusal("invalid-argument", "a data length is at least 1");
  if (Math.max(dataLength ?? 0, data?.length ?? 0) > MAXIMUM_SERIAL_BYTES)
    throw refusal("data-length-over", `at most ${MAXIMUM_SERIAL_BYTES} bytes go over a serial port at a time`);
  if (delimiter && (delimiter.length < 1 || delimiter.length > MAXIMUM_DELIMITER_BYTES))
    throw refusal("delimiter-not-supported", `a delimiter has 1 to ${MAXIMUM_DELIMITER_BYTES} bytes`);
}

/** The bytes that have come over a line and that nobody has taken. Of too many, the oldest are lost. */
export class ReceivedBytes {
  #bytes: Uint8Array = new Uint8Array();

  add(bytes: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]).subarray(-MAXIMUM_SERIAL_BYTES);
  }

  /** Everything. */
  takeAll(): Uint8Array {
    return this.#take(this.#bytes.length);
  }

  /**
   * What the length or the delimiter of a call makes enough, whichever comes first; undefined while it is not there. For
   * a call without them that gives no time either, anything is enough.
   */
  takeEnough({ timeoutMs = -1, dataLength, delimiter }: SerialExchange): Uint8Array | undefined {
    if (dataLength === undefined && !delimiter)
      return timeoutMs < 0 && this.#bytes.length > 0 ? this.takeAll() : undefined;
    const ends = [
      ...(dataLength !== undefined && this.#bytes.length >= dataLength ? [dataLength] : []),
      ...(delimiter ? this.#endsOf(delimiter) : []),
    ];
    return ends.length === 0 ? undefined : this.#take(Math.min(...ends));
  }

  #endsOf(delimiter: Uint8Array): readonly number[] {
    const at = Buffer.from(this.#bytes).indexOf(delimiter);
    return at < 0 ? [] : [at + delimiter.length];
  }

  #take(length: number): Uint8Array {
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }
}
