import type { ServiceDeclaration } from "#onvif/operation";
import type { Service } from "#onvif/registry";

/** A service with the state of each of its operations; those without one are not done yet. */
export interface ServiceStates {
  readonly declaration: ServiceDeclaration;
  /** By operation: `done`, or `not offered: why`. */
  readonly states: ReadonlyMap<string, string>;
}

const NOT_YET = "not yet";

/** The states that the handlers of a service tell. */
export function statesOf({ declaration, handlers }: Service): ServiceStates {
  const states = new Map<string, string>();
  for (const [name, handler] of Object.entries(handlers))
    if (handler !== undefined)
      states.set(name, typeof handler === "function" ? "done" : `not offered: ${handler.notOffered}`);
  return { declaration, states };
}

/** docs/services.md: every operation of every declared service, and whether this camera answers it. */
export function servicesPage(services: readonly ServiceStates[]): string {
  const counts = services.map(({ declaration, states }) => {
    const all = Object.keys(declaration.operations).length;
    const done = [...states.values()].filter((state) => state === "done").length;
    return [
      `[${declaration.name}](#${declaration.name.toLowerCase()})`,
      code(declaration.namespace.uri),
      declaration.version,
      `${done} of ${all}`,
      `${states.size - done}`,
    ];
  });
  return `${[
    "# Services",
    "Written from the declarations and the handlers by a test; do not edit. An operation that is not offered, or not yet there, answers `ter:ActionNotSupported`.",
    table(["Service", "Namespace", "Release", "Done", "Not offered"], counts),
    ...services.flatMap(({ declaration, states }) => [
      `## ${declaration.name}`,
      table(
        ["Operation", "Access class", "Specified in", "State"],
        Object.entries(declaration.operations).map(([name, { access, spec, deprecated }]) => [
          name,
          access,
          deprecated === undefined
            ? spec
            : `${spec} (${/^\d/.test(deprecated) ? `deprecated since ${deprecated}` : "deprecated"})`,
          states.get(name) ?? NOT_YET,
        ]),
      ),
    ]),
  ].join("\n\n")}\n`;
}

const code = (text: string): string => `\`${text}\``;

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replace(/\s+/g, " ")).join(" | ")} |`;

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(header), row(header.map(() => "---")), ...rows.map(row)].join("\n");
