import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseAdtsHeader, splitAdts } from "#codec/aac/adts";
import { parseAacConfig } from "#codec/aac/config";
import { aacFormat } from "#codec/aac/payload";
import { parseAvcConfiguration } from "#codec/h264/nal";
import { h264Format } from "#codec/h264/payload";
import { parseH264Sps } from "#codec/h264/sps";
import { parseHevcConfiguration } from "#codec/h265/nal";
import { h265Format } from "#codec/h265/payload";
import { parseH265Sps } from "#codec/h265/sps";
import { splitObus } from "#codec/av1/obu";
import { parseAv1Sequence } from "#codec/av1/sequence";
import { BitReader } from "#codec/bits";
import { withStandardTables } from "#codec/jpeg/recode";
import { parseJpeg } from "#codec/jpeg/segments";
import { latmFormat } from "#codec/latm/payload";
import { readMuxConfig } from "#codec/latm/mux-config";
import { linearFormat } from "#codec/linear-pcm";
import { metadataFormat } from "#codec/metadata/payload";
import { splitMpegAudio } from "#codec/mpeg-audio/header";
import { isRandomAccess, parseMpegSequence } from "#codec/mpeg-video/headers";
import { configOf, parseMpeg4VideoConfig } from "#codec/mpeg4-video/headers";
import { splitByteStream, splitLengthPrefixed } from "#codec/nal-units";
import { opusTicks } from "#codec/opus/payload";
import { findPayloadFormat, payloadFormatOf } from "#codec/payloads";
import { formatFromSdp } from "#codec/sdp-format";
import { parseVp9FrameHeader } from "#codec/vp9/header";
import { DecodeError } from "#util/errors";
import { mutants } from "../support/fuzz.js";
import { h264Sets, h265Sets } from "../support/parameter-sets.js";
import { ivfFrames, recorded, unitsOf } from "../support/recorded-rtp.js";
import { payloadOf } from "#wire/rtp/packet";
import { parseSdp } from "#wire/sdp/parser";

const hex = (text: string): Buffer => Buffer.from(text, "hex");
const avcSets = Object.values(h264Sets);
const hevcSets = Object.values(h265Sets);
const avcRecord = Buffer.concat([
  hex("01640028ffe10019"),
  h264Sets.high1080p2997.sps,
  hex("010006"),
  h264Sets.high1080p2997.pps,
]);
const { vps, sps, pps } = h265Sets.main1080p25;
const hevcRecord = Buffer.concat([
  Buffer.concat([hex("01"), Buffer.alloc(20), hex("0f03")]),
  Buffer.concat([hex("a00001"), hex("0018"), vps]),
  Buffer.concat([hex("a10001"), hex("002a"), sps]),
  Buffer.concat([hex("a20001"), hex("0007"), pps]),
]);
const stream = Buffer.concat(avcSets.flatMap((set) => [hex("00000001"), set.sps, hex("000001"), set.pps]));
const sample = Buffer.concat(avcSets.flatMap((set) => [Buffer.from([0, 0, 0, set.sps.length]), set.sps]));
const adts = hex("fff16040015ffcaabbccfff16040013ffcaabb");

/** The upper rows of a picture, so that a case takes little time. */
function upperRows(name: string, rows: number): Buffer {
  const picture = readFileSync(new URL(`../fixtures/jpeg/${name}.jpg`, import.meta.url));
  picture.writeUInt16BE(rows, picture.indexOf(Buffer.from([0xff, 0xc0])) + 5);
  return picture.subarray(0, picture.length - 500);
}

const cases = 100_000;

test.each<[string, (bytes: Uint8Array) => unknown, readonly Uint8Array[]]>([
  ["an H.264 sequence parameter set", parseH264Sps, avcSets.map((set) => set.sps)],
  ["an H.265 sequence parameter set", parseH265Sps, hevcSets.map((set) => set.sps)],
  ["an AVC configuration", parseAvcConfiguration, [avcRecord]],
  ["an HEVC configuration", parseHevcConfiguration, [hevcRecord]],
  ["an AudioSpecificConfig", parseAacConfig, ["140856e500", "1210", "2b118800", "17803e8008"].map(hex)],
  ["an ADTS header", parseAdtsHeader, [adts]],
  ["ADTS frames", splitAdts, [adts]],
  ["a byte stream", splitByteStream, [stream]],
  ["length prefixed units", (bytes) => splitLengthPrefixed(bytes, 4), [sample]],
  ["AV1 units", splitObus, ivfFrames(recorded("av1").stream)],
  ["an AV1 sequence header", parseAv1Sequence, [hex("00000002a7e8bffab8008000"), hex("1a197ffc")]],
  ["a VP9 frame header", parseVp9FrameHeader, ivfFrames(recorded("vp9").stream).map((frame) => frame.subarray(0, 20))],
  ["an MPEG-4 video configuration", parseMpeg4VideoConfig, recorded("mpeg4").format.parameterSets ?? []],
  ["an MPEG-4 video unit", configOf, unitsOf(recorded("mpeg4"))],
  ["an MPEG sequence header", parseMpegSequence, [recorded("mpeg2").stream.subarray(0, 40)]],
  ["an MPEG video unit", isRandomAccess, unitsOf(recorded("mpeg2"))],
  [
    "MPEG audio frames",
    splitMpegAudio,
    [recorded("mp3").stream.subarray(0, 418), recorded("mp2").stream.subarray(0, 576)],
  ],
  ["an Opus packet", opusTicks, unitsOf(recorded("opus"))],
  [
    "a StreamMuxConfig",
    (bytes) => readMuxConfig(new BitReader(bytes), bytes),
    [hex("400028103fc0"), hex("420024203fe080")],
  ],
  [
    "a JPEG picture",
    (bytes) => withStandardTables(parseJpeg(bytes)),
    [upperRows("restart-420", 32), upperRows("optimal-420", 16)],
  ],
])("reading %s gives a value or a DecodeError", (_what, parse, samples) => {
  let refused = 0;
  for (const mutant of mutants(samples, cases)) {
    try {
      parse(mutant);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      refused++;
    }
  }
  expect(refused).toBeLessThan(cases);
});

test("reading the formats of a description gives values or a DecodeError", () => {
  const texts = ["vp8", "mpeg4", "aac-latm", "opus", "mp2"].map((name) =>
    readFileSync(new URL(`../fixtures/rtp/${name}.sdp`, import.meta.url)),
  );
  const generic = `v=0\r\nm=audio 0 RTP/AVP 97\r\na=rtpmap:97 MPEG4-GENERIC/16000\r\na=fmtp:97 ${aacFormat(hex("1408"), 97).fmtp}\r\n`;
  let read = 0;
  for (const mutant of mutants([...texts, Buffer.from(generic)], cases)) {
    try {
      for (const media of parseSdp(mutant.toString("latin1")).media) {
        const format = formatFromSdp(media);
        findPayloadFormat(format)?.depacketizer(format).push(mutant, true);
        read++;
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
  }
  expect(read).toBeGreaterThan(cases / 10);
});

test.each([
  [
    "H.264",
    h264Format([h264Sets.baselineCif.sps], [h264Sets.baselineCif.pps], 96),
    ["7c85aabb", "7c05cc", "7c45dd", "41aabb", "7800026742000268cb"],
  ],
  [
    "H.265",
    h265Format({ vps: [vps], sps: [sps], pps: [pps] }, 96),
    ["620193aa", "620113bb", "620153cc", "0201aa", "6001000342010100024401"],
  ],
  ["AAC", aacFormat(hex("1408"), 97), ["00100018010203", "002000100008aabbcc", "00105dc0aaaa"]],
  ["metadata", metadataFormat(98), ["3c613e", "3c2f613e"]],
  ["AAC-lbr", { ...aacFormat(hex("1408"), 97), fmtp: "sizelength=6;indexlength=2" }, ["0010080caabbccddee"]],
  ["L16", linearFormat(16, 48_000, 2, 97), ["00112233"]],
  ["LATM with its configuration", { ...latmFormat(hex("1408"), 97), fmtp: "" }, ["200014081fe0082acd00", "8155e680"]],
])("packets of %s are put together or dropped", (_what, format, packets) => {
  const depacketizer = payloadFormatOf(format).depacketizer(format);
  const seen = { units: 0, dropped: 0 };
  let index = 0;
  for (const mutant of mutants(packets.map(hex), cases)) {
    const result = depacketizer.push(mutant, index++ % 5 === 4);
    if (result?.units) seen.units++;
    if (result?.dropped !== undefined) seen.dropped++;
  }
  expect(seen.units).toBeGreaterThan(0);
});

test.each(["vp8-gstreamer", "vp9-gstreamer", "av1", "mpeg4", "mpeg2", "jpeg-420", "aac-latm", "mp2", "opus"])(
  "recorded packets of %s are put together or dropped",
  (name) => {
    const { format, packets } = recorded(name);
    const payloadFormat = payloadFormatOf(format);
    const depacketizer = payloadFormat.depacketizer(format);
    let units = 0;
    let index = 0;
    for (const mutant of mutants(packets.map(payloadOf), cases)) {
      // Most packets are whole, so that units can be.
      const payload = index % 3 === 0 ? mutant : payloadOf(packets[index % packets.length] ?? Buffer.alloc(12));
      for (const unit of depacketizer.push(payload, index++ % 5 === 4, mutant)?.units ?? []) {
        units++;
        if (units % 50 === 0) payloadFormat.packetize(unit, format, true, 300);
      }
    }
    expect(units).toBeGreaterThan(0);
  },
  600_000,
);
