import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromNtp, ntpMiddle, toNtp } from "#wire/rtp/ntp";
import { readRtcp, reportKey, writeRtcp, type WritableRtcp } from "#wire/rtp/rtcp";
import { roundTripMs, SenderStatistics } from "#wire/rtp/reports";

const uint32 = fc.nat(0xffffffff);
const block = fc.record({
  ssrc: uint32,
  fractionLost: fc.nat(255),
  cumulativeLost: fc.integer({ min: -(2 ** 23), max: 2 ** 23 - 1 }),
  highestSequence: uint32,
  jitter: uint32,
  lastSenderReport: uint32,
  delaySinceLastSenderReport: uint32,
});
const reports = fc.array(block, { maxLength: 3 });
const shortText = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => !text.includes("\0"));
const anyPacket: fc.Arbitrary<WritableRtcp> = fc.oneof(
  fc.record({
    type: fc.constant("SR" as const),
    ssrc: uint32,
    ntp: fc.record({ seconds: uint32, fraction: uint32 }),
    rtpTime: uint32,
    packetCount: uint32,
    octetCount: uint32,
    reports,
  }),
  fc.record({ type: fc.constant("RR" as const), ssrc: uint32, reports }),
  fc.record({
    type: fc.constant("SDES" as const),
    chunks: fc.array(fc.record({ ssrc: uint32, cname: fc.option(shortText, { nil: undefined }) }), { maxLength: 3 }),
  }),
  fc.record({
    type: fc.constant("BYE" as const),
    sources: fc.array(uint32, { maxLength: 3 }),
    reason: fc.option(shortText, { nil: undefined }),
  }),
);

describe("RTCP", () => {
  it("is read as it is written", () => {
    fc.assert(
      fc.property(fc.array(anyPacket, { minLength: 1, maxLength: 4 }), (packets) => {
        const bytes = writeRtcp(packets);
        expect(bytes.length % 4).toBe(0);
        expect(readRtcp(bytes)).toEqual(packets);
      }),
    );
  });

  it("keeps what it does not know as bytes", () => {
    const pictureLoss = Buffer.from("81ce00020000000100000002", "hex");
    expect(readRtcp(pictureLoss)).toMatchObject([{ type: "other", packetType: 206, format: 1 }]);
  });

  it.each([
    ["nothing", "", "short"],
    ["two bytes", "80c8", "short"],
    ["version 0", "00c90001 00000000", "version"],
    ["an RTP packet", "80600001 00000000 00000000", "type"],
    ["a length beyond the end", "80c90002 00000000", "length"],
    ["a rest of two bytes", "80c90001 00000000 80c9", "length"],
    ["an SR without its body", "80c80001 00000000", "contents"],
    ["an RR that lacks a block", "81c90001 00000000", "contents"],
    ["an SDES item beyond the end", "81ca0002 00000001 01ff6161", "contents"],
    ["an SDES chunk that is not there", "82ca0002 00000001 00000000", "contents"],
    ["a BYE that lacks a source", "82cb0001 00000001", "contents"],
    ["a BYE reason beyond the end", "81cb0002 00000001 09616161", "contents"],
    ["padding larger than the packet", "a0c90001 000000ff", "length"],
  ])("is refused as %s", (_name, text, problem) => {
    expect(readRtcp(Buffer.from(text.replaceAll(" ", ""), "hex"))).toBe(problem);
  });

  it("never throws, whatever comes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => void readRtcp(bytes)));
  });
});

describe("NTP time", () => {
  it("starts in 1900 and counts 2^-32 seconds", () => {
    expect(toNtp(0)).toEqual({ seconds: 2_208_988_800, fraction: 0 });
    expect(toNtp(1500.5)).toEqual({ seconds: 2_208_988_801, fraction: 2 ** 31 + Math.floor(2 ** 32 / 2000) });
  });

  it("survives the way there and back, also past the change of era in 2036", () => {
    for (const ms of [Date.UTC(2026, 0, 1) + 0.25, Date.UTC(2040, 5, 1)]) expect(fromNtp(toNtp(ms))).toBeCloseTo(ms, 2);
  });

  it("has its middle in receiver reports", () => {
    expect(ntpMiddle({ seconds: 0x12345678, fraction: 0x9abcdef0 })).toBe(0x56789abc);
  });
});

describe("sender statistics", () => {
  it("map the last unit's capture time to its RTP time and go on from there", () => {
    const statistics = new SenderStatistics(7, 90_000);
    const wallMs = Date.UTC(2026, 0, 1);
    statistics.sent(12, 16_000, wallMs, 0xfffffff0, 5_000);
    expect(statistics.report(5_000)).toMatchObject({
      ssrc: 7,
      ntp: toNtp(wallMs),
      rtpTime: 0xfffffff0,
      packetCount: 12,
      octetCount: 16_000,
    });
    const later = statistics.report(35_000);
    expect(fromNtp(later.ntp)).toBeCloseTo(wallMs + 30_000, 2);
    expect(later.rtpTime).toBe(30 * 90_000 - 16);
  });

  it("give the round-trip time for the report that a receiver echoes", () => {
    const statistics = new SenderStatistics(7, 90_000);
    statistics.sent(1, 1, Date.UTC(2026, 0, 1), 0, 1_000);
    const key = reportKey(statistics.report(1_000));
    const answer = { lastSenderReport: key, delaySinceLastSenderReport: 65536 };
    expect(roundTripMs(answer, key, 1_000, 2_040)).toBeCloseTo(40);
    expect(roundTripMs(answer, key, 1_000, 1_500)).toBe(0);
    expect(roundTripMs(answer, key + 1, 1_000, 2_040)).toBeUndefined();
    expect(roundTripMs({ ...answer, lastSenderReport: 0 }, 0, 1_000, 2_040)).toBeUndefined();
  });
});
