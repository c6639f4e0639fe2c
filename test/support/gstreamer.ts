import type { ChildProcess } from "node:child_process";
import { ended, type Ended } from "./namespace.js";

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

/** What gst-launch says when it has mixed up its links. */
const MIXED_UP = "Delayed linking failed";
/** How often it is run anew then. */
const MAX_RUNS = 5;

/**
 * Runs a pipeline in which several branches hang on one `rtspsrc`. Where two of its tracks come at the same moment, the parser of
 * GStreamer 1.22 (gst/parse/grammar.y) tries each with the branch of the other, in two threads that disturb each other, links
 * one of them to nothing, says so, and plays nothing: about one of three hundred times by UDP beside busy loops. It is run
 * anew then, and for no other reason. `run` starts it.
 */
export async function launched(run: () => ChildProcess, seconds: number): Promise<Ended> {
  for (let runs = 1; ; runs++) {
    const child = run();
    const end = ended(child, { seconds });
    let isMixedUp = false;
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => {
        if (!chunk.includes(MIXED_UP)) return;
        isMixedUp = true;
        child.kill("SIGKILL");
      });
    const result = await end;
    if (!isMixedUp || runs === MAX_RUNS) return result;
  }
}
