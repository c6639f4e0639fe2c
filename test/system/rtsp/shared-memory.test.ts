import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AccessUnit } from "#media/access-unit";
import { PublishedPath } from "#media/published-path";
import type { Reading } from "#media/reader";
import { SendQueue, type SendTarget } from "#media/send-queue";
import { SlabAllocator } from "#media/slab";
import { InterleavedTransport } from "#rtsp/server/transport/interleaved";
import { sequenceNumber } from "#wire/rtp/packet";
import { FakeClock } from "../../support/fake-clock.js";
import { seededEntropy } from "../../support/fake-host.js";
import { cameraDescription, picture, sound } from "../../support/media-fakes.js";

/** Bytes that the system takes for a peer that does not read. */
const SYSTEM_BUFFER_BYTES = 30_000;

/**
 * A stream as Node's are: what the system takes at once is gone when `write` returns, all else is kept by reference until
 * the peer reads. `late` ones, as TLS, keep all for a while.
 */
class Stream implements SendTarget {
  readonly received: Buffer[] = [];
  #waiting: Uint8Array[] = [];
  #corked = 0;
  #room = SYSTEM_BUFFER_BYTES;
  isClosed = false;

  constructor(
    public reads: boolean,
    private readonly late: boolean,
  ) {}

  get writableLength(): number {
    return this.#waiting.reduce((sum, { length }) => sum + length, 0);
  }

  get writableNeedDrain(): boolean {
    return this.writableLength >= 16_384;
  }

  write(bytes: Uint8Array): boolean {
    if (this.isClosed) return false;
    this.#waiting.push(bytes);
    if (!this.late && this.#corked === 0) this.flush();
    return !this.writableNeedDrain;
  }

  cork(): void {
    this.#corked++;
  }

  uncork(): void {
    this.#corked--;
    if (!this.late) this.flush();
  }

  /** The system takes what it can. */
  flush(): void {
    if (this.reads) this.#room = SYSTEM_BUFFER_BYTES;
    while (this.#waiting[0] && (this.reads || this.#room > 0)) {
      const [first] = this.#waiting;
      const taken = this.reads ? first.length : Math.min(first.length, this.#room);
      this.#room -= taken;
      this.received.push(Buffer.from(first.subarray(0, taken)));
      if (taken < first.length) this.#waiting[0] = first.subarray(taken);
      else this.#waiting.shift();
    }
  }
}

/** A client: its connection, and its tracks on the channels that it has asked for. */
class Client {
  readonly stream: Stream;
  readonly queue: SendQueue;
  readonly reading: Reading;

  constructor(path: PublishedPath, clock: FakeClock, reads: boolean, late: boolean, channels: readonly number[]) {
    this.stream = new Stream(reads, late);
    this.queue = new SendQueue(this.stream, clock, { maxBytes: 200_000 });
    const transports = channels.map((channel) => new InterleavedTransport(this.queue, [channel, channel + 1]));
    const deliver = (unit: AccessUnit): void => void transports[unit.track]?.send(unit);
    this.reading = path.read({ deliver, ended: () => {} }, [0, 1]);
    this.reading.play();
  }

  catchUp(): void {
    this.stream.flush();
    if (!this.stream.writableNeedDrain) this.queue.drained();
  }

  close(): void {
    this.reading.close();
    this.queue.clear();
    this.stream.isClosed = true;
  }
}

/** A reader that takes single packets and looks at them later. */
class Datagrams {
  readonly packets: Uint8Array[] = [];
  readonly copies: Buffer[] = [];

  deliver({ rtp }: AccessUnit): void {
    for (let index = 0; index < rtp.count; index++) {
      this.packets.push(rtp.packet(index));
      this.copies.push(Buffer.from(rtp.packet(index)));
    }
  }

  ended(): void {
    // Nothing to do.
  }
}

/** The packets in what a client has received, up to one that has not come whole. */
function packetsOf(bytes: Buffer): { readonly channel: number; readonly packet: Buffer }[] {
  const packets: { readonly channel: number; readonly packet: Buffer }[] = [];
  for (let offset = 0; offset + 4 <= bytes.length;) {
    const end = offset + 4 + bytes.readUInt16BE(offset + 2);
    if (bytes[offset] !== 0x24) throw new Error(`no frame begins at ${offset}`);
    if (end > bytes.length) break;
    packets.push({ channel: bytes[offset + 1] ?? 0, packet: bytes.subarray(offset + 4, end) });
    offset = end;
  }
  return packets;
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("publish" as const), size: fc.integer({ min: 1, max: 9000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("publish" as const), size: fc.constant(90_000) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("join" as const),
      reads: fc.boolean(),
      late: fc.boolean(),
      channel: fc.constantFrom(0, 0, 4),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("catch-up" as const), which: fc.nat(9), reads: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("close" as const), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("datagrams" as const) }) },
);

describe("the memory that streams share", () => {
  test("is written over only when nobody has it any more, whoever reads, stalls, joins or leaves", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 150 }), async (steps) => {
        const clock = new FakeClock();
        const parts = { clock, entropy: seededEntropy(7), memory: new SlabAllocator(), gopCacheBytes: 300_000 };
        // Two paths that use the same memory in turns.
        const paths = ["a", "b"].map((name) => new PublishedPath(name, { ...parts, revive: () => {} }));
        for (const path of paths) path.begin(cameraDescription);
        const clients: { readonly client: Client; readonly on: number; readonly channel: number }[] = [];
        const datagrams: Datagrams[] = [];
        /** What was published, by path, track and sequence number. */
        const published = new Map<string, Buffer>();
        for (const [on, path] of paths.entries())
          path
            .read(
              {
                deliver: ({ rtp, track }) => {
                  for (const { packet } of packetsOf(Buffer.from(rtp.interleaved(track * 2))))
                    published.set(`${on} ${track} ${sequenceNumber(packet)}`, packet);
                  rtp.release();
                },
                ended: () => {},
              },
              [0, 1],
            )
            .play();
        for (const [index, one] of steps.entries()) {
          const on = index % 2;
          const path = paths[on];
          if (!path) continue;
          await clock.advance(10);
          if (one.kind === "publish") {
            path.write(picture(index, index % 9 < 2, one.size));
            path.write(sound(index));
          } else if (one.kind === "join") {
            const { reads, late, channel } = one;
            clients.push({ client: new Client(path, clock, reads, late, [channel, channel + 2]), on, channel });
          } else if (one.kind === "datagrams") {
            const reader = new Datagrams();
            path.read(reader, [0, 1]).play();
            datagrams.push(reader);
          } else {
            const client = clients[one.which % Math.max(1, clients.length)]?.client;
            if (one.kind === "close") client?.close();
            else if (client) {
              client.stream.reads = one.reads;
              client.catchUp();
            }
          }
        }
        for (const { client } of clients) {
          client.stream.reads = true;
          for (let round = 0; round < 20; round++) client.catchUp();
        }
        for (const { client, on, channel } of clients)
          for (const one of packetsOf(Buffer.concat(client.stream.received))) {
            const track = (one.channel - channel) / 2;
            expect(published.get(`${on} ${track} ${sequenceNumber(one.packet)}`)?.equals(one.packet)).toBe(true);
          }
        for (const { packets, copies } of datagrams)
          expect(packets.every((packet, index) => copies[index]?.equals(packet))).toBe(true);
      }),
      { numRuns: 50, seed: 11 },
    );
  });
});
