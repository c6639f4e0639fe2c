import { describe, expect, it } from "vitest";
import { rtspStage, serverAddress, urlA } from "../../support/rtsp-client.js";

const BATCH = 500;
const TCP = "RTP/AVP/TCP;unicast;interleaved=0-1";

/** What a client sends before it vanishes; `n` tells clients apart. */
const VISITS: readonly ((n: number) => string)[] = [
  () => "",
  () => "OPTIO",
  () => request("DESCRIBE", urlA, 1),
  () => request("SETUP", `${urlA}/trackID=0`, 1, `Transport: ${TCP}\r\n`),
  () => request("SETUP", `${urlA}/trackID=0`, 1, `Transport: ${TCP}\r\n`) + request("PLAY", urlA, 2),
  (n) => request("SETUP", `${urlA}/trackID=0`, 1, `Transport: ${udp(n)}\r\n`),
  (n) => request("SETUP", `${urlA}/trackID=0`, 1, `Transport: ${udp(n)}\r\n`) + request("PLAY", urlA, 2),
  (n) =>
    request("SETUP", `${urlA}/trackID=0`, 1, `Transport: ${udp(n)}\r\n`) +
    request("PLAY", urlA, 2) +
    request("TEARDOWN", urlA, 3),
  () => request("SETUP", `${urlA}/trackID=9`, 1, `Transport: ${TCP}\r\n`),
  () => "\x16\x03\x01",
];

function request(method: string, url: string, cseq: number, more = ""): string {
  return `${method} ${url} RTSP/1.0\r\nCSeq: ${cseq}\r\n${more}\r\n`;
}

const udp = (n: number): string => `RTP/AVP;unicast;client_port=${2000 + 2 * n}-${2001 + 2 * n}`;

describe("a server that clients come to and vanish from", () => {
  it("has nothing left after 20,000 of them: no session, connection, port, reading or timer", async () => {
    await using stage = await rtspStage();
    const { clock } = stage.host;
    const client = stage.client("192.0.2.99");
    for (let visits = 0; visits < 20_000; visits += BATCH) {
      const sockets = await Promise.all(Array.from({ length: BATCH }, () => client.net.connect(serverAddress, 554)));
      for (const [n, socket] of sockets.entries()) {
        socket.on("error", () => {});
        socket.resume();
        socket.write(VISITS[n % VISITS.length]?.(n) ?? "");
      }
      for (let turns = 0; turns < 5; turns++) await clock.settle();
      stage.path.publish(0);
      for (const socket of sockets) socket.destroy();
      await clock.settle();
    }
    // Those who have played over UDP are given up with their timeout.
    expect(stage.server.connections).toBe(0);
    expect(stage.server.sessions().every(({ transport }) => transport === "UDP")).toBe(true);
    await clock.advance(70_000);
    expect(stage.server.sessions()).toEqual([]);
    expect([stage.path.leases, stage.path.readings, stage.path.players]).toEqual([0, 0, 0]);
    expect(stage.host.net.udpSockets).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
    // And serves the next one from the first port on.
    const next = await stage.connect();
    const answer = await next.request("SETUP", `${urlA}/trackID=0`, { Transport: udp(0) });
    expect(answer.headers.get("Transport")).toContain("server_port=22000-22001");
  });
});
