/*
 * What sending one stream to many readers costs: `npm run build && node test/bench/rtsp.mjs`. It starts the built program
 * with a clip, lets a load generator open the readers, and measures the processor time of the server for each gigabit
 * delivered, beside the physical limit: a plain C program that sends the same stream. Rounds are interleaved (ours, limit,
 * ours, limit, …); the ratio is the median of the rounds' ratios, which a busy machine disturbs least.
 *
 * From the environment:
 *   RTSP_BENCH   the load generator: opens `-n` RTSP readers over `-t tcp|udp` on a URL for `-d` seconds after `-w` of
 *                warm-up, reads the cost of process `--pid`, and prints one JSON object
 *   C_FANOUT     the limit: takes a port, a mode (t1, um, ug) and an H.264 byte stream
 *   READERS      200     ROUNDS   3     SECONDS   6     TRANSPORTS   tcp,udp
 *   CLIP         the MP4 file to play; unless given, 4 Mbit/s of 1080p25 are made with ffmpeg
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile, copyFile, mkdir } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const { env } = process;
const project = fileURLToPath(new URL("../../", import.meta.url));
const readers = Number(env.READERS ?? 200);
const rounds = Number(env.ROUNDS ?? 3);
const seconds = Number(env.SECONDS ?? 6);
const transports = (env.TRANSPORTS ?? "tcp,udp").split(",");
/** The modes of the limit to compare with. */
const limits = { tcp: "t1", udp: "um" };
const say = (text) => process.stdout.write(`${text}\n`);

if (!env.RTSP_BENCH) {
  say("bench: skipped, there is no load generator: set RTSP_BENCH to its path");
  process.exit(0);
}

const folder = await mkdtemp(join(tmpdir(), "onvifrtspserver-bench-"));
try {
  await main();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function main() {
  const clip = await theClip();
  const stream = env.C_FANOUT ? await byteStream(clip) : undefined;
  if (!stream) say("bench: no limit to compare with: set C_FANOUT, and have ffmpeg on PATH");
  say(`${readers} readers, ${rounds} rounds of ${seconds} s`);
  say("transport  who     CPU s/Gbit  lost  failed  first picture p50  jitter p99  RSS/reader");
  for (const transport of transports) {
    const ratios = [];
    for (let round = 0; round < rounds; round++) {
      const ours = await measure(transport, "ours", await startOurs(clip));
      if (!stream) continue;
      const limit = await measure(transport, limits[transport], await startLimit(limits[transport], stream));
      ratios.push(ours / limit);
    }
    if (ratios.length > 0) {
      const list = ratios.map((ratio) => ratio.toFixed(2)).join(", ");
      say(`${transport}: ${median(ratios).toFixed(2)} times the limit (${list})`);
    }
  }
}

async function theClip() {
  const clip = join(folder, "bench.mp4");
  if (env.CLIP) {
    await copyFile(env.CLIP, clip);
    return clip;
  }
  const source = ["-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=25", "-t", "30", "-pix_fmt", "yuv420p"];
  const rate = ["-b:v", "4M", "-minrate", "4M", "-maxrate", "4M", "-bufsize", "4M", "-g", "25", "-bf", "0"];
  const codec = ["-c:v", "libx264", "-profile:v", "main", "-preset", "fast", ...rate];
  const details = ["-x264-params", "nal-hrd=cbr:slices=1:sliced-threads=0:scenecut=0", "-movflags", "+faststart"];
  try {
    await run("ffmpeg", ["-v", "error", "-y", ...source, ...codec, ...details, clip]);
  } catch {
    say("bench: no ffmpeg to make a clip of 4 Mbit/s with: the shipped one is played");
    await copyFile(join(project, "media/test.mp4"), clip);
  }
  return clip;
}

/** The pictures of the clip as the limit wants them; undefined without ffmpeg. */
async function byteStream(clip) {
  const stream = join(folder, "bench.264");
  const args = ["-v", "error", "-y", "-i", clip, "-an", "-c", "copy", "-bsf:v", "h264_mp4toannexb", stream];
  return run("ffmpeg", args).then(
    () => stream,
    () => undefined,
  );
}

async function startOurs(clip) {
  const port = await freePort();
  const home = join(folder, "home");
  await mkdir(join(home, "media"), { recursive: true });
  await copyFile(clip, join(home, "media/bench.mp4"));
  await configure("rtsp.cfg", home, {
    serverport: port,
    max_sessions: 0,
    need_auth: 0,
    loop_nums: -1,
    udp_base_port: 0,
    media_folder: "media",
    log_level: 4,
  });
  await configure("onvif.cfg", home, {
    http_port: await freePort(),
    https_enable: 0,
    discovery_enable: 0,
    ssdp_enable: 0,
    log_level: 4,
  });
  return start(process.execPath, [join(project, "bin/onvifrtspserver"), "-c", home], port, "bench.mp4");
}

async function startLimit(mode, stream) {
  const port = await freePort();
  return start(env.C_FANOUT, [String(port), mode, stream], port, "bench");
}

/** The shipped file with other values. */
async function configure(name, home, values) {
  let text = await readFile(join(project, name), "utf8");
  for (const [tag, value] of Object.entries(values)) {
    text = text.replace(new RegExp(`<${tag}>[^<]*</${tag}>`), `<${tag}>${value}</${tag}>`);
  }
  await writeFile(join(home, name), text);
}

async function start(program, args, port, path) {
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  let complaint = "";
  child.stderr.on("data", (data) => (complaint = (complaint + data).slice(-2000)));
  const ended = once(child, "exit").then(() => {
    throw new Error(`${program} ended: ${complaint}`);
  });
  ended.catch(() => {});
  await Promise.race([answers(port), ended]);
  return { child, url: `rtsp://127.0.0.1:${port}/${path}` };
}

async function answers(port) {
  for (let tries = 0; tries < 200; tries++) {
    const socket = connect(port, "127.0.0.1");
    const open = await new Promise((resolve) =>
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false)),
    );
    socket.destroy();
    if (open) return;
    await sleep(50);
  }
  throw new Error(`nothing listens on port ${port}`);
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Runs the load generator; prints a line and returns CPU seconds for each gigabit. */
async function measure(transport, who, { child, url }) {
  const args = [
    "-n",
    String(readers),
    "-t",
    transport,
    "-d",
    String(seconds),
    "-w",
    "2",
    "--pid",
    String(child.pid),
    url,
  ];
  const { stdout } = await run(env.RTSP_BENCH, args, { maxBuffer: 1e8 }).catch((error) => error);
  child.kill();
  await once(child, "exit");
  const { server, rtp, readers: opened, first_key_frame_ms: picture, frame_jitter_ms: jitter } = JSON.parse(stdout);
  const cells = [
    transport.padEnd(9),
    who.padEnd(6),
    server.cpu_s_per_gbit.toFixed(3).padStart(11),
    String(rtp.lost).padStart(6),
    String(opened.failed).padStart(6),
    `${picture.p50} ms`.padStart(18),
    `${jitter.p99} ms`.padStart(11),
    `${server.rss_kb_per_reader} kB`.padStart(11),
  ];
  say(cells.join(" "));
  return server.cpu_s_per_gbit;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
