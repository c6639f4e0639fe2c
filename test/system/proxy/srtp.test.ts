import { describe, expect, test } from "vitest";
import type { ProxyDefinition } from "#sources/proxy";
import { writeFrame } from "#wire/rtsp/message";
import { RtspParser } from "#wire/rtsp/parser";
import { sequenceNumber } from "#wire/rtp/packet";
import { formatCrypto } from "#wire/sdp/crypto";
import { SrtpProtector } from "#wire/srtp/protect";
import { srtpSuite } from "#wire/srtp/suite";
import { pictures, sound } from "../../support/media-fakes.js";
import { multicastOptions, originStage, proxyOf, proxyStage, turns } from "../../support/proxy-stage.js";
import { serverAddress } from "../../support/rtsp-client.js";
import { cameraSdp, ScriptedCamera } from "../../support/scripted-camera.js";

const secret = `rtsps://${serverAddress}:322/live?srtp`;

const payloads = (units: readonly { readonly payload: readonly Uint8Array[] }[]): Buffer[] =>
  units.map(({ payload }) => Buffer.from(payload.at(-1) ?? []));

describe.each<[string, Partial<ProxyDefinition>, string]>([
  ["TCP", { transport: "TCP" }, "TCP"],
  ["UDP, beside TLS", { transport: "UDP" }, "UDP"],
  ["AUTO, which is UDP", { transport: "AUTO" }, "UDP"],
  ["multicast", { transport: "MULTICAST" }, "UDP-multicast"],
  ["a secure WebSocket", { url: secret.replace("rtsps", "rtsp+wss") }, "TCP"],
])("a protected original fetched by %s", (_name, changes, lower) => {
  test("reaches readers as it was before, and is reported on", async () => {
    await using origin = await originStage({ ...multicastOptions, srtp: "require" });
    await using proxy = proxyStage(origin.host.network, [proxyOf({ url: secret, ...changes })]);
    const { reader } = await proxy.read("proxy", 3000);
    const sent = [...pictures(0, 30, 10, 3000), sound(0), sound(1)];
    for (const unit of sent) await origin.write(unit);
    await proxy.host.clock.advance(500);
    await turns();
    expect(payloads(reader.units.filter(({ track }) => track === 0))).toEqual(
      payloads(sent.filter(({ track }) => track === 0)),
    );
    expect(reader.units.filter(({ track }) => track === 1)).toHaveLength(2);

    for (let second = 0; second < 7; second++) {
      await origin.write(...pictures(1 + second, 1, 1, 300));
      await proxy.host.clock.advance(1000);
      await turns();
    }
    const [session] = origin.server.sessions();
    expect(session?.transport).toBe(lower);
    expect(session?.tracks.map(({ reception }) => reception?.cumulativeLost)).toEqual([0, 0]);
    expect(proxy.log.filter(({ level }) => level === "warn" || level === "error")).toEqual([]);
  });
});

const key = {
  suite: srtpSuite("AES_CM_128_HMAC_SHA1_80"),
  key: Buffer.alloc(16, 7),
  salt: Buffer.alloc(14, 9),
  mki: new Uint8Array(),
};

/** A frame of a camera, protected. */
function sealed(frame: Buffer, protector: SrtpProtector): Buffer {
  const parser = new RtspParser();
  parser.push(frame);
  const frames: Buffer[] = [];
  for (let message = parser.next(); message; message = parser.next()) {
    if (message.kind !== "frame") continue;
    const { payload, channel } = message;
    const into = Buffer.alloc(payload.length + protector.overheadBytes);
    protector.rtp(payload, sequenceNumber(payload), into, 0);
    frames.push(writeFrame(channel, into));
  }
  return Buffer.concat(frames);
}

/** The description of a camera whose video is protected. */
const secretSdp = (...lines: readonly string[]): string =>
  cameraSdp([...lines, "a=control:trackID=0"].join("\r\n")).replace("RTP/AVP 96", "RTP/SAVP 96");

describe("a camera that tells its key in a=crypto alone", () => {
  test("is read, and what is not authentic is not passed on", async () => {
    const camera = await ScriptedCamera.start({ sdp: secretSdp(`a=crypto:${formatCrypto({ tag: 1, key })}`) });
    await using proxy = proxyStage(camera.host.network, [proxyOf({ url: "rtsp://192.0.2.10/live" })]);
    const { reader } = await proxy.read();
    const protector = new SrtpProtector(key);
    const [first, forged, last] = [camera.picture(), camera.picture(), camera.picture()];
    await camera.send(sealed(first, protector));
    await camera.send(forged);
    await camera.send(sealed(last, protector));
    await proxy.host.clock.advance(1000);
    expect(reader.units).toHaveLength(2);
    expect(
      camera.requests.filter(({ method }) => method === "SETUP").map((one) => one.headers.get("Transport")),
    ).toEqual([expect.stringMatching(/^RTP\/SAVP\/TCP;/), expect.stringMatching(/^RTP\/AVP\/TCP;/)]);
  });
});
