import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Datagrams } from "#host/net";
import { SegmentedUdp, TABLE_BYTES, type UdpCalls } from "#host/segmented-udp";

const EIO = 5;
const EAGAIN = 11;
const EINVAL = 22;
const EMSGSIZE = 90;
const ENETUNREACH = 101;
const ECONNREFUSED = 111;

/** Where the memory is said to be: addresses in the tables count from here. */
const BASE = 0x7f00_0000_1000n;

/** A message of one call, as the kernel reads it. */
interface Message {
  readonly name: Buffer;
  readonly bytes: Buffer;
  /** Undefined without a control message. */
  readonly segment: number | undefined;
}

/** Reads the tables as Linux does, cuts the messages, and does what the script says. */
class FakeKernel implements UdpCalls {
  readonly memory = { bytes: new ArrayBuffer(TABLE_BYTES), address: BASE };
  readonly messages: Message[] = [];
  readonly calls: number[] = [];
  /** For each call: how many messages are taken, or the error; all are when the script has ended. */
  script: (number | { readonly error: number })[] = [];
  #errno = 0;

  sendmmsg(_descriptor: number, table: bigint, count: number): number {
    this.calls.push(count);
    const step = this.script.shift() ?? count;
    if (typeof step === "object") {
      this.#errno = step.error;
      return -1;
    }
    for (let index = 0; index < step; index++) this.messages.push(this.#read(this.#offset(table) + index * 64));
    return step;
  }

  errno(): number {
    return this.#errno;
  }

  /** What arrives. */
  get datagrams(): Buffer[] {
    return this.messages.flatMap(({ bytes, segment = bytes.length }) => {
      const pieces: Buffer[] = [];
      for (let offset = 0; offset < bytes.length; offset += segment)
        pieces.push(bytes.subarray(offset, offset + segment));
      return pieces;
    });
  }

  #offset(address: bigint): number {
    const offset = Number(address - BASE);
    if (offset < 0 || offset >= TABLE_BYTES) throw new Error(`EFAULT ${address}`);
    return offset;
  }

  #block(address: bigint, length: number): Buffer {
    const offset = this.#offset(address);
    if (offset + length > TABLE_BYTES) throw new Error(`EFAULT ${address} + ${length}`);
    return Buffer.from(this.memory.bytes.slice(offset, offset + length));
  }

  #read(at: number): Message {
    const view = new DataView(this.memory.bytes);
    const long = (offset: number): bigint => view.getBigUint64(offset, true);
    if (long(at + 24) !== 1n) throw new Error("one vector for each message");
    const vector = this.#offset(long(at + 16));
    const bytes = this.#block(long(vector), Number(long(vector + 8)));
    if (bytes.length > 65_507) throw new Error("EMSGSIZE");
    const name = this.#block(long(at), view.getUint32(at + 8, true));
    if (long(at + 40) === 0n) return { name, bytes, segment: undefined };
    const control = this.#offset(long(at + 32));
    if (long(control) !== 18n || view.getInt32(control + 8, true) !== 17 || view.getInt32(control + 12, true) !== 103)
      throw new Error("EINVAL: not UDP_SEGMENT");
    const segment = view.getUint16(control + 16, true);
    if (Math.ceil(bytes.length / segment) > 64) throw new Error("EINVAL: too many segments");
    return { name, bytes, segment };
  }
}

function aWay(): { kernel: FakeKernel; udp: SegmentedUdp } {
  const kernel = new FakeKernel();
  return { kernel, udp: new SegmentedUdp(kernel, kernel.memory) };
}

/** What is given back is written over, as the memory of pictures is. */
function run(packets: readonly Uint8Array[]): Datagrams {
  let given = Buffer.alloc(0);
  return {
    count: packets.length,
    packet: (index) => (given = Buffer.from(packets[index] ?? [])),
    release: () => void given.fill(0),
  };
}

/** Packets of these lengths, each with its number all over. */
const packetsOf = (...lengths: readonly number[]): Buffer[] =>
  lengths.map((length, index) => Buffer.alloc(length, index + 1));

const connected = new Uint8Array();
const times = (count: number, length: number): number[] => Array.from({ length: count }, () => length);

describe("segmented UDP", () => {
  it.each([
    ["one packet, uncut", [100], [undefined]],
    ["fragments of a picture with a shorter last one", [1400, 1400, 1400, 17], [1400]],
    ["parameter sets before a picture", [24, 4, 1387, 1387, 1387], [24, 1387]],
    ["two small packets that grow", [4, 24], [undefined, undefined]],
    ["nothing behind a shorter one", [1400, 30, 1400, 1400], [1400, 1400]],
    ["no more than 64 pieces a message", times(65, 10), [10, undefined]],
    ["no more than an IP packet a message", times(47, 1400), [1400, undefined]],
    ["an empty one by itself", [0, 0, 5], [undefined, undefined, undefined]],
  ])("sends as few messages as it may: %s", (_, lengths, segments) => {
    const { kernel, udp } = aWay();
    const packets = packetsOf(...lengths);
    expect(udp.send(7, connected, run(packets), 0)).toBe(packets.length);
    expect(kernel.messages.map(({ segment }) => segment)).toEqual(segments);
    expect(kernel.calls).toEqual([segments.length]);
    expect(Buffer.concat(kernel.datagrams)).toEqual(Buffer.concat(packets));
  });

  it("delivers what it is given, whatever the lengths", () => {
    const lengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constant(1400), fc.constant(1399)), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(lengths, fc.array(fc.integer({ min: 1, max: 64 }), { maxLength: 20 }), (sizes, script) => {
        const { kernel, udp } = aWay();
        const packets = packetsOf(...sizes);
        kernel.script = script;
        const limited = kernel.sendmmsg.bind(kernel);
        kernel.sendmmsg = (descriptor, table, count) => {
          const [step] = kernel.script;
          if (typeof step === "number") kernel.script[0] = Math.min(step, count);
          return limited(descriptor, table, count);
        };
        expect(udp.send(7, connected, run(packets), 0)).toBe(packets.length);
        expect(kernel.datagrams).toEqual(packets);
      }),
    );
  });

  it("lays a unit out once for all who get it, and sends more than there is room for in turns", () => {
    const { kernel, udp } = aWay();
    let asked = 0;
    const packet = Buffer.alloc(1400, 3);
    const unit = { count: 10, packet: () => (asked++, packet) };
    for (const port of [1, 2, 3]) udp.send(7, Buffer.alloc(16, port), unit, 0);
    expect(asked).toBe(10);
    expect(kernel.messages.map(({ name }) => [name.length, name[0]])).toEqual([
      [16, 1],
      [16, 2],
      [16, 3],
    ]);
    const large = packetsOf(...times(2000, 1400));
    kernel.messages.length = 0;
    expect(udp.send(7, Buffer.alloc(28), run(large), 0)).toBe(2000);
    expect(kernel.messages[0]?.name.length).toBe(28);
    expect(kernel.datagrams.length).toBe(2000);
    expect(Buffer.concat(kernel.datagrams).equals(Buffer.concat(large))).toBe(true);
  });

  it("says where to go on when the socket is full", () => {
    const { kernel, udp } = aWay();
    const packets = packetsOf(20, 30, 40, 1400, 1400, 7);
    kernel.script = [2, { error: EAGAIN }];
    expect(udp.send(7, connected, run(packets), 0)).toBe(2);
    expect(udp.isRefused).toBe(false);
    expect(udp.send(7, connected, run(packets), 2)).toBe(6);
    expect(kernel.datagrams).toEqual(packets);
  });

  it.each([EIO, EINVAL, EMSGSIZE])("says when the system does not cut packets there: error %i", (error) => {
    const { kernel, udp } = aWay();
    kernel.script = [{ error }];
    expect(udp.send(7, connected, run(packetsOf(1400, 1400)), 0)).toBe(0);
    expect(udp.isRefused).toBe(true);
    expect(udp.send(8, connected, run(packetsOf(1400, 1400)), 0)).toBe(2);
    expect(udp.isRefused).toBe(false);
  });

  it("tries again after the news that nobody listened, and loses what nobody can have", () => {
    const { kernel, udp } = aWay();
    const packets = packetsOf(9, 8);
    kernel.script = [{ error: ECONNREFUSED }];
    expect(udp.send(7, connected, run(packets), 0)).toBe(2);
    expect(kernel.datagrams).toEqual(packets);
    kernel.script = [{ error: ENETUNREACH }];
    expect(udp.send(7, connected, run(packetsOf(9, 8)), 0)).toBe(2);
    kernel.script = [{ error: ECONNREFUSED }, { error: ECONNREFUSED }];
    expect(udp.send(7, connected, run(packetsOf(9, 8)), 0)).toBe(2);
    expect(kernel.datagrams).toEqual(packets);
  });

  it("leaves packets that are too long for it", () => {
    const { kernel, udp } = aWay();
    const packets = packetsOf(10, 65_500, 10);
    expect(udp.send(7, connected, run(packets), 0)).toBe(1);
    expect(udp.send(7, connected, run(packets), 1)).toBe(1);
    expect(udp.isRefused).toBe(false);
    expect(kernel.datagrams).toEqual(packets.slice(0, 1));
  });
});
