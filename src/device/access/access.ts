import type { Emit } from "../change.js";
import {
  type AccessClass,
  AccessPolicy,
  type AccessRule,
  DEFAULT_ACCESS_POLICY,
  type PolicyLevel,
} from "./access-policy.js";
import { type DigestAlgorithm, DigestAlgorithms } from "./digest-algorithms.js";
import { FailedLogins } from "./failed-logins.js";
import { FormerPasswords, type FormerPasswordsOf } from "./former-passwords.js";
import { type RemoteUser, RemoteUserSetting } from "./remote-user.js";
import { SecurityPolicies, type SecurityPoliciesState } from "./security-policies.js";
import { PREDEFINED_ROLES, type UserRole, UserRoles } from "./user-roles.js";

export interface AccessState {
  readonly securityPolicies: SecurityPoliciesState;
  readonly formerPasswords: readonly FormerPasswordsOf[];
  /** Empty for the default one. */
  readonly policy: readonly AccessRule[];
  readonly roles: readonly UserRole[];
  readonly remoteUser?: RemoteUser;
  readonly digestAlgorithms: readonly DigestAlgorithm[];
}

export interface AccessSetup {
  readonly maximumUsernameLength: number;
  readonly maximumPasswordLength: number;
  readonly minimumPasswordLength: number;
  /** How long too many failed logins shut a user out, in ms; 0 for not at all. */
  readonly lockoutMs: number;
}

/** What somebody is entitled by: a level, or the roles of the level Extended. */
export interface Entitled {
  readonly level: PolicyLevel | "Extended";
  readonly roles?: readonly string[] | undefined;
}

/** What may be done with streams, whichever they are. */
export interface StreamActions {
  /** To play and to replay. */
  readonly read: boolean;
  readonly publish: boolean;
}

/** The functions that tell the addresses of streams, for roles. */
const STREAM_ADDRESSES: readonly string[] = ["trt:GetStreamUri", "tr2:GetStreamUri"];

/** Nobody in particular: who has not logged in (Core §5.9.4.2). */
export const NOT_LOGGED_IN: Entitled = Object.freeze<Entitled>({ level: "Anonymous" });

/** Who may log in, how, and what that entitles to, beside the accounts themselves. */
export class Access {
  readonly securityPolicies: SecurityPolicies;
  readonly formerPasswords = new FormerPasswords();
  readonly policy: AccessPolicy;
  readonly roles: UserRoles;
  readonly remoteUser: RemoteUserSetting;
  readonly digestAlgorithms: DigestAlgorithms;
  readonly failedLogins: FailedLogins;

  /** `isTaken` tells the names of the accounts. */
  constructor(setup: AccessSetup, isTaken: (username: string) => boolean, emit: Emit) {
    const { maximumPasswordLength, minimumPasswordLength, lockoutMs } = setup;
    this.securityPolicies = new SecurityPolicies(maximumPasswordLength, minimumPasswordLength, emit);
    this.policy = new AccessPolicy(emit);
    this.roles = new UserRoles(emit);
    this.remoteUser = new RemoteUserSetting(setup, isTaken, emit);
    this.digestAlgorithms = new DigestAlgorithms(emit);
    this.failedLogins = new FailedLogins(() => this.securityPolicies.authFailures, lockoutMs, emit);
  }

  /** True when somebody may call an operation of that class, which roles call by one of these names. */
  mayCall(who: Entitled, accessClass: AccessClass, functions: readonly string[]): boolean {
    const { level, roles = [] } = who;
    if (level !== "Extended") return this.policy.allows(level, accessClass);
    return levelsOf(roles).some((one) => this.policy.allows(one, accessClass)) || this.roles.allow(roles, functions);
  }

  /**
   * What somebody may do with streams. Their access class is READ_MEDIA (Streaming §7.2), replays among them; to publish
   * affects what the camera does, which is ACTUATE. Whom a role tells the addresses may play.
   */
  streamActions(who: Entitled): StreamActions {
    return { read: this.mayCall(who, "READ_MEDIA", STREAM_ADDRESSES), publish: this.mayCall(who, "ACTUATE", []) };
  }

  snapshot(): AccessState {
    return {
      securityPolicies: this.securityPolicies.snapshot(),
      formerPasswords: this.formerPasswords.snapshot(),
      policy: this.policy.rules === DEFAULT_ACCESS_POLICY ? [] : this.policy.rules,
      roles: this.roles.snapshot(),
      ...(this.remoteUser.user && { remoteUser: this.remoteUser.user }),
      digestAlgorithms: this.digestAlgorithms.chosen,
    };
  }

  /** Checks a saved state; the result puts it in force. */
  prepare(state: AccessState): () => void {
    const commits = [
      this.securityPolicies.prepare(state.securityPolicies),
      this.formerPasswords.prepare(state.formerPasswords),
      this.policy.prepare(state.policy.length === 0 ? DEFAULT_ACCESS_POLICY : state.policy),
      this.roles.prepare(state.roles),
      this.remoteUser.prepare(state.remoteUser),
      this.digestAlgorithms.prepare(state.digestAlgorithms),
    ];
    return () => {
      for (const commit of commits) commit();
    };
  }
}

/** The levels of an Extended user: those that his predefined roles stand for, and what everybody has. */
function levelsOf(roles: readonly string[]): readonly PolicyLevel[] {
  return [...[...PREDEFINED_ROLES].filter(([name]) => roles.includes(name)).map(([, one]) => one), "Anonymous"];
}
