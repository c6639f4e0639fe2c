import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { clark } from "#xml/qname";
import type { XmlElement } from "#xml/tree";
import { expand, expandedAttribute, filesBelow, named, readDocument } from "./official-documents.js";
import type { ComplexShape, MemberShape, Shape, TypeUse } from "./type-shape.js";

const XS = "http://www.w3.org/2001/XMLSchema";
const WSDL = "http://schemas.xmlsoap.org/wsdl/";
const SOAP12 = "http://schemas.xmlsoap.org/wsdl/soap12/";
export interface OfficialOperation {
  readonly request: string;
  readonly response: string;
  readonly action: string | undefined;
}

export interface OfficialPortType {
  readonly namespace: string;
  readonly name: string;
  readonly operations: ReadonlyMap<string, OfficialOperation>;
}

/** The types, elements and services of the official documents, by expanded name `{namespace}name`. */
export class OfficialSchemas {
  readonly #types = new Map<string, XmlElement>();
  readonly #elements = new Map<string, XmlElement>();
  readonly #attributes = new Map<string, XmlElement>();
  readonly #namespaces = new Map<XmlElement, string>();
  readonly #versions = new Map<string, string>();
  readonly portTypes: OfficialPortType[] = [];
  readonly #accessClasses = new Map<string, string>();

  /** @param prefixes prefix for each namespace URI, for the names in shapes */
  constructor(
    folder: string,
    private readonly prefixes: ReadonlyMap<string, string>,
  ) {
    const documents = filesBelow(folder).map((file) => readDocument(path.join(folder, file)));
    for (const document of documents)
      if (document.namespace === XS) this.#index(document);
      else if (document.namespace === WSDL)
        for (const types of named(document, WSDL, "types"))
          for (const schema of named(types, XS, "schema")) this.#index(schema);
    this.#indexServices(documents.filter(({ namespace }) => namespace === WSDL));
    this.#readAccessClasses(path.join(folder, "../operations.tsv"));
  }

  /** Release of the schema of a namespace, where it tells. */
  version(namespace: string): string | undefined {
    return this.#versions.get(namespace);
  }

  /** Access class of an operation by the name of its request element; undefined where no document names one. */
  accessClass(requestElement: string): string | undefined {
    return this.#accessClasses.get(requestElement);
  }

  type(name: string): Shape | undefined {
    const found = this.#types.get(name);
    return found && this.#shapeOf(found);
  }

  /** The type of a global element. */
  element(name: string): TypeUse | undefined {
    const found = this.#elements.get(name);
    return found && this.#useOf(found);
  }

  /** `{uri}name` as `prefix:name`. */
  short(expanded: string): string {
    const end = expanded.indexOf("}");
    const uri = expanded.slice(1, Math.max(end, 0));
    return end < 0 ? expanded : `${this.prefixes.get(uri) ?? `{${uri}}`}:${expanded.slice(end + 1)}`;
  }

  #index(schema: XmlElement): void {
    const target = schema.attribute("targetNamespace") ?? "";
    const version = schema.attribute("version");
    if (version !== undefined) this.#versions.set(target, version);
    this.#settle(schema, schema.attribute("elementFormDefault") === "qualified" ? target : "");
    for (const child of schema.children) {
      const name = clark(target, child.attribute("name") ?? "");
      if (child.name === "complexType" || child.name === "simpleType") this.#types.set(name, child);
      else if (child.name === "element") this.#elements.set(name, child);
      else if (child.name === "attribute") this.#attributes.set(name, child);
    }
  }

  /** Notes the namespace that elements declared within types have. */
  #settle(parent: XmlElement, namespace: string): void {
    for (const child of parent.children) {
      if (child.name === "element") this.#namespaces.set(child, namespace);
      this.#settle(child, namespace);
    }
  }

  /** Port types may use messages, and bindings port types, of another document. */
  #indexServices(documents: readonly XmlElement[]): void {
    const target = (document: XmlElement): string => document.attribute("targetNamespace") ?? "";
    const messages = new Map(
      documents.flatMap((document) =>
        named(document, WSDL, "message").map((message) => [
          clark(target(document), message.attribute("name") ?? ""),
          expandedAttribute(message.child("part", WSDL), "element"),
        ]),
      ),
    );
    const messageOf = (io: XmlElement | undefined): string =>
      messages.get(expandedAttribute(io, "message") ?? "") ?? "";
    const actions = new Map<string, string>();
    for (const binding of documents.flatMap((document) => named(document, WSDL, "binding")))
      for (const operation of named(binding, WSDL, "operation")) {
        const action = operation.child("operation", SOAP12)?.attribute("soapAction");
        const portType = expandedAttribute(binding, "type");
        if (action !== undefined) actions.set(`${portType} ${operation.attribute("name")}`, action);
      }
    for (const document of documents)
      for (const portType of named(document, WSDL, "portType")) {
        const namespace = target(document);
        const name = portType.attribute("name") ?? "";
        this.portTypes.push({
          namespace,
          name,
          operations: new Map(
            named(portType, WSDL, "operation").map((operation) => [
              operation.attribute("name") ?? "",
              {
                request: messageOf(operation.child("input", WSDL)),
                response: messageOf(operation.child("output", WSDL)),
                action: actions.get(`${clark(namespace, name)} ${operation.attribute("name")}`),
              },
            ]),
          ),
        });
      }
  }

  /** The table of operations that may stand beside the schemas: columns `request_element` and `access_class`. */
  #readAccessClasses(file: string): void {
    if (!existsSync(file)) return;
    const [header = "", ...rows] = readFileSync(file, "utf8").split("\n");
    const columns = header.split("\t");
    const element = columns.indexOf("request_element");
    const access = columns.indexOf("access_class");
    for (const row of rows) {
      const cells = row.split("\t");
      const value = cells[access];
      if (value !== undefined && value !== "") this.#accessClasses.set(cells[element] ?? "", value);
    }
  }

  #shapeOf(type: XmlElement): Shape {
    return type.name === "simpleType" ? this.#simple(type) : this.#complex(type);
  }

  /** The type of an element or attribute declaration: its `type`, what it holds, or anything. */
  #useOf(declaration: XmlElement, fallback: TypeUse = { kind: "anything" }): TypeUse {
    const name = expandedAttribute(declaration, "type");
    if (name === clark(XS, "anyType")) return { kind: "anything" };
    if (name !== undefined) return this.short(name);
    const inline = declaration.child("complexType", XS) ?? declaration.child("simpleType", XS);
    return inline ? this.#shapeOf(inline) : fallback;
  }

  #simple(type: XmlElement): Shape {
    const restriction = type.child("restriction", XS);
    const list = type.child("list", XS);
    const union = type.child("union", XS);
    if (list) return { kind: "simple", variety: "list", of: this.#named(list, "itemType"), facets: {} };
    if (union) {
      const [only, ...others] = (union.attribute("memberTypes") ?? "").split(/\s+/);
      const members = [only, ...others].map((member) => this.short(expand(union, member ?? "")));
      const [first = ""] = members;
      // A union of one type is the same as a restriction without facets.
      return others.length === 0
        ? { kind: "simple", variety: "restriction", of: first, facets: {} }
        : { kind: "simple", variety: "union", of: members.join(" | "), facets: {} };
    }
    const facets: Record<string, string> = {};
    for (const facet of restriction?.children ?? []) {
      const value = facet.attribute("value");
      if (value === undefined) continue;
      const before = facets[facet.name];
      facets[facet.name] = before === undefined ? value : `${before}, ${value}`;
    }
    return { kind: "simple", variety: "restriction", of: this.#named(restriction, "base"), facets };
  }

  #named(element: XmlElement | undefined, attribute: string): TypeUse {
    const name = expandedAttribute(element, attribute);
    const inline = element?.child("simpleType", XS);
    return name !== undefined ? this.short(name) : inline ? this.#shapeOf(inline) : "nothing";
  }

  #complex(type: XmlElement): Shape {
    const content = type.child("complexContent", XS) ?? type.child("simpleContent", XS);
    const extension = content?.child("extension", XS);
    if (content && !extension) throw new Error(`a ${content.name} that is no extension in ${type.attribute("name")}`);
    const holder = extension ?? type;
    const base = this.#named(extension, "base");
    const particles = new Particles((element) => this.#member(element));
    const group = holder.child("sequence", XS) ?? holder.child("choice", XS) ?? holder.child("all", XS);
    if (group) particles.add(group);
    const attributes = named(holder, XS, "attribute").map((attribute) => this.#attribute(attribute));
    return {
      kind: "complex",
      base: content?.name === "complexContent" && typeof base === "string" ? base : undefined,
      order: particles.order,
      elements: particles.elements,
      attributes,
      isMixed: (content ?? type).attribute("mixed") === "true",
      exclusive: particles.exclusive,
      text: content?.name === "simpleContent" ? base : undefined,
      any: particles.any,
      anyAttribute: holder.child("anyAttribute", XS) !== undefined,
    };
  }

  #member(element: XmlElement): MemberShape {
    const ref = expandedAttribute(element, "ref");
    const target = ref !== undefined ? this.#elements.get(ref) : element;
    if (!target) throw new Error(`${ref} is referred to but not there`);
    const own = clark(this.#namespaces.get(element) ?? "", element.attribute("name") ?? "");
    const max = element.attribute("maxOccurs") ?? "1";
    return {
      name: this.short(ref ?? own),
      min: Number(element.attribute("minOccurs") ?? "1"),
      max: max === "unbounded" ? Infinity : Number(max),
      isNillable: target.attribute("nillable") === "true",
      type: this.#useOf(target),
    };
  }

  #attribute(attribute: XmlElement): MemberShape {
    const ref = expandedAttribute(attribute, "ref");
    const target = ref !== undefined ? this.#attributes.get(ref) : attribute;
    if (!target) throw new Error(`${ref} is referred to but not there`);
    return {
      name: ref !== undefined ? this.short(ref) : (attribute.attribute("name") ?? ""),
      min: attribute.attribute("use") === "required" ? 1 : 0,
      max: 1,
      isNillable: false,
      type: this.#useOf(target, "xs:anySimpleType"),
    };
  }
}

/** Collects what the groups of a complex type hold. */
class Particles {
  order: ComplexShape["order"] = "sequence";
  any: string | undefined;
  readonly elements: MemberShape[] = [];
  readonly exclusive: string[] = [];

  constructor(private readonly member: (element: XmlElement) => MemberShape) {}

  add(group: XmlElement): void {
    const repeated = (group.attribute("maxOccurs") ?? "1") !== "1";
    const optional = group.attribute("minOccurs") === "0";
    if (group.name === "choice" && repeated) this.order = "choice";
    const chosen: string[] = [];
    for (const child of group.children) {
      if (child.name === "element") {
        const member = this.member(child);
        const max = this.order === "choice" ? Infinity : member.max;
        const min = optional || group.name === "choice" ? 0 : member.min;
        chosen.push(member.name);
        this.elements.push({ ...member, min, max });
      } else if (child.name === "any") {
        const max = child.attribute("maxOccurs") ?? "1";
        this.any = `${child.attribute("minOccurs") ?? "1"}..${max === "unbounded" ? "*" : max}`;
      } else if (child.name === "sequence" || child.name === "choice") this.add(child);
    }
    if (group.name === "choice" && !repeated && !optional) this.exclusive.push(chosen.toSorted().join(" "));
  }
}
