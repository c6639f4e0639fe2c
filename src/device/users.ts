import type { Emit } from "./change.js";
import { refusal } from "./refusal.js";

/** The four levels of Core §5.9.4.2 that this camera has; unauthenticated callers are Anonymous. */
export type UserLevel = "Administrator" | "Operator" | "User" | "Anonymous";

/** One account. The password is kept as it is, since both digests of the standard need it. */
export interface User {
  readonly username: string;
  readonly password: string;
  readonly level: UserLevel;
}

/** An account without its secret, as GetUsers tells it. */
export type ListedUser = Omit<User, "password">;

/** A change of SetUser; an absent password is an empty one (Core §8.4.6). */
export interface UserSetting {
  readonly username: string;
  readonly password?: string | undefined;
  readonly level: UserLevel;
}

/** Lengths in characters. */
export interface UserLimits {
  readonly maximumUsers: number;
  readonly maximumUsernameLength: number;
  readonly maximumPasswordLength: number;
  readonly minimumPasswordLength: number;
}

/** More than the 28 bytes of password that Core §8.4.4 recommends. */
export const defaultUserLimits: UserLimits = Object.freeze({
  maximumUsers: 32,
  maximumUsernameLength: 64,
  maximumPasswordLength: 64,
  minimumPasswordLength: 1,
});

const hasAdministrator = (users: readonly User[]): boolean => users.some(({ level }) => level === "Administrator");

/**
 * The accounts (Core §8.4.3–8.4.6). The last Administrator is a fixed user: it can neither be deleted nor lowered, so
 * that the camera stays reachable.
 */
export class Users {
  #users: readonly User[];

  /** Of several users with one name the first counts. */
  constructor(
    users: readonly User[],
    readonly limits: UserLimits,
    private readonly emit: Emit,
  ) {
    const names = users.map(({ username }) => username);
    this.#users = users.filter(({ username }, index) => names.indexOf(username) === index);
  }

  /** GetUsers. */
  list(): readonly ListedUser[] {
    return this.#users.map(({ username, level }) => ({ username, level }));
  }

  /** The account of that name, with its password, for authentication; names are case-sensitive. */
  find(username: string): User | undefined {
    return this.#users.find((user) => user.username === username);
  }

  /** CreateUsers: all or none. */
  createUsers(created: readonly UserSetting[]): void {
    const next = [...this.#users];
    for (const { username, password = "", level } of created) {
      if (next.some((user) => user.username === username))
        throw refusal("username-clash", "that user exists", { username });
      if ([...username].length > this.limits.maximumUsernameLength)
        throw refusal("username-too-long", `a username has at most ${this.limits.maximumUsernameLength} characters`);
      if (username.trim() === "") throw refusal("username-too-short", "a username is not empty");
      this.#demandPassword(username, password, "password");
      this.#demandLevel(username, level);
      next.push({ username, password, level });
      if (next.length > this.limits.maximumUsers)
        throw refusal("too-many-users", `at most ${this.limits.maximumUsers} users`);
    }
    this.#users = next;
    this.emit({ slice: "users", what: "created", usernames: created.map(({ username }) => username) });
  }

  /** DeleteUsers: all or none. */
  deleteUsers(usernames: readonly string[]): void {
    for (const username of usernames) this.#demandUser(username);
    const next = this.#users.filter(({ username }) => !usernames.includes(username));
    this.#demandAdministrator(next);
    this.#users = next;
    this.emit({ slice: "users", what: "deleted", usernames: [...usernames] });
  }

  /** SetUser: all or none. */
  setUser(settings: readonly UserSetting[]): void {
    const next = new Map(this.#users.map((user) => [user.username, user]));
    for (const { username, password = "", level } of settings) {
      this.#demandUser(username);
      this.#demandPassword(username, password, "password-too-weak");
      this.#demandLevel(username, level);
      next.set(username, { username, password, level });
    }
    const users = [...next.values()];
    this.#demandAdministrator(users);
    this.#users = users;
    this.emit({ slice: "users", what: "set", usernames: settings.map(({ username }) => username) });
  }

  /** The accounts with their passwords. */
  snapshot(): readonly User[] {
    return this.#users;
  }

  /** Checks saved accounts; the result puts them in force. */
  prepare(saved: readonly User[]): () => void {
    const names = new Set(saved.map(({ username }) => username));
    if (names.size !== saved.length) throw refusal("state-mismatch", "a saved user is there twice");
    const users = saved.map(({ username, password, level }) => ({ username, password, level }));
    return () => {
      this.#users = users;
    };
  }

  #demandUser(username: string): void {
    if (!this.#users.some((user) => user.username === username))
      throw refusal("username-missing", "no such user", {
        username: username.slice(0, this.limits.maximumUsernameLength),
      });
  }

  #demandPassword(username: string, password: string, weak: "password" | "password-too-weak"): void {
    const { minimumPasswordLength: minimum, maximumPasswordLength: maximum } = this.limits;
    const length = [...password].length;
    if (length > maximum)
      throw refusal("password-too-long", `a password has at most ${maximum} characters`, { username });
    if (length < minimum) throw refusal(weak, `a password has at least ${minimum} characters`, { username });
  }

  #demandLevel(username: string, level: UserLevel): void {
    if (level === "Anonymous") throw refusal("anonymous-not-allowed", "nobody can be made Anonymous", { username });
  }

  #demandAdministrator(next: readonly User[]): void {
    if (hasAdministrator(this.#users) && !hasAdministrator(next))
      throw refusal("fixed-user", "the last Administrator stays one");
  }
}
