/*
 * What RTSP readers cost: `npm run build && RTSP_BENCH=… C_FANOUT=… npm run bench`. RTSP_BENCH is the load generator,
 * C_FANOUT the C sender that is the limit; docs/performance.md says what both must be able to do. Arguments:
 *
 *   --only fanout,growth   sections to run (all unless given): fanout, start, stall, memory, cameras, growth
 *   --rounds 3             rounds of each comparison
 *   --seconds 8            length of the measured window
 *   --warm 4               seconds before it
 *   --readers 200,500      readers of the section fanout
 *   --lanes tcp,plain,native   also: sound
 *   --program DIR          the build that is measured (this one unless given)
 *   --old DIR              another build, measured in the same rounds
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
import { load, makeClips, startLimit, startProgram } from "./rtsp-peers.mjs";

const { values: given } = parseArgs({
  options: {
    only: { type: "string", default: "fanout,start,stall,memory,cameras,growth" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "8" },
    warm: { type: "string", default: "4" },
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
  tcp: { what: "TCP", transport: "tcp", rtsp: {}, mode: "t1", bar: 1.6 },
  sound: { what: "TCP, with AAC", transport: "tcp", rtsp: {}, mode: "t1", bar: "", sound: true },
  plain: { what: "UDP, plain JavaScript", transport: "udp", rtsp: { udp_segmentation: 0 }, mode: "um", bar: 1.7 },
  native: { what: "UDP, native", transport: "udp", rtsp: { udp_segmentation: 1 }, mode: "ug", bar: 1.4 },
};
const lanes = given.lanes.split(",").map((name) => LANES[name] ?? fail(`there is no lane ${name}`));

const results = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  system: `${process.platform} ${release()} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model.trim()}`,
};

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

const median = (numbers) => {
  const sorted = numbers.filter((number) => Number.isFinite(number)).toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const fixed = (digits) => (number) => (Number.isFinite(number) ? number.toFixed(digits) : "–");
const list = (numbers, digits) => numbers.map(fixed(digits)).join(" ");

function table(title, head, rows) {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  process.stdout.write(`\n${title}\n`);
  for (const row of cells)
    process.stdout.write(`  ${row.map((cell, column) => cell.padEnd(widths[column])).join("  ")}\n`);
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

const clipOf = (clips, lane) => (lane.sound ? clips.sound : clips.video);

/** Rounds in which every peer has its turn. */
async function inTurns(peers, options) {
  const all = peers.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [index, { start }] of peers.entries()) all[index].push(await measured(start, options));
  return all;
}

async function fanout(ours, clips, scratch) {
  const rows = [];
  const kept = [];
  for (const lane of lanes)
    for (const readers of given.readers.split(",").map(Number)) {
      const peers = [{ name: "this program", start: ours({ rtsp: lane.rtsp, clip: clipOf(clips, lane) }) }];
      if (given.old !== undefined)
        peers.push({
          name: "the old one",
          start: () => startProgram({ program: given.old, scratch, clip: clipOf(clips, lane), rtsp: lane.rtsp }),
        });
      if (limit !== undefined)
        peers.push({ name: `C ${lane.mode}`, start: () => startLimit({ limit, raw: clips.raw, mode: lane.mode }) });
      const all = await inTurns(peers, { transport: lane.transport, readers, video: !lane.sound });
      const atLimit = limit === undefined ? undefined : all.at(-1);
      for (const [index, { name }] of peers.entries()) {
        const runs = all[index];
        const isLimit = atLimit === runs;
        const ratios = isLimit || !atLimit ? [] : runs.map((result, round) => cost(result) / cost(atLimit[round]));
        rows.push([
          lane.what,
          readers,
          name,
          list(runs.map(cost), 3),
          ratios.length === 0 ? "" : `${fixed(2)(median(ratios))} (${list(ratios, 2)})`,
          isLimit ? "" : lane.bar,
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
      ...["lane", "readers", "sender", "s/Gbit", "× C (rounds)", "bar", "CPU %", "Mbit/s each"],
      ...["lost/failed", "jitter p99 ms", "busy %"],
    ],
    rows,
  );
  return kept;
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
      kept.push({ stalled, jitter, lost: rtp.lost, server });
      const grown = server.rss_kb - server.rss_before_kb;
      rows.push([stalled, readers.ok, rtp.lost, fixed(2)(jitter.p50), fixed(2)(jitter.p99), grown]);
    }
  table("Stalled readers among ten over TCP", ["stalled", "play", "lost", "jitter p50 ms", "p99", "RSS kB more"], rows);
  return kept;
}

async function memory(ours) {
  const rows = [];
  const kept = [];
  for (const lane of lanes) {
    const peer = await ours({ rtsp: lane.rtsp })();
    try {
      // Twice, because what a process has taken once it keeps for the next time.
      for (const turn of ["first", "second"]) {
        const { server } = await load(generator, peer, { transport: lane.transport, readers: 500, seconds, warm: 2 });
        kept.push({ lane: lane.what, turn, server });
        const { rss_before_kb: before, rss_kb: during, rss_after_close_kb: after, rss_kb_per_reader: each } = server;
        rows.push([lane.what, turn, before, during, after, each]);
      }
    } finally {
      await peer.stop();
    }
  }
  table("Memory at 500 readers, kB", ["lane", "turn", "before", "with", "after", "for each reader"], rows);
  return kept;
}

/** The same number of readers on one stream and on as many streams. */
async function cameras(ours) {
  const count = 500;
  const peers = [
    { name: `1 stream, ${count} readers`, start: ours({}) },
    { name: `${count} streams, a reader each`, start: ours({ cameras: count }) },
  ];
  const all = await inTurns(peers, { transport: "tcp", readers: count });
  const ratios = all[1].map((result, round) => cost(result) / cost(all[0][round]));
  table(
    "One stream against many, TCP (bar 2.2)",
    ["what", "s/Gbit", "ratio (rounds)", "lost/failed", "RSS kB per reader"],
    peers.map(({ name }, index) => [
      name,
      list(all[index].map(cost), 3),
      index === 1 ? `${fixed(2)(median(ratios))} (${list(ratios, 2)})` : "",
      troubles(all[index]),
      fixed(0)(median(all[index].map(({ server }) => server.rss_kb_per_reader))),
    ]),
  );
  return { ratios, runs: all };
}

async function growth(ours) {
  const rows = [];
  const kept = [];
  for (const lane of lanes)
    for (const readers of [1, 10, 50, 100, 200, 500]) {
      const runs = [];
      for (let round = 0; round < rounds; round++)
        runs.push(await measured(ours({ rtsp: lane.rtsp }), { transport: lane.transport, readers }));
      const percent = runs.map(({ server }) => server.cpu_pct);
      kept.push({ lane: lane.what, readers, percent });
      rows.push([lane.what, readers, fixed(1)(median(percent)), list(percent, 1), troubles(runs)]);
    }
  table("CPU against readers, % of one core", ["lane", "readers", "median", "rounds", "lost/failed"], rows);
  return kept;
}

const sections = { fanout, start, stall, memory, cameras, growth };

async function main() {
  if (generator === undefined) return missing("the load generator: name its program in RTSP_BENCH");
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
      results[name] = await section(ours, clips, scratch);
      if (given.json !== undefined) writeFileSync(given.json, JSON.stringify(results));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

await main();
