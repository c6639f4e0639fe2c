import { describe, expect, it } from "vitest";
import { aFleet, type FleetOnHost } from "../../support/a-fleet.js";
import type { CfgChanges } from "../../support/camera-process.js";
import { fakeHost, type FakeHost } from "../../support/fake-host.js";
import { RtspClient, serverAddress } from "../../support/rtsp-client.js";
import { connectText } from "../../support/text-client.js";

const url = `rtsp://${serverAddress}:8554/test.mp4`;

const clientOf = ({ host }: FleetOnHost): FakeHost =>
  fakeHost({ network: host.network, addresses: ["192.0.2.20"], seed: 5 });

const connect = (scene: FleetOnHost): Promise<RtspClient> => RtspClient.connect(clientOf(scene), serverAddress, 8554);

/** Sends a request and tells the status of its answer; files are read by the clock. */
async function statusOf({ host }: FleetOnHost, client: RtspClient, text: string): Promise<number> {
  await client.send(text);
  for (let times = 0; times < 500 && client.arrived.length === 0; times++) await host.clock.advance(10);
  return client.takeResponse().status;
}

const setup = (transport: string): string =>
  `SETUP ${url}/trackID=0 RTSP/1.0\r\nCSeq: 1\r\nTransport: ${transport}\r\n\r\n`;
const options = (rest: string, target = "*"): string => `OPTIONS ${target} RTSP/1.0\r\nCSeq: 1\r\n${rest}\r\n`;

const TCP = "RTP/AVP/TCP;unicast;interleaved=0-1";
const UDP = "RTP/AVP;unicast;client_port=4000-4001";
const MULTICAST = "RTP/AVP;multicast";

describe("limits of rtsp.cfg", () => {
  it.each<[name: string, rtsp: Readonly<Record<string, string>>, request: string, within: number, beyond: number]>([
    ["max_url_length", { max_url_length: "300" }, options("", `rtsp://h/${"a".repeat(300)}`), 200, 414],
    ["max_url_length, raised", { max_url_length: "20000" }, options("", `rtsp://h/${"a".repeat(19_000)}`), 414, 200],
    ["max_headers", { max_headers: "20" }, options("A: b\r\n".repeat(21)), 200, 400],
    ["max_header_size", { max_header_size: "9000" }, options(`A: ${"b".repeat(4000)}\r\n`.repeat(3)), 200, 400],
    [
      "max_request_size",
      { max_request_size: "1024" },
      options("Content-Length: 1025\r\n") + "x".repeat(1025),
      200,
      413,
    ],
  ])("%s", async (_name, rtsp, request, within, beyond) => {
    await using usual = await aFleet();
    expect(await statusOf(usual, await connect(usual), request)).toBe(within);
    await using limited = await aFleet({ rtsp });
    expect(await statusOf(limited, await connect(limited), request)).toBe(beyond);
  });

  it("count sessions and connections by address, and readers by stream", async () => {
    for (const tag of ["max_sessions_per_address", "max_readers", "max_sessions"]) {
      await using scene = await aFleet({ rtsp: { [tag]: "1" } });
      const clients = [await connect(scene), await connect(scene)];
      const statuses: number[] = [];
      for (const client of clients) statuses.push(await statusOf(scene, client, setup(TCP)));
      expect([tag, ...statuses]).toEqual([tag, 200, 453]);
    }
    await using scene = await aFleet({ rtsp: { max_connections_per_address: "1" } });
    await connect(scene);
    expect((await connect(scene)).takeResponse().status).toBe(503);
  });

  it("close connections that do not say what they want, or do not log in, in the time that is set", async () => {
    await using scene = await aFleet({ rtsp: { request_timeout: "2", login_timeout: "4", need_auth: "1" } });
    const [silent, stranger] = [await connect(scene), await connect(scene)];
    expect((await stranger.request("DESCRIBE", url)).status).toBe(401);
    await scene.host.clock.advance(3100);
    expect([silent.ended, stranger.ended]).toEqual([true, false]);
    await scene.host.clock.advance(2000);
    expect(stranger.ended).toBe(true);
  });
});

describe("transports of rtsp.cfg", () => {
  it.each<[name: string, changes: CfgChanges, transport: string, status: number]>([
    ["UDP as shipped", {}, UDP, 200],
    ["TCP as shipped", {}, TCP, 200],
    ["multicast as shipped", {}, MULTICAST, 461],
    ["UDP off", { rtsp: { rtp_over_udp: "0" } }, UDP, 461],
    ["TCP off", { rtsp: { rtp_over_tcp: "0" } }, TCP, 461],
    ["multicast on", { rtsp: { multicast: "1" } }, MULTICAST, 200],
    ["the first that is on", { rtsp: { rtp_over_udp: "0" } }, `${UDP},${MULTICAST},${TCP}`, 200],
  ])("check 16: %s", async (_name, changes, transport, status) => {
    await using scene = await aFleet(changes);
    const client = await connect(scene);
    expect(await statusOf(scene, client, setup(transport))).toBe(status);
    expect((await client.request("OPTIONS", "*")).status).toBe(200);
  });

  const tunnelGet = "GET /test.mp4 HTTP/1.0\r\nx-sessioncookie: a\r\n\r\n";
  const webSocketGet =
    "GET /rtsp HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: rtsp.onvif.org\r\n\r\n";

  it.each<[http: string, webSocket: string, tunnelAnswer: number, webSocketAnswer: number]>([
    ["1", "", 200, 101],
    ["0", "", 404, 404],
    ["1", "0", 200, 404],
    ["0", "1", 404, 101],
  ])("rtsp_over_http %s and rtsp_over_websocket %s answer %i and %i", async (http, webSocket, tunnel, upgrade) => {
    await using scene = await aFleet({
      rtsp: { rtsp_over_http: http, rtsp_over_https: "0", rtsp_over_websocket: webSocket },
    });
    const { net } = clientOf(scene);
    const answers: number[] = [];
    for (const request of [tunnelGet, webSocketGet]) {
      const client = await connectText(net, serverAddress, 8554, scene.host.clock);
      client.send(request);
      const [, status] = /^HTTP\/1\.\d (\d+)/.exec(await client.until("\r\n")) ?? [];
      answers.push(Number(status));
    }
    expect(answers).toEqual([tunnel, upgrade]);
  });

  it("have their UDP ports for each session, or two for all", async () => {
    for (const [udpPorts, expected] of [
      ["session", ["22000-22001", "22008-22009"]],
      ["shared", ["22000-22001", "22000-22001"]],
    ] as const) {
      await using scene = await aFleet({ rtsp: { udp_ports: udpPorts } });
      const ports: unknown[] = [];
      for (const port of [4000, 5000]) {
        const client = await connect(scene);
        await client.send(setup(`RTP/AVP;unicast;client_port=${port}-${port + 1}`));
        for (let times = 0; times < 500 && client.arrived.length === 0; times++) await scene.host.clock.advance(10);
        ports.push(/server_port=([\d-]+)/.exec(client.takeResponse().headers.get("Transport") ?? "")?.[1]);
      }
      expect(ports).toEqual(expected);
    }
  });
});

describe("login kinds of rtsp.cfg", () => {
  it.each<[rtsp: Readonly<Record<string, string>>, kinds: readonly string[]]>([
    [{}, ["Digest SHA-256", "Digest"]],
    [{ digest_sha256: "0" }, ["Digest"]],
    [{ digest_md5: "0" }, ["Digest SHA-256"]],
    [{ basic_auth: "1" }, ["Digest SHA-256", "Digest", "Basic"]],
    [{ basic_auth: "1", digest_md5: "0", digest_sha256: "0" }, ["Basic"]],
  ])("check 35: %o offers %o", async (rtsp, kinds) => {
    await using scene = await aFleet({ rtsp: { need_auth: "1", ...rtsp } });
    const answer = await (await connect(scene)).request("DESCRIBE", url);
    const offered = answer.headers.all("WWW-Authenticate").map((challenge) => {
      const algorithm = /algorithm=([\w-]+)/.exec(challenge)?.[1];
      return [challenge.split(" ")[0], algorithm].filter(Boolean).join(" ");
    });
    expect([answer.status, offered]).toEqual([401, kinds]);
  });
});

describe("rules for streams and ports", () => {
  /** rtsp.cfg with these elements in it. */
  const having = (elements: string): CfgChanges => ({
    rtsp: { camera_addresses: `1</camera_addresses>${elements}<camera_addresses>1` },
  });
  const setupOf = (name: string, transport: string): string => setup(transport).replace("test.mp4", name);

  it("a <path> says by which transports its streams are had, by how many, and for how long without a sign of life", async () => {
    await using scene = await aFleet(
      having(
        "<path><name>test_*</name><rtp_over_udp>0</rtp_over_udp><max_readers>1</max_readers><session_timeout>20</session_timeout></path>" +
          "<path><name>*.mp4</name><rtp_over_tcp>0</rtp_over_tcp></path>",
      ),
    );
    const statuses: number[] = [];
    for (const name of ["test_640x480.mp4", "test.mp4"])
      for (const transport of [UDP, TCP]) {
        const client = await connect(scene);
        statuses.push(await statusOf(scene, client, setupOf(name, transport)));
        if (statuses.length !== 2) await client.close();
      }
    expect(statuses).toEqual([461, 200, 200, 461]);
    expect(await statusOf(scene, await connect(scene), setupOf("test_640x480.mp4", TCP))).toBe(453);
    // By another address too.
    expect(await statusOf(scene, await connect(scene), setupOf("Streaming/Channels/102", TCP))).toBe(453);
    await scene.host.clock.advance(26_000);
    const answer = await (
      await connect(scene)
    ).ask("SETUP", `${url.replace("test", "test_640x480")}/trackID=0`, {
      Transport: TCP,
    });
    expect([answer.status, answer.headers.get("Session")]).toEqual([200, expect.stringMatching(/;timeout=20$/)]);
  });

  it("a <listener> is another port, on which less may be offered", async () => {
    await using scene = await aFleet(
      having(
        "<listener><port>9554</port><rtp_over_udp>0</rtp_over_udp></listener>" +
          "<listener><ip>127.0.0.1</ip><port>9555</port></listener>",
      ),
    );
    const statusAt = async (client: Promise<RtspClient>, transport: string): Promise<number> =>
      statusOf(scene, await client, setup(transport));
    const at = (port: number): Promise<RtspClient> => RtspClient.connect(clientOf(scene), serverAddress, port);
    expect([await statusAt(at(8554), UDP), await statusAt(at(9554), UDP), await statusAt(at(9554), TCP)]).toEqual([
      200, 461, 200,
    ]);
    await expect(at(9555)).rejects.toThrow("ECONNREFUSED");
    expect(await statusAt(RtspClient.connect(scene.host, "127.0.0.1", 9555), UDP)).toBe(200);
  });
});
