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
  for (const name of ["onvif", "rtsp"] as const) {
    let text = readFileSync(join(projectFolder, `${name}.cfg`), "utf8");
    for (const [tag, value] of Object.entries(changes[name] ?? {}))
      text = text.replace(new RegExp(`<${tag}>[^<]*</${tag}>`), `<${tag}>${value}</${tag}>`);
    host.files.set(`${CFG_FOLDER}/${name}.cfg`, text);
  }
  for (const clip of ["test.mp4", "test_640x480.mp4", "test.jpg", "test_640x480.jpg"])
    host.files.set(`${CFG_FOLDER}/media/${clip}`, readFileSync(join(projectFolder, "media", clip)));
  host.files.set(`${CFG_FOLDER}/wsdl/device.wsdl`, readFileSync(join(projectFolder, "wsdl", "device.wsdl")));
  return host;
}

/** The whole program on a fake host: the shipped configuration, changed where the test wants it, without SSDP. */
export async function aFleet(changes: CfgChanges = {}, log: Logger = silentLogger): Promise<FleetOnHost> {
  const host = hostWithFiles({ ...changes, onvif: { ssdp_enable: "0", ffmpeg: "none", ...changes.onvif } });
  const fleet = await fleetOn(host, log);
  return { host, fleet, [Symbol.asyncDispose]: () => closeFleet(fleet, host) };
}

/** Closes it while time goes on: files that are being read take turns with the rest by the clock. */
async function closeFleet(fleet: Fleet, host: FakeHost): Promise<void> {
  let isClosed = false;
  const closing = fleet.close().finally(() => (isClosed = true));
  while (!isClosed) {
    await host.clock.advance(10);
    await new Promise((done) => void setImmediate(done));
  }
  await closing;
}

/** Starts the program with the files that are on the host. */
export async function fleetOn(host: FakeHost, log: Logger = silentLogger): Promise<Fleet> {
  const loaded = await loadConfig(host.files, CFG_FOLDER);
  return startFleet(host, {
    loaded,
    folder: CFG_FOLDER,
    programFolder: CFG_FOLDER,
    logs: { onvif: log, rtsp: log },
    timeZone: "UTC0",
    discardState: false,
  });
}
