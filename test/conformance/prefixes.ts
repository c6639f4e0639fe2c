import * as namespaces from "#onvif/schema/namespaces";

/** The prefix for each namespace URI that our declarations know. */
export const prefixes: ReadonlyMap<string, string> = new Map([
  ["http://www.w3.org/2001/XMLSchema", "xs"],
  ...Object.values(namespaces).map(({ uri, prefix }): [string, string] => [uri, prefix]),
]);
