import { describe, expect, it } from "vitest";
import type { AccessUnit } from "#media/access-unit";
import { SendQueue, type SendQueueLimits, type SendTarget } from "#media/send-queue";
import { FakeClock } from "../../support/fake-clock.js";

/** A stream whose peer takes bytes when the test says so. */
class Peer implements SendTarget {
  writableLength = 0;
  writableNeedDrain = false;
  /** Names of the units that were written, in order. */
  readonly written: string[] = [];
  writes = 0;
  /** Does the peer take everything at once? */
  reads = true;
  corked = 0;

  write(bytes: Uint8Array): boolean {
    this.written.push(Buffer.from(bytes.subarray(0, 3)).toString().trim());
    if (!this.reads || this.corked > 0) this.writableLength += bytes.length;
    this.writableNeedDrain ||= this.writableLength >= 16_384;
    if (this.corked === 0) this.writes++;
    return !this.writableNeedDrain;
  }

  cork(): void {
    this.corked++;
  }

  uncork(): void {
    this.corked--;
    this.writes++;
    if (this.reads) this.writableLength = 0;
  }

  /** The peer takes all that is in the stream's buffer. */
  drain(queue: SendQueue): void {
    this.writableLength = 0;
    this.writableNeedDrain = false;
    queue.drained();
  }
}

const packets = {
  count: 1,
  sequence: 0,
  rtpTime: 0,
  bytes: 0,
  interleaved: () => new Uint8Array(),
  release: () => {},
  packet: () => new Uint8Array(),
};

function aStream(
  limits: SendQueueLimits = {},
  peer = new Peer(),
): {
  peer: Peer;
  clock: FakeClock;
  queue: SendQueue;
  offer: (name: string, size?: number, track?: number) => boolean;
} {
  const clock = new FakeClock();
  const queue = new SendQueue(peer, clock, limits);
  /** Names with a capital are random access points. */
  const offer = (name: string, size = 20_000, track = 0): boolean => {
    const bytes = Buffer.alloc(size, name.padEnd(3));
    const randomAccess = name !== name.toLowerCase();
    const unit: AccessUnit = { track, pts: 0, wallMs: 0, randomAccess, payload: [], rtp: packets };
    return queue.send(unit, bytes);
  };
  return { peer, clock, queue, offer };
}

/** A stream past which the system takes bytes directly, as many as the test says. */
class DirectPeer extends Peer {
  takes = Infinity;
  readonly direct: number[] = [];

  writeNow(bytes: Uint8Array): number {
    if (this.writableLength > 0) throw new Error("something waits in the stream");
    const taken = Math.min(this.takes, bytes.length);
    this.direct.push(taken);
    return taken;
  }
}

describe("a send queue", () => {
  it("writes each unit once and at once for a peer that keeps up", () => {
    const { peer, queue, offer } = aStream();
    for (const name of ["I1", "p2", "p3"]) expect(offer(name)).toBe(true);
    expect(peer.written).toEqual(["I1", "p2", "p3"]);
    expect(peer.writes).toBe(3);
    expect(queue.pendingBytes).toBe(0);
  });

  it("gives units to the system directly where that can be done, and only what is left to the stream", () => {
    const peer = new DirectPeer();
    const { queue, offer } = aStream({}, peer);
    expect(offer("I1")).toBe(true);
    expect([peer.direct, peer.written, queue.pendingBytes]).toEqual([[20_000], [], 0]);
    peer.takes = 15_000;
    peer.reads = false;
    expect(offer("p2")).toBe(true);
    expect([peer.direct, peer.written, queue.pendingBytes]).toEqual([[20_000, 15_000], ["p2"], 5000]);
  });

  it("gives nothing to the system directly while something waits in the stream", () => {
    const peer = new DirectPeer();
    const { queue, offer } = aStream({}, peer);
    peer.takes = 0;
    peer.reads = false;
    for (const name of ["I1", "p2"]) expect(offer(name)).toBe(true);
    expect([peer.direct, peer.written, queue.pendingBytes]).toEqual([[0], ["I1"], 40_000]);
    peer.drain(queue);
    peer.drain(queue);
    peer.takes = Infinity;
    expect(offer("p3")).toBe(true);
    expect([peer.direct, peer.written]).toEqual([
      [0, 20_000],
      ["I1", "p2"],
    ]);
  });

  it("holds units back while the stream's buffer is full and sends them in order, batched, when it drains", () => {
    const { peer, queue, offer } = aStream();
    peer.reads = false;
    for (const name of ["I1", "p2", "p3", "p4"]) expect(offer(name)).toBe(true);
    expect(peer.written).toEqual(["I1"]);
    expect(queue.pendingBytes).toBe(80_000);
    peer.drain(queue);
    expect(peer.written).toEqual(["I1", "p2", "p3", "p4"]);
    expect(peer.writes).toBe(2);
  });

  it("hands over no more than a batch at a time", () => {
    const { peer, queue, offer } = aStream();
    peer.reads = false;
    for (let index = 0; index < 20; index++) offer(`u${index}`);
    peer.drain(queue);
    expect(peer.written).toHaveLength(8);
    expect(queue.pendingBytes).toBe(19 * 20_000);
    for (let drains = 0; drains < 3; drains++) peer.drain(queue);
    expect(peer.written).toHaveLength(20);
  });

  it("gives up whole units beyond its bytes, up to the next random access point for which there is room", () => {
    const { peer, queue, offer } = aStream({ maxBytes: 100_000 });
    peer.reads = false;
    expect(["I1", "p2", "p3", "p4", "p5", "p6", "I7", "p8"].map((name) => offer(name))).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect([queue.droppedUnits, queue.droppedBytes]).toEqual([3, 60_000]);
    peer.reads = true;
    peer.drain(queue);
    expect(["p9", "I10", "p11"].map((name) => offer(name))).toEqual([false, true, true]);
    expect(peer.written).toEqual(["I1", "p2", "p3", "p4", "p5", "I10", "p11"]);
  });

  it("gives up units when the oldest one has waited too long", async () => {
    const { peer, clock, queue, offer } = aStream({ maxMs: 1000 });
    peer.reads = false;
    offer("I1");
    await clock.advance(1000);
    expect(offer("p2")).toBe(true);
    await clock.advance(1);
    expect(offer("p3")).toBe(false);
    peer.drain(queue);
    // p2 is in the stream's buffer now and is as old as ever.
    await clock.advance(999);
    expect(offer("I4")).toBe(false);
    peer.drain(queue);
    expect(offer("I5")).toBe(true);
  });

  it("does not take the age of an earlier backlog for that of a new one", async () => {
    const { peer, clock, queue, offer } = aStream({ maxMs: 1000 });
    peer.reads = false;
    offer("I1");
    peer.drain(queue);
    await clock.advance(5000);
    queue.write(Buffer.alloc(100));
    expect(offer("p2")).toBe(true);
  });

  it("lets audio go on while video waits for a random access point", () => {
    const { peer, offer } = aStream({ maxBytes: 50_000 });
    peer.reads = false;
    expect(["I1", "p2", "p3"].map((name) => offer(name))).toEqual([true, true, false]);
    expect(offer("A1", 15_000, 1)).toBe(false);
    for (let index = 0; index < 60; index++) expect(offer("A", 1000, 2)).toBe(true);
    for (let index = 0; index < 60; index++) offer("A", 1000, 2);
    expect(offer("A", 1000, 2)).toBe(false);
  });

  it("writes answers ahead of what waits and reports behind it", () => {
    const { peer, queue, offer } = aStream();
    peer.reads = false;
    offer("I1");
    offer("p2");
    queue.append(Buffer.from("BYE"));
    queue.write(Buffer.from("200 OK"));
    peer.drain(queue);
    expect(peer.written).toEqual(["I1", "200", "p2", "BYE"]);
    queue.clear();
    peer.drain(queue);
    queue.append(Buffer.from("SR"));
    expect(peer.written.at(-1)).toBe("SR");
  });

  it("forgets what waits when it is cleared, and starts anew", () => {
    const { peer, queue, offer } = aStream({ maxBytes: 50_000 });
    peer.reads = false;
    for (const name of ["I1", "p2", "p3"]) offer(name);
    queue.clear();
    peer.drain(queue);
    expect(peer.written).toEqual(["I1"]);
    expect(offer("I4")).toBe(true);
  });

  it("tells a peer that takes nothing from one that is slow", async () => {
    const { peer, clock, queue, offer } = aStream({ maxMs: 60_000 });
    peer.reads = false;
    offer("I1");
    await clock.advance(4000);
    expect(queue.stalledMs()).toBe(4000);
    offer("p2");
    peer.drain(queue);
    expect(queue.stalledMs()).toBe(0);
    await clock.advance(3000);
    expect(queue.stalledMs()).toBe(3000);
    peer.drain(queue);
    await clock.advance(9000);
    expect(queue.stalledMs()).toBe(0);
  });
});
