import { expect, test } from "vitest";
import { openTcpPush } from "#sources/push-ports";
import { Pusher } from "#sources/pusher";
import { pushedAudioFormat, pushedVideoFormat } from "#sources/pusher-formats";
import { DecodeError } from "#util/errors";
import { silentLogger } from "#util/log";
import { RilfParser } from "#wire/rtp/rilf";
import { fakeHost } from "../support/fake-host.js";
import { fuzz, refusesOnlyWith } from "../support/fuzz-run.js";
import { mutants } from "../support/fuzz.js";
import { keyFrame, picture, sound } from "../support/publish-stage.js";
import { publishedFormats, UnitSender } from "../support/relay-packets.js";
import { rilfFrame } from "../support/rilf.js";

const source = new UnitSender(publishedFormats.h264);
const packets = [...source.packets(keyFrame(3000), 0), ...source.packets(picture(), 3600), sound(1), sound(2)];
const framed = (["big", "little"] as const).map((order) =>
  Buffer.concat(packets.map((packet) => rilfFrame(packet, order))),
);

test("100,000 damaged streams of RILF frames are read or refused, and little is kept", () => {
  let read = 0;
  let refused = 0;
  fuzz(framed, (bytes, random) => {
    const parser = new RilfParser();
    let out = 0;
    refusesOnlyWith(DecodeError, () => {
      refused++;
      for (let at = 0; at < bytes.length;) {
        const end = at + 1 + random(2000);
        parser.push(bytes.subarray(at, end));
        at = end;
        for (let frame = parser.next(); frame; frame = parser.next()) out += frame.packet.length + 4;
      }
      refused--;
    });
    if (out + parser.pendingBytes > bytes.length) throw new Error("more came out than went in");
    if (out > 0) read++;
  });
  expect(read).toBeGreaterThan(10_000);
  expect(refused).toBeGreaterThan(10_000);
}, 600_000);

test("100,000 damaged packets of many senders are published or not taken, and the stream ends", async () => {
  const { clock, entropy } = fakeHost();
  let units = 0;
  let open = 0;
  const publish = (): { describe(): void; write(): void; end(): void } => {
    open++;
    return { describe: () => {}, write: () => void units++, end: () => void open-- };
  };
  const formats = [pushedVideoFormat("H264"), pushedAudioFormat({ codec: "G711U", sampleRate: 8000, channels: 1 })];
  const pusher = new Pusher(
    { clock, entropy, log: silentLogger, publish },
    { name: "pushed", transport: "UDP", formats },
  );
  const senders = Array.from({ length: 40 }, (_, index) => ({ name: `sender ${index}`, end: () => {} }));
  let number = 0;
  fuzz(packets, (bytes, random) => {
    // Numbers that follow one another, so that something gets through.
    if (bytes.length > 4 && random(4) > 0) bytes.writeUInt16BE(++number & 0xffff, 2);
    const sender = senders[random(500) === 0 ? random(senders.length) : 0];
    if (sender) pusher.tracks[(bytes[1] ?? 0) & 0x40 ? 0 : 1]?.packet(sender, bytes);
  });
  expect(units).toBeGreaterThan(1000);
  expect(open).toBe(1);
  await clock.advance(12_000);
  expect([open, clock.pendingTimers]).toEqual([0, 0]);
}, 600_000);

test("2,000 damaged connections of pushers end, and nothing of them stays", { timeout: 600_000 }, async () => {
  const { net, clock } = fakeHost({ addresses: ["192.0.2.10"] });
  let taken = 0;
  const target = { packet: () => ++taken > 0, left: () => {} };
  const port = await openTcpPush(net, clock, { port: 50_001 }, target, silentLogger);
  for (const bytes of mutants(framed, 2000)) {
    const connection = await net.connect("192.0.2.10", 50_001);
    connection.on("error", () => {});
    connection.on("data", () => {});
    connection.write(bytes);
    await clock.settle();
    connection.destroy();
  }
  expect(taken).toBeGreaterThan(1000);
  await port.close();
  await clock.settle();
  expect([clock.pendingTimers, net.connections.filter(({ destroyed }) => !destroyed).length]).toEqual([0, 0]);
});
