import type { Emit } from "../change.js";
import { refusal } from "../refusal.js";

/** Classes of operations by what they do (Core §5.9.4.3). */
export const ACCESS_CLASSES = [
  "PRE_AUTH",
  "READ_SYSTEM",
  "READ_SYSTEM_SENSITIVE",
  "READ_SYSTEM_SECRET",
  "WRITE_SYSTEM",
  "WRITE_SYSTEM_SECRET",
  "UNRECOVERABLE",
  "READ_MEDIA",
  "ACTUATE",
] as const;
export type AccessClass = (typeof ACCESS_CLASSES)[number];

/** The levels that a policy speaks of (Core §5.9.4.2), from the most to the least entitled. */
export const POLICY_LEVELS = ["Administrator", "Operator", "User", "Anonymous"] as const;
export type PolicyLevel = (typeof POLICY_LEVELS)[number];

/** Which levels may call the operations of a class. */
export interface AccessRule {
  readonly accessClass: AccessClass;
  readonly levels: readonly PolicyLevel[];
}

/** The default access policy (Core §5.9.4.4). */
export const DEFAULT_ACCESS_POLICY: readonly AccessRule[] = Object.freeze<AccessRule[]>([
  { accessClass: "PRE_AUTH", levels: POLICY_LEVELS },
  { accessClass: "READ_SYSTEM", levels: ["Administrator", "Operator", "User"] },
  { accessClass: "READ_SYSTEM_SENSITIVE", levels: ["Administrator", "Operator"] },
  { accessClass: "READ_SYSTEM_SECRET", levels: ["Administrator"] },
  { accessClass: "WRITE_SYSTEM", levels: ["Administrator"] },
  { accessClass: "WRITE_SYSTEM_SECRET", levels: ["Administrator"] },
  { accessClass: "UNRECOVERABLE", levels: ["Administrator"] },
  { accessClass: "READ_MEDIA", levels: ["Administrator", "Operator", "User"] },
  { accessClass: "ACTUATE", levels: ["Administrator", "Operator"] },
]);

/**
 * Who may call what (Core §5.9.4, §8.4.1–8.4.2). A policy names each class once. It leaves everything to Administrators
 * and the operations that need no login to everybody, so that none shuts the camera off.
 */
export class AccessPolicy {
  #rules = DEFAULT_ACCESS_POLICY;

  constructor(private readonly emit: Emit) {}

  get rules(): readonly AccessRule[] {
    return this.#rules;
  }

  allows(level: PolicyLevel, accessClass: AccessClass): boolean {
    for (const rule of this.#rules) if (rule.accessClass === accessClass) return rule.levels.includes(level);
    return false;
  }

  /** SetAccessPolicy. */
  set(rules: readonly AccessRule[]): void {
    this.prepare(rules)();
    this.emit({ slice: "access", what: "policy" });
  }

  /** Checks a policy; the result puts it in force. */
  prepare(rules: readonly AccessRule[]): () => void {
    const broken = (why: string) => refusal("policy-format", why);
    for (const accessClass of ACCESS_CLASSES) {
      const found = rules.filter((rule) => rule.accessClass === accessClass);
      if (found.length !== 1) throw broken(`a policy has the class ${accessClass} once`);
      const levels = found[0]?.levels ?? [];
      if (new Set(levels).size !== levels.length) throw broken(`the class ${accessClass} has a level twice`);
      if (!levels.includes("Administrator")) throw broken(`Administrators have the class ${accessClass}`);
      if (accessClass === "PRE_AUTH" && levels.length < POLICY_LEVELS.length)
        throw broken("everybody has the class PRE_AUTH");
    }
    if (rules === DEFAULT_ACCESS_POLICY) return () => void (this.#rules = rules);
    const next = rules.map(({ accessClass, levels }) => ({ accessClass, levels: [...levels] }));
    return () => {
      this.#rules = next;
    };
  }
}
