import type { AccessClass } from "#device/access/access-policy";
import type { Infer, Schema, SchemaNamespace } from "#xml/schema";

/** Everything the standard says about one operation. */
export interface Operation<Req extends Schema = Schema, Res extends Schema = Schema> {
  /** Who may call it (Core §5.9.4.3). */
  readonly access: AccessClass;
  /** Where it is specified: `Core 8.3.5`, `Media 5.2.1`. */
  readonly spec: string;
  readonly request: Req;
  readonly response: Res;
  /** Name of the request's element where it is not the operation's; the response's is that + `Response`. */
  readonly element?: string;
  /** Namespace of these elements where it is not the service's. */
  readonly namespace?: SchemaNamespace;
  /** SOAP action where it is not `<namespace>/<operation>`. That of the answer ends in `Response` in place of `Request`. */
  readonly action?: string;
  /** Release that deprecated it. */
  readonly deprecated?: string;
}

export const operation = <Req extends Schema, Res extends Schema>(
  declaration: Operation<Req, Res>,
): Operation<Req, Res> => declaration;

export type Operations = Readonly<Record<string, Operation>>;

/** One ONVIF service as the standard declares it. */
export interface ServiceDeclaration<Ops extends Operations = Operations> {
  readonly namespace: SchemaNamespace;
  /** Name of the service and of its port type: `Device`, `Media`, `PullPointSubscription`. */
  readonly name: string;
  /** Release of the service definition, year and month: `26.06`. */
  readonly version: string;
  readonly operations: Ops;
}

export const declareService = <const Ops extends Operations>(
  service: ServiceDeclaration<Ops>,
): ServiceDeclaration<Ops> => service;

export type RequestOf<O extends Operation> = Infer<O["request"]>;
export type ResponseOf<O extends Operation> = Infer<O["response"]>;
