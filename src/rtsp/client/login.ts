import { DecodeError } from "#util/errors";
import { type Challenge, parseChallenges } from "#wire/digest/challenge";
import { chooseChallenge, type ClientCredentials, respond } from "#wire/digest/respond";
import type { Headers } from "#wire/rtsp/message";

/**
 * Logs in to one server: answers the strongest challenge that it offers, whatever their order, and uses its nonce for the
 * requests that follow, as long as the server takes it.
 */
export class Login {
  readonly #user: ClientCredentials | undefined;
  readonly #allowsBasic: boolean;
  readonly #cnonce: () => string;
  #challenge: Challenge | undefined;
  #count = 0;
  #isPending = false;

  /** With `allowsBasic` the password may be shown to the server. `cnonce` makes an unpredictable text. */
  constructor(user: ClientCredentials | undefined, allowsBasic: boolean, cnonce: () => string) {
    this.#user = user;
    this.#allowsBasic = allowsBasic;
    this.#cnonce = cnonce;
  }

  /** The server has asked for a login, and no request has succeeded since. */
  get isPending(): boolean {
    return this.#isPending;
  }

  /** A request has succeeded. */
  accepted(): void {
    this.#isPending = false;
  }

  /** The value of `Authorization` for a request; undefined as long as nothing is asked for. */
  authorization(method: string, uri: string): string | undefined {
    if (!this.#challenge || !this.#user) return undefined;
    return respond(this.#challenge, this.#user, { method, uri }, ++this.#count, this.#cnonce());
  }

  /**
   * Takes the headers of a 401 that was the answer to `sent`, the value of `Authorization` if there was one. Undefined
   * when the request is to be sent again, else why that would be in vain. `isRepeated`: it answered the very challenge
   * that came before.
   */
  refused(headers: Headers, sent: string | undefined, isRepeated: boolean): string | undefined {
    if (!this.#user) return "the server wants a user name and a password, and none are given";
    const challenge = chooseChallenge(readable(headers.all("WWW-Authenticate")), this.#allowsBasic);
    if (!challenge) return "the server offers no way to log in that can be used";
    const isStale = challenge.scheme === "digest" && challenge.stale;
    this.#challenge = challenge;
    this.#count = 0;
    // Servers that make a nonce for each request refuse the one kept from before, and then take the new one.
    this.#isPending = sent === undefined || !isRepeated || isStale;
    return this.#isPending ? undefined : "the server refuses the user name or the password";
  }
}

/** A challenge that cannot be read does not hide those that can. */
const readable = (values: readonly string[]): Challenge[] =>
  values.flatMap((value) => {
    try {
      return parseChallenges([value]);
    } catch (error) {
      if (error instanceof DecodeError) return [];
      throw error;
    }
  });
