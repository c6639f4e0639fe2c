import type { Emit } from "../change.js";
import { refusal } from "../refusal.js";
import { isName, isToken, nextToken } from "../tokens.js";
import type { ConfigurationKind, ConfigurationRef, Profile } from "./types.js";

type Held = Profile["configurations"];

/**
 * What a kind needs beside it in a profile (Media2 §5.2.1). Metadata needs a source there too, but only as a
 * recommendation, and the test MEDIA-1-1-5 adds it to an empty profile: not demanded here.
 */
const dependencies: Readonly<Record<ConfigurationKind, ConfigurationKind | undefined>> = {
  "video-source": undefined,
  "audio-source": undefined,
  "video-encoder": "video-source",
  "audio-encoder": "audio-source",
  "audio-output": undefined,
  "audio-decoder": "audio-output",
  metadata: undefined,
};

const kinds: readonly ConfigurationKind[] = [
  "video-source",
  "audio-source",
  "video-encoder",
  "audio-encoder",
  "audio-output",
  "audio-decoder",
  "metadata",
];

/** What the profiles must know of the configurations. */
export interface ConfigurationIndex {
  /** All tokens of a kind, in order. */
  tokens(kind: ConfigurationKind): readonly string[];
  /** The source behind a configuration; undefined for one that fits any. */
  sourceOf(ref: ConfigurationRef): string | undefined;
}

/** The media profiles (Media §5.2, Media2 §5.1). */
export class Profiles {
  #profiles: readonly Profile[];

  constructor(
    profiles: readonly Profile[],
    readonly maximum: number,
    private readonly index: ConfigurationIndex,
    private readonly emit: Emit,
  ) {
    this.#profiles = profiles;
  }

  /** GetProfiles: those of the setup in their order, then the created ones. */
  list(): readonly Profile[] {
    return this.#profiles;
  }

  /** GetProfile; refuses an unknown token. */
  get(token: string): Profile {
    const found = this.#profiles.find((profile) => profile.token === token);
    if (!found) throw refusal("no-profile", "no such profile", { profileToken: token.slice(0, 64) });
    return found;
  }

  /** CreateProfile of both services (Media §5.2.1, Media2 §5.1.1). */
  createProfile(request: {
    readonly name: string;
    readonly token?: string | undefined;
    readonly configurations?: readonly ConfigurationRef[] | undefined;
  }): Profile {
    const { name, configurations = [] } = request;
    const taken = this.#profiles.map((profile) => profile.token);
    if (request.token !== undefined && taken.includes(request.token))
      throw refusal("profile-exists", "a profile has that token", { profileToken: request.token });
    if (request.token !== undefined && !isToken(request.token))
      throw refusal("invalid-argument", "a token has 1 to 64 characters and no white space");
    demandName(name);
    if (taken.length >= this.maximum)
      throw refusal("max-nvt-profiles", `at most ${this.maximum} profiles`, { present: taken.length });
    const token = request.token ?? nextToken("profile", taken);
    const created: Profile = {
      token,
      name,
      fixed: false,
      configurations: this.#added({}, configurations),
      multicastStreaming: false,
    };
    this.#profiles = [...this.#profiles, created];
    this.emit({ slice: "profiles", what: "created", profileToken: token });
    return created;
  }

  /**
   * Add…Configuration and AddConfiguration (Media §5.2.4–5.2.12, Media2 §5.1.3): all or none, judged by what the profile
   * holds in the end; a kind that is there already is replaced.
   */
  addConfiguration(profileToken: string, added: readonly ConfigurationRef[], name?: string): void {
    const profile = this.get(profileToken);
    if (name !== undefined) demandName(name);
    const configurations = this.#added(profile.configurations, added);
    this.#replace({ ...profile, name: name ?? profile.name, configurations });
    this.emit({ slice: "profiles", what: "changed", profileToken });
  }

  /**
   * Remove…Configuration and RemoveConfiguration (Media §5.2.13–5.2.21, Media2 §5.1.4). A kind that is not there is
   * no error and no change; one that another kind depends on is refused unless both go.
   */
  removeConfiguration(profileToken: string, removed: readonly ConfigurationKind[] | "all"): void {
    const profile = this.get(profileToken);
    const leaving = removed === "all" ? kinds : removed;
    const configurations = kept(profile.configurations, (kind) => !leaving.includes(kind));
    this.#demandFit(configurations);
    if (Object.keys(configurations).length === Object.keys(profile.configurations).length) return;
    this.#replace({ ...profile, configurations });
    this.emit({ slice: "profiles", what: "changed", profileToken });
  }

  /** DeleteProfile (Media §5.2.22, Media2 §5.1.5). */
  deleteProfile(token: string): void {
    if (this.get(token).fixed)
      throw refusal("deletion-of-fixed-profile", "a fixed profile can not be deleted", { profileToken: token });
    this.#profiles = this.#profiles.filter((profile) => profile.token !== token);
    this.emit({ slice: "profiles", what: "deleted", profileToken: token });
  }

  /** Starts or stops multicast streaming of a profile; its preconditions are the business of `Streams`. */
  setMulticastStreaming(profileToken: string, streaming: boolean): void {
    const profile = this.get(profileToken);
    if (profile.multicastStreaming === streaming) return;
    this.#replace({ ...profile, multicastStreaming: streaming });
    this.emit({ slice: "profiles", what: streaming ? "multicast-started" : "multicast-stopped", profileToken });
  }

  /** How many profiles hold the configuration: counted, so that it can not be wrong. */
  useCount(kind: ConfigurationKind, configurationToken: string): number {
    return this.#profiles.filter(({ configurations }) => configurations[kind] === configurationToken).length;
  }

  /** Whether the configuration could be added to the profile as it is now. */
  isCompatible(profile: Profile, ref: ConfigurationRef): boolean {
    return this.#conflict({ ...profile.configurations, [ref.kind]: ref.token }) === undefined;
  }

  /** Whether the configuration belongs to another source than what the profile holds already. */
  isForeign(profile: Profile, ref: ConfigurationRef): boolean {
    return this.#mismatch({ ...profile.configurations, [ref.kind]: ref.token }) !== undefined;
  }

  snapshot(): readonly Profile[] {
    return this.#profiles;
  }

  /** Checks saved profiles against the configurations that are here; the result puts them in force. */
  prepare(saved: readonly Profile[]): () => void {
    const profiles: Profile[] = [];
    for (const profile of saved) {
      if (!isToken(profile.token) || profiles.some(({ token }) => token === profile.token))
        throw refusal("state-mismatch", "a saved profile has no token or that of another", { token: profile.token });
      for (const kind of kinds) {
        const token = profile.configurations[kind];
        if (token !== undefined && !this.index.tokens(kind).includes(token))
          throw refusal("state-mismatch", "a saved profile holds a configuration that is not here", { kind, token });
      }
      const configurations = kept(profile.configurations, () => true);
      if (this.#conflict(configurations) !== undefined)
        throw refusal("state-mismatch", "the configurations of a saved profile do not fit", { token: profile.token });
      profiles.push({ ...profile, configurations });
    }
    return () => {
      this.#profiles = profiles;
    };
  }

  #added(held: Held, added: readonly ConfigurationRef[]): Held {
    const next: Partial<Record<ConfigurationKind, string>> = { ...held };
    for (const { kind, token } of added) {
      if (!this.index.tokens(kind).includes(token))
        throw refusal("no-config", "no such configuration", { kind, configurationToken: token.slice(0, 64) });
      next[kind] = token;
    }
    this.#demandFit(next);
    return next;
  }

  #demandFit(held: Held): void {
    const reason = this.#conflict(held);
    if (reason !== undefined) throw refusal("configuration-conflict", reason, { configurations: held });
  }

  #conflict(held: Held): string | undefined {
    const lonely = kinds.find((kind) => {
      const needed = dependencies[kind];
      return held[kind] !== undefined && needed !== undefined && held[needed] === undefined;
    });
    if (lonely !== undefined) return `a ${lonely} configuration needs a ${dependencies[lonely]} configuration`;
    return this.#mismatch(held);
  }

  #mismatch(held: Held): string | undefined {
    for (const kind of kinds) {
      const needed = dependencies[kind];
      const [token, base] = [held[kind], needed && held[needed]];
      if (token === undefined || needed === undefined || base === undefined) continue;
      const wanted = this.index.sourceOf({ kind, token });
      if (wanted !== undefined && wanted !== this.index.sourceOf({ kind: needed, token: base }))
        return `the ${kind} configuration belongs to another source`;
    }
    return undefined;
  }

  #replace(changed: Profile): void {
    this.#profiles = this.#profiles.map((profile) => (profile.token === changed.token ? changed : profile));
  }
}

const kept = (held: Held, keep: (kind: ConfigurationKind) => boolean): Held => {
  const next: Partial<Record<ConfigurationKind, string>> = {};
  for (const kind of kinds) {
    const token = held[kind];
    if (token !== undefined && keep(kind)) next[kind] = token;
  }
  return next;
};

const demandName = (name: string): void => {
  if (!isName(name)) throw refusal("invalid-argument", "a name has at most 64 readable characters");
};
