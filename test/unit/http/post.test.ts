import { createSecureContext } from "node:tls";
import { describe, expect, it } from "vitest";
import type { Connection, Net } from "#host/net";
import { type CertificateTrust, secured } from "#host/secure";
import { post } from "#http/post";
import { CodedError } from "#util/errors";
import { aCertificate, anAuthority, pemOf } from "../../support/authority.js";
import { eventually } from "../../support/fake-clock.js";
import { fakeHost } from "../../support/fake-host.js";
import { asClient } from "../../support/tls-client.js";

const SERVER = "192.0.2.97";

type Serve = (connection: Connection) => void;

/** A host that posts, and a server that does with a connection what the test wants. */
async function scene(serve: Serve) {
  const host = fakeHost();
  const taken: Connection[] = [];
  await host.network.net([SERVER]).listen({ port: 8099 }, (connection) => {
    taken.push(connection.on("error", () => {}));
    serve(connection);
  });
  const send = async (over: { readonly url?: string; readonly trust?: CertificateTrust; readonly net?: Net } = {}) => {
    const { url = `http://${SERVER}:8099/notify?x=1`, trust = "any", net = host.net } = over;
    try {
      await post(net, host.clock, {
        ...{ url: new URL(url), contentType: "text/plain", body: "told", timeoutMs: 10_000, trust },
        mayConnect: (address) => address !== "192.0.2.66",
      });
      return "taken";
    } catch (error) {
      return error instanceof CodedError ? error.code : error;
    }
  };
  return { host, taken, send };
}

/** Answers with this text once the request has come. */
const answering =
  (text: string, end = false): Serve =>
  (connection) => {
    connection.once("data", () => {
      connection.write(text);
      if (end) connection.end();
    });
  };

/** Writes it again and again, as fast as it is taken. */
const withoutEnd =
  (begin: string, text: string): Serve =>
  (connection) => {
    const fill = (): void => {
      while (!connection.destroyed && connection.write(text));
    };
    connection.once("data", () => {
      connection.write(begin);
      connection.on("drain", fill);
      fill();
    });
  };

const OK = "HTTP/1.1 200 OK\r\n";

describe("a message that is posted", () => {
  it("arrives in one request on a connection of its own", async () => {
    const requests: string[] = [];
    const { send, taken } = await scene((connection) => {
      connection.once("data", (data: Buffer) => {
        requests.push(data.toString());
        connection.end(`${OK}Content-Length: 0\r\n\r\n`);
      });
    });
    expect([await send(), await send()]).toEqual(["taken", "taken"]);
    expect(taken).toHaveLength(2);
    expect(requests[0]).toMatch(/^POST \/notify\?x=1 HTTP\/1\.1\r\nHost: 192\.0\.2\.97:8099\r\n/);
    expect(requests[0]).toMatch(/\r\nContent-Length: 4\r\nConnection: close\r\n\r\n/);
  });

  const rows: readonly (readonly [what: string, serve: Serve, outcome: string, closedAfterMs: number])[] = [
    ["is taken", answering(`${OK}Content-Length: 2\r\n\r\nok`, true), "taken", 0],
    ["is taken without a body", answering("HTTP/1.1 204 No Content\r\n\r\n"), "taken", 0],
    ["is taken by a server of HTTP 1.0", answering("HTTP/1.0 202 Accepted\r\n\r\n", true), "taken", 0],
    ["is taken after a 100", answering(`HTTP/1.1 100 Continue\r\n\r\n${OK}Content-Length: 0\r\n\r\n`), "taken", 0],
    ["meets a body that does not come", answering(`${OK}Content-Length: 9\r\n\r\n`), "taken", 10_000],
    ["meets a body without end", withoutEnd(`${OK}\r\n`, "x".repeat(4_096)), "taken", 0],
    [
      "is sent elsewhere",
      answering("HTTP/1.1 307 Go\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"),
      "post-status",
      0,
    ],
    ["meets an error", answering("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"), "post-status", 0],
    ["wants a login", answering("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"), "post-status", 0],
    ["meets what is no HTTP", answering("hello\r\n\r\n"), "post-failed", 0],
    [
      "meets another protocol",
      answering("HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"),
      "post-failed",
      0,
    ],
    ["meets a head without end", withoutEnd(OK, `X: ${"x".repeat(1_000)}\r\n`), "post-failed", 0],
    ["meets a head that breaks off", answering(`${OK}Content-Le`, true), "post-failed", 0],
    ["meets a connection that closes", (connection) => void connection.end(), "post-failed", 0],
    ["meets a connection that breaks", (connection) => void connection.destroy(), "post-failed", 0],
    ["meets silence", () => {}, "post-timeout", 10_000],
    ["meets a 100 and silence", answering("HTTP/1.1 100 Continue\r\n\r\n"), "post-timeout", 10_000],
  ];

  it.each(rows)("%s", async (_, serve, outcome, closedAfterMs) => {
    const { host, send, taken } = await scene(serve);
    let result: unknown;
    void send().then((told) => (result = told));
    const isClosed = (): boolean => taken.length > 0 && host.net.connections.every(({ destroyed }) => destroyed);
    if (closedAfterMs > 0) {
      await host.clock.advance(closedAfterMs - 1);
      expect([result, isClosed()]).toEqual([outcome === "taken" ? outcome : undefined, false]);
      await host.clock.advance(1);
    }
    await eventually(() => result !== undefined && isClosed());
    expect(result).toBe(outcome);
    expect(taken).toHaveLength(1);
    expect(host.clock.pendingTimers).toBe(0);
  });

  it("is not sent to an address that is no good", async () => {
    const { host, send } = await scene(() => {});
    const seen: string[] = [];
    await host.network
      .net(["192.0.2.66"])
      .listen({ port: 80 }, (connection) => void connection.on("data", (data: Buffer) => seen.push(data.toString())));
    expect(await send({ url: "http://192.0.2.66/" })).toBe("post-address");
    await host.clock.settle();
    expect(seen).toEqual([]);
    expect(host.clock.pendingTimers).toBe(0);
  });

  it("is given up where nobody answers the connection, and one that comes later is closed", async () => {
    const { host, send, taken } = await scene(() => {});
    let connect = (): void => {};
    const net: Net = Object.assign(Object.create(host.net) as Net, {
      connect: async (address: string, port: number) => {
        await new Promise<void>((done) => (connect = done));
        return host.net.connect(address, port);
      },
    });
    const result = send({ net });
    await host.clock.advance(10_000);
    expect(await result).toBe("post-timeout");
    connect();
    await eventually(() => taken[0]?.destroyed === true);
  });

  it("waits no longer for a handshake of TLS", async () => {
    const { host, send, taken } = await scene(() => {});
    const result = send({ url: `https://${SERVER}:8099/` });
    await host.clock.advance(10_000);
    expect(await result).toBe("post-timeout");
    expect(taken).toHaveLength(1);
    await eventually(() => host.net.connections.every(({ destroyed }) => destroyed));
  });

  it("takes any certificate, or those of an authority", async () => {
    const authority = await anAuthority();
    const own = await aCertificate({ subject: "CN=x", issuer: authority, address: SERVER });
    const other = await aCertificate({ subject: "CN=x", address: SERVER });
    const serve =
      (shown: typeof own): Serve =>
      (connection) => {
        const { cert, key } = asClient(shown);
        secured(connection, { context: createSecureContext({ cert, key }) }, answering("HTTP/1.1 204 No\r\n\r\n"));
      };
    const trust = { authorities: [pemOf("CERTIFICATE", authority.der)] };
    const url = `https://${SERVER}:8099/`;
    expect(await (await scene(serve(own))).send({ url, trust })).toBe("taken");
    expect(await (await scene(serve(other))).send({ url, trust })).toBe("tls-certificate");
    expect(await (await scene(serve(other))).send({ url })).toBe("taken");
  });
});
