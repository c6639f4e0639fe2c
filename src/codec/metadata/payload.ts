import type { MediaFormat } from "../format.js";
import {
  afterPacket,
  evenPieces,
  joined,
  maxUnitBytes,
  maxUnitParts,
  noHead,
  type Depacketized,
  type Depacketizer,
  type PayloadFormat,
} from "../payload-format.js";

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
  depacketizer: () => new DocumentDepacketizer(),
};

class DocumentDepacketizer implements Depacketizer {
  #parts: Uint8Array[] = [];
  #bytes = 0;

  push(payload: Uint8Array, marker: boolean): Depacketized | undefined {
    this.#parts.push(payload);
    this.#bytes += payload.length;
    const isTooLarge = this.#bytes > maxUnitBytes || this.#parts.length > maxUnitParts;
    return afterPacket(this, isTooLarge ? "unit-too-large" : undefined, marker);
  }

  flush(): readonly Uint8Array[] | undefined {
    const parts = this.#parts;
    const bytes = this.#bytes;
    this.reset();
    return bytes > 0 ? [joined(parts)] : undefined;
  }

  reset(): void {
    this.#parts = [];
    this.#bytes = 0;
  }
}
