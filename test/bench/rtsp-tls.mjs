/* What TLS costs: the same stream over RTSPS and over TCP, to readers of the bench's own. Needs no load generator. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { fixed, list, median, table } from "./numbers.mjs";
import { freePort } from "./rtsp-peers.mjs";

const run = promisify(execFile);
const READERS = fileURLToPath(new URL("interleaved-readers.mjs", import.meta.url));

/** Rounds in which both carriers have their turn, with 50 and 200 readers. */
export async function tls(ours, { rounds, seconds, warm }) {
  const rows = [];
  const kept = [];
  for (const readers of [50, 200]) {
    const runs = { tcp: [], tls: [] };
    for (let round = 0; round < rounds; round++)
      for (const carrier of ["tcp", "tls"]) {
        const port = await freePort();
        const peer = await ours({ rtsp: { rtsps_enable: 1, rtsps_port: port } })();
        try {
          const { port: plain, pathname } = new URL(peer.url[0]);
          const args = [carrier === "tls" ? port : plain, pathname.slice(1), readers, warm, seconds, peer.pid, carrier];
          const { stdout } = await run(process.execPath, [READERS, ...args.map(String)]);
          runs[carrier].push(JSON.parse(stdout));
        } finally {
          await peer.stop();
        }
      }
    const cost = (one) => one.cpu_s_per_gbit;
    const ratios = runs.tls.map((one, round) => cost(one) / cost(runs.tcp[round]));
    for (const [carrier, what] of [
      ["tcp", "TCP"],
      ["tls", "RTSPS"],
    ])
      rows.push([
        what,
        readers,
        list(runs[carrier].map(cost), 3),
        carrier === "tls" ? `${fixed(2)(median(ratios))} (${list(ratios, 2)})` : "",
        fixed(1)(median(runs[carrier].map((one) => one.cpu_pct))),
        fixed(2)(median(runs[carrier].map((one) => one.mbit_s_per_reader))),
      ]);
    kept.push({ readers, ratios, ...runs });
  }
  table(
    `RTSPS against TCP, server CPU seconds per Gbit delivered, ${rounds} rounds of ${seconds} s, video`,
    ["carrier", "readers", "s/Gbit", "× TCP (rounds)", "CPU %", "Mbit/s each"],
    rows,
  );
  return kept;
}
