/* What readers cost in memory: from a cold start, what each further one adds, and what is left when they have gone. */
import { readFileSync } from "node:fs";
import { fixed, slope, table } from "./numbers.mjs";
import { load } from "./rtsp-peers.mjs";

const READERS = 500;
/** Where the line is laid through; the process is warm by then. */
const STEPS = [1, 100, 200, 500, 1000];
/** The stream runs ten seconds longer than its last reader, and V8 takes its time to give pages back. */
const SETTLE_MS = 60_000;
const POLL_MS = 1000;
const WITHIN = 1.1;

const BARS_KB = { tcp: 32, udp: 16 };

/** Resident memory of a process, kB. */
const resident = (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** Waits until the memory is back where it was, or for as long as may be; kB and seconds. */
async function settled(pid, beforeKb) {
  const from = performance.now();
  for (;;) {
    const seconds = (performance.now() - from) / 1000;
    const kb = resident(pid);
    if (kb <= beforeKb * WITHIN || seconds * 1000 >= SETTLE_MS) return { kb, seconds };
    await wait(POLL_MS);
  }
}

export async function memory(ours, { generator, lanes, bars }) {
  const rows = [];
  const kept = [];
  for (const lane of lanes) {
    const { what, transport, rtsp } = lane;
    const options = { transport, seconds: 4, warm: 2 };
    const cold = await ours({ rtsp })();
    let first, left;
    try {
      first = (await load(generator, cold, { ...options, readers: READERS })).server;
      left = await settled(cold.pid, first.rss_before_kb);
    } finally {
      await cold.stop();
    }
    const points = [];
    const warm = await ours({ rtsp })();
    try {
      for (const readers of STEPS) {
        const { server } = await load(generator, warm, { ...options, readers });
        points.push({ x: readers, y: server.rss_kb });
      }
    } finally {
      await warm.stop();
    }
    const each = slope(points);
    const rest = left.kb / first.rss_before_kb;
    const barKb = BARS_KB[transport];
    kept.push({ lane: what, first, left, points, each });
    bars.atMost(`${what}: kB a reader at ${READERS}, from a cold start`, first.rss_kb_per_reader, barKb, 1);
    bars.atMost(`${what}: kB that each further reader adds`, each, barKb, 1);
    bars.atMost(`${what}: memory when all have left, against before`, rest, WITHIN);
    const { rss_before_kb: before, rss_kb: during, rss_kb_per_reader: perReader } = first;
    rows.push([
      ...[what, before, during, fixed(1)(perReader), `${left.kb} after ${fixed(0)(left.seconds)} s`],
      ...[points.map(({ x, y }) => `${x}: ${y}`).join(", "), fixed(1)(each)],
    ]);
  }
  table(
    `Memory, kB: ${READERS} readers of a stream that nobody has read before, and another process with more and more readers`,
    ["lane", "before", "with", "for each", "when all have left", "with 1 … 1000 readers", "slope"],
    rows,
  );
  return kept;
}
