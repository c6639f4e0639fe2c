import { describe, expect, it } from "vitest";
import type { RtspServerOptions } from "#rtsp/server/options";
import type { CarrierName } from "#rtsp/server/transport/carrier";
import { sequenceNumber } from "#wire/rtp/packet";
import { writeRtcp } from "#wire/rtp/rtcp";
import { parseSdp } from "#wire/sdp/parser";
import { SrtpUnprotector } from "#wire/srtp/unprotect";
import { carrierStage, connectThrough, listenWithTls } from "../../support/carriers.js";
import { marksOf, onvif, replayStage, unitsOf } from "../../support/replay-stage.js";
import { clientPorts, serverAddress, urlA, type RtspClient, type RtspStage } from "../../support/rtsp-client.js";
import { answeredKey, keyMgmt, SrtpPeer, toldKeys, type ToldKey } from "../../support/srtp-client.js";
import { aMasterKey } from "../../support/srtp-keys.js";

const secureUrl = `${urlA}?srtp`;

async function connect(stage: RtspStage, carrier: CarrierName = "rtsps"): Promise<RtspClient> {
  return connectThrough(carrier, stage.client("192.0.2.30"));
}

const describeOf = async (client: RtspClient, url = secureUrl): Promise<string> =>
  (await client.request("DESCRIBE", url)).body.toString();

async function keysOf(client: RtspClient): Promise<readonly [ToldKey, ToldKey]> {
  const [video, audio] = toldKeys(await describeOf(client));
  if (!video || !audio) throw new Error("not two tracks");
  return [video, audio];
}

/** SETUP and PLAY of the video; the answer to SETUP and what RTP-Info says. */
async function play(client: RtspClient, headers: Record<string, string> = {}, url = `${urlA}/trackID=0?srtp`) {
  const setup = await client.request("SETUP", url, { Transport: "RTP/SAVP/TCP;interleaved=0-1", ...headers });
  const answer = await client.request("PLAY", secureUrl);
  return { setup, rtpInfo: answer.headers.get("RTP-Info") ?? "" };
}

const report = writeRtcp([
  {
    type: "RR",
    ssrc: 5,
    reports: [
      {
        ssrc: 0x1000,
        fractionLost: 9,
        cumulativeLost: 3,
        highestSequence: 7,
        jitter: 2,
        lastSenderReport: 0,
        delaySinceLastSenderReport: 0,
      },
    ],
  },
]);

describe("the description of a protected stream", () => {
  it("names the profile and tells a key for each track, the same in both ways of telling one", async () => {
    await using stage = await carrierStage();
    const keys = await keysOf(await connect(stage));
    for (const { protocol, mikey, crypto } of keys) {
      expect(protocol).toBe("RTP/SAVP");
      expect(Buffer.from(mikey?.key.key ?? [])).toEqual(Buffer.from(crypto?.key ?? []));
      expect(Buffer.from(mikey?.key.salt ?? [])).toEqual(Buffer.from(crypto?.salt ?? []));
      expect(mikey?.key.suite.name).toBe("AES_CM_128_HMAC_SHA1_80");
    }
    expect(keys.map(({ mikey }) => [...(mikey?.rollovers ?? [])])).toEqual([[[0x1000, 0]], [[0x1001, 0]]]);
    expect(keys[0].crypto?.key).not.toEqual(keys[1].crypto?.key);
  });

  it.each<[string, CarrierName, string, RtspServerOptions, boolean]>([
    ["asked for", "rtsps", secureUrl, {}, true],
    ["asked for behind &", "rtsps", `${urlA}&srtp=1`, {}, true],
    ["asked for through HTTPS", "https", secureUrl, {}, true],
    ["asked for through a secure WebSocket", "wss", secureUrl, {}, true],
    ["not asked for", "rtsps", urlA, {}, false],
    ["asked not to", "rtsps", `${urlA}?srtp=0`, {}, false],
    ["asked for without TLS", "rtsp", secureUrl, {}, false],
    ["asked for through HTTP", "http", secureUrl, {}, false],
    ["turned off", "rtsps", secureUrl, { srtp: "off" }, false],
    ["required", "rtsps", urlA, { srtp: "require" }, true],
    ["required, and asked for without TLS", "rtsp", secureUrl, { srtp: "require" }, false],
  ])("tells keys under TLS only: %s", async (_name, carrier, url, options, isTold) => {
    await using stage = await carrierStage(options);
    const sdp = await describeOf(await connect(stage, carrier), url);
    expect(parseSdp(sdp).media.map(({ protocol }) => protocol)).toEqual(
      isTold ? ["RTP/SAVP", "RTP/SAVP"] : ["RTP/AVP", "RTP/AVP"],
    );
    expect(/key-mgmt|crypto/.test(sdp)).toBe(isTold);
  });
});

describe("SETUP of a protected stream", () => {
  it.each<[string, string, RtspServerOptions, CarrierName, number, string]>([
    ["a protected one", "RTP/SAVP/TCP;interleaved=0-1", {}, "rtsps", 200, "RTP/SAVP/TCP"],
    ["with feedback", "RTP/SAVPF/TCP;interleaved=0-1", {}, "rtsps", 200, "RTP/SAVP/TCP"],
    ["ffmpeg, which names no profile", "RTP/AVP/TCP;unicast;interleaved=0-1", {}, "rtsps", 200, "RTP/SAVP/TCP"],
    ["turned off", "RTP/SAVP/TCP;interleaved=0-1", { srtp: "off" }, "rtsps", 461, ""],
    ["without TLS", "RTP/SAVP/TCP;interleaved=0-1", {}, "rtsp", 461, ""],
    ["required, without TLS", "RTP/AVP/TCP;interleaved=0-1", { srtp: "require" }, "rtsp", 461, ""],
    ["required, through HTTP", "RTP/AVP/TCP;interleaved=0-1", { srtp: "require" }, "http", 461, ""],
    ["required, by UDP", "RTP/AVP;unicast;client_port=5000-5001", { srtp: "require" }, "rtsp", 461, ""],
    ["required", "RTP/AVP/TCP;interleaved=0-1", { srtp: "require" }, "rtsps", 200, "RTP/SAVP/TCP"],
  ])("%s: %s", async (_name, Transport, options, carrier, status, profile) => {
    await using stage = await carrierStage(options);
    const client = await connect(stage, carrier);
    const answer = await client.request("SETUP", `${urlA}/trackID=0?srtp`, { Transport });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("Transport")?.split(";")[0] ?? "").toBe(profile);
    expect(answer.headers.get("KeyMgmt") !== undefined).toBe(status === 200);
  });

  it("answers with the key that was described", async () => {
    await using stage = await carrierStage();
    const client = await connect(stage);
    const [video] = await keysOf(client);
    const { setup } = await play(client);
    expect(answeredKey(setup).key).toEqual(video.mikey?.key);
  });

  it.each([
    ["no MIKEY", 'prot=other;uri="";data="AQID"'],
    ["a broken message", 'prot=mikey;uri="";data="AQID"'],
    ["nothing that can be read", "mikey"],
  ])("is 463 when the client's key is %s, and the connection goes on", async (_name, KeyMgmt) => {
    await using stage = await carrierStage();
    const client = await connect(stage);
    const Transport = "RTP/SAVP/TCP;interleaved=0-1";
    expect((await client.request("SETUP", `${urlA}/trackID=0`, { Transport, KeyMgmt })).status).toBe(463);
    expect((await client.request("SETUP", `${urlA}/trackID=0`, { Transport })).status).toBe(200);
  });

  it("does not mix protected and other tracks", async () => {
    await using stage = await carrierStage();
    const client = await connect(stage);
    const setup = (track: number, profile: string) =>
      client.request("SETUP", `${urlA}/trackID=${track}`, { Transport: `RTP/${profile}/TCP;unicast` });
    expect((await setup(0, "SAVP")).status).toBe(200);
    expect((await setup(1, "AVP")).status).toBe(400);
    expect((await setup(1, "SAVP")).status).toBe(200);
  });
});

describe("protected media", () => {
  it("begin with the number that RTP-Info has told, and are not readable without the key", async () => {
    await using stage = await carrierStage();
    const client = await connect(stage);
    const [video, audio] = await keysOf(client);
    stage.path.publish(0, { packets: [900, 50] });
    const { rtpInfo } = await play(client);
    const frames = client.frames(0);
    expect(frames.map((frame) => frame.length)).toEqual([912 + 10, 62 + 10]);
    expect(frames.map(sequenceNumber)[0]).toBe(Number(/seq=(\d+)/.exec(rtpInfo)?.[1]));
    expect(frames[1]?.includes(Buffer.alloc(8, 1))).toBe(false);
    const open = ({ crypto }: ToldKey) =>
      frames.map((frame) => {
        const packet = crypto && new SrtpUnprotector(crypto).rtp(frame);
        return typeof packet === "string" ? packet : packet?.length;
      });
    expect(open(video)).toEqual([912, 62]);
    expect(open(audio)).toEqual(["authentication", "authentication"]);
  });

  it.each([["AES_CM_128_HMAC_SHA1_80"], ["AEAD_AES_128_GCM"], ["AEAD_AES_256_GCM"]] as const)(
    "are encrypted by %s where that is asked for, and told so in both ways",
    async (srtpSuite) => {
      await using stage = await carrierStage({ srtpSuite });
      const client = await connect(stage);
      const [video] = await keysOf(client);
      expect([video.mikey?.key.suite.name, video.crypto?.suite.name]).toEqual([srtpSuite, srtpSuite]);
      const peer = new SrtpPeer(answeredKey((await play(client)).setup));
      stage.path.publish(0, { packets: [900, 50] });
      await stage.host.clock.settle();
      expect(peer.rtp(client.frames(0)).map(({ length }) => length)).toEqual([912, 62]);
      expect(peer.rtcp(client.frames(1)).map(({ type }) => type)).toEqual(["SR", "SDES"]);
    },
  );

  it("are encrypted once for readers that were told the key at about the same time, by TCP and by UDP", async () => {
    await using stage = await carrierStage();
    const tcp = await connect(stage);
    const host = stage.client("192.0.2.31");
    const udp = await connectThrough("rtsps", host);
    const ports = await clientPorts(host.net, "192.0.2.31", 4000);
    await keysOf(tcp);
    await keysOf(udp);
    await play(tcp);
    await play(udp, { Transport: ports.transport.replace("AVP", "SAVP") });
    stage.path.publish(0, { packets: [500, 20] });
    await stage.host.clock.settle();
    expect(tcp.frames(0)).toEqual(ports.rtp);
    expect(ports.rtp).toHaveLength(2);
    // Reports too are of one numbering, as they share the key.
    const reports = [...tcp.frames(1), ...ports.rtcp];
    const trailers = reports.map((packet) => packet.readUInt32BE(packet.length - 14) & 0x7fff_ffff);
    expect(new Set(trailers).size).toBe(reports.length);
  });

  it("are under another key for those who come before the numbers wrap, and both go on through the wrap", async () => {
    await using stage = await carrierStage();
    const first = await connect(stage);
    const [old] = await keysOf(first);
    await play(first);
    const opening = new SrtpUnprotector(old.crypto ?? aMasterKey());
    const send = async (units: number): Promise<void> => {
      for (let unit = 0; unit < units; unit++) stage.path.publish(0, { packets: Array<number>(500).fill(1) });
      await stage.host.clock.settle();
    };
    const read = (client: RtspClient, of: SrtpUnprotector): string[] =>
      client.frames(0).flatMap((frame) => {
        const packet = of.rtp(frame);
        return typeof packet === "string" ? [packet] : [];
      });
    for (let times = 0; times < 10; times++) {
      await send(10);
      expect(read(first, opening)).toEqual([]);
    }
    const second = await connect(stage);
    const [fresh] = await keysOf(second);
    expect(Buffer.from(fresh.crypto?.key ?? []).equals(Buffer.from(old.crypto?.key ?? []))).toBe(false);
    await play(second);
    const other = new SrtpUnprotector(fresh.crypto ?? aMasterKey());
    for (let times = 0; times < 4; times++) {
      await send(10);
      expect(read(first, opening)).toEqual([]);
      expect(read(second, other)).toEqual([]);
    }
    expect(stage.server.sessions().map(({ droppedUnits }) => droppedUnits)).toEqual([0, 0]);
  });

  it("go on after a long pause", async () => {
    await using stage = await carrierStage();
    const client = await connect(stage);
    const [video] = await keysOf(client);
    await play(client);
    const peer = new SrtpPeer(video.mikey ?? answeredKey((await play(client)).setup));
    stage.path.publish(0);
    await stage.host.clock.settle();
    expect(peer.rtp(client.frames(0))).toHaveLength(1);
    await client.request("PAUSE", secureUrl);
    for (let unit = 0; unit < 90; unit++) stage.path.publish(0, { packets: Array<number>(500).fill(1) });
    await stage.host.clock.advance(20_000);
    stage.path.publish(0, { packets: [7, 8] });
    await client.request("PLAY", secureUrl);
    stage.path.publish(0, { packets: [9] });
    await stage.host.clock.settle();
    expect(peer.rtp(client.frames(0)).map((packet) => packet.length - 12)).toEqual([7, 8, 9]);
  });
});

it("the losses of a protected stream by UDP are counted, and told in the log at times and at the end", async () => {
  await using stage = await carrierStage();
  const open = stage.host.net.udp.bind(stage.host.net);
  stage.host.net.udp = async (given) => {
    const socket = await open(given);
    socket.towards = () => ({ send: ({ count }) => count });
    return socket;
  };
  const client = await connect(stage);
  await play(client, { Transport: "RTP/SAVP;unicast;client_port=4000-4001" });
  for (let second = 0; second < 15; second++) {
    stage.path.publish(0);
    await stage.host.clock.advance(1000);
  }
  const told = stage.log.filter(({ message }) => message === "the network is too slow: access units dropped");
  expect(told.map(({ facts }) => [facts["units"], facts["profile"]])).toEqual([
    [1, "RTP/SAVP"],
    [10, "RTP/SAVP"],
  ]);
  expect(stage.server.sessions()[0]?.droppedUnits).toBe(15);
  await client.request("TEARDOWN", secureUrl);
  expect(stage.log.find(({ message }) => message === "session closed")?.facts).toMatchObject({ droppedUnits: 15 });
});

describe("a protected recording", () => {
  it("is replayed under the keys of its description", async () => {
    await using stage = await replayStage();
    await listenWithTls(stage.server);
    const client = await connect(stage);
    const [video] = toldKeys((await client.request("DESCRIBE", secureUrl, onvif)).body.toString());
    const Transport = "RTP/SAVP/TCP;interleaved=0-1";
    await client.request("SETUP", `${urlA}/trackID=0?srtp`, { ...onvif, Transport });
    const answer = await client.request("PLAY", secureUrl, { ...onvif, "Rate-Control": "no" });
    const first = Number(/seq=(\d+)/.exec(answer.headers.get("RTP-Info") ?? "")?.[1]);
    await client.host.clock.advance(50);
    const frames = client.frames(0);
    const opening = new SrtpUnprotector(video?.crypto ?? aMasterKey());
    const opened = frames.flatMap((frame) => {
      const packet = opening.rtp(frame);
      return typeof packet === "string" ? [] : [packet];
    });
    expect(opened.length).toBe(frames.length);
    expect(opened.map(sequenceNumber)[0]).toBe(first);
    expect(marksOf(unitsOf(opened))).toBe("0CD 1 2 3 4C 5 6 7E 40C 41 42 43 44C 45 46 47ET");
  });
});

describe("what the client of a protected stream sends", () => {
  it.each([
    ["its own key", aMasterKey(undefined, { seed: 9 })],
    ["a key of another suite, with an identifier", aMasterKey("AEAD_AES_128_GCM", { seed: 9, mki: "00000001" })],
  ])("is taken under %s", async (_name, own) => {
    await using stage = await carrierStage();
    const client = await connect(stage);
    const { setup } = await play(client, { KeyMgmt: keyMgmt(own) });
    await client.sendFrame(1, new SrtpPeer(answeredKey(setup), own).protectRtcp(report));
    expect(stage.server.sessions()[0]?.tracks[0]).toMatchObject({ brokenRtcp: 0, reception: { fractionLost: 9 } });
  });

  it("is taken under the key of the description from a client that has told none", async () => {
    await using stage = await carrierStage();
    const client = await connect(stage);
    const [video] = await keysOf(client);
    const { setup } = await play(client);
    await client.sendFrame(1, new SrtpPeer(answeredKey(setup), video.crypto).protectRtcp(report));
    expect(stage.server.sessions()[0]?.tracks[0]?.reception).toMatchObject({ fractionLost: 9 });
  });

  it("is not taken when it is not protected, under a wrong key, changed, or sent again; and is no sign of life", async () => {
    await using stage = await carrierStage();
    const host = stage.client("192.0.2.31");
    const client = await connectThrough("rtsps", host);
    const ports = await clientPorts(host.net, "192.0.2.31", 4000);
    const own = aMasterKey(undefined, { seed: 9 });
    const { setup } = await play(client, {
      Transport: ports.transport.replace("AVP", "SAVP"),
      KeyMgmt: keyMgmt(own),
    });
    const port = Number(/server_port=\d+-(\d+)/.exec(setup.headers.get("Transport") ?? "")?.[1]);
    const send = async (packet: Uint8Array): Promise<number | undefined> => {
      ports.sockets[1].send(packet, port, serverAddress);
      await stage.host.clock.settle();
      return stage.server.sessions()[0]?.tracks[0]?.brokenRtcp;
    };
    const good = new SrtpPeer(answeredKey(setup), own).protectRtcp(report);
    const changed = Buffer.from(good);
    changed[12] = (changed[12] ?? 0) ^ 1;
    expect(await send(report)).toBe(1);
    expect(await send(new SrtpPeer(answeredKey(setup)).protectRtcp(report))).toBe(2);
    expect(await send(changed)).toBe(3);
    expect(stage.server.sessions()[0]?.tracks[0]?.reception).toBeUndefined();
    expect(await send(good)).toBe(3);
    expect(stage.server.sessions()[0]?.tracks[0]?.reception).toMatchObject({ fractionLost: 9 });
    expect(await send(good)).toBe(4);
    for (let second = 0; second < 80; second += 5) {
      await stage.host.clock.advance(5000);
      await send(good);
    }
    expect(stage.server.sessions()).toEqual([]);
  });

  it("is not taken when it is what we have sent ourselves", async () => {
    await using stage = await carrierStage();
    const client = await connect(stage);
    await play(client);
    stage.path.publish(0);
    await stage.host.clock.settle();
    const [ours] = client.frames(1);
    await client.sendFrame(1, ours ?? Buffer.alloc(0));
    expect(stage.server.sessions()[0]?.tracks[0]?.brokenRtcp).toBe(1);
  });
});

it("tells no key in the log", async () => {
  await using stage = await carrierStage();
  const client = await connect(stage);
  const [video] = await keysOf(client);
  await play(client, { KeyMgmt: keyMgmt(aMasterKey()) });
  const key = Buffer.from(video.crypto?.key ?? []);
  const text = JSON.stringify(stage.log);
  expect([key.toString("base64").slice(0, 16), key.toString("hex")].filter((one) => text.includes(one))).toEqual([]);
  expect(text).toContain("RTP/SAVP");
});
