import { localStreamName } from "#device/media/stream-reference";
import { isSecure, type Stream, streamParameters } from "#device/media/streams";
import type { StreamTransport } from "#device/media/types";
import { invariant } from "#util/errors";
import type { Call } from "../call.js";
import type { TransportProtocol } from "../schema/media2/streaming.js";
import type { MediaUri, StreamSetup } from "../schema/tt/streaming.js";
import { addressOf } from "./address.js";

const RTSP_PORT = 554;

/** The address that GetStreamUri of either service gives; a way to the stream that nobody knows is undefined. */
export function requestedStreamUri(profileToken: string, transport: StreamTransport | undefined, call: Call): string {
  const stream = call.camera.device.media.streams.requestStream(profileToken, transport);
  invariant(transport, "a stream is given for a known transport only");
  return streamUri(stream, transport, call);
}

/**
 * Where a client gets the stream. A name becomes an address of the host by which the client came; a whole address of
 * the configuration is handed out as it is. The encoder settings follow as `&name=value` where the profile says so
 * (product manual 1.1.2), and `&profile=token` where the name alone would stand for a stream with other metadata;
 * and `&srtp=1` for what Media2 §5.4.1 calls RTSPS: SRTP, which our RTSP server gives to those who ask for it.
 */
function streamUri(stream: Stream, transport: StreamTransport, call: Call): string {
  const { reference } = stream;
  const name = localStreamName(reference);
  const address = name === undefined ? (reference.uri ?? "") : baseOf(transport, call) + encodePath(name);
  const parameters = [
    ...(reference.appendParameters ? streamParameters(stream, transport) : []),
    ...(call.camera.device.media.streams.isAmbiguous(stream) ? [["profile", stream.profile.token] as const] : []),
    ...(name !== undefined && isSecure(transport) ? [["srtp", "1"] as const] : []),
  ];
  return address + parameters.map(([key, value]) => `&${key}=${encodeURIComponent(value)}`).join("");
}

/** Up to the slash. A tunnel goes through the port of the web service, so that it passes where that does (Media2 §5.4.1). */
function baseOf(transport: StreamTransport, { camera, reachedAt }: Call): string {
  if (transport === "rtsp-over-http") return `${reachedAt.origin}/`;
  const { media, network } = camera.device;
  const portOf = (name: "HTTPS" | "RTSP"): number => {
    const protocol = network.protocols.find((one) => one.name === name);
    return protocol?.ports[0] ?? RTSP_PORT;
  };
  if (!isSecure(transport)) return `rtsp://${reachedAt.hostname}:${portOf("RTSP")}/`;
  const port = media.streams.rtspsPort ?? portOf("RTSP");
  return `rtsps://${reachedAt.hostname}:${port === "HTTPS" ? portOf("HTTPS") : port}/`;
}

const encodePath = (name: string): string => name.split("/").filter(Boolean).map(encodeURIComponent).join("/");

/** Where the web server hands out a picture of the profile. */
export const snapshotUri = (profileToken: string, call: Call): string =>
  addressOf(`/snapshot/${encodeURIComponent(profileToken)}.jpg`, call);

/** An address that stays good (Media §5.15.1). */
export const mediaUri = (uri: string): MediaUri => ({
  Uri: uri,
  InvalidAfterConnect: false,
  InvalidAfterReboot: false,
  Timeout: 0,
});

/**
 * The way to the stream that Media §5.15.1 means; undefined for a combination that it does not have. `TCP`, RTP on its
 * own over TCP, is answered with RTP over RTSP: clients that ask for it mean that.
 */
export function transport10(setup: StreamSetup): StreamTransport | undefined {
  const { Protocol } = setup.Transport;
  if (setup.Stream === "RTP-Multicast") return Protocol === "UDP" ? "rtsp-multicast" : undefined;
  return ({ UDP: "rtsp-unicast", TCP: "rtsp", RTSP: "rtsp", HTTP: "rtsp-over-http" } as const)[Protocol];
}

const TRANSPORTS20: Readonly<Record<TransportProtocol, StreamTransport>> = {
  RtspUnicast: "rtsp-unicast",
  RtspMulticast: "rtsp-multicast",
  RtspsUnicast: "rtsps-unicast",
  RtspsMulticast: "rtsps-multicast",
  RTSP: "rtsp",
  RtspOverHttp: "rtsp-over-http",
};

const isProtocol = (name: string): name is TransportProtocol => Object.hasOwn(TRANSPORTS20, name);

/** Undefined for a name that Media2 §5.4.1 does not have. */
export const transport20 = (protocol: string): StreamTransport | undefined =>
  isProtocol(protocol) ? TRANSPORTS20[protocol] : undefined;
