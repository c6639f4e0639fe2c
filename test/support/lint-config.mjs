// Writes .oxlintrc.json, or the file that is named as argument.
// The table in src/rooms.json says which room may import which; here it becomes rules of the linter.
import { readFileSync, writeFileSync } from "node:fs";

const root = new URL("../../", import.meta.url);
const rooms = JSON.parse(readFileSync(new URL("src/rooms.json", root), "utf8"));

const pureRooms = ["util", "xml", "wire", "codec", "container", "device"];
/** What a folder below src/ may still be deep: src/room/a/b/c/file.ts. */
const maxDepth = 4;

const outside = ["child_process", "cluster", "dgram", "dns", "fs", "inspector", "os", "perf_hooks", "process"];
const alsoOutside = ["readline", "timers", "worker_threads", "v8", "vm"];
const streams = ["events", "http", "http2", "https", "stream", "tls"];
const modules = (names) => `^(node:)?(${names.join("|")})(/.*)?$`;

/** The files of the host's room that import what is outside, and those that also name its globals. */
const hostFiles = (...subjects) => subjects.map((subject) => `src/host/node-${subject}.ts`);
const hostImports = hostFiles("entropy", "files", "local", "memory", "net", "processes", "udp");
const hostGlobals = hostFiles("clock", "local", "net", "processes", "udp");

const outsideMessage = "Take it from Host; only src/host/node-*.ts and src/app touch the outside.";
const randomness = [
  "getRandomValues",
  "pseudoRandomBytes",
  "randomBytes",
  "randomFill",
  "randomFillSync",
  "randomInt",
  "randomUUID",
];

/** `no-restricted-imports` of the files that are `depth` folders below src/room. */
function importsOf(room, depth, touchesOutside = room === "app") {
  const may = rooms[room];
  const mayNot = Object.keys(rooms).filter((other) => other !== room && !may.includes(other));
  const granted = may.length > 0 ? `only: ${may.join(", ")}` : "no other room";
  const patterns = [
    { regex: `^#(${mayNot.join("|")})/`, message: `'${room}' may import ${granted} (src/rooms.json).` },
    { regex: `^#${room}/`, message: "Inside a room, import ./file.js." },
    {
      regex: `^(\\./)?(\\.\\./){${depth + 1}}`,
      message: "This leaves the room; across rooms, import #room/file.",
    },
  ];
  const paths = [];
  if (!touchesOutside) {
    patterns.push({ regex: modules([...outside, ...alsoOutside]), allowTypeImports: true, message: outsideMessage });
    for (const name of ["node:net", "net"])
      paths.push({
        name,
        allowImportNames: ["isIP", "isIPv4", "isIPv6"],
        allowTypeImports: true,
        message: outsideMessage,
      });
    for (const name of ["node:crypto", "crypto"])
      paths.push({ name, importNames: randomness, message: "Take randomness from Host's entropy." });
  }
  if (pureRooms.includes(room))
    patterns.push({ regex: modules(streams), allowTypeImports: true, message: `'${room}' is pure: values only.` });
  return ["error", { paths, patterns }];
}

const restrictedGlobals = [
  "EventSource",
  "WebSocket",
  "XMLHttpRequest",
  "clearImmediate",
  "clearInterval",
  "clearTimeout",
  "fetch",
  "global",
  "performance",
  "process",
  "setImmediate",
  "setInterval",
  "setTimeout",
].map((name) => ({ name, message: outsideMessage }));

const restrictedProperties = [
  { object: "Date", property: "now", message: outsideMessage },
  { object: "Math", property: "random", message: outsideMessage },
  ...["setTimeout", "setInterval", "setImmediate", "process", "performance", "fetch"].map((property) => ({
    object: "globalThis",
    property,
    message: outsideMessage,
  })),
  ...["crypto", "webcrypto"].flatMap((object) =>
    ["getRandomValues", "randomUUID"].map((property) => ({ object, property, message: outsideMessage })),
  ),
];

const roomOverrides = Object.keys(rooms).flatMap((room) =>
  Array.from({ length: maxDepth }, (_, depth) => ({
    files: [`src/${room}/${"*/".repeat(depth)}*.ts`],
    rules: { "no-restricted-imports": importsOf(room, depth) },
  })),
);

const unsafeRules = ["argument", "assignment", "call", "member-access", "return"].map(
  (use) => `typescript/no-unsafe-${use}`,
);

const off = (...names) => Object.fromEntries(names.map((name) => [name, "off"]));
const on = (...names) => Object.fromEntries(names.map((name) => [name, "error"]));

const config = {
  $schema: "./node_modules/oxlint/configuration_schema.json",
  plugins: ["typescript", "unicorn", "oxc", "import", "promise", "vitest"],
  categories: { correctness: "error", suspicious: "error", perf: "error" },
  ignorePatterns: ["dist", "coverage", "node_modules", "wsdl", "test/fixtures"],
  rules: {
    ...on(
      ...unsafeRules,
      "array-callback-return",
      "eqeqeq",
      "no-console",
      "no-fallthrough",
      "no-new-wrappers",
      "no-self-compare",
      "no-throw-literal",
      "no-useless-return",
      "no-var",
      "prefer-const",
      "import/no-mutable-exports",
      "oxc/no-barrel-file",
      "typescript/consistent-type-exports",
      "typescript/consistent-type-imports",
      "typescript/no-deprecated",
      "typescript/no-explicit-any",
      "typescript/no-misused-promises",
      "typescript/no-namespace",
      "typescript/no-non-null-assertion",
      "typescript/no-require-imports",
      "typescript/no-unsafe-function-type",
      "typescript/only-throw-error",
      "typescript/prefer-promise-reject-errors",
      "typescript/restrict-plus-operands",
      "typescript/use-unknown-in-catch-callback-variable",
      "unicorn/no-abusive-eslint-disable",
      "unicorn/no-typeof-undefined",
      "unicorn/prefer-node-protocol",
      "unicorn/prefer-array-some",
    ),
    "import/no-cycle": ["error", { ignoreTypes: true }],
    "import/no-unassigned-import": ["error", { allow: ["reflect-metadata"] }],
    "typescript/ban-ts-comment": ["error", { "ts-expect-error": "allow-with-description" }],
    "typescript/no-misused-spread": ["error", { allow: ["string"] }],
    "typescript/prefer-nullish-coalescing": ["error", { ignorePrimitives: true }],
    "typescript/restrict-template-expressions": [
      "error",
      { allowNumber: true, allowBoolean: true, allowNullish: true },
    ],
    "typescript/return-await": ["error", "error-handling-correctness-only"],
    "typescript/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    ...off(
      // Sequences are often meant to be sequences.
      "no-await-in-loop",
      // Parsers look for control characters.
      "no-control-regex",
      // A parameter may be called as what it holds, also where a function of that name exists.
      "no-shadow",
      // Methods that node:stream calls are named so.
      "no-underscore-dangle",
      "import/no-named-as-default-member",
      "oxc/no-map-spread",
      "promise/always-return",
      "typescript/consistent-return",
      "typescript/no-unnecessary-type-parameters",
      // Inferring types from schemas needs assertions; an assertion from `any` is caught by the no-unsafe rules.
      "typescript/no-unsafe-type-assertion",
      "unicorn/consistent-function-scoping",
      // Spread groups keep the arguments of a program together, a line for each.
      "unicorn/no-useless-spread",
      "unicorn/prefer-set-has",
      "unicorn/require-post-message-target-origin",
      // An assertion about a promise is begun before time is moved and awaited after it; no-floating-promises watches.
      "vitest/valid-expect",
      // Property tests assert without `expect`.
      "vitest/expect-expect",
      "vitest/no-conditional-expect",
      "vitest/no-standalone-expect",
      "vitest/valid-title",
      "vitest/require-to-throw-message",
    ),
  },
  overrides: [
    {
      files: ["src/**/*.ts"],
      rules: {
        "no-restricted-globals": ["error", ...restrictedGlobals],
        "no-restricted-properties": ["error", ...restrictedProperties],
      },
    },
    ...roomOverrides,
    {
      files: [...hostGlobals, "src/app/**/*.ts"],
      rules: off("no-restricted-globals", "no-restricted-properties"),
    },
    { files: ["src/app/**/*.ts"], rules: off("no-console") },
    {
      files: hostImports,
      rules: { "no-restricted-imports": importsOf("host", 0, true) },
    },
    {
      files: ["test/**/*.ts"],
      rules: {
        "no-restricted-imports": [
          "error",
          { patterns: [{ regex: "^\\.{1,2}/(.*/)?src/", message: "Import the program as #room/file." }] },
        ],
      },
    },
    {
      files: ["**/*.mjs"],
      rules: off(
        ...unsafeRules,
        "no-console",
        "typescript/prefer-nullish-coalescing",
        "typescript/use-unknown-in-catch-callback-variable",
      ),
    },
  ],
};

writeFileSync(process.argv[2] ?? new URL(".oxlintrc.json", root), `${JSON.stringify(config, null, 2)}\n`);
