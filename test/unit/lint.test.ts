import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Rule that must fire ("" for none), file the text stands in, text. */
type Probe = readonly [rule: string, file: string, text: string];

const imports = "eslint(no-restricted-imports)";
const globals = "eslint(no-restricted-globals)";
const properties = "eslint(no-restricted-properties)";

const rooms: readonly Probe[] = [
  ["", "src/rtsp/server.ts", `export { a } from "#media/path";`],
  [imports, "src/media/path.ts", `import { a } from "#rtsp/server"; export const b = a;`],
  [imports, "src/media/path.ts", `import type { A } from "#rtsp/server"; export type B = A;`],
  [imports, "src/util/text.ts", `import { a } from "#host/clock"; export const b = a;`],
  [imports, "src/media/path.ts", `import { a } from "#media/reader"; export const b = a;`],
  [imports, "src/media/path.ts", `import { a } from "../rtsp/server.js"; export const b = a;`],
  [imports, "src/media/path.ts", `export { a } from "../rtsp/server.js";`],
  ["", "src/onvif/schema/ptz.ts", `export { a } from "../operation.js";`],
  [imports, "src/onvif/schema/ptz.ts", `import { a } from "../../device/ptz.js"; export const b = a;`],
  ["", "src/onvif/services/device/users.ts", `export { a } from "../../operation.js";`],
  [imports, "src/onvif/services/device/users.ts", `import { a } from "../../../rtsp/x.js"; export const b = a;`],
  [imports, "test/unit/x.test.ts", `import { a } from "../../src/util/text.js"; export const b = a;`],
];

const outside: readonly Probe[] = [
  ...["node:fs", "node:fs/promises", "node:child_process", "node:dgram", "node:net", "node:timers/promises", "node:os"]
    .flatMap((name) => [name, name.slice(5)])
    .map((name): Probe => [imports, "src/http/server.ts", `import * as it from "${name}"; export const b = it;`]),
  [imports, "src/http/server.ts", `import { createServer } from "node:net"; export const b = createServer;`],
  ["", "src/http/server.ts", `import { isIP } from "node:net"; export const b = isIP;`],
  ["", "src/http/server.ts", `import type { Socket } from "node:net"; export type B = Socket;`],
  ["", "src/http/server.ts", `import { createServer } from "node:http"; export const b = createServer;`],
  [imports, "src/wire/rtp/packet.ts", `import { createServer } from "node:http"; export const b = createServer;`],
  [imports, "src/wire/rtp/packet.ts", `import { Duplex } from "node:stream"; export const b = Duplex;`],
  ["", "src/wire/rtp/packet.ts", `import type { Duplex } from "node:stream"; export type B = Duplex;`],
  ["", "src/wire/digest.ts", `import { createHash } from "node:crypto"; export const b = createHash;`],
  [imports, "src/http/server.ts", `import { randomBytes } from "node:crypto"; export const b = randomBytes;`],
  [
    imports,
    "src/http/server.ts",
    `import { createHash, randomUUID as u } from "crypto"; export const b = [u, createHash];`,
  ],
  ["", "src/host/node-net.ts", `import * as net from "node:net"; export const b = [net, process.pid, setTimeout];`],
  ["", "src/host/node-clock.ts", `export const b = [Date.now(), performance.now()];`],
  ["", "src/host/node-files.ts", `import * as fs from "node:fs"; export const b = fs;`],
  [properties, "src/host/node-entropy.ts", `export const b = Date.now();`],
  [imports, "src/host/node.ts", `import * as fs from "node:fs"; export const b = fs;`],
  [imports, "src/host/clock.ts", `import * as fs from "node:fs"; export const b = fs;`],
  ["", "src/app/daemon.ts", `import * as fs from "node:fs"; export const b = [fs, process.pid, setTimeout];`],
  ...["setTimeout", "setInterval", "setImmediate", "clearTimeout", "process", "performance", "fetch"].map(
    (name): Probe => [globals, "src/http/server.ts", `export const b = ${name};`],
  ),
  [properties, "src/http/server.ts", `export const b = Date.now();`],
  [properties, "src/http/server.ts", `export const b = Math.random();`],
  [properties, "src/http/server.ts", `export const b = globalThis.process;`],
  [properties, "src/http/server.ts", `export const b = crypto.randomUUID();`],
  ["eslint(no-console)", "src/http/server.ts", `console.log("x");`],
];

const promise = "declare const later: () => Promise<boolean>; ";
const anything = "declare const it: any; ";
const kinds = `declare const kind: "a" | "b"; `;

const correctness: readonly Probe[] = [
  ["typescript(no-floating-promises)", "src/http/a.ts", `${promise}later();`],
  ["typescript(no-misused-promises)", "src/http/a.ts", `${promise}export const b = [1].filter(later);`],
  ["typescript(await-thenable)", "src/http/a.ts", `export const b = await 5;`],
  [
    "typescript(switch-exhaustiveness-check)",
    "src/http/a.ts",
    `${kinds}switch (kind) { case "a": throw new Error("a"); }`,
  ],
  ["", "src/http/a.ts", `${kinds}switch (kind) { case "a": throw new Error("a"); default: throw new Error("b"); }`],
  ["typescript(no-unsafe-assignment)", "src/http/a.ts", `${anything}export const b: string = it;`],
  ["typescript(no-unsafe-call)", "src/http/a.ts", `${anything}it();`],
  ["typescript(no-unsafe-member-access)", "src/http/a.ts", `${anything}export const b = typeof it.x;`],
  ["typescript(no-unsafe-argument)", "src/http/a.ts", `${anything}export const b = parseInt(it, 10);`],
  ["typescript(no-unsafe-return)", "src/http/a.ts", `${anything}export const b = (): string => it;`],
  ["typescript(no-explicit-any)", "src/http/a.ts", `export const b = (x: any): string => typeof x;`],
  ["typescript(no-non-null-assertion)", "src/http/a.ts", `export const b = (x?: { y: 1 }): 1 => x!.y;`],
  ["typescript(only-throw-error)", "src/http/a.ts", `export const b = (): never => { throw "text"; };`],
  ["typescript(no-base-to-string)", "src/http/a.ts", "export const b = (x: object): string => `${x}`;"],
  ["typescript(restrict-plus-operands)", "src/http/a.ts", `export const b = (x: number[]): string => "" + x;`],
  ["typescript(consistent-type-imports)", "src/rtsp/a.ts", `import { A } from "#media/path"; export type B = A;`],
  ["typescript(ban-ts-comment)", "src/http/a.ts", `// @ts-ignore\nexport const b = 1;`],
  ["typescript(unbound-method)", "src/http/a.ts", `class A { x() { return this; } }; export const b = new A().x;`],
  [
    "typescript(return-await)",
    "src/http/a.ts",
    `${promise}export const b = async () => { try { return later(); } catch { return 1; } };`,
  ],
  ["typescript(prefer-promise-reject-errors)", "src/http/a.ts", `export const b = Promise.reject("text");`],
  ["eslint(eqeqeq)", "src/http/a.ts", `export const b = (x: unknown): boolean => x == 1;`],
  ["eslint(no-unused-vars)", "src/http/a.ts", `const a = 1; export const b = 2;`],
  ["eslint(prefer-const)", "src/http/a.ts", `export const b = (): number => { let x = 1; return x; };`],
  ["import(no-mutable-exports)", "src/http/a.ts", `export let b = 1; b++;`],
  ["import(no-unassigned-import)", "src/http/a.ts", `import "node:url";`],
  ["unicorn(prefer-node-protocol)", "src/http/a.ts", `import { URL } from "url"; export const b = URL;`],
  [
    "oxc(no-accumulating-spread)",
    "src/http/a.ts",
    `export const b = (x: number[]) => x.reduce<number[]>((s, n) => [...s, n], []);`,
  ],
  ["vitest(no-focused-tests)", "test/unit/a.test.ts", `import { it } from "vitest"; it.only("x", () => {});`],
  ["vitest(no-disabled-tests)", "test/unit/a.test.ts", `import { it } from "vitest"; it.skip("x", () => {});`],
];

const probes: readonly (readonly [number, ...Probe])[] = [...rooms, ...outside, ...correctness].map(
  (probe, index) => [index, ...probe] as const,
);

/** Each probe is a project of its own below the folder, so that the file names mean what they mean in ours. */
const folder = mkdtempSync(join(tmpdir(), "lint-"));
const fired = new Map<number, string[]>();
afterAll(() => rmSync(folder, { recursive: true }));

/** The name of a file of the host counts: each of them is probed once. */
const fileOf = (index: number, file: string): string =>
  file.startsWith("src/host/node") ? file : file.replace(/(\.test)?\.ts$/, `-probe${index}$&`);

const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};

beforeAll(() => {
  const written = spawnSync("node", ["test/support/lint-config.mjs", join(folder, "rules.json")], { cwd: root });
  expect(written.status).toBe(0);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const options = { strict: true, module: "nodenext", target: "es2023", lib: ["es2023", "dom"], types: ["node"] };
  put("tsconfig.json", JSON.stringify({ compilerOptions: options, include: ["src", "test"] }));
  for (const [index, , file, text] of probes) put(fileOf(index, file), `${text}\n`);
});

const lint = (): void => {
  const args = ["--type-aware", "-c", "rules.json", "-f", "json"];
  const { stdout } = spawnSync(join(root, "node_modules/.bin/oxlint"), args, { cwd: folder, encoding: "utf8" });
  const report: unknown = JSON.parse(stdout);
  for (const { code, filename } of (report as { diagnostics: { code: string; filename: string }[] }).diagnostics) {
    const at = probes.find(([index, , file]) => filename.endsWith(fileOf(index, file)));
    fired.set(at?.[0] ?? -1, [...(fired.get(at?.[0] ?? -1) ?? []), code]);
  }
};

describe("the linter", () => {
  beforeAll(lint, 60_000);

  it.each(probes.filter(([, rule]) => rule !== ""))("%i: says %s in %s of: %s", (index, rule) => {
    expect(fired.get(index) ?? []).toContain(rule);
  });

  it.each(probes.filter(([, rule]) => rule === ""))("%i:%s accepts in %s: %s", (index) => {
    expect(fired.get(index) ?? []).toEqual([]);
  });
});
