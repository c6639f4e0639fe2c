import type { Operation, ServiceDeclaration } from "./operation.js";
import type { Catalogue } from "./schema/catalogue.js";
import { documentOf, tag, writeSchemas, xsdFile } from "./xsd.js";

const WSDL = "http://schemas.xmlsoap.org/wsdl/";
const SOAP12 = "http://schemas.xmlsoap.org/wsdl/soap12/";
const HTTP_TRANSPORT = "http://schemas.xmlsoap.org/soap/http";

/** Name of the document that describes a service. */
export const wsdlFile = ({ name }: ServiceDeclaration): string => `${name.toLowerCase()}.wsdl`;

/**
 * The WSDL 1.1 documents of all services and the XML Schema documents that they import, by file name. They refer to
 * each other by these names alone, so they work wherever they stand together.
 */
export const writeDocuments = (catalogue: Catalogue): ReadonlyMap<string, string> =>
  new Map([
    ...writeSchemas(catalogue),
    ...catalogue.services.map((service): [string, string] => [wsdlFile(service), writeWsdl(service)]),
  ]);

/** One service: its messages, port type and SOAP 1.2 binding (document, literal). */
export function writeWsdl(service: ServiceDeclaration): string {
  const { namespace, name } = service;
  const operations = Object.entries(service.operations);
  const own = (local: string): string => `${namespace.prefix}:${local}`;
  const homes = new Map(operations.map(([, { namespace: { prefix, uri } = namespace }]) => [prefix, { prefix, uri }]));
  const prefixes = new Map([namespace, ...homes.values()].map(({ prefix, uri }) => [`xmlns:${prefix}`, uri]));
  const binding = `${name}Binding`;
  return documentOf(
    tag(
      "wsdl:definitions",
      {
        "xmlns:wsdl": WSDL,
        "xmlns:soap": SOAP12,
        "xmlns:xs": "http://www.w3.org/2001/XMLSchema",
        ...Object.fromEntries(prefixes),
        targetNamespace: namespace.uri,
        name,
      },
      [
        ...tag(
          "wsdl:types",
          {},
          tag(
            "xs:schema",
            {},
            [...homes.values()].flatMap((home) =>
              tag("xs:import", { namespace: home.uri, schemaLocation: xsdFile(home) }),
            ),
          ),
        ),
        ...operations.flatMap(([key, { element = key, namespace: { prefix } = namespace }]) => [
          ...message(`${key}Request`, `${prefix}:${element}`),
          ...message(`${key}Response`, `${prefix}:${element}Response`),
        ]),
        ...tag(
          "wsdl:portType",
          { name },
          operations.flatMap(([key]) =>
            tag("wsdl:operation", { name: key }, [
              ...tag("wsdl:input", { message: own(`${key}Request`) }),
              ...tag("wsdl:output", { message: own(`${key}Response`) }),
            ]),
          ),
        ),
        ...tag("wsdl:binding", { name: binding, type: own(name) }, [
          ...tag("soap:binding", { style: "document", transport: HTTP_TRANSPORT }),
          ...operations.flatMap(([key, operation]) => bound(key, actionOf(service, key, operation))),
        ]),
      ],
    ),
  );
}

const actionOf = ({ namespace }: ServiceDeclaration, name: string, operation: Operation): string =>
  operation.action ?? `${namespace.uri}/${name}`;

const message = (name: string, element: string): string[] =>
  tag("wsdl:message", { name }, tag("wsdl:part", { name: "parameters", element }));

const bound = (name: string, soapAction: string): string[] =>
  tag("wsdl:operation", { name }, [
    ...tag("soap:operation", { soapAction }),
    ...tag("wsdl:input", {}, tag("soap:body", { use: "literal" })),
    ...tag("wsdl:output", {}, tag("soap:body", { use: "literal" })),
  ]);
