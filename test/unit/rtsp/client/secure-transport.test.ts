import { describe, expect, it } from "vitest";
import { ClientKeys } from "#rtsp/client/client-keys";
import { SecureTransport } from "#rtsp/client/secure-transport";
import type { ClientTransport, PacketHandler } from "#rtsp/client/transport";
import { toldKey } from "#rtsp/told-key";
import { ORDERED } from "#wire/rtp/reorder";
import { writeRtcp } from "#wire/rtp/rtcp";
import type { TransportSpec } from "#wire/rtsp/headers/transport";
import { Headers } from "#wire/rtsp/message";
import { SrtpProtector } from "#wire/srtp/protect";
import { srtpSuite, type SrtpMasterKey } from "#wire/srtp/suite";
import { SrtpUnprotector } from "#wire/srtp/unprotect";
import { fakeHost } from "../../../support/fake-host.js";

const OUR_SSRC = 0x0be;
const spec: TransportSpec = { profile: "RTP/SAVP", lower: "TCP", delivery: "unicast", interleaved: [0, 1] };
const packet = Buffer.from("8060000100000000cafebabe6501020304", "hex");
const report = writeRtcp([{ type: "RR", ssrc: OUR_SSRC, reports: [] }]);

/** A way that keeps what goes, and by which the test lets come what it likes. */
class Inner implements ClientTransport {
  readonly wanted: TransportSpec = { ...spec, profile: "RTP/AVP" };
  readonly order = ORDERED;
  readonly sent: Buffer[] = [];
  rtp: PacketHandler = () => {};

  agree(): Promise<void> {
    return Promise.resolve();
  }

  receive(rtp: PacketHandler): void {
    this.rtp = rtp;
  }

  sendRtcp(data: Uint8Array): void {
    this.sent.push(Buffer.from(data));
  }

  openFirewall(): void {}

  close(): void {}
}

const keyOf = (fill: number): SrtpMasterKey => ({
  suite: srtpSuite("AES_CM_128_HMAC_SHA1_80"),
  key: Buffer.alloc(16, fill),
  salt: Buffer.alloc(14, fill),
  mki: new Uint8Array(),
});

const keysOf = (): ClientKeys => {
  const { clock, entropy } = fakeHost();
  return new ClientKeys(clock, entropy, OUR_SSRC);
};

/** What comes out of a packet under that key. */
function opened(transport: SecureTransport, inner: Inner, key: SrtpMasterKey): Buffer[] {
  const got: Buffer[] = [];
  transport.receive(
    (data) => got.push(Buffer.from(data)),
    () => {},
  );
  const into = Buffer.alloc(packet.length + 10);
  new SrtpProtector(key).rtp(packet, 1, into, 0);
  inner.rtp(into);
  return got;
}

/** Whether a report goes under that key. */
function reportsUnder(transport: SecureTransport, inner: Inner, key: SrtpMasterKey): boolean {
  transport.sendRtcp(report);
  const clear = new SrtpUnprotector(key).rtcp(inner.sent.at(-1) ?? Buffer.alloc(0));
  return Buffer.isBuffer(clear) && clear.equals(report);
}

describe("the client's way of a protected track", () => {
  it("asks for protection, and goes under the described key in both directions", async () => {
    const inner = new Inner();
    const transport = new SecureTransport(inner, keysOf(), { key: keyOf(1), rollovers: new Map() });
    expect([transport.wanted, transport.keyMgmt]).toEqual([spec, undefined]);
    await transport.agree(spec, undefined);
    expect(opened(transport, inner, keyOf(1))).toEqual([packet]);
    expect(reportsUnder(transport, inner, keyOf(1))).toBe(true);
  });

  it("takes the key of the answer before the described one", async () => {
    const inner = new Inner();
    const transport = new SecureTransport(inner, keysOf(), { key: keyOf(1), rollovers: new Map() });
    await transport.agree(spec, { key: keyOf(2), rollovers: new Map() });
    expect(opened(transport, inner, keyOf(2))).toEqual([packet]);
    expect(reportsUnder(transport, inner, keyOf(2))).toBe(true);
  });

  it.each([
    ["uses, when it tells none", undefined],
    ["does not use, when it tells its own", { key: keyOf(3), rollovers: new Map<number, number>() }],
  ])("tells a key of its own to a server that has described none, which that %s", async (_name, told) => {
    const inner = new Inner();
    const transport = new SecureTransport(inner, keysOf(), undefined);
    const ours = toldKey(new Headers([["KeyMgmt", transport.keyMgmt ?? ""]]))?.key ?? keyOf(0);
    await transport.agree(spec, told);
    expect(opened(transport, inner, told?.key ?? ours)).toEqual([packet]);
    expect(reportsUnder(transport, inner, ours)).toBe(true);
  });

  it("hands on an empty packet for one that is not authentic", async () => {
    const inner = new Inner();
    const transport = new SecureTransport(inner, keysOf(), { key: keyOf(1), rollovers: new Map() });
    await transport.agree(spec, undefined);
    expect(opened(transport, inner, keyOf(4))).toEqual([Buffer.alloc(0)]);
  });

  it("never uses an index twice for the reports of two tracks with one key", async () => {
    const keys = keysOf();
    const [first, second] = [new Inner(), new Inner()];
    for (const inner of [first, second]) {
      const transport = new SecureTransport(inner, keys, { key: keyOf(1), rollovers: new Map() });
      await transport.agree(spec, undefined);
      transport.sendRtcp(report);
    }
    const opener = new SrtpUnprotector(keyOf(1));
    expect([first, second].map(({ sent }) => Buffer.isBuffer(opener.rtcp(sent[0] ?? Buffer.alloc(0))))).toEqual([
      true,
      true,
    ]);
  });

  it("is refused when the answer is about media that are not protected", async () => {
    const transport = new SecureTransport(new Inner(), keysOf(), undefined);
    await expect(transport.agree({ ...spec, profile: "RTP/AVP" }, undefined)).rejects.toMatchObject({
      code: "rtsp-client-transport",
    });
  });
});
