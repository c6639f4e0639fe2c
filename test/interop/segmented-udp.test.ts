import { afterEach, describe, expect, it } from "vitest";
import type { Datagrams, SendingSocket } from "#host/net";
import { nodeHost } from "#host/node";
import { Scope } from "#util/scope";
import { eventually } from "../support/fake-clock.js";
import { needs } from "../support/needs.js";

const { net } = nodeHost();

/** Why the system cuts no packets here. */
async function whyNot(): Promise<string | undefined> {
  const socket = await net.udp({ address: "127.0.0.1", segmented: true });
  await socket.close();
  return socket.segmented ? undefined : "it takes Linux and the optional package koffi";
}

const missing = await whyNot();
/** Sockets, by how packets leave them. */
const all: Readonly<Record<string, (address: string, port?: number) => Promise<SendingSocket>>> = {
  "one by one": (address, port = 0) => net.udp({ address, port }),
  "cut by the system": (address, port = 0) => net.udp({ address, port, segmented: true }),
  "cut by the system, on a bare socket": (address, port = 0) => net.sendingUdp({ address, port, segmented: true }),
};
const lanes = needs("UDP packets that the system cuts", missing) ? Object.keys(all) : ["one by one"];

const openAs = (lane: string, address: string, port?: number): Promise<SendingSocket> => {
  const open = all[lane];
  if (!open) throw new Error(`there is no lane ${lane}`);
  return open(address, port);
};

/** Units as packets of these lengths; every packet is different. */
function units(): Datagrams[] {
  const even = (count: number, length: number, last: number) => [...Array.from({ length: count }, () => length), last];
  const shapes = [
    even(15, 1387, 211),
    [24, 4, ...even(40, 1400, 1400)],
    [7],
    even(2, 900, 900),
    [100, 200, 300, 200, 200, 1],
    even(130, 500, 3),
    even(3, 1400, 12),
  ];
  return shapes.map((lengths, unit) => {
    const packets = lengths.map((length, index) => {
      const packet = Buffer.alloc(length, unit * 31 + index);
      if (length >= 4) packet.writeUInt16BE(unit, 0);
      if (length >= 4) packet.writeUInt16BE(index, 2);
      return packet;
    });
    return { count: packets.length, packet: (index) => packets[index] ?? Buffer.alloc(0) };
  });
}

describe.each(["127.0.0.1", "::1"])("the packets of units over UDP at %s", (address) => {
  let scope = new Scope();
  afterEach(async () => {
    await scope.close();
    scope = new Scope();
  });

  const open = async (lane: string): Promise<SendingSocket> => scope.own(await openAs(lane, address));

  const listen = async (): Promise<{ port: number; got: Buffer[] }> => {
    const socket = await open("one by one");
    const got: Buffer[] = [];
    socket.onMessage((data) => got.push(data));
    return { port: socket.port, got };
  };

  it.each(
    lanes.flatMap((lane) => [true, false].map((only) => ({ lane, only, peers: only ? "one peer" : "two peers" }))),
  )("arrive as they were made: $lane, on a socket for $peers", async ({ lane, only }) => {
    const socket = await open(lane);
    expect(socket.segmented).toBe(lane !== "one by one");
    const peers = await Promise.all(only ? [listen()] : [listen(), listen()]);
    const senders = peers.map(({ port }) => socket.towards({ address, port }, only));
    for (const unit of units()) {
      const expected = Array.from({ length: unit.count }, (_, index) => Buffer.from(unit.packet(index)));
      for (const sender of senders) expect(sender.send(unit)).toBe(0);
      await eventually(() => peers.every(({ got }) => got.length >= unit.count));
      for (const { got } of peers) expect(got.splice(0)).toEqual(expected);
    }
  });

  it.each(lanes)("come from the port that was asked for, which nobody else gets: %s", async (lane) => {
    const socket = await open(lane);
    for (const other of lanes)
      await expect(openAs(other, address, socket.port)).rejects.toMatchObject({ code: "EADDRINUSE" });
    await expect(net.udp({ address, port: socket.port, reuse: true })).rejects.toMatchObject({ code: "EADDRINUSE" });
    const got: string[] = [];
    const peer = await open("one by one");
    peer.onMessage((data, from) => got.push(`${data.toString()} ${from.address} ${from.port}`));
    const heard: string[] = [];
    socket.onMessage((data, from) => heard.push(`${data.toString()} ${from.address} ${from.port}`));
    socket.towards({ address, port: peer.port }, true).send({ count: 1, packet: () => Buffer.from("x") });
    peer.send(Buffer.from("y"), socket.port, address);
    await eventually(() => got.length === 1 && heard.length === 1);
    expect([got, heard]).toEqual([[`x ${address} ${socket.port}`], [`y ${address} ${peer.port}`]]);
  });

  it.each(lanes)("are given up by a socket that is closed: %s", async (lane) => {
    const socket = await open(lane);
    const { port, got } = await listen();
    const sender = socket.towards({ address, port }, true);
    await socket.close();
    const next = await open(lane);
    expect(sender.send({ count: 2, packet: () => Buffer.from("x") })).toBe(2);
    next.towards({ address, port }, true).send({ count: 1, packet: () => Buffer.from("y") });
    await eventually(() => got.length > 0);
    expect(got.map(String)).toEqual(["y"]);
  });

  it.each(lanes)("come again to a port on which nobody has listened for a while: %s", async (lane) => {
    const { port } = await listen();
    await scope.close();
    scope = new Scope();
    const sender = (await open(lane)).towards({ address, port }, true);
    for (let round = 0; round < 3; round++) sender.send({ count: 2, packet: () => Buffer.from("lost") });
    const got: string[] = [];
    const later = scope.own(await net.udp({ address, port }));
    later.onMessage((data) => got.push(data.toString()));
    sender.send({ count: 2, packet: () => Buffer.from("x") });
    await eventually(() => got.length > 1);
    expect(got).toEqual(["x", "x"]);
  });
});
