import type { SourceUnit } from "#media/access-unit";
import type { PathLease, Publication } from "#media/path";
import { PathMap, type PathResolver } from "#media/path-map";
import type { Reading } from "#media/reader";
import type { RtspServerOptions } from "#rtsp/server/options";
import { RtspServer } from "#rtsp/server/server";
import { type ProxyDefinition, ProxyStreams } from "#sources/proxy";
import { silentLogger } from "#util/log";
import { listenWithTls } from "./carriers.js";
import { fakeHost, type FakeHost } from "./fake-host.js";
import type { FakeNetwork } from "./fake-network.js";
import { FakeReader, FakeSource } from "./media-fakes.js";
import { keepingLogger, serverAddress, type LogLine } from "./rtsp-client.js";

export const proxyAddress = "192.0.2.40";

/** A reader of a proxy's path, and its hold on it. */
export interface ProxyReader {
  readonly reader: FakeReader;
  readonly reading: Reading;
  readonly lease: PathLease;
  leave(): Promise<void>;
}

export interface ProxyStage extends AsyncDisposable {
  readonly host: FakeHost;
  readonly paths: PathMap;
  readonly log: readonly LogLine[];
  /** Opens a path and plays its first track, when there is one; time moves up to `withinMs` meanwhile. */
  read(name?: string, withinMs?: number): Promise<ProxyReader>;
  close(): Promise<void>;
}

/** A proxy's definition with what the test does not care about filled in. */
export const proxyOf = (changes: Partial<ProxyDefinition> & { readonly url: string }): ProxyDefinition => ({
  name: "proxy",
  username: "",
  password: "",
  transport: "TCP",
  onDemand: true,
  trust: "any",
  ...changes,
});

/** A host with proxies, on a network where their originals are. */
export function proxyStage(
  network: FakeNetwork,
  definitions: readonly ProxyDefinition[],
  host: FakeHost = fakeHost({ network, addresses: [proxyAddress], seed: 4 }),
  others?: PathResolver,
): ProxyStage {
  const log: LogLine[] = [];
  const logger = keepingLogger(log);
  const proxies = new ProxyStreams(host, logger, definitions, "tester");
  const resolver: PathResolver = {
    resolve: async (name) => (await proxies.resolve(name)) ?? (await others?.resolve(name)),
  };
  const paths = new PathMap({ ...host, log: logger, resolver });
  proxies.start(paths);
  const close = async (): Promise<void> => {
    await proxies.close();
    await paths.close();
    await host.clock.settle();
  };
  return {
    host,
    paths,
    log,
    read: async (name = "proxy", withinMs = 0) => {
      const lease = await whileMoving(host, paths.open(name), withinMs);
      const reader = new FakeReader();
      const reading = lease.path.read(
        reader,
        lease.description.tracks.map((_track, index) => index),
      );
      reading.play();
      const leave = async (): Promise<void> => {
        reading.close();
        await lease.close();
      };
      return { reader, reading, lease, leave };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Waits for `work`, moving time by up to `withinMs`. */
export async function whileMoving<T>(host: FakeHost, work: Promise<T>, withinMs = 0): Promise<T> {
  const state = { isDone: false };
  const watched = work.finally(() => (state.isDone = true));
  watched.catch(() => {});
  for (let turns = 0; turns < 40 && !state.isDone; turns++) await host.clock.settle();
  for (let movedMs = 0; movedMs < withinMs && !state.isDone; movedMs += 500) {
    await host.clock.advance(500);
    for (let turns = 0; turns < 5; turns++) await host.clock.settle();
  }
  if (!state.isDone) throw new Error(`still waiting after ${withinMs} ms`);
  return watched;
}

export interface OriginStage extends AsyncDisposable {
  readonly host: FakeHost;
  readonly server: RtspServer;
  /** The sources of the path `live` that were started, the newest last. */
  readonly sources: readonly FakeSource[];
  /** Writes to the newest source. */
  write(...units: readonly SourceUnit[]): Promise<void>;
}

/** A server that has its streams by multicast too. */
export const multicastOptions = {
  transports: { udp: true, tcp: true, multicast: true },
  groups: {
    targetOf: (_stream: string, kind: string) => ({
      address: "232.9.8.7",
      port: kind === "video" ? 26_000 : 26_002,
      ttl: 4,
    }),
  },
} satisfies RtspServerOptions;

/** TLS takes turns of the event loop that no clock counts. */
export const turns = (): Promise<void> => new Promise((done) => void setTimeout(done, 20));

/** A server of ours with the stream `live` (`cameraDescription`, or what the test says), and TLS on port 322. */
export async function originStage(
  options: RtspServerOptions = {},
  describe?: (into: Publication) => void,
  host: FakeHost = fakeHost({ addresses: [serverAddress] }),
): Promise<OriginStage> {
  const sources: FakeSource[] = [];
  const resolver: PathResolver = {
    resolve: async (name) =>
      name === "live"
        ? {
            name,
            createSource: () => {
              const source = new FakeSource(describe);
              sources.push(source);
              return source;
            },
          }
        : undefined,
  };
  const paths = new PathMap({ ...host, log: silentLogger, resolver });
  const server = new RtspServer(host, silentLogger, { open: ({ name }) => paths.open(name) }, options);
  await server.listen({ port: 554 });
  await listenWithTls(server);
  return {
    host,
    server,
    sources,
    write: async (...units) => {
      sources.at(-1)?.write(...units);
      await host.clock.settle();
    },
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await paths.close();
    },
  };
}
