import { describe, expect, it } from "vitest";
import { aFleet, CFG_FOLDER, type FleetOnHost, startOn } from "../support/a-fleet.js";
import { CAMERA_ADDRESS, CameraClient, textsOf } from "../support/camera-client.js";
import { listenOn } from "../support/discovery-listener.js";
import { LAST_RESET } from "../support/event-client.js";
import { fakeHost, type FakeHost } from "../support/fake-host.js";
import { connectText } from "../support/text-client.js";
import { toldStatus } from "../support/told-status.js";

const RUN_FILE = `${CFG_FOLDER}/onvifrun.cfg`;

/** Time for the answer, and five seconds away, in ms. */
const DOWN_MS = 6_000;

const set = async (client: CameraClient): Promise<void> => {
  await client.call("SetHostname", "<tds:Name>gate-7</tds:Name>");
  await client.call("AddScopes", "<tds:ScopeItem>onvif://www.onvif.org/location/attic</tds:ScopeItem>");
  await client.call(
    "CreateUsers",
    "<tds:User><tt:Username>olga</tt:Username><tt:Password>operate it</tt:Password><tt:UserLevel>Operator</tt:UserLevel></tds:User>",
  );
};

/** Host name, whether the scope is there, users. */
async function found(host: FakeHost): Promise<unknown> {
  const client = new CameraClient(host);
  return [
    textsOf(await client.call("GetHostname"), "Name")[0],
    textsOf(await client.call("GetScopes"), "ScopeItem").includes("onvif://www.onvif.org/location/attic"),
    textsOf(await client.call("GetUsers"), "Username"),
  ];
}

const isListening = async (host: FakeHost, port: number): Promise<boolean> => {
  const client = fakeHost({ network: host.network, addresses: ["192.0.2.78"] });
  try {
    (await client.net.connect(CAMERA_ADDRESS, port)).destroy();
    return true;
  } catch {
    return false;
  }
};

const identity = async (host: FakeHost): Promise<readonly (string | undefined)[]> => {
  const client = new CameraClient(host);
  const [guid] = textsOf(await client.call("GetEndpointReference"), "GUID");
  const [serial] = textsOf(await client.call("GetDeviceInformation"), "SerialNumber");
  return [guid, serial];
};

/** Lets time pass until it is so; gives the ms that it took. */
async function until({ host }: FleetOnHost, holds: () => boolean, atMostMs = 60_000): Promise<number> {
  const from = host.clock.monotonic();
  while (!holds()) {
    if (host.clock.monotonic() - from > atMostMs) throw new Error(`not so after ${atMostMs} ms`);
    await host.clock.advance(10);
    await new Promise((turn) => void setImmediate(turn));
  }
  return host.clock.monotonic() - from;
}

/** Goes through a restart, and checks that the camera was away meanwhile. */
async function restarts(scene: FleetOnHost, downMs = DOWN_MS): Promise<void> {
  const { host, fleet } = scene;
  expect(await until(scene, () => fleet.cameras.length === 0)).toBeGreaterThan(900);
  await host.clock.advance(500);
  expect(await Promise.all([8000, 8443, 8554].map((port) => isListening(host, port)))).toEqual([false, false, false]);
  const awayMs = await until(scene, () => fleet.cameras.length === 1);
  expect(Math.abs(awayMs + 1_500 - downMs)).toBeLessThan(300);
  expect(await Promise.all([8000, 8443, 8554].map((port) => isListening(host, port)))).toEqual([true, true, true]);
}

describe("SystemReboot", () => {
  it("answers, says Bye, drops its connections, is away, and comes back with Hello as the same camera", async () => {
    await using scene = await aFleet();
    const { host } = scene;
    const client = new CameraClient(host);
    await set(client);
    const before = [await found(host), await identity(host)];
    await host.clock.advance(1_000);
    const { heard } = await listenOn(host);
    await using idle = await connectText(client.host.net, CAMERA_ADDRESS, 8000, host.clock);
    await using viewer = await connectText(client.host.net, CAMERA_ADDRESS, 8554, host.clock);
    viewer.send("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n");
    await viewer.message();
    expect(textsOf(await client.call("SystemReboot"), "Message")).toEqual(["Rebooting in 1 second, back in 6 seconds"]);
    expect([idle.ended, viewer.ended]).toEqual([false, false]);
    await restarts(scene);
    expect([idle.ended, viewer.ended]).toEqual([true, true]);
    await host.clock.advance(500);
    expect([...new Set(heard)].map((one) => one.split(" "))).toEqual([
      ["Bye", (before[1] as string[])[0]],
      ["Hello", (before[1] as string[])[0]],
    ]);
    expect([await found(host), await identity(host)]).toEqual(before);
  });

  it("that is ordered twice happens once", async () => {
    await using scene = await aFleet();
    const client = new CameraClient(scene.host);
    await client.call("SystemReboot");
    await client.call("SystemReboot");
    await restarts(scene);
    await scene.host.clock.advance(60_000);
    expect(scene.fleet.cameras).toHaveLength(1);
  });

  it("can be had again and again", async () => {
    await using scene = await aFleet();
    for (let round = 0; round < 3; round++) {
      await new CameraClient(scene.host).call("SystemReboot");
      await restarts(scene);
    }
  });

  it("takes as long as reboot_time says", async () => {
    await using scene = await aFleet({ onvif: { reboot_time: "30" } });
    await new CameraClient(scene.host).call("SystemReboot");
    await restarts(scene, 31_000);
  });

  it("leaves the camera down, and says why, as long as its port is another program's", async () => {
    await using scene = await aFleet();
    const { host, fleet } = scene;
    await new CameraClient(host).call("SystemReboot");
    await until(scene, () => fleet.cameras.length === 0);
    await host.clock.advance(1_000);
    const other = await host.net.listen({ port: 8000 }, () => {});
    await host.clock.advance(20_000);
    expect(fleet.cameras).toHaveLength(0);
    await other.close();
    await until(scene, () => fleet.cameras.length === 1, 12_000);
  });

  it("does not keep the program from ending, before it, during it or after it", async () => {
    for (const ms of [0, 2_000, 7_000]) {
      const scene = await aFleet();
      await new CameraClient(scene.host).call("SystemReboot");
      await scene.host.clock.advance(ms);
      await scene[Symbol.asyncDispose]();
      await scene.host.clock.advance(60_000);
      expect(scene.fleet.cameras).toHaveLength(0);
      expect(await isListening(scene.host, 8000)).toBe(false);
    }
  });
});

describe("SetSystemFactoryDefault", () => {
  const order = (host: FakeHost, kind: "Hard" | "Soft"): Promise<unknown> =>
    new CameraClient(host).call("SetSystemFactoryDefault", `<tds:FactoryDefault>${kind}</tds:FactoryDefault>`);

  it("Hard forgets all that clients have changed", async () => {
    await using scene = await aFleet({ onvif: { hostname: "first" } });
    const { host } = scene;
    const before = [await found(host), await identity(host)];
    await set(new CameraClient(host));
    await host.clock.advance(1_000);
    expect(host.files.text(RUN_FILE)).toBeDefined();
    await order(host, "Hard");
    await restarts(scene);
    expect([await found(host), await identity(host)]).toEqual(before);
    expect(host.files.text(RUN_FILE)).toBeUndefined();
  });

  it("Soft forgets all but network settings, users and who the camera is, then and for good", async () => {
    const changes = { onvif: { hostname: "first" } };
    const scene = await aFleet(changes);
    const { host } = scene;
    const before = await identity(host);
    await set(new CameraClient(host));
    await order(host, "Soft");
    await restarts(scene);
    const expected = ["gate-7", false, ["admin", "olga"]];
    expect([await found(host), await identity(host)]).toEqual([expected, before]);
    await scene[Symbol.asyncDispose]();
    await using again = await startOn(host);
    expect(await found(again.host)).toEqual(expected);
  });

  it.each(["Hard", "Soft"] as const)("%s is told as the last reset, also after later restarts", async (kind) => {
    let scene = await aFleet();
    const { host } = scene;
    const lastReset = (): Promise<string | undefined> => toldStatus(host, LAST_RESET);
    expect(await lastReset()).toBe("1970-01-01T00:00:00Z");
    await order(host, kind);
    const from = host.clock.now();
    await restarts(scene);
    const told = await lastReset();
    expect(Date.parse(told ?? "") - from).toBeGreaterThan(0);
    expect(Date.parse(told ?? "")).toBeLessThan(host.clock.now());
    await new CameraClient(host).call("SystemReboot");
    await restarts(scene);
    expect(await lastReset()).toBe(told);
    await scene[Symbol.asyncDispose]();
    scene = await startOn(host);
    expect(await lastReset()).toBe(told);
    host.files.set(`${CFG_FOLDER}/state/last-reset`, "long ago");
    await scene[Symbol.asyncDispose]();
    await using last = await startOn(host);
    expect(last.fleet.cameras).toHaveLength(1);
    expect(await lastReset()).toBe("1970-01-01T00:00:00Z");
  });
});
