import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const notOurs = new Set(["node_modules", ".git", "dist", "coverage", "state"]);

/** Every file below `folder`, as a path from the root. */
function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (notOurs.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
}

const textOf = (path: string): string => readFileSync(join(root, path), "utf8");

const rooms = JSON.parse(textOf("src/rooms.json")) as Readonly<Record<string, readonly string[]>>;
const sources = filesBelow("src").filter((path) => path.endsWith(".ts"));
const roomOf = (path: string): string => path.split(sep)[1] ?? "";

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

/** What a source imports, exports from, or loads later. */
function importsOf(file: string): readonly Import[] {
  const text = textOf(file);
  const fixed = text.matchAll(/^(import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm);
  const later = text.matchAll(/\bimport\(\s*"([^"]+)"/g);
  return [
    ...[...fixed].map(([, , type, target = ""]) => ({ file, target, typeOnly: type !== undefined })),
    ...[...later].map(([, target = ""]) => ({ file, target, typeOnly: false })),
  ];
}

const imports = sources.flatMap(importsOf);

/** The file that an import means, or undefined when it is no file of ours. */
function resolved({ file, target }: Import): string | undefined {
  if (target.startsWith(".")) return join(dirname(file), target).replace(/\.js$/, ".ts");
  return target.startsWith("#") ? join("src", `${target.slice(1)}.ts`) : undefined;
}

/** A way round in the graph, or undefined. */
function circleIn(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const circle = visit(next, [...way, node]);
      if (circle) return circle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const circle = visit(node, []);
    if (circle) return circle;
  }
  return undefined;
}

/** `path:line: text` of each line that matches. */
const linesIn = (paths: readonly string[], pattern: RegExp): readonly string[] =>
  paths.flatMap((path) =>
    textOf(path)
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );

describe("the rooms", () => {
  it("have no circle", () => {
    expect(circleIn(new Map(Object.entries(rooms)))).toBeUndefined();
  });

  it("grant only rooms that exist, and never themselves", () => {
    const wrong = Object.entries(rooms).flatMap(([room, may]) =>
      may.filter((other) => other === room || !rooms[other]),
    );
    expect(wrong).toEqual([]);
  });

  it("are all in the table", () => {
    const folders = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).filter((name) => !rooms[name])).toEqual([]);
  });

  it("have one line each in package.json", () => {
    const { imports: lines } = JSON.parse(textOf("package.json")) as { imports: unknown };
    const expected = Object.keys(rooms).map((room) => [
      `#${room}/*`,
      { source: `./src/${room}/*.ts`, default: `./dist/${room}/*.js` },
    ]);
    expect(lines).toEqual(Object.fromEntries(expected));
  });

  it("import only what the table grants", () => {
    const foreign = imports.filter(({ target }) => target.startsWith("#"));
    const wrong = foreign.filter(
      ({ file, target }) => !rooms[roomOf(file)]?.includes(target.slice(1).split("/")[0] ?? ""),
    );
    expect(wrong).toEqual([]);
  });

  it("are left by no relative path, a URL beside the module included", () => {
    const urls = sources.flatMap((file) =>
      [...textOf(file).matchAll(/new URL\(\s*"(\.[^"]*)"/g)].map(([, target = ""]) => ({ file, target })),
    );
    const wrong = [...imports, ...urls].filter(
      ({ file, target }) => target.startsWith(".") && roomOf(join(dirname(file), target)) !== roomOf(file),
    );
    expect(wrong).toEqual([]);
  });

  it("import files that exist", () => {
    const known = new Set([...sources, join("src", "rooms.json")]);
    const wrong = imports.filter((one) => !known.has(resolved(one) ?? join("src", "rooms.json")));
    expect(wrong).toEqual([]);
  });
});

describe("the modules", () => {
  it("do not load each other in a circle", () => {
    const graph = new Map<string, string[]>(sources.map((path) => [path, []]));
    for (const one of imports) {
      const target = resolved(one);
      if (!one.typeOnly && target !== undefined) graph.get(one.file)?.push(target);
    }
    expect(circleIn(graph)).toBeUndefined();
  });

  it("load nothing from outside behind the linter's back", () => {
    const inside = sources.filter((path) => roomOf(path) !== "app");
    const modules = "child_process|dgram|fs|net|timers|process|worker_threads|module";
    expect(linesIn(inside, new RegExp(`(import|require)\\(\\s*"(node:)?(${modules})\\b`))).toEqual([]);
    expect(linesIn(inside, /\bnew Date\(\)|(?<!new )\bDate\(\)|\bcreateRequire\b/)).toEqual([]);
  });

  it("have no state: no top-level `let`, and collections only as read-only ones", () => {
    const variable = /^(export )?(let|var)\b/;
    const bare = /^(export )?const \w+(: (?!Readonly)[^=]*)? = (new (Map|Set|WeakMap|WeakSet|Array)\b|\[\];|\{\};)/;
    expect([...linesIn(sources, variable), ...linesIn(sources, bare)]).toEqual([]);
  });

  it("do not change what they define at the top", () => {
    const wrong = sources.flatMap((path) => {
      const names = [...textOf(path).matchAll(/^(?:export )?const (\w+)/gm)].map(([, name = ""]) => name);
      const change = "(push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin|set|add|delete|clear)";
      return names.flatMap((name) =>
        linesIn([path], new RegExp(`(?<![\\w.#])${name}(\\.${change}\\(|(\\[[^\\]]+\\]|\\.\\w+) (\\+|-|\\?\\?)?= )`)),
      );
    });
    expect(wrong).toEqual([]);
  });

  it("stay within 600 lines", () => {
    const ours = [...sources, ...filesBelow("test").filter((path) => /\.m?ts$/.test(path))];
    const long = ours
      .map((path) => [path, textOf(path).split("\n").length] as const)
      .filter(([, lines]) => lines > 600);
    expect(long).toEqual([]);
  });
});

describe("the tree", () => {
  it("names no folder of the machine it was made on", () => {
    const texts = filesBelow(".").filter((path) =>
      /\.(ts|mts|mjs|js|json|md|sh|cfg|xml|yml|txt)$|(^|\/)\w+$/.test(path),
    );
    const here = new RegExp(`(?<![\\w.~])/(${["work", "root", "tmp/team"].join("|")})/`);
    expect(linesIn(texts, here)).toEqual([]);
  });
});
