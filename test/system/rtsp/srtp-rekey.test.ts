import { describe, expect, it } from "vitest";
import type { MikeySrtpKey } from "#wire/mikey/srtp-keys";
import { srtpKeyOf } from "#wire/mikey/srtp-keys";
import { readMikey } from "#wire/mikey/read";
import { sequenceNumber } from "#wire/rtp/packet";
import { writeRtcp } from "#wire/rtp/rtcp";
import type { RtspResponse } from "#wire/rtsp/message";
import type { SrtpMasterKey } from "#wire/srtp/suite";
import { SrtpUnprotector } from "#wire/srtp/unprotect";
import { carrierStage, connectThrough, listenWithTls } from "../../support/carriers.js";
import { keyFrame, publishStage, sdpOf, urlP } from "../../support/publish-stage.js";
import { publishedFormats, UnitSender } from "../../support/relay-packets.js";
import { serverAddress, urlA, type RtspClient, type RtspStage } from "../../support/rtsp-client.js";
import { answeredKey, clientMikey, keyMgmt, SrtpPeer, toldKeys } from "../../support/srtp-client.js";
import { aMasterKey } from "../../support/srtp-keys.js";

const secureUrl = `${urlA}?srtp`;
const next = aMasterKey(undefined, { seed: 60, mki: "00000002" });
const video = `${urlA}/trackID=0?srtp`;

const connect = (stage: RtspStage): Promise<RtspClient> => connectThrough("rtsps", stage.client("192.0.2.30"));

/** Sets up tracks that were described, and plays; the answers to SETUP. */
async function play(client: RtspClient, tracks: readonly number[] = [0], Transport = "RTP/SAVP/TCP;unicast") {
  await client.request("DESCRIBE", secureUrl);
  const answers: RtspResponse[] = [];
  for (const track of tracks) {
    const interleaved = Transport.includes("TCP") ? `;interleaved=${track * 2}-${track * 2 + 1}` : "";
    answers.push(
      await client.request("SETUP", `${urlA}/trackID=${track}?srtp`, { Transport: `${Transport}${interleaved}` }),
    );
  }
  expect((await client.request("PLAY", secureUrl)).status).toBe(200);
  return answers;
}

const parameters = { "Content-Type": "text/parameters" };
const ask = (client: RtspClient, url: string): Promise<RtspResponse> =>
  client.request("GET_PARAMETER", url, parameters, "mikey\r\n");
const change = (client: RtspClient, key: SrtpMasterKey, url = secureUrl, isBare = false): Promise<RtspResponse> =>
  client.request("SET_PARAMETER", url, parameters, `mikey: ${clientMikey(key, { isBare }).toString("base64")}\r\n`);

/** The keys that an answer tells. */
const keysIn = ({ body }: RtspResponse): MikeySrtpKey[] =>
  [...body.toString().matchAll(/^mikey: (\S+)\r$/gm)].map(([, base64 = ""]) =>
    srtpKeyOf(readMikey(Buffer.from(base64, "base64"))),
  );

/** All of a key, to be compared. */
const shown = ({ suite, key, salt, mki }: SrtpMasterKey): string =>
  [suite.name, ...[key, salt, mki].map((bytes) => Buffer.from(bytes).toString("hex"))].join(" ");

const opened = (frames: readonly Buffer[], opener: SrtpUnprotector): (number | string)[] =>
  frames.map((frame) => {
    const packet = opener.rtp(frame);
    return typeof packet === "string" ? packet : packet.length - 12;
  });

async function send(stage: RtspStage, ...sizes: number[]): Promise<void> {
  for (const size of sizes) stage.path.publish(0, { packets: [size] });
  await stage.host.clock.settle();
}

/** Sends so much that the numbers wrap once; nobody looks at it. */
async function wrap(stage: RtspStage, client: RtspClient): Promise<void> {
  for (let unit = 0; unit < 124; unit++) stage.path.publish(0, { packets: Array<number>(500).fill(1) });
  await stage.host.clock.settle();
  client.frames(0);
}

describe("GET_PARAMETER of mikey", () => {
  it("tells the key of each track, or of the one that is named", async () => {
    await using stage = await carrierStage();
    const client = await connect(stage);
    const setups = await play(client, [0, 1]);
    const told = keysIn(await ask(client, secureUrl));
    expect(told.map(({ key }) => key)).toEqual(setups.map((answer) => answeredKey(answer).key));
    const [second] = keysIn(await ask(client, `${urlA}/trackID=1?srtp`));
    expect([...(second?.rollovers ?? [])]).toEqual([[0x1001, 0]]);
    expect(told).toHaveLength(2);
  });

  it("tells how often the numbers have wrapped by now", async () => {
    await using stage = await carrierStage();
    const client = await connect(stage);
    await play(client);
    await wrap(stage, client);
    const [now] = keysIn(await ask(client, secureUrl));
    expect([...(now?.rollovers ?? [])]).toEqual([[0x1000, 1]]);
    await send(stage, 33);
    const [frame] = client.frames(0);
    expect(now && opened(frame ? [frame] : [], new SrtpUnprotector(now.key, now.rollovers))).toEqual([33]);
  });

  it("is also for the members of a group", async () => {
    const targetOf = () => ({ address: "232.1.2.3", port: 5000, ttl: 7 });
    await using stage = await carrierStage({
      transports: { udp: true, tcp: true, multicast: true },
      groups: { targetOf },
    });
    const client = await connect(stage);
    const [setup] = await play(client, [0], "RTP/SAVP;multicast");
    expect(keysIn(await ask(client, secureUrl)).map(({ key }) => key)).toEqual([setup && answeredKey(setup).key]);
    expect((await change(client, next)).status).toBe(463);
  });
});

describe("SET_PARAMETER of mikey", () => {
  it.each([
    ["a whole message", false],
    ["the key alone", true],
  ])("has the stream go on under the client's key, with its identifier: %s", async (_name, isBare) => {
    await using stage = await carrierStage();
    const client = await connect(stage);
    const [setup] = await play(client);
    if (!setup) throw new Error("no answer");
    const { key, rollovers } = answeredKey(setup);
    const opener = new SrtpUnprotector(key, rollovers);
    await send(stage, 10, 20);
    const before = client.frames(0);
    expect(opened(before, opener)).toEqual([10, 20]);
    expect((await change(client, next, secureUrl, isBare)).status).toBe(200);
    await send(stage, 30, 40);
    const after = client.frames(0);
    expect(after.map((frame) => frame.length)).toEqual([30 + 12 + 14, 40 + 12 + 14]);
    expect(opened(after, opener.under(next))).toEqual([30, 40]);
    const numbers = [...before, ...after].map(sequenceNumber);
    expect(numbers).toEqual(numbers.map((_one, index) => (numbers[0] ?? 0) + index));
    expect(keysIn(await ask(client, video)).map((told) => shown(told.key))).toEqual([shown(next)]);
  });

  it("keeps the count of wraps", async () => {
    await using stage = await carrierStage();
    const client = await connect(stage);
    await play(client);
    await wrap(stage, client);
    await change(client, next);
    await send(stage, 30);
    expect(opened(client.frames(0), new SrtpUnprotector(next, new Map([[0x1000, 1]])))).toEqual([30]);
  });

  it("changes nothing for others who were told the old key", async () => {
    await using stage = await carrierStage();
    const [client, other] = [await connect(stage), await connect(stage)];
    await play(client);
    const [setup] = await play(other);
    await change(client, next);
    await send(stage, 10);
    expect(setup && opened(other.frames(0), new SrtpUnprotector(answeredKey(setup).key))).toEqual([10]);
  });

  it("changes the named track alone", async () => {
    await using stage = await carrierStage();
    const client = await connect(stage);
    const [, audio] = await play(client, [0, 1]);
    await change(client, next, video);
    const told = keysIn(await ask(client, secureUrl)).map(({ key }) => shown(key));
    expect(told).toEqual([shown(next), audio && shown(answeredKey(audio).key)]);
  });

  it("lets the client report under the new key, and under the old one as long as it still does", async () => {
    await using stage = await carrierStage();
    const client = await connect(stage);
    const [setup] = await play(client);
    if (!setup) throw new Error("no answer");
    const block = {
      ...{ ssrc: 0x1000, cumulativeLost: 0, highestSequence: 7, jitter: 2 },
      ...{ lastSenderReport: 0, delaySinceLastSenderReport: 0 },
    };
    const report = (fractionLost: number): Buffer =>
      writeRtcp([{ type: "RR", ssrc: 5, reports: [{ ...block, fractionLost }] }]);
    const told = answeredKey(setup);
    const [old, fresh] = [new SrtpPeer(told, told.key), new SrtpPeer(told, next)];
    const lost = (): number | undefined => stage.server.sessions()[0]?.tracks[0]?.reception?.fractionLost;
    await change(client, next);
    await client.sendFrame(1, old.protectRtcp(report(1)));
    expect(lost()).toBe(1);
    await client.sendFrame(1, fresh.protectRtcp(report(2)));
    expect(lost()).toBe(2);
  });

  it("has a publisher go on under its new key", async () => {
    await using stage = await publishStage();
    await listenWithTls(stage.server);
    const client = await connectThrough("rtsps", stage.client("192.0.2.30"));
    const sdp = sdpOf([publishedFormats.h264]).replace("RTP/AVP", "RTP/SAVP");
    await client.request("ANNOUNCE", urlP, { "Content-Type": "application/sdp" }, sdp);
    const first = aMasterKey(undefined, { seed: 61 });
    const Transport = "RTP/SAVP/TCP;unicast;interleaved=0-1;mode=record";
    const setup = await client.request("SETUP", `${urlP}/streamid=0`, { Transport, KeyMgmt: keyMgmt(first) });
    await client.request("RECORD", urlP);
    const sender = new UnitSender(publishedFormats.h264);
    const told = answeredKey(setup);
    const one = sender.packets(keyFrame(), 0);
    for (const packet of one) await client.sendFrame(0, new SrtpPeer(told, first).protect(packet));
    expect((await change(client, next, urlP)).status).toBe(200);
    const two = sender.packets(keyFrame(), 3600);
    for (const packet of two) await client.sendFrame(0, new SrtpPeer(told, next).protect(packet));
    expect(stage.received()).toMatchObject({ packets: one.length + two.length, broken: 0 });
  });

  it.each([
    ["is no message", "mikey: AQID\r\n"],
    ["is not base64", "mikey: ???\r\n"],
    ["is empty", "mikey:\r\n"],
    ["is for another algorithm", `mikey: ${clientMikey(aMasterKey("AEAD_AES_128_GCM")).toString("base64")}\r\n`],
  ])("is 463 for a key that %s, and the old one holds", async (_name, body) => {
    await using stage = await carrierStage();
    const client = await connect(stage);
    const [setup] = await play(client);
    expect((await client.request("SET_PARAMETER", secureUrl, parameters, body)).status).toBe(463);
    await send(stage, 10);
    expect(setup && opened(client.frames(0), new SrtpUnprotector(answeredKey(setup).key))).toEqual([10]);
  });
});

describe("a key is neither told nor taken, with 463,", () => {
  const both = async (client: RtspClient): Promise<number[]> => [
    (await ask(client, secureUrl)).status,
    (await change(client, next)).status,
  ];

  it("without a session", async () => {
    await using stage = await carrierStage();
    expect(await both(await connect(stage))).toEqual([463, 463]);
  });

  it("on another connection without TLS", async () => {
    await using stage = await carrierStage();
    const client = await connect(stage);
    const [setup] = await play(client, [0], "RTP/SAVP;unicast;client_port=4000-4001");
    const Session = setup?.headers.get("Session")?.split(";")[0] ?? "";
    const plain = await stage.connect(client.host);
    const answer = await plain.request(
      "GET_PARAMETER",
      `rtsp://${serverAddress}/a`,
      { ...parameters, Session },
      "mikey",
    );
    expect([Session.length > 8, answer.status, answer.body.length]).toEqual([true, 463, 0]);
  });
});

it("SET_PARAMETER of mikey is 463 where nothing is protected", async () => {
  await using stage = await carrierStage();
  const client = await connect(stage);
  await client.request("SETUP", `${urlA}/trackID=0`, { Transport: "RTP/AVP/TCP;unicast;interleaved=0-1" });
  expect((await change(client, next, urlA)).status).toBe(463);
});

describe("a client that provides the key in SETUP, since it was told none", () => {
  it.each([
    ["without a description", false],
    ["after one without keys", true],
  ])("gets the stream under it: %s", async (_name, describes) => {
    await using stage = await carrierStage();
    const client = await connect(stage);
    if (describes) await client.request("DESCRIBE", urlA);
    const own = aMasterKey("AEAD_AES_128_GCM", { seed: 62, mki: "00000001" });
    const Transport = "RTP/SAVP/TCP;unicast;interleaved=0-1";
    const setup = await client.request("SETUP", `${urlA}/trackID=0`, { Transport, KeyMgmt: keyMgmt(own) });
    expect([setup.status, shown(answeredKey(setup).key)]).toEqual([200, shown(own)]);
    await client.request("PLAY", urlA);
    await send(stage, 10);
    expect(opened(client.frames(0), new SrtpUnprotector(own))).toEqual([10]);
  });

  it("does not get it so when it was told a key", async () => {
    await using stage = await carrierStage();
    const client = await connect(stage);
    const [told] = toldKeys((await client.request("DESCRIBE", secureUrl)).body.toString());
    const Transport = "RTP/SAVP/TCP;unicast;interleaved=0-1";
    await client.request("SETUP", video, { Transport, KeyMgmt: keyMgmt(aMasterKey(undefined, { seed: 63 })) });
    await client.request("PLAY", secureUrl);
    await send(stage, 10);
    expect(opened(client.frames(0), new SrtpUnprotector(told?.crypto ?? next))).toEqual([10]);
  });
});
