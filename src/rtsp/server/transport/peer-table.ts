import type { Peer } from "#host/net";

export type PacketHandler = (packet: Buffer, from: Peer) => void;

interface Entry {
  readonly address: string;
  readonly handler: PacketHandler;
  /** Something has come from it, from the port that it has named or from another. */
  isHeard: boolean;
  /** Its keys: the port that it has named, and the one that its packets come from. */
  readonly keys: string[];
}

/** Who takes the datagrams of which peer, on one socket. */
export class PeerTable {
  readonly #entries = new Map<string, Entry>();
  readonly #byAddress = new Map<string, Set<Entry>>();
  /** The entry, as long as there is exactly one. */
  #only: Entry | undefined;

  /** Hands packets of that peer to `handler` until the result is called. */
  add(address: string, port: number, handler: PacketHandler): () => void {
    const entry: Entry = { address, handler, isHeard: false, keys: [keyOf(address, port)] };
    this.#entries.set(keyOf(address, port), entry);
    const others = this.#byAddress.get(address) ?? new Set();
    this.#byAddress.set(address, others.add(entry));
    this.#changed();
    return () => {
      for (const key of entry.keys) if (this.#entries.get(key) === entry) this.#entries.delete(key);
      others.delete(entry);
      if (others.size === 0 && this.#byAddress.get(address) === others) this.#byAddress.delete(address);
      this.#changed();
    };
  }

  hand(data: Buffer, from: Peer): void {
    // Behind NAT a client's packets may come from another port than it has named.
    const only = this.#only;
    if (only) {
      if (only.address !== from.address) return;
      if (!only.isHeard) this.#hear(only, keyOf(from.address, from.port));
      only.handler(data, from);
    } else if (this.#entries.size > 0) {
      this.#find(from)?.handler(data, from);
    }
  }

  /** The peer of that port; else the only one at that address of which nothing has come yet. */
  #find({ address, port }: Peer): Entry | undefined {
    const key = keyOf(address, port);
    const known = this.#entries.get(key);
    const silent = known ? [] : [...(this.#byAddress.get(address) ?? [])].filter(({ isHeard }) => !isHeard);
    const entry = known ?? (silent.length === 1 ? silent[0] : undefined);
    if (entry && !entry.isHeard) this.#hear(entry, key);
    return entry;
  }

  #hear(entry: Entry, key: string): void {
    entry.isHeard = true;
    if (this.#entries.has(key)) return;
    entry.keys.push(key);
    this.#entries.set(key, entry);
  }

  #changed(): void {
    const [peers, others] = this.#byAddress.values();
    const [first, second] = peers ?? [];
    this.#only = second || others ? undefined : first;
  }
}

const keyOf = (address: string, port: number): string => `${address} ${port}`;
