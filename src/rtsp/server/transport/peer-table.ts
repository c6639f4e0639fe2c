import type { Peer } from "#host/net";

export type PacketHandler = (packet: Buffer, from: Peer) => void;

interface Entry {
  readonly address: string;
  /** The port that it has named. */
  readonly port: number;
  readonly handler: PacketHandler;
  /** The port that its first packet has come from, the one that it has named or another; undefined before that. */
  heardPort: number | undefined;
}

/** Who takes the datagrams of which peer, on one socket. */
export class PeerTable {
  /** The peer, as long as there is exactly one. Most sockets have no more, so that nothing is looked up for them. */
  #only: Entry | undefined;
  /** The peers, when there are several. */
  #several: Peers | undefined;

  /** Hands packets of that peer to `handler` until the result is called. */
  add(address: string, port: number, handler: PacketHandler): () => void {
    const entry: Entry = { address, port, handler, heardPort: undefined };
    if (!this.#only && !this.#several) {
      this.#only = entry;
    } else {
      this.#several ??= new Peers();
      if (this.#only) this.#several.add(this.#only);
      this.#only = undefined;
      this.#several.add(entry);
    }
    return () => this.#remove(entry);
  }

  hand(data: Buffer, from: Peer): void {
    // Behind NAT a client's packets may come from another port than it has named.
    const only = this.#only;
    if (!only) this.#several?.find(from)?.handler(data, from);
    else if (only.address === from.address) {
      only.heardPort ??= from.port;
      only.handler(data, from);
    }
  }

  #remove(entry: Entry): void {
    if (this.#only === entry) this.#only = undefined;
    if (!this.#several?.remove(entry) || this.#several.size > 1) return;
    this.#only = this.#several.any;
    this.#several = undefined;
  }
}

/** Peers, found by their ports. */
class Peers {
  /** By address and port: the port that it has named, and the one that its packets come from. */
  readonly #byPort = new Map<string, Entry>();
  readonly #byAddress = new Map<string, Set<Entry>>();
  size = 0;

  get any(): Entry | undefined {
    for (const entries of this.#byAddress.values()) for (const entry of entries) return entry;
    return undefined;
  }

  add(entry: Entry): void {
    const { address, port, heardPort } = entry;
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? new Set()).add(entry));
    this.size++;
    this.#byPort.set(keyOf(address, port), entry);
    if (heardPort !== undefined) this.#hear(entry, heardPort);
  }

  /** False when it is not among them. */
  remove(entry: Entry): boolean {
    const { address, port, heardPort } = entry;
    for (const key of [keyOf(address, port), keyOf(address, heardPort ?? port)])
      if (this.#byPort.get(key) === entry) this.#byPort.delete(key);
    const entries = this.#byAddress.get(address);
    if (!entries?.delete(entry)) return false;
    if (entries.size === 0) this.#byAddress.delete(address);
    this.size--;
    return true;
  }

  /** The peer of that port; else the only one at that address of which nothing has come yet. */
  find({ address, port }: Peer): Entry | undefined {
    const known = this.#byPort.get(keyOf(address, port));
    const entry = known ?? this.#silentAt(address);
    if (entry && entry.heardPort === undefined) this.#hear(entry, port);
    return entry;
  }

  #silentAt(address: string): Entry | undefined {
    let found: Entry | undefined;
    for (const entry of this.#byAddress.get(address) ?? []) {
      if (entry.heardPort !== undefined) continue;
      if (found) return undefined;
      found = entry;
    }
    return found;
  }

  #hear(entry: Entry, port: number): void {
    entry.heardPort = port;
    const key = keyOf(entry.address, port);
    if (!this.#byPort.has(key)) this.#byPort.set(key, entry);
  }
}

const keyOf = (address: string, port: number): string => `${address} ${port}`;
