import { clark } from "#xml/qname";
import type { Schema } from "#xml/schema";
import type { Call } from "./call.js";
import type { Operation, Operations, RequestOf, ResponseOf, ServiceDeclaration } from "./operation.js";

/** Does what one operation does on this camera: finds the state, calls the model once, maps the result. */
export type Handler<Req, Res> = (request: Req, call: Call) => Res | Promise<Res>;

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
  /** The value of its Capabilities element, and its schema; undefined for a service that has none of its own. */
  readonly capabilities: { readonly schema: Schema; readonly of: (call: Call) => unknown } | undefined;
}

interface Offer<C extends Schema> {
  readonly path: string;
  readonly capabilities?: { readonly schema: C; readonly of: (call: Call) => unknown };
}

/** Binds handlers to a declaration. Operations without a handler answer ter:ActionNotSupported. */
export const implement = <const Ops extends Operations, C extends Schema>(
  declaration: ServiceDeclaration<Ops>,
  offer: Offer<C>,
  handlers: Handlers<Ops>,
): Service => ({
  declaration: declaration as unknown as ServiceDeclaration,
  handlers: handlers as Service["handlers"],
  path: offer.path,
  capabilities: offer.capabilities,
});

/** An operation found from a request: what the standard says and what this camera does. */
export interface BoundOperation {
  readonly service: Service;
  readonly name: string;
  readonly operation: Operation;
  readonly handler: Handler<never, unknown> | NotOffered | undefined;
  /** SOAP action of the request; that of the answer is the same with `Response`. */
  readonly action: string;
}

/** All services of this program. Operations are found by the qualified name of the body's element alone. */
export class ServiceRegistry {
  readonly #operations: ReadonlyMap<string, BoundOperation>;
  readonly #namespaces: ReadonlySet<string>;

  constructor(readonly services: readonly Service[]) {
    this.#namespaces = new Set(services.map(({ declaration }) => declaration.namespace.uri));
    this.#operations = new Map(
      services.flatMap((service) =>
        Object.entries(service.declaration.operations).map(([name, operation]): [string, BoundOperation] => {
          const { uri } = service.declaration.namespace;
          const action = operation.action ?? `${uri}/${name}`;
          return [clark(uri, name), { service, name, operation, handler: service.handlers[name], action }];
        }),
      ),
    );
  }

  find(namespace: string, name: string): BoundOperation | undefined {
    return this.#operations.get(clark(namespace, name));
  }

  hasNamespace(uri: string): boolean {
    return this.#namespaces.has(uri);
  }
}
