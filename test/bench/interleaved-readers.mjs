/*
 * Readers of one stream over TCP, or over TLS, for rtsp-tls.mjs: the load generator speaks no TLS. They only count bytes.
 * Prints a JSON object. Arguments: PORT PATH READERS WARM_SECONDS SECONDS PID tcp|tls
 */
import { readFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";

const [port, path, readers, warm, seconds, pid] = process.argv.slice(2).map((one) => Number(one) || one);
const isSecure = process.argv[8] === "tls";
const url = `${isSecure ? "rtsps" : "rtsp"}://127.0.0.1:${port}/${path}`;
let bytes = 0;

/** Processor time that a process has taken, in seconds; the clock ticks of Linux are hundredths. */
function cpuSeconds() {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const pause = (ms) => new Promise((done) => void setTimeout(done, ms));

/** Resolves when it plays; from then on it counts. */
function reader() {
  return new Promise((done, failed) => {
    const socket = isSecure
      ? connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false })
      : connectTcp({ port, host: "127.0.0.1" });
    let head = "";
    const ask = (method, target, cseq, more) =>
      socket.write(`${method} ${target} RTSP/1.0\r\nCSeq: ${cseq}\r\n${more}\r\n`);
    socket.once(isSecure ? "secureConnect" : "connect", () =>
      ask("SETUP", `${url}/trackID=0`, 1, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n"),
    );
    const answered = (chunk) => {
      head += chunk.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      if (!head.startsWith("RTSP/1.0 200")) return failed(new Error(head.split("\r\n")[0]));
      const session = /Session: ([^;\r]+)/.exec(head)?.[1];
      socket.off("data", answered);
      ask("PLAY", url, 2, `Session: ${session}\r\n`);
      socket.on("data", (data) => (bytes += data.length));
      done(socket);
    };
    socket.on("data", answered);
    socket.on("error", failed);
  });
}

const sockets = [];
while (sockets.length < readers)
  sockets.push(...(await Promise.all(Array.from({ length: Math.min(10, readers - sockets.length) }, reader))));
await pause(warm * 1000);
const [began, bytesBefore, cpuBefore] = [performance.now(), bytes, cpuSeconds()];
await pause(seconds * 1000);
const took = (performance.now() - began) / 1000;
const gbit = ((bytes - bytesBefore) * 8) / 1e9;
const cpu = cpuSeconds() - cpuBefore;
const own = process.cpuUsage();
process.stdout.write(
  `${JSON.stringify({
    cpu_s_per_gbit: cpu / gbit,
    cpu_pct: (100 * cpu) / took,
    mbit_s_per_reader: (gbit * 1000) / took / readers,
    readers_cpu_s: (own.user + own.system) / 1e6,
  })}\n`,
);
for (const socket of sockets) socket.destroy();
