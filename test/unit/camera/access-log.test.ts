import { describe, expect, it } from "vitest";
import { AccessLog } from "#camera/access-log";

const noon = Date.UTC(2026, 0, 15, 12);
const reboot = { peer: "192.0.2.1", user: "admin", operation: "SystemReboot" };
const guess = (n: number, peer = "192.0.2.66") => ({
  peer,
  user: undefined,
  operation: `Set${n}`,
  refused: "the password is wrong",
});

describe("the access log", () => {
  it("has who did what, and why somebody was turned away", () => {
    const log = new AccessLog(() => noon);
    expect(log.text).toBe("");
    log.add(reboot);
    log.add({ ...reboot, user: "ol\nga", operation: "GetUsers", refused: "a user of the level User may not" });
    expect(log.text.split("\n")).toEqual([
      "2026-01-15T12:00:00.000Z done peer=192.0.2.1 operation=SystemReboot user=admin",
      '2026-01-15T12:00:00.000Z refused (a user of the level User may not) peer=192.0.2.1 operation=GetUsers user="ol\\nga"',
      "",
    ]);
  });

  it("has no logins that stand in addresses", () => {
    const log = new AccessLog(() => noon);
    log.add({ ...reboot, refused: "nothing at rtsp://ann:secret@192.0.2.7/ answers" });
    expect(log.text).toContain("refused (nothing at rtsp://***@192.0.2.7/ answers)");
  });

  it("counts what a client repeats, also while others come between", () => {
    let now = noon;
    const log = new AccessLog(() => now);
    for (let n = 0; n < 10_000; n++) {
      now += 10;
      log.add(guess(1));
      if (n % 5_000 === 0) log.add({ ...reboot, operation: `Order${n}` });
    }
    const lines = log.text.trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^2026-01-15T12:00:00.010Z refused .* times=10000 last=2026-01-15T12:01:40.000Z$/);
  });

  it("keeps what others did, whatever one client does", () => {
    const log = new AccessLog(() => noon, { maxLines: 10, maxLinesOfClient: 4 });
    log.add(reboot);
    for (let n = 0; n < 100; n++) log.add(guess(n));
    expect(log.text.match(/operation=\w+/g)).toEqual(
      ["SystemReboot", "Set96", "Set97", "Set98", "Set99"].map((operation) => `operation=${operation}`),
    );
  });

  it("has as many lines as there is room for, each of them bounded", () => {
    const log = new AccessLog(() => noon, { maxLines: 10, maxLinesOfClient: 4 });
    for (let n = 0; n < 100; n++) log.add(guess(n, `192.0.2.${n}`));
    expect(log.text.match(/operation=\w+/g)).toHaveLength(10);
    log.add({ ...reboot, user: "x".repeat(100_000) });
    expect(log.text.length).toBeLessThan(10 * 400);
  });
});
