import type { Catalogue } from "#onvif/schema/catalogue";
import type { Operation, ServiceDeclaration } from "#onvif/operation";
import { clark } from "#xml/qname";
import { DeclaredShapes } from "./declared-shape.js";
import type { OfficialPortType, OfficialSchemas } from "./official-schemas.js";
import { differences } from "./type-shape.js";

/** Port types of WS-BaseNotification that cameras do not have: the client's, and those that ONVIF has its own for. */
const NOT_A_CAMERAS: readonly string[] = ["NotificationConsumer", "CreatePullPoint", "PullPoint"].map((name) =>
  clark("http://docs.oasis-open.org/wsn/bw-2", name),
);

/**
 * Everything in which our declarations differ from the official schemas, one line each.
 *
 * @param isWanted which names to look at: `tt:Profile` for a type, `trt:GetProfiles` for an operation
 */
export function drift(
  catalogue: Catalogue,
  official: OfficialSchemas,
  prefixes: ReadonlyMap<string, string>,
  isWanted: (name: string) => boolean = () => true,
): string[] {
  const shapes = new DeclaredShapes(catalogue.types, prefixes);
  const found: string[] = [];
  for (const [schema, { namespace, name }] of catalogue.types) {
    const expanded = clark(namespace, name);
    const path = official.short(expanded);
    if (!isWanted(path)) continue;
    const expected = official.type(expanded);
    if (expected) found.push(...differences(path, expected, shapes.shape(schema)));
    else found.push(`${path}: expected nothing / declared a type`);
  }
  for (const service of catalogue.services) found.push(...serviceDrift(service, official, shapes, isWanted));
  found.push(...missingPortTypes(catalogue.services, official, isWanted));
  return found;
}

function serviceDrift(
  service: ServiceDeclaration,
  official: OfficialSchemas,
  shapes: DeclaredShapes,
  isWanted: (name: string) => boolean,
): string[] {
  const { uri, prefix } = service.namespace;
  const portType = official.portTypes.find(({ namespace, name }) => namespace === uri && name === service.name);
  if (!portType) return [`${prefix} port type: expected another name / declared ${service.name}`];
  const found: string[] = [];
  const version = official.version(uri);
  if (version !== undefined && version !== service.version && isWanted(`${prefix}:`))
    found.push(`${prefix} (version): expected ${version} / declared ${service.version}`);
  for (const [name, operation] of Object.entries(service.operations))
    if (isWanted(`${prefix}:${name}`))
      found.push(...operationDrift(service, name, operation, portType, official, shapes));
  for (const name of portType.operations.keys())
    if (!(name in service.operations) && isWanted(`${prefix}:${name}`))
      found.push(`${prefix}:${name}: expected an operation / declared nothing`);
  return found;
}

function operationDrift(
  service: ServiceDeclaration,
  name: string,
  operation: Operation,
  portType: OfficialPortType,
  official: OfficialSchemas,
  shapes: DeclaredShapes,
): string[] {
  const { uri, prefix } = service.namespace;
  const path = `${prefix}:${name}`;
  const expected = portType.operations.get(name);
  if (!expected) return [`${path}: expected nothing / declared an operation`];
  const found: string[] = [];
  const same = (what: string, wanted: string | undefined, declared: string): void => {
    if (wanted !== undefined && wanted !== declared)
      found.push(`${path} (${what}): expected ${wanted} / declared ${declared}`);
  };
  const request = clark(operation.namespace?.uri ?? uri, operation.element ?? name);
  const response = `${request}Response`;
  same("request element", official.short(expected.request), official.short(request));
  same("response element", official.short(expected.response), official.short(response));
  same("soapAction", expected.action, operation.action ?? `${uri}/${name}`);
  same("access", official.accessClass(official.short(expected.request)), operation.access);
  for (const [element, schema] of [
    [expected.request, operation.request],
    [expected.response, operation.response],
  ] as const) {
    const type = official.element(element);
    if (type !== undefined) found.push(...differences(official.short(element), type, shapes.use(schema)));
  }
  return found;
}

/** Port types of a namespace of which another is declared. */
function missingPortTypes(
  services: readonly ServiceDeclaration[],
  official: OfficialSchemas,
  isWanted: (name: string) => boolean,
): string[] {
  return official.portTypes.flatMap(({ namespace, name }) => {
    const siblings = services.filter((service) => service.namespace.uri === namespace);
    const [sibling] = siblings;
    return !sibling ||
      NOT_A_CAMERAS.includes(clark(namespace, name)) ||
      siblings.some((service) => service.name === name) ||
      !isWanted(`${sibling.namespace.prefix}:${name}`)
      ? []
      : [`${sibling.namespace.prefix}:${name}: expected a service with this port type / declared nothing`];
  });
}
