/**
 * Bytes that a player has the system keep for each socket. FFmpeg and GStreamer ask for half a second of rich pictures by
 * themselves, and may wait longer than that for a processor; what does not fit is lost. The system may grant less
 * (`net.core.rmem_max` of Linux).
 */
const KEPT_BYTES = 4 * 1024 * 1024;

/** Ports below those of the camera and those that the system gives out by itself, of which each player has some. */
const PORTS = { first: 12_000, last: 21_000, each: 64 };
const taken = { players: 0 };

/**
 * Arguments by which ffmpeg and ffprobe take a stream by this transport; they stand in front of `-i`. Players of one file
 * have different ports: FFmpeg tells of an error where it comes upon one that is taken, although it goes on to the next.
 */
export function over(transport: string): readonly string[] {
  const places = Math.floor((PORTS.last - PORTS.first) / PORTS.each);
  const first = PORTS.first + (taken.players++ % places) * PORTS.each;
  return [
    ...["-rtsp_transport", transport, "-buffer_size", String(KEPT_BYTES)],
    ...["-min_port", String(first), "-max_port", String(first + PORTS.each - 1)],
  ];
}

/** The property of GStreamer's `rtspsrc` for the same. */
export const ROOMY = `udp-buffer-size=${KEPT_BYTES}`;
