export type MediaKind = "video" | "audio" | "metadata";

/**
 * What a track carries, in the words of RTP and SDP. Depacketizers, packetizers and SDP read these members and never
 * ask which codec they have; the codec's own file makes the value and knows the rest.
 */
export interface MediaFormat {
  readonly kind: MediaKind;
  /** Encoding name as in `a=rtpmap`: H264, H265, MPEG4-GENERIC, PCMU, … */
  readonly encodingName: string;
  /** RTP payload type, 0…127. */
  readonly payloadType: number;
  /** RTP timestamp ticks a second. */
  readonly clockRate: number;
  /** Audio channels; absent for video and metadata. */
  readonly channels?: number;
  /** The parameters of `a=fmtp`, without the payload type. */
  readonly fmtp?: string;
  /** Picture size in pixels and pictures a second, where known. */
  readonly width?: number;
  readonly height?: number;
  readonly frameRate?: number;
  /** Mean bit rate in kbit/s (1000 bit), where known; becomes `b=AS`. */
  readonly bitrateKbps?: number;
  /** Parameter sets of H.264/H.265 (without start codes), or the decoder's configuration of other codecs. */
  readonly parameterSets?: readonly Uint8Array[];
}
