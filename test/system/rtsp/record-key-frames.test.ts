import { describe, expect, it } from "vitest";
import { asksForRandomAccess } from "#wire/rtp/feedback";
import { readRtcp, writeRtcp } from "#wire/rtp/rtcp";
import { ssrc } from "#wire/rtp/packet";
import {
  keyFrame,
  media,
  picture,
  publish,
  publishStage,
  readBack,
  type Lower,
  type Publisher,
  type PublishStage,
} from "../../support/publish-stage.js";
import { publishedFormats, UnitSender } from "../../support/relay-packets.js";
import type { RtspClient } from "../../support/rtsp-client.js";

const { h264, pcmu } = publishedFormats;

/** A publisher that sends a picture each 100 ms, a key frame where it is told to. */
class Sender {
  readonly #sender = new UnitSender(h264);
  readonly ssrc: number;
  #pictures = 0;

  constructor(
    readonly stage: PublishStage,
    readonly publisher: Publisher,
  ) {
    this.ssrc = ssrc(this.#sender.packets(keyFrame(), 0)[0] ?? Buffer.alloc(12));
  }

  async send(isKey = false): Promise<void> {
    await this.publisher.send(this.#sender.packets(isKey ? keyFrame() : picture(), ++this.#pictures * 9000));
    await this.stage.host.clock.advance(100);
  }

  async forSeconds(seconds: number): Promise<void> {
    for (let count = 0; count < seconds * 10; count++) await this.send();
  }

  /** How often it has been asked for a key frame since this was last asked. */
  asked(): number {
    const packets = this.publisher.rtcp().flatMap((bytes) => {
      const read = readRtcp(bytes);
      return typeof read === "string" ? [] : read;
    });
    return packets.filter((packet) => asksForRandomAccess(packet, this.ssrc)).length;
  }
}

async function sending(stage: PublishStage, lower: Lower = "TCP"): Promise<Sender> {
  const sender = new Sender(stage, await publish(stage, lower));
  await sender.send(true);
  return sender;
}

/** Asks the server for a key frame of the track that came. */
const loseOne = (reader: RtspClient): Promise<void> => {
  const [packet] = media(reader);
  return reader.sendFrame(1, writeRtcp([{ type: "PLI", ssrc: 77, media: ssrc(packet ?? Buffer.alloc(12)) }]));
};

describe("a reader that has lost a picture", () => {
  it.each<Lower>(["TCP", "UDP"])("has the publisher asked for another, over %s", async (lower) => {
    await using stage = await publishStage();
    const sender = await sending(stage, lower);
    const reader = await readBack(stage);
    await sender.forSeconds(1);
    expect(sender.asked()).toBe(0);
    await loseOne(reader);
    await sender.send();
    expect(sender.asked()).toBe(1);
  });

  it("has it asked once a second at the most, however often readers ask, and no more when one has come", async () => {
    await using stage = await publishStage();
    const sender = await sending(stage);
    const reader = await readBack(stage);
    await sender.forSeconds(1);
    for (let count = 0; count < 20; count++) {
      await loseOne(reader);
      await sender.send();
    }
    expect(sender.asked()).toBe(2);
    await sender.send(true);
    await sender.forSeconds(5);
    expect(sender.asked()).toBe(0);
  });

  it("has it asked three times when the publisher does not listen", async () => {
    await using stage = await publishStage();
    const sender = await sending(stage);
    const reader = await readBack(stage);
    await sender.forSeconds(1);
    await loseOne(reader);
    await sender.forSeconds(8);
    expect(sender.asked()).toBe(3);
  });

  it("is served by the key frame with which the publisher begins, in its first second", async () => {
    await using stage = await publishStage();
    const sender = await sending(stage);
    const reader = await readBack(stage);
    await sender.send();
    await loseOne(reader);
    await sender.send(true);
    await sender.forSeconds(3);
    expect(sender.asked()).toBe(0);
  });

  it("means nothing to a track of sound", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, "TCP", [pcmu]);
    const [packet] = new UnitSender(pcmu).packets([Buffer.alloc(160)], 0);
    if (packet) await publisher.send([packet]);
    const reader = await readBack(stage);
    await stage.host.clock.advance(2000);
    await reader.sendFrame(1, writeRtcp([{ type: "PLI", ssrc: 77, media: stage.paths.paths[0]?.ssrc(0) ?? 0 }]));
    await stage.host.clock.advance(2000);
    expect(publisher.rtcp().filter((bytes) => bytes.includes(Buffer.from("81ce0002", "hex")))).toEqual([]);
  });
});

describe("a reader that joins", () => {
  it("has nobody asked while a key frame is kept for it", async () => {
    await using stage = await publishStage();
    const sender = await sending(stage);
    await sender.forSeconds(2);
    await readBack(stage);
    await sender.forSeconds(1);
    expect(sender.asked()).toBe(0);
  });

  it("has the publisher asked when none is kept", async () => {
    await using stage = await publishStage({}, true, { gopCacheBytes: 0 });
    const sender = await sending(stage);
    await sender.forSeconds(2);
    const reader = await readBack(stage);
    await sender.forSeconds(1);
    expect([sender.asked(), media(reader)]).toEqual([1, []]);
    await sender.send(true);
    expect(media(reader).length).toBeGreaterThan(0);
    await sender.forSeconds(2);
    expect(sender.asked()).toBe(0);
  });
});
