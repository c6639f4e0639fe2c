import type { RtspResponse } from "#wire/rtsp/message";
import { parseTransport, type TransportSpec } from "#wire/rtsp/headers/transport";
import type { FakeHost } from "./fake-host.js";

/** What came to the two ports of a group. */
export interface GroupListener {
  readonly rtp: Buffer[];
  readonly rtcp: Buffer[];
  /** Sends RTCP to the group, as receivers do. */
  report(packet: Uint8Array): void;
}

/** Joins the group that an answer to SETUP names. */
export async function joinGroup(host: FakeHost, answer: RtspResponse | TransportSpec): Promise<GroupListener> {
  const spec = "status" in answer ? transportOf(answer) : answer;
  const { destination = "", port = [0, 0] } = spec;
  const rtp: Buffer[] = [];
  const rtcp: Buffer[] = [];
  const sockets = await Promise.all(port.map((one) => host.net.udp({ port: one, reuse: true })));
  for (const [index, socket] of sockets.entries()) {
    socket.addMembership(destination);
    socket.onMessage((data) => (index === 0 ? rtp : rtcp).push(data));
  }
  return { rtp, rtcp, report: (packet) => sockets[1]?.send(packet, port[1], destination) };
}

/** What an answer to SETUP says of the transport. */
export function transportOf(answer: RtspResponse): TransportSpec {
  const [spec] = parseTransport(answer.headers.get("Transport") ?? "");
  if (!spec) throw new Error(`no transport in the answer ${answer.status}`);
  return spec;
}
