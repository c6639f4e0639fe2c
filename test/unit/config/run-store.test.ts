import { describe, expect, it } from "vitest";
import { readRunFile } from "#config/load";
import { onvifCfg } from "#config/onvif-cfg";
import type { RunConfig } from "#config/run-cfg";
import { RunStore } from "#config/run-store";
import { defaultsOf } from "#config/schema";
import { silentLogger, type Logger } from "#util/log";
import { type FakeHost, fakeHost } from "../../support/fake-host.js";

const PATH = "/cam/onvifrun.cfg";

const runWith = (hostname: string): RunConfig => ({
  ...defaultsOf(onvifCfg),
  hostname,
  runtime: { baseDigest: "d", savedAt: "", endpointUuid: "" },
});

interface Bench extends FakeHost {
  readonly store: RunStore;
  readonly logged: string[];
}

function aStore(): Bench {
  const host = fakeHost();
  host.files.setFolder("/cam");
  const logged: string[] = [];
  const note =
    (level: string) =>
    (message: string): void =>
      void logged.push(`${level} ${message}`);
  const log: Logger = { ...silentLogger, warn: note("warn"), error: note("error") };
  return { ...host, logged, store: new RunStore(host.files, host.clock, PATH, log) };
}

const hostnameIn = async ({ files }: FakeHost): Promise<string | undefined> =>
  (await readRunFile(files, PATH))?.value?.hostname;

describe("RunStore", () => {
  it("has nothing at first, and then what was written", async () => {
    const bench = aStore();
    expect(await bench.store.load()).toBeUndefined();
    bench.store.schedule(() => runWith("one"));
    await bench.store.close();
    expect(await bench.store.load()).toMatchObject({ run: { hostname: "one" }, issues: [] });
    expect(bench.logged).toEqual([]);
  });

  it("writes half a second after the first change, with the state of that moment, once", async () => {
    const bench = aStore();
    let hostname = "one";
    bench.store.schedule(() => runWith(hostname));
    await bench.clock.advance(300);
    hostname = "two";
    bench.store.schedule(() => runWith(hostname));
    await bench.clock.advance(199);
    expect(bench.files.replaced).toEqual([]);
    await bench.clock.advance(1);
    expect(bench.files.replaced).toEqual([PATH]);
    expect(await hostnameIn(bench)).toBe("two");
    await bench.clock.advance(60_000);
    expect(bench.files.replaced).toEqual([PATH]);
  });

  it("lets nobody else read the passwords", async () => {
    const bench = aStore();
    bench.store.schedule(() => runWith("one"));
    await bench.store.flush();
    expect(bench.files.mode(PATH)).toBe(0o600);
  });

  it("writes what is waiting when it is closed, and nothing afterwards", async () => {
    const bench = aStore();
    bench.store.schedule(() => runWith("one"));
    await bench.store.close();
    await bench.store.close();
    bench.store.schedule(() => runWith("two"));
    await bench.clock.advance(60_000);
    expect(await hostnameIn(bench)).toBe("one");
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it("writes a change that comes while another is being written", async () => {
    const bench = aStore();
    bench.store.schedule(() => {
      bench.store.schedule(() => runWith("two"));
      return runWith("one");
    });
    await bench.store.flush();
    expect(await hostnameIn(bench)).toBe("one");
    await bench.store.close();
    expect(await hostnameIn(bench)).toBe("two");
    expect(bench.files.replaced).toHaveLength(2);
  });

  it.each(["write", "rename", "sync"] as const)(
    "leaves a readable file when the power goes while it does %s",
    async (stage) => {
      const bench = aStore();
      bench.store.schedule(() => runWith("old"));
      await bench.store.flush();
      bench.files.failNext(stage, "crash", PATH);
      bench.store.schedule(() => runWith("new"));
      await bench.store.flush();
      const next = new RunStore(bench.files, bench.clock, PATH, silentLogger);
      expect((await next.load())?.run.hostname).toBe(stage === "sync" ? "new" : "old");
      next.schedule(() => runWith("newer"));
      await next.close();
      expect(await hostnameIn(bench)).toBe("newer");
    },
  );

  it.each(["write", "rename", "sync"] as const)("tries again when %s fails, and says so", async (stage) => {
    const bench = aStore();
    bench.files.failNext(stage, "ENOSPC", PATH);
    bench.store.schedule(() => runWith("one"));
    await bench.clock.advance(500);
    expect(bench.logged).toEqual(["error the state cannot be kept"]);
    await bench.clock.advance(10_000);
    expect(await hostnameIn(bench)).toBe("one");
  });

  it.each([
    ["cut off", "<config><http_port>80</http_port>"],
    ["empty", ""],
    ["another kind of file", "hello"],
    ["wrong in a value", "<config><http_port>x</http_port></config>"],
  ])("sets a file aside that is %s", async (_, text) => {
    const bench = aStore();
    bench.files.set(PATH, text);
    expect(await bench.store.load()).toBeUndefined();
    expect(bench.files.text(PATH)).toBeUndefined();
    expect(bench.files.text(`${PATH}.damaged-20260101T000000Z`)).toBe(text);
    expect(bench.logged).toEqual(["warn the kept state cannot be used and was set aside; onvif.cfg counts"]);
  });

  it("tells about unknown tags in a file that it takes", async () => {
    const bench = aStore();
    bench.files.set(PATH, "<config><hostnam>x</hostnam></config>");
    expect((await bench.store.load())?.issues).toMatchObject([{ severity: "warning", tag: "hostnam" }]);
  });

  it("forgets everything at a reset to the defaults", async () => {
    const bench = aStore();
    await bench.store.discard();
    bench.store.schedule(() => runWith("one"));
    await bench.store.flush();
    bench.store.schedule(() => runWith("two"));
    await bench.store.discard();
    await bench.clock.advance(60_000);
    expect(bench.files.text(PATH)).toBeUndefined();
    expect(bench.logged).toEqual([]);
  });
});
