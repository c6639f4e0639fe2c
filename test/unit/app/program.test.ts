import { describe, expect, it } from "vitest";
import { Exit, EXIT_CONFIG, EXIT_UNAVAILABLE } from "#app/exit";
import { loadOrExit } from "#app/load";
import { Program } from "#app/program";
import { hostTimeZone } from "#app/run";
import { CFG_FOLDER, changeCfg, forFakeHost, hostWithFiles, whileTimePasses } from "../../support/a-fleet.js";
import { CameraClient, textsOf } from "../../support/camera-client.js";
import type { CfgChanges } from "../../support/camera-process.js";
import type { FakeHost } from "../../support/fake-host.js";
import { logLines } from "../../support/log-lines.js";

interface Scene extends AsyncDisposable {
  readonly host: FakeHost;
  readonly program: Program;
  readonly client: CameraClient;
  readonly lines: readonly string[];
  /** How many logs are open. */
  readonly openLogs: () => number;
  reload(): Promise<void>;
}

async function aProgram(changes: CfgChanges = {}, host = hostWithFiles(forFakeHost(changes))): Promise<Scene> {
  const { log, lines } = logLines();
  let open = 0;
  const options = { folder: CFG_FOLDER, programFolder: CFG_FOLDER, defaults: false };
  const program = await Program.start(host, await loadOrExit(host, options), {
    ...options,
    timeZone: "UTC0",
    openLogs: () => {
      open++;
      return { onvif: log, rtsp: log, place: "here", close: () => void open-- };
    },
  });
  return {
    host,
    program,
    lines,
    client: new CameraClient(host),
    openLogs: () => open,
    reload: () => whileTimePasses(host, program.reload()),
    [Symbol.asyncDispose]: () => whileTimePasses(host, program.close()),
  };
}

const modelOf = async (client: CameraClient): Promise<string | undefined> =>
  textsOf(await client.call("GetDeviceInformation"), "Model")[0];

describe("the program", () => {
  it("serves, says where, and closes all that it has opened", async () => {
    const scene = await aProgram();
    expect(scene.program.summary).toContain("http://192.0.2.10:8000/onvif/device_service");
    expect(scene.program.summary).toMatch(/log {5}here$/);
    expect(await modelOf(scene.client)).toBe("Virtual Camera");
    await scene[Symbol.asyncDispose]();
    await expect(modelOf(scene.client)).rejects.toThrow("ECONNREFUSED");
    expect(scene.openLogs()).toBe(0);
    expect(scene.lines.at(-1)).toBe("info it has ended");
  });

  it("tells all that is wrong with the cfg files and starts nothing", async () => {
    const host = hostWithFiles({ onvif: { need_auth: "7", http_port: "x" }, rtsp: { serverport: "99999" } });
    const failure: unknown = await aProgram({}, host).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Exit);
    expect(failure).toMatchObject({ status: EXIT_CONFIG });
    expect(String(failure)).toMatch(/onvif\.cfg:\d+:\d+: error: <http_port>[^]*<need_auth>[^]*rtsp\.cfg.*<serverport>/);
  });

  it("ends with one sentence where a port is taken, with everything closed", async () => {
    const host = hostWithFiles(forFakeHost());
    const taken = await host.net.listen({ port: 8554 }, () => {});
    const failure: unknown = await aProgram({}, host).catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: EXIT_UNAVAILABLE });
    expect(String(failure)).toContain("port 8554 is taken by another program; end that one, or change <serverport>");
    await taken.close();
    await using scene = await aProgram({}, host);
    expect(await modelOf(scene.client)).toBe("Virtual Camera");
  });
});

describe("reading the cfg files again", () => {
  it("takes up what has changed, ports included", async () => {
    await using scene = await aProgram();
    changeCfg(scene.host, { onvif: { Model: "Another", http_port: "8001" } });
    await scene.reload();
    expect(await modelOf(new CameraClient(scene.host, 8001))).toBe("Another");
    await expect(modelOf(scene.client)).rejects.toThrow("ECONNREFUSED");
    expect(scene.lines).toContain("info the cfg files have been taken up");
    expect(scene.program.summary).toContain(":8001/");
    expect(scene.openLogs()).toBe(1);
  });

  it("leaves everything as it is when they are wrong, and logs where", async () => {
    await using scene = await aProgram();
    changeCfg(scene.host, { onvif: { Model: "Another", need_auth: "7" } });
    const idle = await scene.host.net.connect("192.0.2.10", 8000);
    await scene.reload();
    expect(await modelOf(scene.client)).toBe("Virtual Camera");
    expect(idle.destroyed).toBe(false);
    expect(scene.lines.filter((line) => line.startsWith("error"))).toEqual([
      expect.stringMatching(/^error the cfg files are wrong and not taken up .*onvif\.cfg:\d+:\d+: error: <need_auth>/),
    ]);
    idle.destroy();
  });

  it("goes back to the former configuration when the new one cannot start", async () => {
    await using scene = await aProgram();
    const taken = await scene.host.net.listen({ port: 9000 }, () => {});
    changeCfg(scene.host, { onvif: { Model: "Another", http_port: "9000" } });
    await scene.reload();
    expect(await modelOf(scene.client)).toBe("Virtual Camera");
    expect(scene.lines.filter((line) => line.startsWith("error"))).toEqual([
      expect.stringMatching(/^error the cfg files cannot be taken up, the former configuration counts .*port 9000/),
    ]);
    await taken.close();
    await scene.reload();
    expect(await modelOf(new CameraClient(scene.host, 9000))).toBe("Another");
    expect(scene.openLogs()).toBe(1);
  });

  it("keeps what clients have changed a moment before, with the new configuration and with the former one", async () => {
    await using scene = await aProgram();
    const setName = (name: string): Promise<unknown> =>
      scene.client.call("SetHostname", `<tds:Name>${name}</tds:Name>`);
    const name = async (): Promise<unknown> => textsOf(await scene.client.call("GetHostname"), "Name")[0];
    await setName("one");
    await scene.reload();
    expect(await name()).toBe("one");
    await setName("two");
    const taken = await scene.host.net.listen({ port: 9000 }, () => {});
    changeCfg(scene.host, { rtsp: { serverport: "9000" } });
    await scene.reload();
    expect(scene.lines.join("\n")).toContain("the former configuration counts");
    expect(await name()).toBe("two");
    await taken.close();
  });

  it("restores onvif.cfg when the run file was deleted", async () => {
    await using scene = await aProgram({ onvif: { hostname: "first" } });
    await scene.client.call("SetHostname", "<tds:Name>one</tds:Name>");
    await scene.host.clock.advance(500);
    await scene.host.files.remove(`${CFG_FOLDER}/onvifrun.cfg`);
    await scene.reload();
    expect(textsOf(await scene.client.call("GetHostname"), "Name")).toEqual(["first"]);
  });

  it("warns when onvif.cfg was edited and what clients changed wins", async () => {
    await using scene = await aProgram();
    await scene.client.call("SetHostname", "<tds:Name>one</tds:Name>");
    changeCfg(scene.host, { onvif: { Model: "Another" } });
    await scene.reload();
    expect(await modelOf(scene.client)).toBe("Virtual Camera");
    expect(scene.lines).toContainEqual(
      expect.stringMatching(/^warn \/cam\/onvif\.cfg.* has been edited .* onvifrun\.cfg wins.*--defaults/),
    );
  });

  it("fails when the former configuration cannot start any more either", async () => {
    const scene = await aProgram();
    changeCfg(scene.host, { onvif: { server_ip: "198.51.100.1" } });
    const reload = scene.program.reload();
    reload.catch(() => {});
    // Somebody takes the port between the end and the new start.
    const { net } = scene.host;
    const listen = net.listen.bind(net);
    net.listen = (options, accept) =>
      options.port === 8000 && options.address === undefined
        ? net.connect("192.0.2.10", 1).then(() => listen(options, accept))
        : listen(options, accept);
    const failure: unknown = await whileTimePasses(scene.host, reload).catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: EXIT_UNAVAILABLE });
    expect(String(failure)).toMatch(/<server_ip>.*nor can the former configuration be used: .*<http_port>/);
    expect(scene.openLogs()).toBe(0);
    await scene[Symbol.asyncDispose]();
  });

  it("waits its turn: reloads and an end that come at once happen one after the other", async () => {
    const scene = await aProgram();
    const all = Promise.all([scene.program.reload(), scene.program.reload(), scene.program.close()]);
    await whileTimePasses(scene.host, all);
    expect(scene.lines.filter((line) => line === "info it has ended")).toHaveLength(3);
    expect(scene.openLogs()).toBe(0);
    await scene.program.reload();
    await expect(modelOf(scene.client)).rejects.toThrow("ECONNREFUSED");
  });
});

describe("the time zone of the host", () => {
  it.each([
    [0, "UTC0"],
    [-60, "UTC-1"],
    [300, "UTC5"],
    [-330, "UTC-5:30"],
    [210, "UTC3:30"],
    [-765, "UTC-12:45"],
  ])("%i minutes behind UTC is %s in POSIX form", (minutes, text) => {
    expect(hostTimeZone(minutes)).toBe(text);
  });
});
