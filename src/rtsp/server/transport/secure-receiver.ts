import type { ReorderOptions } from "#wire/rtp/reorder";
import type { TransportSpec } from "#wire/rtsp/headers/transport";
import type { OpenedPackets } from "../../opened-packets.js";
import type { ProtectedTrack } from "../security/protected-track.js";
import type { PacketHandler } from "./peer-table.js";
import type { ReceivingTransport } from "./receiving.js";

/** Another transport, by which all comes protected (RFC 3711), and reports go so too. */
export class SecureReceiver implements ReceivingTransport {
  readonly spec: TransportSpec;
  readonly order: ReorderOptions;

  constructor(
    private readonly inner: ReceivingTransport,
    /** What reports go under. */
    readonly track: ProtectedTrack,
    readonly packets: OpenedPackets,
  ) {
    this.spec = { ...inner.spec, profile: "RTP/SAVP" };
    this.order = inner.order;
  }

  receive(rtp: PacketHandler, rtcp: PacketHandler): void {
    this.inner.receive(
      (packet, from) => rtp(this.packets.rtp(packet), from),
      (packet, from) => rtcp(this.packets.rtcp(packet), from),
    );
  }

  openFirewall(payloadType: number): void {
    this.inner.openFirewall(payloadType);
  }

  sendRtcp(packet: Uint8Array): void {
    this.inner.sendRtcp(this.track.rtcp(packet));
  }

  close(): void {
    this.inner.close();
  }
}
