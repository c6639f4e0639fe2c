import { expect, test } from "vitest";
import type { MediaFormat } from "#codec/format";
import { RelayEpoch, RelayTimeline } from "#media/relay-timeline";
import { maxRelayedBytes, RelayTrack } from "#media/relay-track";
import { Packetizer } from "#media/packetizer";
import { SlabAllocator } from "#media/slab";
import { announcedTrack, readAnnounce } from "#rtsp/server/announced";
import { DecodeError } from "#util/errors";
import { rtpProblem } from "#wire/rtp/packet";
import { ReorderBuffer, UNORDERED } from "#wire/rtp/reorder";
import { writeFrame } from "#wire/rtsp/message";
import { fuzz, refusesOnlyWith } from "../support/fuzz-run.js";
import { mutants } from "../support/fuzz.js";
import { keyFrame, picture, publishStage, sdpOf, urlP } from "../support/publish-stage.js";
import { nalUnit, publishedFormats, UnitSender } from "../support/relay-packets.js";

const { h264, h265, aac, pcmu } = publishedFormats;

test.each<[string, MediaFormat, readonly (readonly Uint8Array[])[]]>([
  ["H.264", h264, [keyFrame(3000), picture(), picture(2000)]],
  ["H.265", h265, [[...(h265.parameterSets ?? []), nalUnit("2601", 3000)], [nalUnit("0201", 100)]]],
  ["AAC", aac, [[Buffer.alloc(100)], [Buffer.alloc(3000)]]],
  ["G.711", pcmu, [[Buffer.alloc(160)]]],
])(
  "100,000 damaged packets of %s become units that the path can send, or none",
  (_name, format, units) => {
    const sender = new UnitSender(format);
    const samples = units.flatMap((unit, index) => sender.packets(unit, index * 3600));
    const path = new Packetizer(format, { ssrc: 1, sequence: 1, rtpBase: 1 }, 0, new SlabAllocator());
    let passed = 0;
    const relay = new RelayTrack(0, format, new RelayTimeline(format.clockRate, new RelayEpoch(0, 0)), {
      unit: (unit) => {
        const run = path.packetize(unit, unit.pts);
        for (let index = 0; index < run.count; index++)
          if (run.packet(index).length > maxRelayedBytes) throw new Error("a packet is too large");
        if (!Number.isSafeInteger(unit.pts) || !Number.isFinite(unit.wallMs)) throw new Error("a time is none");
        passed++;
      },
      refined: (_track, refined) => path.refine(refined),
    });
    const reorder = new ReorderBuffer((packet, lostBefore) => void relay.push(packet, lostBefore, passed), UNORDERED);
    let nowMs = 0;
    fuzz(samples, (bytes, random) => {
      // Numbers that follow one another more or less, so that something gets through.
      if (bytes.length > 4 && random(4) > 0) bytes.writeUInt16BE((Math.floor(nowMs) + random(5)) & 0xffff, 2);
      nowMs += 1;
      if (rtpProblem(bytes) === undefined) reorder.push(bytes, nowMs);
      if (random(100) === 0) reorder.expire(nowMs);
    });
    expect(passed).toBeGreaterThan(10);
    expect(reorder.lost + reorder.late).toBeGreaterThan(0);
  },
  600_000,
);

test("100,000 damaged announcements are read or refused", () => {
  const body = sdpOf([h264, pcmu]);
  let read = 0;
  fuzz([body, `${body}a=control:rtsp://192.0.2.10/live/x?y\r\na=sendrecv\r\n`], (bytes) => {
    refusesOnlyWith(DecodeError, () => {
      const announced = readAnnounce(`${urlP}?a=b`, bytes.toString());
      read++;
      announcedTrack(announced, `${urlP}?a=b/streamid=0`);
    });
  });
  expect(read).toBeGreaterThan(1000);
}, 600_000);

test("2,000 damaged publications end, and nothing of them stays", { timeout: 600_000 }, async () => {
  await using stage = await publishStage({ sessionTimeoutSeconds: 1, publisherTimeoutMs: 1000 });
  const body = sdpOf([h264]);
  const sample = (transport: string): Buffer =>
    Buffer.concat([
      Buffer.from(
        `ANNOUNCE ${urlP} RTSP/1.0\r\nCSeq: 1\r\nContent-Type: application/sdp\r\nContent-Length: ${body.length}\r\n\r\n${body}` +
          `SETUP ${urlP}/streamid=0 RTSP/1.0\r\nCSeq: 2\r\nTransport: ${transport};mode=record\r\n\r\n` +
          `RECORD ${urlP} RTSP/1.0\r\nCSeq: 3\r\n\r\n`,
      ),
      ...new UnitSender(h264).packets(keyFrame(500), 0).map((packet) => writeFrame(0, packet)),
      writeFrame(1, Buffer.from("80c8000600005eed", "hex")),
      Buffer.from(`PAUSE ${urlP} RTSP/1.0\r\nCSeq: 4\r\n\r\nRECORD ${urlP} RTSP/1.0\r\nCSeq: 5\r\n\r\n`),
    ]);
  const samples = ["RTP/AVP/TCP;unicast;interleaved=0-1", "RTP/AVP;unicast;client_port=4000-4001"].map(sample);
  let recorded = 0;
  for (const bytes of mutants(samples, 2000)) {
    const connection = await stage.host.net.connect("192.0.2.10", 554);
    connection.on("data", () => {});
    connection.write(bytes);
    await stage.host.clock.settle();
    recorded += stage.server.sessions().filter(({ state }) => state === "recording").length;
    connection.destroy();
  }
  expect(recorded).toBeGreaterThan(200);
  await stage.host.clock.advance(30_000);
  expect(stage.server.sessions()).toEqual([]);
  expect(stage.paths.paths).toEqual([]);
  expect(stage.host.net.udpSockets).toEqual([]);
  expect([stage.server.connections, stage.host.clock.pendingTimers]).toEqual([0, 0]);
});
