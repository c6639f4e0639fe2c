/* Numbers and tables for the benches. */

export const median = (numbers) => {
  const sorted = numbers.filter((number) => Number.isFinite(number)).toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

export const fixed = (digits) => (number) => (Number.isFinite(number) ? number.toFixed(digits) : "–");

export const list = (numbers, digits) => numbers.map(fixed(digits)).join(" ");

/** What `y` grows by for each 1 of `x`: least squares. */
export function slope(points) {
  const mean = (of) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const spread = mean((point) => (point.x - x) ** 2);
  return mean((point) => (point.x - x) * (point.y - y)) / spread;
}

export function table(title, head, rows) {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  process.stdout.write(`\n${title}\n`);
  for (const row of cells)
    process.stdout.write(`  ${row.map((cell, column) => cell.padEnd(widths[column])).join("  ")}\n`);
}

/** What is asked for, what was measured, and whether it is enough. */
export class Bars {
  rows = [];

  /** `value` may be at most `bar`. */
  atMost(what, value, bar, digits = 2) {
    const met = Number.isFinite(value) ? value <= bar : undefined;
    this.rows.push({ what, value, bar, met, text: [fixed(digits)(value), `at most ${bar}`] });
  }

  /** Holds, or does not. */
  holds(what, met, measured, bar) {
    this.rows.push({ what, value: measured, bar, met, text: [measured, bar] });
  }

  print() {
    const verdict = (met) => (met === undefined ? "not measured" : met ? "met" : "NOT MET");
    table(
      "The bar",
      ["what", "measured", "bar", ""],
      this.rows.map(({ what, text, met }) => [what, ...text, verdict(met)]),
    );
  }
}
