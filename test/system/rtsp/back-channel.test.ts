import { describe, expect, it } from "vitest";
import type { SpeakerCodec } from "#speaker/formats";
import { payloadOf } from "#wire/rtp/packet";
import { writeRtcp } from "#wire/rtp/rtcp";
import { toNtp } from "#wire/rtp/ntp";
import { parseSdp } from "#wire/sdp/parser";
import { aSpeaker, type HeardSpeaker } from "../../support/a-speaker.js";
import { rtpPacket } from "../../support/relay-packets.js";
import {
  clientPorts,
  keepingLogger,
  RtspClient,
  rtspStage,
  serverAddress,
  setUpTcp,
  urlA,
  type LogLine,
  type RtspStage,
} from "../../support/rtsp-client.js";

const TAG = "www.onvif.org/ver20/backchannel";
/** Behind the video and the audio of the path `a`. */
const BACK = `${urlA}/trackID=2`;
const TCP = "RTP/AVP/TCP;unicast;interleaved=4-5";

interface TalkStage extends RtspStage, HeardSpeaker {
  readonly talkLog: readonly LogLine[];
}

async function talkStage(codecs?: readonly SpeakerCodec[]): Promise<TalkStage> {
  const stage = await rtspStage();
  const talkLog: LogLine[] = [];
  const heard = aSpeaker(stage.host.clock, codecs, keepingLogger(talkLog));
  stage.directory.backChannel = heard.speaker;
  return { ...stage, ...heard, talkLog, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() };
}

const sound = (sequence: number, { type = 0, fill = sequence }: { type?: number; fill?: number } = {}): Buffer =>
  rtpPacket(Buffer.alloc(160, fill), { type, sequence, time: sequence * 160 });

const fillsOf = ({ sink }: TalkStage, talk = 0): number[] =>
  (sink.heard[talk]?.units ?? []).flatMap(({ packets = [] }) => packets.map((packet) => payloadOf(packet)[0] ?? -1));

/** A client that has set up video, audio and the back channel over TCP, and plays. */
async function talking(stage: TalkStage, address = "192.0.2.20"): Promise<{ client: RtspClient; session: string }> {
  const client = await stage.connect(stage.client(address));
  const session = await setUpTcp(client);
  expect((await client.request("SETUP", BACK, { Transport: TCP, Session: session, Require: TAG })).status).toBe(200);
  expect((await client.request("PLAY", urlA, { Session: session, Require: TAG })).status).toBe(200);
  return { client, session };
}

describe("DESCRIBE with the tag of the back channel", () => {
  const sectionsOf = async (stage: RtspStage, headers: Record<string, string>): Promise<readonly string[]> => {
    const answer = await (await stage.connect()).request("DESCRIBE", urlA, headers);
    expect(answer.status).toBe(200);
    return parseSdp(answer.body.toString()).media.map(
      ({ kind, formats, attributes }) =>
        `${kind} ${formats.join(" ")} ${attributes.flatMap(({ name }) => (name.endsWith("only") ? [name] : [])).join(" ")}`,
    );
  };

  it("check 49: shows the track that the client sends, and says of each track who sends it", async () => {
    await using stage = await talkStage();
    expect(await sectionsOf(stage, { Require: TAG })).toEqual([
      "video 96 recvonly",
      "audio 0 recvonly",
      "audio 0 sendonly",
    ]);
  });

  it("check 49: hides the track without it", async () => {
    await using stage = await talkStage();
    expect(await sectionsOf(stage, {})).toEqual(["video 96 ", "audio 0 "]);
  });

  it("lists several codecs as payload types of one section, with their encodings", async () => {
    await using stage = await talkStage(["G711U", "G711A", "G722", "G726", "OPUS", "AAC", "L16"]);
    const answer = await (await stage.connect()).request("DESCRIBE", urlA, { Require: TAG });
    const text = answer.body.toString();
    expect(text.slice(text.lastIndexOf("m=")).split("\r\n")).toEqual([
      "m=audio 0 RTP/AVP 0 8 9 100 101 102 103 104 105 106",
      "a=rtpmap:0 PCMU/8000",
      "a=rtpmap:8 PCMA/8000",
      "a=rtpmap:9 G722/8000",
      "a=rtpmap:100 G726-32/8000",
      "a=rtpmap:101 G726-40/8000",
      "a=rtpmap:102 G726-24/8000",
      "a=rtpmap:103 G726-16/8000",
      "a=rtpmap:104 opus/48000/2",
      "a=rtpmap:105 MPEG4-GENERIC/8000",
      expect.stringMatching(/^a=fmtp:105 .*mode=AAC-hbr;.*config=1588$/),
      "a=rtpmap:106 L16/8000",
      `a=control:${BACK}`,
      "a=sendonly",
      "",
    ]);
  });

  it.each([
    ["in another case", { Require: "WWW.ONVIF.org/ver20/BackChannel" }],
    ["twice in a list", { Require: `${TAG}, ${TAG}` }],
  ])("takes it %s", async (_, headers) => {
    await using stage = await talkStage();
    expect(await sectionsOf(stage, headers)).toHaveLength(3);
  });

  it("takes it from a header that is repeated", async () => {
    await using stage = await talkStage();
    const client = await stage.connect();
    await client.send(`DESCRIBE ${urlA} RTSP/1.0\r\nCSeq: 7\r\nRequire: ${TAG}\r\nRequire: ${TAG}\r\n\r\n`);
    expect(client.takeResponse().body.toString()).toContain("a=sendonly");
  });

  it("check 50: is 551 at a server without a back channel, for whatever method", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    for (const method of ["DESCRIBE", "SETUP", "PLAY", "TEARDOWN", "OPTIONS"]) {
      const answer = await client.request(method, urlA, { Require: TAG });
      expect([answer.status, answer.headers.get("Unsupported")]).toEqual([551, TAG]);
    }
    expect((await client.request("SETUP", BACK, { Transport: TCP })).status).toBe(404);
  });

  it("check 50: names only what is not known beside it", async () => {
    await using stage = await talkStage();
    const answer = await (await stage.connect()).request("DESCRIBE", urlA, { Require: `${TAG}, x-fly` });
    expect([answer.status, answer.headers.get("Unsupported")]).toEqual([551, "x-fly"]);
  });
});

describe("the back channel", () => {
  it("takes sound from PLAY on, and not before", async () => {
    await using stage = await talkStage();
    const client = await stage.connect();
    const session = await setUpTcp(client);
    await client.request("SETUP", BACK, { Transport: TCP, Session: session });
    await client.sendFrame(4, sound(1));
    await client.request("PLAY", urlA, { Session: session });
    await client.sendFrame(4, sound(2));
    await client.sendFrame(4, sound(3));
    expect(fillsOf(stage)).toEqual([2, 3]);
    expect(stage.server.sessions()[0]?.tracks.at(-1)).toMatchObject({ index: 2, received: { packets: 2, lost: 0 } });
  });

  it("leaves the stream as it is: RTP-Info and media of the other tracks", async () => {
    await using stage = await talkStage();
    const client = await stage.connect();
    const session = await setUpTcp(client);
    await client.request("SETUP", BACK, { Transport: TCP, Session: session });
    const answer = await client.request("PLAY", urlA, { Session: session });
    expect(answer.headers.get("RTP-Info")).not.toContain("trackID=2");
    stage.path.publish(0);
    await client.sendFrame(4, sound(1));
    expect(client.frames(0)).toHaveLength(1);
  });

  it("may be all that a client sets up", async () => {
    await using stage = await talkStage();
    const client = await stage.connect();
    const answer = await client.request("SETUP", BACK, { Transport: TCP });
    const session = answer.headers.get("Session")?.split(";")[0] ?? "";
    const played = await client.request("PLAY", urlA, { Session: session });
    expect([played.status, played.headers.get("RTP-Info")]).toEqual([200, undefined]);
    await client.sendFrame(4, sound(5));
    expect(fillsOf(stage)).toEqual([5]);
    expect(stage.path.readings).toBe(0);
  });

  it("may be added by a client that plays already, and begins with the next PLAY", async () => {
    await using stage = await talkStage();
    const client = await stage.connect();
    const session = await setUpTcp(client);
    await client.request("PLAY", urlA, { Session: session });
    expect((await client.request("SETUP", BACK, { Transport: TCP, Session: session })).status).toBe(200);
    await client.request("PLAY", urlA, { Session: session });
    await client.sendFrame(4, sound(5));
    expect(fillsOf(stage)).toEqual([5]);
  });

  it.each(["play", "record", "PLAY", "RECORD"])("may be set up with mode %s, which is answered", async (mode) => {
    await using stage = await talkStage();
    const client = await stage.connect();
    const answer = await client.request("SETUP", BACK, { Transport: `${TCP};mode="${mode}"` });
    expect([answer.status, answer.headers.get("Transport")?.toLowerCase()]).toEqual([
      200,
      `${TCP.toLowerCase()};mode="${mode.toLowerCase()}"`,
    ]);
  });

  it("is set up once in a session", async () => {
    await using stage = await talkStage();
    const { client, session } = await talking(stage);
    const again = await client.request("SETUP", BACK, {
      Transport: "RTP/AVP/TCP;interleaved=6-7",
      Session: session,
    });
    expect(again.status).toBe(400);
  });

  it("follows the type of the first packet, and passes over others until the next PLAY", async () => {
    await using stage = await talkStage(["G711U", "G711A", "L16"]);
    const { client, session } = await talking(stage);
    // What FFmpeg opens firewalls with, and a type that was not offered.
    await client.sendFrame(4, rtpPacket(Buffer.alloc(0), { type: 0 }));
    await client.sendFrame(4, sound(1, { type: 97 }));
    await client.sendFrame(4, sound(10, { type: 8 }));
    await client.sendFrame(4, sound(11, { type: 0 }));
    await client.sendFrame(4, sound(12, { type: 8 }));
    expect(stage.sink.heard.map(({ format }) => format.encodingName)).toEqual(["PCMA"]);
    await client.request("PAUSE", urlA, { Session: session });
    await client.request("PLAY", urlA, { Session: session });
    await client.sendFrame(4, sound(20, { type: 0 }));
    expect(stage.sink.heard.map(({ format }) => format.encodingName)).toEqual(["PCMA", "PCMU"]);
    expect([fillsOf(stage, 0), fillsOf(stage, 1)]).toEqual([[10, 12], [20]]);
    expect(stage.server.sessions()[0]?.tracks.at(-1)?.received).toMatchObject({ packets: 3, unknownType: 3 });
  });

  it("is reported on, by RTCP that answers the client's reports", async () => {
    await using stage = await talkStage();
    const { client } = await talking(stage);
    const ntp = toNtp(stage.host.clock.now());
    const report = { ssrc: 0x5eed, ntp, rtpTime: 160, packetCount: 1, octetCount: 160, reports: [] };
    await client.sendFrame(5, writeRtcp([{ type: "SR", ...report }]));
    await client.sendFrame(4, sound(1));
    await client.sendFrame(4, sound(3));
    await stage.host.clock.advance(6000);
    const [receiverReport, description] = client.rtcp(5);
    expect(receiverReport).toMatchObject({ type: "RR", reports: [{ ssrc: 0x5eed, cumulativeLost: 1 }] });
    expect(receiverReport?.type === "RR" && receiverReport.reports[0]?.lastSenderReport).toBeGreaterThan(0);
    expect(description?.type).toBe("SDES");
  });

  it("stays as long as the client sends sound, and is freed with the session's timeout", async () => {
    await using stage = await talkStage();
    const host = stage.client("192.0.2.21");
    const client = await RtspClient.connect(host, serverAddress);
    const ports = await clientPorts(host.net, "192.0.2.21", 5000);
    const answer = await client.request("SETUP", BACK, { Transport: ports.transport });
    expect(answer.headers.get("Transport")).toContain("server_port=22006-22007");
    await client.request("PLAY", urlA);
    for (let second = 0; second < 100; second++) {
      ports.sockets[0].send(sound(second), 22_006, serverAddress);
      await stage.host.clock.advance(1000);
    }
    expect(stage.server.sessions()).toHaveLength(1);
    expect(fillsOf(stage)).toHaveLength(100);
    await stage.host.clock.advance(70_000);
    expect(stage.server.sessions()).toHaveLength(0);
    expect(stage.sink.heard[0]?.isOver).toBe(true);
  });

  it("puts datagrams into order, and takes none of another address", async () => {
    await using stage = await talkStage();
    const host = stage.client("192.0.2.21");
    const client = await RtspClient.connect(host, serverAddress);
    const ports = await clientPorts(host.net, "192.0.2.21", 5000);
    await client.request("SETUP", BACK, { Transport: ports.transport });
    await client.request("PLAY", urlA);
    const stranger = await stage.client("192.0.2.66").net.udp({ address: "192.0.2.66", port: 5000 });
    for (const [socket, number] of [
      [0, 1],
      [0, 3],
      [1, 9],
      [0, 2],
      [0, 4],
    ] as const) {
      (socket === 0 ? ports.sockets[0] : stranger).send(sound(number), 22_006, serverAddress);
      await stage.host.clock.settle();
    }
    expect(fillsOf(stage)).toEqual([1, 2, 3, 4]);
  });

  it("is not had by multicast", async () => {
    await using stage = await talkStage();
    const client = await stage.connect();
    expect((await client.request("SETUP", BACK, { Transport: "RTP/AVP;multicast" })).status).toBe(461);
    expect(stage.speaker.take({ username: undefined, address: "192.0.2.50" })).toBeDefined();
  });

  it("tells the log who talks, and how it ended", async () => {
    await using stage = await talkStage();
    const { client, session } = await talking(stage);
    await client.sendFrame(4, sound(1));
    await client.sendFrame(4, sound(4));
    await stage.host.clock.advance(2500);
    await client.request("TEARDOWN", urlA, { Session: session });
    expect(stage.talkLog).toEqual([
      {
        level: "info",
        message: "a client talks",
        facts: { peer: "192.0.2.20", codec: "PCMU", sink: "kept" },
      },
      {
        level: "info",
        message: "the talk has ended",
        facts: { peer: "192.0.2.20", codec: "PCMU", reason: "teardown", seconds: 2.5, packets: 2, lost: 2 },
      },
    ]);
    expect(stage.speaker.stats).toEqual({ talks: 1, packets: 2, lost: 2, refused: 0 });
  });
});

describe("two talkers", () => {
  const second = async (stage: TalkStage): Promise<number> => {
    const client = await stage.connect(stage.client("192.0.2.33"));
    const session = await setUpTcp(client);
    const { status } = await client.request("SETUP", BACK, { Transport: TCP, Session: session, Require: TAG });
    // Whoever is refused plays all the same.
    expect((await client.request("PLAY", urlA, { Session: session })).status).toBe(200);
    return status;
  };

  it("the first one keeps it, the second one gets 453 and can play", async () => {
    await using stage = await talkStage();
    const { client } = await talking(stage);
    await client.sendFrame(4, sound(1));
    expect(await second(stage)).toBe(453);
    await client.sendFrame(4, sound(2));
    expect(fillsOf(stage)).toEqual([1, 2]);
    expect(stage.speaker.stats.refused).toBe(1);
  });

  it.each<[string, (talker: Awaited<ReturnType<typeof talking>>, stage: TalkStage) => Promise<unknown>]>([
    ["TEARDOWN", ({ client, session }) => client.request("TEARDOWN", urlA, { Session: session })],
    ["a lost connection", ({ client }) => client.close()],
    [
      "the operator",
      async (_, stage) => {
        stage.server.kick(stage.server.sessions()[0]?.id ?? "");
        await stage.host.clock.settle();
      },
    ],
  ])("%s frees it", async (_, leave) => {
    await using stage = await talkStage();
    const talker = await talking(stage);
    await talker.client.sendFrame(4, sound(1));
    await leave(talker, stage);
    expect(stage.sink.heard[0]?.isOver).toBe(true);
    expect(await second(stage)).toBe(200);
  });

  it("PAUSE keeps it", async () => {
    await using stage = await talkStage();
    const { client, session } = await talking(stage);
    await client.request("PAUSE", urlA, { Session: session });
    expect(await second(stage)).toBe(453);
  });

  it("one who has been silent for a minute loses it to who asks next", async () => {
    await using stage = await talkStage();
    const { client } = await talking(stage);
    await client.sendFrame(4, sound(1));
    await stage.host.clock.advance(59_000);
    expect(await second(stage)).toBe(453);
    await stage.host.clock.advance(1000);
    expect(await second(stage)).toBe(200);
    await client.sendFrame(4, sound(2));
    expect(fillsOf(stage)).toEqual([1]);
    expect(stage.sink.heard).toHaveLength(1);
  });
});
