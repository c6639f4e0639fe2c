// A GStreamer client that talks: rtspsrc with its ONVIF back channel, which only a program can feed, not gst-launch.
// node gst-talker.mjs URL PLAIN-URL PROTOCOL SECONDS "ENCODER ! PAYLOADER": talks for so long, or until its input ends where
// SECONDS is 0; prints what it does, ends with 0 when sound went out.
import { connect } from "node:net";
import koffi from "koffi";

const [url, plainUrl, protocol, seconds, encoder] = process.argv.slice(2);
const gst = koffi.load("libgstreamer-1.0.so.0");
const app = koffi.load("libgstapp-1.0.so.0");
const gobject = koffi.load("libgobject-2.0.so.0");
const init = gst.func("void gst_init(void *argc, void *argv)");
const parse = gst.func("void *gst_parse_launch(const char *text, void *error)");
const byName = gst.func("void *gst_bin_get_by_name(void *bin, const char *name)");
const setState = gst.func("int gst_element_set_state(void *element, int state)");
const pull = app.func("void *gst_app_sink_try_pull_sample(void *sink, uint64_t timeout)");
const emit = gobject.func("void g_signal_emit_by_name(void *instance, const char *name, ...)");

const PLAYING = 4;
const NULL_STATE = 1;
/** Longest time for the client to set up and to play, s. */
const PATIENCE_S = 30;
const SECOND_NS = 1_000_000_000;

/** Number of the section that the client sends, asked for at the plain URL: rtspsrc wants to be told. */
async function backTrack() {
  const { hostname, port } = new URL(plainUrl.replace("rtsp:", "http:"));
  const socket = connect(Number(port), hostname.replace(/^\[|\]$/g, ""));
  socket.write(`DESCRIBE ${plainUrl} RTSP/1.0\r\nCSeq: 1\r\nRequire: www.onvif.org/ver20/backchannel\r\n\r\n`);
  let answer = "";
  for await (const chunk of socket) {
    answer += chunk;
    if (answer.includes("a=sendonly")) break;
  }
  return answer.slice(0, answer.indexOf("a=sendonly")).split(/^m=/m).length - 2;
}

const track = await backTrack();
init(null, null);
const client = parse(
  `rtspsrc name=src location=${url} protocols=${protocol} backchannel=onvif latency=0 tls-validation-flags=0 ` +
    "src. ! application/x-rtp,media=video ! appsink name=seen sync=false max-buffers=1 drop=true",
  null,
);
const talk = parse(`audiotestsrc is-live=true freq=1000 ! ${encoder} ! appsink name=out sync=false`, null);
const source = byName(client, "src");
const out = byName(talk, "out");
setState(client, PLAYING);

/** Gives a packet to the back channel, and its reference too; true when it was taken. */
function push(sample) {
  const result = new Int32Array([-100]);
  emit(source, "push-backchannel-sample", "uint", track, "void *", sample, "void *", result);
  return result[0] === 0;
}

if (!pull(byName(client, "seen"), PATIENCE_S * SECOND_NS)) throw new Error("no video comes");
const told = { enough: false };
if (Number(seconds) === 0) process.stdin.on("end", () => (told.enough = true)).resume();
setState(talk, PLAYING);
let endsAt = Infinity;
let pushed = 0;
let failed = 0;
while (!told.enough && Date.now() < endsAt) {
  const sample = pull(out, SECOND_NS);
  await new Promise((done) => void setImmediate(done));
  if (!sample) continue;
  if (push(sample)) pushed++;
  else failed++;
  if (endsAt === Infinity && Number(seconds) > 0) endsAt = Date.now() + Number(seconds) * 1000;
}
setState(talk, NULL_STATE);
setState(client, NULL_STATE);
console.log(`pushed ${pushed}, failed ${failed}`);
process.exit(pushed > 0 ? 0 : 1);
