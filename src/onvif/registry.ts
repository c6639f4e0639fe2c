import { encodeElement, namespacesOf } from "#xml/codec";
import { readXml } from "#xml/reader";
import type { Infer, Schema, SchemaNamespace } from "#xml/schema";
import type { XmlElement } from "#xml/tree";
import { declarations } from "#xml/writer";
import type { Call } from "./call.js";
import type { Operation, Operations, RequestOf, ResponseOf, ServiceDeclaration } from "./operation.js";
import type { Capabilities } from "./schema/tt/capabilities.js";

/** Does what one operation does on this camera: finds the state, calls the model once, maps the result. */
export interface Handler<Req, Res> {
  (request: Req, call: Call): Res | Promise<Res>;
  /** Decodes the request where the camera is not strict: the declared one with what clients leave out harmlessly. */
  readonly accepts?: Schema;
  /** See `ofState`. */
  readonly isOfState?: boolean;
  /** Everybody who is logged in gets to the handler, which knows who may do what. */
  readonly checksCaller?: boolean;
}

/** A handler that also takes requests which lack what the standard requires, as long as the camera is not strict. */
export const accepting = <S extends Schema, Res>(
  accepts: S,
  handler: (request: Infer<S>, call: Call) => Res | Promise<Res>,
): Handler<Infer<S>, Res> => Object.assign((request: Infer<S>, call: Call) => handler(request, call), { accepts });

/**
 * A handler whose answer follows from the request and the state of the device alone, and from nothing that changes
 * without `device.changes` telling it: not from the time, the caller, or the address that the client used. Its answers are
 * kept until something changes (`KeptAnswers`), so it must not change anything itself.
 */
export const ofState = <Req, Res>(handler: (request: Req, call: Call) => Res): Handler<Req, Res> =>
  Object.assign((request: Req, call: Call) => handler(request, call), { isOfState: true });

/** A handler for everybody who is logged in: it finds out itself who may do what. */
export const forAnyCaller = <Req, Res>(handler: (request: Req, call: Call) => Res | Promise<Res>): Handler<Req, Res> =>
  Object.assign((request: Req, call: Call) => handler(request, call), { checksCaller: true });

/** An operation that this camera does not have, and why. */
export interface NotOffered {
  readonly notOffered: string;
}

/** Marks an operation that is not offered; callers get ter:ActionNotSupported, docs/services.md gives the reason. */
export const notSupported = (why: string): NotOffered => ({ notOffered: why });

export type Handlers<Ops extends Operations> = {
  readonly [K in keyof Ops]?: Handler<RequestOf<Ops[K]>, ResponseOf<Ops[K]>> | NotOffered;
};

/** A service as this camera offers it. It holds no state: all cameras of a process share it. */
export interface Service {
  readonly declaration: ServiceDeclaration;
  readonly handlers: Readonly<Record<string, Handler<never, unknown> | NotOffered | undefined>>;
  /** Path of its address on the web server. */
  readonly path: string;
  /** False for a further port type of the service listed at that path; GetServices tells of each service once. */
  readonly isListed: boolean;
  /** The value of its Capabilities element, and its schema; undefined for a service that has none of its own. */
  readonly capabilities: { readonly schema: Schema; readonly of: (call: Call) => unknown } | undefined;
  readonly legacyCapabilities: LegacyCapabilities | undefined;
}

/**
 * What a service adds to the answer of GetCapabilities (Core §8.1.2.4), given its own address. Services that the answer
 * has no place for are told by GetServices alone.
 */
export type LegacyCapabilities = (address: string, call: Call) => Capabilities;

interface Offer<C extends Schema> {
  readonly path: string;
  /** Default true. */
  readonly isListed?: boolean;
  readonly capabilities?: { readonly schema: C; readonly of: (call: Call) => Infer<C> };
  readonly legacyCapabilities?: LegacyCapabilities;
}

/** Binds handlers to a declaration. Operations without a handler answer ter:ActionNotSupported. */
export const implement = <const Ops extends Operations, C extends Schema>(
  declaration: ServiceDeclaration<Ops>,
  offer: Offer<C>,
  handlers: Handlers<Ops>,
): Service => ({
  declaration,
  handlers,
  path: offer.path,
  isListed: offer.isListed ?? true,
  capabilities: offer.capabilities,
  legacyCapabilities: offer.legacyCapabilities,
});

/** The Capabilities element of a service, as GetServices holds it (Core §8.1.2.2); undefined where there is none. */
export function capabilitiesElement({ declaration, capabilities }: Service, call: Call): XmlElement | undefined {
  if (!capabilities) return undefined;
  const { namespace } = declaration;
  const { schema, of } = capabilities;
  const used = new Map([namespace, ...namespacesOf(schema)].map((one) => [one.prefix, one]));
  const text = encodeElement(namespace, "Capabilities", schema, of(call));
  return readXml(`<service${declarations(used.values())}>${text}</service>`).children[0];
}

/** An operation found from a request: what the standard says and what this camera does. */
export interface BoundOperation {
  readonly service: Service;
  readonly name: string;
  readonly operation: Operation;
  /** Name of the request's element; the response's is that + `Response`. */
  readonly element: string;
  /** Namespace of these elements. */
  readonly namespace: SchemaNamespace;
  readonly handler: Handler<never, unknown> | NotOffered | undefined;
  /** SOAP action of the request. */
  readonly action: string;
  /** What user roles call it: by the prefix of its service, or of its elements. */
  readonly functions: readonly string[];
}

/**
 * All services of this program. Operations are found by the qualified name of the body's element alone; where port types
 * share one, they share the handler too, and the first one counts.
 */
export class ServiceRegistry {
  /** By namespace and name of the element. */
  readonly #operations = new Map<string, Map<string, BoundOperation>>();

  constructor(readonly services: readonly Service[]) {
    const operations = services.flatMap((service) =>
      Object.entries(service.declaration.operations).map(([name, operation]): BoundOperation => {
        const own = service.declaration.namespace;
        const { element = name, namespace = own, action = `${own.uri}/${name}` } = operation;
        const functions = [`${own.prefix}:${name}`, `${namespace.prefix}:${name}`];
        return { service, name, operation, element, namespace, handler: service.handlers[name], action, functions };
      }),
    );
    for (const bound of operations.toReversed()) {
      const { namespace, element } = bound;
      const ofNamespace = this.#operations.get(namespace.uri) ?? new Map<string, BoundOperation>();
      this.#operations.set(namespace.uri, ofNamespace.set(element, bound));
    }
  }

  /** The services that clients are told of. */
  get listed(): readonly Service[] {
    return this.services.filter(({ isListed }) => isListed);
  }

  /** The operation whose requests are elements of that name. */
  find(namespace: string, element: string): BoundOperation | undefined {
    return this.#operations.get(namespace)?.get(element);
  }

  /** True when this camera does what the operation with that element asks for. */
  offers(namespace: string, element: string): boolean {
    return typeof this.find(namespace, element)?.handler === "function";
  }

  /** The same for a function of a user role: an operation with the prefix of its service, as in `tds:GetUsers`. */
  offersFunction(name: string): boolean {
    return this.services.some(
      ({ declaration, handlers }) =>
        name.startsWith(`${declaration.namespace.prefix}:`) &&
        typeof handlers[name.slice(declaration.namespace.prefix.length + 1)] === "function",
    );
  }

  hasNamespace(uri: string): boolean {
    return this.#operations.has(uri);
  }
}
