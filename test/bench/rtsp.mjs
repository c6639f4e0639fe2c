/*
 * What RTSP readers cost: `npm run build && RTSP_BENCH=… C_FANOUT=… npm run bench`. RTSP_BENCH is the load generator,
 * C_FANOUT the C sender that is the limit; docs/performance.md says what both must be able to do. gst-rtsp-server joins in
 * where its development files are installed. It takes about 25 minutes. Arguments:
 *
 *   --only fanout,growth   sections to run (all unless given): fanout, start, stall, memory, cameras, growth, tls; the last one
 *                          needs no load generator
 *   --rounds 3             rounds of each comparison
 *   --seconds 6            length of the measured window
 *   --warm 3               seconds before it
 *   --readers 200,500      readers of the section fanout
 *   --lanes tcp,plain,native   also: sound
 *   --program DIR          the build that is measured (this one unless given)
 *   --old DIR              another build, measured in the same rounds (fanout, cameras)
 *   --json FILE            the values, for plot.mjs
 *
 * The machine's noise moves all absolute values, so peers take turns and what counts is the median of the ratios within
 * a round.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Bars, fixed, list, median, table } from "./numbers.mjs";
import { memory } from "./rtsp-memory.mjs";
import { tls } from "./rtsp-tls.mjs";
import { buildGst, load, makeClips, startGst, startLimit, startProgram } from "./rtsp-peers.mjs";

const { values: given } = parseArgs({
  options: {
    only: { type: "string", default: "fanout,start,stall,memory,cameras,growth,tls" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "6" },
    warm: { type: "string", default: "3" },
    readers: { type: "string", default: "200,500" },
    lanes: { type: "string", default: "tcp,plain,native" },
    program: { type: "string", default: fileURLToPath(new URL("../../", import.meta.url)) },
    old: { type: "string" },
    json: { type: "string" },
  },
});
const rounds = Number(given.rounds);
const seconds = Number(given.seconds);
const { program } = given;
const generator = process.env["RTSP_BENCH"];
const limit = process.env["C_FANOUT"];
const missing = (what) => void process.stdout.write(`missing: ${what}\n`);

/** The ways to send that are compared, with the limit's mode and the bar for the ratio to it. */
const LANES = {
  tcp: { what: "TCP", transport: "tcp", rtsp: {}, mode: "t1", bar: 1.6, gstBar: 0.7 },
  sound: { what: "TCP, with AAC", transport: "tcp", rtsp: {}, mode: "t1", bar: Infinity, sound: true },
  plain: { what: "UDP, plain JavaScript", transport: "udp", rtsp: { udp_segmentation: 0 }, mode: "um", bar: 1.7 },
  native: { what: "UDP, native", transport: "udp", rtsp: { udp_segmentation: 1 }, mode: "ug", bar: 1.4, gstBar: 0.5 },
};
const lanes = given.lanes.split(",").map((name) => LANES[name] ?? fail(`there is no lane ${name}`));

/** The clip's rate with RTP around it, less what a window may miss at its ends. */
const FULL_MBIT_S = 4;
const bars = new Bars();
const results = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  system: `${process.platform} ${release()} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model.trim()}`,
};

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

/** Starts a peer, measures it, and ends it. */
async function measured(start, options) {
  const peer = await start();
  try {
    return await load(generator, peer, { seconds, warm: given.warm, ...options });
  } finally {
    await peer.stop();
  }
}

const cost = (result) => result.server.cpu_s_per_gbit;
const troubles = (all) =>
  `${all.reduce((sum, { rtp }) => sum + rtp.lost, 0)}/${all.reduce((sum, { readers }) => sum + readers.failed, 0)}`;

const messageOf = (error) => (error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));

const clipOf = (clips, lane) => (lane.sound ? clips.sound : clips.video);

/** Rounds in which every peer has its turn. */
async function inTurns(peers, options) {
  const all = peers.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [index, { start }] of peers.entries()) all[index].push(await measured(start, options));
  return all;
}

/** What a lane is compared with: the C sender, and the peer where one is installed. */
function rivals(lane, clips, gst) {
  const all = [];
  if (limit !== undefined)
    all.push({
      name: `C ${lane.mode}`,
      bar: lane.bar,
      start: () => startLimit({ limit, raw: clips.raw, mode: lane.mode }),
    });
  if (gst !== undefined && lane.gstBar !== undefined)
    all.push({ name: "gst-rtsp-server", bar: lane.gstBar, start: () => startGst({ program: gst, raw: clips.raw }) });
  return all;
}

async function fanout(ours, clips, scratch) {
  const gst = await buildGst(scratch).catch((error) => missing(`gst-rtsp-server to compare with (${error.message})`));
  const rows = [];
  const kept = [];
  for (const lane of lanes)
    for (const readers of given.readers.split(",").map(Number)) {
      const others = rivals(lane, clips, gst);
      const peers = [{ name: "this program", start: ours({ rtsp: lane.rtsp, clip: clipOf(clips, lane) }) }];
      if (given.old !== undefined)
        peers.push({
          name: "the old one",
          start: () => startProgram({ program: given.old, scratch, clip: clipOf(clips, lane), rtsp: lane.rtsp }),
        });
      const own = peers.length;
      const all = await inTurns([...peers, ...others], { transport: lane.transport, readers, video: !lane.sound });
      const where = `${lane.what}, ${readers} readers`;
      const ratiosTo = (runs, index) => runs.map((result, round) => cost(result) / cost(all[index][round]));
      for (const [index, { name, bar }] of others.entries())
        bars.atMost(`${where}: CPU per Gbit against ${name}`, median(ratiosTo(all[0], own + index)), bar);
      if (others[0]?.name.startsWith("C ")) {
        const jitter = (runs) => median(runs.map(({ frame_jitter_ms: { p99 } }) => p99));
        bars.atMost(`${where}: frame jitter p99 against ${others[0].name}`, jitter(all[0]) / jitter(all[own]), 2);
      }
      if (readers >= 500) fullRate(where, all[0]);
      for (const [index, { name }] of [...peers, ...others].entries()) {
        const runs = all[index];
        const ratios = index < own ? others.map((_, other) => ratiosTo(runs, own + other)) : [];
        rows.push([
          lane.what,
          readers,
          name,
          list(runs.map(cost), 3),
          ratios.map((each) => `${fixed(2)(median(each))} (${list(each, 2)})`).join(" · "),
          fixed(1)(median(runs.map(({ server }) => server.cpu_pct))),
          fixed(2)(median(runs.map(({ window }) => window.mbit_s_per_reader))),
          troubles(runs),
          fixed(2)(median(runs.map(({ frame_jitter_ms: jitter }) => jitter.p99))),
          fixed(0)(median(runs.map((result) => result.machine_busy_pct))),
        ]);
        kept.push({ lane: lane.what, readers, name, ratios, runs });
      }
    }
  table(
    `Server CPU seconds per Gbit delivered, ${rounds} rounds of ${seconds} s, video`,
    [
      ...["lane", "readers", "sender", "s/Gbit", "× C · × gst-rtsp-server (rounds)", "CPU %", "Mbit/s each"],
      ...["lost/failed", "jitter p99 ms", "busy %"],
    ],
    rows,
  );
  return kept;
}

/** All that was sent has come to all, and one core was enough. */
function fullRate(where, runs) {
  const rate = Math.min(...runs.map(({ window }) => window.mbit_s_per_reader));
  const percent = Math.max(...runs.map(({ server }) => server.cpu_pct));
  const met = troubles(runs) === "0/0" && rate >= FULL_MBIT_S && percent < 100;
  const measured = `${troubles(runs)} lost/failed, ${rate.toFixed(2)} Mbit/s, ${percent.toFixed(0)} % of a core`;
  bars.holds(`${where}: all get all`, met, measured, `0/0, ${FULL_MBIT_S} Mbit/s, less than one core`);
}

/** Readers that come at any moment of a group of pictures. */
async function start(ours) {
  const rows = [];
  const kept = [];
  for (const lane of lanes) {
    const result = await measured(ours({ rtsp: lane.rtsp }), {
      transport: lane.transport,
      readers: 50,
      more: ["-r", "7"],
    });
    const { first_packet_ms: packet, first_key_frame_ms: picture } = result;
    kept.push({ lane: lane.what, packet, picture, lost: result.rtp.lost });
    for (const at of ["p50", "p99"])
      bars.atMost(`${lane.what}: ms from first packet to first key frame, ${at}`, picture[at] - packet[at], 40, 1);
    rows.push([lane.what, ...[packet, picture].flatMap((one) => [one.p50, one.p99].map(fixed(1))), result.rtp.lost]);
  }
  table(
    "First packet and first whole key frame after connecting, ms, 50 readers in 7 s (bar: + 40 ms)",
    ["lane", "packet p50", "p99", "key frame p50", "p99", "lost"],
    rows,
  );
  return kept;
}

/** Three of ten readers take nothing; beside it the same without them. */
async function stall(ours) {
  const rows = [];
  const kept = [];
  for (let round = 0; round < rounds; round++)
    for (const stalled of [0, 3]) {
      const result = await measured(ours({}), { transport: "tcp", readers: 10, more: ["--stall", String(stalled)] });
      const { rtp, readers, frame_jitter_ms: jitter, server } = result;
      const grown = server.rss_kb - server.rss_before_kb;
      kept.push({ stalled, jitter, lost: rtp.lost, grown, server });
      rows.push([stalled, readers.ok, rtp.lost, fixed(2)(jitter.p50), fixed(2)(jitter.p99), grown]);
    }
  table("Stalled readers among ten over TCP", ["stalled", "play", "lost", "jitter p50 ms", "p99", "RSS kB more"], rows);
  const of = (count, value) => median(kept.filter(({ stalled }) => stalled === count).map(value));
  const more = of(3, ({ jitter }) => jitter.p99) - of(0, ({ jitter }) => jitter.p99);
  const lost = Math.max(...kept.map((one) => one.lost));
  bars.atMost("3 of 10 stalled: packets that the others lose", lost, 0, 0);
  bars.atMost("3 of 10 stalled: ms that the others' jitter p99 grows by", more, 1);
  bars.atMost(
    "3 of 10 stalled: kB of memory more than without them",
    of(3, ({ grown }) => grown) - of(0, ({ grown }) => grown),
    3 * 8192,
    0,
  );
  return kept;
}

/** The same number of readers on one stream and on as many streams. */
async function cameras(ours, clips, scratch) {
  const count = 500;
  const builds = [{ name: "", start: ours }];
  if (given.old !== undefined)
    builds.push({
      name: ", the old one",
      start: (options) => () => startProgram({ program: given.old, scratch, clip: clips.video, ...options }),
    });
  const peers = builds.flatMap(({ name, start }) => [
    { name: `1 stream, ${count} readers${name}`, start: start({}) },
    { name: `${count} streams, a reader each${name}`, start: start({ cameras: count }) },
  ]);
  const all = await inTurns(peers, { transport: "tcp", readers: count });
  const ratiosOf = (index) => all[index].map((result, round) => cost(result) / cost(all[index - 1][round]));
  const ratios = ratiosOf(1);
  bars.atMost(`${count} streams with a reader each: CPU per Gbit against one stream`, median(ratios), 2.2);
  table(
    "One stream against many, TCP",
    ["what", "s/Gbit", "ratio (rounds)", "lost/failed", "RSS kB per reader"],
    peers.map(({ name }, index) => [
      name,
      list(all[index].map(cost), 3),
      index % 2 === 1 ? `${fixed(2)(median(ratiosOf(index)))} (${list(ratiosOf(index), 2)})` : "",
      troubles(all[index]),
      fixed(0)(median(all[index].map(({ server }) => server.rss_kb_per_reader))),
    ]),
  );
  return { ratios, runs: all };
}

async function growth(ours) {
  const rows = [];
  const kept = [];
  for (const lane of lanes) {
    const each = new Map();
    for (const readers of [1, 10, 50, 100, 200, 500]) {
      const result = await measured(ours({ rtsp: lane.rtsp }), { transport: lane.transport, readers });
      const percent = result.server.cpu_pct;
      each.set(readers, percent / readers);
      kept.push({ lane: lane.what, readers, percent, whole: troubles([result]) === "0/0" });
      rows.push([lane.what, readers, fixed(1)(percent), fixed(3)(percent / readers), troubles([result])]);
    }
    bars.atMost(`${lane.what}: CPU a reader at 500 against at 100`, each.get(500) / each.get(100), 1.15);
  }
  table("CPU against readers, % of one core", ["lane", "readers", "CPU %", "for each", "lost/failed"], rows);
  return kept;
}

const sections = {
  ...{ fanout, start, stall, cameras, growth },
  memory: (ours) => memory(ours, { generator, lanes, bars }),
  tls: (ours) => tls(ours, { rounds, seconds, warm: given.warm }),
};

async function main() {
  if (generator === undefined && given.only !== "tls")
    return missing("the load generator: name its program in RTSP_BENCH");
  if (!existsSync(join(program, "dist/app/cli.js"))) return missing("the built program: npm run build");
  if (limit === undefined) missing("the limit to compare with: name the C sender in C_FANOUT");
  const scratch = mkdtempSync(join(tmpdir(), "rtsp-bench-"));
  try {
    const clips = await makeClips(scratch).catch((error) => missing(`a clip, which ffmpeg makes (${error.message})`));
    if (!clips) return;
    process.stdout.write(`Node ${results.node}, ${results.system}, ${results.date}\n`);
    const ours = (options) => () => startProgram({ program, scratch, clip: clips.video, ...options });
    for (const name of given.only.split(",")) {
      const section = sections[name] ?? fail(`there is no section ${name}`);
      try {
        results[name] = await section(ours, clips, scratch);
      } catch (error) {
        // What the other sections find out is worth having all the same.
        bars.holds(`section ${name}`, false, messageOf(error), "comes to its end");
        process.exitCode = 1;
      }
      results.bars = bars.rows;
      if (given.json !== undefined) writeFileSync(given.json, JSON.stringify(results));
    }
    bars.print();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

await main();
