import type { Emit } from "../change.js";
import { refusal } from "../refusal.js";

/** What a password must have (Core §8.5.1–8.5.3). Numbers count characters; 0 asks for nothing. */
export interface PasswordComplexity {
  readonly minimumLength: number;
  readonly uppercase: number;
  readonly numbers: number;
  /** Characters that are neither letters nor digits. */
  readonly specialCharacters: number;
  /** The password must not hold the name of its user, in any case. */
  readonly blocksUsername: boolean;
  /** No policy can be changed any more until the factory default. */
  readonly isLocked: boolean;
}

/** Whether the last passwords of a user may come again (Core §8.5.4–8.5.5). */
export interface PasswordHistory {
  readonly enabled: boolean;
  /** How many, the present one among them. */
  readonly length: number;
}

/** When failed logins are told as an event (Core §8.5.6–8.5.8). */
export interface AuthFailureWarning {
  readonly enabled: boolean;
  /** Seconds from the first failure in which they are counted. */
  readonly monitorPeriod: number;
  /** Failures that are not told yet. */
  readonly maximumFailures: number;
}

export interface SecurityPoliciesState {
  readonly complexity: PasswordComplexity;
  readonly history: PasswordHistory;
  readonly authFailures: AuthFailureWarning;
}

interface Range {
  readonly min: number;
  readonly max: number;
}

export const HISTORY_LENGTHS: Range = { min: 1, max: 10 };
export const MONITOR_PERIODS: Range = { min: 1, max: 3600 };
export const AUTH_FAILURES: Range = { min: 1, max: 100 };

const DEFAULTS: SecurityPoliciesState = {
  complexity: {
    minimumLength: 1,
    uppercase: 0,
    numbers: 0,
    specialCharacters: 0,
    blocksUsername: false,
    isLocked: false,
  },
  history: { enabled: false, length: 5 },
  authFailures: { enabled: true, monitorPeriod: 60, maximumFailures: 10 },
};

const fits = (value: number, { min, max }: Range): boolean => Number.isInteger(value) && value >= min && value <= max;
const count = (text: string, kind: RegExp): number => text.match(kind)?.length ?? 0;

/** The rules for passwords and failed logins that administrators set (Core §8.5). */
export class SecurityPolicies {
  #state: SecurityPoliciesState;

  /** `minimumLength` is that of passwords while no client has set another. */
  constructor(
    readonly maximumPasswordLength: number,
    minimumLength: number,
    private readonly emit: Emit,
  ) {
    this.#state = { ...DEFAULTS, complexity: { ...DEFAULTS.complexity, minimumLength } };
  }

  get complexity(): PasswordComplexity {
    return this.#state.complexity;
  }

  get history(): PasswordHistory {
    return this.#state.history;
  }

  get authFailures(): AuthFailureWarning {
    return this.#state.authFailures;
  }

  /** SetPasswordComplexityConfiguration: what is absent stays as it is. */
  setComplexity(given: { readonly [K in keyof PasswordComplexity]?: PasswordComplexity[K] | undefined }): void {
    const old = this.complexity;
    this.#set({
      ...this.#state,
      complexity: {
        minimumLength: given.minimumLength ?? old.minimumLength,
        uppercase: given.uppercase ?? old.uppercase,
        numbers: given.numbers ?? old.numbers,
        specialCharacters: given.specialCharacters ?? old.specialCharacters,
        blocksUsername: given.blocksUsername ?? old.blocksUsername,
        isLocked: given.isLocked ?? old.isLocked,
      },
    });
  }

  /** SetPasswordHistoryConfiguration. */
  setHistory(history: PasswordHistory): void {
    this.#set({ ...this.#state, history });
  }

  /** SetAuthFailureWarningConfiguration. */
  setAuthFailures(authFailures: AuthFailureWarning): void {
    this.#set({ ...this.#state, authFailures });
  }

  /** What a password lacks, as a sentence; undefined for one that is good enough. */
  weakness(username: string, password: string): string | undefined {
    const { minimumLength, uppercase, numbers, specialCharacters, blocksUsername } = this.complexity;
    if ([...password].length < minimumLength) return `a password has at least ${minimumLength} characters`;
    if (count(password, /\p{Lu}/gu) < uppercase) return `a password has at least ${uppercase} uppercase letters`;
    if (count(password, /\p{Nd}/gu) < numbers) return `a password has at least ${numbers} digits`;
    if (count(password, /[^\p{L}\p{N}]/gu) < specialCharacters)
      return `a password has at least ${specialCharacters} characters that are neither letters nor digits`;
    if (blocksUsername && password.toLowerCase().includes(username.toLowerCase()))
      return "a password does not hold the name of its user";
    return undefined;
  }

  snapshot(): SecurityPoliciesState {
    return this.#state;
  }

  /** Checks saved policies; the result puts them in force. */
  prepare(state: SecurityPoliciesState): () => void {
    this.#demandGood(state);
    return () => {
      this.#state = state;
    };
  }

  #set(next: SecurityPoliciesState): void {
    if (this.complexity.isLocked)
      throw refusal("invalid-argument", "the policies are locked until the camera is set back to its factory default");
    this.#demandGood(next);
    this.#state = next;
    this.emit({ slice: "access", what: "security-policies" });
  }

  #demandGood({ complexity, history, authFailures }: SecurityPoliciesState): void {
    const { minimumLength, uppercase, numbers, specialCharacters } = complexity;
    const { maximumPasswordLength: max } = this;
    if (!fits(minimumLength, { min: 1, max }))
      throw refusal("invalid-argument", `the minimum length of passwords is 1 to ${max}`);
    for (const one of [uppercase, numbers, specialCharacters])
      if (!fits(one, { min: 0, max })) throw refusal("invalid-argument", `0 to ${max} characters of a kind`);
    if (uppercase + numbers + specialCharacters > max)
      throw refusal("invalid-argument", `no password of at most ${max} characters could have all of these`);
    if (!fits(history.length, HISTORY_LENGTHS))
      throw refusal("invalid-argument", `the last 1 to ${HISTORY_LENGTHS.max} passwords are remembered`);
    if (!fits(authFailures.monitorPeriod, MONITOR_PERIODS))
      throw refusal("invalid-argument", `failed logins are counted for 1 to ${MONITOR_PERIODS.max} seconds`);
    if (!fits(authFailures.maximumFailures, AUTH_FAILURES))
      throw refusal("invalid-argument", `1 to ${AUTH_FAILURES.max} failed logins are allowed`);
  }
}
