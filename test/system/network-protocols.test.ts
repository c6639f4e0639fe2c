import { describe, expect, it } from "vitest";
import { Media } from "#onvif/schema/media/service";
import { Media2 } from "#onvif/schema/media2/service";
import { aFleet, type FleetOnHost, forFakeHost, hostWithFiles, startOn } from "../support/a-fleet.js";
import { CAMERA_ADDRESS, CameraClient, textsOf } from "../support/camera-client.js";
import type { CfgChanges } from "../support/camera-process.js";
import { listenOn } from "../support/discovery-listener.js";
import { fakeHost } from "../support/fake-host.js";
import { envelopeOf } from "../support/soap.js";
import { connectText } from "../support/text-client.js";

/** A protocol as SetNetworkProtocols takes it. */
const protocol = (name: string, enabled: boolean, ...ports: readonly number[]): string =>
  `<tds:NetworkProtocols><tt:Name>${name}</tt:Name><tt:Enabled>${enabled}</tt:Enabled>` +
  `${ports.map((port) => `<tt:Port>${port}</tt:Port>`).join("")}</tds:NetworkProtocols>`;

const set = ({ host }: FleetOnHost, content: string, port = 8000): Promise<unknown> =>
  new CameraClient(host, port).call("SetNetworkProtocols", content);

/** `HTTP 8000`, with `off` where it is. */
async function told({ host }: FleetOnHost, port = 8000): Promise<readonly string[]> {
  const answer = await new CameraClient(host, port).call("GetNetworkProtocols");
  return answer.children.map((one) =>
    [textsOf(one, "Name")[0], ...textsOf(one, "Port"), ...(textsOf(one, "Enabled")[0] === "true" ? [] : ["off"])].join(
      " ",
    ),
  );
}

/** Those of these ports that something listens on. */
async function listening({ host }: FleetOnHost, ...ports: readonly number[]): Promise<readonly number[]> {
  const client = fakeHost({ network: host.network, addresses: ["192.0.2.78"] });
  const found: number[] = [];
  for (const port of ports) {
    try {
      (await client.net.connect(CAMERA_ADDRESS, port)).destroy();
      found.push(port);
    } catch {
      continue;
    }
  }
  return found;
}

const streamAddress = async ({ host }: FleetOnHost, port = 8000): Promise<string | undefined> => {
  const profile = "<trt:ProfileToken>profile_1</trt:ProfileToken>";
  const setup =
    `<trt:StreamSetup><tt:Stream>RTP-Unicast</tt:Stream><tt:Transport><tt:Protocol>RTSP</tt:Protocol></tt:Transport>` +
    `</trt:StreamSetup>`;
  const answer = await new CameraClient(host, port).call("GetStreamUri", setup + profile, { service: Media });
  return textsOf(answer, "Uri")[0];
};

/** A player of the main stream over TCP. */
async function player({ host }: FleetOnHost, port = 8554) {
  const { net } = fakeHost({ network: host.network, addresses: ["192.0.2.79"] });
  const client = await connectText(net, CAMERA_ADDRESS, port, host.clock);
  const url = `rtsp://${CAMERA_ADDRESS}:${port}/test.mp4`;
  const described = await client.request(`DESCRIBE ${url} RTSP/1.0\r\nCSeq: 1\r\n\r\n`);
  const setUp = await client.request(
    `SETUP ${url}/trackID=0 RTSP/1.0\r\nCSeq: 2\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n\r\n`,
  );
  expect([described.head, setUp.head].map((head) => head.split(" ")[1])).toEqual(["200", "200"]);
  return client;
}

const cameraOf = (changes: CfgChanges = {}): Promise<FleetOnHost> => aFleet(changes);

describe("SetNetworkProtocols", () => {
  it("moves HTTP: the answer still goes out at the old port, which closes a second later", async () => {
    await using scene = await cameraOf();
    const { host } = scene;
    await using idle = await connectText(new CameraClient(host).host.net, CAMERA_ADDRESS, 8000, host.clock);
    const { heard } = await listenOn(host);
    await set(scene, protocol("HTTP", true, 8800));
    expect(await listening(scene, 8000, 8800)).toEqual([8800]);
    expect(idle.ended).toBe(false);
    await host.clock.advance(1_100);
    expect(idle.ended).toBe(true);
    expect(await told(scene, 8800)).toEqual(["HTTP 8800", "HTTPS 8443", "RTSP 8554"]);
    expect([...new Set(heard)]).toHaveLength(1);
    expect(heard[0]).toMatch(/^Hello /);
    const camera = scene.fleet.cameras[0];
    expect(camera?.discoverable.endpointAt(CAMERA_ADDRESS).xaddrs).toEqual([
      `http://${CAMERA_ADDRESS}:8800/onvif/device_service`,
      `https://${CAMERA_ADDRESS}:8443/onvif/device_service`,
    ]);
    const services = await new CameraClient(host, 8800).call("GetCapabilities");
    expect(textsOf(services, "XAddr")[0]).toBe(`http://${CAMERA_ADDRESS}:8800/onvif/device_service`);
  });

  it("moves RTSP: addresses follow at once, and who watches by the old port is sent away", async () => {
    await using scene = await cameraOf();
    await using viewer = await player(scene);
    await set(scene, protocol("RTSP", true, 10_554));
    expect(await streamAddress(scene)).toMatch(`rtsp://${CAMERA_ADDRESS}:10554/test.mp4`);
    expect(await listening(scene, 8554, 10_554)).toEqual([10_554]);
    expect(viewer.ended).toBe(false);
    await scene.host.clock.advance(1_100);
    expect(viewer.ended).toBe(true);
    await using other = await player(scene, 10_554);
    await scene.host.clock.advance(2_000);
    expect(other.ended).toBe(false);
  });

  it("leaves those alone whose port stays", async () => {
    await using scene = await cameraOf();
    await using viewer = await player(scene);
    await set(scene, protocol("HTTP", true, 8800) + protocol("RTSP", true, 8554));
    await scene.host.clock.advance(2_000);
    expect(viewer.ended).toBe(false);
  });

  it("opens several ports for a protocol", async () => {
    await using scene = await cameraOf();
    await set(scene, protocol("HTTP", true, 8000, 8800) + protocol("RTSP", true, 8554, 10_554));
    expect(await listening(scene, 8000, 8800, 8554, 10_554)).toEqual([8000, 8800, 8554, 10_554]);
    expect(await told(scene, 8800)).toEqual(["HTTP 8000 8800", "HTTPS 8443", "RTSP 8554 10554"]);
  });

  it("turns RTSP off, tunnels and further ports included, and on again", async () => {
    await using scene = await cameraOf({ rtspElements: "<listener><port>9554</port></listener>" });
    const { host } = scene;
    const { net } = fakeHost({ network: host.network, addresses: ["192.0.2.79"] });
    const tunnel = (): Promise<{ readonly head: string }> =>
      connectText(net, CAMERA_ADDRESS, 8000, host.clock).then((client) =>
        client.request(
          "GET /test.mp4 HTTP/1.0\r\nx-sessioncookie: abc\r\nAccept: application/x-rtsp-tunnelled\r\n\r\n",
        ),
      );
    await using viewer = await player(scene);
    await using further = await player(scene, 9554);
    expect((await tunnel()).head).toContain(" 200 ");
    await set(scene, protocol("RTSP", false, 8554));
    await host.clock.advance(1_100);
    expect([viewer.ended, further.ended]).toEqual([true, true]);
    expect(await listening(scene, 8554)).toEqual([]);
    await using late = await connectText(net, CAMERA_ADDRESS, 9554, host.clock);
    await host.clock.settle();
    expect(late.ended).toBe(true);
    expect((await tunnel()).head).toContain(" 404 ");
    expect(await told(scene)).toEqual(["HTTP 8000", "HTTPS 8443", "RTSP 8554 off"]);
    await set(scene, protocol("RTSP", true, 8554));
    await using again = await player(scene, 8554);
    expect(again.ended).toBe(false);
    expect((await tunnel()).head).toContain(" 200 ");
  });

  it("turns HTTPS on where onvif.cfg has it off, with a certificate", async () => {
    await using scene = await cameraOf({ onvif: { https_enable: "0" } });
    expect(await listening(scene, 8443)).toEqual([]);
    await set(scene, protocol("HTTPS", true, 8443));
    expect(await listening(scene, 8443)).toEqual([8443]);
    expect(scene.host.files.text("/cam/state/certificate.pem")).toContain("BEGIN CERTIFICATE");
  });

  it("tells SRTP while HTTPS is on, wherever a client has put it", async () => {
    await using scene = await cameraOf({ onvif: { https_enable: "0" } });
    const media2 = { service: Media2 };
    const { host } = scene;
    const srtp = async (): Promise<string> => {
      const profile = "<tr2:ProfileToken>profile_1</tr2:ProfileToken>";
      const request = `<tr2:Protocol>RtspsUnicast</tr2:Protocol>${profile}`;
      return textsOf(await new CameraClient(host).call("GetStreamUri", request, media2), "Uri").join("");
    };
    const isSecure = async (): Promise<string | undefined> => {
      const { children } = await new CameraClient(host).call("GetServiceCapabilities", "", media2);
      return children[0]?.child("StreamingCapabilities")?.attribute("SecureRTSPStreaming");
    };
    await expect(srtp()).rejects.toThrow("InvalidStreamSetup");
    expect(await isSecure()).toBe("false");
    await set(scene, protocol("HTTPS", true, 9443));
    expect(await srtp()).toMatch(/^rtsps:\/\/192\.0\.2\.10:9443\/test\.mp4&.*srtp=1$/);
    expect(await isSecure()).toBe("true");
    await set(scene, protocol("HTTPS", false, 9443));
    await expect(srtp()).rejects.toThrow("InvalidStreamSetup");
  });

  it("exchanges the ports of two protocols", async () => {
    await using scene = await cameraOf();
    await set(scene, protocol("HTTP", true, 8554) + protocol("RTSP", true, 8000));
    expect(await told(scene, 8554)).toEqual(["HTTP 8554", "HTTPS 8443", "RTSP 8000"]);
    await using viewer = await player(scene, 8000);
    expect(viewer.ended).toBe(false);
  });

  describe("refuses, and leaves everything as it was,", () => {
    it.each<[string, string, string]>([
      ["a port of another program", protocol("HTTP", true, 8800) + protocol("RTSP", true, 9000), "PortAlreadyInUse"],
      [
        "one that is handed over besides",
        protocol("HTTP", true, 8554) + protocol("RTSP", true, 9000),
        "PortAlreadyInUse",
      ],
      ["a port of ours for something else", protocol("RTSP", true, 9554), "PortAlreadyInUse"],
      ["one port for two", protocol("HTTP", true, 8443), "PortAlreadyInUse"],
      ["a port that needs rights", protocol("RTSP", true, 554), "InvalidArgVal"],
      ["no way to come back", protocol("HTTP", false, 8000) + protocol("HTTPS", false, 8443), "InvalidArgVal"],
    ])("%s", async (_name, content, fault) => {
      const changes = forFakeHost({ rtspElements: "<listener><port>9554</port></listener>" });
      await using scene = await startOn(hostWithFiles(changes, fakeHost({ privileged: false })));
      const other = await scene.host.net.listen({ port: 9000 }, () => {});
      await expect(set(scene, content)).rejects.toThrow(fault);
      await scene.host.clock.advance(2_000);
      expect(await told(scene)).toEqual(["HTTP 8000", "HTTPS 8443", "RTSP 8554"]);
      expect(await listening(scene, 8000, 8800, 8443, 8554)).toEqual([8000, 8443, 8554]);
      await using viewer = await player(scene);
      expect(viewer.ended).toBe(false);
      await other.close();
    });

    it("HTTPS where its certificate cannot be had", async () => {
      const files = { https_enable: "0", cert_file: "a.pem", key_file: "b.pem" };
      const host = hostWithFiles(forFakeHost({ onvif: files }));
      for (const name of ["a", "b"]) host.files.set(`/cam/${name}.pem`, "nonsense");
      await using scene = await startOn(host);
      await expect(set(scene, protocol("HTTPS", true, 8443))).rejects.toThrow("EnablingTlsFailed");
      expect(await told(scene)).toEqual(["HTTP 8000", "HTTPS 8443 off", "RTSP 8554"]);
    });
  });

  it("takes orders one after the other, though they come together", async () => {
    await using scene = await cameraOf();
    await Promise.all([8081, 8082, 8083].map((port) => set(scene, protocol("HTTP", true, port))));
    const left = await listening(scene, 8000, 8081, 8082, 8083);
    expect(left).toHaveLength(1);
    expect((await told(scene, left[0]))[0]).toBe(`HTTP ${left[0]}`);
  });

  it("lasts over restarts of the camera and of the program; what nobody has set follows the cfg files", async () => {
    const scene = await cameraOf();
    const { host } = scene;
    await set(scene, protocol("HTTP", true, 8800) + protocol("RTSP", false, 10_554));
    await new CameraClient(host, 8800).call("SystemReboot");
    await host.clock.advance(7_000);
    expect(await listening(scene, 8000, 8800, 8443, 8554)).toEqual([8800, 8443]);
    await scene[Symbol.asyncDispose]();
    const changed = (host.files.text("/cam/onvifrun.cfg") ?? "").replace("<https_port>8443<", "<https_port>9443<");
    host.files.set("/cam/onvifrun.cfg", changed);
    await using again = await startOn(host);
    expect(await told(again, 8800)).toEqual(["HTTP 8800", "HTTPS 9443", "RTSP 10554 off"]);
    expect(await listening(again, 8000, 8800, 8443, 9443, 8554)).toEqual([8800, 9443]);
  });

  it("of a port that is another program's at the next start: the program says what to do", async () => {
    const scene = await cameraOf();
    const { host } = scene;
    await set(scene, protocol("HTTP", true, 8800));
    await scene[Symbol.asyncDispose]();
    await host.net.listen({ port: 8800 }, () => {});
    await expect(startOn(host)).rejects.toThrow(
      "port 8800 is taken by another program; end that one, or delete onvifrun.cfg (a client has chosen the port)",
    );
  });

  it("can be asked for by a client that keeps its connection, and then by the new port", async () => {
    await using scene = await cameraOf();
    const { host } = scene;
    const { net } = new CameraClient(host).host;
    await using kept = await connectText(net, CAMERA_ADDRESS, 8000, host.clock);
    const post = (content: string): string => {
      const body = envelopeOf(
        `<tds:SetNetworkProtocols xmlns:tds="http://www.onvif.org/ver10/device/wsdl">${content}</tds:SetNetworkProtocols>`,
      );
      return `POST /onvif/device_service HTTP/1.1\r\nHost: a\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    };
    expect((await kept.request(post(protocol("HTTP", true, 8800)))).head).toContain(" 200 ");
    expect((await kept.request(post(protocol("HTTP", true, 8081)))).head).toContain(" 200 ");
    expect(await listening(scene, 8000, 8800, 8081)).toEqual([8081]);
  });
});
