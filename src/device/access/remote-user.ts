import { createHmac } from "node:crypto";
import type { Emit } from "../change.js";
import { refusal } from "../refusal.js";

/** The one user that a remote system logs in as (Core §8.4.7–8.4.8). */
export interface RemoteUser {
  readonly username: string;
  /** Nobody can log in without one. */
  readonly password?: string;
  /** The user logs in with what is derived from the password for this camera, in place of the password itself. */
  readonly usesDerivedPassword: boolean;
}

/**
 * The password equivalent for one camera. Core leaves the derivation open; this is the one of its releases before
 * 2.5 (§5.12.3.1), which clients that derive know: HMAC-SHA1 keyed by name and password over the address of the
 * endpoint and a fixed text.
 */
export const derivedPassword = (username: string, password: string, endpointAddress: string): string =>
  createHmac("sha1", username + password)
    .update(`${endpointAddress}ONVIF password`)
    .digest("base64");

export class RemoteUserSetting {
  #user: RemoteUser | undefined;

  /** `isTaken` tells the names of the camera's own users; lengths are in characters. */
  constructor(
    private readonly limits: { readonly maximumUsernameLength: number; readonly maximumPasswordLength: number },
    private readonly isTaken: (username: string) => boolean,
    private readonly emit: Emit,
  ) {}

  get user(): RemoteUser | undefined {
    return this.#user;
  }

  /** SetRemoteUser; undefined removes it. */
  set(user: RemoteUser | undefined): void {
    if (user) {
      const { maximumUsernameLength, maximumPasswordLength } = this.limits;
      if (this.isTaken(user.username)) throw refusal("username-clash", "that user exists");
      if (user.username.trim() === "") throw refusal("username-too-short", "a username is not empty");
      if ([...user.username].length > maximumUsernameLength)
        throw refusal("username-too-long", `a username has at most ${maximumUsernameLength} characters`);
      if ([...(user.password ?? "")].length > maximumPasswordLength)
        throw refusal("password-too-long", `a password has at most ${maximumPasswordLength} characters`);
    }
    this.#user = user;
    this.emit({ slice: "access", what: "remote-user" });
  }

  /** A saved one; the result puts it in force. */
  prepare(saved: RemoteUser | undefined): () => void {
    return () => {
      this.#user = saved;
    };
  }
}
