import { describe, expect, it } from "vitest";
import { sequenceNumber, ssrc, timestamp } from "#wire/rtp/packet";
import { parseSdp } from "#wire/sdp/parser";
import { FakePath, pcmu } from "../../support/fake-path.js";
import { missingProofs, type Proof } from "../../support/proof.js";
import { keyFrame, media, publish, publishStage, readBack, urlP } from "../../support/publish-stage.js";
import { publishedFormats, UnitSender } from "../../support/relay-packets.js";
import { rtspStage, serverAddress, setUpTcp, urlA } from "../../support/rtsp-client.js";

/**
 * What users complain about of RTSP servers, by number, and the tests elsewhere that show that it is not so here. The tests
 * below show the rest. What is left of 15 is of programs that are started (none is by the RTSP server).
 */
const ELSEWHERE: Readonly<Record<number, readonly Proof[]>> = {
  1: [
    ["system/rtsp/limits.test.ts", "loses nothing for nine readers while a tenth has stalled"],
    ["system/rtsp/limits.test.ts", "counts what the system does not take over UDP, tells it in the log"],
  ],
  2: [
    ["unit/media/published-path.test.ts", "starts at the newest random access unit and goes on without a gap"],
    ["unit/media/published-path.test.ts", "is handed out in steps of 32 packets until the reader has caught up"],
    ["unit/media/published-path.test.ts", "beyond the bound is not kept at all"],
    ["unit/media/published-path.test.ts", "gets the sound since that unit too"],
  ],
  3: [["system/rtsp/play.test.ts", "check 22: carries the packets bit for bit, one write for each access unit"]],
  4: [
    ["system/rtsp/limits-in-cfg.test.ts", "transports of rtsp.cfg"],
    ["system/rtsp/limits-in-cfg.test.ts", "a <path> says by which transports its streams are had"],
    ["system/rtsp/limits-in-cfg.test.ts", "a <listener> is another port, on which less may be offered"],
  ],
  5: [["system/rtsp/setup.test.ts", "check 17: chooses 0-1, then 2-3 when the client names no channels"]],
  7: [["system/rtsp/profiles.test.ts", "says what the profile of ONVIF says: encoding, picture size, rate"]],
  8: [
    ["system/rtsp/back-channel.test.ts", "check 49: shows the track that the client sends"],
    ["system/rtsp/talk-sinks.test.ts", "where the sound of a client goes"],
  ],
  10: [
    ["system/rtsp/play.test.ts", "check 28: keeps playing to a client that takes everything and says nothing"],
    ["system/rtsp/transports.test.ts", "check 28: needs no sign of life from a client that takes what it is sent"],
    ["system/rtsp/limits.test.ts", "cuts off a reader that takes nothing for 10 s"],
  ],
  13: [
    ["system/rtsp/play.test.ts", "check 26: maps the first packet's capture time to its RTP time"],
    ["system/rtsp/transports.test.ts", "check 22: carries RTP bit for bit, a sender report behind the first unit"],
    ["system/rtsp/multicast.test.ts", "check 26: reports to the group behind the first unit and every 5 s"],
    ["system/metadata.test.ts", "has the wall time of the pictures in its sender reports, within a millisecond"],
    ["system/rtsp/back-channel.test.ts", "is reported on, by RTCP that answers the client's reports"],
  ],
  14: [
    ["unit/media/relay-timeline.test.ts", "begins with the arrival of the first packet and follows its timestamps"],
    ["unit/media/relay-timeline.test.ts", "goes over to the sender's by 10 ms a second, and never runs backwards"],
    ["unit/media/relay-timeline.test.ts", "is set at once when it is far off, and that is told once"],
    ["system/rtsp/record.test.ts", "check 43: has the wall time of its sender's reports"],
  ],
  15: [
    ["system/rtsp/soak.test.ts", "has nothing left after 20,000 of them"],
    ["system/rtsp/limits.test.ts", "closes the oldest connection that has asked for nothing when there are too many"],
    ["system/rtsp/limits.test.ts", "counts connections by address where that is asked for"],
  ],
  16: [
    ["system/rtsp/authentication.test.ts", "check 35: challenges with SHA-256, then MD5 in its oldest form"],
    ["system/rtsp/limits-in-cfg.test.ts", "login kinds of rtsp.cfg"],
    ["unit/wire/digest/authenticator.test.ts", "are answered with the strongest algorithm, whatever the order"],
  ],
  18: [
    ["system/rtsp/udp.test.ts", "a player behind NAT"],
    ["system/rtsp/limits-in-cfg.test.ts", "have their UDP ports for each session, or two for all"],
    ["system/rtsp/forwarder.test.ts", "everything that is written has the address that the client uses"],
  ],
  19: [
    ["system/rtsp/urls.test.ts", "with a colon and a dot"],
    ["system/rtsp/urls.test.ts", "with dots percent-encoded"],
    ["system/rtsp/urls.test.ts", "with & parameters"],
    ["system/rtsp/describe.test.ts", "WPS%20Office"],
  ],
  20: [
    ["system/rtsp/replay.test.ts", "can be asked for only at PLAY, by a session that was set up without it"],
    ["system/rtsp/replay.test.ts", "motion JPEG beyond 2040 pixels in a replay"],
    ["system/rtsp/replay-pace.test.ts", "takes a Scale only as far as it is played"],
    ["system/rtsp/seek.test.ts", "a live stream with onvifreplayext=1"],
    ["system/rtsp/srtp.test.ts", "is replayed under the keys of its description"],
  ],
};
/** Those that have their tests here. */
const HERE = [6, 9, 11, 12, 17];

it("every one of the twenty complaints has its tests", () => {
  const numbers = [...HERE, ...Object.keys(ELSEWHERE).map(Number)].toSorted((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  expect(missingProofs(Object.values(ELSEWHERE).flat())).toEqual([]);
});

const TCP = "RTP/AVP/TCP;unicast;interleaved=0-1";

describe("complaint 6: a transport that cannot be had", () => {
  it.each([
    ["unicast", "RTP/AVP;unicast;client_port=4000-4001"],
    ["multicast", "RTP/AVP;multicast"],
    ["a profile that there is not", "RTP/AVPF;unicast;client_port=4000-4001"],
    ["a lower transport that there is not", "RTP/AVP/DCCP;unicast;client_port=4000-4001"],
    ["no ports, as GStreamer names them", "RTP/AVP;unicast;client_port=0-0"],
  ])("is 461 for %s, and the next SETUP on the connection gets another", async (_name, Transport) => {
    await using stage = await rtspStage({ transports: { udp: false, tcp: true } });
    const client = await stage.connect();
    expect((await client.request("SETUP", `${urlA}/trackID=0`, { Transport })).status).toBe(461);
    expect((await client.request("SETUP", `${urlA}/trackID=0`, { Transport: TCP })).status).toBe(200);
  });
});

describe("complaint 9: a keepalive that is refused", () => {
  const bodies = ["", "position\r\n"];
  it.each(
    ["OPTIONS", "GET_PARAMETER", "SET_PARAMETER"].flatMap((method) =>
      ["*", urlA, `${urlA}/`, `${urlA}/trackID=0`].map((target) => [method, target] as const),
    ),
  )(
    "%s %s is 200 with Session and without, with a body and without, and 454 for a wrong id",
    async (method, target) => {
      await using stage = await rtspStage();
      const client = await stage.connect();
      const Session = await setUpTcp(client);
      await client.request("PLAY", urlA);
      for (const headers of [{}, { Session }])
        for (const body of bodies)
          expect(
            (await client.request(method, target, { ...headers, "Content-Type": "text/parameters" }, body)).status,
          ).toBe(200);
      expect((await client.request(method, target, { Session: "77777777" })).status).toBe(454);
      expect(stage.server.sessions()).toHaveLength(1);
    },
  );
});

it("complaint 11: a client may send back all that stood in the Session header", async () => {
  await using stage = await rtspStage();
  const client = await stage.connect();
  const setup = await client.request("SETUP", `${urlA}/trackID=0`, { Transport: TCP });
  const Session = setup.headers.get("Session") ?? "";
  expect(Session).toMatch(/^\w{16,};timeout=60$/);
  for (const echoed of [Session, Session.replace(";", " ; "), ` ${Session} `]) {
    expect((await client.request("PLAY", urlA, { Session: echoed })).status).toBe(200);
    expect((await client.request("GET_PARAMETER", urlA, { Session: echoed })).status).toBe(200);
  }
  expect((await client.request("TEARDOWN", urlA, { Session })).status).toBe(200);
});

describe("complaint 12: a DESCRIBE that is answered late, or with an error, for a stream that was there before", () => {
  const urlLate = `rtsp://${serverAddress}/late`;

  it("is answered as before while the source starts, and SETUP waits for it", async () => {
    await using stage = await rtspStage();
    const path = stage.directory.add(new FakePath("late", stage.host.clock));
    const { clock } = stage.host;
    const client = await stage.connect();
    await client.send(`DESCRIBE ${urlLate} RTSP/1.0\r\nCSeq: 1\r\n\r\n`);
    await clock.advance(3000);
    expect(client.arrived).toEqual([]);
    stage.directory.release();
    await clock.settle();
    const before = client.takeResponse();
    expect(before.status).toBe(200);

    await client.send(`DESCRIBE ${urlLate} RTSP/1.0\r\nCSeq: 2\r\n\r\n`);
    await clock.advance(999);
    expect(client.arrived).toEqual([]);
    await clock.advance(1);
    const known = client.takeResponse();
    expect([known.status, known.body.toString()]).toEqual([200, before.body.toString()]);
    await client.send(`SETUP ${urlLate}/trackID=0 RTSP/1.0\r\nCSeq: 3\r\nTransport: ${TCP}\r\n\r\n`);
    await clock.advance(5000);
    expect(client.arrived).toEqual([]);
    stage.directory.release();
    await clock.settle();
    expect(client.takeResponse().status).toBe(200);
    // The one that was opened for DESCRIBE has been let go of.
    expect(path.leases).toBe(1);
  });

  it("is answered as before at once while the source is down, and SETUP with 503", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const before = await client.request("DESCRIBE", urlA);
    stage.directory.failing.add("a");
    const known = await client.request("DESCRIBE", urlA);
    expect([known.status, known.body.toString()]).toEqual([200, before.body.toString()]);
    expect((await client.request("SETUP", `${urlA}/trackID=0`, { Transport: TCP })).status).toBe(503);
    expect(stage.log.some(({ message }) => message === "stream is described as it was last")).toBe(true);
    // What nobody has described is not known, nor is a stream that is gone.
    expect((await client.request("DESCRIBE", `${urlA}?x=y`)).status).toBe(503);
    stage.directory.failing.clear();
    stage.directory.remove("a");
    expect((await client.request("DESCRIBE", urlA)).status).toBe(404);
  });

  it("is answered anew when the stream is there, whatever it was before", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    await client.request("DESCRIBE", urlA);
    stage.directory.add(new FakePath("a", stage.host.clock, [pcmu]));
    for (const failing of [false, true]) {
      if (failing) stage.directory.failing.add("a");
      const { media: sections } = parseSdp((await client.request("DESCRIBE", urlA)).body.toString());
      expect(sections.map(({ kind }) => kind)).toEqual(["audio"]);
    }
  });
});

it("complaint 17: SETUP tells the ssrc, PLAY where each track starts, and the first packets are those", async () => {
  await using stage = await publishStage();
  const { h264: video, pcmu: audio } = publishedFormats;
  const publisher = await publish(stage, "TCP", [video, audio]);
  const pictures = new UnitSender(video);
  const sounds = new UnitSender(audio, { sequence: 7 });
  const publishOne = async (index: number): Promise<void> => {
    await publisher.send(pictures.packets(keyFrame(), index * 3600));
    await publisher.send(sounds.packets([Buffer.alloc(320)], index * 320), 1);
    await stage.host.clock.advance(40);
  };
  for (let index = 0; index < 10; index++) await publishOne(index);
  for (let joins = 0; joins < 3; joins++) {
    const client = await stage.connect();
    const ssrcs: string[] = [];
    for (const track of [0, 1]) {
      const Transport = `RTP/AVP/TCP;unicast;interleaved=${track * 2}-${track * 2 + 1}`;
      const setup = await client.request("SETUP", `${urlP}/trackID=${track}`, { Transport });
      ssrcs.push(/;ssrc=([0-9A-F]{8})(;|$)/.exec(setup.headers.get("Transport") ?? "")?.[1] ?? "none");
    }
    const info = (await client.request("PLAY", urlP)).headers.get("RTP-Info") ?? "";
    const told = [...info.matchAll(/url=([^;,]+);seq=(\d+);rtptime=(\d+)/g)].map(([, url, ...numbers]) => [
      url,
      ...numbers.map(Number),
    ]);
    await publishOne(10 + joins);
    const first = [0, 1].map((track) => media(client, track)[0] ?? Buffer.alloc(12));
    expect(told).toEqual(
      first.map((packet, track) => [`${urlP}/trackID=${track}`, sequenceNumber(packet), timestamp(packet)]),
    );
    expect(ssrcs).toEqual(first.map((packet) => ssrc(packet).toString(16).padStart(8, "0").toUpperCase()));
    await client.close();
  }
});

describe("smaller complaints", () => {
  it.each(["TCP", "UDP"] as const)(
    "RTP that is bigger than a datagram on the wire is taken by %s, and cut for readers",
    async (lower) => {
      await using stage = await publishStage();
      const publisher = await publish(stage, lower);
      const reader = await readBack(stage);
      await publisher.send(new UnitSender(publishedFormats.h264, { maxBytes: 9000 }).packets(keyFrame(30_000), 0));
      const packets = media(reader);
      expect(packets.length).toBeGreaterThan(20);
      expect(Math.max(...packets.map(({ length }) => length))).toBeLessThanOrEqual(1400);
      expect(stage.received()).toMatchObject({ lost: 0, broken: 0 });
    },
  );

  it("descriptions beyond 4 KiB are read and written", async () => {
    await using stage = await publishStage();
    const long = Array.from({ length: 12 }, (_, index) => ({
      ...publishedFormats.h264,
      payloadType: 96 + index,
      fmtp: `${publishedFormats.h264.fmtp ?? ""};x=${"y".repeat(500)}`,
    }));
    await publish(stage, "TCP", long);
    const answer = await (await stage.connect()).request("DESCRIBE", urlP);
    expect(answer.body.length).toBeGreaterThan(6000);
    expect(parseSdp(answer.body.toString()).media).toHaveLength(12);
  });

  it("a publisher with one picture in 5 s is not given up", async () => {
    await using stage = await publishStage();
    for (const lower of ["TCP", "UDP"] as const) {
      const url = `${urlP}-${lower}`;
      const publisher = await publish(stage, lower, [publishedFormats.h264], url);
      const reader = await readBack(stage, [0], url);
      const sender = new UnitSender(publishedFormats.h264);
      for (let index = 0; index < 30; index++) {
        await publisher.send(sender.packets(keyFrame(), index * 450_000));
        await stage.host.clock.advance(5000);
      }
      expect([lower, media(reader).length]).toEqual([lower, 90]);
      expect(reader.ended).toBe(false);
    }
  });

  it("a reader of several tracks, and one that sets up again, counts once", async () => {
    await using stage = await rtspStage({ maxReadersPerPath: 1 });
    const client = await stage.connect();
    for (let times = 0; times < 3; times++) {
      await client.request("DESCRIBE", urlA);
      const Session = await setUpTcp(client);
      expect((await client.request("PLAY", urlA, { Session })).status).toBe(200);
      await client.request("TEARDOWN", urlA, { Session });
    }
    await setUpTcp(client);
    const other = await stage.connect();
    expect((await other.request("SETUP", `${urlA}/trackID=0`, { Transport: TCP })).status).toBe(453);
  });

  it("client_port=0-0 from GStreamer is 461, so that it takes TCP", async () => {
    await using stage = await rtspStage();
    const client = await stage.connect();
    const Transport = "RTP/AVP;unicast;client_port=0-0";
    expect((await client.request("SETUP", `${urlA}/trackID=0`, { Transport })).status).toBe(461);
    expect((await client.request("SETUP", `${urlA}/trackID=0`, { Transport: `${Transport}, ${TCP}` })).status).toBe(
      200,
    );
  });
});
