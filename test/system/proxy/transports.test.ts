import { describe, expect, test } from "vitest";
import type { ProxyDefinition } from "#sources/proxy";
import { cameraDescription, picture, pictures, sound } from "../../support/media-fakes.js";
import { multicastOptions, originStage, proxyOf, proxyStage, turns } from "../../support/proxy-stage.js";
import { serverAddress } from "../../support/rtsp-client.js";

const live = `rtsp://${serverAddress}/live`;

/** Each way in which an original can be fetched. */
const ways: readonly (readonly [string, Partial<ProxyDefinition> & { readonly url: string }])[] = [
  ["TCP", { url: live, transport: "TCP" }],
  ["UDP", { url: live, transport: "UDP" }],
  ["AUTO", { url: live, transport: "AUTO" }],
  ["multicast", { url: live, transport: "MULTICAST" }],
  ["TLS, whatever the transport", { url: `rtsps://${serverAddress}:322/live`, transport: "AUTO" }],
  ["HTTP", { url: `rtsp+http://${serverAddress}:554/live` }],
  ["WebSocket", { url: `rtsp+ws://${serverAddress}:554/live` }],
  ["WebSocket with TLS", { url: `rtsp+wss://${serverAddress}:322/live` }],
  ["HTTPS, whatever the transport", { url: `rtsp+https://${serverAddress}:322/live`, transport: "UDP" }],
];

const serverOptions = {
  authentication: {
    realm: "camera",
    password: (name: string): string | undefined => (name === "admin" ? "p@ss:1" : undefined),
  },
  ...multicastOptions,
};

describe.each(ways)("an original fetched by %s", (_name, definition) => {
  test("reaches readers with all its tracks, unchanged, and is left when nobody reads it", async () => {
    await using origin = await originStage(serverOptions);
    const definitions = [proxyOf({ ...definition, username: "admin", password: "p@ss:1" })];
    await using proxy = proxyStage(origin.host.network, definitions);
    const opened = await proxy.read("proxy", 3000);
    const { reader, lease } = opened;
    const described = ({ tracks }: typeof cameraDescription): unknown =>
      tracks.map(({ format: { encodingName, payloadType, fmtp } }) => [encodingName, payloadType, fmtp]);
    expect(described(lease.description)).toEqual(described(cameraDescription));

    const sent = [...pictures(0, 30, 10, 3000), sound(0), sound(1)];
    for (const unit of sent) await origin.write(unit);
    await proxy.host.clock.advance(500);
    await turns();
    const last = ({ payload }: { readonly payload: readonly Uint8Array[] }): Buffer =>
      Buffer.from(payload.at(-1) ?? []);
    const isVideo = ({ track }: { readonly track: number }): boolean => track === 0;
    expect(reader.units.filter(isVideo).map(last)).toEqual(sent.filter(isVideo).map(last));
    // Sound is passed on without being looked into.
    const sounds = reader.units
      .filter((unit) => !isVideo(unit))
      .map(({ rtp }) => Buffer.from(rtp.packet(0).subarray(12)));
    expect(sounds).toEqual(sent.filter((unit) => !isVideo(unit)).map(last));
    expect(reader.units.filter(({ track }) => track === 0).map(({ randomAccess }) => randomAccess)).toEqual(
      sent.filter(({ track }) => track === 0).map(({ randomAccess }) => randomAccess),
    );

    await opened.leave();
    await proxy.host.clock.advance(10_000);
    await turns();
    await proxy.host.clock.settle();
    expect([origin.server.sessions(), origin.server.connections]).toEqual([[], 0]);
    expect(proxy.host.net.udpSockets).toEqual([]);
    expect(proxy.log.filter(({ level }) => level === "warn" || level === "error")).toEqual([]);
  });
});

test("readers keep receiving while the session is kept alive, also over UDP", async () => {
  await using origin = await originStage({ sessionTimeoutSeconds: 10 });
  await using proxy = proxyStage(origin.host.network, [proxyOf({ url: live, transport: "UDP" })]);
  const { reader } = await proxy.read();
  for (let second = 0; second < 60; second++) {
    await origin.write(picture(second * 25, true));
    await proxy.host.clock.advance(1000);
  }
  expect(reader.taken()).toHaveLength(60);
  expect(reader.endings).toEqual([]);
  expect(origin.server.sessions()).toMatchObject([{ state: "playing", transport: "UDP" }]);
});

test("the wall time of the original reaches readers", async () => {
  await using origin = await originStage();
  await using proxy = proxyStage(origin.host.network, [proxyOf({ url: live })]);
  const { reader } = await proxy.read();
  const startMs = origin.host.clock.now() - 60_000;
  for (let second = 0; second < 20; second++) {
    await origin.write({ ...picture(second * 25, true), wallMs: startMs + second * 1000 });
    await proxy.host.clock.advance(1000);
  }
  const [last] = reader.units.slice(-1);
  expect(last?.wallMs).toBeCloseTo(startMs + 19_000, -1);
});

test("receiver reports tell the original what was lost", async () => {
  await using origin = await originStage();
  let lost = 0;
  origin.host.network.lose = ({ data }) => (data[1] ?? 0) % 128 === 96 && lost < 3 && data.length > 100 && ++lost > 0;
  await using proxy = proxyStage(origin.host.network, [proxyOf({ url: live, transport: "UDP" })]);
  await proxy.read();
  for (let second = 0; second < 12; second++) {
    await origin.write(picture(second * 25, true));
    await proxy.host.clock.advance(1000);
  }
  await origin.host.clock.advance(6000);
  const [session] = origin.server.sessions();
  expect(lost).toBe(3);
  expect(session?.tracks[0]?.reception).toMatchObject({ cumulativeLost: 3 });
});
