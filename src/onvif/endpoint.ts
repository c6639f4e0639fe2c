import type { AccessClass } from "#device/access/access-policy";
import { DecodeError, type Facts, messageOf, Refusal } from "#util/errors";
import type { Logger } from "#util/log";
import { contentIdOf, contentIdUrl, isRelated, readRelated, type RelatedPart, writeRelated } from "#wire/mime/related";
import {
  type Addressing,
  readAddressing,
  SOAP_FAULT_ACTION,
  WSA_10,
  WSA_2004,
  writeReplyAddressing,
} from "#wire/soap/addressing";
import {
  type Envelope,
  mustUnderstand,
  envelopeOf,
  soapContentType,
  soapNamespace,
  type SoapVersion,
  varyingElements,
  writeEnvelope,
} from "#wire/soap/envelope";
import { faultStatus, writeFault } from "#wire/soap/fault";
import { WSSE } from "#wire/soap/security";
import { decode, encodeElement, namespacesOf } from "#xml/codec";
import { KnownDocuments } from "#xml/known-documents";
import type { XmlElement } from "#xml/tree";
import { mayCall } from "./access.js";
import type { RequestAuthentication } from "./authenticate.js";
import type { Call, Caller, CameraPorts, LoginMethods } from "./call.js";
import { actionNotSupported, faultOf, OnvifFault } from "./faults.js";
import { type KeptAnswer, KeptAnswers } from "./kept-answers.js";
import type { BoundOperation, Handler } from "./registry.js";

/** One SOAP message as HTTP brought it. */
export interface SoapRequest {
  readonly body: Uint8Array;
  /** Media type of the body, with its parameters. */
  readonly contentType?: string | undefined;
  readonly method: string;
  /** Request target as the client wrote it. */
  readonly target: string;
  readonly authorization: string | undefined;
  /** Scheme, host and port by which the client reached us. */
  readonly reachedAt: URL;
  readonly peer: string;
  /** Under TLS that wants certificates of clients: the name by which this one is known. */
  readonly clientName?: string | undefined;
  /** Whether it has come by TLS. */
  readonly isSecure?: boolean;
  readonly signal: AbortSignal;
}

/** What HTTP sends back. */
export interface SoapAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
  /** Values of WWW-Authenticate, one header line each. */
  readonly challenges: readonly string[];
}

/** Somebody has called, or was not let in, where more is at stake than reading. */
export interface Access {
  readonly peer: string;
  readonly user: string | undefined;
  readonly operation: string;
  /** Why it was refused; undefined for what was done. */
  readonly refused?: string;
}

export interface EndpointOptions {
  /** Refuse what harmless clients get wrong (see `DecodeOptions.strict`). */
  readonly strict: boolean;
  /** Profiles may be created and deleted without a login. */
  readonly openProfiles: boolean;
  /** Is told who comes. */
  readonly accessed?: (access: Access) => void;
  /** Where it is said that a request was refused; the log unless given. */
  readonly refusals?: Pick<Logger, "isOn"> & { debug(message: string, facts: Facts): void };
}

const NOBODY: Caller = { name: undefined, level: "Anonymous", roles: [] };
/** What some recorders try before they log in. */
const PROFILE_OPERATIONS: readonly string[] = ["CreateProfile", "DeleteProfile"];

/** Most UTF-16 units of a request, most elements, deepest nesting. */
const LIMITS = { maxLength: 1 << 20, maxDepth: 48, maxElements: 20_000, maxAttributes: 128 };

/**
 * Answers the SOAP requests of one camera. Authentication comes before the decoding of the body's content, so that
 * those who may not call an operation cannot exercise its decoder; faults are written in one place.
 */
export class SoapEndpoint {
  readonly #kept: KeptAnswers;
  readonly #documents = new KnownDocuments(varyingElements, LIMITS);

  constructor(
    private readonly camera: CameraPorts,
    private readonly authentication: RequestAuthentication,
    private readonly options: EndpointOptions,
    private readonly log: Logger,
  ) {
    this.#kept = new KeptAnswers(camera.device.changes);
  }

  /** The answer, at once where the operation has it at once. Whatever goes wrong becomes a fault. */
  handle(request: SoapRequest): SoapAnswer | Promise<SoapAnswer> {
    let envelope: Envelope | undefined;
    try {
      // libcurl with Digest sends its body only after the challenge; without one it gives up.
      if (request.body.length === 0 && request.authorization === undefined)
        throw new NotAuthenticated("the request has no body", false);
      const related = isRelated(request.contentType)
        ? readRelated(request.contentType ?? "", asBuffer(request.body))
        : undefined;
      envelope = envelopeOf(this.#documents.read(related?.root ?? request.body));
      const { headers, body, version } = envelope;
      refuseUnknownHeaders(headers, version);
      if (!body) throw new OnvifFault("Sender", ["InvalidArgs"], "the SOAP Body is empty");
      const bound = this.#find(body);
      const caller = this.#admit(bound, headers, request);
      const call = new SoapCall(this.camera, caller, this.authentication, headers, request, related?.parts);
      const content = this.#call(bound, body, call);
      const answer = (made: string | KeptAnswer): SoapAnswer => {
        if (isTold(bound.operation.access)) this.#tell(request, bound, caller.name);
        return writeAnswer(bound, made, version, headers, call.attached);
      };
      if (!(content instanceof Promise)) return answer(content);
      return content.then(answer).catch((error: unknown) => this.#fault(error, envelope, request));
    } catch (error) {
      return this.#fault(error, envelope, request);
    }
  }

  #find(body: XmlElement): BoundOperation {
    const { registry } = this.camera;
    const bound = registry.find(body.namespace, body.name);
    if (bound) return bound;
    throw actionNotSupported(
      registry.hasNamespace(body.namespace)
        ? `${body.name} is not an operation of ${body.namespace}`
        : `no service of the namespace ${body.namespace || "(none)"} is here`,
    );
  }

  #admit(bound: BoundOperation, headers: readonly XmlElement[], request: SoapRequest): Caller {
    const { access } = bound.operation;
    if (access === "PRE_AUTH") return NOBODY;
    const result = this.authentication.authenticate({
      headers,
      authorization: request.authorization,
      method: request.method,
      target: request.target,
      clientName: request.clientName,
      isSecure: request.isSecure ?? false,
      from: request,
    });
    if (result.outcome === "forbidden") throw new Forbidden(result.reason);
    const policy = this.camera.device.access;
    if (result.outcome === "refused") {
      if (mayCall(policy, NOBODY, bound) || this.#isOpen(bound)) return NOBODY;
      if (!result.isBare && !result.stale) this.#tell(request, bound, undefined, result.reason);
      throw new NotAuthenticated(result.reason, result.stale, result.isBearer);
    }
    const { caller } = result;
    const { handler } = bound;
    const checksItself = typeof handler === "function" && handler.checksCaller === true;
    if (!checksItself && !mayCall(policy, caller, bound)) {
      const reason = `a user of the level ${caller.level} may not call ${bound.name}`;
      this.#tell(request, bound, caller.name, reason);
      throw result.by ? new Forbidden(reason, result.by === "token") : new NotAuthenticated(reason, false);
    }
    return caller;
  }

  #isOpen({ name, operation }: BoundOperation): boolean {
    return this.options.openProfiles && PROFILE_OPERATIONS.includes(name) && operation.access === "ACTUATE";
  }

  #tell({ peer }: SoapRequest, { name }: BoundOperation, user: string | undefined, refused?: string): void {
    this.options.accessed?.({ peer, user, operation: name, ...(refused !== undefined && { refused }) });
  }

  /** The element of the answer. */
  #call(bound: BoundOperation, body: XmlElement, call: SoapCall): string | KeptAnswer | Promise<string> {
    const { handler, name, operation } = bound;
    if (!handler) throw actionNotSupported(`${name} is not implemented yet`);
    if ("notOffered" in handler) {
      throw actionNotSupported(`${name} is not offered: ${handler.notOffered}`);
    }
    const { strict } = this.options;
    const value = decode(strict ? operation.request : (handler.accepts ?? operation.request), body, { strict });
    // The registry pairs each handler with the declaration that its types were inferred from.
    const run = handler as Handler<unknown, unknown>;
    if (run.isOfState) return this.#kept.answer(bound, value, () => encodeAnswer(bound, run(value, call)));
    const result = run(value, call);
    return result instanceof Promise
      ? result.then((answer) => encodeAnswer(bound, answer))
      : encodeAnswer(bound, result);
  }

  /** Values of WWW-Authenticate that go with a refusal. */
  #challenges(error: unknown, request: SoapRequest): readonly string[] {
    const isSecure = request.isSecure ?? false;
    if (error instanceof NotAuthenticated)
      return this.authentication.challenges(error.stale, isSecure, error.isBearer ? "invalid_token" : undefined);
    if (error instanceof Forbidden && error.byToken)
      return this.authentication.challenges(false, isSecure, "insufficient_scope").slice(-1);
    return [];
  }

  #report(error: unknown, body: string | undefined, reason: string, request: SoapRequest): void {
    const { log } = this;
    const { refusals = log } = this.options;
    // To find out the client's address costs more than the line.
    if (!isExpected(error))
      log.error("a SOAP request failed", {
        peer: request.peer,
        body,
        error: messageOf(error),
        stack: stackOf(error),
      });
    else if (refusals.isOn("debug")) refusals.debug("a SOAP request was refused", { peer: request.peer, body, reason });
  }

  #fault(error: unknown, envelope: Envelope | undefined, request: SoapRequest): SoapAnswer {
    const version = envelope?.version ?? "1.2";
    const body = envelope?.body?.name;
    const fault = faultOf(error);
    this.#report(error, body, fault.reason, request);
    const challenges = this.#challenges(error, request);
    const addressing = envelope && readAddressing(envelope.headers);
    return {
      status: error instanceof Forbidden ? 403 : challenges.length > 0 ? 401 : faultStatus(fault, version),
      contentType: soapContentType(version),
      body: writeEnvelope(
        version,
        [],
        addressing ? writeReplyAddressing(addressing, SOAP_FAULT_ACTION) : "",
        writeFault(fault, version),
      ),
      challenges,
    };
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Whether a call of that class is worth a line in the camera's own log: it changes something, or tells a secret. */
const isTold = (access: AccessClass): boolean =>
  access !== "PRE_AUTH" && !/^READ_(SYSTEM|SYSTEM_SENSITIVE|MEDIA)$/.test(access);
/** One call. What few handlers ask for is worked out when it is asked for. */
class SoapCall implements Call {
  /** What goes beside the answer. */
  readonly attached: RelatedPart[] = [];

  constructor(
    readonly camera: CameraPorts,
    readonly caller: Caller,
    readonly login: LoginMethods,
    private readonly headers: readonly XmlElement[],
    private readonly request: SoapRequest,
    private readonly parts: ReadonlyMap<string, Uint8Array> | undefined,
  ) {}

  get reachedAt(): URL {
    return this.request.reachedAt;
  }

  get path(): string {
    return pathOf(this.request.target);
  }

  get to(): string | undefined {
    return readAddressing(this.headers)?.to;
  }

  attachment(href: string): Uint8Array | undefined {
    return this.parts?.get(contentIdOf(href) ?? "");
  }

  attach(data: Uint8Array, contentType: string): string {
    const id = `part-${this.attached.length + 1}`;
    this.attached.push({ id, contentType, data });
    return contentIdUrl(id);
  }

  get peer(): string {
    return this.request.peer;
  }

  get signal(): AbortSignal {
    return this.request.signal;
  }
}

/** The path of a request target in either of its forms (RFC 9112 §3.2). */
const pathOf = (target: string): string => target.replace(/^https?:\/\/[^/?]*/i, "").replace(/\?.*$/s, "");

/** The caller has not proved to be somebody who may call this; answered with a challenge where the camera speaks HTTP Digest. */
class NotAuthenticated extends OnvifFault {
  constructor(
    reason: string,
    readonly stale: boolean,
    /** It was a token that was not good. */
    readonly isBearer = false,
  ) {
    super("Sender", ["NotAuthorized"], reason);
  }
}

/** The certificate or the token says who the caller is, and that one may not (Security §5.3.2, RFC 6750 §3.1). */
class Forbidden extends OnvifFault {
  constructor(
    reason: string,
    readonly byToken = false,
  ) {
    super("Sender", ["NotAuthorized"], reason);
  }
}

const isExpected = (error: unknown): boolean =>
  error instanceof OnvifFault || error instanceof Refusal || error instanceof DecodeError;

const stackOf = (error: unknown): string | undefined => (error instanceof Error ? error.stack : undefined);

const encodeAnswer = ({ namespace, element, operation }: BoundOperation, result: unknown): string =>
  encodeElement(namespace, `${element}Response`, operation.response, result);

function writeAnswer(
  bound: BoundOperation,
  content: string | KeptAnswer,
  version: SoapVersion,
  headers: readonly XmlElement[],
  attached: readonly RelatedPart[],
): SoapAnswer {
  const addressing = readAddressing(headers);
  const contentType = soapContentType(version);
  const write = (element: string): string => writeMessage(bound, element, version, addressing);
  if (typeof content !== "string" && !addressing)
    return { status: 200, contentType, body: content.message(version, write), challenges: [] };
  const message = write(typeof content === "string" ? content : content.element);
  if (attached.length === 0) return { status: 200, contentType, body: message, challenges: [] };
  return { status: 200, ...writeRelated(message, contentType, attached), challenges: [] };
}

function writeMessage(
  { namespace, action, operation }: BoundOperation,
  content: string,
  version: SoapVersion,
  addressing: Addressing | undefined,
): string {
  const used = namespacesOf(operation.response);
  const namespaces = used.some(({ prefix }) => prefix === namespace.prefix) ? used : [namespace, ...used];
  const header = addressing ? writeReplyAddressing(addressing, `${action.replace(/Request$/, "")}Response`) : "";
  return writeEnvelope(version, namespaces, header, content);
}

/**
 * Header blocks for us that must be understood are refused unless they are of WS-Security or WS-Addressing (SOAP 1.2
 * part 1 §5.2.3, SOAP 1.1 §4.2.3).
 */
function refuseUnknownHeaders(headers: readonly XmlElement[], version: SoapVersion): void {
  const known = (namespace: string): boolean => namespace === WSSE || namespace === WSA_10 || namespace === WSA_2004;
  const strange = headers.find(
    (block) =>
      mustUnderstand(block, version) &&
      isForUs(block, version) &&
      !known(block.namespace) &&
      // Clients put the block into other namespaces by mistake, and its content proves itself.
      block.name !== "Security",
  );
  if (strange) throw new OnvifFault("MustUnderstand", [], `the header ${strange.name} is not understood`);
}

/** False for a block that names another role than the one that receives the message (SOAP 1.2 part 1 §2.2). */
function isForUs(block: XmlElement, version: SoapVersion): boolean {
  const namespace = soapNamespace(version);
  const role = block.attribute(version === "1.2" ? "role" : "actor", namespace)?.trim() ?? "";
  return role === "" || role.endsWith("/next") || role.endsWith("/ultimateReceiver");
}
