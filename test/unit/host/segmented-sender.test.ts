import { describe, expect, it } from "vitest";
import type { Datagrams } from "#host/net";
import { SegmentedSender } from "#host/segmented-sender";

/** A socket and the short way around it; both note what they send. */
class Scene {
  readonly sent: string[] = [];
  /** How many datagrams the short way takes before it stops. */
  takes = Infinity;
  refused = false;
  idle = true;
  /** Datagrams that the socket's queue has room for. */
  room = Infinity;
  readonly sender = new SegmentedSender(
    {
      isIdle: () => this.idle,
      sendFrom: (datagrams, from) => {
        const to = Math.min(datagrams.count, from + this.room);
        for (let index = from; index < to; index++) this.sent.push(`own ${datagrams.packet(index).toString()}`);
        return datagrams.count - to;
      },
    },
    {
      send: (datagrams, from) => {
        const to = Math.min(datagrams.count, from + this.takes);
        for (let index = from; index < to; index++) this.sent.push(`short ${datagrams.packet(index).toString()}`);
        return to;
      },
      isRefused: () => this.refused,
    },
  );

  send(...names: readonly string[]): number {
    return this.sender.send(run(...names));
  }
}

const run = (...names: readonly string[]): Datagrams => ({
  count: names.length,
  packet: (index) => Buffer.from(names[index] ?? ""),
});

describe("a segmented sender", () => {
  it("takes the short way while that is open", () => {
    const scene = new Scene();
    expect(scene.send("a", "b")).toBe(0);
    expect(scene.sent).toEqual(["short a", "short b"]);
  });

  it("queues what a full socket does not take, and lets nothing overtake it", () => {
    const scene = new Scene();
    scene.takes = 1;
    expect(scene.send("a", "b", "c")).toBe(0);
    scene.takes = Infinity;
    scene.idle = false;
    scene.send("d");
    scene.idle = true;
    scene.send("e");
    expect(scene.sent).toEqual(["short a", "own b", "own c", "own d", "short e"]);
  });

  it("counts what neither takes", () => {
    const scene = new Scene();
    scene.takes = 1;
    scene.room = 1;
    expect(scene.send("a", "b", "c", "d")).toBe(2);
    expect(scene.sent).toEqual(["short a", "own b"]);
  });

  it("does not try again where it was refused", () => {
    const scene = new Scene();
    scene.takes = 0;
    scene.refused = true;
    scene.send("a");
    scene.takes = Infinity;
    scene.refused = false;
    scene.send("b");
    expect(scene.sent).toEqual(["own a", "own b"]);
  });
});
