import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { formatIssue } from "#config/issues";
import { loadConfig } from "#config/load";
import { nodeHost } from "#host/node";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const load = (folder: string) =>
  loadConfig(nodeHost().files, root + folder, { programFolder: root, ignoreRunFile: true });

describe("the cfg files that come with the program", () => {
  it.each([".", "config/many-channels", "config/high-rate"])("%s loads without any problem", async (folder) => {
    const { issues, mediaFolder } = await load(folder);
    expect(issues.map(formatIssue)).toEqual([]);
    expect(mediaFolder).toMatch(/media$/);
  });

  it("config/manual loads without an error; its certificate is made and its proxy does nothing", async () => {
    const { issues } = await load("config/manual");
    expect(issues.map(({ severity, tag }) => `${severity} ${tag}`)).toEqual([
      "warning cert_file",
      "warning key_file",
      "warning cert_file",
      "warning key_file",
      "warning url",
    ]);
  });

  it("the shipped camera has two profiles, and ports that anybody may open", async () => {
    const { onvif, rtsp } = await load(".");
    expect(onvif.profiles.map(({ name, videoSource }) => ({ name, ...videoSource }))).toEqual([
      { name: "main", width: 1280, height: 720 },
      { name: "sub", width: 640, height: 480 },
    ]);
    const ports = [onvif.httpPort, onvif.httpsPort, rtsp.serverPort, rtsp.httpPort, rtsp.httpsPort];
    expect(ports).toEqual([8000, 8443, 8554, 8080, 8444]);
    expect(rtsp.loopNums).toBe(-1);
  });
});
