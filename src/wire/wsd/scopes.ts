import { type Dialect, type Endpoint, matchingRule, type Probe, type ProbedType } from "./messages.js";

/** Whether an endpoint matches a probe: every type and every scope asked for (WS-Discovery §5.1). */
export function matchesProbe(endpoint: Endpoint, probe: Probe): boolean {
  return (
    probe.types.every((type) => hasType(endpoint, type)) &&
    hasScopes(endpoint, probe.scopes, probe.matchBy, probe.dialect)
  );
}

function hasType(endpoint: Endpoint, wanted: ProbedType): boolean {
  return endpoint.types.some(
    ({ namespace, name }) =>
      name === wanted.name && (wanted.namespace === undefined || wanted.namespace === namespace.uri),
  );
}

function hasScopes(
  endpoint: Endpoint,
  wanted: readonly string[],
  matchBy: string | undefined,
  dialect: Dialect,
): boolean {
  const rule = matchingRule(matchBy, dialect);
  switch (rule) {
    case undefined:
    case "ldap":
      return false;
    case "none":
      return endpoint.scopes.length === 0;
    case "strcmp0":
      return wanted.every((scope) => endpoint.scopes.includes(scope));
    case "uuid":
      return wanted.every((scope) => endpoint.scopes.some((own) => own.toLowerCase() === scope.toLowerCase()));
    case "rfc3986":
      return wanted.every((scope) => endpoint.scopes.some((own) => isUnder(own, scope)));
  }
}

const PARTS = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)/;

/**
 * The RFC 3986 rule: scheme and authority are equal without regard to case, and the wanted path's segments are the
 * first ones of the own path. Percent-encoding does not make a difference, nor does a final slash; a wanted path with
 * `.` or `..` matches nothing.
 */
export function isUnder(own: string, wanted: string): boolean {
  const a = PARTS.exec(own);
  const b = PARTS.exec(wanted);
  if (!a || !b) return false;
  const [, scheme = "", authority = "", path = ""] = a;
  const [, wantedScheme = "", wantedAuthority = "", wantedPath = ""] = b;
  if (scheme.toLowerCase() !== wantedScheme.toLowerCase()) return false;
  if (authority.toLowerCase() !== wantedAuthority.toLowerCase()) return false;
  const has = segments(path);
  const wants = segments(wantedPath);
  return wants.every((segment, index) => segment !== "." && segment !== ".." && segment === has[index]);
}

const segments = (path: string): readonly string[] =>
  path
    .replace(/^\/|\/$/g, "")
    .split("/")
    .filter((segment, _, all) => all.length > 1 || segment !== "")
    .map(decoded);

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
