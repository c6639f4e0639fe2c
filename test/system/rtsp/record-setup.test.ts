import { describe, expect, it } from "vitest";
import { announce, publish, publishStage, readBack, sdpOf, urlP } from "../../support/publish-stage.js";
import { publishedFormats } from "../../support/relay-packets.js";
import { serverAddress } from "../../support/rtsp-client.js";

const { h264, aac } = publishedFormats;
const TCP = "RTP/AVP/TCP;unicast;interleaved=0-1;mode=record";
const host = `rtsp://${serverAddress}`;
const sdp = (media: string): string => `v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\n${media}`;
const video = "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:streamid=0\r\n";

describe("ANNOUNCE", () => {
  it.each<[name: string, type: string | undefined, body: string]>([
    ["no content type", undefined, sdp(video)],
    ["another content type", "text/plain", sdp(video)],
    ["no body", "application/sdp", ""],
    ["a broken description", "application/sdp", "hello"],
    ["a broken medium", "application/sdp", sdp("m=video\r\n")],
    ["nothing to send", "application/sdp", sdp("")],
    ["no clock rate", "application/sdp", sdp("m=video 0 RTP/AVP 96\r\na=control:streamid=0\r\n")],
    ["a clock rate that is none", "application/sdp", sdp("m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264\r\n")],
    ["what is not RTP", "application/sdp", sdp("m=video 0 UDP 96\r\na=rtpmap:96 H264/90000\r\n")],
    ["a back channel", "application/sdp", sdp(`${video}m=audio 0 RTP/AVP 0\r\na=sendonly\r\n`)],
  ])("check 38: is 400 for %s", async (_name, type, body) => {
    await using stage = await publishStage();
    const client = await stage.connect();
    const headers = type === undefined ? {} : { "Content-Type": type };
    expect((await client.request("ANNOUNCE", urlP, headers, body)).status).toBe(400);
    expect(
      (await client.request("ANNOUNCE", urlP, { "Content-Type": "application/sdp;charset=utf-8" }, sdp(video))).status,
    ).toBe(200);
  });

  it.each([
    ["of the media folder", "clip"],
    ["of the media folder, with parameters", "clip&w=640"],
  ])("is 403 for a name %s, and the log says why", async (_name, name) => {
    await using stage = await publishStage();
    expect((await announce(await stage.connect(), [h264], `${host}/${name}`)).status).toBe(403);
    expect(stage.log).toContainEqual({
      level: "warn",
      message: "a publisher is refused",
      facts: { path: name, reason: "the name stands for another stream" },
    });
  });

  it.each(["..", "a/../b", "a%2Fb", "a%00b", "%ff"])("is 400 for the name %s", async (name) => {
    await using stage = await publishStage();
    expect((await announce(await stage.connect(), [h264], `${host}/${name}`)).status).toBe(400);
  });

  it("is 455 on a connection that has a session", async () => {
    await using stage = await publishStage();
    const { client } = await publish(stage);
    expect((await announce(client)).status).toBe(455);
  });

  it("is for those who log in, where that is needed, as RECORD is", async () => {
    await using stage = await publishStage({ authentication: { realm: "x", password: () => "secret", basic: true } });
    const client = await stage.connect();
    expect((await announce(client)).status).toBe(401);
    expect((await client.request("RECORD", urlP)).status).toBe(401);
    const login = { Authorization: `Basic ${Buffer.from("me:secret").toString("base64")}` };
    const type = { "Content-Type": "application/sdp" };
    expect((await client.request("ANNOUNCE", urlP, { ...login, ...type }, sdpOf([h264]))).status).toBe(200);
    expect((await client.request("SETUP", `${urlP}/streamid=0`, { ...login, Transport: TCP })).status).toBe(200);
    expect((await client.request("RECORD", urlP, login)).status).toBe(200);
    expect(stage.server.sessions()).toMatchObject([{ state: "recording", username: "me" }]);
  });

  it("is offered, with RECORD, where clients can publish", async () => {
    await using stage = await publishStage();
    const answer = await (await stage.connect()).request("OPTIONS", "*");
    expect(answer.headers.get("Public")).toMatch(/ANNOUNCE, RECORD$/);
  });
});

describe("SETUP of what was announced", () => {
  it.each<[name: string, announced: string, control: string, target: string, path: string]>([
    ["ffmpeg", "/live", "streamid=0", "/live/streamid=0", "live"],
    ["ffmpeg, with a query", "/live?key=1", "streamid=0", "/live?key=1/streamid=0", "live"],
    ["query behind the control", "/live?key=1", "trackID=0", "/live/trackID=0?key=1", "live"],
    ["query lost", "/live?key=1", "trackID=0", "/live/trackID=0", "live"],
    ["a final slash", "/live/", "trackID=0", "/live/trackID=0", "live"],
    ["a final slash and a query", "/live/?key=1", "trackID=0", "/live/?key=1/trackID=0", "live"],
    ["an absolute control", "/live", `${host}/live/trackID=0`, "/live/trackID=0", "live"],
    ["an absolute control with another spelling of the host", "/live", `${host}:554/live/x`, "/live/x", "live"],
    ["an absolute control that does not look like one", "/live", `${host}/my-video`, "/my-video", "live"],
    ["a control that looks like nothing", "/live", "my video", "/live/my video", "live"],
    ["a deep path", "/cam/1/main", "streamid=0", "/cam/1/main/streamid=0", "cam/1/main"],
    ["a control that begins with a slash", "/live", "/streamid=0", "/live/streamid=0", "live"],
    ["resolved as links of pages are", "/cam/live", "streamid=0", "/cam/streamid=0", "cam/live"],
    ["the control alone", "/cam/live", "streamid=0", "/streamid=0", "cam/live"],
    ["no control", "/live", "", "/live", "live"],
    ["no control, by number", "/live", "", "/live/trackID=0", "live"],
    ["by kind", "/live", "streamid=0", "/live/video", "live"],
    ["the root path", "/", "streamid=0", "/streamid=0", ""],
    ["percent-encoding", "/my%20cam", "streamid=0", "/my%20cam/streamid=0", "my cam"],
    ["letters of the world", "/kam%C3%A9ra", "streamid=0", "/kam%C3%A9ra/streamid=0", "kaméra"],
    ["an ampersand", "/cam&w=1", "streamid=0", "/cam&w=1/streamid=0", "cam&w=1"],
    ["a colon and dots", "/rtsp:cam.v1..2", "streamid=0", "/rtsp:cam.v1..2/streamid=0", "rtsp:cam.v1..2"],
  ])("check 39: finds the track: %s", async (_name, announced, control, target, path) => {
    await using stage = await publishStage();
    const client = await stage.connect();
    const body = sdp(
      `m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n${control === "" ? "" : `a=control:${control}\r\n`}`,
    );
    const type = { "Content-Type": "application/sdp" };
    expect((await client.request("ANNOUNCE", host + announced, type, body)).status).toBe(200);
    const answer = await client.request("SETUP", host + target, { Transport: TCP });
    expect(answer.status).toBe(200);
    expect((await client.request("RECORD", host + announced)).status).toBe(200);
    expect(stage.server.sessions()).toMatchObject([{ path, state: "recording" }]);
  });

  it.each([
    ["40", "of a track that is not there", `${urlP}/streamid=2`, TCP, 404],
    ["40", "of another stream", `${host}/other/streamid=0`, TCP, 404],
    ["40", "of all tracks at once", urlP, TCP, 404],
    ["40", "without Transport", `${urlP}/streamid=0`, "", 400],
    ["41", "without mode=record", `${urlP}/streamid=0`, "RTP/AVP/TCP;unicast;interleaved=0-1", 400],
    ["41", "with mode=play", `${urlP}/streamid=0`, "RTP/AVP/TCP;unicast;interleaved=0-1;mode=play", 400],
    ["40", "by multicast", `${urlP}/streamid=0`, "RTP/AVP;multicast;mode=record", 461],
    ["40", "with a secure profile", `${urlP}/streamid=0`, "RTP/SAVP/TCP;unicast;interleaved=0-1;mode=record", 461],
    ["40", "over UDP without ports", `${urlP}/streamid=0`, "RTP/AVP;unicast;mode=record", 461],
  ])("check %s: refuses one %s, and takes the next", async (_check, _name, target, Transport, status) => {
    await using stage = await publishStage();
    const client = await stage.connect();
    await announce(client, [h264, aac]);
    expect((await client.request("SETUP", target, Transport === "" ? {} : { Transport })).status).toBe(status);
    expect(stage.server.sessions()).toEqual([]);
    expect((await client.request("SETUP", `${urlP}/streamid=0`, { Transport: TCP })).status).toBe(200);
  });

  it("check 40: refuses the same track twice and another transport with 400", async () => {
    await using stage = await publishStage();
    const client = await stage.connect();
    await announce(client, [h264, aac]);
    const setup = async (track: number, Transport: string): Promise<number> =>
      (await client.request("SETUP", `${urlP}/streamid=${track}`, { Transport })).status;
    expect(await setup(0, TCP)).toBe(200);
    expect(await setup(0, "RTP/AVP/TCP;unicast;interleaved=2-3;mode=record")).toBe(400);
    expect(await setup(1, "RTP/AVP;unicast;client_port=4000-4001;mode=record")).toBe(400);
    expect(await setup(1, "RTP/AVP/TCP;unicast;interleaved=2-3;mode=record")).toBe(200);
    expect((await client.request("RECORD", urlP)).status).toBe(200);
    expect(await setup(1, "RTP/AVP/TCP;unicast;interleaved=4-5;mode=record")).toBe(455);
  });

  it.each([
    ["mode=receive", "RTP/AVP/TCP;unicast;interleaved=0-1;mode=receive", "RTP/AVP/TCP;unicast;interleaved=0-1"],
    [
      "a quoted mode in capitals",
      'RTP/AVP/TCP;unicast;interleaved=0-1;mode="RECORD"',
      "RTP/AVP/TCP;unicast;interleaved=0-1",
    ],
    ["no channels", "RTP/AVP/TCP;unicast;mode=record", "RTP/AVP/TCP;unicast;interleaved=0-1"],
    [
      "a list",
      "RTP/AVP;multicast;mode=record, RTP/AVP;unicast;client_port=4000-4001;mode=record",
      "RTP/AVP;unicast;client_port=4000-4001;server_port=22000-22001",
    ],
  ])("check 41: takes %s", async (_name, Transport, answered) => {
    await using stage = await publishStage();
    const client = await stage.connect();
    await announce(client);
    const answer = await client.request("SETUP", `${urlP}/streamid=0`, { Transport });
    expect(answer.headers.get("Transport")).toBe(`${answered};mode="record"`);
    expect(answer.headers.get("Session")).toMatch(/^[0-9a-f]{24};timeout=60$/);
  });

  it("gives back what it took when it fails, and counts as a session", async () => {
    await using stage = await publishStage({ maxSessions: 1, udp: { basePort: 65_534 } });
    const client = await stage.connect();
    await announce(client);
    const udp = "RTP/AVP;unicast;client_port=4000-4001;mode=record";
    expect((await client.request("SETUP", `${urlP}/streamid=0`, { Transport: udp })).status).toBe(461);
    expect(stage.server.sessions()).toEqual([]);
    expect((await client.request("SETUP", `${urlP}/streamid=0`, { Transport: TCP })).status).toBe(200);
    const second = await stage.connect();
    await announce(second);
    expect((await second.request("SETUP", `${urlP}/streamid=0`, { Transport: TCP })).status).toBe(453);
  });
});

describe("RECORD", () => {
  it("check 40: is 400 before every track is set up, 454 without a session, 455 for one that plays", async () => {
    await using stage = await publishStage();
    const client = await stage.connect();
    expect((await client.request("RECORD", urlP)).status).toBe(454);
    await announce(client, [h264, aac]);
    expect((await client.request("RECORD", urlP)).status).toBe(400);
    await client.request("SETUP", `${urlP}/streamid=0`, { Transport: TCP });
    expect((await client.request("RECORD", urlP)).status).toBe(400);
    expect((await client.request("PLAY", urlP)).status).toBe(455);
    await client.request("SETUP", `${urlP}/streamid=1`, { Transport: TCP.replace("0-1", "2-3") });
    expect((await client.request("RECORD", urlP)).status).toBe(200);
    // Larix sends the timeout back with the id.
    const [{ id } = { id: "" }] = stage.server.sessions();
    expect((await client.request("RECORD", urlP, { Session: `${id};timeout=60` })).status).toBe(200);
    expect((await client.request("PLAY", urlP)).status).toBe(455);
    const reader = await readBack(stage);
    expect((await reader.request("RECORD", urlP)).status).toBe(455);
  });
});
