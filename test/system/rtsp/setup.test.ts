import { describe, expect, it } from "vitest";
import { FakePath, h264, pcmu } from "../../support/fake-path.js";
import { clientPorts, rtspStage, setUpTcp, urlA } from "../../support/rtsp-client.js";

const TCP = "RTP/AVP/TCP;unicast;interleaved=0-1";
const UDP = "RTP/AVP;unicast;client_port=4000-4001";
const host = "rtsp://192.0.2.10";

describe("SETUP", () => {
  it.each<[name: string, path: string, described: string | undefined, target: string, track: number]>([
    ["as handed out", "a", "/a", "/a/trackID=1", 1],
    ["as handed out, with a query at its end", "a", "/a?x=y&z=1", "/a/trackID=1?x=y&z=1", 1],
    ["ffmpeg, behind the query", "a", "/a?x=y", "/a?x=y/trackID=1", 1],
    ["ffmpeg, with a slash before the query", "a", "/a/?x=y", "/a/?x=y/trackID=1", 1],
    ["GStreamer, with the query lost", "a", "/a/?x=y", "/a/trackID=1", 1],
    ["GStreamer, with path and query lost", "a", "/a?x=y", "/trackID=1", 1],
    ["another spelling of the host", "a", "/a", "rtsp://camera:554/a/trackID=1", 1],
    ["a deeper path", "cam/1/main", "/cam/1/main", "/cam/1/main/trackID=1", 1],
    ["the root path", "", "/", "/trackID=1", 1],
    ["the empty path", "", "", "/trackID=1", 1],
    ["live555's numbers, from 1", "a", "/a", "/a/track2", 1],
    ["VLC's numbers", "a", "/a", "/a/stream=1", 1],
    ["ffmpeg's numbers", "a", "/a", "/a/streamid=1", 1],
    ["a kind", "a", "/a", "/a/audio", 1],
    ["never described", "a", undefined, "/a/trackID=1", 1],
    ["never described, behind the query", "a", undefined, "/a?x=y/trackID=1", 1],
    ["never described, parameters in the path", "a", undefined, "/a&t=unicast&p=udp/trackID=1", 1],
    ["percent-encoded", "a b", "/a%20b", "/a b/trackID=1", 1],
    ["a stream whose name looks like a track", "a/track1", "/a/track1", "/a/track1/trackID=1", 1],
    ["a path alone", "a", "/a", "/a/trackID=0", 0],
  ])("check 12: finds stream and track: %s", async (_name, path, described, target, track) => {
    await using stage = await rtspStage();
    stage.directory.add(new FakePath(path, stage.host.clock));
    const client = await stage.connect();
    const absolute = (text: string): string => (text.startsWith("rtsp:") ? text : host + text);
    if (described !== undefined) expect((await client.request("DESCRIBE", absolute(described))).status).toBe(200);
    const answer = await client.request("SETUP", absolute(target), { Transport: TCP });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Transport")).toContain(`ssrc=${(0x1000 + track).toString(16).padStart(8, "0")}`);
    expect(stage.server.sessions()[0]?.path).toBe(path);
    const play = await client.request("PLAY", `${host}/anything`, { Session: answer.headers.get("Session") ?? "" });
    expect(play.status).toBe(200);
  });

  it("check 12: takes the URL of a stream with one track for that track, of one with more as 459", async () => {
    await using stage = await rtspStage();
    stage.directory.add(new FakePath("one", stage.host.clock, [pcmu]));
    const client = await stage.connect();
    expect((await client.request("SETUP", urlA, { Transport: TCP })).status).toBe(459);
    expect((await client.request("SETUP", `${host}/one/`, { Transport: TCP })).status).toBe(200);
  });

  it("check 12: keeps the query of the described stream when a client loses it", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await client.request("DESCRIBE", `${urlA}?channel=2`);
    await client.request("SETUP", `${host}/trackID=0`, { Transport: TCP });
    expect(stage.directory.requests.at(-1)).toMatchObject({ name: "a", query: "channel=2" });
    const play = await client.request("PLAY", `${urlA}/`);
    expect(play.headers.get("RTP-Info")).toContain(`url=${urlA}/trackID=0?channel=2`);
  });

  it("check 13: answers 404 for a wrong path, a closed stream and a track that is not there", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await client.request("DESCRIBE", urlA);
    expect((await client.request("SETUP", `${host}/x/trackID=0`, { Transport: TCP })).status).toBe(404);
    expect((await client.request("SETUP", `${urlA}/trackID=2`, { Transport: TCP })).status).toBe(404);
    stage.directory.remove("a");
    expect((await client.request("SETUP", `${urlA}/trackID=0`, { Transport: TCP })).status).toBe(404);
  });

  it.each([
    ["another path", `${host}/b/trackID=1`, "RTP/AVP/TCP;unicast;interleaved=2-3"],
    ["the same track", `${urlA}/trackID=0`, "RTP/AVP/TCP;unicast;interleaved=2-3"],
    ["another transport", `${urlA}/trackID=1`, UDP],
  ])("check 13: answers 400 to a second SETUP of %s", async (_name, target, Transport) => {
    await using stage = await rtspStage();
    stage.directory.add(new FakePath("b", stage.host.clock));
    const client = await stage.connect();
    const Session = await setUpTcp(client, urlA, [0]);
    expect((await client.request("SETUP", target, { Transport, Session })).status).toBe(400);
    expect((await client.request("SETUP", target, { Transport })).status).toBe(400);
    expect(stage.server.sessions()).toHaveLength(1);
  });

  it("check 14: answers 400 to a second reader with the same address and ports, without harm to the first", async () => {
    await using stage = await rtspStage();
    const clientHost = stage.client("192.0.2.30");
    const ports = await clientPorts(clientHost.net, "192.0.2.30", 4000);
    const first = await stage.connect(clientHost);
    expect((await first.request("SETUP", `${urlA}/trackID=0`, { Transport: UDP })).status).toBe(200);
    await first.request("PLAY", urlA);
    const second = await stage.connect(clientHost);
    for (const Transport of [UDP, "RTP/AVP;unicast;client_port=4001-4002"])
      expect((await second.request("SETUP", `${urlA}/trackID=0`, { Transport })).status).toBe(400);
    stage.path.publish(0);
    await stage.host.clock.settle();
    expect(ports.rtp).toHaveLength(1);
    expect(stage.path.leases).toBe(1);
    // When the first has gone the ports are free again.
    await first.request("TEARDOWN", urlA);
    expect((await second.request("SETUP", `${urlA}/trackID=0`, { Transport: UDP })).status).toBe(200);
  });

  it("check 15: takes the first supported entry of a list", async () => {
    await using stage = await rtspStage({ transports: { udp: false, tcp: true } });
    const client = await stage.connect();
    const Transport = `RTP/SAVP;unicast;client_port=1-2, RTP/AVP;multicast, ${UDP}, RTP/AVP/TCP;unicast;interleaved=4-5, ${TCP}`;
    const answer = await client.request("SETUP", `${urlA}/trackID=0`, { Transport });
    expect(answer.headers.get("Transport")).toBe("RTP/AVP/TCP;unicast;interleaved=4-5;ssrc=00001000");
  });

  it.each([
    ["multicast", "RTP/AVP;multicast"],
    ["UDP where it is off", UDP],
    ["a secure profile", "RTP/SAVP/TCP;unicast;interleaved=0-1"],
    ["another protocol", "x-real-rdt/udp;client_port=1-2"],
    ["UDP without ports", "RTP/AVP;unicast"],
    ["ports 0-0 (GStreamer)", "RTP/AVP;unicast;client_port=0-0"],
    ["recording", 'RTP/AVP/TCP;unicast;interleaved=0-1;mode="RECORD"'],
  ])("check 16: answers 461 to %s, and the next SETUP may try another", async (_name, Transport) => {
    await using stage = await rtspStage({ transports: { udp: false, tcp: true } });
    const client = await stage.connect();
    expect((await client.request("SETUP", `${urlA}/trackID=0`, { Transport })).status).toBe(461);
    expect((await client.request("SETUP", `${urlA}/trackID=0`, { Transport: TCP })).status).toBe(200);
  });

  it("check 16: answers 461 to TCP where it is off", async () => {
    await using stage = await rtspStage({ transports: { udp: true, tcp: false } });
    const client = await stage.connect();
    expect((await client.request("SETUP", `${urlA}/trackID=0`, { Transport: TCP })).status).toBe(461);
    expect((await client.request("SETUP", `${urlA}/trackID=0`, { Transport: UDP })).status).toBe(200);
  });

  it("check 17: chooses 0-1, then 2-3 when the client names no channels", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const channels: unknown[] = [];
    for (const track of [0, 1]) {
      const answer = await client.request("SETUP", `${urlA}/trackID=${track}`, { Transport: "RTP/AVP/TCP;unicast" });
      channels.push(/interleaved=([\d-]+)/.exec(answer.headers.get("Transport") ?? "")?.[1]);
    }
    expect(channels).toEqual(["0-1", "2-3"]);
  });

  it.each([
    ["even", "0-1", "2-3", [200, "2-3"]],
    ["odd", "3-4", "5-6", [200, "5-6"]],
    ["the last", "254-255", "0-1", [200, "0-1"]],
    ["one number", "0", "2", [200, "2-3"]],
    ["taken already", "0-1", "0-1", [200, "2-3"]],
    ["taken already, odd", "1-2", "1-2", [200, "4-5"]],
    ["cutting across", "0-1", "1-2", [400, undefined]],
    ["not two in a row", "0-1", "2-5", [400, undefined]],
    ["backwards", "0-1", "3-2", [400, undefined]],
    ["above 255", "0-1", "256-257", [400, undefined]],
  ])("check 18: channels that are %s", async (_name, first, second, expected) => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const setup = (track: number, channels: string): ReturnType<typeof client.request> =>
      client.request("SETUP", `${urlA}/trackID=${track}`, { Transport: `RTP/AVP/TCP;unicast;interleaved=${channels}` });
    expect((await setup(0, first)).status).toBe(200);
    const answer = await setup(1, second);
    expect([answer.status, /interleaved=([\d-]+)/.exec(answer.headers.get("Transport") ?? "")?.[1]]).toEqual(expected);
  });

  it.each([
    ["spaces before ssrc", "RTP/AVP;unicast;client_port=4000-4001;ssrc= 1234", "4000-4001"],
    ["ssrc of odd length", "RTP/AVP;unicast;client_port=4000-4001;ssrc=123", "4000-4001"],
    ["an empty source", "RTP/AVP;unicast;client_port=4000-4001;source=", "4000-4001"],
    ["a single port", "RTP/AVP;unicast;client_port=4000", "4000-4001"],
    ["unsorted fields", "RTP/AVP/UDP;mode=play;client_port=4000-4001;unicast", "4000-4001"],
    ["a quoted mode", 'RTP/AVP;unicast;client_port=4000-4001;mode="PLAY"', "4000-4001"],
    ["no delivery", "RTP/AVP;client_port=4000-4001", "4000-4001"],
  ])("check 19: takes %s", async (_name, Transport, ports) => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const answer = await client.request("SETUP", `${urlA}/trackID=0`, { Transport });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Transport")).toContain(`client_port=${ports};server_port=22000-22001;ssrc=00001000`);
  });

  it.each([
    ["no Transport", {}],
    ["an empty Transport", { Transport: " " }],
    ["a port that is no number", { Transport: "RTP/AVP;unicast;client_port=x" }],
  ])("check 19: answers 400 to %s", async (_name, headers) => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    expect((await client.request("SETUP", `${urlA}/trackID=0`, headers)).status).toBe(400);
  });

  it("answers with the session's id and timeout, the ssrc in eight digits and the mode only if asked", async () => {
    await using stage = await rtspStage({ sessionTimeoutSeconds: 30 });
    const client = await stage.connect();
    const first = await client.request("SETUP", `${urlA}/trackID=0`, { Transport: TCP });
    expect(first.headers.get("Session")).toMatch(/^[0-9a-f]{24};timeout=30$/);
    expect(first.headers.get("Transport")).toBe("RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=00001000");
    const second = await client.request("SETUP", `${urlA}/trackID=1`, {
      Transport: "RTP/AVP/TCP;interleaved=2-3;mode=play",
    });
    expect(second.headers.get("Session")).toBe(first.headers.get("Session"));
    expect(second.headers.get("Transport")).toBe('RTP/AVP/TCP;unicast;interleaved=2-3;ssrc=00001001;mode="play"');
  });

  it("gives each session eight UDP ports above the base, by the kind of the track, and uses free ones again", async () => {
    await using stage = await rtspStage();
    stage.directory.add(new FakePath("three", stage.host.clock, [pcmu, h264, h264]));
    const portsOf = async (client: Awaited<ReturnType<typeof stage.connect>>, base: number): Promise<unknown[]> => {
      const ports: unknown[] = [];
      for (const track of [0, 1, 2]) {
        const Transport = `RTP/AVP;unicast;client_port=${base + track * 2}-${base + track * 2 + 1}`;
        const answer = await client.request("SETUP", `${host}/three/trackID=${track}`, { Transport });
        ports.push(/server_port=([\d-]+)/.exec(answer.headers.get("Transport") ?? "")?.[1]);
      }
      return ports;
    };
    const first = await stage.connect();
    const second = await stage.connect();
    expect(await portsOf(first, 4000)).toEqual(["22002-22003", "22000-22001", "22004-22005"]);
    expect(await portsOf(second, 5000)).toEqual(["22010-22011", "22008-22009", "22012-22013"]);
    await first.request("TEARDOWN", host);
    const third = await stage.connect();
    expect(await portsOf(third, 6000)).toEqual(["22002-22003", "22000-22001", "22004-22005"]);
  });

  it("goes round UDP ports that others have", async () => {
    await using stage = await rtspStage();
    await stage.host.net.udp({ address: "192.0.2.10", port: 22_001 });
    const client = await stage.connect();
    const answer = await client.request("SETUP", `${urlA}/trackID=0`, { Transport: UDP });
    expect(answer.headers.get("Transport")).toContain("server_port=22008-22009");
  });

  it("answers 461 when no UDP port is left, so that the client takes TCP", async () => {
    await using stage = await rtspStage({ udp: { basePort: 65_528 } });
    const [first, second] = [await stage.connect(), await stage.connect()];
    expect((await first.request("SETUP", `${urlA}/trackID=0`, { Transport: UDP })).status).toBe(200);
    const Transport = "RTP/AVP;unicast;client_port=5000-5001";
    expect((await second.request("SETUP", `${urlA}/trackID=0`, { Transport })).status).toBe(461);
    expect(stage.server.sessions()).toHaveLength(1);
    expect((await second.request("SETUP", `${urlA}/trackID=0`, { Transport: TCP })).status).toBe(200);
  });

  it.each([
    [{ basePort: 22_000, ports: "shared" as const }, /^22000-22001$/],
    [{ basePort: 0 }, /^\d*[02468]-\d+$/],
  ])("can share one pair of ports, or take any: %o", async (udp, expected) => {
    await using stage = await rtspStage({ udp });
    for (const base of [4000, 5000]) {
      const client = await stage.connect();
      const Transport = `RTP/AVP;unicast;client_port=${base}-${base + 1}`;
      const answer = await client.request("SETUP", `${urlA}/trackID=0`, { Transport });
      expect(/server_port=([\d-]+)/.exec(answer.headers.get("Transport") ?? "")?.[1]).toMatch(expected);
    }
  });
});
