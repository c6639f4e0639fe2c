import type { ReorderOptions } from "#wire/rtp/reorder";
import type { MikeySrtpKey } from "#wire/mikey/srtp-keys";
import type { TransportSpec } from "#wire/rtsp/headers/transport";
import type { SrtpProtector } from "#wire/srtp/protect";
import { OpenedPackets } from "../opened-packets.js";
import type { ClientKeys } from "./client-keys.js";
import { type ClientTransport, type PacketHandler, wrongTransport } from "./transport.js";

/** Another transport, by which all comes protected (RFC 3711), and reports go so too. */
export class SecureTransport implements ClientTransport {
  readonly wanted: TransportSpec;
  readonly order: ReorderOptions;
  readonly #inner: ClientTransport;
  readonly #keys: ClientKeys;
  readonly #described: MikeySrtpKey | undefined;
  #packets: OpenedPackets | undefined;
  #protector: SrtpProtector | undefined;

  /** `described` is the key of the description, where it has one. */
  constructor(inner: ClientTransport, keys: ClientKeys, described: MikeySrtpKey | undefined) {
    this.#inner = inner;
    this.#keys = keys;
    this.#described = described;
    this.wanted = { ...inner.wanted, profile: "RTP/SAVP" };
    this.order = inner.order;
  }

  get keyMgmt(): string | undefined {
    return this.#described ? undefined : this.#keys.message();
  }

  /** What the answer tells is newer than what was described. A server that has told nothing uses the key that we have told. */
  async agree(answer: TransportSpec | undefined, told: MikeySrtpKey | undefined): Promise<void> {
    if (answer && !/^RTP\/SAVPF?$/.test(answer.profile))
      throw wrongTransport("the server has answered protected media with others");
    await this.#inner.agree(answer, told);
    const own = this.#described ? undefined : this.#keys.own;
    const theirs = told ?? this.#described ?? own;
    const ours = own ?? theirs;
    if (!theirs || !ours) throw wrongTransport("the server has not told the key of protected media");
    this.#packets = new OpenedPackets(theirs);
    this.#protector = this.#keys.protectorOf(ours.key);
  }

  receive(rtp: PacketHandler, rtcp: PacketHandler): void {
    const packets = this.#packets;
    if (!packets) return;
    this.#inner.receive(
      (packet) => rtp(packets.rtp(packet)),
      (packet) => rtcp(packets.rtcp(packet)),
    );
  }

  openFirewall(payloadType: number): void {
    this.#inner.openFirewall(payloadType);
  }

  sendRtcp(packet: Uint8Array): void {
    if (this.#protector) this.#inner.sendRtcp(this.#protector.rtcp(packet));
  }

  close(): void {
    this.#inner.close();
  }
}
