import type { Emit } from "../change.js";
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
    for (const { kind, token } of watched) this.#set(kind, token, [...this.of(kind, token), address]);
    return () => {
      for (const { kind, token } of watched.splice(0)) this.#set(kind, token, without(this.of(kind, token), address));
    };
  }

  #set(kind: SessionKind, configurationToken: string, addresses: readonly string[]): void {
    const key = keyOf(kind, configurationToken);
    if (addresses.length > 0) this.#addresses.set(key, [...addresses]);
    else this.#addresses.delete(key);
    this.emit({ slice: "active-sessions", what: kind, configurationToken });
  }
}

const keyOf = (kind: SessionKind, configurationToken: string): string => `${kind} ${configurationToken}`;

function tokenOf({ video, audio, metadata }: Stream, kind: SessionKind): string | undefined {
  const configuration = { "video-encoder": video?.encoder, "audio-encoder": audio, metadata }[kind];
  return configuration?.token;
}

/** The list without one of the entries that equal `address`. */
function without(addresses: readonly string[], address: string): readonly string[] {
  const index = addresses.indexOf(address);
  return index < 0 ? addresses : addresses.toSpliced(index, 1);
}
