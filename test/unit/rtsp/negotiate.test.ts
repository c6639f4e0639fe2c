import { describe, expect, it } from "vitest";
import { negotiate, type TransportOffer } from "#rtsp/negotiate";
import { parseTransport } from "#wire/rtsp/headers/transport";

const both = { udp: true, tcp: true };
const tcp = { udp: false, tcp: true };

describe("the choice of a transport", () => {
  it.each<[string, TransportOffer, object]>([
    ["RTP/AVP;unicast;client_port=1-2", both, { lower: "UDP", clientPorts: [1, 2] }],
    ["RTP/AVP;unicast;client_port=1-2", tcp, { status: 461 }],
    ["RTP/AVP/TCP;interleaved=4-5", both, { lower: "TCP", channels: [4, 5] }],
    ["RTP/AVP/TCP", both, { lower: "TCP", channels: [0, 1] }],
    ["RTP/AVP/TCP", { udp: true, tcp: false }, { status: 461 }],
    ["RTP/AVP;multicast", both, { status: 461 }],
    ["RTP/AVP;multicast;destination=239.1.1.1;port=1-2", { ...both, multicast: true }, { lower: "UDP-multicast" }],
    ["RTP/AVP/TCP;multicast", { ...both, multicast: true }, { status: 461 }],
    ["RTP/SAVP;unicast;client_port=1-2", both, { status: 461 }],
    ["RTP/AVP/DCCP;unicast;client_port=1-2", both, { status: 461 }],
    ["RTP/AVP;unicast;client_port=0-0", both, { status: 461 }],
    ["RTP/AVP;unicast;client_port=1-2;mode=record", both, { status: 461 }],
    ["RTP/AVP;multicast, RTP/AVP;unicast;client_port=1-2, RTP/AVP/TCP", tcp, { lower: "TCP" }],
    ["RTP/AVP/TCP;interleaved=0-2", both, { status: 400 }],
  ])("%s with %o", (header, offer, expected) => {
    expect(negotiate(parseTransport(header), offer)).toMatchObject(expected);
  });

  it.each<[string, (readonly [number, number])[], object]>([
    ["RTP/AVP/TCP", [[0, 1]], { channels: [2, 3] }],
    ["RTP/AVP/TCP", [[1, 2]], { channels: [4, 5] }],
    ["RTP/AVP/TCP;interleaved=0-1", [[0, 1]], { channels: [2, 3] }],
    ["RTP/AVP/TCP;interleaved=1-2", [[0, 1]], { status: 400 }],
    ["RTP/AVP/TCP;interleaved=0-1", [[1, 2]], { status: 400 }],
    ["RTP/AVP/TCP", Array.from({ length: 128 }, (_, index) => [index * 2, index * 2 + 1] as const), { status: 461 }],
  ])("%s beside the channels %j", (header, taken, expected) => {
    expect(negotiate(parseTransport(header), both, taken)).toMatchObject(expected);
  });
});
