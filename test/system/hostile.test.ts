import { describe, expect, it } from "vitest";
import { connectText } from "../support/text-client.js";
import { aFleet, type FleetOnHost } from "../support/a-fleet.js";
import { fakeHost } from "../support/fake-host.js";
import { mutants } from "../support/fuzz.js";

const ADDRESS = "192.0.2.10";
const SOAP = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><GetScopes xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>`;
const HTTP = `POST /onvif/device_service HTTP/1.1\r\nHost: cam\r\nContent-Type: application/soap+xml\r\nContent-Length: ${SOAP.length}\r\n\r\n${SOAP}`;
const RTSP = `DESCRIBE rtsp://${ADDRESS}:8554/test.mp4 RTSP/1.0\r\nCSeq: 1\r\nAccept: application/sdp\r\n\r\n`;
const PROBE = `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"><e:Header><w:MessageID>uuid:ID</w:MessageID></e:Header><e:Body><d:Probe xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"/></e:Body></e:Envelope>`;

const hostile: readonly (readonly [string, Buffer])[] = [
  ["nothing but zeros", Buffer.alloc(70_000)],
  ["a TLS hello", Buffer.from("16030102000100", "hex")],
  ["a line without an end", Buffer.alloc(300_000, 0x41)],
  ["many empty lines", Buffer.from("\r\n".repeat(50_000))],
  ["interleaved frames without a session", Buffer.from(`$\0\xff\xff${"x".repeat(70_000)}`, "latin1")],
  ["headers without end", Buffer.from(`GET / HTTP/1.1\r\n${"X: y\r\n".repeat(40_000)}`)],
  [
    "a body that is promised and huge",
    Buffer.from("POST /onvif/device_service HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n"),
  ],
  [
    "a DTD with entities",
    Buffer.from(
      `POST /onvif/device_service HTTP/1.1\r\nHost: a\r\nContent-Length: 90\r\n\r\n<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>${" ".repeat(40)}`,
    ),
  ],
  ["elements nested a thousand deep", post("<a>".repeat(1000))],
  [
    "a garbled RTSP request",
    Buffer.from("SETUP \0\x01\xfe RTSP/9.9\r\nCSeq: -1\r\nTransport: ;;;;=,,,\r\n\r\n", "latin1"),
  ],
];

function post(body: string): Buffer {
  return Buffer.from(`POST /onvif/device_service HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
}

async function stillServes({ host }: FleetOnHost): Promise<void> {
  await using web = await connectText(host.net, ADDRESS, 8000, host.clock);
  web.send(HTTP);
  expect((await web.message()).body.toString()).toContain("GetScopesResponse");
  await using rtsp = await connectText(host.net, ADDRESS, 8554, host.clock);
  rtsp.send(RTSP);
  while (rtsp.pending.length === 0) await host.clock.advance(10);
  expect((await rtsp.message()).head).toContain("RTSP/1.0 200");
}

describe("hostile bytes", () => {
  it.each([8000, 8443, 8554])(
    "on port %i do not hurt: each case, whole and cut, by a client that waits or leaves",
    async (port) => {
      await using scene = await aFleet();
      const { host } = scene;
      for (const [, bytes] of hostile)
        for (const part of [bytes, bytes.subarray(0, Math.ceil(bytes.length / 2))]) {
          const client = await connectText(host.net, ADDRESS, port, host.clock);
          client.send(part);
          await host.clock.settle();
          client.close();
          await host.clock.settle();
        }
      await stillServes(scene);
    },
  );

  it.each([
    [8000, HTTP],
    [8554, RTSP],
  ])("damaged requests on port %i get an answer or an end, and leave nothing behind", async (port, request) => {
    await using scene = await aFleet({ onvif: { http_max_users: "10000" } });
    const { host } = scene;
    for (const bytes of mutants([Buffer.from(request)], 1000)) {
      const client = await connectText(host.net, ADDRESS, port, host.clock);
      client.send(bytes);
      await host.clock.settle();
      client.close();
    }
    await host.clock.advance(120_000);
    expect(host.net.connections.filter((connection) => !connection.destroyed)).toHaveLength(0);
    await stillServes(scene);
  });

  it("on the discovery port get silence", async () => {
    await using scene = await aFleet();
    const { host } = scene;
    const peer = fakeHost({ network: host.network, addresses: ["192.0.2.77"] });
    const socket = await peer.net.udp({ address: "192.0.2.77" });
    let answers = 0;
    socket.onMessage(() => answers++);
    for (const [, bytes] of hostile) socket.send(bytes.subarray(0, 60_000), 3702, "239.255.255.250");
    await host.clock.advance(1000);
    expect(answers).toBe(0);
    socket.send(Buffer.from(PROBE), 3702, "239.255.255.250");
    await host.clock.advance(1000);
    expect(answers).toBe(1);
    await socket.close();
  });

  it("that come one a second are cut off in time", async () => {
    await using scene = await aFleet();
    const { host } = scene;
    for (const [port, request] of [
      [8000, HTTP],
      [8554, RTSP],
    ] as const) {
      const client = await connectText(host.net, ADDRESS, port, host.clock);
      for (const byte of request.slice(0, 90)) {
        if (client.ended) break;
        client.send(byte);
        await host.clock.advance(1000);
      }
      expect(client.ended).toBe(true);
    }
  });
});
