import { describe, expect, it } from "vitest";
import type { CarrierName } from "#rtsp/server/transport/carrier";
import { CameraClient } from "../../support/camera-client.js";
import { aFleet, fleetOn, hostWithFiles, type FleetOnHost } from "../../support/a-fleet.js";
import type { CfgChanges } from "../../support/camera-process.js";
import { connectThrough, dial } from "../../support/carriers.js";
import { fakeHost, type FakeHost } from "../../support/fake-host.js";
import { serverAddress } from "../../support/rtsp-client.js";
import { connectText, TextClient } from "../../support/text-client.js";

const clientOf = ({ host }: FleetOnHost): FakeHost =>
  fakeHost({ network: host.network, addresses: ["192.0.2.20"], seed: 5 });

const soap = (namespace: string, operation: string, content: string): string => {
  const body = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><${operation} xmlns="${namespace}">${content}</${operation}></s:Body></s:Envelope>`;
  return `POST /onvif/device_service HTTP/1.1\r\nHost: ${serverAddress}:8000\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
};

/** Plays for half a second and tells how many packets of video came. */
async function packetsOf(scene: FleetOnHost, carrier: CarrierName, port: number, url: string): Promise<number> {
  const client = await connectThrough(carrier, clientOf(scene), port);
  const described = await client.ask("DESCRIBE", url);
  expect(described.status).toBe(200);
  const control = /m=video[^]*?a=control:(\S+)/.exec(described.body.toString())?.[1] ?? "";
  const setup = await client.ask("SETUP", control, {
    Transport: "RTP/AVP/TCP;unicast;interleaved=0-1",
  });
  expect([control, setup.status]).toEqual([`${url}/trackID=0`, 200]);
  expect((await client.ask("PLAY", url)).status).toBe(200);
  for (let times = 0; times < 50; times++) await scene.host.clock.advance(10);
  const packets = client.frames(0).length;
  expect((await client.ask("TEARDOWN", url)).status).toBe(200);
  await client.close();
  return packets;
}

describe("the ports of a camera", () => {
  it.each<[string, CarrierName, number, CfgChanges]>([
    ["the RTSP port, RTSP", "rtsp", 8554, {}],
    ["the RTSP port, HTTP", "http", 8554, {}],
    ["the RTSP port, WebSocket", "ws", 8554, {}],
    ["the port of the web server, HTTP", "http", 8000, {}],
    ["the port of the web server, WebSocket", "ws", 8000, {}],
    ["the port of the web server, RTSP", "rtsp", 8000, {}],
    ["the HTTPS port of the web server, HTTPS", "https", 8443, {}],
    ["the HTTPS port of the web server, WebSocket", "wss", 8443, {}],
    ["the HTTPS port of the web server, RTSP with TLS", "rtsps", 8443, {}],
    ["<http_port> of rtsp.cfg, HTTP", "http", 8080, {}],
    ["<http_port> of rtsp.cfg, WebSocket", "ws", 8080, {}],
    ["<https_port> of rtsp.cfg, HTTPS", "https", 8444, {}],
    ["<https_port> of rtsp.cfg, WebSocket", "wss", 8444, {}],
    ["<http_port> that both files have", "http", 8000, { rtsp: { http_port: "8000", https_port: "8443" } }],
    ["<https_port> that both files have", "https", 8443, { rtsp: { http_port: "8000", https_port: "8443" } }],
    [
      "<http_port> of rtsp.cfg without a web server",
      "http",
      8000,
      { onvif: { http_enable: "0" }, rtsp: { http_port: "8000" } },
    ],
    ["<rtsps_port>, RTSP with TLS", "rtsps", 8322, { rtsp: { rtsps_enable: "1" } }],
    ["<rtsps_port>, WebSocket", "wss", 8322, { rtsp: { rtsps_enable: "1" } }],
  ])("play: %s", async (_name, carrier, port, changes) => {
    await using scene = await aFleet(changes);
    expect(await packetsOf(scene, carrier, port, `rtsp://${serverAddress}:${port}/test.mp4`)).toBeGreaterThan(10);
  });

  it.each<[string, string, string]>([
    [
      "http://www.onvif.org/ver10/media/wsdl",
      "<StreamSetup><Stream xmlns='http://www.onvif.org/ver10/schema'>RTP-Unicast</Stream><Transport xmlns='http://www.onvif.org/ver10/schema'><Protocol>HTTP</Protocol></Transport></StreamSetup><ProfileToken>profile_1</ProfileToken>",
      "Media",
    ],
    [
      "http://www.onvif.org/ver20/media/wsdl",
      "<Protocol>RtspOverHttp</Protocol><ProfileToken>profile_1</ProfileToken>",
      "Media2",
    ],
  ])("play what GetStreamUri of %s gives out for HTTP", async (namespace, content) => {
    await using scene = await aFleet();
    const web = await connectText(clientOf(scene).net, serverAddress, 8000, scene.host.clock);
    web.send(soap(namespace, "GetStreamUri", content));
    const answer = (await web.message()).body.toString();
    const uri = /<[^>]*Uri>(http:[^<]*)</.exec(answer)?.[1]?.replaceAll("&amp;", "&") ?? answer;
    expect(uri).toMatch(/^http:\/\/192\.0\.2\.10:8000\/test\.mp4/);
    // Clients write the scheme of RTSP inside, or leave it as it is.
    for (const url of [uri, uri.replace("http:", "rtsp:")])
      expect(await packetsOf(scene, "http", 8000, url)).toBeGreaterThan(10);
  });

  it.each([
    [8000, "ws:/rtsp"],
    [8443, "wss:/rtsp"],
  ])("lead to the WebSocket that GetServiceCapabilities names on port %i", async (port, uri) => {
    await using scene = await aFleet();
    const web = new TextClient(await dial(clientOf(scene), port === 8443, port), () => scene.host.clock.settle(), 200);
    web.send(soap("http://www.onvif.org/ver20/media/wsdl", "GetServiceCapabilities", ""));
    expect((await web.message()).body.toString()).toContain(`RTSPWebSocketUri="${uri}"`);
  });

  it("lead to the secure WebSocket on a port of HTTPS that a client has opened", async () => {
    await using scene = await aFleet({ onvif: { https_enable: "0" } });
    await new CameraClient(scene.host).call(
      "SetNetworkProtocols",
      "<tds:NetworkProtocols><tt:Name>HTTPS</tt:Name><tt:Enabled>true</tt:Enabled><tt:Port>9443</tt:Port></tds:NetworkProtocols>",
    );
    const web = new TextClient(await dial(clientOf(scene), true, 9443), () => scene.host.clock.settle(), 200);
    web.send(soap("http://www.onvif.org/ver20/media/wsdl", "GetServiceCapabilities", ""));
    expect((await web.message()).body.toString()).toContain('RTSPWebSocketUri="wss:/rtsp"');
  });

  it("tell clients nothing of tunnels that are off", async () => {
    await using scene = await aFleet({ rtsp: { rtsp_over_http: "0", rtsp_over_https: "0" } });
    const web = await connectText(clientOf(scene).net, serverAddress, 8000, scene.host.clock);
    const media2 = "http://www.onvif.org/ver20/media/wsdl";
    web.send(soap(media2, "GetServiceCapabilities", ""));
    expect((await web.message()).body.toString()).not.toContain("RTSPWebSocketUri");
    web.send(soap(media2, "GetStreamUri", "<Protocol>RtspOverHttp</Protocol><ProfileToken>profile_1</ProfileToken>"));
    expect((await web.message()).body.toString()).toContain("InvalidStreamSetup");
  });

  it.each<[tag: string, protocol: string, isRefused: boolean]>([
    ["rtp_over_udp", "RtspUnicast", true],
    ["rtp_over_udp", "RTSP", false],
    ["rtp_over_tcp", "RtspUnicast", false],
    ["rtp_over_tcp", "RTSP", true],
    ["rtp_over_tcp", "RtspOverHttp", true],
  ])("give out no address for a transport that is off: %s 0, %s", async (tag, protocol, isRefused) => {
    await using scene = await aFleet({ rtsp: { [tag]: "0" } });
    const web = await connectText(clientOf(scene).net, serverAddress, 8000, scene.host.clock);
    const content = `<Protocol>${protocol}</Protocol><ProfileToken>profile_1</ProfileToken>`;
    web.send(soap("http://www.onvif.org/ver20/media/wsdl", "GetStreamUri", content));
    expect((await web.message()).body.toString().includes("InvalidStreamSetup")).toBe(isRefused);
  });

  it("are not those of a feature that is off", async () => {
    await using scene = await aFleet({ rtsp: { rtsp_over_http: "0", rtsp_over_https: "0" } });
    const { net } = clientOf(scene);
    for (const port of [8080, 8444, 8322])
      await expect(net.connect(serverAddress, port)).rejects.toThrow("ECONNREFUSED");
    for (const port of [8000, 8554]) {
      const client = await connectText(net, serverAddress, port, scene.host.clock);
      client.send("GET /test.mp4 HTTP/1.0\r\nx-sessioncookie: a\r\n\r\n");
      expect((await client.rest()).toString()).toMatch(/^HTTP\/1\.1 404 /);
    }
  });

  it("serve ONVIF and streams side by side, whatever comes first and however it is cut", async () => {
    await using scene = await aFleet();
    const request = soap("http://www.onvif.org/ver10/device/wsdl", "GetSystemDateAndTime", "");
    const web = await connectText(clientOf(scene).net, serverAddress, 8000, scene.host.clock);
    for (let at = 0; at < request.length; at += 7) {
      web.send(request.slice(at, at + 7));
      await scene.host.clock.settle();
    }
    expect((await web.message()).body.toString()).toContain("GetSystemDateAndTimeResponse");
    web.send(request);
    expect((await web.message()).body.toString()).toContain("GetSystemDateAndTimeResponse");
    expect(await packetsOf(scene, "http", 8000, `rtsp://${serverAddress}:8000/test.mp4`)).toBeGreaterThan(10);
    web.send(request);
    expect((await web.message()).body.toString()).toContain("GetSystemDateAndTimeResponse");
  });

  it.each([
    ["8080", "http_port", {}],
    ["8444", "https_port", {}],
    ["8322", "rtsps_port", { rtsps_enable: "1" }],
  ])("that are taken are named with their tag: %s", async (port, tag, rtsp) => {
    const host = hostWithFiles({ onvif: { ssdp_enable: "0", ffmpeg: "none" }, rtsp });
    await host.net.listen({ port: Number(port) }, () => {});
    await expect(fleetOn(host)).rejects.toThrow(
      `port ${port} is taken by another program; end that one, or change <${tag}> in rtsp.cfg`,
    );
    // Nothing stays open after a start that failed.
    await expect(host.net.listen({ port: 8000 }, () => {})).resolves.toBeDefined();
  });
});
