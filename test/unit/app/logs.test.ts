import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openLogs } from "#app/logs";
import type { Loaded } from "#config/load";
import { onvifCfg } from "#config/onvif-cfg";
import { rtspCfg } from "#config/rtsp-cfg";
import { defaultsOf } from "#config/schema";

interface Wish {
  readonly onvif?: boolean;
  readonly rtsp?: boolean;
  readonly file?: string;
}

const loadedWith = ({ onvif = true, rtsp = true, file = "" }: Wish = {}): Loaded => ({
  onvif: { ...defaultsOf(onvifCfg), logEnable: onvif },
  rtsp: { ...defaultsOf(rtspCfg), logEnable: rtsp, logFile: file },
  run: undefined,
  onvifDigest: "",
  mediaFolder: "",
  issues: [],
});

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "onvifrtspserver-test-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const textOf = (name: string): string => readFileSync(join(folder, name), "utf8");

describe("the logs of the program", () => {
  it("are JSON lines in the daemon's file", () => {
    const logs = openLogs(loadedWith(), folder, true);
    logs.onvif.info("one");
    logs.rtsp.info("two");
    logs.close();
    expect(logs.place).toBe(join(folder, "onvifrtspserver.log"));
    const lines = textOf("onvifrtspserver.log").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { side: "onvif", msg: "one" },
      { side: "rtsp", msg: "two" },
    ]);
  });

  it("are in the file that <log_file> names, in the foreground too, relative to the cfg files", () => {
    const logs = openLogs(loadedWith({ file: "my.log" }), folder, false);
    logs.onvif.info("one");
    expect(logs.place).toBe(join(folder, "my.log"));
    // Written at once: nothing is lost when the process ends.
    expect(textOf("my.log")).toContain('"msg":"one"');
    logs.close();
  });

  it("go on behind what is in the file", () => {
    for (const word of ["one", "two"]) {
      const logs = openLogs(loadedWith(), folder, true);
      logs.onvif.info(word);
      logs.close();
    }
    expect(textOf("onvifrtspserver.log")).toMatch(/one[^]*two/);
  });

  it("are lines for people on standard output in the foreground", () => {
    const written: string[] = [];
    vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
    const logs = openLogs(loadedWith(), folder, false);
    logs.onvif.info("one");
    expect(logs.place).toBe("this terminal");
    expect(written.join("")).toMatch(/ INFO {2}onvif one\n$/);
  });

  it("are off where both sides have log_enable 0, and open no file", () => {
    const logs = openLogs(loadedWith({ onvif: false, rtsp: false, file: "none/such/folder.log" }), folder, true);
    logs.onvif.fatal("x");
    logs.close();
    expect(logs.place).toBe("off");
  });

  it("hold one side alone where the other is off", () => {
    const logs = openLogs(loadedWith({ onvif: false }), folder, true);
    logs.onvif.error("hidden");
    logs.rtsp.error("shown");
    logs.close();
    expect(textOf("onvifrtspserver.log")).toMatch(/shown/);
    expect(textOf("onvifrtspserver.log")).not.toMatch(/hidden/);
  });

  it("are an error that names the tag where the file cannot be written", () => {
    const open = (): unknown => openLogs(loadedWith({ file: "none/such.log" }), folder, false);
    expect(open).toThrow(/none\/such\.log cannot be written .*change <log_file> in rtsp\.cfg/);
  });

  it("may be written to when they are closed, without effect", () => {
    const logs = openLogs(loadedWith(), folder, true);
    logs.close();
    logs.close();
    logs.onvif.info("late");
    expect(textOf("onvifrtspserver.log")).toBe("");
  });
});
