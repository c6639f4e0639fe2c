import { xs } from "#xml/datatypes";
import { element, enumeration, type Infer, optional } from "#xml/schema";
import { tt } from "../namespaces.js";

/** How a client asks for a stream, where it is found, and what a receiver connects to. */

export const StreamType = enumeration(xs.string, "RTP-Unicast", "RTP-Multicast");
export type StreamType = Infer<typeof StreamType>;

export const TransportProtocol = enumeration(xs.string, "UDP", "TCP", "RTSP", "HTTP");
export type TransportProtocol = Infer<typeof TransportProtocol>;

export const Transport = tt.sequence({
  Protocol: element(TransportProtocol),
  Tunnel: optional(tt.sequence({}).open({ attributes: false })),
});
export interface Transport extends Infer<typeof Transport> {}

export const StreamSetup = tt.sequence({ Stream: element(StreamType), Transport: element(Transport) }).open();
export interface StreamSetup extends Infer<typeof StreamSetup> {}

/** An address and how long it may be used; a `Timeout` of zero means for ever. */
export const MediaUri = tt
  .sequence({
    Uri: element(xs.anyURI),
    InvalidAfterConnect: element(xs.boolean),
    InvalidAfterReboot: element(xs.boolean),
    Timeout: element(xs.duration),
  })
  .open();
export interface MediaUri extends Infer<typeof MediaUri> {}

export const ReceiverMode = enumeration(xs.string, "AutoConnect", "AlwaysConnect", "NeverConnect", "Unknown");
export type ReceiverMode = Infer<typeof ReceiverMode>;

export const ReceiverConfiguration = tt
  .sequence({
    Mode: element(ReceiverMode),
    MediaUri: element(xs.anyURI),
    StreamSetup: element(StreamSetup),
  })
  .open();
export interface ReceiverConfiguration extends Infer<typeof ReceiverConfiguration> {}
