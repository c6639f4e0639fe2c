import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CAMERA_ADDRESSES } from "#camera/camera-addresses";
import { readAliasPattern } from "#config/alias-pattern";
import { aFleet, type FleetOnHost } from "../../support/a-fleet.js";
import { projectFolder } from "../../support/camera-process.js";
import { fakeHost } from "../../support/fake-host.js";
import { sdpOf } from "../../support/publish-stage.js";
import { publishedFormats } from "../../support/relay-packets.js";
import { RtspClient, serverAddress } from "../../support/rtsp-client.js";

const base = `rtsp://${serverAddress}:8554`;

async function connect({ host }: FleetOnHost): Promise<RtspClient> {
  return RtspClient.connect(
    fakeHost({ network: host.network, addresses: ["192.0.2.20"], seed: 5 }),
    serverAddress,
    8554,
  );
}

/** The width of the video that a DESCRIBE tells, or the status. */
async function described(client: RtspClient, path: string): Promise<string> {
  const answer = await client.ask("DESCRIBE", `${base}/${path}`);
  return /a=x-dimensions:(\d+)/.exec(answer.body.toString())?.[1] ?? String(answer.status);
}

describe("addresses of well-known cameras (rule 6 of URLs)", () => {
  it.each<[path: string, width: string]>([
    ["cam/realmonitor?channel=1&subtype=0", "1280"],
    ["cam/realmonitor?channel=1&subtype=1&unicast=true&proto=Onvif", "640"],
    ["cam/realmonitor?channel=2&subtype=0", "404"],
    ["Streaming/Channels/101", "1280"],
    ["streaming/channels/102/", "640"],
    ["Streaming/Channels/103", "404"],
    ["Streaming/Channels/1", "1280"],
    ["ISAPI/Streaming/channels/102", "640"],
    ["h264/ch1/sub/av_stream", "640"],
    ["h264Preview_01_main", "1280"],
    ["h265Preview_01_sub", "640"],
    ["axis-media/media.amp", "1280"],
    ["axis-media/media.amp?camera=1&streamprofile=2", "640"],
    ["live/ch00_0", "1280"],
    ["live/ch00_1", "640"],
    ["unicast/c1/s1/live", "640"],
    ["profile2/media.smp", "640"],
    ["videoSub", "640"],
    ["stream1", "1280"],
    ["live.sdp", "1280"],
    ["live2.sdp", "640"],
    ["user=admin_password=tlJwpbo6_channel=1_stream=1.sdp?real_stream", "640"],
    ["user=admin&password=&channel=1&stream=0.sdp?", "1280"],
    ["test.mp4", "1280"],
    ["something/else", "404"],
  ])("%s: %s", async (path, width) => {
    await using scene = await aFleet();
    expect(await described(await connect(scene), path)).toBe(width);
  });

  it("play, with controls under the address that the client knows", async () => {
    await using scene = await aFleet();
    const client = await connect(scene);
    const url = `${base}/cam/realmonitor?channel=1&subtype=1`;
    const sdp = (await client.ask("DESCRIBE", url)).body.toString();
    const control = /m=video[^]*?a=control:(\S+)/.exec(sdp)?.[1] ?? "";
    expect(control).toBe(`${base}/cam/realmonitor/trackID=0?channel=1&subtype=1`);
    const transport = { Transport: "RTP/AVP/TCP;interleaved=0-1" };
    expect((await client.ask("SETUP", control, transport)).status).toBe(200);
    expect((await client.ask("PLAY", url)).status).toBe(200);
    await scene.host.clock.advance(500);
    expect(client.frames(0).length).toBeGreaterThan(5);
  });

  it("are not there when they are turned off", async () => {
    await using scene = await aFleet({ rtsp: { camera_addresses: "0" } });
    expect(await described(await connect(scene), "Streaming/Channels/101")).toBe("404");
  });

  it("are patterns, all of them, and told in the documents", () => {
    const page = readFileSync(join(projectFolder, "docs", "addresses.md"), "utf8");
    for (const [maker, ...patterns] of CAMERA_ADDRESSES) {
      expect(page).toContain(maker);
      for (const pattern of patterns) {
        expect(readAliasPattern(pattern), pattern).toBeDefined();
        expect(page, pattern).toContain(`\`${pattern}\``);
      }
    }
  });
});

describe("an <alias>", () => {
  const withAliases = (...aliases: readonly (readonly [pattern: string, target: string])[]): Promise<FleetOnHost> =>
    aFleet({
      rtsp: {
        camera_addresses: `1</camera_addresses>${aliases
          .map(([pattern, target]) => `<alias><pattern>${pattern}</pattern><target>${target}</target></alias>`)
          .join("")}<camera_addresses>1`,
      },
    });

  it("names a stream, and comes before the addresses of other cameras", async () => {
    await using scene = await withAliases(
      ["door", "test_640x480.mp4"],
      ["Streaming/Channels/101", "test_640x480.mp4"],
      ["clip{stream}", "test_640x480.mp4&amp;w={stream}"],
      ["mine/{stream}", ""],
      ["test.mp4", "test_640x480.mp4"],
      ["nowhere", "no such stream"],
    );
    const client = await connect(scene);
    const widths: string[] = [];
    for (const path of ["door", "Streaming/Channels/101", "clip7", "mine/1", "mine/2", "test.mp4", "nowhere"])
      widths.push(await described(client, path));
    expect(widths).toEqual(["640", "640", "640", "1280", "640", "1280", "404"]);
  });

  it("is what there is instead of a stream that nobody publishes, as long as nobody does", async () => {
    await using scene = await withAliases(["live", "test_640x480.mp4"]);
    const client = await connect(scene);
    expect(await described(client, "live")).toBe("640");
    const publisher = await connect(scene);
    const url = `${base}/live`;
    const Transport = "RTP/AVP/TCP;unicast;interleaved=0-1;mode=record";
    await publisher.request("ANNOUNCE", url, { "Content-Type": "application/sdp" }, sdpOf([publishedFormats.h264]));
    const setup = await publisher.request("SETUP", `${url}/streamid=0`, { Transport });
    const [Session = ""] = setup.headers.get("Session")?.split(";") ?? [];
    expect((await publisher.request("RECORD", url, { Session })).status).toBe(200);
    expect(await described(client, "live")).toBe("352");
    await publisher.request("TEARDOWN", url, { Session });
    expect(await described(client, "live")).toBe("640");
  });

  it("sends clients to a stream that has moved, by 302 with its address, whatever they ask", async () => {
    await using scene = await withAliases(["old/{channel}", "rtsp://192.0.2.99/new/{channel}?a=b"]);
    const client = await connect(scene);
    for (const method of ["DESCRIBE", "SETUP"]) {
      const target = `${base}/old/7${method === "SETUP" ? "/trackID=0" : ""}`;
      const answer = await client.ask(method, target, { Transport: "RTP/AVP/TCP" });
      expect([answer.status, answer.headers.get("Location")]).toEqual([302, "rtsp://192.0.2.99/new/7?a=b"]);
    }
    expect((await client.request("OPTIONS", "*")).status).toBe(200);
  });
});
