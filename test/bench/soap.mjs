/*
 * What a SOAP request costs: `npm run build && npm run bench:soap`. The program and a bare node:http server that answers
 * the same number of bytes take turns, a fixed number of requests each; the processor time of the server for each request
 * is read from /proc (Linux). What counts is the median of the ratios within a round: other programs disturb both alike.
 * Arguments: --rounds 15, --requests 2000 a turn, --warm 20000 requests before, --connections 16, --only TEXT for the
 * cases whose title has it, --semi 4 for --max-semi-space-size of both in MiB.
 */
import { fork, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));

if (process.env["BARE_ANSWER_BYTES"] !== undefined) bare(Number(process.env["BARE_ANSWER_BYTES"]));
else await main();

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

async function main() {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "15" },
      requests: { type: "string", default: "2000" },
      warm: { type: "string", default: "20000" },
      connections: { type: "string", default: "16" },
      only: { type: "string", default: "" },
      semi: { type: "string", default: "4" },
    },
  });
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
  const { only, semi } = values;
  const flags = [`--max-semi-space-size=${semi}`];
  const program = spawn(process.execPath, [...flags, join(root, "bin", "onvifrtspserver"), "-c", folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await summaryOf(program);
  try {
    const [rounds, requests, warm, connections] = ["rounds", "requests", "warm", "connections"].map((name) =>
      Number(values[name]),
    );
    await measure(program, port, { rounds, requests, warm, connections, only, flags });
  } finally {
    program.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  }
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

async function measure(program, port, { rounds, requests, warm, connections, only, flags }) {
  const cases = [
    [
      "GetSystemDateAndTime, no login",
      "device",
      "http://www.onvif.org/ver10/device/wsdl",
      "GetSystemDateAndTime",
      "none",
    ],
    ["GetProfiles, UsernameToken", "media", "http://www.onvif.org/ver10/media/wsdl", "GetProfiles", "token"],
    ["GetProfiles, HTTP Digest", "media", "http://www.onvif.org/ver10/media/wsdl", "GetProfiles", "digest"],
  ];
  process.stdout.write(
    `node ${process.version}, ${connections} connections, ${rounds} rounds of ${requests} requests\n`,
  );
  process.stdout.write("case | keep-alive | µs of CPU a request: program / bare | share of the bare rate, per core\n");
  for (const [title, service, namespace, operation, login] of cases.filter(([title]) => title.includes(only)))
    for (const keepAlive of [true, false]) {
      const make = requestMaker({ port, path: `/onvif/${service}_service`, namespace, operation, login, keepAlive });
      const probe = await once(port, make);
      const limit = fork(fileURLToPath(import.meta.url), [], {
        env: { ...process.env, BARE_ANSWER_BYTES: String(probe.length) },
        execArgv: flags,
        stdio: ["ignore", "ignore", "inherit", "ipc"],
      });
      const { port: barePort } = await new Promise((ready) => limit.once("message", ready));
      const turn = (pid, at, count) => load(pid, at, make, { requests: count, connections, keepAlive });
      // The optimising compiler needs thousands of requests until it has seen enough.
      const atFirst = keepAlive ? warm : Math.ceil(warm / 5);
      await turn(limit.pid, barePort, atFirst);
      await turn(program.pid, port, atFirst);
      const rows = [];
      for (let round = 0; round < rounds; round++) {
        const bareCost = await turn(limit.pid, barePort, requests);
        const ownCost = await turn(program.pid, port, requests);
        rows.push({ ownCost, bareCost, share: bareCost / ownCost });
      }
      limit.kill();
      const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
      const of = (name) => median(rows.map((row) => row[name]));
      process.stdout.write(
        `${title} | ${keepAlive ? "yes" : "no"} | ${of("ownCost").toFixed(1)} / ${of("bareCost").toFixed(1)} | ${(100 * of("share")).toFixed(0)} %\n`,
      );
    }
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
          if (failures > requests / 100) reject(new Error(`${failures} of ${requests} requests failed`));
          else resolve(cost);
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
