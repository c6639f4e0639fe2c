import { describe, expect, it } from "vitest";
import { Recorded, recordedFromMs } from "../../support/recorded.js";
import { clientPorts, RtspClient, rtcpPackets, serverAddress, urlA } from "../../support/rtsp-client.js";
import {
  clockRange,
  marksOf,
  onvif,
  playReplay,
  replayStage,
  setUpReplay,
  unitsOf,
} from "../../support/replay-stage.js";

const paced = { "Rate-Control": "yes" };

describe("a replay without a pace", () => {
  it("comes at once, tracks in the order in which they were recorded, with empty sender reports", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    await setUpReplay(client, [0, 1]);
    const answer = await playReplay(client, { Range: clockRange(0, 2) });
    expect(answer.headers.get("Rate-Control")).toBe("no");
    await stage.host.clock.advance(20);
    const frames = client.arrived.flatMap((message) => (message.kind === "frame" ? [message] : []));
    const media = frames
      .filter(({ channel }) => channel % 2 === 0)
      .map(({ channel, payload }) => ({ channel, payload }));
    const order = media.flatMap(({ channel, payload }) => {
      const hasMark = ((payload[0] ?? 0) & 0x10) !== 0;
      return hasMark ? [channel] : [];
    });
    expect(order).toEqual(Array.from({ length: 16 }, (_, index) => (index % 2 === 0 ? 0 : 2)));
    for (const channel of [1, 3]) {
      const reports = client.rtcp(channel).filter(({ type }) => type === "SR");
      expect(reports.length).toBeGreaterThan(0);
      for (const report of reports) expect(report).toMatchObject({ ntp: { seconds: 0, fraction: 0 }, rtpTime: 0 });
    }
  });

  it("has RTP-Info that names the first packet, also of later positions", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    await setUpReplay(client);
    for (const range of [clockRange(0, 0.5), clockRange(11), clockRange(1, 1.2)]) {
      const answer = await playReplay(client, { Range: range });
      await stage.host.clock.advance(20);
      const [first] = unitsOf(client.frames(0));
      expect(answer.headers.get("RTP-Info")).toBe(
        `url=${urlA}/trackID=0;seq=${first?.sequence};rtptime=${first?.rtpTime}`,
      );
    }
  });

  it.each([
    { Scale: "2.0" },
    { Scale: "-0.5" },
    { Speed: "2.0" },
    { Scale: "x" },
    { "Rate-Control": "maybe" },
    { Immediate: "1" },
  ])("is refused with %j", async (headers) => {
    await using stage = await replayStage();
    const client = await stage.connect();
    await setUpReplay(client);
    expect((await playReplay(client, headers)).status).toBe(400);
  });

  it("waits for a client that does not read, keeps little in memory, and loses nothing", async () => {
    const recorded = new Recorded({ sections: [[0, 500]], bytes: 20_000 });
    await using stage = await replayStage(recorded);
    const client = await stage.connect();
    await setUpReplay(client);
    client.connection.pause();
    client.connection.write(`PLAY ${urlA} RTSP/1.0\r\nCSeq: 90\r\nRequire: onvif-replay\r\nRate-Control: no\r\n\r\n`);
    await stage.host.clock.advance(40_000);
    const near = stage.host.net.connections.at(-1);
    expect(recorded.read).toBeLessThan(40);
    expect(near?.writableLength).toBeLessThan(200_000);
    client.connection.resume();
    await stage.host.clock.advance(2000);
    const pictures = unitsOf(client.frames(0)).map(({ picture }) => picture);
    expect(pictures).toEqual(Array.from({ length: 2000 }, (_, index) => index));
  });

  it("ends for a client that neither reads nor says anything", async () => {
    await using stage = await replayStage(new Recorded({ sections: [[0, 500]], bytes: 20_000 }));
    const client = await stage.connect();
    await setUpReplay(client);
    client.connection.pause();
    client.connection.write(`PLAY ${urlA} RTSP/1.0\r\nCSeq: 90\r\nRequire: onvif-replay\r\nRate-Control: no\r\n\r\n`);
    await stage.host.clock.advance(60_000);
    expect(stage.opened()).toBe(1);
    await stage.host.clock.advance(80_000);
    expect(stage.opened()).toBe(0);
  });

  it("is paced over UDP, where nobody says how much can be taken", async () => {
    await using stage = await replayStage(new Recorded({ sections: [[0, 100]], bytes: 10_000 }));
    const host = stage.client("192.0.2.30");
    const client = await RtspClient.connect(host, serverAddress);
    const ports = await clientPorts(host.net, "192.0.2.30", 4000);
    await client.request("SETUP", `${urlA}/trackID=0`, { ...onvif, Transport: ports.transport });
    expect((await playReplay(client)).status).toBe(200);
    await stage.host.clock.settle();
    expect(ports.rtp.length).toBeLessThanOrEqual(40);
    await stage.host.clock.advance(100);
    expect(ports.rtp.length).toBeGreaterThan(300);
    expect(ports.rtp.length).toBeLessThan(1000);
    await stage.host.clock.advance(2000);
    const pictures = unitsOf(ports.rtp).map(({ picture }) => picture);
    expect(pictures).toEqual(Array.from({ length: 400 }, (_, index) => index));
    expect(ports.rtcp.flatMap(rtcpPackets)[0]).toMatchObject({ type: "SR", rtpTime: 0 });
  });
});

describe("a replay with a pace", () => {
  const ticks = 90_000 / 4;

  it("comes in the time that it took, with reports of the present time, and no gap is waited for", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    await setUpReplay(client);
    await playReplay(client, { ...paced, Range: clockRange(1) });
    expect(marksOf(unitsOf(client.frames(0)))).toBe("4CD");
    const [report] = client.rtcp(1);
    expect(report).toMatchObject({
      type: "SR",
      ntp: { seconds: Math.floor(stage.host.clock.now() / 1000) + 2_208_988_800 },
    });
    const times: number[] = [];
    const pictures: number[] = [];
    for (let step = 0; step < 11; step++) {
      await stage.host.clock.advance(250);
      for (const { picture, rtpTime } of unitsOf(client.frames(0))) {
        pictures.push(picture);
        times.push(rtpTime);
      }
      expect(pictures.length).toBe(step + 1);
    }
    expect(pictures).toEqual([5, 6, 7, 40, 41, 42, 43, 44, 45, 46, 47]);
    for (const [index, time] of times.entries())
      if (index > 0) expect((time - (times[index - 1] ?? 0) + 2 ** 32) % 2 ** 32).toBe(ticks);
  });

  it.each([
    ["Scale 2.0 in half the time, with RTP times as close", { Scale: "2.0" }, 125, ticks / 2],
    ["Scale 0.5 in twice the time", { Scale: "0.5" }, 500, ticks * 2],
    ["Speed 2.0 in half the time, with the RTP times of normal playing", { Speed: "2.0" }, 125, ticks],
  ])("has %s", async (_name, headers, stepMs, step) => {
    await using stage = await replayStage(new Recorded({ sections: [[0, 5]] }));
    const client = await stage.connect();
    await setUpReplay(client, [0, 1]);
    const answer = await playReplay(client, { ...paced, ...headers });
    for (const [name, value] of Object.entries(headers)) expect(answer.headers.get(name)).toBe(value);
    await stage.host.clock.advance(stepMs * 5);
    const units = unitsOf(client.frames(0));
    expect(units.map(({ picture }) => picture)).toEqual([0, 1, 2, 3, 4, 5]);
    const [first, second] = units.map(({ rtpTime }) => rtpTime);
    expect(((second ?? 0) - (first ?? 0) + 2 ** 32) % 2 ** 32).toBe(step);
    expect(client.frames(2).length > 0).toBe("Speed" in headers);
  });

  it("takes a Scale only as far as it is played, and sends key frames alone when it is high", async () => {
    await using stage = await replayStage(new Recorded({ sections: [[0, 100]] }));
    const client = await stage.connect();
    await setUpReplay(client);
    expect((await playReplay(client, { ...paced, Scale: "100" })).headers.get("Scale")).toBe("32.0");
    await stage.host.clock.advance(100);
    expect(marksOf(unitsOf(client.frames(0)))).toBe("0CD 4C 8C 12C");
  });

  it("goes backwards group by group, with RTP times of when each picture is to be shown", async () => {
    await using stage = await replayStage(new Recorded({ sections: [[0, 4]] }));
    const client = await stage.connect();
    await setUpReplay(client);
    await playReplay(client, { ...paced, Scale: "-1.0", Range: clockRange(2.9) });
    await stage.host.clock.advance(850);
    const first = unitsOf(client.frames(0));
    expect(marksOf(first)).toBe("8CD 9 10 11");
    await stage.host.clock.advance(1000);
    const second = unitsOf(client.frames(0));
    expect(marksOf(second)).toBe("4CD 5 6 7");
    const shown = [...first, ...second].toSorted((a, b) => a.rtpTime - b.rtpTime).map(({ picture }) => picture);
    expect(shown).toEqual([11, 10, 9, 8, 7, 6, 5, 4]);
  });
});

describe("a session that replays", () => {
  it("pauses, and goes on with the very next unit", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    const Session = await setUpReplay(client);
    await playReplay(client, paced);
    await stage.host.clock.advance(600);
    expect(marksOf(unitsOf(client.frames(0)))).toBe("0CD 1 2");
    expect((await client.request("PAUSE", urlA, { Session })).status).toBe(200);
    await stage.host.clock.advance(5000);
    expect(client.frames(0)).toEqual([]);
    const again = await client.request("PLAY", urlA, { ...onvif, Session });
    expect(again.headers.get("Range")).toBe(clockRange(0.75, 12));
    await stage.host.clock.advance(500);
    const units = unitsOf(client.frames(0));
    expect(marksOf(units)).toBe("3 4C 5");
    expect(again.headers.get("RTP-Info")).toContain(`seq=${units[0]?.sequence};rtptime=${units[0]?.rtpTime}`);
  });

  it("repositions without PAUSE, with another CSeq in its packets and D on the first", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    await setUpReplay(client);
    await playReplay(client, paced);
    await stage.host.clock.advance(300);
    const before = unitsOf(client.frames(0));
    const answer = await playReplay(client, { ...paced, Range: clockRange(10.5), Immediate: "yes" });
    expect(answer.status).toBe(200);
    await stage.host.clock.advance(300);
    const after = unitsOf(client.frames(0));
    expect([marksOf(before), marksOf(after)]).toEqual(["0CD 1", "40CD 41"]);
    const cseq = Number(answer.headers.get("CSeq"));
    expect([...before, ...after].map((unit) => unit.cseq)).toEqual([cseq - 1, cseq - 1, cseq, cseq]);
  });

  it("goes on when it is told to play a place that there is not", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    await setUpReplay(client);
    await playReplay(client, paced);
    await stage.host.clock.advance(300);
    expect((await playReplay(client, { ...paced, Range: clockRange(99) })).status).toBe(457);
    await stage.host.clock.advance(300);
    expect(marksOf(unitsOf(client.frames(0)))).toBe("0CD 1 2");
  });

  it("is not started again by the same PLAY", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    await setUpReplay(client);
    await playReplay(client, paced);
    await stage.host.clock.advance(300);
    const answer = await playReplay(client, paced);
    expect([answer.status, answer.headers.get("RTP-Info")]).toEqual([200, undefined]);
    await stage.host.clock.advance(300);
    const units = unitsOf(client.frames(0));
    expect(marksOf(units)).toBe("0CD 1 2");
    expect(units.map(({ cseq }) => cseq - (units[0]?.cseq ?? 0))).toEqual([0, 0, 1]);
  });

  it("turns round where it is", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    await setUpReplay(client);
    await playReplay(client, { ...paced, Range: clockRange(1) });
    await stage.host.clock.advance(600);
    client.frames(0);
    await playReplay(client, { Scale: "-1.0" });
    await stage.host.clock.advance(50);
    expect(marksOf(unitsOf(client.frames(0)))).toBe("4CD 5 6 7 0CD 1 2 3ET");
  });

  it("stays when all has been sent, says no goodbye, and plays again from where it is told", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    await setUpReplay(client);
    await playReplay(client, { Range: clockRange(11) });
    await stage.host.clock.advance(50);
    expect(marksOf(unitsOf(client.frames(0)))).toBe("44CD 45 46 47ET");
    expect(client.rtcp(1).filter(({ type }) => type === "BYE")).toEqual([]);
    expect(stage.server.sessions()[0]?.state).toBe("playing");
    expect((await playReplay(client)).headers.get("Range")).toBe(clockRange(12, 12));
    await playReplay(client, { Range: clockRange(0, 0.25) });
    await stage.host.clock.advance(50);
    expect(marksOf(unitsOf(client.frames(0)))).toBe("0CD 1T");
  });

  it("tells the time of capture to the fraction", async () => {
    await using stage = await replayStage();
    const client = await stage.connect();
    await setUpReplay(client, [1]);
    await client.request("PLAY", urlA, { ...onvif, "Rate-Control": "no", Range: clockRange(0.5, 1) });
    await stage.host.clock.advance(50);
    expect(
      client
        .frames(2)
        .flatMap((packet) => unitsOf([packet]))
        .map(({ picture }) => picture),
    ).toEqual([2.5, 3.5]);
    expect(recordedFromMs % 1000).toBe(0);
  });
});
