import { describe, expect, it } from "vitest";
import { payloadOf, sequenceNumber } from "#wire/rtp/packet";
import { seededRandom } from "../../support/fuzz.js";
import { announce, keyFrame, media, publish, publishStage, readBack, sound } from "../../support/publish-stage.js";
import { publishedFormats, UnitSender } from "../../support/relay-packets.js";
import { serverAddress } from "../../support/rtsp-client.js";

const { h264, pcmu } = publishedFormats;
const host = `rtsp://${serverAddress}`;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("publishing over UDP", () => {
  it("check 46: one packet to each of the publisher's ports opens its firewall", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, "UDP");
    const [ports] = publisher.ports;
    expect(ports?.rtp.map(hex)).toEqual(["806000000000000000000000"]);
    expect(ports?.rtcp.map(hex)).toEqual(["80c9000100000000"]);
    const ways = stage.host.network.datagrams.map(({ from, to }) => [from.port, to.port]);
    expect(ways).toEqual([
      [22_000, 4000],
      [22_001, 4001],
    ]);
  });

  it("packets are put into order, and a single one that comes late does not count as lost", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, "UDP");
    const reader = await readBack(stage);
    const packets = new UnitSender(h264).packets(keyFrame(5000), 0);
    // The first one says where the numbers begin; the others come in turned pairs.
    const [first, ...others] = packets;
    const turned = others.map((packet, index) => others[index ^ 1] ?? packet);
    await publisher.send([...(first ? [first] : []), ...turned]);
    expect(media(reader).map((packet) => hex(payloadOf(packet)))).toEqual(
      packets.map((packet) => hex(payloadOf(packet))),
    );
    expect(stage.received()).toMatchObject({ lost: 0, late: 0 });
  });

  it("over a network that loses and delays, what arrives is passed on in order, and the rest counted", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, "UDP", [pcmu]);
    const reader = await readBack(stage);
    const random = seededRandom(5);
    const { network } = stage.host;
    const numberOf = ({ data }: { data: Buffer }): number => data.readUInt16BE(2);
    const lost = new Set(Array.from({ length: 40 }, () => 2 + random(900)));
    network.lose = (datagram) => datagram.to.port === 22_002 && lost.has(numberOf(datagram));
    // The first one says where the numbers begin.
    network.delay = (datagram) => (datagram.to.port === 22_002 && numberOf(datagram) > 1 ? random(60) : 0);
    const numbers = Array.from({ length: 1000 }, (_, index) => index + 1);
    for (const number of numbers) {
      await publisher.send([sound(number)]);
      await stage.host.clock.advance(20);
    }
    await stage.host.clock.advance(1000);
    const received = media(reader).map(sequenceNumber);
    const first = received[0] ?? 0;
    const expected = numbers.filter((number) => !lost.has(number)).map((number) => number - 1);
    expect(received.map((number) => (number - first) & 0xffff)).toEqual(expected);
    expect(stage.received()).toMatchObject({ lost: lost.size, late: 0, packets: 1000 - lost.size });
  });

  it("a packet that waits for a missing one is passed on within a second", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, "UDP", [pcmu]);
    const reader = await readBack(stage);
    await publisher.send([sound(1), sound(3)]);
    expect(media(reader)).toHaveLength(1);
    await stage.host.clock.advance(1100);
    expect(media(reader)).toHaveLength(1);
    expect(stage.received()).toMatchObject({ lost: 1 });
  });

  it("packets of a stranger are not taken, those from another port of the publisher are", async () => {
    await using stage = await publishStage();
    const publisher = await publish(stage, "UDP", [pcmu]);
    const [port] = publisher.serverPorts[0] ?? [0];
    const packet = sound(0);
    const stranger = await stage.client("192.0.2.66").net.udp({ address: "192.0.2.66", port: 4000 });
    stranger.send(packet, port, serverAddress);
    await stage.host.clock.settle();
    expect(stage.received()).toMatchObject({ packets: 0 });
    const other = await publisher.host.net.udp({ address: "192.0.2.30", port: 5000 });
    other.send(packet, port, serverAddress);
    await stage.host.clock.settle();
    expect(stage.received()).toMatchObject({ packets: 1 });
  });

  it("several publishers can share one pair of ports", async () => {
    await using stage = await publishStage({ udp: { ports: "shared" } });
    const first = await publish(stage, "UDP", [pcmu]);
    const second = stage.client("192.0.2.31");
    const client = await stage.connect(second);
    await announce(client, [pcmu], `${host}/second`);
    const Transport = "RTP/AVP;unicast;client_port=4000-4001;mode=record";
    await client.request("SETUP", `${host}/second/streamid=0`, { Transport });
    await client.request("RECORD", `${host}/second`);
    const packet = sound(0);
    const socket = await second.net.udp({ address: "192.0.2.31", port: 4000 });
    for (let index = 0; index < 3; index++) socket.send(packet, 22_000, serverAddress);
    await first.send([packet]);
    const packets = stage.server.sessions().map(({ path, packets: count }) => [path, count]);
    expect(packets).toEqual([
      ["live", 1],
      ["second", 3],
    ]);
  });
});
