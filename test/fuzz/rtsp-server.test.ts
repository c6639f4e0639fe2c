import { describe, expect, it } from "vitest";
import { RtspServer } from "#rtsp/server/server";
import { silentLogger } from "#util/log";
import { writeFrame } from "#wire/rtsp/message";
import { aSpeaker } from "../support/a-speaker.js";
import { fakeHost } from "../support/fake-host.js";
import { FakeDirectory, FakePath } from "../support/fake-path.js";
import { Recorded } from "../support/recorded.js";
import { replayStage } from "../support/replay-stage.js";
import { rtpPacket } from "../support/relay-packets.js";
import { mutants } from "../support/fuzz.js";

const url = "rtsp://192.0.2.10/a";

describe("the RTSP server", () => {
  it("survives 2,000 damaged conversations and keeps nothing of them", { timeout: 600_000 }, async () => {
    const host = fakeHost({ addresses: ["192.0.2.10"] });
    const directory = new FakeDirectory();
    const path = directory.add(new FakePath("a", host.clock));
    const { speaker, sink } = aSpeaker(host.clock);
    directory.backChannel = speaker;
    const server = new RtspServer(host, silentLogger, directory, { sessionTimeoutSeconds: 1 });
    await server.listen({ port: 554 });
    const transports = ["RTP/AVP/TCP;unicast;interleaved=0-1", "RTP/AVP;unicast;client_port=4000-4001"];
    const samples = transports.map((transport) =>
      Buffer.concat([
        Buffer.from(
          `OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\nDESCRIBE ${url} RTSP/1.0\r\nCSeq: 2\r\nAccept: application/sdp\r\n\r\n` +
            `SETUP ${url}/trackID=0 RTSP/1.0\r\nCSeq: 3\r\nTransport: ${transport}\r\n\r\n` +
            `PLAY ${url}/ RTSP/1.0\r\nCSeq: 4\r\nRange: npt=0-\r\n\r\n`,
        ),
        writeFrame(1, Buffer.from("80c90001000000010102", "hex")),
        Buffer.from(
          `GET_PARAMETER ${url} RTSP/1.0\r\nCSeq: 5\r\nContent-Length: 5\r\n\r\na: b\nPAUSE * RTSP/1.0\r\nCSeq: 6\r\n\r\n`,
        ),
      ]),
    );
    samples.push(
      Buffer.concat([
        Buffer.from(
          `SETUP ${url}/trackID=2 RTSP/1.0\r\nCSeq: 1\r\nTransport: ${transports[0]}\r\n\r\nPLAY ${url} RTSP/1.0\r\nCSeq: 2\r\n\r\n`,
        ),
        ...[1, 2, 4, 3].flatMap((sequence) => [
          writeFrame(0, rtpPacket(Buffer.alloc(20), { type: 0, sequence })),
          writeFrame(1, Buffer.from("80c80006000000010000000000000000000000000000000100000014", "hex")),
        ]),
        Buffer.from(`PAUSE ${url} RTSP/1.0\r\nCSeq: 3\r\n\r\nTEARDOWN ${url} RTSP/1.0\r\nCSeq: 4\r\n\r\n`),
      ]),
    );
    let answered = 0;
    for (const bytes of mutants(samples, 2000)) {
      const connection = await host.net.connect("192.0.2.10", 554);
      connection.on("data", () => answered++);
      connection.write(bytes);
      await host.clock.settle();
      path.publish(0);
      connection.destroy();
    }
    expect(answered).toBeGreaterThan(2000);
    await host.clock.advance(10_000);
    expect(sink.heard.length).toBeGreaterThan(100);
    expect(sink.heard.every(({ isOver }) => isOver)).toBe(true);
    expect(speaker.talk).toBeUndefined();
    expect([server.connections, server.sessions().length, path.leases, path.readings]).toEqual([0, 0, 0, 0]);
    expect(host.net.udpSockets).toEqual([]);
    expect(host.clock.pendingTimers).toBe(0);
    await server.close();
  });

  it("survives 1,000 damaged replays and keeps none of them", { timeout: 600_000 }, async () => {
    await using stage = await replayStage(
      new Recorded({
        sections: [
          [0, 2],
          [10, 12],
        ],
        group: "IPBPB",
      }),
    );
    stage.directory.add(new FakePath("a", stage.host.clock, undefined, 12));
    const requests = [
      "Require: onvif-replay\r\nRange: clock=20260101T000001.5Z-20260101T000011Z\r\nRate-Control: no\r\nFrames: intra/4000",
      "Require: onvif-replay\r\nRange: clock=20260101T000011Z-20260101T000000Z\r\nScale: -1.0\r\nImmediate: yes",
      "Range: npt=1.5-11\r\nScale: 2.0\r\nSpeed: 0.5",
      "Require: onvif-replay\r\nRate-Control: yes\r\nFrames: predicted\r\nRange: smpte-25=0:00:01:12-",
    ];
    const samples = requests.map((headers, index) => {
      const tag = index === 2 ? "" : "Require: onvif-replay\r\n";
      const play = `PLAY ${url} RTSP/1.0\r\nCSeq: 4\r\n${headers}\r\n\r\n`;
      return Buffer.from(
        `DESCRIBE ${url} RTSP/1.0\r\nCSeq: 2\r\n${tag}\r\n` +
          `SETUP ${url}/trackID=0 RTSP/1.0\r\nCSeq: 3\r\n${tag}Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n` +
          `${play}PAUSE ${url} RTSP/1.0\r\nCSeq: 5\r\n\r\n${play}`,
      );
    });
    let media = 0;
    for (const bytes of mutants(samples, 1000)) {
      const connection = await stage.host.net.connect("192.0.2.10", 554);
      connection.on("data", (chunk: Buffer) => (media += chunk.includes("$") ? 1 : 0));
      connection.write(bytes);
      await stage.host.clock.advance(20);
      connection.destroy();
    }
    await stage.host.clock.advance(10_000);
    expect(media).toBeGreaterThan(100);
    expect([stage.opened(), stage.server.sessions()]).toEqual([0, []]);
  });
});
