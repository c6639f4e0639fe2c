import type { Peer } from "#host/net";

export type PacketHandler = (packet: Buffer) => void;

interface Entry extends Peer {
  readonly handler: PacketHandler;
}

/** Who takes the datagrams of which peer, on one socket. */
export class PeerTable {
  readonly #entries = new Map<string, Entry>();
  /** The entry, as long as there is exactly one. */
  #only: Entry | undefined;

  /** Hands packets of that peer to `handler` until the result is called. */
  add(address: string, port: number, handler: PacketHandler): () => void {
    const key = `${address} ${port}`;
    const entry = { address, port, handler };
    this.#entries.set(key, entry);
    this.#changed();
    return () => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      this.#changed();
    };
  }

  hand(data: Buffer, { address, port }: Peer): void {
    // Behind NAT a client's packets may come from another port than it has named.
    if (this.#only) {
      if (this.#only.address === address) this.#only.handler(data);
    } else if (this.#entries.size > 0) {
      this.#entries.get(`${address} ${port}`)?.handler(data);
    }
  }

  #changed(): void {
    const [first, second] = this.#entries.values();
    this.#only = second ? undefined : first;
  }
}
