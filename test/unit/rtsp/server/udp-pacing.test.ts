import { describe, expect, it } from "vitest";
import type { Datagrams } from "#host/net";
import { UdpPacing } from "#rtsp/server/transport/udp-pacing";
import { FakeClock } from "../../../support/fake-clock.js";

const unit = (name: string, count: number): Datagrams => ({
  count,
  packet: (index) => Buffer.from(`${name}${index}`),
});

function way(packets: number) {
  const clock = new FakeClock();
  const pacing = new UdpPacing(clock, packets);
  const sent: { readonly blocks: Datagrams[]; readonly log: string[]; full: boolean } = {
    blocks: [],
    log: [],
    full: false,
  };
  const open = () =>
    pacing.before({
      send: (datagrams) => {
        if (sent.full) return datagrams.count;
        sent.blocks.push(datagrams);
        const names = Array.from({ length: datagrams.count }, (_, index) => String(datagrams.packet(index)));
        sent.log.push(`${clock.monotonic()}: ${names.join(" ")}`);
        return 0;
      },
    });
  return { clock, pacing, sent, open };
}

describe("a picture that leaves by UDP in blocks", () => {
  it("leaves as it is where it is short, or where all may leave at once", () => {
    for (const packets of [0, 4]) {
      const { sent, open } = way(packets);
      const picture = unit("a", 4);
      expect(open().send(picture)).toBe(0);
      expect(sent.blocks).toEqual([picture]);
    }
  });

  it("has its first block leave at once, and one of about the same length every 2 ms", async () => {
    const { clock, sent, open } = way(4);
    const start = clock.monotonic();
    expect(open().send(unit("a", 9))).toBe(0);
    await clock.advance(20);
    expect(sent.log).toEqual([`${start}: a0 a1 a2`, `${start + 2}: a3 a4 a5`, `${start + 4}: a6 a7 a8`]);
  });

  it("holds back what comes after it, and nothing on other ways", async () => {
    const { clock, sent, open } = way(2);
    const [video, audio] = [open(), open()];
    video.send(unit("a", 3));
    video.send(unit("b", 1));
    audio.send(unit("s", 1));
    await clock.advance(20);
    expect(sent.log.map((line) => line.replace(/^.*: /, ""))).toEqual(["a0 a1", "s0", "a2", "b0"]);
  });

  it("is cut once for all who get it one after the other", async () => {
    const { clock, sent, open } = way(2);
    const picture = unit("a", 4);
    for (const one of [open(), open(), open()]) one.send(picture);
    await clock.advance(20);
    expect(sent.blocks).toHaveLength(6);
    expect(new Set(sent.blocks).size).toBe(2);
  });

  it("is given up where 3,000 packets wait", async () => {
    const { clock, sent, open } = way(10);
    const video = open();
    const lost = Array.from({ length: 5 }, (_, index) => video.send(unit(`${index}`, 1000)));
    expect(lost).toEqual([0, 0, 0, 1000, 1000]);
    await clock.advance(1000);
    expect(video.send(unit("z", 1))).toBe(0);
    expect(sent.blocks).toHaveLength(301);
  });

  it("counts as lost, with the next one, what the system has not taken", async () => {
    const { clock, sent, open } = way(10);
    const video = open();
    expect(video.send(unit("a", 30))).toBe(0);
    sent.full = true;
    await clock.advance(2);
    sent.full = false;
    await clock.advance(20);
    expect([video.send(unit("b", 1)), video.send(unit("c", 1))]).toEqual([10, 0]);
  });

  it("is forgotten when its session ends", async () => {
    const { clock, pacing, sent, open } = way(2);
    const video = open();
    video.send(unit("a", 10));
    video.forget?.();
    await clock.advance(20);
    expect(sent.blocks).toHaveLength(1);
    open().send(unit("b", 10));
    await pacing.close();
    await clock.advance(20);
    expect(sent.blocks).toHaveLength(2);
  });
});
