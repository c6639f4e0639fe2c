import { expect, it } from "vitest";
import type { CarrierName } from "#rtsp/server/transport/carrier";
import { payloadOf } from "#wire/rtp/packet";
import { connectThrough, listenWithTls } from "../../support/carriers.js";
import { announce, keyFrame, media, publishStage, readBack, urlP } from "../../support/publish-stage.js";
import { publishedFormats, UnitSender } from "../../support/relay-packets.js";

const UDP = "RTP/AVP;unicast;client_port=4000-4001;mode=record";
const TCP = "RTP/AVP/TCP;unicast;interleaved=0-1;mode=record";

it.each<[CarrierName]>([["rtsps"], ["http"], ["https"], ["ws"], ["wss"]])(
  "a stream can be published through %s, with its media in the connection",
  async (carrier) => {
    await using stage = await publishStage();
    await listenWithTls(stage.server);
    const client = await connectThrough(carrier, stage.client("192.0.2.30"));
    expect((await announce(client)).status).toBe(200);
    expect((await client.request("SETUP", `${urlP}/streamid=0`, { Transport: UDP })).status).toBe(461);
    expect((await client.request("SETUP", `${urlP}/streamid=0`, { Transport: TCP })).status).toBe(200);
    expect((await client.request("RECORD", urlP)).status).toBe(200);
    const reader = await readBack(stage);
    const packets = new UnitSender(publishedFormats.h264).packets(keyFrame(5000), 0);
    for (const packet of packets) await client.sendFrame(0, packet);
    await stage.host.clock.settle();
    expect(media(reader).map((packet) => Buffer.from(payloadOf(packet)))).toEqual(
      packets.map((packet) => Buffer.from(payloadOf(packet))),
    );
    await client.close();
    expect(stage.server.sessions()).toMatchObject([{ state: "ready" }]);
  },
);
