import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeRtpHeader } from "#wire/rtp/packet";
import { SrtpProtector } from "#wire/srtp/protect";
import type { SrtpMasterKey } from "#wire/srtp/suite";
import { SrtpUnprotector } from "#wire/srtp/unprotect";
import { aMasterKey, masterKeys } from "../../../support/srtp-keys.js";

function rtp(sequence: number, payload: Uint8Array = Buffer.from("payload"), ssrc = 7): Buffer {
  const packet = Buffer.alloc(12 + payload.length);
  writeRtpHeader(packet, 0, true, 96, sequence, 1000, ssrc);
  packet.set(payload, 12);
  return packet;
}

function rtcp(ssrc = 7, body = "a report"): Buffer {
  const packet = Buffer.alloc(8 + body.length);
  packet.set([0x80, 201, 0, packet.length / 4 - 1]);
  packet.writeUInt32BE(ssrc, 4);
  packet.write(body, 8);
  return packet;
}

function protectedRtp(sender: SrtpProtector, packet: Uint8Array, index: number): Buffer {
  const into = Buffer.alloc(packet.length + sender.overheadBytes);
  expect(sender.rtp(packet, index, into, 0)).toBe(into.length);
  return into;
}

const pair = (key: SrtpMasterKey): readonly [SrtpProtector, SrtpUnprotector] => [
  new SrtpProtector(key),
  new SrtpUnprotector(key),
];

describe.each(masterKeys)("SRTP with %s", (_name, key) => {
  it("opens what it has protected, whatever the payload, extension and CSRCs", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 0, max: 2 ** 48 - 1 }),
        fc.integer({ min: 0, max: 15 }),
        fc.boolean(),
        (payload, index, csrcs, hasExtension) => {
          const head = rtp(index % 65_536, new Uint8Array());
          head[0] = 0x80 | csrcs | (hasExtension ? 0x10 : 0);
          const extension = hasExtension ? Buffer.of(0xab, 0xac, 0, 1, 1, 2, 3, 4) : Buffer.alloc(0);
          const packet = Buffer.concat([head, Buffer.alloc(csrcs * 4, 9), extension, payload]);
          const sender = new SrtpProtector(key);
          const receiver = new SrtpUnprotector(key, new Map([[7, Math.floor(index / 65_536)]]));
          expect(receiver.rtp(protectedRtp(sender, packet, index))).toEqual(packet);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("leaves nothing of the payload readable, and the header as it is", () => {
    const packet = rtp(5, Buffer.alloc(64, 0x55));
    const sealed = protectedRtp(new SrtpProtector(key), packet, 5);
    expect(sealed.subarray(0, 12)).toEqual(packet.subarray(0, 12));
    expect(sealed.includes(Buffer.alloc(4, 0x55))).toBe(false);
    expect(sealed.subarray(sealed.length - key.mki.length - (key.suite.isAead ? 0 : key.suite.tagBytes)).length).toBe(
      key.mki.length + (key.suite.isAead ? 0 : key.suite.tagBytes),
    );
  });

  it("takes no packet in which a bit was changed, and no report either", () => {
    const sender = new SrtpProtector(key);
    const receiver = new SrtpUnprotector(key);
    const sealed = [protectedRtp(sender, rtp(5), 5), sender.rtcp(rtcp())];
    sealed.forEach((bytes, which) => {
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const changed = Buffer.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(typeof (which === 0 ? receiver.rtp(changed) : receiver.rtcp(changed))).toBe("string");
      }
    });
    expect(sealed.map((bytes, which) => (which === 0 ? receiver.rtp(bytes) : receiver.rtcp(bytes)))).toEqual([
      rtp(5),
      rtcp(),
    ]);
  });

  it("counts its reports, so that each is opened once", () => {
    const [sender, receiver] = pair(key);
    const reports = [rtcp(7, "first..."), rtcp(7, "second..")];
    const sealed = reports.map((report) => sender.rtcp(report));
    expect(sealed.map((report) => receiver.rtcp(report))).toEqual(reports);
    expect(sealed.map((report) => receiver.rtcp(report))).toEqual(["replayed", "replayed"]);
  });

  it("is not opened with another key", () => {
    const other = new SrtpUnprotector({ ...key, key: key.key.map((byte) => byte ^ 1) });
    const sender = new SrtpProtector(key);
    expect(other.rtp(protectedRtp(sender, rtp(5), 5))).toBe("authentication");
    expect(other.rtcp(sender.rtcp(rtcp()))).toBe("authentication");
  });
});

describe("the receiver of SRTP", () => {
  it("takes each packet once, in any order within its window", () => {
    const [sender, receiver] = pair(aMasterKey());
    const sealed = (sequence: number): Buffer => protectedRtp(sender, rtp(sequence), sequence);
    for (const sequence of [200, 198, 199, 201, 320]) expect(receiver.rtp(sealed(sequence))).toEqual(rtp(sequence));
    for (const sequence of [198, 200, 320, 192]) expect(receiver.rtp(sealed(sequence))).toBe("replayed");
    expect(receiver.rtp(sealed(193))).toEqual(rtp(193));
  });

  it("follows the sequence number around, also when packets cross the wrap in the wrong order", () => {
    const [sender, receiver] = pair(aMasterKey());
    for (const index of [65_530, 65_537, 65_535, 65_536, 95_000, 127_000, 131_073, 131_071])
      expect(receiver.rtp(protectedRtp(sender, rtp(index % 65_536), index))).toEqual(rtp(index % 65_536));
  });

  it("begins at the wrap that it was told, and hears nothing when that is wrong", () => {
    const index = 3 * 65_536 + 9;
    const sealed = protectedRtp(new SrtpProtector(aMasterKey()), rtp(9), index);
    expect(new SrtpUnprotector(aMasterKey(), new Map([[7, 3]])).rtp(sealed)).toEqual(rtp(9));
    expect(new SrtpUnprotector(aMasterKey(), new Map([[7, 2]])).rtp(sealed)).toBe("authentication");
    expect(new SrtpUnprotector(aMasterKey()).rtp(sealed)).toBe("authentication");
  });

  it("is not led astray by a forged packet with a high sequence number", () => {
    const [sender, receiver] = pair(aMasterKey());
    receiver.rtp(protectedRtp(sender, rtp(10), 10));
    expect(receiver.rtp(protectedRtp(new SrtpProtector(aMasterKey(undefined, { seed: 2 })), rtp(30_000), 30_000))).toBe(
      "authentication",
    );
    expect(receiver.rtp(protectedRtp(sender, rtp(11), 11))).toEqual(rtp(11));
  });

  it("hears 16 senders and no more", () => {
    const [sender, receiver] = pair(aMasterKey());
    const taken = Array.from({ length: 17 }, (_, ssrc) =>
      receiver.rtp(protectedRtp(sender, rtp(1, Buffer.of(1), ssrc), 1)),
    );
    expect(taken.filter((packet) => packet === "sources")).toHaveLength(1);
    expect(taken[16]).toBe("sources");
  });

  it.each([
    ["a packet that is too short", Buffer.alloc(20, 0x80), "short"],
    ["one of another version", Buffer.alloc(60), "version"],
    ["one whose extension is longer than it", Buffer.alloc(60, 0xff), "version"],
    ["one whose header does not fit", Buffer.concat([Buffer.of(0x9f), Buffer.alloc(40)]), "short"],
  ])("refuses %s", (_name, bytes, problem) => {
    expect(new SrtpUnprotector(aMasterKey()).rtp(bytes)).toBe(problem);
  });

  it("refuses reports that say that they are not encrypted, and another key's identifier", () => {
    const sealed = new SrtpProtector(aMasterKey(undefined, { mki: "01" })).rtcp(rtcp());
    expect(new SrtpUnprotector(aMasterKey(undefined, { mki: "02" })).rtcp(sealed)).toBe("mki");
    const open = Buffer.from(sealed);
    const trailer = open.length - 15;
    open[trailer] = (open[trailer] ?? 0) & 0x7f;
    expect(new SrtpUnprotector(aMasterKey(undefined, { mki: "01" })).rtcp(open)).toBe("not-encrypted");
  });
});
