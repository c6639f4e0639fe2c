import { describe, expect, it } from "vitest";
import { metadataFormat } from "#codec/metadata/payload";
import { Media2 } from "#onvif/schema/media2/service";
import { fromNtp } from "#wire/rtp/ntp";
import { payloadOf, sequenceNumber, ssrc, timestamp } from "#wire/rtp/packet";
import { parseSdp } from "#wire/sdp/parser";
import { CFG_FOLDER } from "../support/a-fleet.js";
import { MetadataDocuments, type MetadataScene as Scene, MetadataScene, topicsOf } from "../support/metadata-scene.js";
import { textsOf } from "../support/camera-client.js";
import type { FakeHost } from "../support/fake-host.js";
import { joinGroup } from "../support/group-listener.js";
import { publishedFormats, rtpPacket } from "../support/relay-packets.js";
import { clientPorts, rtcpPackets } from "../support/rtsp-client.js";

const MAIN = "test.mp4";
const METADATA = 2;
const motion = { topic: "tns1:VideoSource/MotionAlarm", items: ["Source=video_source_1", "State=true"] };

/** SetMetadataConfiguration with those events; none where undefined. */
const setEvents = (scene: Scene, events: string | undefined, service?: typeof Media2) => {
  const { address, port } = scene.device.media.metadata.configurations.get("metadata_1").multicast;
  const content = `
    <Configuration token="metadata_1" xmlns:tt="http://www.onvif.org/ver10/schema">
      <tt:Name>metadata</tt:Name><tt:UseCount>0</tt:UseCount>
      ${events === undefined ? "" : `<tt:Events>${events}</tt:Events>`}
      <tt:Analytics>false</tt:Analytics>
      <tt:Multicast>
        <tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>${address.address}</tt:IPv4Address></tt:Address>
        <tt:Port>${port}</tt:Port><tt:TTL>5</tt:TTL><tt:AutoStart>false</tt:AutoStart>
      </tt:Multicast>
      <tt:SessionTimeout>PT60S</tt:SessionTimeout>
    </Configuration>`;
  const [prefix, last] = service ? ["tr2", ""] : ["trt", "<trt:ForcePersistence>true</trt:ForcePersistence>"];
  return scene.call(
    "SetMetadataConfiguration",
    content.replace("<Configuration", `<${prefix}:Configuration`).replace("</Conf", `</${prefix}:Conf`) + last,
    service,
  );
};

const only = (topics: string): string =>
  `<tt:Filter><wsnt:TopicExpression xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:tns1="http://www.onvif.org/ver10/topics"
    Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">${topics}</wsnt:TopicExpression></tt:Filter>`;

const STATE = [
  "VideoSource/MotionAlarm",
  "VideoSource/MotionAlarm",
  "Monitoring/OperatingTime/LastReboot",
  "Monitoring/OperatingTime/LastReset",
  "Monitoring/OperatingTime/LastClockSynchronization",
  "Monitoring/Backup/Last",
  "Device/Trigger/DigitalInput",
  "Device/Trigger/DigitalInput",
  "Device/Trigger/Relay",
  "Device/Trigger/Relay",
];

describe("the metadata track", () => {
  it("is described behind the media", async () => {
    await using scene = await MetadataScene.open();
    const { media } = await scene.describe(scene.url(MAIN));
    expect(media.map(({ kind }) => kind)).toEqual(["video", "audio", "application"]);
    expect(media[METADATA]).toMatchObject({ protocol: "RTP/AVP", formats: ["107"] });
    expect(media[METADATA]?.attributes).toContainEqual({ name: "rtpmap", value: "107 vnd.onvif.metadata/90000" });
  });

  it("stands before the back channel, whether its profile has metadata or not", async () => {
    await using scene = await MetadataScene.open();
    const client = await scene.connect();
    const Require = "www.onvif.org/ver20/backchannel";
    const described = async (): Promise<readonly string[]> => {
      const { body } = await scene.ask(client, "DESCRIBE", scene.url(MAIN), { Require });
      return parseSdp(body.toString()).media.map(({ kind, attributes }) => {
        const names = attributes.map(({ name }) => name);
        const control = attributes.find(({ name }) => name === "control")?.value ?? "";
        return `${kind} ${names.includes("sendonly") ? "to" : "from"} the camera, ${control.replace(/^.*\//, "")}`;
      });
    };
    const media = ["video from the camera, trackID=0", "audio from the camera, trackID=1"];
    const backChannel = "audio to the camera, trackID=3";
    expect(await described()).toEqual([...media, "application from the camera, trackID=2", backChannel]);
    scene.device.media.profiles.removeConfiguration("profile_1", ["metadata"]);
    expect(await described()).toEqual([...media, backChannel]);
  });

  it("begins with the state of all properties", async () => {
    await using scene = await MetadataScene.open();
    const player = await scene.play(scene.url(MAIN));
    await scene.pass(20);
    const [state = [], ...rest] = player.documents();
    expect(topicsOf(state)).toEqual(STATE);
    expect(new Set(state.map(({ operation }) => operation))).toEqual(new Set(["Initialized"]));
    expect(state[0]?.items).toEqual(["Source=video_source_1", "State=false"]);
    expect(rest).toEqual([]);
  });

  it("tells an event in the turn in which it happens", async () => {
    await using scene = await MetadataScene.open();
    const player = await scene.play(scene.url(MAIN));
    await scene.pass(500);
    player.documents();
    scene.device.detection.setMotion("video_source_1", true);
    await scene.host.clock.settle();
    const told = player.documents();
    expect(told).toMatchObject([[{ ...motion, operation: "Changed" }]]);
    expect(Date.parse(told[0]?.[0]?.utcTime ?? "")).toBe(scene.device.clock.now());
  });

  it("has the time of the camera's own clock", async () => {
    await using scene = await MetadataScene.open();
    const player = await scene.play(scene.url(MAIN));
    await scene.pass(100);
    scene.device.clock.setSystemDateAndTime({
      dateTimeType: "Manual",
      daylightSavings: false,
      utc: { year: 2031, month: 5, day: 4, hour: 3, minute: 2, second: 1 },
    });
    player.documents();
    scene.device.detection.setMotion("video_source_1", true);
    await scene.host.clock.settle();
    const times = player.documents().flatMap((events) => events.map(({ utcTime }) => utcTime));
    expect(times.at(-1)).toMatch(/^2031-05-04T03:02:01(\.000)?Z$/);
  });

  it("has a document at least each second, and none that says anything when nothing happens", async () => {
    await using scene = await MetadataScene.open();
    const { client, documents, packets } = await scene.play(scene.url(MAIN), [METADATA]);
    await scene.pass(100);
    documents();
    await scene.pass(10_000);
    const times = packets(METADATA).map(timestamp);
    const gaps = times.slice(1).map((time, index) => (time - (times[index] ?? 0)) >>> 0);
    expect(gaps.length).toBeGreaterThanOrEqual(10);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(90_000);
    await scene.pass(1_000);
    expect(documents().flat()).toEqual([]);
    await client.close();
  });

  it("tells the state anew at a synchronization point of its profile, by either service", async () => {
    await using scene = await MetadataScene.open();
    const player = await scene.play(scene.url(MAIN));
    scene.device.detection.setMotion("video_source_1", true);
    await scene.pass(500);
    player.documents();
    await scene.call("SetSynchronizationPoint", `<trt:ProfileToken>profile_1</trt:ProfileToken>`);
    const [state = []] = player.documents();
    expect(topicsOf(state)).toEqual(STATE);
    expect(state[0]).toMatchObject({ operation: "Initialized", items: motion.items });
    await scene.pass(500);
    player.documents();
    await scene.call("SetSynchronizationPoint", `<tr2:ProfileToken>profile_1</tr2:ProfileToken>`, Media2);
    expect(player.documents().map(topicsOf)).toEqual([STATE]);
    await scene.pass(500);
    player.documents();
    // The other profile plays another stream.
    await scene.call("SetSynchronizationPoint", `<trt:ProfileToken>profile_2</trt:ProfileToken>`);
    expect(player.documents().flat()).toEqual([]);
  });

  it("tells the state anew to a player that asks for it by RTCP (PLI), and no other", async () => {
    await using scene = await MetadataScene.open();
    const player = await scene.play(scene.url(MAIN));
    await scene.pass(500);
    const [packet = Buffer.alloc(12)] = player.packets(METADATA);
    player.documents();
    const ask = (media: number): Promise<void> => {
      const pli = Buffer.from("81ce00020000000500000000", "hex");
      pli.writeUInt32BE(media, 8);
      return player.client.sendFrame(METADATA * 2 + 1, pli);
    };
    await ask(ssrc(packet) + 1);
    expect(player.documents().flat()).toEqual([]);
    await ask(ssrc(packet));
    expect(player.documents().map(topicsOf)).toEqual([STATE]);
  });

  it("tells the state to each reader that joins, and at most five times a second", async () => {
    await using scene = await MetadataScene.open();
    const first = await scene.play(scene.url(MAIN));
    await scene.pass(1_000);
    first.documents();
    const others = [await scene.play(scene.url(MAIN)), await scene.play(scene.url(MAIN))];
    await scene.pass(400);
    for (const { documents } of others) expect(documents().map(topicsOf)).toContainEqual(STATE);
    const told = first.documents().filter((events) => events.length > 0);
    expect(told.length).toBeLessThanOrEqual(3);
  });

  it("lets through what its filter does, and follows it while it plays", async () => {
    await using scene = await MetadataScene.open();
    const player = await scene.play(scene.url(MAIN));
    await scene.pass(500);
    player.documents();
    await setEvents(scene, only("tns1:Monitoring//."));
    expect(player.documents().map(topicsOf).at(-1)).toEqual([
      "Monitoring/OperatingTime/LastReboot",
      "Monitoring/OperatingTime/LastReset",
      "Monitoring/OperatingTime/LastClockSynchronization",
      "Monitoring/Backup/Last",
    ]);
    scene.device.detection.setMotion("video_source_1", true);
    await scene.pass(100);
    expect(player.documents().flat()).toEqual([]);
    await setEvents(scene, only("tns1:Media/ConfigurationChanged"));
    // The change that brings the filter passes it.
    expect(player.documents().map(topicsOf)).toEqual([["Media/ConfigurationChanged"], []]);
    await setEvents(scene, undefined, Media2);
    scene.device.detection.setMotion("video_source_1", false);
    await scene.pass(100);
    expect(player.documents().flat()).toEqual([]);
    await setEvents(scene, "");
    expect(player.documents().map(topicsOf).at(-1)).toEqual(STATE);
    scene.device.detection.setMotion("video_source_1", true);
    await scene.host.clock.settle();
    expect(player.documents().map(topicsOf)).toEqual([["VideoSource/MotionAlarm"]]);
  });

  it("is announced by RTP-Info with the number of its first packet, and has sender reports", async () => {
    await using scene = await MetadataScene.open();
    for (const _round of ["begins the stream", "joins it"]) {
      const { client, playAnswer, packets } = await scene.play(scene.url(MAIN));
      await scene.pass(100);
      const info = (playAnswer.headers.get("RTP-Info") ?? "").split(",")[METADATA] ?? "";
      const [packet] = packets(METADATA);
      if (!packet) throw new Error("no metadata");
      expect(info).toContain(`seq=${sequenceNumber(packet)}`);
      const rtptime = /rtptime=(\d+)/.exec(info)?.[1];
      expect(rtptime === undefined || Number(rtptime) === timestamp(packet)).toBe(true);
      expect(info).toContain(`${MAIN}/trackID=${METADATA}`);
      const [report] = client.frames(2 * METADATA + 1).flatMap(rtcpPackets);
      expect(report).toMatchObject({ type: "SR", rtpTime: timestamp(packet) });
    }
  });

  it("has the wall time of the pictures in its sender reports, within a millisecond", async () => {
    await using scene = await MetadataScene.open();
    const { client } = await scene.play(scene.url(MAIN));
    await scene.pass(12_000);
    const now = scene.host.clock.now();
    const reports = client
      .frames(2 * METADATA + 1)
      .flatMap(rtcpPackets)
      .flatMap((packet) => (packet.type === "SR" ? [packet] : []));
    expect(reports.length).toBeGreaterThanOrEqual(3);
    const wallMs = reports.map(({ ntp }) => fromNtp(ntp));
    const ticks = reports.map(({ rtpTime }) => (rtpTime - (reports[0]?.rtpTime ?? 0)) >>> 0);
    for (const [index, ms] of wallMs.entries())
      expect(Math.abs(ms - (wallMs[0] ?? 0) - (ticks[index] ?? 0) / 90)).toBeLessThan(1);
    expect(now - (wallMs.at(-1) ?? 0)).toBeGreaterThanOrEqual(0);
    expect(now - (wallMs.at(-1) ?? 0)).toBeLessThan(5_001);
  });

  it("pauses and plays on with the other tracks, and ends with the session", async () => {
    await using scene = await MetadataScene.open();
    const player = await scene.play(scene.url(MAIN));
    await scene.pass(200);
    await player.request("PAUSE");
    player.documents();
    await scene.pass(3_000);
    expect(player.documents()).toEqual([]);
    await player.request("PLAY");
    await scene.pass(300);
    expect(player.documents().map(topicsOf)).toContainEqual(STATE);
    await player.request("TEARDOWN");
    player.documents();
    await scene.pass(3_000);
    expect(player.documents()).toEqual([]);
  });

  it("falls silent for a client that seeks, and for no other", async () => {
    await using scene = await MetadataScene.open({ rtsp: { loop_nums: "3" } });
    const [one, other] = [await scene.play(scene.url(MAIN)), await scene.play(scene.url(MAIN))];
    await scene.pass(500);
    const sought = await one.request("PLAY", { Range: "npt=2.000-" });
    expect([sought.status, sought.headers.get("Range")]).toEqual([200, expect.stringMatching(/^npt=[1-9]/)]);
    await scene.pass(100);
    one.documents();
    other.documents();
    one.packets(0);
    await scene.pass(2_500);
    expect(one.packets(0).length).toBeGreaterThan(20);
    expect(one.documents()).toEqual([]);
    expect(other.documents().length).toBeGreaterThanOrEqual(2);
  });

  it("is not there where rtsp.cfg turns it off", async () => {
    await using scene = await MetadataScene.open({ rtsp: { metadata: "0" } });
    expect((await scene.describe(scene.url(MAIN))).media.map(({ kind }) => kind)).toEqual(["video", "audio"]);
    expect((await scene.call("GetMetadataConfigurations", "")).children).toEqual([]);
  });
});

describe("profiles", () => {
  const create = async (scene: Scene, configurations: readonly (readonly [string, string])[]): Promise<void> => {
    const held = configurations.map(
      ([type, token]) =>
        `<tr2:Configuration><tr2:Type>${type}</tr2:Type><tr2:Token>${token}</tr2:Token></tr2:Configuration>`,
    );
    await scene.call("CreateProfile", `<tr2:Name>mine</tr2:Name>${held.join("")}`, Media2);
  };
  const uriOf = async (scene: Scene, token: string): Promise<string> => {
    const content = `<tr2:Protocol>RTSP</tr2:Protocol><tr2:ProfileToken>${token}</tr2:ProfileToken>`;
    return textsOf(await scene.call("GetStreamUri", content, Media2), "Uri")[0] ?? "";
  };
  const kinds = async (scene: Scene, uri: string): Promise<readonly string[]> =>
    (await scene.describe(uri)).media.map(({ kind }) => kind);
  const video = [
    ["VideoSource", "video_source_config_1"],
    ["VideoEncoder", "video_encoder_1"],
  ] as const;

  it("without metadata get an address of their own for the stream without it", async () => {
    await using scene = await MetadataScene.open();
    await create(scene, video);
    const uri = await uriOf(scene, "profile_3");
    expect(uri).toBe(`${scene.url(MAIN)}&profile=profile_3`);
    expect(await kinds(scene, uri)).toEqual(["video", "audio"]);
    expect(await uriOf(scene, "profile_1")).toBe(scene.url(MAIN));
    expect(await kinds(scene, scene.url(MAIN))).toContain("application");
    const client = await scene.connect();
    const Transport = "RTP/AVP/TCP;unicast;interleaved=0-1";
    expect((await scene.ask(client, "SETUP", `${uri}/trackID=2`, { Transport })).status).toBe(404);
  });

  it("show what they hold at the moment", async () => {
    await using scene = await MetadataScene.open();
    const remove = `<trt:ProfileToken>profile_1</trt:ProfileToken>`;
    await scene.call("RemoveMetadataConfiguration", remove);
    expect(await kinds(scene, scene.url(MAIN))).toEqual(["video", "audio"]);
    const add = "<trt:ConfigurationToken>metadata_1</trt:ConfigurationToken>";
    await scene.call("AddMetadataConfiguration", remove + add);
    expect(await kinds(scene, scene.url(MAIN))).toEqual(["video", "audio", "application"]);
  });

  it("with metadata alone are streamed", async () => {
    await using scene = await MetadataScene.open();
    await create(scene, [
      ["VideoSource", "video_source_config_1"],
      ["Metadata", "metadata_1"],
    ]);
    const uri = await uriOf(scene, "profile_3");
    const player = await scene.play(uri);
    expect(player.sdp.media.map(({ kind }) => kind)).toEqual(["application"]);
    await scene.pass(50);
    expect(player.documents().map(topicsOf)).toEqual([STATE]);
    scene.device.detection.setMotion("video_source_1", true);
    await scene.host.clock.settle();
    expect(player.documents()).toMatchObject([[motion]]);
  });
});

describe("over other transports", () => {
  it("comes over UDP from the third pair of the session's ports", async () => {
    await using scene = await MetadataScene.open();
    const { transport, rtp, rtcp } = await clientPorts(scene.reader.net, "192.0.2.20", 50_000);
    const client = await scene.connect();
    const url = scene.url(MAIN);
    const answer = await scene.ask(client, "SETUP", `${url}/trackID=${METADATA}`, { Transport: transport });
    expect(answer.headers.get("Transport")).toContain("server_port=22004-22005");
    const Session = (answer.headers.get("Session") ?? "").replace(/;.*/, "");
    await scene.ask(client, "PLAY", url, { Session });
    await scene.pass(100);
    const documents = new MetadataDocuments();
    for (const packet of rtp) documents.push(packet);
    expect(documents.take().map(topicsOf)).toEqual([STATE]);
    expect(rtp.length).toBeGreaterThan(1);
    expect(rtcp.length).toBeGreaterThan(0);
  });

  it("goes to the group of its configuration once StartMulticastStreaming is called, without any session", async () => {
    await using scene = await MetadataScene.open({ rtsp: { multicast: "1" } });
    const { address, port } = scene.device.media.metadata.configurations.get("metadata_1").multicast;
    const spec = { profile: "", lower: "", destination: address.address, port: [port, port + 1] } as const;
    const group = await joinGroup(scene.reader, spec);
    await scene.call("StartMulticastStreaming", "<trt:ProfileToken>profile_1</trt:ProfileToken>");
    await scene.pass(500);
    scene.device.detection.setMotion("video_source_1", true);
    await scene.pass(1_500);
    const documents = new MetadataDocuments();
    for (const packet of group.rtp.splice(0)) documents.push(packet);
    const told = documents.take();
    expect(told.map(topicsOf).slice(0, 2)).toEqual([STATE, ["VideoSource/MotionAlarm"]]);
    expect(told.slice(2)).toContainEqual([]);
    await scene.call("StopMulticastStreaming", "<trt:ProfileToken>profile_1</trt:ProfileToken>");
    await scene.pass(500);
    group.rtp.splice(0);
    await scene.pass(3_000);
    expect(group.rtp).toEqual([]);
  });

  it("goes to one group for two streams, apart by their SSRC", async () => {
    await using scene = await MetadataScene.open({ rtsp: { multicast: "1" } });
    const { address, port } = scene.device.media.metadata.configurations.get("metadata_1").multicast;
    const spec = { profile: "", lower: "", destination: address.address, port: [port, port + 1] } as const;
    const { rtp } = await joinGroup(scene.reader, spec);
    for (const token of ["profile_1", "profile_2"])
      await scene.call("StartMulticastStreaming", `<trt:ProfileToken>${token}</trt:ProfileToken>`);
    await scene.pass(1_000);
    const streams = [...new Set(rtp.map(ssrc))];
    expect(streams).toHaveLength(2);
    for (const one of streams) {
      const documents = new MetadataDocuments();
      for (const packet of rtp.filter((any) => ssrc(any) === one)) documents.push(packet);
      expect(documents.take().map(topicsOf)[0]).toEqual(STATE);
    }
  });

  it("tells the state to a player that joins a group that others listen to", async () => {
    await using scene = await MetadataScene.open({ rtsp: { multicast: "1" } });
    const url = scene.url(MAIN);
    const join = async () => {
      const client = await scene.connect();
      const Transport = "RTP/AVP;multicast";
      const answer = await scene.ask(client, "SETUP", `${url}/trackID=${METADATA}`, { Transport });
      const group = await joinGroup(scene.reader, answer);
      const Session = (answer.headers.get("Session") ?? "").replace(/;.*/, "");
      expect((await scene.ask(client, "PLAY", url, { Session })).status).toBe(200);
      return group;
    };
    const { rtp } = await join();
    await scene.pass(2_000);
    await join();
    await scene.pass(50);
    const documents = new MetadataDocuments();
    for (const packet of rtp) documents.push(packet);
    const told = documents.take().map(topicsOf);
    expect([told[0], told.at(-1)]).toEqual([STATE, STATE]);
    expect(told.length).toBeGreaterThan(3);
  });

  it("goes to the group of a profile that has metadata alone", async () => {
    await using scene = await MetadataScene.open({ rtsp: { multicast: "1" } });
    const { address, port } = scene.device.media.metadata.configurations.get("metadata_1").multicast;
    const spec = { profile: "", lower: "", destination: address.address, port: [port, port + 1] } as const;
    const group = await joinGroup(scene.reader, spec);
    const held =
      "<tr2:Configuration><tr2:Type>Metadata</tr2:Type><tr2:Token>metadata_1</tr2:Token></tr2:Configuration>";
    await scene.call("CreateProfile", `<tr2:Name>mine</tr2:Name>${held}`, Media2);
    await scene.call("StartMulticastStreaming", "<tr2:ProfileToken>profile_3</tr2:ProfileToken>", Media2);
    await scene.pass(500);
    const documents = new MetadataDocuments();
    for (const packet of group.rtp) documents.push(packet);
    expect(documents.take().map(topicsOf)).toContainEqual(STATE);
  });
});

describe("a published stream that a profile plays", () => {
  const liveInstead = (host: FakeHost): void => {
    const path = `${CFG_FOLDER}/onvif.cfg`;
    host.files.set(path, (host.files.text(path) ?? "").replace(">test.mp4<", ">live<"));
  };
  const { h264 } = publishedFormats;

  it("has the camera's metadata, also from the next publisher on", async () => {
    await using scene = await MetadataScene.open({}, liveInstead);
    const url = scene.url("live");
    const publisher = await scene.publish(url, [h264]);
    const player = await scene.play(url);
    expect(player.sdp.media.map(({ kind }) => kind)).toEqual(["video", "application"]);
    await scene.pass(50);
    expect(player.documents().map(topicsOf)).toEqual([STATE]);
    const next = await scene.publish(url, [h264]);
    expect(publisher.ended).toBe(true);
    await scene.pass(50);
    expect(player.documents().map(topicsOf)).toEqual([STATE]);
    scene.device.detection.setMotion("video_source_1", true);
    await scene.pass(50);
    expect(player.documents()).toMatchObject([[motion]]);
    await next.close();
    await scene.pass(3_000);
    expect(player.documents()).toEqual([]);
  });

  it("has those of its publisher and no others, where that sends some", async () => {
    await using scene = await MetadataScene.open({}, liveInstead);
    const url = scene.url("live");
    const publisher = await scene.publish(url, [h264, metadataFormat(98)]);
    const player = await scene.play(url);
    expect(player.sdp.media.map(({ formats }) => formats)).toEqual([["96"], ["98"]]);
    const document = `<tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema"/>`;
    await publisher.sendFrame(2, rtpPacket(Buffer.from(document), { type: 98, marker: true }));
    await scene.pass(2_000);
    expect(player.packets(1).map((packet) => Buffer.from(payloadOf(packet)).toString())).toEqual([document]);
  });
});

describe("streams that no profile plays", () => {
  it("have no metadata", async () => {
    await using scene = await MetadataScene.open();
    const clip = await scene.host.files.read("/cam/media/test.mp4");
    scene.host.files.set("/cam/media/other.mp4", clip);
    const { media } = await scene.describe(scene.url("other.mp4"));
    expect(media.map(({ kind }) => kind)).toEqual(["video", "audio"]);
  });
});
