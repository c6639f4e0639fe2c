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
import { metadataFormat } from "#codec/metadata/payload";
import { splitByteStream, splitLengthPrefixed } from "#codec/nal-units";
import { payloadFormatOf } from "#codec/payloads";
import { DecodeError } from "#util/errors";
import { mutants } from "../support/fuzz.js";
import { h264Sets, h265Sets } from "../support/parameter-sets.js";

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
