import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { aacFormat } from "#codec/aac/payload";
import type { MediaFormat } from "#codec/format";
import { g711Format } from "#codec/g711";
import { g726Format, reorderG726, type G726Bits } from "#codec/g726";
import { parseJpeg } from "#codec/jpeg/segments";
import { linearFormat } from "#codec/linear-pcm";
import { payloadFormatOf } from "#codec/payloads";
import { findStreamTraits } from "#codec/stream-traits";
import { RTP_HEADER_BYTES, writeRtpHeader } from "#wire/rtp/packet";
import { ffmpeg } from "../support/frame-hashes.js";
import { seededRandom } from "../support/fuzz.js";
import { needs } from "../support/needs.js";
import { recorded, unitsOf } from "../support/recorded-rtp.js";

const has = (element: string): boolean => spawnSync("gst-inspect-1.0", [element]).status === 0;
const folder = mkdtempSync(join(tmpdir(), "onvifrtspserver-payloads-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What GStreamer's `element` makes of our packets of `units`, of at most `maxBytes` without their headers. */
function depayed(element: string, format: MediaFormat, units: readonly Uint8Array[], maxBytes: number): Buffer {
  const payloadFormat = payloadFormatOf(format);
  const traits = findStreamTraits(format);
  let sequence = 65_530;
  const framed = units.flatMap((unit, index) => {
    const payloads = payloadFormat.packetize([unit], format, traits?.isRandomAccess([unit]) ?? true, maxBytes);
    return payloads.map(({ head, body }, place) => {
      const marker = payloadFormat.marker === "last" && place === payloads.length - 1;
      const packet = Buffer.alloc(2 + RTP_HEADER_BYTES + head.length + body.length);
      packet.writeUInt16BE(packet.length - 2);
      writeRtpHeader(packet, 2, marker, format.payloadType, sequence, 1000 + index * 3600, 1);
      sequence = (sequence + 1) & 0xffff;
      packet.set(head, 2 + RTP_HEADER_BYTES);
      packet.set(body, 2 + RTP_HEADER_BYTES + head.length);
      return packet;
    });
  });
  const [input, output] = [join(folder, "in"), join(folder, "out")];
  writeFileSync(input, Buffer.concat(framed));
  const { kind, encodingName, clockRate, payloadType, channels, fmtp = "" } = format;
  const parameters = fmtp.split(";").flatMap((part) => {
    const [name, value] = part.trim().split("=");
    return name === undefined || value === undefined ? [] : [`${name}=(string)${value}`];
  });
  const caps = [
    `application/x-rtp-stream,media=${kind},encoding-name=${encodingName.toUpperCase()},clock-rate=${clockRate}`,
    `payload=${payloadType}`,
    ...(channels === undefined ? [] : [`encoding-params=(string)${channels}`, `channels=(string)${channels}`]),
    ...parameters,
  ].join(",");
  const pipeline = `filesrc location=${input} ! ${caps} ! rtpstreamdepay ! ${element} ! filesink location=${output}`;
  const { status, stdout, stderr } = spawnSync("gst-launch-1.0", ["-q", ...pipeline.split(" ")], { encoding: "utf8" });
  expect([status, stdout + stderr], "gst-launch-1.0").toEqual([0, ""]);
  return readFileSync(output);
}

const missing = spawnSync("gst-launch-1.0", ["--version"]).status === 0 ? undefined : "gst-launch-1.0 is not installed";

describe.runIf(needs("payloads read by GStreamer", missing))("GStreamer reads our packets", () => {
  it.each([
    ["vp8", "rtpvp8depay", 200],
    ["vp9", "rtpvp9depay", 200],
    ["mpeg4", "rtpmp4vdepay", 300],
    ["mpeg2", "rtpmpvdepay", 300],
    ["mpeg1", "rtpmpvdepay", 300],
    ["mp3", "rtpmpadepay", 1388],
    ["mp2", "rtpmpadepay", 1388],
    ["opus", "rtpopusdepay", 1388],
    ["g722", "rtpg722depay", 1388],
    ["l16", "rtpL16depay", 1388],
    ["aac-latm", "rtpmp4adepay", 1388],
    ["aac-latm", "rtpmp4adepay", 200],
  ])("of %s with %s, up to %i bytes", (name, element, maxBytes) => {
    const { format } = recorded(name);
    const units = unitsOf(recorded(name));
    const read = depayed(element, format, units, maxBytes);
    // The configuration of MPEG-4 video is put in front of what stands for itself.
    const config = name === "mpeg4" ? (format.parameterSets?.[0] ?? Buffer.alloc(0)) : Buffer.alloc(0);
    const sent = units.flatMap((unit) =>
      findStreamTraits(format)?.isRandomAccess([unit]) === true ? [config, unit] : [unit],
    );
    const whole = Buffer.concat(sent);
    // GStreamer 1.22 leaves the length of the first frame of LATM in front, of its own packets too.
    const extra = name === "aac-latm" ? 1 : 0;
    expect(read).toHaveLength(whole.length + extra);
    expect(read.subarray(extra).equals(whole)).toBe(true);
  });

  it.each(["jpeg-420", "restart-420", "plain-422", "optimal-420"])("of the JPEG picture %s", (name) => {
    const source =
      name === "jpeg-420"
        ? unitsOf(recorded(name))
        : [readFileSync(new URL(`../fixtures/jpeg/${name}.jpg`, import.meta.url))];
    const { format } = recorded("jpeg-420");
    const read = depayed("rtpjpegdepay", format, source.slice(0, 1), 300);
    const [one, other] = [source[0] ?? Buffer.alloc(0), read].map((bytes) => parseJpeg(bytes));
    expect(other).toMatchObject({ width: 64, height: 48, restartInterval: one?.restartInterval });
    if (name !== "optimal-420") expect(Buffer.compare(other?.scan ?? read, one?.scan ?? read)).toBe(0);
  });

  const random = seededRandom(7);
  const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, () => random(256)));

  it.each<[string, string, MediaFormat, number]>([
    ["L8", "rtpL8depay", linearFormat(8, 8000, 1, 97), 160],
    ["L24", "rtpL24depay", linearFormat(24, 48_000, 2, 97), 1152],
    ["PCMU", "rtppcmudepay", g711Format("PCMU", 8000, 1, 97), 160],
    ["AAC in the packets of RFC 3640", "rtpmp4gdepay", aacFormat(Buffer.from("1408", "hex"), 97), 300],
    ["AAC frames that are cut", "rtpmp4gdepay", aacFormat(Buffer.from("1408", "hex"), 97), 4000],
  ])("of %s with %s", (_what, element, format, bytes) => {
    const units = [noise(bytes), noise(bytes), noise(bytes)];
    expect(depayed(element, format, units, 1388).equals(Buffer.concat(units))).toBe(true);
  });

  // Of 3 and 5 bits GStreamer 1.22 makes something else than FFmpeg does.
  it.runIf(needs("G.726", has("rtpg726depay") ? undefined : "rtpg726depay is not there")).each<G726Bits>([2, 4])(
    "of G.726 with %i bits in either order",
    (bits) => {
      const samples = noise(20 * bits);
      const [rfc, aal2] = (["rfc3551", "aal2"] as const).map((order) =>
        depayed("rtpg726depay force-aal2=false", g726Format(bits, order, 97), [samples], 1388),
      );
      // It gives out the order of AAL2 always.
      expect(rfc?.equals(reorderG726(samples, bits, "rfc3551"))).toBe(true);
      expect(aal2?.equals(samples)).toBe(true);
    },
  );
});

const missingFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0 ? undefined : "ffmpeg is not installed";

describe.runIf(needs("G.726 by FFmpeg", missingFfmpeg))("FFmpeg's two encoders of G.726", () => {
  it.each<G726Bits>([2, 3, 4, 5])("put codewords of %i bits into the orders that we know", async (bits) => {
    const encoded = async (encoder: string): Promise<Buffer> => {
      const input = ["-f", "lavfi", "-i", "anoisesrc=r=8000:a=0.5:seed=3", "-t", "0.24"];
      const bytes = await ffmpeg([...input, "-c:a", encoder, "-b:a", `${bits * 8}k`, "-f", encoder, "-"]);
      return bytes.subarray(0, 240 * bits);
    };
    const [aal2, rfc3551] = [await encoded("g726"), await encoded("g726le")];
    expect(aal2).toHaveLength(240 * bits);
    expect(rfc3551.equals(reorderG726(aal2, bits, "aal2"))).toBe(true);
    expect(aal2.equals(reorderG726(rfc3551, bits, "rfc3551"))).toBe(true);
  });
});
