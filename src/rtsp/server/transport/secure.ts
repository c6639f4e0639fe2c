import type { AccessUnit } from "#media/access-unit";
import type { TransportSpec } from "#wire/rtsp/headers/transport";
import type { SrtpMasterKey } from "#wire/srtp/suite";
import type { OpenedPackets } from "../../opened-packets.js";
import type { ProtectedTrack } from "../security/protected-track.js";
import type { RtcpHandler, TrackTransport } from "./track-transport.js";

/** Another transport, by which all goes protected (RFC 3711). */
export class SecureTransport implements TrackTransport {
  readonly spec: TransportSpec;

  #track: ProtectedTrack;

  constructor(
    private readonly inner: TrackTransport,
    track: ProtectedTrack,
    private readonly client: OpenedPackets,
  ) {
    this.#track = track;
    this.spec = { ...inner.spec, profile: "RTP/SAVP" };
  }

  /** What it goes under. */
  get track(): ProtectedTrack {
    return this.#track;
  }

  /** From now on it goes under another key, and comes so. */
  rekey(master: SrtpMasterKey): void {
    this.#track = this.#track.under(master);
    this.client.rekey(master);
  }

  send(unit: AccessUnit): boolean {
    const form = this.#track.protect(unit);
    return form !== undefined && this.inner.send(form);
  }

  sequenceOf(sequence: number): number {
    return this.#track.sequenceOf(sequence);
  }

  onRtcp(handler: RtcpHandler): void {
    this.inner.onRtcp((packet) => handler(this.open(packet)));
  }

  open(packet: Uint8Array): Buffer {
    return this.client.rtcp(packet);
  }

  sendRtcp(packet: Uint8Array): void {
    this.inner.sendRtcp(this.#track.rtcp(packet));
  }

  close(): void {
    this.inner.close();
  }
}
