import { describe, expect, it } from "vitest";
import { FakePath } from "../../support/fake-path.js";
import { rtspStage, setUpTcp, urlA } from "../../support/rtsp-client.js";

const TCP = "RTP/AVP/TCP;unicast;interleaved=0-1";

/** Names of streams that are there. */
const names = ["a", "a/b", "a b", "a%20b", "ü/ñ", "x:y.z", "test.mp4", "r&d.mp4", "(1)", "+", "a;b=c", "~user", ""];

describe("the URL of a request", () => {
  it.each<[shape: string, url: string, name: string | number]>([
    ["as it is", "rtsp://192.0.2.10/a", "a"],
    ["with the port", "rtsp://192.0.2.10:554/a", "a"],
    ["with a host that is not ours", "rtsp://camera.example:8554/a", "a"],
    ["with a port that is empty", "rtsp://192.0.2.10:/a", "a"],
    ["with an IPv6 address", "rtsp://[2001:db8::1]:554/a", "a"],
    ["with an IPv6 address and a zone", "rtsp://[fe80::1%eth0]/a", "a"],
    ["in capitals", "RTSP://192.0.2.10/a", "a"],
    ["with the scheme rtspt", "rtspt://192.0.2.10/a", "a"],
    ["with the scheme rtspu", "RtspU://192.0.2.10/a", "a"],
    ["with the scheme rtsps", "rtsps://192.0.2.10/a", "a"],
    ["with the scheme of its tunnel", "http://192.0.2.10:8000/a", "a"],
    ["with the scheme of its WebSocket", "ws://192.0.2.10/a", "a"],
    ["as a path alone", "/a", "a"],
    ["with a user", "rtsp://admin@192.0.2.10/a", "a"],
    ["with user and password", "rtsp://admin:secret@192.0.2.10/a", "a"],
    ["with an @ in the password", "rtsp://admin:s@cret@192.0.2.10:554/a", "a"],
    ["with a slash at the end", "rtsp://192.0.2.10/a/", "a"],
    ["with several slashes", "rtsp://192.0.2.10//a//", "a"],
    ["with an empty query", "rtsp://192.0.2.10/a?", "a"],
    ["with a query", "rtsp://192.0.2.10/a?x=y&z", "a"],
    ["with a query behind a slash", "rtsp://192.0.2.10/a/?x=y", "a"],
    ["with a slash in the query", "rtsp://192.0.2.10/a?x=y/z", "a"],
    ["with a fragment", "rtsp://192.0.2.10/a#backchannel=0", "a"],
    ["with & parameters", "rtsp://192.0.2.10/a&t=unicast&p=udp", "a"],
    ["with & parameters and a query", "rtsp://192.0.2.10/a&t=unicast?x=y", "a"],
    ["with & parameters and a slash", "rtsp://192.0.2.10/test.mp4&t=unicast&p=udp/", "test.mp4"],
    ["with an & in the name", "rtsp://192.0.2.10/r&d.mp4", "r&d.mp4"],
    ["with an & percent-encoded in the name and parameters", "rtsp://192.0.2.10/r%26d.mp4&w=640", "r&d.mp4"],
    ["with folders", "rtsp://192.0.2.10/a/b", "a/b"],
    ["with a blank", "rtsp://192.0.2.10/a b", "a b"],
    ["percent-encoded once", "rtsp://192.0.2.10/a%20b", "a b"],
    ["percent-encoded twice, which is another name", "rtsp://192.0.2.10/a%2520b", "a%20b"],
    ["with a letter percent-encoded", "rtsp://192.0.2.10/%61", "a"],
    ["in UTF-8", "rtsp://192.0.2.10/ü/ñ", "ü/ñ"],
    ["in UTF-8, percent-encoded", "rtsp://192.0.2.10/%C3%BC/%c3%b1", "ü/ñ"],
    ["with a colon and a dot", "rtsp://192.0.2.10/x:y.z", "x:y.z"],
    ["with a colon percent-encoded", "rtsp://192.0.2.10/x%3Ay.z", "x:y.z"],
    ["with parentheses", "rtsp://192.0.2.10/(1)", "(1)"],
    ["with a plus, which is no blank", "rtsp://192.0.2.10/+", "+"],
    ["with a semicolon", "rtsp://192.0.2.10/a;b=c", "a;b=c"],
    ["with a tilde", "rtsp://192.0.2.10/~user", "~user"],
    ["without a path", "rtsp://192.0.2.10", ""],
    ["with the root path", "rtsp://192.0.2.10/", ""],
    ["in another case, which is another name", "rtsp://192.0.2.10/A", 404],
    ["with dots that leave the folder", "rtsp://192.0.2.10/a/../a", 400],
    ["with dots percent-encoded", "rtsp://192.0.2.10/a/%2e%2e/a", 400],
    ["with a slash percent-encoded", "rtsp://192.0.2.10/a%2Fb", 400],
    ["with a backslash percent-encoded", "rtsp://192.0.2.10/a%5cb", 400],
    ["with a NUL", "rtsp://192.0.2.10/a%00", 400],
    ["with a line break", "rtsp://192.0.2.10/a%0d%0a", 400],
    ["with a % that encodes nothing", "rtsp://192.0.2.10/100%", 400],
    ["with bytes that are no UTF-8", "rtsp://192.0.2.10/%ff", 400],
    ["with a port that is no number", "rtsp://192.0.2.10:x/a", 400],
    ["with a scheme that is not RTSP", "gopher://192.0.2.10/a", 400],
  ])("%s: %s", async (_shape, url, expected) => {
    await using stage = await rtspStage();
    for (const name of names) stage.directory.add(new FakePath(name, stage.host.clock));
    const client = await stage.connect();
    const answer = await client.request("DESCRIBE", url);
    expect(answer.status === 200 ? stage.directory.requests.at(-1)?.name : answer.status).toBe(expected);
    if (typeof expected === "number") return;
    // What we hand out leads back to the stream, whatever the client does with it.
    const controls = [...answer.body.toString().matchAll(/^a=control:(.*)$/gm)].map(([, control = ""]) =>
      control.trim(),
    );
    const [, video = ""] = controls;
    expect((await client.request("SETUP", video, { Transport: TCP })).status).toBe(200);
    expect(stage.server.sessions()[0]?.path).toBe(expected);
    expect(answer.body.toString()).not.toMatch(/secret|cret@|admin/);
  });

  it("may have 4096 bytes, as ffmpeg's may, and no more", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const longest = `${urlA}?${"x".repeat(4096 - urlA.length - 1)}`;
    expect((await client.request("DESCRIBE", longest)).status).toBe(200);
    expect((await client.request("SETUP", `${urlA}/trackID=0`, { Transport: TCP })).status).toBe(200);
    await client.send(`DESCRIBE ${longest}x RTSP/1.0\r\nCSeq: 9\r\n\r\n`);
    expect([client.takeResponse().status, client.ended]).toEqual([414, true]);
  });

  it("counts for nothing where a session is named: with or without slash, query and track, of another host", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const Session = await setUpTcp(client);
    const targets = [urlA, `${urlA}/`, `${urlA}?x=y`, `${urlA}/trackID=1`, "rtsp://localhost:1234/a", "/a"];
    for (const target of targets)
      for (const method of ["PLAY", "GET_PARAMETER", "PAUSE", "SET_PARAMETER", "OPTIONS"])
        expect([target, method, (await client.request(method, target, { Session })).status]).toEqual([
          target,
          method,
          200,
        ]);
    expect((await client.request("TEARDOWN", `${urlA}/trackID=0`, { Session })).status).toBe(200);
    expect(stage.server.sessions()).toEqual([]);
  });

  it.each<[shape: string, target: string, track: number]>([
    ["our own", "trackID=1", 1],
    ["in small letters", "trackid=1", 1],
    ["of live555, from 1", "track1", 0],
    ["of live555, from 1", "track2", 1],
    ["of GStreamer and VLC", "stream=1", 1],
    ["of ffmpeg", "streamid=1", 1],
    ["by kind", "video", 0],
    ["by kind", "audio", 1],
  ])("names a track in the form %s: %s", async (_shape, token, track) => {
    await using stage = await rtspStage();
    for (const target of [`${urlA}/${token}`, `${urlA}?x=y/${token}`, `${urlA}/${token}?x=y`]) {
      const client = await stage.connect();
      const answer = await client.request("SETUP", target, { Transport: TCP });
      expect(answer.headers.get("Transport")).toContain(`ssrc=0000100${track}`);
      await client.close();
    }
  });
});
