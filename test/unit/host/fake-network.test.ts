import { generateKeyPairSync } from "node:crypto";
import { createServer as createTlsServer, connect as connectTls, TLSSocket } from "node:tls";
import "reflect-metadata";
import { X509CertificateGenerator } from "@peculiar/x509";
import { describe, expect, it } from "vitest";
import type { Connection } from "#host/net";
import { FakeConnection } from "../../support/fake-connection.js";
import { fakeHost, fakeNetwork } from "../../support/fake-host.js";
import { connectText } from "../../support/text-client.js";

const GROUP = "239.255.255.250";

describe("TCP on a fake network", () => {
  it("joins several hosts, each seen by its own address", async () => {
    const network = fakeNetwork();
    const camera = network.host("192.0.2.10", "198.51.100.10");
    const client = network.host("198.51.100.77");
    const accepted: Connection[] = [];
    await camera.net.listen({ port: 80 }, (connection) => void accepted.push(connection));
    await client.net.connect("198.51.100.10", 80);
    expect(accepted[0]).toMatchObject({ remoteAddress: "198.51.100.77", localAddress: "198.51.100.10" });
    await expect(client.net.connect("198.51.100.11", 80)).rejects.toMatchObject({ code: "EHOSTUNREACH" });
    await expect(client.net.connect("127.0.0.1", 80)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("answers only at the address that was listened on", async () => {
    const host = fakeHost({ addresses: ["192.0.2.10", "192.0.2.11"] });
    await host.net.listen({ address: "192.0.2.10", port: 80 }, () => {});
    await host.net.listen({ address: "192.0.2.11", port: 80 }, () => {});
    await expect(host.net.connect("127.0.0.1", 80)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await expect(host.net.listen({ port: 80 }, () => {})).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("refuses low ports to an ordinary user", async () => {
    const host = fakeHost({ privileged: false });
    const low = host.net.listen({ port: 554 }, () => {});
    await expect(low).rejects.toMatchObject({ code: "EACCES", context: { address: "::", port: 554 } });
    await host.net.listen({ port: 8554 }, () => {});
  });

  it("stops a writer after the two buffers and goes on when the reader reads", async () => {
    const network = fakeNetwork({ highWaterMark: 1000 });
    const host = network.host("192.0.2.10");
    let writer: Connection | undefined;
    const { port } = await host.net.listen({ port: 0 }, (connection) => (writer = connection));
    const reader = await host.net.connect("192.0.2.10", port);
    let accepted = 0;
    while (writer?.write(Buffer.alloc(100)) === true && accepted < 1000) {
      accepted++;
      await network.clock.settle();
    }
    expect(accepted).toBeGreaterThanOrEqual(10);
    expect(accepted).toBeLessThanOrEqual(25);
    let drained = false;
    writer?.once("drain", () => (drained = true));
    await network.clock.settle();
    expect(drained).toBe(false);
    reader.resume();
    await network.clock.settle();
    expect(drained).toBe(true);
  });

  it("fails both ends on a reset, and writes to a closed peer", async () => {
    const host = fakeHost();
    const ends: string[] = [];
    const note = (connection: Connection, name: string): void => {
      connection.on("error", (error: NodeJS.ErrnoException) => ends.push(`${name} ${error.code}`));
      connection.on("close", () => ends.push(`${name} closed`));
      connection.resume();
    };
    const { port } = await host.net.listen({ port: 0 }, (connection) => note(connection, "server"));
    const client = await host.net.connect("127.0.0.1", port);
    note(client, "client");
    expect(client).toBeInstanceOf(FakeConnection);
    if (client instanceof FakeConnection) client.reset();
    await host.clock.settle();
    expect(ends.toSorted()).toEqual(["client ECONNRESET", "client closed", "server ECONNRESET", "server closed"]);
  });

  it("does not share the writer's buffer with the reader", async () => {
    const host = fakeHost();
    const { port } = await host.net.listen({ port: 0 }, (connection) => {
      const buffer = Buffer.from("right");
      connection.write(buffer, () => buffer.fill("x"));
    });
    await using client = await connectText(host.net, "127.0.0.1", port, host.clock);
    expect((await client.bytes(5)).toString()).toBe("right");
  });

  it("carries node:tls", async () => {
    const host = fakeHost();
    const { key, cert } = await selfSigned();
    const tls = createTlsServer({ key, cert }, (secure) => secure.end(`you come from ${secure.remoteAddress}`));
    const { port } = await host.net.listen({ port: 0 }, (connection) => void tls.emit("connection", connection));
    const client = connectTls({ socket: await host.net.connect("192.0.2.10", port), rejectUnauthorized: false });
    const text = await new Promise<string>((done, failed) => {
      let received = "";
      client.on("data", (chunk: Buffer) => (received += chunk.toString()));
      client.on("end", () => done(received)).on("error", failed);
    });
    expect(text).toMatch(/^you come from /);
    expect(client).toBeInstanceOf(TLSSocket);
  });
});

async function selfSigned(): Promise<{ key: string; cert: string }> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pkcs8 = privateKey.export({ type: "pkcs8", format: "der" });
  const spki = publicKey.export({ type: "spki", format: "der" });
  const keys = {
    privateKey: await crypto.subtle.importKey("pkcs8", pkcs8, algorithm, true, ["sign"]),
    publicKey: await crypto.subtle.importKey("spki", spki, algorithm, true, ["verify"]),
  };
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: "CN=test",
    notBefore: new Date("2020-01-01"),
    notAfter: new Date("2049-01-01"),
    signingAlgorithm: algorithm,
    keys,
  });
  return { key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), cert: certificate.toString("pem") };
}

describe("UDP on a fake network", () => {
  it("brings a multicast to all members on the sender's link and to nobody else", async () => {
    const network = fakeNetwork();
    const sender = network.host("192.0.2.1");
    const got: string[] = [];
    const member = async (name: string, address: string, join: boolean, bind?: string): Promise<void> => {
      const host = network.host(address);
      const socket = await host.net.udp({ port: 3702, reuse: true, ...(bind === undefined ? {} : { address: bind }) });
      if (join) socket.addMembership(GROUP);
      socket.onMessage((data, from) => got.push(`${name}: ${data.toString()} from ${from.address}`));
    };
    await member("member", "192.0.2.2", true);
    await member("on the group's address", "192.0.2.3", true, GROUP);
    await member("not joined", "192.0.2.4", false);
    await member("bound to unicast", "192.0.2.5", true, "192.0.2.5");
    await member("on another link", "198.51.100.1", true);
    const socket = await sender.net.udp({});
    socket.send(Buffer.from("probe"), 3702, GROUP);
    await network.clock.settle();
    expect(got.toSorted()).toEqual(["member: probe from 192.0.2.1", "on the group's address: probe from 192.0.2.1"]);
  });

  it("sends and hears a group on the interface that was chosen", async () => {
    const network = fakeNetwork();
    const camera = network.host("192.0.2.10", "198.51.100.10");
    const client = network.host("198.51.100.77");
    const got: string[] = [];
    const socket = await camera.net.udp({ port: 3702, reuse: true });
    socket.addMembership(GROUP, "198.51.100.10");
    socket.onMessage((data, from) => got.push(`camera: ${data.toString()} from ${from.address}`));
    const other = await client.net.udp({ port: 3702, reuse: true });
    other.addMembership(GROUP);
    other.onMessage((data, from) => got.push(`client: ${data.toString()} from ${from.address}`));
    other.setMulticastLoopback(false);
    other.send(Buffer.from("probe"), 3702, GROUP);
    socket.setMulticastLoopback(false);
    socket.send(Buffer.from("lost on the other link"), 3702, GROUP);
    socket.setMulticastInterface("198.51.100.10");
    socket.send(Buffer.from("hello"), 3702, GROUP);
    await network.clock.settle();
    expect(got).toEqual(["camera: probe from 198.51.100.77", "client: hello from 198.51.100.10"]);
    expect(() => socket.setMulticastInterface("203.0.113.1")).toThrow(/EADDRNOTAVAIL/);
    expect(() => socket.addMembership(GROUP, "203.0.113.1")).toThrow(/ENODEV/);
  });

  it("hears its own multicasts unless told not to, and nothing after leaving", async () => {
    const host = fakeHost();
    const socket = await host.net.udp({ port: 3702, reuse: true });
    let heard = 0;
    socket.onMessage(() => heard++);
    const send = async (): Promise<number> => {
      socket.send(Buffer.from("x"), 3702, GROUP);
      await host.clock.settle();
      return heard;
    };
    expect(await send()).toBe(0);
    socket.addMembership(GROUP);
    expect(() => socket.addMembership(GROUP)).toThrow(/EADDRINUSE/);
    expect(await send()).toBe(1);
    socket.setMulticastLoopback(false);
    expect(await send()).toBe(1);
    socket.setMulticastLoopback(true);
    socket.dropMembership(GROUP);
    expect(await send()).toBe(1);
  });

  it("loses and delays what the test says", async () => {
    const network = fakeNetwork();
    const host = network.host("192.0.2.10");
    const one = await host.net.udp({ port: 5000 });
    const other = await host.net.udp({ port: 5001 });
    const got: string[] = [];
    other.onMessage((data) => got.push(data.toString()));
    network.lose = ({ data }) => data.toString() === "lost";
    network.delay = ({ data }) => (data.toString() === "late" ? 100 : 0);
    for (const text of ["late", "lost", "prompt"]) one.send(Buffer.from(text), 5001, "192.0.2.10");
    await network.clock.settle();
    expect(got).toEqual(["prompt"]);
    await network.clock.advance(100);
    expect(got).toEqual(["prompt", "late"]);
    expect(network.datagrams).toHaveLength(3);
  });
});
