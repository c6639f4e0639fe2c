import { describe, expect, it } from "vitest";
import { createLog, formatLine, sideLog } from "#app/logging";
import type { Logger } from "#util/log";

/** A log of one side, and what it has written. */
function aLog({
  as = "json",
  enabled = true,
  level = 0,
}: { as?: "json" | "text"; enabled?: boolean; level?: number } = {}): {
  readonly log: Logger;
  readonly lines: string[];
} {
  const lines: string[] = [];
  const pino = createLog({ write: (line) => void lines.push(line) }, as);
  return { log: sideLog(pino, "onvif", enabled, level), lines };
}

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

describe("a log", () => {
  it("writes one JSON line for each entry, with time, level, side, sentence and facts", () => {
    const { log, lines } = aLog();
    log.warn("a client was turned away", { peer: "192.0.2.77" });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith("\n")).toBe(true);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: 40,
      side: "onvif",
      msg: "a client was turned away",
      peer: "192.0.2.77",
    });
    expect(lines[0]).toMatch(/"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/);
  });

  it.each(LEVELS.map((name, level) => [level, name] as const))(
    "writes at level %i what is %s or graver",
    (level, least) => {
      const { log, lines } = aLog({ as: "text", level });
      for (const name of LEVELS) log[name](`it is ${name}`);
      expect(lines.map((line) => /it is (\w+)/.exec(line)?.[1])).toEqual(LEVELS.slice(LEVELS.indexOf(least)));
      for (const one of [log, log.child({ camera: "a" })])
        expect(LEVELS.filter((name) => one.isOn(name))).toEqual(LEVELS.slice(LEVELS.indexOf(least)));
    },
  );

  it("writes nothing where log_enable is 0, not even what is fatal", () => {
    const { log, lines } = aLog({ enabled: false });
    for (const name of LEVELS) log[name]("x");
    log.child({ camera: "a" }).fatal("x");
    expect(lines).toEqual([]);
    expect(log.isOn("fatal")).toBe(false);
  });

  it("adds the facts of a child to each of its lines", () => {
    const { log, lines } = aLog();
    log.child({ session: "7" }).info("playing");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ side: "onvif", session: "7", msg: "playing" });
  });
});

describe("secrets in facts", () => {
  const secret = "hunter2";
  it.each([
    ["a password", { password: secret }],
    ["a password inside something", { user: { name: "admin", password: secret } }],
    ["a password deep inside a list", { users: [{ login: { Password: secret } }] }],
    ["a header", { headers: { authorization: `Basic ${secret}` } }],
    ["a header in its usual case", { Authorization: `Digest response="${secret}"` }],
    ["a private key", { key: secret }],
    ["a login in an address", { uri: `rtsp://admin:${secret}@192.0.2.1/test.mp4` }],
    ["a login with an @ in the password", { uri: `rtsp://admin:a@${secret}@192.0.2.1/test.mp4` }],
    ["a login in an address in a sentence", { reason: `no answer from http://u:${secret}@cam/x, none` }],
    ["an error that quotes an address", { error: new Error(`bad http://u:${secret}@cam/`) }],
  ])("are not written: %s", (_name, facts) => {
    const { log, lines } = aLog();
    log.info("x", facts);
    log.child(facts).info("x");
    expect(lines.join("")).not.toContain(secret);
    expect(lines.join("")).toContain("***");
  });

  it("are not written in the sentence either", () => {
    const { log, lines } = aLog();
    log.error(`cannot reach rtsp://u:${secret}@cam/x`);
    expect(lines[0]).toContain("rtsp://***@cam/x");
  });

  it("leave names that only look alike readable", () => {
    const { log, lines } = aLog({ as: "text" });
    log.info("x", { token: "profile_1", path: "/media/a.mp4", mail: "me@example.com", keyFrame: 3 });
    expect(lines[0]).toContain("token=profile_1 path=/media/a.mp4 mail=me@example.com keyFrame=3");
  });

  it("do not keep facts from being written that hold themselves", () => {
    const { log, lines } = aLog();
    const facts: Record<string, unknown> = { name: "loop" };
    facts["self"] = facts;
    log.info("x", facts);
    expect(lines).toHaveLength(1);
  });
});

describe("the form for people", () => {
  it.each([
    [
      "a line of the log",
      '{"level":40,"time":"2026-01-02T03:04:05.006Z","side":"rtsp","peer":"192.0.2.1","msg":"slow reader"}',
      "2026-01-02T03:04:05.006Z WARN  rtsp slow reader peer=192.0.2.1",
    ],
    ["no side", '{"level":60,"time":"2026-01-02T03:04:05.006Z","msg":"gone"}', "2026-01-02T03:04:05.006Z FATAL gone"],
    [
      "a fact with blanks",
      '{"level":30,"time":"t","msg":"m","reason":"no such file"}',
      't INFO  m reason="no such file"',
    ],
    ["facts that are no text", '{"level":30,"time":"t","msg":"m","n":3,"list":["a"]}', 't INFO  m n=3 list=["a"]'],
    ["a level of its own", '{"level":35,"time":"t","msg":"m"}', "t 35    m"],
    ["what Node prints", "(node:7) Warning: something", "(node:7) Warning: something"],
    ["JSON that is no entry", "[1,2]", "[1,2]"],
    ["a cut line", '{"level":30,"time', '{"level":30,"time'],
  ])("shows %s", (_name, line, text) => {
    expect(formatLine(`${line}\n`)).toBe(text);
  });

  it("shows line ends and control characters that a client has sent escaped", () => {
    const { log, lines } = aLog({ as: "text" });
    log.info("a\nb", { name: "x\r\n2026 ERROR forged\u001b[2J\u202e" });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toMatch(/[\n\r\u001b\u202e]/);
    expect(lines[0]).toContain("a\\u000ab");
    expect(formatLine("plain\u001b[31m text")).toBe("plain\\u001b[31m text");
  });
});
