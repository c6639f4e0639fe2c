import { describe, expect, it } from "vitest";
import { DecodeError } from "#util/errors";
import { readMikey } from "#wire/mikey/read";
import { mikeyOf, srtpKeyOf } from "#wire/mikey/srtp-keys";
import { writeMikey } from "#wire/mikey/write";
import { writeRtpHeader } from "#wire/rtp/packet";
import { formatKeyMgmt, parseKeyMgmt, parseKeyMgmtAttribute } from "#wire/rtsp/headers/key-mgmt";
import { formatCrypto, parseCrypto } from "#wire/sdp/crypto";
import { SrtpProtector } from "#wire/srtp/protect";
import { SrtpUnprotector } from "#wire/srtp/unprotect";
import { fuzz, refusesOnlyWith } from "../support/fuzz-run.js";
import { aMasterKey, masterKeys } from "../support/srtp-keys.js";

const messages = masterKeys.map(([, key]) =>
  writeMikey(
    mikeyOf({ key, ssrc: 1, rollovers: 2, time: { seconds: 3, fraction: 4 }, random: Buffer.alloc(16), bundleId: 5 }),
  ),
);

describe("the receiver of SRTP", () => {
  it.each([masterKeys[0], masterKeys[9]].flatMap((one) => (one ? [one] : [])))(
    "takes none of 100,000 damaged packets: %s",
    (_name, key) => {
      const sender = new SrtpProtector(key);
      const packet = Buffer.alloc(60);
      writeRtpHeader(packet, 0, true, 96, 7, 8, 9);
      const rtp = Buffer.alloc(packet.length + sender.overheadBytes);
      sender.rtp(packet, 7, rtp, 0);
      const report = Buffer.alloc(32);
      report.set([0x80, 201, 0, 7]);
      const rtcp = sender.rtcp(report);
      const receiver = new SrtpUnprotector(key);
      fuzz([rtp, rtcp], (bytes) => {
        if (!bytes.equals(rtp)) expect(typeof receiver.rtp(bytes)).toBe("string");
        if (!bytes.equals(rtcp)) expect(typeof receiver.rtcp(bytes)).toBe("string");
      });
    },
    600_000,
  );
});

describe("the reader of MIKEY", () => {
  it("refuses 100,000 damaged messages, or reads them, and gives only keys of the right length", () => {
    fuzz(messages, (bytes) => {
      refusesOnlyWith(DecodeError, () => {
        const { key } = srtpKeyOf(readMikey(bytes));
        expect([key.key.length, key.salt.length]).toEqual([key.suite.keyBytes, key.suite.saltBytes]);
      });
    });
  }, 600_000);
});

describe("the readers of KeyMgmt and a=crypto", () => {
  it("refuse 100,000 damaged values, or read them", () => {
    const header = formatKeyMgmt({ protocol: "mikey", uri: "rtsps://a/b", data: messages[0] ?? Buffer.alloc(1) });
    const crypto = formatCrypto({ tag: 1, key: aMasterKey() });
    fuzz([header, crypto, `${crypto}|2^20|1:4 WSH=64`], (bytes) => {
      const text = bytes.toString("latin1");
      refusesOnlyWith(DecodeError, () => parseKeyMgmt([text]));
      parseKeyMgmtAttribute(text);
      const key = parseCrypto(text)?.key;
      if (key) expect(key.key.length).toBe(key.suite.keyBytes);
    });
  }, 600_000);
});
