import { describe, expect, it } from "vitest";
import type { RtspServerOptions } from "#rtsp/server/options";
import type { CarrierName } from "#rtsp/server/transport/carrier";
import { payloadOf } from "#wire/rtp/packet";
import { formatCrypto } from "#wire/sdp/crypto";
import type { SrtpMasterKey } from "#wire/srtp/suite";
import { connectThrough, listenWithTls } from "../../support/carriers.js";
import {
  keyFrame,
  media,
  publishStage,
  readBack,
  sdpOf,
  urlP,
  type PublishStage,
} from "../../support/publish-stage.js";
import { publishedFormats, UnitSender } from "../../support/relay-packets.js";
import { clientPorts, serverAddress, type RtspClient } from "../../support/rtsp-client.js";
import { answeredKey, keyMgmt, SrtpPeer } from "../../support/srtp-client.js";
import { aMasterKey } from "../../support/srtp-keys.js";

const own = aMasterKey(undefined, { seed: 40 });
const TCP = "RTP/SAVP/TCP;unicast;interleaved=0-1;mode=record";
const ADDRESS = "192.0.2.30";

/** The description with a key, if there is one, told in that way. */
function secureSdp(way: "mikey" | "crypto" | "none", key: SrtpMasterKey = own): string {
  const base64 = /data="([^"]*)"/.exec(keyMgmt(key))?.[1] ?? "";
  const line = {
    mikey: `a=key-mgmt:mikey ${base64}\r\n`,
    crypto: `a=crypto:${formatCrypto({ tag: 1, key })}\r\n`,
    none: "",
  };
  return sdpOf([publishedFormats.h264]).replace("RTP/AVP", "RTP/SAVP") + line[way];
}

async function connected(stage: PublishStage, sdp: string, carrier: CarrierName = "rtsps"): Promise<RtspClient> {
  if (carrier === "rtsps") await listenWithTls(stage.server);
  const client = await connectThrough(carrier, stage.client(ADDRESS));
  const answer = await client.request("ANNOUNCE", urlP, { "Content-Type": "application/sdp" }, sdp);
  expect(answer.status).toBe(200);
  return client;
}

const setup = (client: RtspClient, Transport: string, headers: Record<string, string> = {}) =>
  client.request("SETUP", `${urlP}/streamid=0`, { Transport, ...headers });

describe("publishing by SRTP", () => {
  it.each<["TCP" | "UDP", "mikey" | "crypto" | "none"]>([
    ["TCP", "mikey"],
    ["UDP", "mikey"],
    ["TCP", "crypto"],
    ["TCP", "none"],
  ])("is taken over %s, with the key of the announcement or of SETUP: %s", async (lower, way) => {
    await using stage = await publishStage();
    const client = await connected(stage, secureSdp(way));
    const ports = lower === "UDP" ? await clientPorts(client.host.net, ADDRESS, 4000) : undefined;
    const transport = ports ? `${ports.transport.replace("AVP", "SAVP")};mode=record` : TCP;
    const answer = await setup(client, transport, way === "none" ? { KeyMgmt: keyMgmt(own) } : {});
    expect(answer.headers.get("Transport")).toMatch(/^RTP\/SAVP/);
    expect((await client.request("RECORD", urlP)).status).toBe(200);
    const reader = await readBack(stage);
    const peer = new SrtpPeer(answeredKey(answer), own);
    const packets = new UnitSender(publishedFormats.h264).packets(keyFrame(5000), 0);
    const rtpPort = Number(/server_port=(\d+)/.exec(answer.headers.get("Transport") ?? "")?.[1]);
    for (const packet of packets)
      if (ports) ports.sockets[0].send(peer.protect(packet), rtpPort, serverAddress);
      else await client.sendFrame(0, peer.protect(packet));
    await stage.host.clock.settle();
    expect(media(reader).map((packet) => Buffer.from(payloadOf(packet)))).toEqual(
      packets.map((packet) => Buffer.from(payloadOf(packet))),
    );
    ports?.rtcp.splice(0);
    await stage.host.clock.advance(6000);
    expect(peer.rtcp(ports?.rtcp.splice(0) ?? client.frames(1)).map(({ type }) => type)).toEqual(["RR", "SDES"]);
  });

  it("counts what is not authentic as broken, and does not take it for a sign of life", async () => {
    await using stage = await publishStage();
    const client = await connected(stage, secureSdp("mikey"));
    const answer = await setup(client, TCP);
    await client.request("RECORD", urlP);
    const packets = new UnitSender(publishedFormats.h264).packets(keyFrame(3000), 0);
    const stranger = new SrtpPeer(answeredKey(answer), aMasterKey(undefined, { seed: 41 }));
    for (const packet of packets) await client.sendFrame(0, packet);
    for (const packet of packets) await client.sendFrame(0, stranger.protect(packet));
    expect(stage.received()).toMatchObject({ packets: 0, broken: packets.length * 2 });
    await stage.host.clock.advance(11_000);
    expect(stage.server.sessions()).toEqual([]);
  });

  it.each<[string, CarrierName, RtspServerOptions, string, "mikey" | "none", number]>([
    ["without TLS", "rtsp", {}, TCP, "mikey", 461],
    ["turned off", "rtsps", { srtp: "off" }, TCP, "mikey", 461],
    ["without a key", "rtsps", {}, TCP, "none", 463],
    ["required, and not protected", "rtsps", { srtp: "require" }, TCP.replace("SAVP", "AVP"), "mikey", 461],
  ])("is refused %s", async (_name, carrier, options, transport, way, status) => {
    await using stage = await publishStage(options);
    const client = await connected(stage, secureSdp(way), carrier);
    expect((await setup(client, transport)).status).toBe(status);
    expect(stage.server.sessions()).toEqual([]);
  });
});
