/*
 * Draws CPU against readers as SVG from what `npm run bench -- --json FILE` has kept, and prints the table of
 * docs/performance.md:
 *
 *   node test/bench/plot.mjs FILE docs/images/cpu-by-readers.svg
 */
import { readFileSync, writeFileSync } from "node:fs";

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) {
  process.stderr.write("plot.mjs FILE.json FILE.svg\n");
  process.exit(2);
}
const { growth = [], bars = [], date, node, system } = JSON.parse(readFileSync(from, "utf8"));
if (growth.length === 0) {
  process.stderr.write(`${from} has no section growth\n`);
  process.exit(2);
}

const SIZE = { width: 800, height: 460 };
const AREA = { left: 70, top: 56, right: 560, bottom: 400 };
/** Told apart by shape too, for those who do not see the colours. */
const STYLES = [
  { color: "#0b6e99", dash: "" },
  { color: "#b3541e", dash: "7 4" },
  { color: "#3f7d20", dash: "2 4" },
  { color: "#7a3e9d", dash: "10 3 2 3" },
];

const lanes = [...new Set(growth.map(({ lane }) => lane))];
const most = { readers: Math.max(...growth.map(({ readers }) => readers)), percent: 0 };
most.percent = Math.ceil(Math.max(...growth.map(({ percent }) => percent)) / 20) * 20;

const x = (readers) => AREA.left + ((AREA.right - AREA.left) * readers) / most.readers;
const y = (percent) => AREA.bottom - ((AREA.bottom - AREA.top) * percent) / most.percent;
const at = (number) => number.toFixed(1);
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const text = (left, top, content, more = "") =>
  `<text x="${at(left)}" y="${at(top)}" ${more}>${escaped(content)}</text>`;
const line = (x1, y1, x2, y2, color) =>
  `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" stroke="${color}"/>`;

const parts = [
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" font-family="sans-serif" font-size="13" role="img">`,
  `<title>CPU of the server against readers of one stream</title>`,
  `<rect width="${SIZE.width}" height="${SIZE.height}" fill="#ffffff"/>`,
  text(AREA.left, 26, "CPU of the server, % of one core, against readers of one 4 Mbit/s stream", 'font-size="15"'),
  text(AREA.left, 44, `${date}, Node ${node}, ${system}`, 'fill="#666666" font-size="11"'),
];
for (let percent = 0; percent <= most.percent; percent += most.percent / 5) {
  parts.push(line(AREA.left, y(percent), AREA.right, y(percent), "#dddddd"));
  parts.push(text(AREA.left - 8, y(percent) + 4, `${Math.round(percent)}`, 'text-anchor="end"'));
}
for (const readers of [...new Set(growth.map((one) => one.readers))].filter((count) => count === 1 || count >= 50)) {
  parts.push(line(x(readers), AREA.bottom, x(readers), AREA.bottom + 5, "#333333"));
  parts.push(text(x(readers), AREA.bottom + 20, `${readers}`, 'text-anchor="middle"'));
}
parts.push(line(AREA.left, AREA.bottom, AREA.right, AREA.bottom, "#333333"));
parts.push(text((AREA.left + AREA.right) / 2, AREA.bottom + 42, "readers", 'text-anchor="middle"'));
for (const [index, lane] of lanes.entries()) {
  const { color, dash } = STYLES[index % STYLES.length];
  const points = growth.filter((one) => one.lane === lane).toSorted((a, b) => a.readers - b.readers);
  const path = points.map(({ readers, percent }) => `${at(x(readers))},${at(y(percent))}`).join(" ");
  parts.push(
    `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2" stroke-dasharray="${dash}"/>`,
    // Hollow where packets were lost or readers failed: the machine was not enough.
    ...points.map(({ readers, percent, whole }) => {
      const fill = whole === false ? "#ffffff" : color;
      return `<circle cx="${at(x(readers))}" cy="${at(y(percent))}" r="3.5" fill="${fill}" stroke="${color}"/>`;
    }),
  );
  const last = points.at(-1);
  parts.push(
    text(x(last.readers) + 10, y(last.percent) + 4, `${lane}: ${last.percent.toFixed(1)} %`, `fill="${color}"`),
  );
}
writeFileSync(to, `${parts.join("\n")}\n</svg>\n`);

const digits = (number) => (Number.isInteger(number) ? String(number) : number.toFixed(number < 10 ? 2 : 1));
const shown = (value) => (typeof value === "number" ? digits(value) : (value ?? "–"));
process.stdout.write(`| what | measured | at most | |\n| --- | --- | --- | --- |\n`);
for (const { what, value, bar, met } of bars)
  process.stdout.write(`| ${what} | ${shown(value)} | ${shown(bar)} | ${met === true ? "met" : "**not met**"} |\n`);
