import { describe, expect, test } from "vitest";
import type { PathMap } from "#media/path-map";
import { RtspServer } from "#rtsp/server/server";
import type { ProxyDefinition } from "#sources/proxy";
import { silentLogger } from "#util/log";
import { fakeHost } from "../../support/fake-host.js";
import { cameraDescription, picture, pictures } from "../../support/media-fakes.js";
import {
  originStage,
  proxyAddress,
  proxyOf,
  proxyStage,
  whileMoving,
  type OriginStage,
  type ProxyStage,
} from "../../support/proxy-stage.js";
import { serverAddress } from "../../support/rtsp-client.js";

const live = `rtsp://admin:very-secret@${serverAddress}/live`;
const proxied = (origin: OriginStage, changes: Partial<ProxyDefinition> = {}): ProxyStage =>
  proxyStage(origin.host.network, [proxyOf({ url: live, ...changes })]);
/** Connections to the original that were ever opened. */
const attempts = ({ host }: ProxyStage): number => host.net.connections.length;

describe("a proxy on demand", () => {
  test("fetches while somebody reads, once for all, and 10 s longer", async () => {
    await using origin = await originStage();
    await using proxy = proxied(origin);
    await proxy.host.clock.advance(60_000);
    expect(attempts(proxy)).toBe(0);
    const one = await proxy.read();
    const two = await proxy.read();
    await origin.write(...pictures(0, 2));
    expect([one.reader.taken(), two.reader.taken()]).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(attempts(proxy)).toBe(1);
    await one.leave();
    await two.leave();
    await proxy.host.clock.advance(9000);
    expect(origin.server.sessions()).toHaveLength(1);
    await proxy.host.clock.advance(1000);
    expect(origin.server.sessions()).toEqual([]);
    await proxy.read();
    expect(attempts(proxy)).toBe(2);
  });

  test("tells at once who waits for it that it cannot be had, and rests before it tries again", async () => {
    const host = fakeHost({ addresses: [serverAddress] });
    await using proxy = proxyStage(host.network, [proxyOf({ url: live })]);
    for (let time = 0; time < 4; time++) await expect(proxy.read("proxy", 5000)).rejects.toThrow(/ECONNREFUSED/);
    const restMs = Number(proxy.log.findLast(({ facts }) => facts["restMs"])?.facts["restMs"]);
    expect(restMs).toBeGreaterThan(6000);
    const before = proxy.host.clock.monotonic();
    await expect(proxy.read("proxy")).rejects.toThrow(/tried again in \d s/);
    expect(proxy.host.clock.monotonic()).toBe(before);
  });
});

describe("a proxy that is not on demand", () => {
  test("fetches without readers, and gives the first one a picture at once", async () => {
    await using origin = await originStage();
    await using proxy = proxied(origin, { onDemand: false });
    await proxy.host.clock.advance(1000);
    await origin.write(...pictures(0, 30));
    await proxy.host.clock.advance(9000);
    const { reader } = await proxy.read();
    await proxy.host.clock.advance(100);
    const numbers = reader.taken();
    expect(numbers.map((number) => number - (numbers[0] ?? 0))).toEqual([0, 1, 2, 3, 4]);
  });

  test("goes on trying without end, at most every 24 s after a while, and plays when the original is there", async () => {
    const host = fakeHost({ addresses: [serverAddress] });
    await using proxy = proxyStage(host.network, [proxyOf({ url: live, onDemand: false })]);
    let tries = 0;
    const connect = proxy.host.net.connect.bind(proxy.host.net);
    proxy.host.net.connect = (...target) => {
      tries++;
      return connect(...target);
    };
    await proxy.host.clock.advance(31_000);
    expect(tries).toBeGreaterThanOrEqual(4);
    expect(tries).toBeLessThanOrEqual(6);
    await proxy.host.clock.advance(3_600_000);
    expect(tries).toBeLessThan(6 + 3600 / 24);
    expect(tries).toBeGreaterThan(3600 / 36);
    expect(proxy.log.filter(({ level }) => level === "warn")).toHaveLength(1);
    await using origin = await originStage({}, undefined, host);
    await proxy.host.clock.advance(36_000);
    expect(origin.server.sessions()).toMatchObject([{ state: "playing" }]);
  });
});

describe("when the original goes", () => {
  const ways: readonly (readonly [string, (origin: OriginStage) => Promise<unknown> | void, number])[] = [
    ["by a broken connection", ({ host }) => host.net.connections.at(-1)?.reset(), 0],
    ["by a closed connection", ({ host }) => void host.net.connections.at(-1)?.destroy(), 0],
    ["with a goodbye", ({ sources }) => sources.at(-1)?.publication?.lost("over"), 0],
    ["by silence", ({ host }) => void (host.network.lose = () => true), 12_000],
  ];
  test.each(ways)("%s, readers stay and go on", async (_name, leaves, afterMs) => {
    await using origin = await originStage();
    await using proxy = proxied(origin, { transport: "UDP" });
    const { reader } = await proxy.read();
    await origin.write(...pictures(0, 3));
    await proxy.host.clock.advance(2000);
    await leaves(origin);
    await proxy.host.clock.advance(afterMs);
    origin.host.network.lose = () => false;
    await proxy.host.clock.advance(3000);
    expect(attempts(proxy)).toBe(2);
    // The original shows its last pictures again to whoever joins; the times of the path go on.
    await origin.write(...pictures(25, 28));
    await proxy.host.clock.advance(100);
    expect(reader.units.length).toBeGreaterThanOrEqual(6);
    expect((reader.units[3]?.pts ?? 0) - (reader.units[2]?.pts ?? 0)).toBeGreaterThan(90_000);
    expect(reader.endings).toEqual([]);
    expect(reader.units[4]?.rtp.sequence).toBe(
      ((reader.units[3]?.rtp.sequence ?? 0) + (reader.units[3]?.rtp.count ?? 0)) % 65_536,
    );
  });

  test("for long, readers are told, and those who come later too", async () => {
    const origin = await originStage();
    await using proxy = proxied(origin);
    const { reader } = await proxy.read();
    await origin[Symbol.asyncDispose]();
    await proxy.host.clock.advance(29_000);
    expect(reader.endings).toEqual([]);
    await proxy.host.clock.advance(40_000);
    expect(reader.endings).toEqual([expect.stringMatching(/ECONNREFUSED/)]);
    await expect(proxy.read("proxy", 40_000)).rejects.toMatchObject({ code: "path-not-ready" });
    await using again = await originStage({}, undefined, origin.host);
    await proxy.host.clock.advance(30_000);
    const later = await proxy.read("proxy", 10_000);
    await again.write(picture(0, true));
    await proxy.host.clock.advance(100);
    expect(later.reader.taken()).toHaveLength(1);
  });

  test("and comes back with other tracks, the stream ends, and the next reader finds the new one", async () => {
    let description = cameraDescription;
    await using origin = await originStage({}, (into) => into.describe(description));
    await using proxy = proxied(origin);
    const { reader, lease } = await proxy.read();
    description = { ...cameraDescription, tracks: cameraDescription.tracks.slice(0, 1) };
    // The path at the original ends, as it is something else from now on.
    origin.sources.at(-1)?.publication?.describe(description);
    await proxy.host.clock.advance(3000);
    expect(reader.endings).toEqual(["the stream carries something else now"]);
    await lease.close();
    const next = await proxy.read("proxy", 5000);
    expect(next.lease.description.tracks).toHaveLength(1);
  });
});

describe("AUTO", () => {
  test("takes TCP at once when UDP is refused, and remembers", async () => {
    await using origin = await originStage({ transports: { udp: false, tcp: true } });
    await using proxy = proxied(origin, { transport: "AUTO" });
    const first = await proxy.read();
    expect(origin.server.sessions()).toMatchObject([{ transport: "TCP" }]);
    expect(attempts(proxy)).toBe(2);
    await first.leave();
    await proxy.host.clock.advance(60_000);
    await proxy.read();
    expect(attempts(proxy)).toBe(3);
  });

  test("takes TCP after 5 s when nothing comes by UDP, without an end for readers", async () => {
    await using origin = await originStage();
    origin.host.network.lose = () => true;
    await using proxy = proxied(origin, { transport: "AUTO" });
    const { reader } = await proxy.read();
    for (let second = 0; second < 8; second++) {
      await origin.write(picture(second * 25, true));
      await proxy.host.clock.advance(1000);
    }
    expect(origin.server.sessions()).toMatchObject([{ transport: "TCP" }]);
    expect(reader.taken().length).toBeGreaterThan(1);
    expect(reader.endings).toEqual([]);
  });

  test("is not what UDP does: that says what is wrong", async () => {
    await using origin = await originStage({ transports: { udp: false, tcp: true } });
    await using proxy = proxied(origin, { transport: "UDP" });
    await expect(proxy.read()).rejects.toThrow(/SETUP with 461/);
  });
});

/** A server for the paths of a proxy, at the proxy's own address. */
async function serve(proxy: ProxyStage, paths: PathMap = proxy.paths): Promise<RtspServer> {
  const server = new RtspServer(proxy.host, silentLogger, { open: ({ name }) => paths.open(name) });
  await server.listen({ port: 554 });
  return server;
}

describe("a loop", () => {
  const own = (name: string): string => `rtsp://${proxyAddress}/${name}`;
  test.each([
    ["of one", [{ name: "a", url: own("a") }]],
    [
      "of two",
      [
        { name: "a", url: own("b") },
        { name: "b", url: own("a") },
      ],
    ],
  ])("%s gets nothing, with one connection each at a time, seldom", async (_name, definitions) => {
    const { network } = fakeHost({ addresses: [serverAddress] });
    const all = definitions.map((one) => proxyOf({ ...one, onDemand: false }));
    await using proxy = proxyStage(network, all);
    const server = await serve(proxy);
    let most = 0;
    for (let second = 0; second < 600; second++) {
      await proxy.host.clock.advance(1000);
      most = Math.max(most, server.connections);
    }
    // Both ends of each connection are counted.
    expect(most).toBeLessThanOrEqual(definitions.length);
    expect(attempts(proxy) / 2).toBeLessThan(definitions.length * (600 / 15));
    await expect(proxy.read("a", 10_000)).rejects.toMatchObject({ code: "path-not-ready" });
    await server.close();
  });

  test("is not what a proxy of another stream of this server is", async () => {
    await using origin = await originStage();
    const all = [proxyOf({ name: "a", url: own("b") }), proxyOf({ name: "b", url: live })];
    await using proxy = proxyStage(origin.host.network, all);
    const server = await serve(proxy);
    const { reader } = await proxy.read("a");
    await origin.write(...pictures(0, 3));
    await proxy.host.clock.advance(500);
    expect(reader.taken()).toEqual([0, 1, 2]);
    await server.close();
  });
});

test("passwords are not logged, and readers are not told", async () => {
  await using origin = await originStage({ authentication: { realm: "r", password: () => "other" } });
  const url = `rtsp://${serverAddress}/user=admin&password=very-secret`;
  const all = [proxyOf({ url: live }), proxyOf({ name: "b", url, username: "admin", password: "very-secret" })];
  await using proxy = proxyStage(origin.host.network, all);
  const refusals = await Promise.all(
    ["proxy", "b"].map((name) => whileMoving(proxy.host, proxy.paths.open(name)).catch((error: unknown) => error)),
  );
  expect(refusals.map(String)).toEqual([
    expect.stringMatching(/refuses the user name or the password/),
    expect.stringMatching(/refuses the user name or the password/),
  ]);
  expect(JSON.stringify([proxy.log, refusals])).not.toContain("very-secret");
});
