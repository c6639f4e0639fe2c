/**
 * The errors that GStreamer tells. When GStreamer 1.22 ends a stream, its last requests may fail on its side with "Received
 * end-of-file" although the connection is open and TEARDOWN arrives; that is no error of the stream.
 */
export const gstreamerErrors = (output: string): string[] =>
  (output.match(/ERROR: from[^]*?(?=(?:ERROR|WARNING): from|$)/g) ?? []).filter(
    (text) => !/Could not send message\. \(Received end-of-file\)/.test(text),
  );

/** Arguments of `env` that run `gst-launch-1.0` so that it tells of each `fakesink` that has taken all its `num-buffers`. */
export const TELLS_FULL_SINKS: readonly string[] = ["GST_DEBUG=fakesink:5", "GST_DEBUG_NO_COLOR=1", "gst-launch-1.0"];

/** How many sinks have taken all that they were to take. */
export const fullSinks = (stderr: string): number => new Set(stderr.match(/<\w+>(?= we are EOS)/g)).size;
