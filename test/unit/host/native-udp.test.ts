import { describe, expect, it } from "vitest";
import type { NativeSockets, Received } from "#host/native-sockets";
import { NativeUdp } from "#host/native-udp";
import type { Datagrams, Peer, SendingSocket } from "#host/net";
import { FakeClock } from "../../support/fake-clock.js";

const LOOK_MS = 20;
const LATEST_LOOK_MS = 100;
const RETRY_MS = 2;

const nameOf = ({ address, port }: Peer): Uint8Array => Buffer.from(`${address} ${port}`);

/** Sockets that are numbers, and a system that does what it is told. */
class FakeSystem implements NativeSockets {
  readonly sent: string[] = [];
  readonly descriptors = new Set<number>();
  readonly connected = new Map<number, string>();
  /** What has come for each socket. */
  readonly arrived = new Map<number, Received[]>();
  readonly watched = new Set<number>();
  readonly deafened: number[] = [];
  looks = 0;
  /** Datagrams that there is room for. */
  room = Infinity;
  /** The system cuts no packets for anybody. */
  refuses = false;
  /** Packets longer than this are never taken. */
  longest = Infinity;
  mayWatch = true;
  #next = 10;
  #isFull = false;
  #isRefused = false;

  readonly udp: NativeSockets["udp"] = this;

  get isFull(): boolean {
    return this.#isFull;
  }

  get isRefused(): boolean {
    return this.#isRefused;
  }

  open(): number {
    this.descriptors.add(++this.#next);
    return this.#next;
  }

  close(descriptor: number): void {
    this.descriptors.delete(descriptor);
  }

  keepPort(): void {}

  nameOf(peer: Peer): Uint8Array | undefined {
    return peer.address === "nowhere" ? undefined : nameOf(peer);
  }

  peerOf(name: Uint8Array): Peer {
    const [address = "", port] = Buffer.from(name).toString().split(" ");
    return { address, port: Number(port) };
  }

  portOf(descriptor: number): number {
    return 40_000 + descriptor;
  }

  connect(descriptor: number, name: Uint8Array): boolean {
    this.connected.set(descriptor, Buffer.from(name).toString());
    return true;
  }

  sendTo(descriptor: number, data: Uint8Array, name: Uint8Array): void {
    this.sent.push(`${descriptor} ${Buffer.from(data).toString()} to ${Buffer.from(name).toString()}`);
  }

  watch(descriptor: number): boolean {
    if (this.mayWatch) this.watched.add(descriptor);
    return this.mayWatch;
  }

  deafen(descriptor: number): void {
    this.deafened.push(descriptor);
  }

  readable(): readonly number[] {
    this.looks++;
    return [...this.arrived]
      .filter(([descriptor, waiting]) => this.watched.has(descriptor) && waiting.length > 0)
      .map(([descriptor]) => descriptor);
  }

  receive(descriptor: number): Received | undefined {
    return this.arrived.get(descriptor)?.shift();
  }

  arrive(descriptor: number, from: Peer, ...texts: readonly string[]): void {
    const more = texts.map((text) => ({ data: Buffer.from(text), from: nameOf(from) }));
    this.arrived.set(descriptor, [...(this.arrived.get(descriptor) ?? []), ...more]);
  }

  send(descriptor: number, name: Uint8Array, datagrams: Datagrams, from: number, cut = true): number {
    this.#isRefused = this.#isFull = false;
    const to = Buffer.from(name).toString() || (this.connected.get(descriptor) ?? "");
    for (let index = from; index < datagrams.count; index++) {
      const packet = Buffer.from(datagrams.packet(index));
      this.#isRefused = (cut && this.refuses) || packet.length > this.longest;
      this.#isFull = !this.#isRefused && this.room <= 0;
      if (this.#isRefused || this.#isFull) return index;
      this.room--;
      this.sent.push(`${descriptor} ${packet.toString()} to ${to}${cut ? "" : ", uncut"}`);
    }
    return datagrams.count;
  }
}

const run = (...texts: readonly string[]): Datagrams => ({
  count: texts.length,
  packet: (index) => Buffer.from(texts[index] ?? ""),
});

const reader = { address: "192.0.2.20", port: 5000 };
const to = `to ${reader.address} ${reader.port}`;

function aScene() {
  const system = new FakeSystem();
  const clock = new FakeClock();
  const sockets = new NativeUdp(system, clock);
  const open = (port = 0): SendingSocket => {
    const socket = sockets.open("udp4", "192.0.2.10", port);
    if (!socket) throw new Error("no socket");
    return socket;
  };
  return { system, clock, sockets, open };
}

describe("a native UDP socket", () => {
  it("has the port that was asked for, or the one that the system gave", () => {
    const { open } = aScene();
    expect([open(22_000).port, open().port]).toEqual([22_000, 40_012]);
  });

  it("is none where the system does not tell what comes, and leaves nothing open", () => {
    const { system, sockets } = aScene();
    system.mayWatch = false;
    expect(sockets.open("udp4", "192.0.2.10", 0)).toBeUndefined();
    expect(system.descriptors.size).toBe(0);
  });

  it("hands over what comes, with its peer, within 100 ms", async () => {
    const { system, clock, open } = aScene();
    const heard: string[] = [];
    open().onMessage((data, from) => heard.push(`${data.toString()} from ${from.address} ${from.port}`));
    system.arrive(11, reader, "a", "b");
    await clock.advance(LATEST_LOOK_MS);
    expect(heard).toEqual(["a from 192.0.2.20 5000", "b from 192.0.2.20 5000"]);
  });

  it("hears nothing where nothing that comes matters, and sends as ever", async () => {
    const { system, clock, sockets } = aScene();
    const socket = sockets.open("udp4", "192.0.2.10", 0, true);
    const heard: string[] = [];
    socket?.onMessage((data) => heard.push(data.toString()));
    system.arrive(11, reader, "a");
    await clock.advance(LATEST_LOOK_MS);
    expect([heard, system.deafened, [...system.watched]]).toEqual([[], [11], []]);
    expect(socket?.towards(reader, true).send(run("b"))).toBe(0);
    expect(system.sent).toEqual([`11 b ${to}`]);
  });

  it("passes over what nobody wants to hear, so that it does not pile up", async () => {
    const { system, clock, open } = aScene();
    open();
    system.arrive(11, reader, "a");
    await clock.advance(LATEST_LOOK_MS);
    expect(system.arrived.get(11)).toEqual([]);
  });

  it("takes a flood in parts, so that others have their turn", async () => {
    const { system, clock, open } = aScene();
    const heard: string[] = [];
    open().onMessage((data) => heard.push(data.toString()));
    open().onMessage((data) => heard.push(data.toString()));
    system.arrive(11, reader, ...Array.from({ length: 5000 }, () => "flood"));
    system.arrive(12, reader, "word");
    await clock.advance(LATEST_LOOK_MS);
    expect(heard.indexOf("word")).toBe(64);
    expect(heard.length).toBeLessThan(1000);
  });

  it("hands over what has come behind what it sends, 20 ms after the last time at the soonest", async () => {
    const { system, clock, open } = aScene();
    const heard: string[] = [];
    const socket = open();
    socket.onMessage((data) => heard.push(data.toString()));
    const sender = socket.towards(reader);
    const send = async (text: string): Promise<void> => {
      system.arrive(11, reader, text);
      sender.send(run("picture"));
      expect(heard).not.toContain(text);
      await Promise.resolve();
    };
    await send("a");
    expect(heard).toEqual(["a"]);
    await clock.advance(LOOK_MS - 1);
    await send("b");
    expect(heard).toEqual(["a"]);
    await clock.advance(1);
    await send("c");
    expect(heard).toEqual(["a", "b", "c"]);
  });

  it("is looked at once for all that is sent in a turn", async () => {
    const { system, open } = aScene();
    const senders = Array.from({ length: 10 }, () => open().towards(reader));
    for (const sender of senders) sender.send(run("picture"));
    await Promise.resolve();
    expect(system.looks).toBe(1);
  });

  it("is not looked after when there is none", async () => {
    const { system, clock, open } = aScene();
    const socket = open();
    await clock.advance(500);
    expect(system.looks).toBe(5);
    await socket.close();
    await clock.advance(1000);
    expect([system.looks, clock.pendingTimers]).toEqual([6, 0]);
  });

  it("sends to the peer it is for, and to no other then", () => {
    const { system, open } = aScene();
    const socket = open();
    expect(socket.towards(reader, true).send(run("a"))).toBe(0);
    socket.send(Buffer.from("b"), 6000, "192.0.2.21");
    expect(system.sent).toEqual([`11 a ${to}`]);
  });

  it("sends to several peers, and single datagrams", () => {
    const { system, open } = aScene();
    const socket = open();
    const other = { address: "192.0.2.21", port: 6000 };
    for (const sender of [socket.towards(reader), socket.towards(other)]) sender.send(run("a"));
    socket.send(Buffer.from("b"), 7000, "192.0.2.22");
    expect(system.sent).toEqual([`11 a ${to}`, "11 a to 192.0.2.21 6000", "11 b to 192.0.2.22 7000"]);
  });

  it("loses what is for no peer", () => {
    const { system, open } = aScene();
    const socket = open();
    for (const peer of [
      { address: "nowhere", port: 5000 },
      { ...reader, port: 0 },
    ]) {
      expect(socket.towards(peer, true).send(run("a"))).toBe(0);
      socket.send(Buffer.from("b"), peer.port, peer.address);
    }
    expect(system.sent).toEqual([]);
  });

  it("sends on when there is room again, in the order of all that was to be sent", async () => {
    const { system, clock, open } = aScene();
    const sender = open().towards(reader);
    system.room = 1;
    expect([sender.send(run("a", "b", "c")), sender.send(run("d"))]).toEqual([0, 0]);
    system.room = 1;
    await clock.advance(RETRY_MS);
    expect(system.sent).toEqual([`11 a ${to}`, `11 b ${to}`]);
    system.room = Infinity;
    await clock.advance(RETRY_MS);
    expect(sender.send(run("e"))).toBe(0);
    expect(system.sent.slice(2)).toEqual([`11 c ${to}`, `11 d ${to}`, `11 e ${to}`]);
  });

  it("gives up what is too much to wait, and whole", async () => {
    const { system, clock, open } = aScene();
    const sender = open().towards(reader);
    system.room = 0;
    const many = run(...Array.from({ length: 2000 }, (_, index) => String(index)));
    expect([sender.send(many), sender.send(many), sender.send(run("x"))]).toEqual([0, 2000, 0]);
    system.room = Infinity;
    await clock.advance(RETRY_MS);
    expect(system.sent.length).toBe(2001);
  });

  it("sends packets one by one from the first time on that the system does not cut them", () => {
    const { system, open } = aScene();
    const sender = open().towards(reader);
    system.refuses = true;
    sender.send(run("a", "b"));
    system.refuses = false;
    sender.send(run("c"));
    expect(system.sent).toEqual([`11 a ${to}, uncut`, `11 b ${to}, uncut`, `11 c ${to}, uncut`]);
  });

  it("loses a packet that is too long for anything, and no other", () => {
    const { system, open } = aScene();
    system.longest = 3;
    expect(
      open()
        .towards(reader)
        .send(run("a", "long", "b")),
    ).toBe(0);
    expect(system.sent).toEqual([`11 a ${to}`, `11 b ${to}, uncut`]);
  });

  it("does nothing more when it is closed, be it while it hands over or has something wait", async () => {
    const { system, clock, open } = aScene();
    const socket = open();
    const heard: string[] = [];
    socket.onMessage((data) => {
      heard.push(data.toString());
      void socket.close();
    });
    const sender = socket.towards(reader);
    system.room = 0;
    sender.send(run("a"));
    system.arrive(11, reader, "b", "c");
    await clock.advance(1);
    system.room = 0;
    await clock.advance(LATEST_LOOK_MS);
    await socket.close();
    system.room = Infinity;
    expect([sender.send(run("d", "e")), heard, system.sent, system.descriptors.size]).toEqual([2, ["b"], [], 0]);
    socket.send(Buffer.from("f"), 5000, "192.0.2.20");
    await clock.advance(LATEST_LOOK_MS);
    expect([system.sent, clock.pendingTimers]).toEqual([[], 0]);
  });
});
