import { describe, expect, it } from "vitest";
import { WebServer, type WebServerOptions } from "#http/server";
import { plain, type WebAnswer, WebError, type WebHandler } from "#http/web";
import { silentLogger } from "#util/log";
import { fakeHost, type FakeHost } from "../../support/fake-host.js";
import { connectText } from "../../support/text-client.js";

const options: WebServerOptions = { maxConnections: 3, requestTimeoutMs: 10_000, keepAliveMs: 30_000 };

async function started(host: FakeHost, handler: WebHandler, more: Partial<WebServerOptions> = {}) {
  const server = new WebServer(host.net, host.clock, silentLogger, { ...options, ...more }, handler);
  await server.listen({ port: 8000 });
  return Object.assign(server, { [Symbol.asyncDispose]: () => server.close() });
}

const connect = (host: FakeHost) => connectText(host.net, "192.0.2.10", 8000, host.clock);
const post = (body: string, line = "X-A: 1"): string =>
  `POST /a?b=1 HTTP/1.1\r\nHost: cam:81\r\n${line}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
/** With it, node:http reads the request. */
const NOT_PLAIN = "TE: trailers";

/** The first line, then the others in an order of their own. */
const linesOf = (head = ""): readonly string[] => {
  const [first = "", ...lines] = head.split("\r\n");
  return [first, ...lines.toSorted()];
};

const bytes = Buffer.from(Array.from({ length: 1024 }, (_, at) => at % 256));

const ANSWERS: readonly (readonly [string, WebAnswer])[] = [
  ["of ASCII", { status: 200, headers: { "Content-Type": "text/xml" }, body: "<a/>" }],
  ["with other characters", { status: 400, headers: { "Content-Type": "text/xml" }, body: "<ä>€😀</ä>" }],
  ["of bytes", { status: 200, body: bytes }],
  ["of a part of a buffer", { status: 200, body: new Uint8Array(bytes.buffer, bytes.byteOffset + 3, 500) }],
  ["of many bytes", { status: 200, body: Buffer.concat(Array.from({ length: 40 }, () => bytes)) }],
  ["of a long text", { status: 500, body: "é".repeat(60_000) }],
  ["without a body", { status: 401, headers: { "WWW-Authenticate": ["Digest a", "Bearer b"] } }],
  ["that is empty", { status: 204, body: "" }],
  ["of a status without a name", { status: 299, body: "x" }],
  ["that ends the connection", { status: 413, headers: { "X-B": "1", Connection: "close" }, body: "too long" }],
];

describe("an answer to a plain request", () => {
  it.each(ANSWERS)("is what node:http would send: one %s", async (_, answer) => {
    const host = fakeHost();
    await using _server = await started(host, () => answer);
    const heads: string[] = [];
    for (const line of ["X-A: 1", NOT_PLAIN]) {
      await using client = await connect(host);
      const { head, body } = await client.request(post("hi", line));
      heads.push(head.replace(/^Date: .* GMT\r\n/m, "Date\r\n").replace("299 Unknown", "299 unknown"));
      expect(body).toEqual(Buffer.from(answer.body ?? ""));
      await host.clock.settle();
      expect(client.ended).toBe(/^Connection: close/m.test(head));
    }
    expect(linesOf(heads[0])).toEqual(linesOf(heads[1]));
    expect(linesOf(heads[0])).toContain("Date");
  });

  it("ends the connection when the client wants that, with all that was to be sent", async () => {
    const host = fakeHost();
    for (const length of [5, 200_000]) {
      await using server = await started(host, () => ({ status: 200, body: Buffer.alloc(length, 65) }));
      await using client = await connect(host);
      client.send(post("hi", "Connection: close"));
      const { head, body } = await client.message();
      expect([body.length, /^Connection: close/m.test(head)]).toEqual([length, true]);
      await host.clock.settle();
      expect([client.ended, server.connections]).toEqual([true, 0]);
    }
  });

  it("tells the time by the host's clock", async () => {
    const host = fakeHost();
    await using _server = await started(host, () => plain(200, "x"));
    await using client = await connect(host);
    for (let times = 0; times < 2; times++) {
      const date = new Date(host.clock.now()).toUTCString();
      expect((await client.request(post(""))).head).toContain(`\r\nDate: ${date}\r\n`);
      await host.clock.advance(1_500);
    }
  });

  it("holds no header that would be two", async () => {
    const host = fakeHost();
    await using server = await started(host, () => ({ status: 200, headers: { "X-A": "1\r\nX-B: 2" }, body: "x" }));
    await using client = await connect(host);
    client.send(post("hi"));
    await host.clock.settle();
    expect([client.pending.toString(), client.ended, server.connections]).toEqual(["", true, 0]);
  });
});

describe("a plain request", () => {
  const echo: WebHandler = async (request) => {
    const body = await request.body(10);
    const { method, path, target, query, reachedAt, peer, local, isSecure } = request;
    const facts = [method, path, target, query.get("b"), reachedAt.href, peer, local.port, isSecure, body.toString()];
    return plain(200, facts.join(" "));
  };

  it("tells handlers what node:http would", async () => {
    const host = fakeHost();
    await using _server = await started(host, echo);
    await using client = await connect(host);
    const answers: string[] = [];
    for (const line of ["X-A: 1", NOT_PLAIN]) answers.push((await client.request(post("hi", line))).body.toString());
    expect(answers[0]).toBe("POST /a /a?b=1 1 http://cam:81/ 192.0.2.10 8000 false hi\n");
    expect(answers[1]).toBe(answers[0]);
  });

  it("may be longer than its handler takes", async () => {
    const host = fakeHost();
    await using _server = await started(host, echo);
    await using client = await connect(host);
    expect((await client.request(post("01234567890"))).head).toContain("413");
  });

  it("fails as others do", async () => {
    const host = fakeHost();
    await using _server = await started(host, ({ query }) => {
      throw query.get("b") === "1" ? new WebError(418, "no") : new Error("secret");
    });
    await using client = await connect(host);
    expect((await client.request(post(""))).head).toContain("418 I'm a Teapot");
    expect((await client.request(post("").replace("b=1", "b=2"))).head).toContain("500 Internal Server Error");
  });

  it("waits for those in front of it, plain or not, whether they come at once or in pieces", async () => {
    const host = fakeHost();
    const waiting: (() => void)[] = [];
    const order: string[] = [];
    await using _server = await started(host, async (request) => {
      const text = (await request.body(20_000)).toString();
      order.push(text);
      await new Promise<void>((done) => waiting.push(done));
      return plain(200, text.slice(0, 5));
    });
    await using client = await connect(host);
    const long = "c".repeat(17_000);
    client.send(post("a"));
    await host.clock.settle();
    client.send(post("b"));
    await host.clock.settle();
    client.send(post(long));
    await host.clock.settle();
    client.send(post("d", NOT_PLAIN) + post("e").slice(0, 20));
    await host.clock.settle();
    client.send(post("e").slice(20));
    expect(order).toEqual(["a"]);
    for (const text of ["a", "b", long, "d", "e"]) {
      await host.clock.settle();
      waiting.shift()?.();
      expect((await client.message()).body.toString()).toBe(`${text.slice(0, 5)}\n`);
    }
    expect(order).toEqual(["a", "b", long, "d", "e"]);
  });

  it("is the last one where it says so", async () => {
    const host = fakeHost();
    const seen: string[] = [];
    await using _server = await started(host, async (request) => {
      seen.push((await request.body(10)).toString());
      return plain(200, "x");
    });
    await using client = await connect(host);
    client.send(post("a", "Connection: close"));
    client.send(post("b"));
    await client.message();
    await host.clock.settle();
    expect([seen, client.ended]).toEqual([["a"], true]);
  });

  it("tells the handler when the client has gone, and not when it goes later", async () => {
    const host = fakeHost();
    const finish: (() => void)[] = [];
    const aborted: number[] = [];
    let count = 0;
    await using _server = await started(host, ({ signal }) => {
      const number = ++count;
      signal.addEventListener("abort", () => aborted.push(number));
      return new Promise((done) => finish.push(() => done(plain(200, "x"))));
    });
    const client = await connect(host);
    client.send(post("a"));
    await host.clock.settle();
    finish.shift()?.();
    await client.message();
    client.send(post("b"));
    await host.clock.settle();
    client.connection.destroy();
    await host.clock.settle();
    expect(aborted).toEqual([2]);
    finish.shift()?.();
    await host.clock.settle();
  });

  it("lets an answer take its time, and its connection be idle for as long as others", async () => {
    const host = fakeHost();
    let finish = (): void => {};
    await using server = await started(host, () => new Promise((done) => (finish = () => done(plain(200, "late")))));
    await using client = await connect(host);
    client.send(post("hi"));
    await host.clock.settle();
    await host.clock.advance(120_000);
    finish();
    await client.message();
    await host.clock.advance(29_000);
    expect(server.connections).toBe(1);
    await host.clock.advance(2_000);
    expect([server.connections, client.ended]).toEqual([0, true]);
  });

  it("has its connection closed when nobody takes the answer", async () => {
    const host = fakeHost();
    await using server = await started(host, () => ({ status: 200, body: Buffer.alloc(1 << 20) }));
    for (const line of ["X-A: 1", "Connection: close"]) {
      const connection = await host.net.connect("192.0.2.10", 8000);
      connection.write(post("hi", line));
      await host.clock.settle();
      await host.clock.advance(9_000);
      expect(server.connections).toBe(1);
      await host.clock.advance(2_500);
      expect(server.connections).toBe(0);
      connection.destroy();
    }
  });

  it("makes its connection give way when it was idle for longest", async () => {
    const host = fakeHost();
    await using _server = await started(host, () => plain(200, "x"));
    const clients = [await connect(host), await connect(host), await connect(host)];
    for (const client of [clients[1], clients[0], clients[2]]) {
      await client?.request(post("hi"));
      await host.clock.advance(1_500);
    }
    const fourth = await connect(host);
    expect((await fourth.request(post("hi"))).head).toContain("200");
    expect(clients.map(({ ended }) => ended)).toEqual([false, true, false]);
  });

  it("is read when others share the port and do not want the connection", async () => {
    const host = fakeHost();
    const shown: string[] = [];
    await using server = await started(host, echo, {
      takeOver: (connection, head) => {
        shown.push(head.toString());
        if (head.length < 10) return undefined;
        if (!head.includes("RTSP")) return false;
        connection.on("data", (more: Buffer) => connection.write(`got ${more.toString()}`)).resume();
        return true;
      },
    });
    await using client = await connect(host);
    client.send(post("hi").slice(0, 5));
    await host.clock.settle();
    client.send(post("hi").slice(5));
    expect((await client.message()).body.toString()).toMatch(/ hi\n$/);
    expect((await client.request(post("ho"))).body.toString()).toMatch(/ ho\n$/);
    expect(shown).toEqual([post("hi").slice(0, 5), post("hi")]);
    await using other = await connect(host);
    other.send("POST /a RTSP/1.0\r\n\r\n");
    await host.clock.settle();
    other.send(post("hi"));
    expect(await other.until(" hi".slice(1))).toBe(`got ${post("hi")}`);
    expect(server.connections).toBe(1);
  });
});
