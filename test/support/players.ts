/**
 * Bytes that a player has the system keep for each socket. FFmpeg and GStreamer ask for half a second of rich pictures by
 * themselves, and may wait longer than that for a processor; what does not fit is lost. The system may grant less
 * (`net.core.rmem_max` of Linux).
 */
const KEPT_BYTES = 4 * 1024 * 1024;

/** Arguments by which ffmpeg and ffprobe take a stream by this transport; they stand in front of `-i`. */
export const over = (transport: string): readonly string[] => [
  ...["-rtsp_transport", transport],
  ...["-buffer_size", String(KEPT_BYTES)],
];

/** The property of GStreamer's `rtspsrc` for the same. */
export const ROOMY = `udp-buffer-size=${KEPT_BYTES}`;
