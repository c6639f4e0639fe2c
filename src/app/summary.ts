import type { FleetSummary } from "#fleet/fleet";

/** What a person needs after the start: where the camera is, who may log in, where the log is. */
export function summaryText(summary: FleetSummary, log: string): string {
  const { cameras } = summary;
  const lines = cameras.flatMap(({ name, services, streams, users, needsLogin }) => [
    name,
    ...services.map((address) => `  device  ${address}`),
    ...streams.map(({ profile, address }) => `  stream  ${address}  (${profile})`),
    `  users   ${users.join(", ") || "none"}${needsLogin ? "" : " (no login needed)"}`,
  ]);
  return [...lines, `  log     ${log}`].join("\n");
}
