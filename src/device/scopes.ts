import type { Emit } from "./change.js";
import type { Identity } from "./identity.js";
import { refusal } from "./refusal.js";

/** One scope URI; a fixed one can not be removed by clients. */
export interface Scope {
  readonly uri: string;
  readonly fixed: boolean;
}

/** A scope as it is set up; without `fixed` its category decides. */
export interface ScopeSetup {
  readonly uri: string;
  readonly fixed?: boolean;
}

const PREFIX = "onvif://www.onvif.org/";
const MAXIMUM_LENGTH = 512;

/** The category of an ONVIF scope in lower case (`name`, `hardware`, `profile` …); empty for other URIs. */
const categoryOf = (uri: string): string => {
  if (!uri.toLowerCase().startsWith(PREFIX)) return "";
  return uri.slice(PREFIX.length).split("/")[0]?.toLowerCase() ?? "";
};

/** Device facts by nature. Of the names only the first is one: others are the owner's. */
const FACTS: readonly string[] = ["profile", "hardware", "type", "macaddress", "serialnumber"];

/**
 * The URI as it may stand in a list divided by white space (WS-Discovery): what a URI can not contain is
 * percent-encoded, as xs:anyURI has it. Undefined for an empty or overlong one.
 */
const normalized = (uri: string): string | undefined => {
  const encoded = uri.trim().replaceAll(/[^\u0021-\u007e]|["<>\\^`{|}]/gu, (character) => {
    // A lone surrogate has no encoding; it becomes the replacement character.
    return encodeURIComponent(/\p{Cs}/u.test(character) ? "\ufffd" : character);
  });
  return encoded === "" || encoded.length > MAXIMUM_LENGTH ? undefined : encoded;
};

/**
 * The list at the start: the given scopes without repetitions, completed by what every device has (Core §7.3.2.2), a
 * fixed entry each of the categories Profile, hardware and name.
 */
export const initialScopes = (given: readonly ScopeSetup[], identity: Identity): readonly Scope[] => {
  const scopes = new Map<string, Scope>();
  const hasFixed = (category: string): boolean =>
    [...scopes.values()].some((scope) => scope.fixed && categoryOf(scope.uri) === category);
  const add = ({ uri: text, fixed }: ScopeSetup): void => {
    const uri = normalized(text);
    if (uri === undefined || scopes.has(uri)) return;
    const category = categoryOf(uri);
    const isFact = FACTS.includes(category) || (category === "name" && !hasFixed("name"));
    scopes.set(uri, { uri, fixed: fixed ?? isFact });
  };
  for (const scope of given) add(scope);
  const required = {
    profile: "Profile/Streaming",
    hardware: `hardware/${encodeURIComponent(identity.hardwareId || identity.model || "camera")}`,
    name: `name/${encodeURIComponent(identity.model || "camera")}`,
  };
  for (const [category, path] of Object.entries(required))
    if (!hasFixed(category)) {
      const uri = PREFIX + path;
      scopes.delete(uri);
      add({ uri, fixed: true });
    }
  return [...scopes.values()];
};

/** The scopes of the device (Core §8.3.14–8.3.17): each URI once, fixed ones untouchable. */
export class Scopes {
  #scopes: readonly Scope[];

  constructor(
    scopes: readonly Scope[],
    readonly maximum: number,
    private readonly emit: Emit,
  ) {
    this.#scopes = scopes;
  }

  /** GetScopes. */
  list(): readonly Scope[] {
    return this.#scopes;
  }

  /** SetScopes: replaces the configurable scopes; one that is fixed already, or given twice, counts once. */
  setScopes(uris: readonly string[]): void {
    const fixed = this.#scopes.filter((scope) => scope.fixed);
    this.#scopes = this.#with(fixed, uris);
    this.emit({ slice: "scopes", what: "set" });
  }

  /** AddScopes: a scope that is there already is not added again. */
  addScopes(uris: readonly string[]): void {
    this.#scopes = this.#with(this.#scopes, uris);
    this.emit({ slice: "scopes", what: "added" });
  }

  /** RemoveScopes: all or none. Returns those removed. */
  removeScopes(uris: readonly string[]): readonly string[] {
    const removed = new Set<string>();
    for (const text of uris) {
      const uri = normalized(text);
      const scope = this.#scopes.find((other) => other.uri === uri);
      if (!scope) throw refusal("no-scope", "no such scope", { scope: text.slice(0, MAXIMUM_LENGTH) });
      if (scope.fixed) throw refusal("fixed-scope", "a fixed scope can not be removed", { scope: scope.uri });
      removed.add(scope.uri);
    }
    this.#scopes = this.#scopes.filter((scope) => !removed.has(scope.uri));
    this.emit({ slice: "scopes", what: "removed" });
    return [...removed];
  }

  /** Checks a saved list; the result puts it in force. */
  prepare(saved: readonly Scope[]): () => void {
    const scopes: Scope[] = [];
    for (const { uri: text, fixed } of saved) {
      const uri = normalized(text);
      if (uri === undefined || scopes.some((scope) => scope.uri === uri))
        throw refusal("state-mismatch", "a saved scope is empty, too long or there twice", {
          scope: text.slice(0, MAXIMUM_LENGTH),
        });
      scopes.push({ uri, fixed });
    }
    return () => {
      this.#scopes = scopes;
    };
  }

  #with(kept: readonly Scope[], uris: readonly string[]): readonly Scope[] {
    const scopes = new Map(kept.map((scope) => [scope.uri, scope]));
    for (const text of uris) {
      const uri = normalized(text);
      if (uri === undefined)
        throw refusal("invalid-argument", `a scope has 1 to ${MAXIMUM_LENGTH} characters`, {
          scope: text.slice(0, MAXIMUM_LENGTH),
        });
      if (!scopes.has(uri)) scopes.set(uri, { uri, fixed: false });
      if (scopes.size > this.maximum)
        throw refusal("too-many-scopes", `at most ${this.maximum} scopes`, { given: uris.length });
    }
    return [...scopes.values()];
  }
}
