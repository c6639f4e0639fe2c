import type { Access } from "./access/access.js";
import type { PolicyLevel } from "./access/access-policy.js";
import type { Emit } from "./change.js";
import { refusal } from "./refusal.js";

/** The levels of Core §5.9.4.2; unauthenticated callers are Anonymous, and the roles of Extended users say what they may do. */
export type UserLevel = PolicyLevel | "Extended";

/** One account. The password is kept as it is, since both digests of the standard need it. */
export interface User {
  readonly username: string;
  readonly password: string;
  readonly level: UserLevel;
  /** Of a user of the level Extended. */
  readonly roles?: readonly string[] | undefined;
}

/** An account without its secret, as GetUsers tells it. */
export type ListedUser = Omit<User, "password">;

/** A change of SetUser; an absent password is an empty one (Core §8.4.6). */
export interface UserSetting {
  readonly username: string;
  readonly password?: string | undefined;
  readonly level: UserLevel;
  readonly roles?: readonly string[] | undefined;
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

const hasAdministrator = (users: readonly User[]): boolean =>
  users.some(({ level, roles }) => level === "Administrator" || roles?.includes("onvif:Administrator"));

/** A name that a header line can carry. */
const isWritable = (name: string): boolean => !/\p{Cc}/u.test(name);

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
    private readonly access: Access,
    private readonly emit: Emit,
  ) {
    const names = users.map(({ username }) => username);
    this.#users = users.filter(({ username }, index) => names.indexOf(username) === index);
  }

  /** GetUsers. */
  list(): readonly ListedUser[] {
    return this.#users.map(({ username, level, roles }) => ({ username, level, ...(roles && { roles }) }));
  }

  /** The account of that name, with its password, for authentication; names are case-sensitive. */
  find(username: string): User | undefined {
    return this.#users.find((user) => user.username === username);
  }

  has(username: string): boolean {
    return this.#users.some((user) => user.username === username);
  }

  /** CreateUsers: all or none. */
  createUsers(created: readonly UserSetting[]): void {
    const next = [...this.#users];
    for (const setting of created) {
      const { username, password = "" } = setting;
      const isRemote = this.access.remoteUser.user?.username === username;
      if (isRemote || next.some((user) => user.username === username))
        throw refusal("username-clash", "that user exists", { username });
      if ([...username].length > this.limits.maximumUsernameLength)
        throw refusal("username-too-long", `a username has at most ${this.limits.maximumUsernameLength} characters`);
      if (username.trim() === "") throw refusal("username-too-short", "a username is not empty");
      if (!isWritable(username)) throw refusal("invalid-argument", "a username has no control characters");
      this.#demandPassword(username, password, "password");
      next.push(this.#checked(setting));
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
    this.access.formerPasswords.forget(usernames);
    this.emit({ slice: "users", what: "deleted", usernames: [...usernames] });
  }

  /** SetUser: all or none. */
  setUser(settings: readonly UserSetting[]): void {
    const next = new Map(this.#users.map((user) => [user.username, user]));
    for (const setting of settings) {
      const { username, password = "", level } = setting;
      const present = this.#demandUser(username);
      this.#demandPassword(username, password, "password-too-weak");
      if (password !== present.password || level === present.level) this.#demandNewPassword(present, password);
      next.set(username, this.#checked(setting));
    }
    const users = [...next.values()];
    this.#demandAdministrator(users);
    this.#remember(users);
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
    const users = saved.map((user) => ({ ...user }));
    return () => {
      this.#users = users;
    };
  }

  /** ModifyPassword (Core §8.4.6): a user gives himself another password and stays what he is. */
  changeOwnPassword(username: string, password: string | undefined): void {
    const { level, roles } = this.#demandUser(username);
    this.setUser([{ username, password, level, roles }]);
  }

  /** DeleteUserRole: nobody has the role any more. */
  deleteRole(name: string): void {
    const without = (user: User): User =>
      user.roles ? { ...user, roles: user.roles.filter((role) => role !== name) } : user;
    this.access.roles.delete(name, () => {
      this.#users = this.#users.map(without);
    });
  }

  #demandUser(username: string): User {
    const user = this.find(username);
    if (user) return user;
    throw refusal("username-missing", "no such user", {
      username: username.slice(0, this.limits.maximumUsernameLength),
    });
  }

  #checked({ username, password = "", level, roles }: UserSetting): User {
    if (level === "Anonymous") throw refusal("anonymous-not-allowed", "nobody can be made Anonymous", { username });
    if (level !== "Extended") return { username, password, level };
    const missing = roles?.find((role) => !this.access.roles.has(role));
    if (missing !== undefined) throw refusal("invalid-user-role", "no such role", { role: missing.slice(0, 64) });
    return { username, password, level, roles: [...(roles ?? [])] };
  }

  #demandPassword(username: string, password: string, weak: "password" | "password-too-weak"): void {
    const { maximumPasswordLength: maximum } = this.limits;
    if ([...password].length > maximum)
      throw refusal("password-too-long", `a password has at most ${maximum} characters`, { username });
    const weakness = this.access.securityPolicies.weakness(username, password);
    if (weakness !== undefined) throw refusal(weak, weakness, { username });
  }

  #demandNewPassword({ username, password: present }: User, password: string): void {
    const { history } = this.access.securityPolicies;
    if (!history.enabled) return;
    if (password === present || this.access.formerPasswords.includes(username, password, history.length - 1))
      throw refusal("password-too-weak", `the last ${history.length} passwords do not come again`, { username });
  }

  /** Keeps the passwords that are about to be given up, as far as the policy wants to know of them. */
  #remember(next: readonly User[]): void {
    const { history } = this.access.securityPolicies;
    const { formerPasswords } = this.access;
    if (!history.enabled) return formerPasswords.forgetAll();
    for (const { username, password } of this.#users)
      if (next.some((user) => user.username === username && user.password !== password))
        formerPasswords.add(username, password, history.length - 1);
  }

  #demandAdministrator(next: readonly User[]): void {
    if (hasAdministrator(this.#users) && !hasAdministrator(next))
      throw refusal("fixed-user", "the last Administrator stays one");
  }
}
