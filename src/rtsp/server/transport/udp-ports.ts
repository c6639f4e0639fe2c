import type { Net, SendingSocket, UdpSocket } from "#host/net";
import { CodedError, Refusal } from "#util/errors";
import type { Closable } from "#util/scope";
import { PeerTable, type PacketHandler } from "./peer-table.js";

const PAIRS_PER_BLOCK = 4;
const ALL_SLOTS = 2 ** PAIRS_PER_BLOCK - 1;
const MAX_ATTEMPTS = 64;
const LOOPBACK = "127.0.0.1";

/** The server's RTP and RTCP sockets for one track, or for all where they are shared. */
export class UdpPair<Socket extends SendingSocket = UdpSocket> {
  readonly #media = new PeerTable();
  readonly #control = new PeerTable();

  constructor(
    readonly rtp: Socket,
    readonly rtcp: Socket,
    /** One peer is spoken to, and no other. */
    readonly exclusive: boolean,
  ) {
    rtcp.onMessage((data, from) => this.#control.hand(data, from));
    // What a player sends to the RTP port only opens its firewall.
    rtp.onMessage((data, from) => this.#media.hand(data, from));
  }

  /** Hands RTCP from that peer to `handler` until the result is called. */
  listen(address: string, port: number, handler: PacketHandler): () => void {
    return this.#control.add(address, port, handler);
  }

  /** Hands RTP from that peer to `handler` until the result is called. */
  listenMedia(address: string, port: number, handler: PacketHandler): () => void {
    return this.#media.add(address, port, handler);
  }

  async close(): Promise<void> {
    await Promise.all([this.rtp.close(), this.rtcp.close()]);
  }
}

/** The ports of one session. */
export interface SessionPorts extends Closable {
  /**
   * A pair for one more track; `slot` 0…3 is where it lies in the session's block, if that is free.
   * Refusal `udp-ports-exhausted` when no port can be had.
   */
  sendingPair(slot: number): Promise<UdpPair<SendingSocket>>;
  /** The same for a track that the client sends. */
  receivingPair(slot: number): Promise<UdpPair>;
}

export interface UdpPortsOptions {
  /** 0 for any free ports. */
  readonly basePort: number;
  readonly ports: "per-session" | "shared";
  /** Follow a client to the port that its packets come from. */
  readonly latching: boolean;
  /** Ask for sockets whose packets the system cuts. */
  readonly segmentation: boolean;
}

/** Opens a socket on a port, 0 for any; for media or for RTCP. */
type Opener<Socket> = (port: number, isMedia: boolean) => Promise<Socket>;

/** Hands out server ports: a block of eight for each session from the base port up, used again when free. */
export class UdpPorts implements Closable {
  readonly #net: Net;
  readonly #options: UdpPortsOptions;
  /** Blocks in use at each local address. */
  readonly #blocks = new Map<string, Set<number>>();
  readonly #shared = new Map<string, Promise<UdpPair>>();

  constructor(net: Net, options: UdpPortsOptions) {
    this.#net = net;
    this.#options = options;
  }

  /** Ports for a session of a client that reached us at `localAddress`; packets come from that address. */
  session(localAddress: string): SessionPorts {
    if (this.#options.ports === "per-session") return new BlockPorts(this, localAddress);
    const pair = (): Promise<UdpPair> => this.#sharedPair(localAddress);
    return { sendingPair: pair, receivingPair: pair, close: () => Promise.resolve() };
  }

  /** The lowest free block; undefined when the ports above the base are used up. */
  reserve(localAddress: string): number | undefined {
    const used = this.#blocks.get(localAddress) ?? new Set();
    this.#blocks.set(localAddress, used);
    for (let block = 0; this.portOf(block, PAIRS_PER_BLOCK - 1) < 65_535; block++) {
      if (used.has(block)) continue;
      used.add(block);
      return block;
    }
    return undefined;
  }

  release(localAddress: string, block: number): void {
    const used = this.#blocks.get(localAddress);
    used?.delete(block);
    if (used?.size === 0) this.#blocks.delete(localAddress);
  }

  /** RTP port of a pair; the RTCP port is the next one. */
  portOf(block: number, slot: number): number {
    return this.#options.basePort + (block * PAIRS_PER_BLOCK + slot) * 2;
  }

  get takesAnyPort(): boolean {
    return this.#options.basePort === 0;
  }

  /** Opens a socket and closes it, so that what the system needs for the first one is loaded. */
  async prepare(): Promise<void> {
    const socket = await this.sending(LOOPBACK)(0, false).catch(() => undefined);
    await socket?.close();
  }

  sending(address: string): Opener<SendingSocket> {
    const { segmentation, latching } = this.#options;
    // What a player sends to the RTP port only opens its firewall, unless it tells where the player is.
    return (port, isMedia) =>
      this.#net.sendingUdp({ address, port, segmented: segmentation, deaf: isMedia && !latching });
  }

  receiving(address: string): Opener<UdpSocket> {
    return (port) => this.#net.udp({ address, port });
  }

  /** Opens RTP on `port` (0 for any even one) and RTCP on the next; undefined when one of them is taken. */
  async open<Socket extends SendingSocket>(
    opener: Opener<Socket>,
    port: number,
    exclusive: boolean,
  ): Promise<UdpPair<Socket> | undefined> {
    const rtp = await free(() => opener(port, true));
    if (!rtp) return undefined;
    const next = rtp.port + 1;
    const mayOpen = next < 65_536 && (rtp.port % 2 === 0 || port !== 0);
    const rtcp = mayOpen ? await free(() => opener(next, false)) : undefined;
    if (rtcp) return new UdpPair(rtp, rtcp, exclusive);
    await rtp.close();
    return undefined;
  }

  async close(): Promise<void> {
    for (const pair of this.#shared.values()) await pair.then((opened) => opened.close()).catch(() => {});
    this.#shared.clear();
  }

  #sharedPair(localAddress: string): Promise<UdpPair> {
    const known = this.#shared.get(localAddress);
    if (known) return known;
    const { basePort, segmentation } = this.#options;
    const opener: Opener<UdpSocket> = (port, isMedia) =>
      this.#net.udp({ address: localAddress, port, segmented: segmentation && isMedia });
    const opening = this.open(opener, basePort, false).then((pair) => pair ?? refuse());
    this.#shared.set(localAddress, opening);
    // Another session may have more luck later.
    opening.catch(() => this.#shared.delete(localAddress));
    return opening;
  }
}

class BlockPorts implements SessionPorts {
  readonly #ports: UdpPorts;
  readonly #address: string;
  #blocks: readonly number[] = [];
  /** Slots of the newest block that are in use, a bit for each. */
  #slots = 0;
  #pairs: readonly Closable[] = [];
  #closed = false;

  constructor(ports: UdpPorts, address: string) {
    this.#ports = ports;
    this.#address = address;
  }

  sendingPair(slot: number): Promise<UdpPair<SendingSocket>> {
    return this.#pair(slot, this.#ports.sending(this.#address));
  }

  receivingPair(slot: number): Promise<UdpPair> {
    return this.#pair(slot, this.#ports.receiving(this.#address));
  }

  async #pair<Socket extends SendingSocket>(slot: number, opener: Opener<Socket>): Promise<UdpPair<Socket>> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS && !this.#closed; attempt++) {
      const port = this.#ports.takesAnyPort ? 0 : this.#nextPort(slot);
      if (port === undefined) break;
      const pair = await this.#ports.open(opener, port, true);
      if (pair && this.#closed) await pair.close();
      else if (pair) {
        this.#pairs = this.#pairs.concat(pair);
        return pair;
      }
      // Somebody else has the port: go on in another block.
      else this.#slots = ALL_SLOTS;
    }
    return refuse();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all(this.#pairs.map((pair) => pair.close()));
    for (const block of this.#blocks) this.#ports.release(this.#address, block);
    this.#blocks = [];
  }

  #nextPort(wanted: number): number | undefined {
    const free = [wanted, 0, 1, 2, 3].find((slot) => (this.#slots & (1 << slot)) === 0);
    let block = this.#blocks.at(-1);
    if (block === undefined || free === undefined) {
      block = this.#ports.reserve(this.#address);
      if (block === undefined) return undefined;
      this.#blocks = this.#blocks.concat(block);
      this.#slots = 0;
    }
    const slot = free ?? wanted;
    this.#slots |= 1 << slot;
    return this.#ports.portOf(block, slot);
  }
}

/** Undefined when somebody else has the port. */
async function free<Socket>(open: () => Promise<Socket>): Promise<Socket | undefined> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof CodedError && (error.code === "EADDRINUSE" || error.code === "EACCES")) return undefined;
    throw error;
  }
}

function refuse(): never {
  throw new Refusal("udp-ports-exhausted", "no UDP ports are left for another session");
}
