/*
 * The senders that rtsp.mjs compares, each started as a child process on a loopback port of its own, and the load
 * generator that reads from them.
 */
import { execFile, spawn } from "node:child_process";
import { copyFileSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const KILL_AFTER_MS = 5000;
/** No run of the load generator takes longer. */
const LOAD_MS = 180_000;

/** Seconds of the clip; it is repeated without end. */
const CLIP_SECONDS = 20;

/** 1080p25, 4 Mbit/s at a constant rate, one key frame a second, one slice a picture; the same with AAC; and as a byte stream. */
export async function makeClips(folder) {
  const video = join(folder, "video.mp4");
  const sound = join(folder, "sound.mp4");
  const rate = ["-b:v", "4M", "-minrate", "4M", "-maxrate", "4M", "-bufsize", "4M"];
  await run("ffmpeg", [
    ...["-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=25"],
    ...["-t", String(CLIP_SECONDS)],
    ...["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "main", "-pix_fmt", "yuv420p", ...rate],
    ...["-x264-params", "nal-hrd=cbr:force-cfr=1:slices=1", "-g", "25", "-bf", "0", "-sc_threshold", "0"],
    video,
  ]);
  const tone = ["-f", "lavfi", "-i", `sine=440:r=16000:d=${CLIP_SECONDS}`];
  await run("ffmpeg", [...["-v", "error", "-y", "-i", video, ...tone], ...["-c:v", "copy", "-c:a", "aac", sound]]);
  const raw = join(folder, "bench.264");
  await run("ffmpeg", [
    ...["-v", "error", "-y", "-i", video, "-an", "-c:v", "copy"],
    "-bsf:v",
    "h264_mp4toannexb",
    raw,
  ]);
  return { video, sound, raw };
}

/** A child process that has said that it is ready. */
class Peer {
  constructor(child, url) {
    this.child = child;
    this.pid = child.pid;
    this.url = url;
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((done) => this.child.once("exit", done));
    this.child.kill("SIGTERM");
    const last = setTimeout(() => this.child.kill("SIGKILL"), KILL_AFTER_MS);
    await gone;
    clearTimeout(last);
  }
}

/** Resolves with what the child has printed when that fits `ready`. */
function printed(child, ready) {
  return new Promise((resolve, reject) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        output += chunk;
        if (ready.test(output)) resolve(output);
      });
    child.once("error", reject);
    child.once("exit", (status) => reject(new Error(`${child.spawnfile} ended with ${status}: ${output}`)));
  });
}

/** A port that was free a moment ago, for programs that cannot choose one. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function replaceTags(from, to, tags) {
  let text = readFileSync(from, "utf8");
  for (const [tag, value] of Object.entries(tags))
    text = text.replace(new RegExp(`<${tag}>[^<]*</${tag}>`), `<${tag}>${value}</${tag}>`);
  writeFileSync(to, text);
}

/** Has the profiles play that stream, as those of a camera do. */
function playedByProfiles(file, name) {
  const text = readFileSync(file, "utf8").replace(/(<stream_uri[^>]*>)[^<]*(<\/stream_uri>)/g, `$1${name}$2`);
  writeFileSync(file, text);
}

/**
 * The program of the folder `program` with its shipped cfg files, limits off. `cameras` names are links to the clip, so
 * that each is a stream of its own.
 */
export async function startProgram({ program, scratch, clip, cameras = 1, rtsp = {}, nodeArgs }) {
  const folder = join(scratch, "camera");
  const media = join(folder, "media");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(media, { recursive: true });
  const names = Array.from({ length: cameras }, (_, index) => `bench${index}.mp4`);
  for (const name of names) {
    try {
      linkSync(clip, join(media, name));
    } catch {
      copyFileSync(clip, join(media, name));
    }
  }
  replaceTags(join(program, "onvif.cfg"), join(folder, "onvif.cfg"), {
    ...{ server_ip: "127.0.0.1", http_port: 0, https_enable: 0, discovery_enable: 0, ssdp_enable: 0, log_level: 4 },
  });
  replaceTags(join(program, "rtsp.cfg"), join(folder, "rtsp.cfg"), {
    ...{ serverip: "127.0.0.1", serverport: 0, http_port: 0, rtsp_over_https: 0, max_sessions: 0, log_level: 4 },
    ...{ loop_nums: -1, metadata: 0, udp_base_port: 0 },
    ...rtsp,
  });
  playedByProfiles(join(folder, "onvif.cfg"), names[0]);
  const file = join(program, "bin", "onvifrtspserver");
  // The program itself, as users start it; arguments for Node only to look into it.
  const [command, ...args] = nodeArgs ? [process.execPath, ...nodeArgs, file] : [file];
  const child = spawn(command, [...args, "-c", folder], {
    cwd: scratch,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = await printed(child, / {2}log {5}/);
  const authority = /rtsp:\/\/(127\.0\.0\.1:\d+)\//.exec(output)?.[1];
  if (authority === undefined) throw new Error(`no stream address in: ${output}`);
  return new Peer(
    child,
    names.map((name) => `rtsp://${authority}/${name}`),
  );
}

/** The C sender that shows what the machine can do; `mode` is one of its own. */
export async function startLimit({ limit, raw, mode }) {
  const port = await freePort();
  const child = spawn(limit, [String(port), mode, raw], { stdio: ["ignore", "pipe", "pipe"] });
  await printed(child, /ready/);
  return new Peer(child, [`rtsp://127.0.0.1:${port}/bench`]);
}

/** Compiles the comparison with gst-rtsp-server; fails where a compiler or its development files are missing. */
export async function buildGst(scratch) {
  const program = join(scratch, "gst-server");
  const source = fileURLToPath(new URL("gst-server.c", import.meta.url));
  const { stdout } = await run("pkg-config", ["--cflags", "--libs", "gstreamer-rtsp-server-1.0", "gstreamer-app-1.0"]);
  await run("cc", ["-O2", source, "-o", program, ...stdout.trim().split(/\s+/)]);
  return program;
}

/** gst-rtsp-server with a live source. */
export async function startGst({ program, raw }) {
  const port = await freePort();
  const child = spawn(program, [String(port), raw], { stdio: ["ignore", "pipe", "pipe"] });
  await printed(child, /ready/);
  return new Peer(child, [`rtsp://127.0.0.1:${port}/bench`]);
}

/** Runs the load generator against a peer; its JSON object. */
export async function load(generator, peer, { transport, readers, seconds, warm, video = true, more = [] }) {
  const args = ["-n", String(readers), "-t", transport, "-d", String(seconds), "--pid", String(peer.pid)];
  args.push("-w", String(warm));
  if (video) args.push("-v");
  // It exits with 1 when a packet was lost; the numbers are there all the same.
  const { stdout } = await run(generator, [...args, ...more, ...peer.url], {
    maxBuffer: 1 << 24,
    timeout: LOAD_MS,
  }).catch((error) => {
    if (typeof error.stdout === "string" && error.stdout.includes("{")) return error;
    throw error;
  });
  return JSON.parse(stdout);
}
