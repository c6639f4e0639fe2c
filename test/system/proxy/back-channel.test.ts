import { describe, expect, it } from "vitest";
import type { SpeakerCodec } from "#speaker/formats";
import { payloadOf, payloadType, sequenceNumber, timestamp } from "#wire/rtp/packet";
import { CFG_FOLDER, type FleetOnHost, forFakeHost, hostWithFiles, startOn } from "../../support/a-fleet.js";
import { aSpeaker, type KeepingSink } from "../../support/a-speaker.js";
import { fakeHost } from "../../support/fake-host.js";
import { rtpPacket } from "../../support/relay-packets.js";
import { RtspClient, rtspStage, type RtspStage, serverAddress } from "../../support/rtsp-client.js";

const TAG = "www.onvif.org/ver20/backchannel";
const ownAddress = "192.0.2.50";
const url = `rtsp://${ownAddress}:8554/door`;
const BACK = `${url}/trackID=2`;
const TCP = "RTP/AVP/TCP;unicast;interleaved=4-5";

interface Scene extends AsyncDisposable {
  readonly original: RtspStage;
  readonly camera: FleetOnHost;
  readonly sink: KeepingSink;
  connect(address?: string): Promise<RtspClient>;
}

/** A camera of ours that shows the stream `a` of an original, which takes sound of these codecs. */
async function scene(
  codecs: readonly SpeakerCodec[],
  { transfer = "TCP", more = "<backchannel>1</backchannel>" } = {},
): Promise<Scene> {
  const original = await rtspStage({
    authentication: { realm: "door", password: (name) => (name === "viewer" ? "secret" : undefined) },
  });
  const { speaker, sink } = aSpeaker(original.host.clock, codecs.length > 0 ? codecs : undefined);
  if (codecs.length > 0) original.directory.backChannel = speaker;
  const host = hostWithFiles(
    forFakeHost(),
    fakeHost({ network: original.host.network, addresses: [ownAddress], seed: 7 }),
  );
  const proxy =
    `<proxy><suffix>door</suffix><url>rtsp://${serverAddress}/a</url><user>viewer</user><pass>secret</pass>` +
    `<transfer>${transfer}</transfer><ondemand>1</ondemand>${more}</proxy>`;
  const path = `${CFG_FOLDER}/rtsp.cfg`;
  host.files.set(path, (host.files.text(path) ?? "").replace("</config>", `${proxy}</config>`));
  const camera = await startOn(host);
  return {
    original,
    camera,
    sink,
    connect: (address = "192.0.2.60") =>
      RtspClient.connect(fakeHost({ network: host.network, addresses: [address], seed: 8 }), ownAddress, 8554),
    [Symbol.asyncDispose]: async () => {
      await camera[Symbol.asyncDispose]();
      await original[Symbol.asyncDispose]();
    },
  };
}

const described = async (
  client: RtspClient,
): Promise<{ readonly status: number; readonly last: readonly string[] }> => {
  const answer = await client.ask("DESCRIBE", url, { Require: TAG });
  const text = answer.body.toString();
  return { status: answer.status, last: text.slice(text.lastIndexOf("m=")).split("\r\n") };
};

const sound = (sequence: number, type: number): Buffer =>
  rtpPacket(Buffer.alloc(160, sequence), { type, sequence, time: sequence * 160 });

/** Sets up the back channel alone, plays, and says three packets. */
async function talk(client: RtspClient, { camera }: Scene, type = 0): Promise<string> {
  const setUp = await client.ask("SETUP", BACK, { Transport: TCP, Require: TAG });
  expect(setUp.status).toBe(200);
  const session = setUp.headers.get("Session")?.split(";")[0] ?? "";
  expect((await client.ask("PLAY", url, { Session: session, Require: TAG })).status).toBe(200);
  for (const sequence of [7, 8, 9]) await client.sendFrame(4, sound(sequence, type));
  await camera.host.clock.advance(500);
  return session;
}

/** Sessions with the original whose sound it takes. */
const talksAt = ({ original }: Scene) =>
  original.server.sessions().filter(({ tracks }) => tracks.some(({ index }) => index === 2));

const packetsOf = ({ sink }: Scene, index = 0): readonly Uint8Array[] =>
  (sink.heard[index]?.units ?? []).flatMap(({ packets = [] }) => packets);

describe("the back channel of a proxied camera", () => {
  it("is offered as the original offers it, with all its codecs", async () => {
    await using all = await scene(["G711A", "G722", "G711U"]);
    const { status, last } = await described(await all.connect());
    expect(status).toBe(200);
    expect(last).toEqual([
      "m=audio 0 RTP/AVP 8 9 0",
      "a=rtpmap:8 PCMA/8000",
      "a=rtpmap:9 G722/8000",
      "a=rtpmap:0 PCMU/8000",
      `a=control:${BACK}`,
      "a=sendonly",
      "",
    ]);
  });

  it.each(["TCP", "UDP"])("takes what a client says to the original by %s, packet by packet", async (transfer) => {
    await using all = await scene(["G711A", "G711U"], { transfer });
    const client = await all.connect();
    await described(client);
    const session = await talk(client, all, 8);
    expect(all.sink.heard.map(({ format }) => format.encodingName)).toEqual(["PCMA"]);
    const packets = packetsOf(all);
    expect(packets.map((packet) => [payloadType(packet), payloadOf(packet)[0], payloadOf(packet).length])).toEqual([
      [8, 7, 160],
      [8, 8, 160],
      [8, 9, 160],
    ]);
    const [first = Buffer.alloc(12)] = packets;
    expect(packets.map((packet) => (sequenceNumber(packet) - sequenceNumber(first)) & 0xffff)).toEqual([0, 1, 2]);
    expect(packets.map((packet) => (timestamp(packet) - timestamp(first)) >>> 0)).toEqual([0, 160, 320]);
    expect(talksAt(all)).toMatchObject([{ transport: transfer, remoteAddress: ownAddress }]);
    await client.ask("TEARDOWN", url, { Session: session });
    await all.camera.host.clock.advance(500);
    expect(all.sink.heard[0]?.isOver).toBe(true);
    expect(talksAt(all)).toEqual([]);
  });

  it("is had by one client at a time, and kept alive", async () => {
    await using all = await scene(["G711U"]);
    const client = await all.connect();
    await described(client);
    const session = await talk(client, all);
    const other = await all.connect("192.0.2.61");
    expect((await other.ask("SETUP", BACK, { Transport: TCP, Require: TAG })).status).toBe(453);
    for (let sequence = 10; sequence < 25; sequence++) {
      await client.sendFrame(4, sound(sequence, 0));
      await all.camera.host.clock.advance(10_000);
    }
    expect(packetsOf(all).length).toBe(18);
    await client.ask("TEARDOWN", url, { Session: session });
    await talk(await all.connect("192.0.2.61"), all);
    expect(packetsOf(all, 1)).toHaveLength(3);
  });

  it("is 551 where the original has none, and the stream plays without", async () => {
    await using all = await scene([]);
    const client = await all.connect();
    expect((await described(client)).status).toBe(551);
    const plain = await client.ask("DESCRIBE", url);
    expect(plain.status).toBe(200);
    expect((await client.ask("SETUP", BACK, { Transport: TCP })).status).toBe(404);
    expect((await client.ask("SETUP", `${url}/trackID=0`, { Transport: "RTP/AVP/TCP;interleaved=0-1" })).status).toBe(
      200,
    );
  });

  it("is that of the camera itself unless <backchannel> says otherwise", async () => {
    await using all = await scene(["G711A"], { more: "" });
    expect((await described(await all.connect())).last[0]).toBe("m=audio 0 RTP/AVP 0");
  });

  it("is given up for the talk, and had again with the next one, when the original goes away", async () => {
    await using all = await scene(["G711U"]);
    const client = await all.connect();
    await described(client);
    const session = await talk(client, all);
    for (const { id } of talksAt(all)) all.original.server.kick(id);
    await all.camera.host.clock.advance(500);
    await client.ask("PAUSE", url, { Session: session });
    await client.ask("PLAY", url, { Session: session });
    await client.sendFrame(4, sound(30, 0));
    await all.camera.host.clock.advance(500);
    expect(all.sink.heard.length).toBeGreaterThan(1);
  });
});
