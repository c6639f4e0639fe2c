import type { Clock, Timer } from "#host/clock";
import { type Entropy, randomUuid } from "#host/entropy";
import type { InterfaceAddress, Net, Peer, UdpSocket } from "#host/net";
import { DecodeError, messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";
import {
  type Dialect,
  type Endpoint,
  readRequest,
  writeBye,
  writeHello,
  writeProbeMatches,
  writeResolveMatches,
} from "#wire/wsd/messages";
import { matchesProbe } from "#wire/wsd/scopes";

export const DISCOVERY_PORT = 3702;
export const DISCOVERY_GROUP_4 = "239.255.255.250";
export const DISCOVERY_GROUP_6 = "ff02::c";

/** What the agent announces; asked anew for each message, since scopes and addresses change. */
export interface Discoverable {
  /** What to say to a peer that can reach this own address. */
  endpointAt(localAddress: string): Endpoint;
  /** Whether it is to be found at this own address; at all of them when absent. */
  servesAt?(localAddress: string): boolean;
  /** False in the mode NonDiscoverable (Core §7.3): neither announced nor answered for. */
  readonly isDiscoverable: boolean;
}

export interface AgentOptions {
  /** Addresses of our own to be found at; all of the host's when absent. */
  readonly addresses?: readonly string[];
}

/** Multicast announcements go out this often (SOAP-over-UDP 1.1 §5). Answers go once: libonvif lists a camera once for each. */
const HELLOS = 2;
const REPEAT_MIN_MS = 50;
const REPEAT_MAX_MS = 250;
/** A probe that comes again within this time, with the same id from the same peer, is a repetition. */
const DUPLICATE_MS = 400;
/** Most answers in one second; a flood of forged probes is not amplified beyond it. */
const MAX_ANSWERS_PER_SECOND = 500;

/**
 * Answers WS-Discovery probes, multicast and unicast, on UDP port 3702 for any number of cameras, and announces when
 * they come and go (WS-Discovery 2005/04 and 1.1, Core §7). What cannot be read is dropped in silence.
 */
export class DiscoveryAgent implements Closable {
  readonly #cameras = new Set<Discoverable>();
  readonly #sockets: { readonly socket: UdpSocket; readonly family: "IPv4" | "IPv6"; readonly joined: Set<string> }[] =
    [];
  readonly #recent = new Map<string, number>();
  readonly #timers = new Set<Timer>();
  readonly #instanceId: number;
  #messageNumber = 0;
  #second = 0;
  #answers = 0;

  constructor(
    private readonly net: Net,
    private readonly clock: Clock,
    private readonly entropy: Entropy,
    private readonly log: Logger,
    private readonly options: AgentOptions = {},
  ) {
    // Grows with each start, as AppSequence asks.
    this.#instanceId = Math.floor(clock.now() / 1000);
  }

  /** Opens the sockets. A port that is taken, or a missing family, is logged and leaves the rest working. */
  async start(): Promise<void> {
    await this.#open("udp4", "0.0.0.0");
    if (this.#interfaces("IPv6").some(({ internal }) => !internal)) await this.#open("udp6", "::");
  }

  /** Announces a camera and answers for it until the result is closed, which says Bye. */
  add(camera: Discoverable): Closable & { changed(): void } {
    this.#cameras.add(camera);
    this.#announce(camera, writeHello);
    return {
      /** Says Hello again: scopes, addresses or the discovery mode have changed. */
      changed: () => this.#announce(camera, writeHello),
      close: () => {
        if (this.#cameras.delete(camera)) this.#announce(camera, writeBye, 1);
        return Promise.resolve();
      },
    };
  }

  /** Listens on interfaces that have come up since, and says Hello if there are any. */
  interfacesChanged(): void {
    if (this.#join()) for (const camera of this.#cameras) this.#announce(camera, writeHello);
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    await Promise.all(this.#sockets.splice(0).map(({ socket }) => socket.close()));
  }

  async #open(family: "udp4" | "udp6", address: string): Promise<void> {
    try {
      const socket = await this.net.udp({ family, address, port: DISCOVERY_PORT, reuse: true });
      const ipFamily = family === "udp4" ? "IPv4" : "IPv6";
      socket.setMulticastTtl(1);
      socket.onMessage((data, from) => this.#received(socket, data, from));
      socket.onError((error) => this.log.warn("the discovery socket failed", { error: error.message }));
      this.#sockets.push({ socket, family: ipFamily, joined: new Set() });
      this.#join();
    } catch (error) {
      this.log.warn(`WS-Discovery does not listen on ${family}`, { error: messageOf(error) });
    }
  }

  /** Joins the group on each interface where that has not been done; true when there were such. */
  #join(): boolean {
    let isNew = false;
    for (const { socket, family, joined } of this.#sockets) {
      const own = this.#interfaces(family);
      for (const gone of [...joined].filter((key) => !own.some((one) => keyOf(one) === key))) joined.delete(gone);
      for (const one of own.filter((other) => !joined.has(keyOf(other)))) {
        joined.add(keyOf(one));
        isNew = true;
        try {
          if (family === "IPv4") socket.addMembership(DISCOVERY_GROUP_4, one.address);
          else socket.addMembership(DISCOVERY_GROUP_6, `::%${one.name}`);
        } catch (error) {
          this.log.debug("no multicast on this interface", { address: one.address, error: messageOf(error) });
        }
      }
    }
    return isNew;
  }

  #interfaces(family: "IPv4" | "IPv6"): readonly InterfaceAddress[] {
    const { addresses } = this.options;
    const seen = new Set<string>();
    return this.net.interfaces().filter((one) => {
      if (one.family !== family || (addresses && !addresses.includes(one.address))) return false;
      return !seen.has(keyOf(one)) && seen.add(keyOf(one));
    });
  }

  #received(socket: UdpSocket, data: Buffer, from: Peer): void {
    try {
      const request = readRequest(data);
      if (!request || this.#isRepetition(`${request.messageId} ${from.address} ${from.port}`)) return;
      for (const camera of this.#cameras) {
        if (!camera.isDiscoverable) continue;
        const endpoint = camera.endpointAt(this.#localFor(from.address, camera));
        const fits = request.kind === "probe" ? matchesProbe(endpoint, request) : request.endpoint === endpoint.address;
        if (!fits || !this.#mayAnswer()) continue;
        const answer = { ...this.#next(request.dialect), relatesTo: request.messageId };
        const text =
          request.kind === "probe" ? writeProbeMatches(answer, endpoint) : writeResolveMatches(answer, endpoint);
        this.#send(Buffer.from(text), (bytes) => socket.send(bytes, from.port, from.address));
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.log.trace("a datagram that is not WS-Discovery", { peer: from.address, reason: error.message });
    }
  }

  #isRepetition(key: string): boolean {
    const now = this.clock.monotonic();
    for (const [old, until] of this.#recent) {
      if (until > now && this.#recent.size < 1000) break;
      this.#recent.delete(old);
    }
    const known = this.#recent.has(key);
    if (!known) this.#recent.set(key, now + DUPLICATE_MS);
    return known;
  }

  #mayAnswer(): boolean {
    const second = Math.floor(this.clock.monotonic() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#answers = 0;
    }
    return ++this.#answers <= MAX_ANSWERS_PER_SECOND;
  }

  /** The own address that is on the peer's network, else the first that is not loopback. */
  #localFor(peer: string, camera: Discoverable): string {
    const family = peer.includes(":") ? "IPv6" : "IPv4";
    const own = this.#interfaces(family).filter(({ address }) => camera.servesAt?.(address) ?? true);
    const near = own.find((one) => inSameNetwork(one, peer));
    const usual = near ?? own.find(({ internal }) => !internal) ?? own[0];
    return usual?.address ?? (family === "IPv4" ? "127.0.0.1" : "::1");
  }

  #announce(camera: Discoverable, write: typeof writeHello, sendings = HELLOS): void {
    if (!camera.isDiscoverable) return;
    for (const { socket, family } of this.#sockets) {
      const group = family === "IPv4" ? DISCOVERY_GROUP_4 : DISCOVERY_GROUP_6;
      for (const local of this.#interfaces(family)) {
        if (camera.servesAt?.(local.address) === false) continue;
        const message = Buffer.from(write(this.#next("2005/04"), camera.endpointAt(local.address)));
        const through = family === "IPv6" ? `::%${local.name}` : local.address;
        this.#send(
          message,
          (bytes) => {
            socket.setMulticastInterface(through);
            socket.send(bytes, DISCOVERY_PORT, group);
          },
          sendings,
        );
      }
    }
  }

  #next(dialect: Dialect): {
    dialect: Dialect;
    messageId: string;
    sequence: { instanceId: number; messageNumber: number };
  } {
    return {
      dialect,
      messageId: `urn:uuid:${randomUuid(this.entropy)}`,
      sequence: { instanceId: this.#instanceId, messageNumber: ++this.#messageNumber },
    };
  }

  /** Sends now and again a little later. */
  #send(bytes: Buffer, send: (bytes: Buffer) => void, sendings = 1): void {
    this.#try(bytes, send);
    for (let n = 1; n < sendings; n++) {
      const spread = this.entropy.bytes(1)[0] ?? 0;
      const delayMs = n * (REPEAT_MIN_MS + (spread / 255) * (REPEAT_MAX_MS - REPEAT_MIN_MS));
      const timer = this.clock.after(delayMs, () => {
        this.#timers.delete(timer);
        this.#try(bytes, send);
      });
      this.#timers.add(timer);
    }
  }

  #try(bytes: Buffer, send: (bytes: Buffer) => void): void {
    try {
      send(bytes);
    } catch (error) {
      this.log.debug("a discovery message was not sent", { error: messageOf(error) });
    }
  }
}

/** What a group is joined on: an IPv4 address, or an interface. */
const keyOf = ({ family, name, address }: InterfaceAddress): string => (family === "IPv6" ? name : address);

/** Whether an address lies in the network of one of ours. */
function inSameNetwork(own: InterfaceAddress, peer: string): boolean {
  if (own.family === "IPv6") return own.address === peer || peer.split("%")[1] === own.name;
  const mask = own.prefixLength === 0 ? 0 : (0xffffffff << (32 - own.prefixLength)) >>> 0;
  return (numberOf(own.address) & mask) === (numberOf(peer) & mask);
}

const numberOf = (address: string): number =>
  address.split(".").reduce((value, part) => (value << 8) | (Number(part) & 255), 0);
