import { describe, expect, it } from "vitest";
import { payloadOf, hasMarker } from "#wire/rtp/packet";
import { missingProofs, type Proof } from "../../support/proof.js";
import { announce, media, publish, publishStage, readBack, urlP } from "../../support/publish-stage.js";
import { nalUnit, publishedFormats, UnitSender } from "../../support/relay-packets.js";
import { onvif, replayStage, setUpReplay } from "../../support/replay-stage.js";
import { rtspStage, setUpTcp, urlA } from "../../support/rtsp-client.js";

const setup = "system/rtsp/setup.test.ts";
const negotiation = "unit/rtsp/negotiate.test.ts";
const urls = "system/rtsp/urls.test.ts";
const authentication = "system/rtsp/authentication.test.ts";
const tunnel = "system/rtsp/http-tunnel.test.ts";
const webSocket = "system/rtsp/web-socket.test.ts";
const backChannel = "system/rtsp/back-channel.test.ts";

/** What clients need of an RTSP server, by subject, and the tests elsewhere that show that they have it. */
const ELSEWHERE: Readonly<Record<string, readonly Proof[]>> = {
  "4.1: controls are absolute, with the query at their end, and Content-Base has a slash": [
    ["system/rtsp/describe.test.ts", "answers with SDP whose controls are absolute and made from the client's URL"],
  ],
  "4.1: SETUP is read as what was described, then as what it says": [
    [setup, "check 12: keeps the query of the described stream when a client loses it"],
    ["unit/rtsp/setup-target.test.ts", "without any DESCRIBE"],
  ],
  "4.1: tracks have several names": [[urls, "names a track in the form %s: %s"]],
  "4.1: & is an ordinary character, and parameters follow the first one": [[urls, "with an & in the name"]],
  "4.1: the URL of a session counts for nothing": [[urls, "counts for nothing where a session is named"]],
  "4.1: addresses of well-known cameras": [["system/rtsp/addresses.test.ts", "play, with controls under the address"]],
  "4.1: nothing is built from our own address; schemes, users and 4096 bytes are taken": [
    ["system/rtsp/forwarder.test.ts", "everything that is written has the address that the client uses"],
    [urls, "may have 4096 bytes, as ffmpeg's may, and no more"],
    [urls, "with the scheme rtspu"],
    [urls, "with user and password"],
  ],
  "4.2: the first entry that can be had, UDP where none is named, 461 for the rest": [
    [setup, "check 15: takes the first supported entry of a list"],
    [setup, "check 16: answers 461"],
    [negotiation, "RTP/AVP;unicast;client_port=1-2"],
  ],
  "4.2: the answer has ssrc in eight digits, and mode only if asked": [
    [setup, "answers with the session's id and timeout, the ssrc in eight digits and the mode only if asked"],
    ["system/rtsp/multicast.test.ts", "check 33: is answered with the configured group, ports and TTL of each track"],
  ],
  "4.2: one transport for a session": [[setup, "check 13: answers 400 to a second SETUP of %s"]],
  "4.2: channels of the client if they are free, else the next even pair": [
    [setup, "check 17: chooses 0-1, then 2-3 when the client names no channels"],
    [setup, "check 18"],
    ["system/rtsp/play.test.ts", "check 24: lets only the tracks flow that were set up"],
  ],
  "4.2: what real clients send oddly is taken": [
    ["system/rtsp/protocol.test.ts", "tolerates LF-only lines, empty lines between requests, two User-Agents"],
    ["system/rtsp/clients.test.ts", "are answered: %s %s"],
    ["system/rtsp/record-media.test.ts", "keeps frames that come before RECORD, or on channels that nobody set up"],
  ],
  "4.3: challenges, their order, and what is hashed": [
    [authentication, "check 35: challenges with SHA-256, then MD5 in its oldest form, then Basic if that is on"],
    [authentication, "check 36: takes a SETUP whose digest was made over %s"],
    [authentication, "check 36: refuses a digest that was made over another stream's URL"],
    ["unit/wire/digest/authenticator.test.ts", "accepts an answer with qop although none was offered"],
  ],
  "4.3: nonces, stale ones, wrong passwords and OPTIONS": [
    [authentication, "calls an old nonce stale on a new connection"],
    [authentication, "check 37: keeps the connection open for missing credentials"],
    [authentication, "check 37: slows down guessing from one address"],
    [authentication, "needs no credentials for OPTIONS"],
  ],
  "4.4: 65 s over UDP, nothing for who drains TCP, reports are signs of life": [
    ["system/rtsp/udp.test.ts", "check 27: ends a session without any sign of life 5 s after the promised timeout"],
    ["system/rtsp/udp.test.ts", "check 27: takes neither rubbish nor a stranger's report for a sign of life"],
    ["system/rtsp/play.test.ts", "check 28: keeps playing to a client that takes everything and says nothing"],
  ],
  "4.5: the answer to PLAY comes first, RTP-Info is true": [
    ["system/rtsp/play.test.ts", "check 21: puts its answer on the wire before the first frame"],
    ["system/rtsp/complaints.test.ts", "complaint 17: SETUP tells the ssrc, PLAY where each track starts"],
  ],
  "4.5: repeated PLAY, and nothing behind TEARDOWN": [
    ["system/rtsp/play.test.ts", "check 23: takes repeated PLAY and PAUSE"],
    ["system/rtsp/seek.test.ts", "seeks from where it plays, without PAUSE"],
    ["system/rtsp/play.test.ts", "sends no media behind the answer to TEARDOWN"],
  ],
  "4.5: SDP with bit rate, frame rate, size and what each codec needs": [
    ["system/rtsp/describe.test.ts", "answers with SDP whose controls are absolute"],
    ["system/rtsp/codecs.test.ts", "is described so that its packets can be read"],
    ["system/rtsp/profiles.test.ts", "says what the profile of ONVIF says"],
  ],
  "4.6: the pair of requests of an HTTP tunnel": [
    [tunnel, "answers the GET of"],
    [tunnel, "never answers the POST"],
    [tunnel, "reads requests in base64"],
    [tunnel, "goes on with another POST when the client has closed one"],
    [tunnel, "closes a GET for which no POST has come after 5 s"],
    [tunnel, "takes the POST from another address where that is allowed (NAT pools)"],
    [tunnel, "lets a page in a browser ask whether it may"],
  ],
  "4.6: media stay inside a tunnel": [["system/rtsp/transports.test.ts", "media over plain UDP are had only where"]],
  "4.6: one port for all": [
    ["system/rtsp/ports.test.ts", "serve ONVIF and streams side by side"],
    [webSocket, "is served beside RTSP and HTTP tunnels on one port"],
  ],
  "4.6: WebSocket": [
    [webSocket, "answers the handshake by RFC 6455 with the sub-protocol"],
    [webSocket, "Firefox's list of connection options"],
    [webSocket, "reads two requests in one frame, and frames that are cut anywhere"],
  ],
  "4.7: back channel": [
    [backChannel, "check 49: shows the track that the client sends, and says of each track who sends it"],
    [backChannel, "check 49: hides the track without it"],
    [backChannel, "check 50: is 551 at a server without a back channel, for whatever method"],
    [backChannel, "lists several codecs as payload types of one section"],
    [backChannel, "the first one keeps it, the second one gets 453 and can play"],
    ["system/rtsp/transports.test.ts", "check 49: takes the sound that a client sends"],
  ],
  "4.7: replay": [
    ["system/rtsp/replay.test.ts", "is described with its time and the tokens of its tracks"],
    ["system/rtsp/replay-pace.test.ts", "comes at once, tracks in the order in which they were recorded"],
    ["system/rtsp/replay-pace.test.ts", "goes backwards group by group"],
    ["system/rtsp/replay-pace.test.ts", "stays when all has been sent, says no goodbye"],
    ["system/rtsp/replay-carriers.test.ts", "a replay through %s"],
  ],
  "4.7: a live stream with the extension": [["system/rtsp/seek.test.ts", "a live stream with onvifreplayext=1"]],
  "4.7: metadata": [
    ["system/metadata.test.ts", "has a document at least each second"],
    ["system/metadata.test.ts", "tells the state anew at a synchronization point of its profile"],
  ],
  "4.7: multicast": [
    ["system/rtsp/multicast.test.ts", "check 32: puts the group into the description"],
    ["system/rtsp/multicast-streaming.test.ts", "starts and stops by ONVIF without any RTSP session"],
    ["system/rtsp/multicast-streaming.test.ts", "is sent again after a restart, until it is stopped"],
  ],
  "4.7: SRTP under TLS only, keys by MIKEY": [
    ["system/rtsp/srtp.test.ts", "tells keys under TLS only: %s"],
    ["system/rtsp/srtp.test.ts", "is taken under the key of the description from a client that has told none"],
  ],
  "4.7: key frames that are asked for": [
    ["system/metadata.test.ts", "tells the state anew to a player that asks for it by RTCP (PLI), and no other"],
  ],
};

it("every rule has its tests", () => {
  expect(missingProofs(Object.values(ELSEWHERE).flat())).toEqual([]);
});

const TCP = "RTP/AVP/TCP;unicast;interleaved";

describe("rule 4.4: the timeout", () => {
  it("stands in each answer to SETUP, with one id of at least 64 bits without dashes", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const first = await client.request("SETUP", `${urlA}/trackID=0`, { Transport: `${TCP}=0-1` });
    const Session = first.headers.get("Session") ?? "";
    expect(Session).toMatch(/^[0-9a-zA-Z]{16,};timeout=60$/);
    const second = await client.request("SETUP", `${urlA}/trackID=1`, { Transport: `${TCP}=2-3`, Session });
    expect(second.headers.get("Session")).toBe(Session);
  });

  it("stands in the answers to publishers too", async () => {
    await using stage = await publishStage();
    const client = await stage.connect();
    await announce(client);
    const Transport = `${TCP}=0-1;mode=record`;
    const answer = await client.request("SETUP", `${urlP}/streamid=0`, { Transport });
    expect(answer.headers.get("Session")).toMatch(/^[0-9a-zA-Z]{16,};timeout=60$/);
  });

  it("is held by methods that Public lists", async () => {
    await using stage = await rtspStage();
    const answer = await (await stage.connect()).request("OPTIONS", "*");
    expect(answer.headers.get("Public")?.split(", ").toSorted()).toEqual([
      "DESCRIBE",
      "GET_PARAMETER",
      "OPTIONS",
      "PAUSE",
      "PLAY",
      "SETUP",
      "SET_PARAMETER",
      "TEARDOWN",
    ]);
  });
});

describe("rule 4.5: Range of PLAY on a live stream", () => {
  it.each([
    ["none", undefined, "npt=0.000-"],
    ["ffmpeg's", "npt=0.000-", "npt=0.000-"],
    ["short", "npt=0-", "npt=0.000-"],
    ["from now", "npt=now-", "npt=now-"],
    ["of the clock", "clock=20260101T000000Z-", /^clock=\d{8}T\d{6}(\.\d+)?Z-$/],
    ["of SMPTE", "smpte=0:00:00-", "npt=0.000-"],
    ["unknown", "moon=3-", "npt=0.000-"],
  ])("%s is taken", async (_name, Range, expected) => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const Session = await setUpTcp(client);
    const answer = await client.request("PLAY", urlA, { Session, ...(Range !== undefined && { Range }) });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Range")).toEqual(
      typeof expected === "string" ? expected : expect.stringMatching(expected),
    );
  });
});

describe("rule 4.5: the description", () => {
  it("has its lines in their order, ended by CRLF, and its exact length", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const answer = await client.request("DESCRIBE", urlA);
    const text = answer.body.toString();
    expect(answer.headers.get("Content-Length")).toBe(String(Buffer.byteLength(text)));
    expect(answer.headers.get("Content-Type")).toBe("application/sdp");
    expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    expect(text.endsWith("\r\n")).toBe(true);
    const letters = text
      .split("\r\n")
      .map((line) => line[0] ?? "")
      .join("");
    expect(letters).toMatch(/^vosc?t(a*)(m(b?)a+)+$/);
    for (const line of ["b=AS:", "a=framerate:", "a=x-dimensions:", "a=range:npt="]) expect(text).toContain(line);
  });

  it("has the parameter sets of H.264 without stray bytes", async () => {
    await using stage = await publishStage();
    await publish(stage);
    const text = (await (await stage.connect()).request("DESCRIBE", urlP)).body.toString();
    const fmtp = /^a=fmtp:96 (.*)$/m.exec(text)?.[1]?.trim() ?? "";
    expect(fmtp).toMatch(/packetization-mode=1/);
    const sets = /sprop-parameter-sets=([^;]+)/.exec(fmtp)?.[1]?.split(",") ?? [];
    expect(sets.map((set) => Buffer.from(set, "base64"))).toEqual(
      (publishedFormats.h264.parameterSets ?? []).map((set) => Buffer.from(set)),
    );
  });
});

describe("rule 4.5: parameter sets come before each IDR, and the marker on the last packet of a unit alone", () => {
  it.each([
    ["H.264", publishedFormats.h264, "65", "41", "06", [7, 8, 6, 5], (nal: Uint8Array) => (nal[0] ?? 0) & 0x1f],
    [
      "H.265",
      publishedFormats.h265,
      "2601",
      "0201",
      "4e01",
      [32, 33, 34, 39, 19],
      (nal: Uint8Array) => ((nal[0] ?? 0) >> 1) & 0x3f,
    ],
  ] as const)("%s", async (_name, format, idr, picture, sei, expected, typeOf) => {
    await using stage = await publishStage();
    const publisher = await publish(stage, "TCP", [format]);
    const reader = await readBack(stage);
    const sender = new UnitSender(format);
    const seiUnit = nalUnit(sei, 20);
    for (const time of [0, 7200]) {
      await publisher.send(sender.packets([seiUnit, nalUnit(idr, 300)], time));
      await publisher.send(sender.packets([seiUnit, nalUnit(picture, 300)], time + 3600));
    }
    const packets = media(reader);
    const types = packets.map((packet) => typeOf(payloadOf(packet)));
    const slices = [expected.at(-1) ?? 0, typeOf(nalUnit(picture, 4))];
    const [supplement] = expected.slice(-2);
    const group = [...expected, supplement, slices[1]];
    expect(types).toEqual([...group, ...group]);
    expect(packets.map(hasMarker)).toEqual(types.map((type) => slices.includes(type)));
  });
});

it("rule 4.5: an unknown unit of Range is 457 where replay is required", async () => {
  await using stage = await replayStage();
  const client = await stage.connect();
  await setUpReplay(client);
  const answer = await client.request("PLAY", urlA, { Range: "moon=3-", ...onvif });
  expect(answer.status).toBe(457);
});

it("rule 4.7: PLI and FIR of a player are counted where the source cannot do anything about them", async () => {
  await using stage = await rtspStage();
  const client = await stage.connect();
  const Session = await setUpTcp(client);
  await client.request("PLAY", urlA, { Session });
  const pli = Buffer.from("81ce00020000000500001000", "hex");
  const fir = Buffer.from("84ce000400000005000000000000100007000000", "hex");
  for (const packet of [pli, fir, pli]) await client.sendFrame(1, packet);
  await client.sendFrame(3, pli);
  expect(stage.server.sessions()[0]?.tracks.map(({ randomAccessRequests }) => randomAccessRequests)).toEqual([3, 0]);
  expect(client.ended).toBe(false);
});
