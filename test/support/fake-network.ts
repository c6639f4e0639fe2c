import { isIPv6 } from "node:net";
import type {
  Connection,
  DatagramSender,
  InterfaceAddress,
  Listener,
  ListenOptions,
  Net,
  Peer,
  UdpOptions,
  UdpSocket,
} from "#host/net";
import { CodedError } from "#util/errors";
import { FakeClock } from "./fake-clock.js";
import { FakeConnection } from "./fake-connection.js";

/** A datagram on its way. */
export interface Datagram {
  readonly data: Buffer;
  readonly from: Peer;
  readonly to: Peer;
}

export interface NetworkOptions {
  readonly clock?: FakeClock;
  /** Buffer of each end of a TCP connection (64 KiB unless given). */
  readonly highWaterMark?: number;
  /** May ports below 1024 be opened? (default true) */
  readonly privileged?: boolean;
}

interface Listening {
  readonly net: FakeNet;
  readonly address: string;
  readonly port: number;
  readonly accept: (connection: Connection) => void;
}

const isMulticast = (address: string): boolean => /^(22[4-9]|23\d)\./.test(address) || /^ff/i.test(address);
const isLoopback = (address: string): boolean => address.startsWith("127.") || address === "::1";
const isWildcard = (address: string): boolean => address === "0.0.0.0" || address === "::";
/** Two addresses are on one link when they share the /24 (IPv4) or the /64 (IPv6). */
const linkOf = (address: string): string =>
  isLoopback(address)
    ? "loopback"
    : isIPv6(address)
      ? address.split(":").slice(0, 4).join(":")
      : address.slice(0, address.lastIndexOf("."));

/** A network in memory. Hosts on it share one clock. */
export class FakeNetwork {
  readonly clock: FakeClock;
  readonly highWaterMark: number;
  readonly privileged: boolean;
  readonly #hosts: FakeNet[] = [];
  /** Is this datagram lost? Nothing is lost unless a test says so. */
  lose: (datagram: Datagram) => boolean = () => false;
  /** How long this datagram takes, in ms of the fake clock; 0 needs no `advance`, only `settle`. */
  delay: (datagram: Datagram) => number = () => 0;
  /** All datagrams that were sent, lost ones too. */
  readonly datagrams: Datagram[] = [];

  constructor(options: NetworkOptions = {}) {
    this.clock = options.clock ?? new FakeClock();
    this.highWaterMark = options.highWaterMark ?? 65_536;
    this.privileged = options.privileged ?? true;
  }

  /** The network as a new host with these addresses has it; the first is the default route's. */
  net(addresses: readonly string[]): FakeNet {
    const net = new FakeNet(this, addresses, this.#hosts.length + 1);
    this.#hosts.push(net);
    return net;
  }

  hostAt(address: string, asker: FakeNet): FakeNet | undefined {
    return isLoopback(address) ? asker : this.#hosts.find((host) => host.addresses.includes(address));
  }

  carry(sender: FakeUdpSocket, datagram: Datagram): void {
    this.datagrams.push(datagram);
    this.clock.noteActivity();
    if (this.lose(datagram)) return;
    const { net, loopback } = sender;
    const link = linkOf(sender.multicastInterface);
    const deliver = (): void => {
      this.clock.noteActivity();
      const receivers = isMulticast(datagram.to.address)
        ? this.#members(datagram, link, loopback ? undefined : net)
        : this.#socketAt(datagram.to, net);
      for (const socket of receivers) socket.receive(Buffer.from(datagram.data), datagram.from);
    };
    const delayMs = this.delay(datagram);
    if (delayMs > 0) this.clock.after(delayMs, deliver);
    else setImmediate(deliver);
  }

  #socketAt({ address, port }: Peer, sender: FakeNet): readonly FakeUdpSocket[] {
    const socket = this.hostAt(address, sender)?.udpAt(address, port);
    return socket ? [socket] : [];
  }

  #members(
    { to: { address, port }, from }: Datagram,
    link: string,
    except: FakeNet | undefined,
  ): readonly FakeUdpSocket[] {
    return this.#hosts
      .filter((host) => host !== except)
      .flatMap((host) => host.udpSockets)
      .filter((socket) => socket.port === port && socket.hears(address, link, from.address));
  }
}

/** `Net` of one host on a fake network. */
export class FakeNet implements Net {
  readonly udpSockets: FakeUdpSocket[] = [];
  /** TCP connections that this host opened or accepted, oldest first. */
  readonly connections: FakeConnection[] = [];
  #listening: Listening[] = [];
  #nextPort = 49_152;

  constructor(
    private readonly network: FakeNetwork,
    readonly addresses: readonly string[],
    private readonly number: number,
  ) {}

  async listen(options: ListenOptions, onConnection: (connection: Connection) => void): Promise<Listener> {
    const address = options.address ?? "::";
    this.#mayBind("cannot listen", address, options.port);
    const taken = (port: number): boolean =>
      this.#listening.some((other) => other.port === port && overlaps(other.address, address));
    const port = this.#port(options.port, taken, "cannot listen", address);
    const listening: Listening = { net: this, address, port, accept: onConnection };
    this.#listening.push(listening);
    await nextRound();
    return {
      address,
      port,
      close: () => {
        this.#listening = this.#listening.filter((other) => other !== listening);
        return Promise.resolve();
      },
    };
  }

  async connect(address: string, port: number): Promise<Connection> {
    this.network.clock.noteActivity();
    await nextRound();
    const remoteAddress = address === "localhost" ? "127.0.0.1" : address;
    const host = this.network.hostAt(remoteAddress, this);
    if (!host) throw new CodedError("EHOSTUNREACH", `cannot connect: EHOSTUNREACH`, { address, port });
    const listening = host.#listening.find((one) => one.port === port && covers(one.address, remoteAddress));
    if (!listening) throw new CodedError("ECONNREFUSED", `cannot connect: ECONNREFUSED`, { address, port });
    const ends = {
      localAddress: this.addressTowards(remoteAddress),
      localPort: this.#nextPort++,
      remoteAddress,
      remotePort: port,
    };
    const { highWaterMark, clock } = this.network;
    const [near, far] = FakeConnection.pair(ends, highWaterMark, () => clock.noteActivity());
    this.connections.push(near);
    host.connections.push(far);
    clock.noteActivity();
    listening.accept(far);
    return near;
  }

  sendingUdp(options: UdpOptions): Promise<UdpSocket> {
    return this.udp(options);
  }

  async udp(options: UdpOptions): Promise<UdpSocket> {
    const { reuse = false } = options;
    const family = options.family ?? (options.address !== undefined && isIPv6(options.address) ? "udp6" : "udp4");
    const address = options.address ?? (family === "udp6" ? "::" : "0.0.0.0");
    this.#mayBind("cannot open the UDP socket", address, options.port ?? 0);
    const taken = (port: number): boolean =>
      this.udpSockets.some(
        (other) => other.port === port && overlaps(other.address, address) && !(reuse && other.reuse),
      );
    const port = this.#port(options.port ?? 0, taken, "cannot open the UDP socket", address);
    const socket = new FakeUdpSocket(this.network, this, address, port, reuse);
    this.udpSockets.push(socket);
    await nextRound();
    return socket;
  }

  interfaces(): readonly InterfaceAddress[] {
    const hex = this.number.toString(16).padStart(2, "0");
    const loopback: InterfaceAddress = {
      name: "lo",
      address: "127.0.0.1",
      family: "IPv4",
      prefixLength: 8,
      mac: "00:00:00:00:00:00",
      internal: true,
    };
    const others = this.addresses.map((address, index): InterfaceAddress => {
      const [family, prefixLength] = isIPv6(address) ? (["IPv6", 64] as const) : (["IPv4", 24] as const);
      const mac = `02:00:00:00:${hex}:${index.toString(16).padStart(2, "0")}`;
      return { name: `eth${index}`, address, family, prefixLength, mac, internal: false };
    });
    return [loopback, ...others];
  }

  /** The address that a packet from here to `address` has as its source. */
  addressTowards(address: string): string {
    if (isLoopback(address)) return address;
    const own = this.addresses.filter((one) => isIPv6(one) === isIPv6(address));
    const loopback = isIPv6(address) ? "::1" : "127.0.0.1";
    return own.find((one) => linkOf(one) === linkOf(address)) ?? own[0] ?? loopback;
  }

  /** Of several sockets on the port, the one opened last is served, as Linux does it. */
  udpAt(address: string, port: number): FakeUdpSocket | undefined {
    return this.udpSockets.findLast((socket) => socket.port === port && covers(socket.address, address));
  }

  removeUdp(socket: FakeUdpSocket): void {
    const index = this.udpSockets.indexOf(socket);
    if (index >= 0) this.udpSockets.splice(index, 1);
  }

  #mayBind(what: string, address: string, port: number): void {
    const fail = (code: string): never => {
      throw new CodedError(code, `${what}: ${code}`, { address, port });
    };
    if (port > 0 && port < 1024 && !this.network.privileged) fail("EACCES");
    const own = isWildcard(address) || isLoopback(address) || isMulticast(address) || this.addresses.includes(address);
    if (!own) fail("EADDRNOTAVAIL");
  }

  #port(wanted: number, taken: (port: number) => boolean, what: string, address: string): number {
    if (wanted === 0) {
      while (taken(this.#nextPort)) this.#nextPort++;
      return this.#nextPort++;
    }
    if (taken(wanted)) throw new CodedError("EADDRINUSE", `${what}: EADDRINUSE`, { address, port: wanted });
    return wanted;
  }
}

class FakeUdpSocket implements UdpSocket {
  readonly segmented = false;
  loopback = true;
  ttl = 1;
  multicastInterface: string;
  #handlers: ((data: Buffer, from: Peer) => void)[] = [];
  #failed: (error: Error) => void = () => {};
  #memberships: { readonly group: string; readonly link: string; readonly source?: string | undefined }[] = [];
  #open = true;
  /** The only peer that is heard and sent to. */
  #only: Peer | undefined;

  constructor(
    private readonly network: FakeNetwork,
    readonly net: FakeNet,
    readonly address: string,
    readonly port: number,
    readonly reuse: boolean,
  ) {
    this.multicastInterface = this.#defaultInterface();
  }

  onMessage(handler: (data: Buffer, from: Peer) => void): void {
    this.#handlers.push(handler);
  }

  expectBursts(): void {
    // Nothing is lost here that a test does not lose.
  }

  onError(handler: (error: Error) => void): void {
    this.#failed = handler;
  }

  /** Makes the socket fail for good. */
  fail(code: string): void {
    this.#failed(new CodedError(code, `the UDP socket failed: ${code}`, { port: this.port }));
  }

  send(data: Uint8Array, port: number, address: string): void {
    if (!this.#only) this.#carry(data, port, address);
  }

  #carry(data: Uint8Array, port: number, address: string): void {
    if (!this.#open || !(port > 0 && port < 65536) || address === "" || data.length > 65_507) return;
    const towards = isMulticast(address) ? this.multicastInterface : address;
    const bound = isWildcard(this.address) || isMulticast(this.address);
    const from = { address: bound ? this.net.addressTowards(towards) : this.address, port: this.port };
    this.network.carry(this, { data: Buffer.from(data), from, to: { address, port } });
  }

  towards({ address, port }: Peer, only = false): DatagramSender {
    if (only) this.#only = { address, port };
    return {
      send: (datagrams) => {
        if (!this.#open) return datagrams.count;
        for (let index = 0; index < datagrams.count; index++) this.#carry(datagrams.packet(index), port, address);
        return 0;
      },
    };
  }

  addMembership(group: string, interfaceAddress?: string, source?: string): void {
    if (!isMulticast(group)) throw new CodedError("EINVAL", "cannot join: EINVAL", { group });
    const link = this.#linkOf("cannot join", interfaceAddress);
    if (this.#memberships.some((one) => one.group === group && one.link === link))
      throw new CodedError("EADDRINUSE", "cannot join: EADDRINUSE", { group, interfaceAddress });
    this.#memberships.push({ group, link, source });
  }

  dropMembership(group: string, interfaceAddress?: string): void {
    const link = this.#linkOf("cannot leave", interfaceAddress);
    const index = this.#memberships.findIndex((one) => one.group === group && one.link === link);
    if (index < 0) throw new CodedError("EADDRNOTAVAIL", "cannot leave: EADDRNOTAVAIL", { group, interfaceAddress });
    this.#memberships.splice(index, 1);
  }

  setMulticastInterface(interfaceAddress: string): void {
    this.#linkOf("cannot send by", interfaceAddress, "EADDRNOTAVAIL");
    this.multicastInterface = isWildcard(interfaceAddress) ? this.#defaultInterface() : interfaceAddress;
  }

  setMulticastTtl(ttl: number): void {
    this.ttl = ttl;
  }

  setMulticastLoopback(on: boolean): void {
    this.loopback = on;
  }

  close(): Promise<void> {
    this.#open = false;
    this.net.removeUdp(this);
    return Promise.resolve();
  }

  /** A socket bound to a unicast address hears no multicast, as on Linux. */
  hears(group: string, link: string, from: string): boolean {
    const bound = isWildcard(this.address) || this.address === group;
    return (
      bound &&
      this.#memberships.some(
        (one) => one.group === group && one.link === link && (one.source === undefined || one.source === from),
      )
    );
  }

  receive(data: Buffer, from: Peer): void {
    const isHeard = !this.#only || (this.#only.address === from.address && this.#only.port === from.port);
    if (this.#open && isHeard) for (const handler of this.#handlers) handler(data, from);
  }

  #defaultInterface(): string {
    const v6 = isIPv6(this.address);
    return this.net.addresses.find((one) => isIPv6(one) === v6) ?? (v6 ? "::1" : "127.0.0.1");
  }

  #linkOf(what: string, interfaceAddress: string | undefined, code = "ENODEV"): string {
    const address = interfaceAddress === undefined || isWildcard(interfaceAddress) ? undefined : interfaceAddress;
    if (address !== undefined && !isLoopback(address) && !this.net.addresses.includes(address))
      throw new CodedError(code, `${what}: ${code}`, { interfaceAddress });
    return linkOf(address ?? this.#defaultInterface());
  }
}

/** Does a socket bound to `bound` take what comes for `address`? `::` takes IPv4 too. */
const covers = (bound: string, address: string): boolean =>
  bound === address || bound === "::" || (bound === "0.0.0.0" && !isIPv6(address));

const overlaps = (one: string, other: string): boolean => covers(one, other) || covers(other, one);

const nextRound = (): Promise<void> => new Promise((done) => void setImmediate(done));
