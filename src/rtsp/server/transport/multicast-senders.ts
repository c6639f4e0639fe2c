import { isIPv6 } from "node:net";
import type { Clock } from "#host/clock";
import type { InterfaceAddress, Net } from "#host/net";
import type { MediaDescription } from "#media/description";
import type { Path } from "#media/path";
import { Refusal } from "#util/errors";
import type { Logger } from "#util/log";
import { type Closable, Scope } from "#util/scope";
import type { MulticastGroups, MulticastTarget } from "../../multicast-groups.js";
import { clientPackets } from "../security/client-keys.js";
import type { ProtectedTrack } from "../security/protected-track.js";
import type { KeySet } from "../security/stream-keys.js";
import { SessionTrack } from "../session-track.js";
import { GroupTransport, MulticastTransport, type OutgoingInterface } from "./multicast.js";
import { MulticastSender } from "./multicast-sender.js";
import { SecureTransport } from "./secure.js";
import type { TrackTransport } from "./track-transport.js";
import type { UdpPacing } from "./udp-pacing.js";

export interface MulticastParts {
  readonly net: Net;
  readonly clock: Clock;
  readonly log: Logger;
  /** Undefined when nothing goes by multicast. */
  readonly groups: MulticastGroups | undefined;
  /** Canonical name in RTCP (RFC 3550 §6.5.1). */
  readonly cname: string;
  readonly pacing: UdpPacing;
}

/** From the port of a track that is not protected to the first that is tried when it is. */
const SECURE_DISTANCE = 64;

/** What is open for one path on one interface. */
interface Sending {
  readonly path: Path;
  readonly through: OutgoingInterface;
  /** What it is protected by. */
  readonly keys: KeySet | undefined;
  readonly targets: Targets;
  readonly opening: Promise<Opened>;
  opened: Opened | undefined;
  /** Those who take part, playing or not. */
  parts: number;
}

interface Opened {
  readonly sender: MulticastSender;
  readonly transports: readonly (GroupTransport | undefined)[];
}

/** By index in the description; undefined for tracks that are not sent. */
type Targets = readonly (MulticastTarget | undefined)[];

/**
 * Owns the senders: one for each path, interface and set of keys, open while anybody takes part in it. What is protected
 * goes to ports of its own, as players take all that comes to a port for one stream.
 */
export class MulticastSenders implements Closable {
  readonly #parts: MulticastParts;
  readonly #sendings = new Set<Sending>();
  #isClosed = false;

  constructor(parts: MulticastParts) {
    this.#parts = parts;
  }

  /** Senders that are open or being opened. */
  get size(): number {
    return this.#sendings.size;
  }

  /** Where the tracks go for somebody who reached us at `localAddress`: as it is, or as it would be if it began now. */
  targets(path: Path, description: MediaDescription, localAddress: string, keys?: KeySet): Targets {
    const through = this.#interfaceFor(localAddress);
    return this.#find(path, through, keys)?.targets ?? this.#chosen(path, description, keys);
  }

  /**
   * Takes part in what is sent of the path by the interface at which we were reached; packets come with the first
   * `play`. Refusal `multicast-off`; CodedError when the system has no sockets for it.
   */
  async join(path: Path, description: MediaDescription, localAddress: string, keys?: KeySet): Promise<MulticastPart> {
    const through = this.#interfaceFor(localAddress);
    const sending = this.#find(path, through, keys) ?? this.#open(path, description, through, keys);
    sending.parts++;
    try {
      const opened = await sending.opening;
      if (this.#isClosed) throw new Refusal("multicast-off", "the server stops");
      const source = through.address === localAddress ? undefined : through.address;
      return new MulticastPart(path, opened.sender, opened.transports, source, () => this.#leave(sending));
    } catch (error) {
      this.#leave(sending);
      throw error;
    }
  }

  /** About once a second. */
  tick(nowMs: number): void {
    for (const { opened } of this.#sendings) opened?.sender.tick(nowMs);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { opening } of [...this.#sendings])
      await opening.then(({ sender }) => sender.close("server stops")).catch(() => {});
    this.#sendings.clear();
  }

  #open(path: Path, description: MediaDescription, through: OutgoingInterface, keys: KeySet | undefined): Sending {
    const targets = this.#chosen(path, description, keys);
    const opening = this.#openSender(path, description, targets, through, keys);
    const sending: Sending = { path, through, keys, targets, opening, opened: undefined, parts: 0 };
    opening.then((opened) => (sending.opened = opened)).catch(() => this.#sendings.delete(sending));
    this.#sendings.add(sending);
    return sending;
  }

  async #openSender(
    path: Path,
    { tracks }: MediaDescription,
    targets: Targets,
    through: OutgoingInterface,
    keys: KeySet | undefined,
  ): Promise<Opened> {
    const { net, clock, log, cname, pacing } = this.#parts;
    const scope = new Scope();
    try {
      const transports: (GroupTransport | undefined)[] = [];
      for (const [index, target] of targets.entries()) {
        const transport = target && (await GroupTransport.open(net, target, path.ssrc(index), through, pacing));
        if (transport) scope.defer(() => transport.close());
        transports.push(transport);
      }
      const senders = transports.map((transport, index) => {
        const clockRate = tracks[index]?.format.clockRate ?? 0;
        const way = transport && secured(transport, keys?.[index]);
        return way && new SessionTrack(index, way, path.ssrc(index), clockRate, cname);
      });
      return { sender: new MulticastSender(path, senders, clock, log), transports };
    } catch (error) {
      await scope.close();
      throw error;
    }
  }

  #leave(sending: Sending): void {
    if (--sending.parts > 0) return;
    this.#sendings.delete(sending);
    const end = ({ sender }: Opened): void => sender.close("nobody takes part");
    if (sending.opened) end(sending.opened);
    else sending.opening.then(end).catch(() => {});
  }

  #find(path: Path, through: OutgoingInterface, keys: KeySet | undefined): Sending | undefined {
    return [...this.#sendings].find(
      (one) => one.path === path && one.through.name === through.name && isSameSet(one.keys, keys),
    );
  }

  /** Tracks that would go to the same ports of one group are moved to the next pair that is free. */
  #chosen({ name, description }: Path, { tracks }: MediaDescription, keys: KeySet | undefined): Targets {
    const { groups } = this.#parts;
    if (!groups) throw new Refusal("multicast-off", "nothing is sent by multicast");
    const chosen: MulticastTarget[] = [];
    // Those who come later may be given tracks that this one is not; among those with the same keys nobody is.
    return ((keys ? undefined : description?.tracks) ?? tracks).map(({ direction, format }) => {
      if (direction === "sendonly") return undefined;
      const wanted = groups.targetOf(name, format.kind);
      let { port } = wanted;
      if (keys) port += port < 65_533 - SECURE_DISTANCE ? SECURE_DISTANCE : -SECURE_DISTANCE;
      const isTaken = (other: MulticastTarget | undefined): boolean =>
        other?.address === wanted.address && Math.abs(other.port - port) < 2;
      // What is not protected goes where it is configured, whoever is there.
      const others = keys ? [...this.#sendings].flatMap(({ targets }) => targets) : [];
      while ([...chosen, ...others].some(isTaken)) port = port < 65_533 ? port + 2 : 1024;
      const target = { ...wanted, port };
      chosen.push(target);
      return target;
    });
  }

  /**
   * The interface that has the address. From one host to itself: the first that leads outside, since that is where
   * players join a group.
   */
  #interfaceFor(localAddress: string): OutgoingInterface {
    const all = this.#parts.net.interfaces();
    const isV4 = ({ family }: InterfaceAddress): boolean => family === "IPv4";
    const plain = localAddress.replace(/%.*$/, "");
    const reached = all.find(({ address }) => address.replace(/%.*$/, "") === plain);
    const outside = all.find((one) => isV4(one) && !one.internal);
    const found = reached && !reached.internal ? all.find((one) => isV4(one) && one.name === reached.name) : outside;
    const fallback = isIPv6(plain) || plain === "" ? "127.0.0.1" : plain;
    return { name: found?.name ?? reached?.name ?? "", address: found?.address ?? fallback };
  }
}

/** Players tell their own keys to their sessions; what they send to the group is not listened to here. */
const secured = (transport: GroupTransport, key: ProtectedTrack | undefined): TrackTransport =>
  key ? new SecureTransport(transport, key, clientPackets(key, undefined)) : transport;

/** The same keys for each track, whatever became of others that were told with them. */
const isSameSet = (a: KeySet | undefined, b: KeySet | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && a.length === b.length && a.every((key, index) => key === b[index]));

/** One session's part in what is sent to a group. */
export class MulticastPart implements Closable {
  /** The path whose readings share the packets that go to the group. */
  readonly path: Path;
  readonly #transports: readonly (GroupTransport | undefined)[];
  readonly #source: string | undefined;
  readonly #leave: () => void;
  #hasLeft = false;

  constructor(
    path: Path,
    sender: MulticastSender,
    transports: readonly (GroupTransport | undefined)[],
    source: string | undefined,
    leave: () => void,
  ) {
    this.#transports = transports;
    this.#source = source;
    this.#leave = leave;
    this.path = {
      name: path.name,
      get description() {
        return path.description;
      },
      ssrc: (track) => path.ssrc(track),
      read: (reader, tracks) => sender.read(reader, tracks),
    };
  }

  /** The transport of a track for a reader on that host. */
  transport(track: number, address: string): MulticastTransport | undefined {
    const group = this.#transports[track];
    return group && new MulticastTransport(group, address, this.#source);
  }

  /** Leaves; the last one to do so ends the sender. */
  close(): Promise<void> {
    if (!this.#hasLeft) this.#leave();
    this.#hasLeft = true;
    return Promise.resolve();
  }
}
