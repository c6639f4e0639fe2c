import { describe, expect, it } from "vitest";
import type { MediaFormat } from "#codec/format";
import { payloadOf } from "#wire/rtp/packet";
import {
  announce,
  keyFrame,
  media,
  picture,
  publish,
  publishStage,
  readBack,
  urlP,
} from "../../support/publish-stage.js";
import { nalUnit, publishedFormats, rtpPacket, UnitSender } from "../../support/relay-packets.js";

const { h264 } = publishedFormats;
const TCP = "RTP/AVP/TCP;unicast;interleaved=0-1;mode=record";
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("what is published", () => {
  const bare: MediaFormat = { kind: "video", encodingName: "H264", payloadType: 96, clockRate: 90_000 };

  it("is described with the parameter sets that come in the stream when none were announced", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, "TCP", [bare]);
    const reader = await stage.connect();
    const described = reader.send(`DESCRIBE ${urlP} RTSP/1.0\r\nCSeq: 1\r\n\r\n`);
    const sender = new UnitSender(bare);
    await publisher.send(sender.packets(keyFrame(), 0));
    await described;
    await stage.host.clock.settle();
    const body = reader.takeResponse().body.toString();
    expect(body).toContain(
      `sprop-parameter-sets=${(h264.parameterSets ?? []).map((set) => Buffer.from(set).toString("base64")).join(",")}`,
    );
    expect(body).toContain("a=x-dimensions:352,288");
    // The unit that has brought them is there for readers.
    expect(media(await readBack(stage))).toHaveLength(3);
  });

  it("is described without parameter sets when none have come after two seconds", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, "TCP", [bare]);
    await publisher.send(new UnitSender(bare).packets([nalUnit("65", 100)], 0));
    await stage.host.clock.advance(3000);
    const answer = await (await stage.connect()).request("DESCRIBE", urlP);
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).not.toContain("sprop");
  });

  it("is relayed packet by packet, and described word for word, when its codec is not known", async () => {
    await using stage = await publishStage();
    const odd: MediaFormat = {
      kind: "metadata",
      encodingName: "X-smpte336m",
      payloadType: 111,
      clockRate: 12_345,
      fmtp: "foo=Bar;  baz",
    };
    const publisher = await publish(stage, "TCP", [odd]);
    const reader = await readBack(stage);
    const packets = [5, 5000, 60_000].map((size, index) =>
      rtpPacket(Buffer.alloc(size, index), { type: 111, sequence: index }),
    );
    await publisher.send(packets);
    expect(media(reader).map((packet) => hex(payloadOf(packet)))).toEqual(
      packets.map((packet) => hex(payloadOf(packet))),
    );
    const body = (await (await stage.connect()).request("DESCRIBE", urlP)).body.toString();
    expect(body).toContain("m=application 0 RTP/AVP 111\r\n");
    expect(body).toContain("a=rtpmap:111 X-smpte336m/12345\r\na=fmtp:111 foo=Bar;  baz\r\n");
  });

  it("is cut into packets that fit when the publisher's do not", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, "TCP");
    const reader = await readBack(stage);
    await publisher.send(new UnitSender(h264, { maxBytes: 60_000 }).packets(keyFrame(50_000), 0));
    const packets = media(reader);
    expect(Math.max(...packets.map(({ length }) => length))).toBeLessThanOrEqual(1400);
    expect(packets.reduce((sum, packet) => sum + payloadOf(packet).length, 0)).toBeGreaterThan(50_000);
  });

  it("gives a reader that joins the newest group of pictures at once", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage);
    const sender = new UnitSender(h264);
    for (const [index, unit] of [keyFrame(), picture(), keyFrame(), picture(), picture()].entries())
      await publisher.send(sender.packets(unit, index * 3600));
    expect(media(await readBack(stage))).toHaveLength(5);
  });

  it("keeps frames that come before RECORD, or on channels that nobody set up, out of it", async () => {
    await using stage = await publishStage();
    const client = await stage.connect();
    await announce(client);
    await client.request("SETUP", `${urlP}/streamid=0`, { Transport: TCP });
    await client.sendFrame(0, rtpPacket(Buffer.alloc(5)));
    expect((await client.request("RECORD", urlP)).status).toBe(200);
    await client.sendFrame(9, rtpPacket(Buffer.alloc(5)));
    expect(stage.received()).toMatchObject({ packets: 0, broken: 0 });
    expect(client.ended).toBe(false);
  });

  it("survives RTCP that cannot be read", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage);
    for (const size of [0, 2, 2000]) await publisher.client.sendFrame(1, Buffer.alloc(size, 0x80));
    expect(stage.server.sessions()).toMatchObject([{ state: "recording", tracks: [{ brokenRtcp: 3 }] }]);
  });
});
