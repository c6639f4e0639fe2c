import type { MediaFormat } from "../format.js";
import { evenPieces, noHead, type PayloadFormat } from "../payload-format.js";
import { PiecesDepacketizer, plainPiece } from "../pieces.js";

/** The format of an ONVIF metadata track (Streaming §5.1.2.1.1). */
export const metadataFormat = (payloadType: number): MediaFormat => ({
  kind: "metadata",
  encodingName: "vnd.onvif.metadata",
  payloadType,
  clockRate: 90_000,
});

/** RTP payload of ONVIF metadata: the XML document cut anywhere, the marker on its last packet (Streaming §5.1.2.1.1). */
export const metadataPayload: PayloadFormat = {
  marker: "last",
  packetize: (unit, _format, _randomAccess, maxBytes) =>
    unit
      .filter((document) => document.length > 0)
      .flatMap((document) => evenPieces(document, maxBytes).map((body) => ({ head: noHead, body }))),
  depacketizer: () => new PiecesDepacketizer(plainPiece),
};
