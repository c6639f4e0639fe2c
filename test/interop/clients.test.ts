import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gstreamerErrors } from "../support/gstreamer.js";
import { NetworkNamespace } from "../support/namespace.js";
import { needs } from "../support/needs.js";
import { over, ROOMY } from "../support/players.js";
import { missing, Scene } from "../support/scene.js";

const SECONDS = 10;
/** Time for what takes a moment on a quiet computer. */
const PATIENCE_MS = 45_000;
const MAIN = "test.mp4";
const SUB = "test_640x480.mp4";

describe.runIf(NetworkNamespace.missing() === undefined)("an open camera", () => {
  let scene: Scene;
  beforeAll(async () => void (scene = await Scene.open()));
  afterAll(async () => scene[Symbol.asyncDispose]());

  it.runIf(needs("onvif-util", missing("onvif-util"))).concurrent("is found by onvif-util", async () => {
    const { stdout } = await scene.net.run("onvif-util", ["-a"]);
    expect(stdout).toContain("Found 1 cameras");
    expect(stdout).toContain(scene.net.address);
  });

  it.runIf(needs("onvif-util", missing("onvif-util"))).concurrent("answers what onvif-util asks", async () => {
    const commands = ["get profiles", "get rtsp", "get capabilities", "get network", "get time", "get video", "quit"];
    const { stdout } = await scene.net.run("onvif-util", ["-u", "admin", "-p", "admin", scene.net.address], {
      input: `${commands.join("\n")}\n`,
    });
    expect(stdout).toContain(`rtsp://${scene.net.address}:8554/${MAIN}`);
    expect(stdout).toContain("profile_1");
    expect(stdout).not.toMatch(/error|fault/i);
  });

  const streams = [MAIN, SUB].flatMap((name) => ["udp", "tcp"].map((transport) => [name, transport] as const));
  it.runIf(needs("ffprobe", missing("ffprobe"))).concurrent.each(streams)(
    "describes %s to ffprobe over %s",
    async (name, transport) => {
      const { stdout, stderr } = await scene.net.run("ffprobe", [
        ...["-v", "error", ...over(transport), "-show_entries", "stream=codec_name,width,height,sample_rate"],
        ...["-of", "compact=p=0", scene.rtsp(name)],
      ]);
      expect(stderr).toBe("");
      const size = name === MAIN ? "width=1280|height=720" : "width=640|height=480";
      expect(stdout).toContain(`codec_name=h264|${size}`);
      expect(stdout).toContain("codec_name=aac");
    },
  );

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent.each(streams)(
    `is decoded by ffmpeg without an error: %s over %s, ${SECONDS} s`,
    async (name, transport) => {
      const { status, stderr } = await scene.net.run("ffmpeg", [
        ...["-v", "error", ...over(transport), "-i", scene.rtsp(name), "-t", String(SECONDS), "-f", "null", "-"],
      ]);
      expect(stderr).toBe("");
      expect(status).toBe(0);
    },
  );

  it.runIf(needs("GStreamer", missing("gst-launch-1.0"))).concurrent.each(["udp", "tcp"])(
    "is decoded by GStreamer over %s",
    async (transport) => {
      const pipeline = `rtspsrc location=${scene.rtsp(MAIN)} protocols=${transport} ${ROOMY} ! rtph264depay ! h264parse ! avdec_h264 ! fakesink num-buffers=100`;
      const { stdout, stderr } = await scene.net.run("gst-launch-1.0", ["-q", ...pipeline.split(" ")], {
        seconds: 30,
      });
      expect(gstreamerErrors(stdout + stderr)).toEqual([]);
    },
  );

  it.runIf(needs("curl", missing("curl"))).concurrent(
    "gives a JPEG picture and its WSDL documents to curl",
    async () => {
      const web = `http://${scene.net.address}:8000`;
      const picture = await scene.net.run("curl", [
        "-sf",
        "-o",
        "/dev/null",
        "-w",
        "%{http_code} %{content_type} %{size_download}",
        `${web}/snapshot/profile_1.jpg`,
      ]);
      expect(picture.stdout).toMatch(/^200 image\/jpeg \d{4,}$/);
      const wsdl = await scene.net.run("curl", ["-sf", `${web}/onvif/device_service?wsdl`]);
      expect(wsdl.stdout).toContain("definitions");
    },
  );
});

describe.runIf(NetworkNamespace.missing() === undefined)("a camera that wants a login", () => {
  let scene: Scene;
  beforeAll(async () => void (scene = await Scene.open({ onvif: { need_auth: "1" }, rtsp: { need_auth: "1" } })));
  afterAll(async () => scene[Symbol.asyncDispose]());

  it.runIf(needs("ffmpeg", missing("ffmpeg"))).concurrent.each(["udp", "tcp"])(
    "plays with the right password and not with a wrong one, over %s",
    async (transport) => {
      const play = (login: string) =>
        scene.net.run("ffmpeg", [
          "-v",
          "error",
          ...over(transport),
          "-i",
          scene.rtsp(MAIN, login),
          "-t",
          "2",
          "-f",
          "null",
          "-",
        ]);
      const right = await play("admin:admin@");
      expect(right.stderr).toBe("");
      expect(right.status).toBe(0);
      expect((await play("admin:wrong@")).stderr).toContain("401");
      expect((await play("")).stderr).toContain("401");
    },
  );

  const soap = (operation: string): string =>
    `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><${operation} xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>`;
  const post = (login: readonly string[], operation: string) =>
    scene.net.run("curl", [
      ...["-s", ...login, "-H", "Content-Type: application/soap+xml", "-d", soap(operation), "-w", "\n%{http_code}"],
      `http://${scene.net.address}:8000/onvif/device_service`,
    ]);

  it.runIf(needs("curl", missing("curl"))).concurrent(
    "answers curl's digest, and what needs none without",
    async () => {
      expect((await post(["--digest", "-u", "admin:admin"], "GetDeviceInformation")).stdout).toMatch(/Model.*\n200$/s);
      expect((await post(["--digest", "-u", "admin:wrong"], "GetDeviceInformation")).stdout).toMatch(
        /NotAuthorized.*\n401$/s,
      );
      expect((await post([], "GetDeviceInformation")).stdout).toMatch(/NotAuthorized.*\n401$/s);
      expect((await post([], "GetSystemDateAndTime")).stdout).toMatch(/UTCDateTime.*\n200$/s);
    },
  );

  it.runIf(needs("onvif-util", missing("onvif-util"))).concurrent("answers onvif-util's UsernameToken", async () => {
    const ask = (password: string) =>
      scene.net.run("onvif-util", ["-u", "admin", "-p", password, scene.net.address], {
        input: "get profiles\nquit\n",
      });
    expect((await ask("admin")).stdout).toContain("profile_1");
    expect((await ask("wrong")).stdout).not.toContain("profile_1");
  });
});

describe.runIf(NetworkNamespace.missing() === undefined)("a camera that clients administer", () => {
  const tools = ["onvif-util", "curl"].every((tool) => needs(tool, missing(tool)));

  it.runIf(tools)("is set by onvif-util, also at ports to which it was moved and after a restart", async () => {
    await using scene = await Scene.open({ onvif: { reboot_time: "2" } });
    const { address } = scene.net;
    const ask = async (...commands: readonly string[]): Promise<string> => {
      const input = [...commands, "quit", ""].join("\n");
      return (await scene.net.run("onvif-util", ["-u", "admin", "-p", "admin", address], { input })).stdout;
    };
    const protocol = (name: string, port: number): string =>
      `<NetworkProtocols><t:Name>${name}</t:Name><t:Enabled>true</t:Enabled><t:Port>${port}</t:Port></NetworkProtocols>`;
    const body = `<SetNetworkProtocols xmlns="http://www.onvif.org/ver10/device/wsdl" xmlns:t="http://www.onvif.org/ver10/schema">${protocol("HTTP", 8123)}${protocol("RTSP", 9554)}</SetNetworkProtocols>`;
    const moved = await scene.net.run("curl", [
      ...["-sS", `http://${address}:8000/onvif/device_service`, "-H", "Content-Type: application/soap+xml", "-d"],
      `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body>${body}</e:Body></e:Envelope>`,
    ]);
    expect(moved.stdout).toContain("SetNetworkProtocolsResponse");

    expect((await scene.net.run("onvif-util", ["-a"])).stdout).toContain(address);
    const set = await ask(
      "set dns 192.0.2.53",
      "set default_gateway 192.0.2.2",
      "sync_time",
      "get network",
      "get rtsp",
    );
    expect(set).toMatch(/Gateway: +192\.0\.2\.2\s+DNS: +192\.0\.2\.53/);
    expect(set).toContain(`rtsp://${address}:9554/${MAIN}`);
    expect(set).not.toContain("ERROR");

    expect(await ask("reboot", "yes")).toContain("rebooting");
    // onvif-util takes too long to be asked meanwhile.
    const untilAway = `while curl -s -o /dev/null http://${address}:8123/; do sleep 0.02; done`;
    expect((await scene.net.run("sh", ["-c", untilAway], { seconds: PATIENCE_MS / 1000 })).status).toBe(0);
    let told = "";
    for (const endMs = performance.now() + PATIENCE_MS; performance.now() < endMs && !told.includes("Gateway");)
      told = await ask("get network", "get time");
    expect(told).toMatch(/Gateway: +192\.0\.2\.2/);
    expect(told).toContain("Time Offset");
  });
});
