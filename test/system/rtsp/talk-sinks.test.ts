import { describe, expect, it } from "vitest";
import { payloadOf } from "#wire/rtp/packet";
import { attributeValue } from "#wire/sdp/attributes";
import { parseSdp } from "#wire/sdp/parser";
import { CFG_FOLDER, forFakeHost, hostWithFiles, startOn, whileTimePasses } from "../../support/a-fleet.js";
import { CAMERA_ADDRESS } from "../../support/camera-client.js";
import { fakeHost, type FakeHost } from "../../support/fake-host.js";
import { rtpPacket } from "../../support/relay-packets.js";
import { RtspClient } from "../../support/rtsp-client.js";

const TAG = "www.onvif.org/ver20/backchannel";
const clip = `rtsp://${CAMERA_ADDRESS}:8554/test_640x480.mp4`;
const talk = `rtsp://${CAMERA_ADDRESS}:8554/talk`;

const connect = (host: FakeHost, address: string): Promise<RtspClient> =>
  RtspClient.connect(fakeHost({ network: host.network, addresses: [address], seed: 7 }), CAMERA_ADDRESS, 8554);

/** A client that talks; the other tracks are not set up. */
async function talker(host: FakeHost): Promise<{ client: RtspClient; say: (text: string) => Promise<void> }> {
  const client = await connect(host, "192.0.2.20");
  const described = await whileTimePasses(host, client.request("DESCRIBE", clip, { Require: TAG }));
  const section = parseSdp(described.body.toString()).media.at(-1);
  const control = attributeValue(section?.attributes ?? [], "control") ?? "";
  const setup = client.request("SETUP", control, { Transport: "RTP/AVP/TCP;interleaved=0-1" });
  expect((await whileTimePasses(host, setup)).status).toBe(200);
  expect((await client.request("PLAY", clip)).status).toBe(200);
  let sequence = 0;
  const say = async (text: string): Promise<void> => {
    const packet = rtpPacket(Buffer.from(text), { type: 0, sequence, time: sequence * 160 });
    sequence++;
    await client.sendFrame(0, packet);
    await host.clock.advance(20);
  };
  return { client, say };
}

describe("where the sound of a client goes", () => {
  it("into a stream that others play, with <sink>path:talk", async () => {
    await using scene = await startOn(hostWithFiles(forFakeHost({ rtsp: { sink: "path:talk" } })));
    const { host } = scene;
    const listener = await connect(host, "192.0.2.21");
    expect((await whileTimePasses(host, listener.request("DESCRIBE", talk))).status).toBe(404);
    const { client, say } = await talker(host);
    await say("one");
    const described = await whileTimePasses(host, listener.request("DESCRIBE", talk));
    expect(described.body.toString()).toContain("a=rtpmap:0 PCMU/8000");
    await whileTimePasses(
      host,
      listener.request("SETUP", `${talk}/trackID=0`, { Transport: "RTP/AVP/TCP;interleaved=0-1" }),
    );
    expect((await listener.request("PLAY", talk)).status).toBe(200);
    await say("two");
    await say("three");
    expect(listener.frames(0).map((packet) => payloadOf(packet).toString())).toEqual(["two", "three"]);
    await client.request("TEARDOWN", clip);
    expect(listener.rtcp(1).at(-1)).toMatchObject({ type: "BYE", reason: "the talk has ended" });
  });

  it("into a file beside the cfg file, with <sink>file:talks", async () => {
    await using scene = await startOn(hostWithFiles(forFakeHost({ rtsp: { sink: "file:talks" } })));
    const { host } = scene;
    const { client, say } = await talker(host);
    const [camera] = scene.fleet.cameras;
    expect(camera?.device.speaker).toMatchObject({
      formats: [{ encodingName: "PCMU", clockRate: 8000, channels: 1 }],
      talk: undefined,
    });
    for (let packet = 0; packet < 10; packet++) await say("sound");
    expect(camera?.device.speaker.talk).toMatchObject({ address: "192.0.2.20", encodingName: "PCMU" });
    await client.request("TEARDOWN", clip);
    expect(camera?.device.speaker.talk).toBeUndefined();
    await whileTimePasses(host, new Promise((turn) => void setImmediate(turn)));
    const [name = ""] = await host.files.list(`${CFG_FOLDER}/talks`);
    // Ten packets of five samples, and the silence between them.
    expect(host.files.bytes(`${CFG_FOLDER}/talks/${name}`)?.length).toBe(44 + 2 * (9 * 160 + 5));
  });

  it("nowhere without <backchannel>: the tag of ONVIF is not known then", async () => {
    const host = hostWithFiles(forFakeHost());
    const path = `${CFG_FOLDER}/rtsp.cfg`;
    host.files.set(path, (host.files.text(path) ?? "").replace(/<backchannel>.*<\/backchannel>/s, ""));
    await using scene = await startOn(host);
    const client = await connect(scene.host, "192.0.2.20");
    const answer = await client.request("DESCRIBE", clip, { Require: TAG });
    expect([answer.status, answer.headers.get("Unsupported")]).toEqual([551, TAG]);
    expect((await whileTimePasses(scene.host, client.request("DESCRIBE", clip))).status).toBe(200);
  });
});
