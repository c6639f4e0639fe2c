import { connect as tlsConnect } from "node:tls";
import { describe, expect, it } from "vitest";
import { checkIdentity, keptIdentity, secureContextOf } from "#http/certificate";
import { Router } from "#http/router";
import { WebServer, type WebServerOptions } from "#http/server";
import { plain, type WebHandler } from "#http/web";
import { type Logger, silentLogger } from "#util/log";
import { MAX_LONG_POLLS } from "#util/long-polls";
import { logLines } from "../../support/log-lines.js";
import { fakeHost, type FakeHost } from "../../support/fake-host.js";
import { connectText } from "../../support/text-client.js";

const options: WebServerOptions = { maxConnections: 3, requestTimeoutMs: 10_000, keepAliveMs: 30_000 };

const echo: WebHandler = async (request) => {
  const body = request.method === "POST" ? await request.body(100) : Buffer.alloc(0);
  return plain(200, `${request.method} ${request.path} ${body.toString()} ${request.reachedAt.href} ${request.peer}`);
};

async function started(
  host: FakeHost,
  handler: WebHandler = echo,
  more: Partial<WebServerOptions> = {},
  log: Logger = silentLogger,
) {
  const server = new WebServer(host.net, host.clock, log, { ...options, ...more }, handler);
  await server.listen({ port: 8000 });
  return Object.assign(server, { [Symbol.asyncDispose]: () => server.close() });
}

describe("WebServer", () => {
  it("answers requests on a kept connection and follows the Host header", async () => {
    const host = fakeHost();
    await using _server = await started(host);
    await using client = await connectText(host.net, "192.0.2.10", 8000, host.clock);
    client.send("GET /a HTTP/1.1\r\nHost: cam.example:81\r\n\r\n");
    expect((await client.message()).body.toString()).toBe("GET /a  http://cam.example:81/ 192.0.2.10\n");
    client.send("POST /b HTTP/1.1\r\nHost: cam\r\nContent-Length: 2\r\n\r\nhi");
    expect((await client.message()).body.toString()).toBe("POST /b hi http://cam/ 192.0.2.10\n");
  });

  it("uses the socket's address when the Host header is unusable", async () => {
    const host = fakeHost();
    await using _server = await started(host);
    for (const line of ["Host:", "Host: a b", "Host: x:99999", "Host: <evil>"]) {
      await using client = await connectText(host.net, "192.0.2.10", 8000, host.clock);
      client.send(`GET / HTTP/1.1\r\n${line}\r\nConnection: close\r\n\r\n`);
      expect((await client.message()).body.toString()).toContain("http://192.0.2.10:8000/");
    }
  });

  it("turns away more clients than it may have, and serves again when one has left", async () => {
    const host = fakeHost();
    await using _server = await started(host);
    const clients = [];
    for (let n = 0; n < 3; n++) clients.push(await connectText(host.net, "192.0.2.10", 8000, host.clock));
    const fourth = await connectText(host.net, "192.0.2.10", 8000, host.clock);
    expect((await fourth.message()).head).toContain("503");
    clients[0]?.connection.destroy();
    await host.clock.settle();
    await using fifth = await connectText(host.net, "192.0.2.10", 8000, host.clock);
    fifth.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    expect((await fifth.message()).head).toContain("200");
    for (const client of [...clients, fourth]) await client[Symbol.asyncDispose]();
  });

  it("does not count those that wait for an answer, up to as many as there can be pull points", async () => {
    const host = fakeHost();
    const waiting = (): Promise<never> => new Promise(() => {});
    await using server = await started(host, ({ path }) => (path === "/wait" ? waiting() : plain(200, "ok")));
    const ask = async (path: string): Promise<Awaited<ReturnType<typeof connectText>>> => {
      const client = await connectText(host.net, "192.0.2.10", 8000, host.clock);
      client.send(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
      await host.clock.settle();
      return client;
    };
    for (let n = 0; n < MAX_LONG_POLLS; n++) await ask("/wait");
    const others = [await ask("/"), await ask("/"), await ask("/")];
    expect(server.connections).toBe(67);
    for (const other of others) expect((await other.message()).head).toContain("200");
    expect((await (await ask("/wait")).message()).head).toContain("503");
    await others[0]?.[Symbol.asyncDispose]();
    await host.clock.settle();
    await ask("/wait");
    expect((await (await ask("/")).message()).head).toContain("503");
  });

  it("has the one that has been idle for longest give way to a new one, once it was idle for a second", async () => {
    const host = fakeHost();
    await using server = await started(host);
    const request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    const connect = () => connectText(host.net, "192.0.2.10", 8000, host.clock);
    const clients = [await connect(), await connect(), await connect()];
    for (const client of [clients[1], clients[2]]) {
      client?.send(request);
      expect((await client?.message())?.head).toContain("200");
      await host.clock.advance(300);
    }
    expect((await (await connect()).message()).head).toContain("503");
    await host.clock.advance(1_000);
    const fifth = await connect();
    fifth.send(request);
    expect((await fifth.message()).head).toContain("200");
    await host.clock.settle();
    expect(clients.map((client) => client.ended)).toEqual([false, true, false]);
    expect(server.connections).toBe(3);
  });

  it("tells the log once of one that is turned away again and again, and then how often", async () => {
    const host = fakeHost();
    const { log, lines } = logLines();
    await using _server = await started(host, echo, { maxConnections: 0 }, log);
    for (let times = 0; times < 50; times++)
      await (await connectText(host.net, "192.0.2.10", 8000, host.clock))[Symbol.asyncDispose]();
    const sentence = 'warn an HTTP client was turned away: http_max_users is reached {"peer":"192.0.2.10"';
    expect(lines).toEqual([`${sentence}}`]);
    await host.clock.advance(10_000);
    expect(lines.slice(1)).toEqual([`${sentence},"times":49}`]);
  });

  it("keeps nothing of those it turns away, whether they go or stay", async () => {
    const host = fakeHost();
    await using _server = await started(host);
    const others = fakeHost({ network: host.network, addresses: ["192.0.2.97"] });
    const connected = [];
    for (let n = 0; n < 203; n++) connected.push(await others.net.connect("192.0.2.10", 8000));
    for (const one of connected) one.on("error", () => {}).write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await host.clock.settle();
    const open = () => host.net.connections.filter(({ destroyed }) => !destroyed).length;
    expect(open()).toBeLessThanOrEqual(3 + MAX_LONG_POLLS);
    await host.clock.advance(1_000);
    expect(open()).toBeLessThanOrEqual(3);
    expect(host.net.connections).toHaveLength(203);
  });

  it("closes a connection whose request does not arrive in time, header or body", async () => {
    for (const part of ["", "GET / HTTP/1.1\r\nHo", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"]) {
      const host = fakeHost();
      await using server = await started(host);
      await using client = await connectText(host.net, "192.0.2.10", 8000, host.clock);
      if (part) client.send(part);
      await host.clock.settle();
      await host.clock.advance(9_000);
      expect(server.connections).toBe(1);
      await host.clock.advance(3_000);
      expect(server.connections).toBe(0);
      expect(client.ended).toBe(true);
    }
  });

  it("lets an answer take its time, and closes the connection when it has been idle long enough", async () => {
    const host = fakeHost();
    let finish = (): void => {};
    await using server = await started(host, () => new Promise((done) => (finish = () => done(plain(200, "late")))));
    await using client = await connectText(host.net, "192.0.2.10", 8000, host.clock);
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await host.clock.settle();
    await host.clock.advance(120_000);
    finish();
    expect((await client.message()).body.toString()).toBe("late\n");
    await host.clock.advance(29_000);
    expect(server.connections).toBe(1);
    await host.clock.advance(2_000);
    expect(server.connections).toBe(0);
  });

  it("tells the handler when the client has gone", async () => {
    const host = fakeHost();
    let aborted = false;
    await using _server = await started(host, ({ signal }) => {
      signal.addEventListener("abort", () => (aborted = true));
      return new Promise(() => {});
    });
    const client = await connectText(host.net, "192.0.2.10", 8000, host.clock);
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await host.clock.settle();
    client.connection.destroy();
    await host.clock.settle();
    expect(aborted).toBe(true);
  });

  it.each([
    ["a body longer than allowed", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n", "413"],
    [
      "a chunked body longer than allowed",
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n80\r\n${"x".repeat(128)}\r\n`,
      "413",
    ],
    ["a request that is not HTTP", "\x16\x03\x01\x02\x00\x01\r\n\r\n", "400"],
    ["headers longer than allowed", `GET / HTTP/1.1\r\nX: ${"y".repeat(20_000)}\r\n\r\n`, "431"],
    [
      "two lengths that differ",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
      "400",
    ],
  ])("refuses %s", async (_, request, status) => {
    const host = fakeHost();
    await using _server = await started(host);
    await using client = await connectText(host.net, "192.0.2.10", 8000, host.clock);
    client.send(request);
    expect((await client.message()).head).toContain(`HTTP/1.1 ${status}`);
  });

  it("hands a connection over with its first bytes to who shares the port", async () => {
    const host = fakeHost();
    let taken = "";
    await using server = await started(host, echo, {
      takeOver: (connection, head) => {
        if (!head.toString().includes("RTSP/1.0")) return false;
        taken = head.toString();
        connection.write("RTSP/1.0 200 OK\r\n\r\n");
        return true;
      },
    });
    await using rtsp = await connectText(host.net, "192.0.2.10", 8000, host.clock);
    rtsp.send("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n");
    expect(await rtsp.until("\r\n\r\n")).toContain("RTSP/1.0 200");
    expect(taken).toContain("CSeq: 1");
    expect(server.connections).toBe(0);
    await using http = await connectText(host.net, "192.0.2.10", 8000, host.clock);
    http.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
    await host.clock.settle();
    http.send("cde");
    expect((await http.message()).body.toString()).toContain("POST /x abcde");
  });

  it("shows who shares the port all that has come, until that is enough", async () => {
    const host = fakeHost();
    const shown: string[] = [];
    await using server = await started(host, echo, {
      takeOver: (connection, head) => {
        shown.push(head.toString());
        if (!head.includes("\n")) return undefined;
        if (!head.includes("RTSP")) return false;
        connection.write("RTSP/1.0 200 OK\r\n\r\n");
        return true;
      },
    });
    for (const [protocol, expected] of [
      ["RTSP", "RTSP/1.0 200"],
      ["HTTP", "HTTP/1.1 200"],
    ] as const) {
      shown.length = 0;
      await using client = await connectText(host.net, "192.0.2.10", 8000, host.clock);
      for (const part of ["GET ", "/a ", `${protocol}/1.1\r\nHost: a\r\n\r\n`]) {
        client.send(part);
        await host.clock.settle();
      }
      expect(await client.until("\r\n")).toContain(expected);
      expect(shown).toEqual(["GET ", "GET /a ", `GET /a ${protocol}/1.1\r\nHost: a\r\n\r\n`]);
    }
    await using silent = await connectText(host.net, "192.0.2.10", 8000, host.clock);
    silent.send("GET");
    await host.clock.advance(12_000);
    expect([silent.ended, server.connections]).toEqual([true, 0]);
  });

  it("speaks TLS with a self-signed certificate that names its addresses and is kept", async () => {
    const host = fakeHost();
    const kept = {
      certificatePath: "/s/c.pem",
      keyPath: "/s/k.pem",
      commonName: "cam",
      names: ["cam.local", "192.0.2.10"],
    };
    const first = await keptIdentity(host.files, host.clock, host.entropy, kept);
    const second = await keptIdentity(host.files, host.clock, host.entropy, kept);
    expect([first.isNew, second.isNew]).toEqual([true, false]);
    expect(second.identity).toEqual(first.identity);
    checkIdentity(first.identity);

    const tls = () => ({ context: secureContextOf(first.identity) });
    await using _server = await started(host, echo, { tls });
    const socket = await host.net.connect("192.0.2.10", 8000);
    // The host's clock is not the certificate's concern here: only the names are checked.
    const secure = tlsConnect({ socket, rejectUnauthorized: false, servername: "cam.local" });
    await new Promise((done) => secure.once("secureConnect", done));
    expect(secure.getPeerCertificate().subjectaltname).toContain("IP Address:192.0.2.10");
    const answer = new Promise<string>((done) => secure.once("data", (data: Buffer) => done(data.toString())));
    secure.write("GET /t HTTP/1.1\r\nHost: cam:8443\r\nConnection: close\r\n\r\n");
    expect(await answer).toContain("https://cam:8443/");
    secure.destroy();
  });

  it("makes a new certificate in place of one that is damaged or has expired", async () => {
    const host = fakeHost();
    const kept = { certificatePath: "/s/c.pem", keyPath: "/s/k.pem", commonName: "cam", names: ["cam.local"] };
    const first = await keptIdentity(host.files, host.clock, host.entropy, kept);
    await host.files.replace("/s/k.pem", "damaged");
    const second = await keptIdentity(host.files, host.clock, host.entropy, kept);
    expect(second.isNew).toBe(true);
    expect(second.identity.key).not.toBe(first.identity.key);
    expect(() => checkIdentity({ certificate: first.identity.certificate, key: second.identity.key })).toThrow(
      "does not belong",
    );
    await host.clock.advance(3651 * 86_400_000);
    expect((await keptIdentity(host.files, host.clock, host.entropy, kept)).isNew).toBe(true);
  });
});

describe("Router", () => {
  const router = new Router([
    { path: "/a", methods: ["POST"], handler: () => plain(200, "a") },
    { path: "/b/*", methods: ["GET"], handler: () => plain(200, "b") },
    { path: "/b/c/*", methods: ["GET"], handler: () => plain(200, "c") },
  ]);
  it.each([
    ["POST", "/a", 200, "a\n"],
    ["GET", "/b/x", 200, "b\n"],
    ["HEAD", "/b/c/x", 200, "c\n"],
    ["GET", "/a", 405, "the methods here are POST\n"],
    ["GET", "/", 404, "nothing is at /\n"],
  ])("%s %s", async (method, path, status, body) => {
    const request = { method, path } as Parameters<typeof router.handle>[0];
    expect(await router.handle(request)).toMatchObject({ status, body });
  });
});
