import { describe, expect, it } from "vitest";
import type { RtspServerOptions } from "#rtsp/server/options";
import type { CarrierName } from "#rtsp/server/transport/carrier";
import { parseChallenges } from "#wire/digest/challenge";
import { respond } from "#wire/digest/respond";
import { payloadOf, sequenceNumber } from "#wire/rtp/packet";
import { writeRtcp, type RtcpPacket } from "#wire/rtp/rtcp";
import { carrierStage, connectThrough } from "../../support/carriers.js";
import { answeredKey, keyMgmt, SrtpPeer } from "../../support/srtp-client.js";
import { aMasterKey } from "../../support/srtp-keys.js";
import type { FakeHost } from "../../support/fake-host.js";
import { aSpeaker } from "../../support/a-speaker.js";
import { rtpPacket } from "../../support/relay-packets.js";
import {
  clientPorts,
  rtcpPackets,
  RtspClient,
  serverAddress,
  urlA,
  type RtspStage,
} from "../../support/rtsp-client.js";

/** A client that has set up the video. */
interface Player {
  readonly client: RtspClient;
  readonly session: string;
  readonly play: () => Promise<void>;
  /** The RTP packets that came and were not taken. */
  readonly rtp: () => Buffer[];
  readonly rtcp: () => RtcpPacket[];
  readonly sendRtcp: (packet: Uint8Array) => Promise<void>;
}

/** A client that has set up only the back channel. */
interface Talking {
  readonly client: RtspClient;
  readonly sendRtp: (packet: Uint8Array) => Promise<void>;
  /** The RTCP packets that came and were not taken. */
  readonly rtcp: () => RtcpPacket[];
}

interface Transport {
  readonly name: string;
  /** Media end with the connection, and a client that takes them need not say anything. */
  readonly isInterleaved: boolean;
  readonly connect: (stage: RtspStage, host: FakeHost) => Promise<RtspClient>;
  readonly setUp: (stage: RtspStage, address?: string) => Promise<Player>;
  readonly setUpBack: (stage: RtspStage) => Promise<Talking>;
}

/** Behind video and audio. */
const back = `${urlA}/trackID=2`;

let clients = 0;
const nextAddress = (): string => `192.0.2.${100 + (clients++ % 100)}`;

function playerOf(client: RtspClient, session: string, media: Pick<Player, "rtp" | "rtcp" | "sendRtcp">): Player {
  const play = async (): Promise<void> => {
    expect((await client.request("PLAY", urlA, { Session: session })).status).toBe(200);
  };
  return { client, session, play, ...media };
}

const through = (carrier: CarrierName): Transport => ({
  name: carrier === "rtsp" ? "TCP" : carrier.toUpperCase(),
  isInterleaved: true,
  connect: (_stage, host) => connectThrough(carrier, host),
  setUp: async (stage, address = nextAddress()) => {
    const client = await connectThrough(carrier, stage.client(address));
    const answer = await client.request("SETUP", `${urlA}/trackID=0`, { Transport: "RTP/AVP/TCP;interleaved=0-1" });
    return playerOf(client, answer.headers.get("Session")?.split(";")[0] ?? "", {
      rtp: () => client.frames(0),
      rtcp: () => client.rtcp(1),
      sendRtcp: (packet) => client.sendFrame(1, packet),
    });
  },
  setUpBack: async (stage) => {
    const client = await connectThrough(carrier, stage.client(nextAddress()));
    await client.request("SETUP", back, { Transport: "RTP/AVP/TCP;interleaved=6-7" });
    return { client, sendRtp: (packet) => client.sendFrame(6, packet), rtcp: () => client.rtcp(7) };
  },
});

const udp: Transport = {
  name: "UDP",
  isInterleaved: false,
  connect: (_stage, host) => RtspClient.connect(host, serverAddress),
  setUp: async (stage, address = nextAddress()) => {
    const host = stage.client(address);
    const client = await RtspClient.connect(host, serverAddress);
    const ports = await clientPorts(host.net, address, 4000);
    const answer = await client.request("SETUP", `${urlA}/trackID=0`, { Transport: ports.transport });
    const rtcpPort = Number(/server_port=\d+-(\d+)/.exec(answer.headers.get("Transport") ?? "")?.[1]);
    return playerOf(client, answer.headers.get("Session")?.split(";")[0] ?? "", {
      rtp: () => ports.rtp.splice(0),
      rtcp: () => ports.rtcp.splice(0).flatMap(rtcpPackets),
      sendRtcp: (packet) => {
        ports.sockets[1].send(packet, rtcpPort, serverAddress);
        return stage.host.clock.settle();
      },
    });
  },
  setUpBack: async (stage) => {
    const address = nextAddress();
    const host = stage.client(address);
    const client = await RtspClient.connect(host, serverAddress);
    const ports = await clientPorts(host.net, address, 4000);
    const answer = await client.request("SETUP", back, { Transport: ports.transport });
    const rtpPort = Number(/server_port=(\d+)/.exec(answer.headers.get("Transport") ?? "")?.[1]);
    return {
      client,
      rtcp: () => ports.rtcp.splice(0).flatMap(rtcpPackets),
      sendRtp: (packet) => {
        ports.sockets[0].send(packet, rtpPort, serverAddress);
        return stage.host.clock.settle();
      },
    };
  },
};

/** The same, protected by the key that the answer to SETUP tells; what the client sends, by one of its own. */
const protectedThrough = (carrier: CarrierName, isInterleaved: boolean): Transport => {
  const open = async (stage: RtspStage, url: string, address: string) => {
    const host = stage.client(address);
    const client = await connectThrough(carrier, host);
    const ports = isInterleaved ? undefined : await clientPorts(host.net, address, 4000);
    const Transport = ports?.transport.replace("AVP", "SAVP") ?? "RTP/SAVP/TCP;interleaved=0-1";
    const answer = await client.request("SETUP", url, { Transport, KeyMgmt: keyMgmt(aMasterKey()) });
    const transport = answer.headers.get("Transport") ?? "";
    expect(transport).toMatch(/^RTP\/SAVP/);
    const peer = new SrtpPeer(answeredKey(answer));
    const serverPort = Number(/server_port=(\d+)/.exec(transport)?.[1]);
    const send = (channel: 0 | 1, packet: Uint8Array): Promise<void> => {
      if (!ports) return client.sendFrame(channel, packet);
      ports.sockets[channel].send(packet, serverPort + channel, serverAddress);
      return stage.host.clock.settle();
    };
    return {
      client,
      session: answer.headers.get("Session")?.split(";")[0] ?? "",
      rtp: () => peer.rtp(ports?.rtp.splice(0) ?? client.frames(0)),
      rtcp: () => peer.rtcp(ports?.rtcp.splice(0) ?? client.frames(1)),
      sendRtp: (packet: Uint8Array) => send(0, peer.protect(packet)),
      sendRtcp: (packet: Uint8Array) => send(1, peer.protectRtcp(packet)),
    };
  };
  return {
    name: `SRTP by ${isInterleaved ? carrier.toUpperCase() : "UDP"}`,
    isInterleaved,
    connect: (_stage, host) => connectThrough(carrier, host),
    setUp: async (stage, address = nextAddress()) => {
      const { client, session, ...media } = await open(stage, `${urlA}/trackID=0`, address);
      return playerOf(client, session, media);
    },
    setUpBack: (stage) => open(stage, back, nextAddress()),
  };
};

const carriers: readonly CarrierName[] = ["rtsp", "http", "https", "ws", "wss", "rtsps"];
const plainTransports: readonly Transport[] = [udp, ...carriers.map(through)];
const transports: readonly Transport[] = [
  ...plainTransports,
  protectedThrough("rtsps", false),
  ...(["rtsps", "https", "wss"] as const).map((carrier) => protectedThrough(carrier, true)),
];

const nothingLeft = ({ server, path, host }: RtspStage): void => {
  expect([server.sessions().length, server.connections, path.leases, path.readings]).toEqual([0, 0, 0, 0]);
  expect(host.net.udpSockets).toEqual([]);
};

const authentication: RtspServerOptions = {
  authentication: { realm: "camera", password: (name) => (name === "admin" ? "secret" : undefined) },
};

describe.each(transports)("RTSP over $name", ({ connect, setUp, setUpBack, isInterleaved }) => {
  /** A client to which a first unit has been sent. */
  const playing = async (stage: RtspStage): Promise<Player> => {
    const player = await setUp(stage);
    await player.play();
    stage.path.publish(0);
    await stage.host.clock.settle();
    return player;
  };

  it("wants a login in RTSP itself, and lets the right password in", async () => {
    await using stage = await carrierStage(authentication);
    const client = await connect(stage, stage.client(nextAddress()));
    expect((await client.request("OPTIONS", urlA)).status).toBe(200);
    const refused = await client.request("DESCRIBE", urlA);
    expect(refused.status).toBe(401);
    const [challenge] = parseChallenges(refused.headers.all("WWW-Authenticate"));
    if (challenge?.scheme !== "digest") throw new Error("no digest");
    const login = (password: string): string =>
      respond(challenge, { username: "admin", password }, { method: "DESCRIBE", uri: urlA }, 1, "cnonce");
    expect((await client.request("DESCRIBE", urlA, { Authorization: login("wrong") })).status).toBe(401);
    expect((await client.request("DESCRIBE", urlA, { Authorization: login("secret") })).status).toBe(200);
  });

  it("check 22: carries RTP bit for bit, a sender report behind the first unit, and what the client reports", async () => {
    await using stage = await carrierStage();
    const player = await setUp(stage);
    await player.play();
    const { rtp } = stage.path.publish(0, { packets: [1400, 1400, 300] });
    await stage.host.clock.settle();
    expect(player.rtp()).toEqual([0, 1, 2].map((index) => Buffer.from(rtp.packet(index))));
    expect(player.rtcp().map(({ type }) => type)).toEqual(["SR", "SDES"]);
    const block = { ssrc: 0x1000, fractionLost: 9, cumulativeLost: 3, highestSequence: 7, jitter: 2 };
    const report = { ...block, lastSenderReport: 0, delaySinceLastSenderReport: 0 };
    await player.sendRtcp(writeRtcp([{ type: "RR", ssrc: 5, reports: [report] }]));
    expect(stage.server.sessions()[0]?.tracks[0]?.reception).toMatchObject({ fractionLost: 9, jitter: 2 });
  });

  it("stays as long as the client says something", async () => {
    await using stage = await carrierStage();
    const { client, play, session } = await setUp(stage);
    await play();
    for (let times = 0; times < 4; times++) {
      await stage.host.clock.advance(50_000);
      expect((await client.request("GET_PARAMETER", urlA, { Session: session })).status).toBe(200);
    }
    expect(stage.server.sessions()).toHaveLength(1);
  });

  it("check 28: needs no sign of life from a client that takes what it is sent, where that can be seen", async () => {
    await using stage = await carrierStage();
    const player = await setUp(stage);
    await player.play();
    for (let second = 0; second < 180; second++) {
      await stage.host.clock.advance(1000);
      stage.path.publish(0);
    }
    await stage.host.clock.settle();
    expect(stage.server.sessions()).toHaveLength(isInterleaved ? 1 : 0);
    if (isInterleaved) expect(player.rtp()).toHaveLength(180);
  });

  it("check 27: ends a silent session that does not play after its timeout, and then the connection", async () => {
    await using stage = await carrierStage();
    const { client, play, session } = await setUp(stage);
    await play();
    expect((await client.request("PAUSE", urlA, { Session: session })).status).toBe(200);
    await stage.host.clock.advance(64_000);
    expect(stage.server.sessions()).toHaveLength(1);
    await stage.host.clock.advance(80_000);
    nothingLeft(stage);
    expect(client.ended).toBe(true);
  });

  it("check 23: pauses, and goes on with a random access point", async () => {
    await using stage = await carrierStage();
    const player = await playing(stage);
    expect(player.rtp()).toHaveLength(1);
    expect((await player.client.request("PAUSE", urlA, { Session: player.session })).status).toBe(200);
    stage.path.publish(0, { packets: [7] });
    stage.path.publish(0, { randomAccess: false, packets: [8] });
    await stage.host.clock.settle();
    expect(player.rtp()).toEqual([]);
    await player.play();
    await stage.host.clock.settle();
    expect(player.rtp().map((packet) => payloadOf(packet).length)).toEqual([7, 8]);
  });

  it("check 7: sends nothing behind the answer to TEARDOWN, and answers the next request", async () => {
    await using stage = await carrierStage();
    const player = await playing(stage);
    player.rtp();
    player.rtcp();
    expect((await player.client.request("TEARDOWN", urlA, { Session: player.session })).status).toBe(200);
    stage.path.publish(0);
    await stage.host.clock.advance(6000);
    expect([player.rtp(), player.rtcp()]).toEqual([[], []]);
    expect([stage.server.sessions().length, stage.path.leases]).toEqual([0, 0]);
    expect((await player.client.request("OPTIONS", urlA)).status).toBe(200);
  });

  it("check 29: is freed when the client vanishes, at once or with its timeout", async () => {
    await using stage = await carrierStage();
    const [vanishing, staying] = [await setUp(stage), await setUp(stage)];
    await vanishing.play();
    await staying.play();
    stage.path.publish(0);
    vanishing.client.connection.destroy();
    stage.path.publish(0);
    await stage.host.clock.settle();
    expect(stage.server.sessions()).toHaveLength(isInterleaved ? 1 : 2);
    expect(staying.rtp().map(sequenceNumber)).toEqual([100, 101]);
    await staying.client.close();
    await stage.host.clock.advance(70_000);
    nothingLeft(stage);
  });

  it("says goodbye when the path ends, and plays on when it has come back", async () => {
    await using stage = await carrierStage();
    const player = await playing(stage);
    player.rtp();
    player.rtcp();
    stage.path.end("the file is over");
    await stage.host.clock.settle();
    expect(player.rtcp().at(-1)).toMatchObject({ type: "BYE", reason: "the file is over" });
    await player.play();
    stage.path.publish(0);
    await stage.host.clock.settle();
    expect(player.rtp().length).toBeGreaterThan(0);
  });

  it("tells its players that the server stops", async () => {
    await using stage = await carrierStage();
    const player = await playing(stage);
    player.rtcp();
    await stage.server.close();
    await stage.host.clock.settle();
    if (!isInterleaved) expect(player.rtcp().at(-1)).toMatchObject({ type: "BYE" });
    expect(player.client.ended).toBe(true);
    nothingLeft(stage);
    expect(stage.host.clock.pendingTimers).toBe(0);
  });

  it("check 49: takes the sound that a client sends, bit for bit, reports on it, and frees the back channel", async () => {
    await using stage = await carrierStage();
    const { speaker, sink } = aSpeaker(stage.host.clock);
    stage.directory.backChannel = speaker;
    const { client, sendRtp, rtcp } = await setUpBack(stage);
    await client.request("PLAY", urlA);
    const packets = [1, 2, 3].map((sequence) => rtpPacket(Buffer.alloc(160, sequence), { type: 0, sequence }));
    for (const packet of packets) await sendRtp(packet);
    expect(sink.heard[0]?.units.flatMap((unit) => unit.packets ?? [])).toEqual(packets);
    await stage.host.clock.advance(6000);
    expect(rtcp()[0]).toMatchObject({ type: "RR", reports: [{ ssrc: 0x5eed, highestSequence: 3 }] });
    expect(() => speaker.take({ username: undefined, address: "192.0.2.9" })).toThrow("another client");
    await client.request("TEARDOWN", urlA);
    expect(sink.heard[0]?.isOver).toBe(true);
    expect(speaker.take({ username: undefined, address: "192.0.2.9" })).toBeDefined();
  });

  it("check 21: puts the answer to PLAY before the first packet", async () => {
    await using stage = await carrierStage();
    const { client, play } = await setUp(stage);
    for (let index = 0; index < 10; index++) stage.path.publish(0, { randomAccess: index === 0 });
    const seen: string[] = [];
    const taken = client.arrived.push.bind(client.arrived);
    client.arrived.push = (...messages) => {
      seen.push(...messages.map(({ kind }) => kind));
      return taken(...messages);
    };
    await play();
    expect(seen[0]).toBe("response");
  });
});

describe.each(transports.filter(({ isInterleaved }) => isInterleaved))("a slow reader over $name", ({ setUp }) => {
  it("loses whole units up to a random access point, and nobody else loses any", async () => {
    await using stage = await carrierStage({ sendQueue: { maxBytes: 200_000, maxMs: 60_000 } });
    const [stalled, healthy] = [await setUp(stage), await setUp(stage)];
    await stalled.play();
    await healthy.play();
    stalled.client.connection.pause();
    for (let frame = 0; frame < 200; frame++) {
      stage.path.publish(0, { randomAccess: frame % 10 === 0, packets: [1400, 1400, 1400, 1000] });
      await stage.host.clock.advance(20);
    }
    expect(healthy.rtp()).toHaveLength(800);
    const slow = stage.server.sessions().find(({ droppedUnits }) => droppedUnits > 0);
    expect(slow?.droppedUnits).toBeGreaterThan(40);
    stalled.client.connection.resume();
    for (let turns = 0; turns < 20; turns++) await stage.host.clock.settle();
    for (let frame = 0; frame < 10; frame++) stage.path.publish(0, { randomAccess: frame === 5, packets: [5] });
    for (let turns = 0; turns < 5; turns++) await stage.host.clock.settle();
    const lengths = stalled.rtp().map((packet) => packet.length);
    expect(lengths.slice(-5)).toEqual([17, 17, 17, 17, 17]);
    expect(lengths.at(-6)).not.toBe(17);
    // Whole units: four packets each.
    expect(lengths.filter((length) => length === 1012)).toHaveLength(
      lengths.filter((length) => length === 1412).length / 3,
    );
  });

  it("is cut off when it takes nothing for 10 s", async () => {
    await using stage = await carrierStage();
    const { client, play } = await setUp(stage);
    await play();
    client.connection.pause();
    for (let second = 0; second < 14; second++) {
      stage.path.publish(0, { packets: [60_000, 60_000, 60_000] });
      await stage.host.clock.advance(1000);
    }
    nothingLeft(stage);
  });
});

describe("DESCRIBE of a path alone", () => {
  it.each<[CarrierName, string]>([
    ["rtsp", `rtsp://${serverAddress}:554/a/`],
    ["rtsps", `rtsps://${serverAddress}:322/a/`],
    ["http", `rtsp://${serverAddress}:554/a/`],
  ])("is completed with what the client has reached: %s", async (carrier, base) => {
    await using stage = await carrierStage();
    const client = await connectThrough(carrier, stage.client(nextAddress()));
    expect((await client.request("DESCRIBE", "/a")).headers.get("Content-Base")).toBe(base);
  });
});

describe.each(plainTransports)("check 20: over $name", ({ name, connect }) => {
  const setup = async (transport: string): Promise<number> => {
    await using stage = await carrierStage();
    const client = await connect(stage, stage.client(nextAddress()));
    return (await client.request("SETUP", `${urlA}/trackID=0`, { Transport: transport })).status;
  };

  it("media over plain UDP are had only where the connection is plain RTSP", async () => {
    const isPlain = name === "UDP" || name === "TCP";
    expect(await setup("RTP/AVP;unicast;client_port=5000-5001")).toBe(isPlain ? 200 : 461);
    expect(await setup("RTP/AVP;unicast;client_port=5000-5001,RTP/AVP/TCP;interleaved=0-1")).toBe(200);
  });

  it("protected media are had only where the keys are told under TLS, and by UDP only outside of tunnels", async () => {
    const isSecure = ["HTTPS", "WSS", "RTSPS"].includes(name);
    expect(await setup("RTP/SAVP/TCP;interleaved=0-1")).toBe(isSecure ? 200 : 461);
    expect(await setup("RTP/SAVPF/TCP;interleaved=0-1")).toBe(isSecure ? 200 : 461);
    expect(await setup("RTP/SAVP;unicast;client_port=5000-5001")).toBe(name === "RTSPS" ? 200 : 461);
  });

  it("multicast is refused inside tunnels and TLS", async () => {
    if (name !== "UDP" && name !== "TCP") expect(await setup("RTP/AVP;multicast")).toBe(461);
  });
});
