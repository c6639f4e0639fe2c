import type { Emit } from "../change.js";
import { refusal } from "../refusal.js";
import type { PolicyLevel } from "./access-policy.js";

/** What users of the level Extended may do beside or in place of a level (Core §5.9.4.5). */
export interface UserRole {
  readonly name: string;
  /** Operations with the prefix of their service: `tds:GetUsers`. Empty for the predefined roles. */
  readonly functions: readonly string[];
}

/** The predefined roles, and the level that each stands for. */
export const PREDEFINED_ROLES: ReadonlyMap<string, PolicyLevel> = new Map([
  ["onvif:Administrator", "Administrator"],
  ["onvif:Operator", "Operator"],
  ["onvif:User", "User"],
]);

/** The predefined ones count among them. */
export const MAXIMUM_ROLES = 32;
const MAXIMUM_NAME_LENGTH = 64;

/** The roles that clients make (Core §8.4.10). */
export class UserRoles {
  #roles: readonly UserRole[] = [];

  constructor(private readonly emit: Emit) {}

  /** GetUserRoles: all of them, the predefined ones first, or the one of that name. */
  list(name?: string): readonly UserRole[] {
    const all = [...[...PREDEFINED_ROLES.keys()].map((one) => ({ name: one, functions: [] })), ...this.#roles];
    if (name === undefined) return all;
    const found = all.filter((role) => role.name === name);
    if (found.length === 0) throw refusal("invalid-user-role", "no such role", { name: name.slice(0, 64) });
    return found;
  }

  has(name: string): boolean {
    return PREDEFINED_ROLES.has(name) || this.#roles.some((role) => role.name === name);
  }

  /** True when one of these roles is for one of these functions. */
  allow(names: readonly string[], functions: readonly string[]): boolean {
    return this.#roles.some(
      (role) => names.includes(role.name) && role.functions.some((one) => functions.includes(one)),
    );
  }

  /** SetUserRole; `offers` says whether the camera has a function. */
  set({ name, functions }: UserRole, offers: (one: string) => boolean): void {
    this.#demandEditable(name);
    if (name === "" || /\s/.test(name) || [...name].length > MAXIMUM_NAME_LENGTH)
      throw refusal("invalid-argument", `the name of a role has 1 to ${MAXIMUM_NAME_LENGTH} characters and no blanks`);
    const missing = functions.find((one) => !offers(one));
    if (missing !== undefined)
      throw refusal("function-not-implemented", `there is no function ${missing.slice(0, 64)} here`);
    const others = this.#roles.filter((role) => role.name !== name);
    if (others.length + 1 + PREDEFINED_ROLES.size > MAXIMUM_ROLES)
      throw refusal("too-many-user-roles", `at most ${MAXIMUM_ROLES} roles, the predefined ones among them`);
    this.#roles = [...others, { name, functions: [...new Set(functions)] }];
    this.emit({ slice: "access", what: "roles" });
  }

  /** DeleteUserRole; `forget` takes the role from those who have it. */
  delete(name: string, forget: () => void): void {
    this.#demandEditable(name);
    if (!this.has(name)) throw refusal("invalid-user-role", "no such role", { name: name.slice(0, 64) });
    this.#roles = this.#roles.filter((role) => role.name !== name);
    forget();
    this.emit({ slice: "access", what: "roles" });
  }

  snapshot(): readonly UserRole[] {
    return this.#roles;
  }

  /** Checks saved roles; the result puts them in force. */
  prepare(saved: readonly UserRole[]): () => void {
    const names = new Set(saved.map(({ name }) => name));
    if (names.size !== saved.length || [...names].some((name) => name.startsWith("onvif:")))
      throw refusal("state-mismatch", "the saved roles do not fit");
    const roles = saved.map(({ name, functions }) => ({ name, functions: [...functions] }));
    return () => {
      this.#roles = roles;
    };
  }

  #demandEditable(name: string): void {
    if (name.startsWith("onvif:")) throw refusal("onvif-prefix", "roles with the prefix onvif: are fixed");
  }
}
