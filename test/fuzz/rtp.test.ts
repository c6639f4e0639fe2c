import { describe, expect, it } from "vitest";
import { payloadOf, rtpProblem } from "#wire/rtp/packet";
import { readRtcp, writeRtcp } from "#wire/rtp/rtcp";
import { fuzz } from "../support/fuzz-run.js";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("the RTP reader", () => {
  it("takes 100,000 damaged packets for packets within their bounds, or refuses them", () => {
    const samples = [
      "b260 0001 00000000 00000000 11111111 22222222 abac0001 00000000 aabbcc 000003",
      "80e0 fffe 89abcdef deadbeef 0102",
    ];
    fuzz(samples.map(hex), (bytes) => {
      if (rtpProblem(bytes) === undefined) expect(payloadOf(bytes).length).toBeLessThanOrEqual(bytes.length - 12);
    });
  }, 600_000);
});

describe("the RTCP reader", () => {
  it("survives 100,000 damaged compounds", () => {
    const block = {
      ssrc: 1,
      fractionLost: 2,
      cumulativeLost: 3,
      highestSequence: 4,
      jitter: 5,
      lastSenderReport: 6,
      delaySinceLastSenderReport: 7,
    };
    const sample = writeRtcp([
      {
        type: "SR",
        ssrc: 1,
        ntp: { seconds: 1, fraction: 2 },
        rtpTime: 3,
        packetCount: 4,
        octetCount: 5,
        reports: [block],
      },
      { type: "RR", ssrc: 1, reports: [block] },
      { type: "SDES", chunks: [{ ssrc: 1, cname: "camera" }] },
      { type: "BYE", sources: [1], reason: "over" },
    ]);
    fuzz([sample], (bytes) => void readRtcp(bytes));
  }, 600_000);
});
