import { scryptSync } from "node:crypto";

/** Passwords that a user has had, as hashes, the latest first. */
export interface FormerPasswordsOf {
  readonly username: string;
  readonly hashes: readonly string[];
}

/** About 10 ms, so that the few that are made never hold a stream up. */
const COST = { N: 4096, r: 8, p: 1 } as const;

/** The name is the salt: the same password gives one hash for each user, which is what they are compared by. */
const hashOf = (username: string, password: string): string =>
  scryptSync(password, `former ${username}`, 24, COST).toString("base64");

/** Remembers the passwords that users had before, so that they do not come again. Never in clear text. */
export class FormerPasswords {
  #users: readonly FormerPasswordsOf[] = [];

  /** True for one of the last `count` passwords. */
  includes(username: string, password: string, count: number): boolean {
    const hashes = this.#hashes(username).slice(0, count);
    return hashes.length > 0 && hashes.includes(hashOf(username, password));
  }

  /** Adds a password that has just been given up; `count` are kept. */
  add(username: string, password: string, count: number): void {
    const hashes = [hashOf(username, password), ...this.#hashes(username)].slice(0, count);
    this.#users = [...this.#users.filter((one) => one.username !== username), { username, hashes }];
  }

  forget(usernames: readonly string[]): void {
    this.#users = this.#users.filter(({ username }) => !usernames.includes(username));
  }

  forgetAll(): void {
    this.#users = [];
  }

  snapshot(): readonly FormerPasswordsOf[] {
    return this.#users;
  }

  /** Saved ones; the result puts them in force. */
  prepare(saved: readonly FormerPasswordsOf[]): () => void {
    const users = saved.map(({ username, hashes }) => ({ username, hashes: [...hashes] }));
    return () => {
      this.#users = users;
    };
  }

  #hashes(username: string): readonly string[] {
    return this.#users.find((one) => one.username === username)?.hashes ?? [];
  }
}
