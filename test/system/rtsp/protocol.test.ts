import { describe, expect, it } from "vitest";
import { FakePath } from "../../support/fake-path.js";
import { setUpTcp, rtspStage, urlA } from "../../support/rtsp-client.js";

const TCP = "RTP/AVP/TCP;unicast;interleaved=0-1";

describe("the RTSP protocol", () => {
  it("check 1: echoes CSeq", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await client.send("OPTIONS * RTSP/1.0\r\nCSeq: 5\r\n\r\n");
    expect(client.takeResponse().headers.get("CSeq")).toBe("5");
    await client.send("OPTIONS * RTSP/1.0\r\ncseq:  7 \r\n\r\n");
    expect(client.takeResponse().headers.get("CSeq")).toBe("7");
  });

  it.each([
    ["no CSeq", "OPTIONS * RTSP/1.0\r\n\r\n"],
    ["a CSeq that is no number", "OPTIONS * RTSP/1.0\r\nCSeq: x\r\n\r\n"],
    ["binary rubbish", "\x16\x03\x01\x02\x00"],
  ])("check 2: answers %s with 400 and closes", async (_name, text) => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await client.send(text);
    expect(client.takeResponse().status).toBe(400);
    expect(client.ended).toBe(true);
    expect(stage.server.connections).toBe(0);
  });

  it.each([
    ["DESCRIBE", "*"],
    ["SETUP", "*"],
    ["DESCRIBE", "nonsense"],
    ["DESCRIBE", "ftp://192.0.2.10/a"],
    ["DESCRIBE", "rtsp://192.0.2.10/../a"],
    ["DESCRIBE", "rtsp://192.0.2.10/b%2fa"],
    ["DESCRIBE", "rtsp://192.0.2.10/a%00"],
  ])("check 3: answers %s %s with 400", async (method, target) => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    expect((await client.request(method, target, { Transport: TCP })).status).toBe(400);
    expect((await client.request("OPTIONS", "*")).status).toBe(200);
  });

  it("check 4: answers methods that it does not have with 501, in and out of a session, and goes on", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    for (const method of ["ANNOUNCE", "RECORD", "REDIRECT", "FLY"])
      expect((await client.request(method, urlA)).status).toBe(501);
    const Session = await setUpTcp(client);
    for (const method of ["ANNOUNCE", "RECORD", "FLY"]) {
      const answer = await client.request(method, urlA, { Session });
      expect(answer.status).toBe(501);
      expect(answer.headers.get("Public")).toBe(
        "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER",
      );
    }
    expect((await client.request("OPTIONS", urlA, { Session })).status).toBe(200);
  });

  it("check 5: answers an unknown session with 454, whatever the method", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const methods = ["PLAY", "RECORD", "PAUSE", "TEARDOWN", "GET_PARAMETER", "SET_PARAMETER", "OPTIONS"];
    for (const method of methods)
      expect([method, (await client.request(method, urlA, { Session: "12345678" })).status]).toEqual([method, 454]);
    const setup = await client.request("SETUP", `${urlA}/trackID=0`, { Session: "12345678", Transport: TCP });
    expect(setup.status).toBe(454);
    for (const method of ["PLAY", "PAUSE", "TEARDOWN"]) expect((await client.request(method, urlA)).status).toBe(454);
  });

  it("check 6: reads back parameters that were set, in and out of a session, and takes an empty GET_PARAMETER as keepalive", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const type = { "Content-Type": "text/parameters" };
    const check = async (target: string, headers: Record<string, string>): Promise<void> => {
      const given = { ...type, ...headers };
      expect((await client.request("GET_PARAMETER", target, headers)).status).toBe(200);
      expect((await client.request("SET_PARAMETER", target, given, "brightness: 7\r\n")).status).toBe(200);
      const answer = await client.request("GET_PARAMETER", target, given, "contrast\r\nbrightness\r\n");
      expect([answer.status, answer.body.toString()]).toEqual([200, "brightness: 7\r\n"]);
    };
    await check("*", {});
    await check(urlA, {});
    const Session = await setUpTcp(client);
    for (const target of [urlA, `${urlA}/`, `${urlA}/trackID=0`, "*"]) await check(target, { Session });
    // Larix echoes the whole header.
    await check(urlA, { Session: `${Session};timeout=60` });
  });

  it("check 7: answers on the same connection after TEARDOWN", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const Session = await setUpTcp(client);
    expect((await client.request("TEARDOWN", urlA, { Session })).status).toBe(200);
    expect(stage.server.sessions()).toEqual([]);
    expect((await client.request("OPTIONS", urlA)).status).toBe(200);
    await setUpTcp(client);
    expect(stage.server.sessions()).toHaveLength(1);
  });

  it.each([
    ["over TCP", TCP],
    ["over UDP", "RTP/AVP;unicast;client_port=4000-4001"],
  ])("check 8: frees a session that was never played when its socket closes, %s", async (_name, Transport) => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await client.request("SETUP", `${urlA}/trackID=0`, { Transport });
    expect([stage.server.sessions().length, stage.path.leases]).toEqual([1, 1]);
    await client.close();
    expect([stage.server.sessions().length, stage.path.leases, stage.server.connections]).toEqual([0, 0, 0]);
    expect(stage.host.net.udpSockets).toEqual([]);
  });

  it("check 8: frees everything when SETUP has failed and the socket closes", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    expect((await client.request("SETUP", `${urlA}/trackID=9`, { Transport: TCP })).status).toBe(404);
    expect([stage.server.sessions().length, stage.path.leases]).toEqual([0, 0]);
    await client.close();
    expect(stage.server.connections).toBe(0);
  });

  it("check 9: answers 400 to a second connection that uses the id of an interleaved session", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const Session = await setUpTcp(client);
    const other = await stage.connect();
    expect((await other.request("PLAY", urlA, { Session })).status).toBe(400);
    expect((await client.request("PLAY", urlA, { Session })).status).toBe(200);
  });

  it("check 9: hides a session from other addresses", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const answer = await client.request("SETUP", `${urlA}/trackID=0`, {
      Transport: "RTP/AVP;unicast;client_port=4000-4001",
    });
    const Session = answer.headers.get("Session") ?? "";
    const stranger = await stage.connect(stage.client("192.0.2.66"));
    expect((await stranger.request("TEARDOWN", urlA, { Session })).status).toBe(454);
    expect(stage.server.sessions()).toHaveLength(1);
  });

  it("check 10: answers 400 to SETUP without Session while the connection plays, 455 with it", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const Session = await setUpTcp(client, urlA, [0]);
    await client.request("PLAY", urlA, { Session });
    const Transport = "RTP/AVP/TCP;unicast;interleaved=2-3";
    expect((await client.request("SETUP", `${urlA}/trackID=1`, { Transport })).status).toBe(400);
    const answer = await client.request("SETUP", `${urlA}/trackID=1`, { Transport, Session });
    expect([answer.status, answer.headers.get("Allow")]).toEqual([
      455,
      "OPTIONS, DESCRIBE, GET_PARAMETER, SET_PARAMETER, PLAY, PAUSE, TEARDOWN",
    ]);
  });

  it.each([
    ["a body above 128 KiB", "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 131073\r\n\r\n", 413, "1"],
    ["a URL above 4 KiB", `OPTIONS rtsp://h/${"a".repeat(4096)} RTSP/1.0\r\nCSeq: 1\r\n\r\n`, 414, "1"],
    ["256 headers", `OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n${"A: b\r\n".repeat(256)}\r\n`, 400, "1"],
    ["an endless line", "A".repeat(20_000), 414, undefined],
  ])("check 11: refuses %s and closes", async (_name, text, status, cseq) => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await client.send(text);
    const answer = client.takeResponse();
    expect([answer.status, answer.headers.get("CSeq")]).toEqual([status, cseq]);
    expect(client.ended).toBe(true);
  });

  it("answers requests in their order, also when one takes time", async () => {
    await using stage = await rtspStage();
    stage.directory.add(new FakePath("late", stage.host.clock));
    const client = await stage.connect();
    await client.send(
      "DESCRIBE rtsp://192.0.2.10/late RTSP/1.0\r\nCSeq: 1\r\n\r\nOPTIONS * RTSP/1.0\r\nCSeq: 2\r\n\r\nOPTIONS * RTSP/1.0\r\nCSeq: 3\r\n\r\n",
    );
    expect(client.arrived).toEqual([]);
    stage.directory.release();
    await stage.host.clock.settle();
    const answers = [1, 2, 3].map(() => client.takeResponse());
    expect(answers.map((answer) => answer.headers.get("CSeq"))).toEqual(["1", "2", "3"]);
  });

  it("tolerates LF-only lines, empty lines between requests, two User-Agents and stray frames", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await client.send("\r\n\r\nOPTIONS * RTSP/1.0\nCSeq: 1\nUser-Agent: a\nUser-Agent: b\n\n");
    expect(client.takeResponse().status).toBe(200);
    await client.sendFrame(9, Buffer.alloc(10));
    await client.send("\nOPTIONS * RTSP/1.0\nCSeq: 2\n\n");
    expect(client.takeResponse().status).toBe(200);
  });

  it("echoes Timestamp, and closes behind the answer where that is asked for (GStreamer, with TEARDOWN)", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    expect((await client.request("OPTIONS", "*", { Timestamp: "17.5" })).headers.get("Timestamp")).toBe("17.5");
    await setUpTcp(client);
    const answer = await client.request("TEARDOWN", urlA, { Connection: "Keep-Alive, Close" });
    expect([answer.status, answer.headers.get("Connection"), client.ended]).toEqual([200, "close", true]);
    expect([stage.server.connections, stage.server.sessions().length]).toEqual([0, 0]);
  });

  it("reads requests in whatever case, spacing and pieces they come, several at once", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const requests =
      `DESCRIBE   ${urlA}  RTSP/1.0\r\ncseq :1\r\nACCEPT:application/sdp\r\n\r\n` +
      `options * rtsp/1.0\nCSEQ: 2\n\n\r\n` +
      `SETUP ${urlA}/trackID=0 RTSP/1.0\r\nCSeq:3\r\ntransport:\r\n rtp/avp/tcp ; UNICAST ; Interleaved = 0-1\r\n\r\n` +
      `PLAY ${urlA} RTSP/1.0\r\nCSeq: \t4\r\nRange: NPT=0.000-\r\n\r\n`;
    for (const character of requests) client.connection.write(character);
    await stage.host.clock.settle();
    const answers = Array.from({ length: 4 }, () => client.takeResponse());
    expect(answers.map(({ status, headers }) => [headers.get("CSeq"), status])).toEqual([
      ["1", 200],
      ["2", 501],
      ["3", 200],
      ["4", 200],
    ]);
  });

  it("refuses RTSP 2.0", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await client.send("OPTIONS * RTSP/2.0\r\nCSeq: 1\r\n\r\n");
    expect(client.takeResponse().status).toBe(505);
  });
});
