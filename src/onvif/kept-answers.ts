import { bearingOf, type Change } from "#device/change";
import type { Signal } from "#util/signal";
import type { SoapVersion } from "#wire/soap/envelope";
import type { BoundOperation } from "./registry.js";

/** Most answers kept for one camera, and the longest request that one is kept for, in UTF-16 units of its key. */
const MAX_ANSWERS = 32;
const MAX_KEY_LENGTH = 256;

/** An answer that is sent several times. */
export class KeptAnswer {
  readonly #messages = new Map<SoapVersion, Uint8Array>();

  constructor(readonly element: string) {}

  /** The message around the element, as `write` writes it; its bytes are shared by all who get it. */
  message(version: SoapVersion, write: (element: string) => string): Uint8Array {
    const kept = this.#messages.get(version);
    if (kept) return kept;
    const made = Buffer.from(write(this.element));
    this.#messages.set(version, made);
    return made;
  }
}

/**
 * Answers of handlers that are `ofState`, as they were written, until something changes in the device. Clients ask for
 * their profiles again and again, and most of the work is to write the same text.
 */
export class KeptAnswers {
  readonly #answers = new Map<BoundOperation, Map<string, KeptAnswer>>();
  #count = 0;

  constructor(changes: Signal<Change>) {
    changes.subscribe((change) => void (bearingOf(change) === "event" || this.#forget()));
  }

  /** The answer to a decoded request; `make` writes its element where there is none, and may refuse to. */
  answer(bound: BoundOperation, request: unknown, make: () => string): KeptAnswer {
    const key = JSON.stringify(request);
    if (key.length > MAX_KEY_LENGTH) return new KeptAnswer(make());
    const kept = this.#answers.get(bound)?.get(key);
    if (kept !== undefined) return kept;
    // A text that was put together from many is made one, so that no answer has to do it again.
    const made = new KeptAnswer(Buffer.from(make()).toString());
    if (this.#count >= MAX_ANSWERS) this.#forget();
    const ofOperation = this.#answers.get(bound) ?? new Map<string, KeptAnswer>();
    this.#answers.set(bound, ofOperation.set(key, made));
    this.#count++;
    return made;
  }

  #forget(): void {
    this.#answers.clear();
    this.#count = 0;
  }
}
