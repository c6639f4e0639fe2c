/**
 * The errors that GStreamer tells. When GStreamer 1.22 ends a stream, its last requests may fail on its side with "Received
 * end-of-file" although the connection is open and TEARDOWN arrives; that is no error of the stream.
 */
export const gstreamerErrors = (output: string): string[] =>
  (output.match(/ERROR: from[^]*?(?=(?:ERROR|WARNING): from|$)/g) ?? []).filter(
    (text) => !/Could not send message\. \(Received end-of-file\)/.test(text),
  );
