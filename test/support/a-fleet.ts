import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "#config/load";
import { type Fleet, startFleet } from "#fleet/fleet";
import { type Logger, silentLogger } from "#util/log";
import { type CfgChanges, projectFolder } from "./camera-process.js";
import { fakeHost, type FakeHost } from "./fake-host.js";

export interface FleetOnHost extends AsyncDisposable {
  readonly host: FakeHost;
  readonly fleet: Fleet;
}

/** The folder of the cfg files on the fake host. */
export const CFG_FOLDER = "/cam";

/** A host with the shipped cfg files, changed, and the shipped clips and documents. */
export function hostWithFiles(changes: CfgChanges = {}, host: FakeHost = fakeHost()): FakeHost {
  for (const name of ["onvif", "rtsp"] as const)
    host.files.set(`${CFG_FOLDER}/${name}.cfg`, readFileSync(join(projectFolder, `${name}.cfg`)));
  changeCfg(host, changes);
  for (const clip of ["test.mp4", "test_640x480.mp4", "test.jpg", "test_640x480.jpg"])
    host.files.set(`${CFG_FOLDER}/media/${clip}`, readFileSync(join(projectFolder, "media", clip)));
  host.files.set(`${CFG_FOLDER}/wsdl/device.wsdl`, readFileSync(join(projectFolder, "wsdl", "device.wsdl")));
  return host;
}

/** Edits the cfg files on a host: the values of tags that are in them. */
export function changeCfg(host: FakeHost, changes: CfgChanges): void {
  for (const name of ["onvif", "rtsp"] as const) {
    const path = `${CFG_FOLDER}/${name}.cfg`;
    let text = host.files.text(path) ?? "";
    for (const [tag, value] of Object.entries(changes[name] ?? {}))
      text = text.replace(new RegExp(`<${tag}>[^<]*</${tag}>`), `<${tag}>${value}</${tag}>`);
    if (name === "rtsp") text = text.replace("</config>", `${changes.rtspElements ?? ""}</config>`);
    host.files.set(path, text);
  }
}

/** Changes that a fake host needs: it has neither SSDP nor FFmpeg. */
export const forFakeHost = (changes: CfgChanges = {}): CfgChanges => ({
  ...changes,
  onvif: { ssdp_enable: "0", ffmpeg: "none", ...changes.onvif },
});

/** The whole program on a fake host: the shipped configuration, changed where the test wants it, without SSDP. */
export async function aFleet(changes: CfgChanges = {}, log: Logger = silentLogger): Promise<FleetOnHost> {
  return startOn(hostWithFiles(forFakeHost(changes)), { log });
}

/** The program with the files that are on the host. */
export async function startOn(host: FakeHost, options: FleetOptions = {}): Promise<FleetOnHost> {
  const fleet = await fleetOn(host, options.log, options);
  return { host, fleet, [Symbol.asyncDispose]: () => whileTimePasses(host, fleet.close()) };
}

/** Waits for what needs time on the fake host: files that are being read take turns with the rest by the clock. */
export async function whileTimePasses<T>(host: FakeHost, work: Promise<T>): Promise<T> {
  const state = { isDone: false };
  const done = work.finally(() => (state.isDone = true));
  done.catch(() => {});
  while (!state.isDone) {
    await host.clock.advance(10);
    await new Promise((turn) => void setImmediate(turn));
  }
  return done;
}

export interface FleetOptions {
  readonly log?: Logger;
  /** As with --defaults. */
  readonly defaults?: boolean;
}

/** Starts the program with the files that are on the host. */
export async function fleetOn(
  host: FakeHost,
  log: Logger = silentLogger,
  { defaults = false }: FleetOptions = {},
): Promise<Fleet> {
  const loaded = await loadConfig(host.files, CFG_FOLDER, { ignoreRunFile: defaults });
  return startFleet(host, {
    loaded,
    folder: CFG_FOLDER,
    programFolder: CFG_FOLDER,
    logs: { onvif: log, rtsp: log },
    timeZone: "UTC0",
    discardState: defaults,
  });
}
