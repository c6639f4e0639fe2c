import type { Clock, Timer } from "#host/clock";
import type { Datagrams, DatagramSender } from "#host/net";
import type { Closable } from "#util/scope";

/** From one block to the next, in ms. */
const BLOCK_MS = 2;
/** Datagrams that wait for their turn on one way; of more, whole units are given up. */
const MAX_WAITING = 3000;

/** A way on which what waits can be forgotten, where something may wait. */
export interface PacedSender extends DatagramSender {
  forget?(): void;
}

/**
 * Has large pictures leave by UDP in blocks, some ms apart: a burst of all their packets overruns the buffers of switches,
 * Wi-Fi and players. One timer serves all ways.
 */
export class UdpPacing implements Closable {
  /** Ways on which something waits. */
  readonly #waiting = new Set<Way>();
  #timer: Timer | undefined;
  /** The unit that was cut last: most ways are given the same one in a row. */
  #last: { readonly of: Datagrams; readonly blocks: readonly Datagrams[] } | undefined;

  /** `packets` is the most that leaves at once; 0 for all. */
  constructor(
    private readonly clock: Clock,
    private readonly packets: number,
  ) {}

  /** The way by `sender`; the same where all leaves at once. */
  before(sender: DatagramSender): PacedSender {
    return this.packets === 0 ? sender : new Way(this, sender);
  }

  isShort({ count }: Datagrams): boolean {
    return count <= this.packets;
  }

  /** The blocks of a unit, the same for all who ask in a row, so that the system's calls are laid out once. */
  blocksOf(unit: Datagrams): readonly Datagrams[] {
    if (this.#last?.of !== unit) this.#last = { of: unit, blocks: cut(unit, this.packets) };
    return this.#last.blocks;
  }

  /** Something waits on that way. */
  fill(way: Way): void {
    this.#waiting.add(way);
    this.#timer ??= this.clock.after(BLOCK_MS, () => this.#sendBlocks());
  }

  close(): Promise<void> {
    this.#timer?.cancel();
    this.#waiting.clear();
    return Promise.resolve();
  }

  #sendBlocks(): void {
    this.#timer = undefined;
    this.#last = undefined;
    const ways = [...this.#waiting];
    this.#waiting.clear();
    for (const way of ways) way.sendBlock();
  }
}

/** Keeps the order: a unit leaves behind what waits of the one before it. */
class Way implements PacedSender {
  #blocks: readonly Datagrams[] = [];
  #count = 0;
  /** Datagrams that were given up since the last call of `send`. */
  #lost = 0;

  constructor(
    private readonly pacing: UdpPacing,
    private readonly sender: DatagramSender,
  ) {}

  send(unit: Datagrams): number {
    if (this.#count === 0 && this.pacing.isShort(unit)) this.#lost += this.sender.send(unit);
    else if (this.#count + unit.count > MAX_WAITING) this.#lost += unit.count;
    else this.#sendInBlocks(unit);
    const lost = this.#lost;
    this.#lost = 0;
    return lost;
  }

  #sendInBlocks(unit: Datagrams): void {
    const isFree = this.#count === 0;
    this.#blocks = [...this.#blocks, ...this.pacing.blocksOf(unit)];
    this.#count += unit.count;
    if (isFree) this.sendBlock();
  }

  sendBlock(): void {
    const [block, ...rest] = this.#blocks;
    if (!block) return;
    this.#blocks = rest;
    this.#count -= block.count;
    this.#lost += this.sender.send(block);
    if (rest.length > 0) this.pacing.fill(this);
  }

  forget(): void {
    this.#blocks = [];
    this.#count = 0;
  }
}

/** Blocks of about the same length. Their packets are kept, and so are never given back. */
function cut(unit: Datagrams, most: number): readonly Datagrams[] {
  const packets = Array.from({ length: unit.count }, (_, index) => unit.packet(index));
  const length = Math.ceil(unit.count / Math.ceil(unit.count / most));
  const blocks: Datagrams[] = [];
  for (let from = 0; from < packets.length; from += length) blocks.push(new Block(packets.slice(from, from + length)));
  return blocks;
}

class Block implements Datagrams {
  readonly count: number;

  constructor(private readonly packets: readonly Uint8Array[]) {
    this.count = packets.length;
  }

  packet(index: number): Uint8Array {
    const packet = this.packets[index];
    if (!packet) throw new RangeError(`packet ${index} of ${this.count}`);
    return packet;
  }
}
