import type { ReceivedFrom } from "#media/received-track";
import { CodedError } from "#util/errors";
import type { MikeySrtpKey } from "#wire/mikey/srtp-keys";
import { ORDERED } from "#wire/rtp/reorder";
import type { PortPair, TransportSpec } from "#wire/rtsp/headers/transport";

/** Room for the packets of a large picture, which come at once, bytes. */
export const RECEIVE_BYTES = 2 * 1024 * 1024;

/** Takes a packet, which stays as it is. */
export type PacketHandler = (packet: Uint8Array) => void;

/** The way of one track from a server to us. */
export interface ClientTransport extends ReceivedFrom {
  /** For the SETUP. */
  readonly wanted: TransportSpec;
  /** The header KeyMgmt of the SETUP; none unless given. */
  readonly keyMgmt?: string | undefined;
  /**
   * Takes what the server has answered, if it has, and the key that it has told in the answer. Rejects with a CodedError
   * `rtsp-client-transport`.
   */
  agree(answer: TransportSpec | undefined, told?: MikeySrtpKey): Promise<void>;
  /** Says where packets go; to be called after `agree`. */
  receive(rtp: PacketHandler, rtcp: PacketHandler): void;
  /** Opens firewalls between the server and us, where there may be any. */
  openFirewall(payloadType: number): void;
  close(): void;
}

export const wrongTransport = (message: string): CodedError => new CodedError("rtsp-client-transport", message);

/** Who takes the frames of each interleaved channel of a connection. */
export class ChannelTable {
  readonly #handlers = new Map<number, PacketHandler>();
  readonly #claimed = new Set<number>();

  /** False when one of the channels is in use. */
  claim(channels: PortPair): boolean {
    if (channels.some((channel) => this.#claimed.has(channel))) return false;
    for (const channel of channels) this.#claimed.add(channel);
    return true;
  }

  listen(channel: number, handler: PacketHandler): void {
    this.#handlers.set(channel, handler);
  }

  /** Frames of channels that nobody listens to are passed over. */
  hand(channel: number, payload: Uint8Array): void {
    this.#handlers.get(channel)?.(payload);
  }
}

/** RTP and RTCP between the messages of the RTSP connection (RFC 2326 §10.12). */
export class InterleavedTransport implements ClientTransport {
  readonly order = ORDERED;
  readonly wanted: TransportSpec;
  readonly #table: ChannelTable;
  readonly #send: (channel: number, payload: Uint8Array) => void;
  #channels: PortPair;

  /** Asks for `channels`; the server may choose others. `send` sends a frame. */
  constructor(table: ChannelTable, channels: PortPair, send: (channel: number, payload: Uint8Array) => void) {
    this.#table = table;
    this.#channels = channels;
    this.#send = send;
    this.wanted = { profile: "RTP/AVP", lower: "TCP", delivery: "unicast", interleaved: channels };
  }

  async agree(answer: TransportSpec | undefined): Promise<void> {
    // Some servers leave out that it is TCP, or the channels.
    if (answer && answer.lower !== "TCP" && !answer.interleaved)
      throw wrongTransport("the server has answered RTP over TCP with something else");
    const [rtp, rtcp] = answer?.interleaved ?? this.#channels;
    this.#channels = [rtp, rtcp === rtp ? rtp + 1 : rtcp];
    if (!this.#table.claim(this.#channels)) throw wrongTransport("the server sends two tracks on one channel");
  }

  receive(rtp: PacketHandler, rtcp: PacketHandler): void {
    this.#table.listen(this.#channels[0], rtp);
    this.#table.listen(this.#channels[1], rtcp);
  }

  openFirewall(): void {
    // There is none within a connection.
  }

  /** Sends RTP on the track, which the server takes by its back channel. */
  sendRtp(packet: Uint8Array): void {
    this.#send(this.#channels[0], packet);
  }

  sendRtcp(packet: Uint8Array): void {
    this.#send(this.#channels[1], packet);
  }

  close(): void {
    // The channels go with the connection.
  }
}
