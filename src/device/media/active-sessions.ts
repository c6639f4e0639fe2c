import type { Change, Emit } from "../change.js";
import type { Stream } from "./streams.js";

/** The configurations that a session may be of (Media2 §5.15). */
export type SessionKind = "video-encoder" | "audio-encoder" | "metadata";

/** Somebody to whom a stream of the camera is sent by unicast. */
export interface Watcher {
  /** IPv4 or IPv6 address. */
  readonly address: string;
  /** Name of the stream. */
  readonly stream: string;
  /** The profile that the client has named with it. */
  readonly profileToken: string | undefined;
  readonly kinds: readonly SessionKind[];
}

/** Who is watching which configurations, as it is now; none of it is kept. */
export class ActiveSessions {
  /** Addresses by kind and configuration token. */
  readonly #addresses = new Map<string, string[]>();
  /** Changes that have not been told. */
  readonly #untold = new Map<string, Change>();
  #tellBy: (tell: () => void) => void = (tell) => tell();

  constructor(
    private readonly playedAs: (stream: string, profileToken: string | undefined) => Stream | undefined,
    private readonly emit: Emit,
  ) {}

  /** The clients' addresses, one for each session; empty while nobody watches. */
  of(kind: SessionKind, configurationToken: string): readonly string[] {
    return this.#addresses.get(keyOf(kind, configurationToken)) ?? [];
  }

  /** A session begins; it ends when the result is called. Streams that no profile plays are nobody's and count nowhere. */
  begin({ address, stream, profileToken, kinds }: Watcher): () => void {
    const played = this.playedAs(stream, profileToken);
    const watched = kinds.flatMap((kind) => {
      const token = played && tokenOf(played, kind);
      return token === undefined ? [] : [{ kind, token }];
    });
    for (const { kind, token } of watched) {
      const key = keyOf(kind, token);
      const addresses = this.#addresses.get(key);
      if (addresses) addresses.push(address);
      else this.#addresses.set(key, [address]);
      this.#changed(kind, token);
    }
    return () => {
      for (const { kind, token } of watched.splice(0)) {
        const key = keyOf(kind, token);
        const addresses = this.#addresses.get(key) ?? [];
        const index = addresses.indexOf(address);
        if (index >= 0) addresses.splice(index, 1);
        if (addresses.length === 0) this.#addresses.delete(key);
        this.#changed(kind, token);
      }
    };
  }

  /** Has `by` decide when changes are told, with a call of what it is given, which tells all of them. At once unless set. */
  tellBy(by: (tell: () => void) => void): void {
    this.#tellBy = by;
  }

  #changed(kind: SessionKind, configurationToken: string): void {
    const change = { slice: "active-sessions", what: kind, configurationToken } as const;
    this.#untold.set(keyOf(kind, configurationToken), change);
    this.#tellBy(this.#tell);
  }

  readonly #tell = (): void => {
    const changes = [...this.#untold.values()];
    this.#untold.clear();
    for (const change of changes) this.emit(change);
  };
}

const keyOf = (kind: SessionKind, configurationToken: string): string => `${kind} ${configurationToken}`;

function tokenOf({ video, audio, metadata }: Stream, kind: SessionKind): string | undefined {
  const configuration = { "video-encoder": video?.encoder, "audio-encoder": audio, metadata }[kind];
  return configuration?.token;
}
