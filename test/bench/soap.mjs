/*
 * What a SOAP request costs: `npm run build && npm run bench:soap`. The program and a bare node:http server that answers
 * the same number of bytes take turns, a fixed number of requests each; the processor time of the server for each request
 * is read from /proc (Linux). What counts is the median of the ratios within a round: other programs disturb both alike.
 * Each case is measured with several processes, since one may be dearer than the next for all its life. Servers have the
 * first core and the clients the second, where there is taskset; the clients never sleep, so that no server has to wake them.
 * Arguments: --processes 3, --rounds 7 of each, --requests 2000 a turn, --warm 20000 requests before (8000 with a connection
 * for each), --connections 16, --only TEXT for the cases whose title has it, --semi 4 for --max-semi-space-size of both in MiB.
 */
import { fork, spawn, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The limit: reads the body and answers a constant. */
function bare(length) {
  const answer = Buffer.alloc(length, 0x20);
  const server = createServer((request, response) => {
    request.on("data", () => {});
    request.on("end", () => {
      response.writeHead(200, { "Content-Type": "application/soap+xml; charset=utf-8", "Content-Length": length });
      response.end(answer);
    });
  });
  server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
}

const DEVICE = "http://www.onvif.org/ver10/device/wsdl";
const MEDIA = "http://www.onvif.org/ver10/media/wsdl";
const CASES = [
  ["GetSystemDateAndTime, no login", "device", DEVICE, "GetSystemDateAndTime", "none"],
  ["GetProfiles, UsernameToken", "media", MEDIA, "GetProfiles", "token"],
  ["GetProfiles, HTTP Digest", "media", MEDIA, "GetProfiles", "digest"],
];

async function main() {
  const { values } = parseArgs({
    options: {
      processes: { type: "string", default: "3" },
      rounds: { type: "string", default: "7" },
      requests: { type: "string", default: "2000" },
      warm: { type: "string" },
      connections: { type: "string", default: "16" },
      only: { type: "string", default: "" },
      semi: { type: "string", default: "4" },
    },
  });
  const { only, semi } = values;
  const [processes, rounds, requests, connections] = ["processes", "rounds", "requests", "connections"].map((name) =>
    Number(values[name]),
  );
  pin(process.pid, 1);
  process.stdout.write(
    `node ${process.version}, ${connections} connections, ${processes} processes, ${rounds} rounds of ${requests} requests\n`,
  );
  process.stdout.write(
    "case | keep-alive | µs of CPU a request: program / bare | share of the bare rate, per core | of the processes\n",
  );
  for (const [title, ...what] of CASES.filter(([title]) => title.includes(only)))
    for (const keepAlive of [true, false]) {
      const warm = Number(values.warm ?? (keepAlive ? 20_000 : 8_000));
      const measured = [];
      while (measured.length < processes)
        measured.push(await measure(what, { keepAlive, rounds, requests, warm, connections, semi }));
      const [own, bareCost, share] = ["ownCost", "bareCost", "share"].map((name) => median(measured, name));
      const shares = measured.map((one) => (100 * one.share).toFixed(0)).toSorted((x, y) => x - y);
      process.stdout.write(
        `${title} | ${keepAlive ? "yes" : "no"} | ${own.toFixed(1)} / ${bareCost.toFixed(1)} | ${(100 * share).toFixed(0)} % | ${shares.join(", ")}\n`,
      );
    }
}

const median = (rows, name) => rows.map((row) => row[name]).toSorted((x, y) => x - y)[Math.floor(rows.length / 2)];

/** One process of the program against one of the bare server: the medians of the rounds. */
async function measure(
  [service, namespace, operation, login],
  { keepAlive, rounds, requests, warm, connections, semi },
) {
  const flags = [`--max-semi-space-size=${semi}`];
  const { program, port, folder } = await startProgram(flags);
  let limit;
  try {
    const make = requestMaker({ port, path: `/onvif/${service}_service`, namespace, operation, login, keepAlive });
    const probe = await once(port, make);
    limit = fork(fileURLToPath(import.meta.url), [], {
      env: { ...process.env, BARE_ANSWER_BYTES: String(probe.length) },
      execArgv: flags,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const { port: barePort } = await new Promise((ready) => limit.once("message", ready));
    for (const { pid } of [program, limit]) pin(pid, 0);
    const turn = (pid, at, count) => load(pid, at, make, { requests: count, connections, keepAlive });
    // The optimising compiler needs thousands of requests until it has seen enough.
    await turn(limit.pid, barePort, warm);
    await turn(program.pid, port, warm);
    const rows = [];
    for (let round = 0; round < rounds; round++) {
      const bareCost = await turn(limit.pid, barePort, requests);
      const ownCost = await turn(program.pid, port, requests);
      rows.push({ ownCost, bareCost, share: bareCost / ownCost });
    }
    return Object.fromEntries(["ownCost", "bareCost", "share"].map((name) => [name, median(rows, name)]));
  } finally {
    limit?.kill();
    await ended(program);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startProgram(flags) {
  const folder = mkdtempSync(join(tmpdir(), "soap-bench-"));
  const port = 20_000 + (process.pid % 20_000);
  const cfg = (name, changes) => {
    let text = readFileSync(join(root, name), "utf8");
    for (const [tag, value] of Object.entries(changes))
      text = text.replace(new RegExp(`<${tag}>[^<]*</${tag}>`), `<${tag}>${value}</${tag}>`);
    writeFileSync(join(folder, name), text);
  };
  cfg("onvif.cfg", {
    server_ip: "127.0.0.1",
    http_port: port,
    https_enable: 0,
    http_max_users: 1000,
    need_auth: 1,
    log_level: 3,
    discovery_enable: 0,
    ssdp_enable: 0,
  });
  cfg("rtsp.cfg", { serverip: "127.0.0.1", serverport: 0, log_level: 3, rtsp_over_http: 0, rtsp_over_https: 0 });
  const program = spawn(process.execPath, [...flags, join(root, "bin", "onvifrtspserver"), "-c", folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await summaryOf(program);
  return { program, port, folder };
}

/** All threads of a process, and those that it makes later, run on that core. */
const pin = (pid, core) => void spawnSync("taskset", ["-a", "-c", "-p", String(core), String(pid)]);

function ended(program) {
  return new Promise((resolve) => {
    program.once("exit", resolve);
    program.kill("SIGTERM");
  });
}

/** The program has said what it serves. */
function summaryOf(program) {
  return new Promise((resolve, reject) => {
    let output = "";
    program.stdout.on("data", (chunk) => {
      output += chunk;
      if (/ {2}log {5}/.test(output)) resolve(output);
    });
    program.once("exit", (status) => reject(new Error(`the program ended with ${status}: ${output}`)));
  });
}

/** Gives the next request's text; a digest challenge is answered once it has been seen. */
function requestMaker({ port, path, namespace, operation, login, keepAlive }) {
  let challenge;
  let count = 0;
  const md5 = (text) => createHash("md5").update(text).digest("hex");
  return {
    challenged: (head) => {
      const line = /^www-authenticate: *(digest .*)$/im.exec(head)?.[1];
      if (line) challenge = { realm: /realm="([^"]*)"/.exec(line)[1], nonce: /nonce="([^"]*)"/.exec(line)[1] };
    },
    next: () => {
      const body = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">${login === "token" ? token() : ""}<s:Body><${operation} xmlns="${namespace}"/></s:Body></s:Envelope>`;
      let authorization = "";
      if (login === "digest" && challenge) {
        const nc = (++count).toString(16).padStart(8, "0");
        const response = md5(
          `${md5(`admin:${challenge.realm}:admin`)}:${challenge.nonce}:${nc}:abcd:auth:${md5(`POST:${path}`)}`,
        );
        authorization = `Authorization: Digest username="admin", realm="${challenge.realm}", nonce="${challenge.nonce}", uri="${path}", qop=auth, nc=${nc}, cnonce="abcd", response="${response}", algorithm=MD5\r\n`;
      }
      return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/soap+xml; charset=utf-8\r\n${keepAlive ? "" : "Connection: close\r\n"}${authorization}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    },
  };
}

function token() {
  const nonce = randomBytes(16);
  const created = new Date().toISOString();
  const digest = createHash("sha1").update(nonce).update(created).update("admin").digest("base64");
  const wss = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss";
  return `<s:Header><w:Security xmlns:w="${wss}-wssecurity-secext-1.0.xsd"><w:UsernameToken><w:Username>admin</w:Username><w:Password Type="${wss}-username-token-profile-1.0#PasswordDigest">${digest}</w:Password><w:Nonce>${nonce.toString("base64")}</w:Nonce><u:Created xmlns:u="${wss}-wssecurity-utility-1.0.xsd">${created}</u:Created></w:UsernameToken></w:Security></s:Header>`;
}

/** The body of one good answer. */
async function once(port, make) {
  for (let attempt = 0; attempt < 2; attempt++) {
    const { head, body } = await exchange(port, make.next());
    if (head.startsWith("HTTP/1.1 200")) return body;
    make.challenged(head);
  }
  throw new Error("the program does not answer with 200");
}

function exchange(port, text) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    const reader = answerReader((head, body) => {
      socket.destroy();
      resolve({ head, body });
    });
    socket.on("data", reader);
    socket.on("error", reject);
  });
}

/** Calls back with head and body of each answer in a stream of bytes. */
function answerReader(answered) {
  let pending = Buffer.alloc(0);
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      const end = pending.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = pending.toString("latin1", 0, end + 2);
      const total = end + 4 + Number(/content-length: *(\d+)/i.exec(head)[1]);
      if (pending.length < total) return;
      const body = pending.subarray(end + 4, total);
      pending = pending.subarray(total);
      answered(head, body);
    }
  };
}

/** Sends that many requests, so many at a time, and returns the server's processor time for each, in µs. */
function load(pid, port, make, { requests, connections, keepAlive }) {
  return new Promise((resolve, reject) => {
    const before = cpuMicroseconds(pid);
    let sent = 0;
    let answers = 0;
    let failures = 0;
    let isOver = false;
    const stayAwake = () => void (isOver || setImmediate(stayAwake));
    stayAwake();
    const end = (settle, value) => {
      isOver = true;
      settle(value);
    };
    const open = () => {
      if (sent >= requests) return;
      const socket = connect(port, "127.0.0.1");
      socket.setNoDelay(true);
      const next = () => {
        if (sent++ < requests) socket.write(make.next());
        else socket.destroy();
      };
      socket.on("connect", next);
      socket.on(
        "data",
        answerReader((head) => {
          if (!head.startsWith("HTTP/1.1 200")) {
            failures++;
            make.challenged(head);
          }
          answers++;
          if (keepAlive) next();
          if (answers < requests) return;
          const cost = (cpuMicroseconds(pid) - before) / requests;
          if (failures > requests / 100) end(reject, new Error(`${failures} of ${requests} requests failed`));
          else end(resolve, cost);
        }),
      );
      socket.on("error", () => {});
      if (!keepAlive) socket.on("close", open);
    };
    for (let n = 0; n < connections; n++) open();
  });
}

/** Processor time of all threads of a process, in µs. */
function cpuMicroseconds(pid) {
  const folder = `/proc/${pid}/task`;
  const ns = readdirSync(folder).map((task) =>
    Number(readFileSync(`${folder}/${task}/schedstat`, "utf8").split(" ")[0]),
  );
  return ns.reduce((sum, one) => sum + one, 0) / 1000;
}

if (process.env["BARE_ANSWER_BYTES"] !== undefined) bare(Number(process.env["BARE_ANSWER_BYTES"]));
else await main();
