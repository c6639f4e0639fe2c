import { describe, expect, it } from "vitest";
import { ReceiverStatistics } from "#wire/rtp/reception";

describe("what is reported on a sender", () => {
  it("is nothing before its first packet", () => {
    expect(new ReceiverStatistics(1, 90_000).block(0)).toBeUndefined();
  });

  it("counts what is missing, over the wrap of the numbers", () => {
    const statistics = new ReceiverStatistics(7, 90_000);
    for (const sequence of [65_530, 65_531, 65_535, 2]) statistics.packet(sequence, 0, 0);
    expect(statistics.block(0)).toMatchObject({
      ssrc: 7,
      cumulativeLost: 5,
      highestSequence: 65_538,
      fractionLost: 142,
    });
    // Since then nothing is missing.
    statistics.packet(3, 0, 0);
    expect(statistics.block(0)).toMatchObject({ cumulativeLost: 5, highestSequence: 65_539, fractionLost: 0 });
  });

  it("takes back a loss when the packet comes late, and counts one that comes twice against it", () => {
    const statistics = new ReceiverStatistics(7, 90_000);
    for (const sequence of [1, 3, 2, 3]) statistics.packet(sequence, 0, 0);
    expect(statistics.block(0)).toMatchObject({ cumulativeLost: -1, fractionLost: 0, highestSequence: 3 });
  });

  it("starts anew with another numbering", () => {
    const statistics = new ReceiverStatistics(7, 90_000);
    for (const sequence of [1, 2, 30_000, 30_001]) statistics.packet(sequence, 0, 0);
    expect(statistics.block(0)).toMatchObject({ cumulativeLost: 0, highestSequence: 30_001 });
  });

  it("has a jitter of 0 for even packets, and of the RFC's sixteenths for uneven ones", () => {
    const even = new ReceiverStatistics(7, 8000);
    for (let index = 0; index < 100; index++) even.packet(index, index * 160, index * 20);
    expect(even.block(0)?.jitter).toBe(0);
    const uneven = new ReceiverStatistics(7, 8000);
    uneven.packet(0, 0, 0);
    uneven.packet(1, 160, 40);
    expect(uneven.block(0)?.jitter).toBe(10);
    for (let index = 2; index < 300; index++) uneven.packet(index, index * 160, index * 20 + (index % 2) * 20);
    expect(uneven.block(0)?.jitter).toBeGreaterThan(150);
    expect(uneven.block(0)?.jitter).toBeLessThanOrEqual(160);
  });

  it("is not shaken by time stamps that wrap", () => {
    const statistics = new ReceiverStatistics(7, 90_000);
    for (let index = 0; index < 10; index++)
      statistics.packet(index, (2 ** 32 - 9000 + index * 3600) % 2 ** 32, index * 40);
    expect(statistics.block(0)?.jitter).toBe(0);
  });

  it("names the sender's last report and the time since then", () => {
    const statistics = new ReceiverStatistics(7, 90_000);
    statistics.packet(1, 0, 0);
    statistics.senderReport({ seconds: 0x12345678, fraction: 0x9abcdef0 }, 1000);
    expect(statistics.block(1500)).toMatchObject({ lastSenderReport: 0x56789abc, delaySinceLastSenderReport: 32_768 });
  });
});
