import { describe, expect, it } from "vitest";
import { loggedTo, LogRing } from "#util/log-ring";
import { silentLogger } from "#util/log";

const noon = Date.UTC(2026, 0, 15, 12);

describe("the last lines of a log", () => {
  it("have their time, the sentence and the facts, without secrets and control characters", () => {
    const ring = new LogRing(() => noon);
    ring.add("WARN onvif from rtsp://olga:hush@192.0.2.5/x\n", {
      peer: "192.0.2.1",
      password: "hush",
      url: "http://a:hush@b/",
      inner: { Authorization: "hush" },
    });
    expect(ring.text).toBe(
      '2026-01-15T12:00:00.000Z WARN onvif from rtsp://***@192.0.2.5/x\\u000a peer=192.0.2.1 password=*** url=http://***@b/ inner={"Authorization":"***"}\n',
    );
  });

  it("are as many as there is room for", () => {
    const ring = new LogRing(() => noon, { maxLines: 3, maxLength: 100_000 });
    for (let n = 0; n < 10; n++) ring.add(`line ${n}`);
    expect(ring.text.match(/line \d/g)).toEqual(["line 7", "line 8", "line 9"]);
    const short = new LogRing(() => noon, { maxLines: 100, maxLength: 3_000 });
    for (let n = 0; n < 50; n++) short.add("x".repeat(5_000));
    expect(short.text.length).toBeLessThan(3_010);
    expect(short.text.split("\n")[0]).toHaveLength(1_000);
    short.clear();
    expect(short.text).toBe("");
  });

  it("take what a logger is told from the level info on, with the facts of its children", () => {
    const ring = new LogRing(() => noon);
    const log = loggedTo(ring, silentLogger, "rtsp").child({ peer: "a" }).child({ session: 5 });
    log.debug("no");
    log.info("yes", { more: true });
    log.error("this too");
    expect([log.isOn("debug"), log.isOn("info")]).toEqual([false, true]);
    expect(loggedTo(ring, { ...silentLogger, isOn: (level) => level === "debug" }, "rtsp").isOn("debug")).toBe(true);
    expect(ring.text.split("\n")).toEqual([
      "2026-01-15T12:00:00.000Z INFO rtsp yes peer=a session=5 more=true",
      "2026-01-15T12:00:00.000Z ERROR rtsp this too peer=a session=5",
      "",
    ]);
  });
});
