import { createHash } from "node:crypto";
import { cameraEvents } from "#camera/events";
import { Listeners } from "#camera/listeners";
import { cameraLogins } from "#camera/logins";
import type { Change } from "#device/change";
import { createDevice, type Device } from "#device/device";
import type { DeviceSetup } from "#device/setup";
import type { User } from "#device/users";
import { type AuthenticationPolicy, RequestAuthentication } from "#onvif/authenticate";
import type { CameraEvents } from "#onvif/call";
import { SoapEndpoint } from "#onvif/endpoint";
import type { Operations, RequestOf, ResponseOf, ServiceDeclaration } from "#onvif/operation";
import { type Service, ServiceRegistry } from "#onvif/registry";
import { Device as DeviceDeclaration } from "#onvif/schema/device/service";
import * as namespaces from "#onvif/schema/namespaces";
import { services as allServices } from "#onvif/services/index";
import { RelayDelays } from "#simulation/relay-delays";
import { SerialLoopback } from "#simulation/serial-loopback";
import { type Logger, silentLogger } from "#util/log";
import { Scope } from "#util/scope";
import { Authenticator, type OfferedChallenge } from "#wire/digest/authenticator";
import { parseChallenges } from "#wire/digest/challenge";
import type { DigestAlgorithm } from "#wire/digest/algorithm";
import { NonceKeeper } from "#wire/digest/nonce";
import { respond } from "#wire/digest/respond";
import { sameTarget } from "#wire/digest/uri-match";
import { isRelated, readRelated } from "#wire/mime/related";
import { SOAP_11, SOAP_12, type SoapVersion } from "#wire/soap/envelope";
import { WSSE, WSU } from "#wire/soap/security";
import { decode, encodeElement } from "#xml/codec";
import { readXml } from "#xml/reader";
import type { XmlElement } from "#xml/tree";
import { declarations } from "#xml/writer";
import { aDeviceSetup, noon } from "./a-device.js";
import { type FakeHost, fakeHost } from "./fake-host.js";
import { MaintenanceOrders } from "./maintenance-orders.js";
import { record } from "./soap-oracle.js";

/** One user of each level that can log in. */
export const theUsers = {
  administrator: { username: "admin", password: "admin", level: "Administrator" },
  operator: { username: "olga", password: "operate it", level: "Operator" },
  user: { username: "uma", password: "just looking", level: "User" },
} as const satisfies Record<string, User>;

export interface CameraOptions {
  readonly setup?: Partial<DeviceSetup>;
  readonly services?: readonly Service[];
  readonly policy?: Partial<AuthenticationPolicy>;
  readonly challenges?: readonly OfferedChallenge[];
  readonly nonceLifetimeMs?: number;
  readonly strict?: boolean;
  readonly openProfiles?: boolean;
  readonly log?: Logger;
  /** Certificates of those who are notified are checked. */
  readonly notifyCheck?: boolean;
}

/** The SOAP side of a camera, on a fake host. */
export interface TestCamera {
  readonly host: FakeHost;
  readonly device: Device;
  readonly events: CameraEvents;
  readonly maintenance: MaintenanceOrders;
  readonly listeners: Listeners;
  readonly serialLines: SerialLoopback;
  readonly registry: ServiceRegistry;
  readonly endpoint: SoapEndpoint;
  /** What the device has told. */
  readonly changes: readonly Change[];
}

const CHALLENGES: readonly OfferedChallenge[] = [
  { scheme: "digest", algorithm: "MD5", qop: true },
  { scheme: "digest", algorithm: "SHA-256", qop: true },
];

/** A camera with `theUsers`, who must log in, and every service. Its clock starts at noon of 2026-01-15. */
export function aCamera(options: CameraOptions = {}): TestCamera {
  const host = fakeHost({ wallMs: noon });
  const device = createDevice(aDeviceSetup({ users: Object.values(theUsers), ...options.setup }), () =>
    host.clock.now(),
  );
  const changes: Change[] = [];
  device.changes.subscribe((change) => changes.push(change));
  const registry = new ServiceRegistry(options.services ?? allServices);
  const logins = cameraLogins(device, host.clock);
  const lifetimeMs = options.nonceLifetimeMs ?? 300_000;
  const authenticator = new Authenticator(new NonceKeeper(host.entropy.bytes(32), { lifetimeMs }), {
    realm: "camera",
    challenges: options.challenges ?? CHALLENGES,
    uriMatch: sameTarget,
    password: (name) => logins.password(name),
    guard: logins.guard,
  });
  const authentication = new RequestAuthentication(
    {
      required: true,
      style: "both",
      createdSkewMs: 300_000,
      replayCheck: false,
      bearer: () => (device.security.jwt.isOn ? (token) => device.security.jwt.check(token) : undefined),
      ...options.policy,
    },
    { digest: authenticator, account: (username) => device.account(username), guard: logins.guard },
    { now: () => device.clock.now(), monotonic: () => host.clock.monotonic() },
  );
  const log = options.log ?? silentLogger;
  const scope = new Scope();
  const eventOptions = { defaultLifeMs: 60_000, notifyAnywhere: false, notifyCheck: options.notifyCheck ?? false };
  const events = cameraEvents(host, device, eventOptions, log, scope);
  const maintenance = new MaintenanceOrders();
  // There is nobody to listen for.
  const listeners = new Listeners(device.network, () => Promise.resolve(() => {}));
  scope.own(new RelayDelays(device, host.clock));
  const serialLines = scope.own(new SerialLoopback(device.io.serialPorts, host.clock));
  const camera = { device, events, maintenance, listeners, serialLines, registry };
  const endpoint = new SoapEndpoint(
    camera,
    authentication,
    { strict: options.strict ?? false, openProfiles: options.openProfiles ?? false },
    log,
  );
  return { host, ...camera, endpoint, changes };
}

/** Who sends a request, and how. */
export interface SoapOptions {
  /** Default: the administrator. */
  readonly user?: { readonly username: string; readonly password: string } | "nobody";
  /** How the user logs in: a UsernameToken (default), HTTP Digest with that hash, or both. */
  readonly by?: "token" | DigestAlgorithm | "both";
  readonly version?: SoapVersion;
  /** Header blocks as text. */
  readonly header?: string;
  /** Default: the address of the device service on the camera. */
  readonly reachedAt?: string;
  readonly authorization?: string;
  /** Aborted when the client goes; it stays unless given. */
  readonly signal?: AbortSignal;
  /** Where the client is; 192.0.2.99 unless given. */
  readonly peer?: string;
}

/** A request by the name of its operation, with the text of its content. */
export interface SoapCall {
  /** Default: the device service. */
  readonly service?: Pick<ServiceDeclaration, "namespace">;
  readonly operation: string;
  readonly content?: string;
}

/** An answer, taken apart. */
export interface SoapReply {
  readonly status: number;
  readonly contentType: string;
  readonly challenges: readonly string[];
  /** What came beside the message, by Content-ID. */
  readonly parts: ReadonlyMap<string, Uint8Array>;
  readonly text: string;
  readonly envelope: XmlElement;
  /** Header blocks. */
  readonly headers: readonly XmlElement[];
  /** The one element of the body. */
  readonly body: XmlElement;
  /** `Sender InvalidArgVal NoProfile`: code and subcodes; undefined where the answer is no fault. */
  readonly fault: string | undefined;
  readonly reason: string;
  /** The element in a fault's Detail. */
  readonly detail: XmlElement | undefined;
}

/** Where clients reach the camera unless told otherwise. */
export const ADDRESS = "http://192.0.2.10:8000/onvif/device_service";

/** Sends a request, given as the text of the Body or as a call, and reads the answer. */
export async function soap(
  camera: TestCamera,
  request: string | SoapCall,
  options: SoapOptions = {},
): Promise<SoapReply> {
  const { user = theUsers.administrator, by = "token" } = options;
  const body = typeof request === "string" ? request : textOf(request);
  const token =
    user !== "nobody" && (by === "token" || by === "both")
      ? usernameToken({ ...user, created: new Date(camera.device.clock.now()).toISOString() })
      : "";
  const message = envelopeOf(body, (options.header ?? "") + token, options.version);
  if (user === "nobody" || by === "token" || options.authorization !== undefined) return send(camera, message, options);
  const challenged = await send(camera, envelopeOf(body, "", options.version), {
    ...options,
    authorization: undefined,
  });
  const offered = parseChallenges(challenged.challenges);
  const challenge = offered.find((one) => one.scheme === "digest" && (by === "both" || one.algorithm === by));
  if (!challenge) return challenged;
  const uri = new URL(options.reachedAt ?? ADDRESS).pathname;
  const authorization = respond(challenge, user, { method: "POST", uri }, 1, "0a4f113b");
  return send(camera, message, { ...options, authorization });
}

/**
 * Calls an operation with a typed request and reads the typed answer, held strictly to its schema. Throws for a fault.
 */
export async function call<const Ops extends Operations, K extends keyof Ops & string>(
  camera: TestCamera,
  service: ServiceDeclaration<Ops>,
  operation: K,
  request: RequestOf<Ops[K]>,
  options: SoapOptions = {},
): Promise<ResponseOf<Ops[K]>> {
  const { namespace, operations } = service;
  const declared = operations[operation];
  if (!declared) throw new Error(`no operation ${operation}`);
  const { element = operation, namespace: home = namespace } = declared;
  const reply = await soap(camera, encodeElement(home, element, declared.request, request), options);
  if (reply.fault !== undefined) throw new Error(`${operation}: ${reply.fault}: ${reply.reason}`);
  return decode(declared.response, reply.body, { strict: true }) as ResponseOf<Ops[K]>;
}

/** Sends a message as it is. */
export async function send(
  { endpoint }: TestCamera,
  message: string | Uint8Array,
  options: Pick<SoapOptions, "reachedAt" | "signal" | "peer"> & {
    readonly authorization?: string | undefined;
    readonly contentType?: string;
  } = {},
): Promise<SoapReply> {
  const { origin, pathname } = new URL(options.reachedAt ?? ADDRESS);
  const { status, contentType, challenges, body } = await endpoint.handle({
    body: typeof message === "string" ? Buffer.from(message) : message,
    contentType: options.contentType,
    method: "POST",
    target: pathname,
    authorization: options.authorization,
    reachedAt: new URL(`${origin}/`),
    isSecure: origin.startsWith("https:"),
    peer: options.peer ?? "192.0.2.99",
    signal: options.signal ?? new AbortController().signal,
  });
  const related = isRelated(contentType) ? readRelated(contentType, Buffer.from(body)) : undefined;
  const text = Buffer.from(related?.root ?? body).toString();
  return { status, contentType, challenges, parts: related?.parts ?? new Map<string, never>(), ...takeApart(text) };
}

/** A SOAP message around the text of a body, with all prefixes of the standard declared. */
export function envelopeOf(body: string, header = "", version: SoapVersion = "1.2"): string {
  const soapUri = version === "1.2" ? SOAP_12 : SOAP_11;
  const head = header === "" ? "" : `<s:Header>${header}</s:Header>`;
  return `<s:Envelope xmlns:s="${soapUri}"${declarations(Object.values(namespaces))}>${head}<s:Body>${body}</s:Body></s:Envelope>`;
}

export interface TokenOptions {
  readonly username: string;
  readonly password: string;
  readonly created?: string;
  readonly nonce?: Uint8Array;
  readonly type?: "digest" | "text";
}

/** A Security header with a UsernameToken (UsernameToken Profile 1.0). */
export function usernameToken({ username, password, created = "", ...options }: TokenOptions): string {
  const { nonce = Buffer.from("a test's nonce"), type = "digest" } = options;
  const digest = createHash("sha1").update(nonce).update(created).update(password).digest("base64");
  const profile = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0";
  return (
    `<wsse:Security s:mustUnderstand="1" xmlns:wsse="${WSSE}" xmlns:wsu="${WSU}"><wsse:UsernameToken>` +
    `<wsse:Username>${username}</wsse:Username>` +
    (type === "digest"
      ? `<wsse:Password Type="${profile}#PasswordDigest">${digest}</wsse:Password>`
      : `<wsse:Password Type="${profile}#PasswordText">${password}</wsse:Password>`) +
    (nonce.length > 0 ? `<wsse:Nonce>${Buffer.from(nonce).toString("base64")}</wsse:Nonce>` : "") +
    (created === "" ? "" : `<wsu:Created>${created}</wsu:Created>`) +
    `</wsse:UsernameToken></wsse:Security>`
  );
}

const textOf = ({ service = DeviceDeclaration, operation, content = "" }: SoapCall): string => {
  const { prefix, uri } = service.namespace;
  return `<${prefix}:${operation} xmlns:${prefix}="${uri}">${content}</${prefix}:${operation}>`;
};

function takeApart(text: string): Omit<SoapReply, "status" | "contentType" | "challenges" | "parts"> {
  const envelope = readXml(text);
  const body = envelope.child("Body")?.children[0];
  if (!body) throw new Error(`the answer's Body is empty: ${text}`);
  // There is no schema for the services that a test makes up.
  if (body.name === "Fault" || Object.values(namespaces).some(({ uri }) => uri === body.namespace))
    record(body.name.replace(/Response$/, ""), text);
  return {
    text,
    envelope,
    headers: envelope.child("Header")?.children ?? [],
    body,
    fault: body.name === "Fault" ? codesOf(body).join(" ") : undefined,
    reason: (body.child("Reason")?.child("Text") ?? body.child("faultstring"))?.text ?? "",
    detail: (body.child("Detail") ?? body.child("detail"))?.children[0],
  };
}

function codesOf(fault: XmlElement): string[] {
  const codes: string[] = [];
  const local = (value: string | undefined): string => value?.replace(/^.*:/, "") ?? "";
  const legacy = fault.child("faultcode");
  if (legacy) return [local(legacy.text), ...(fault.child("detail")?.children.map(({ name }) => name) ?? [])];
  for (let code = fault.child("Code"); code; code = code.child("Subcode")) codes.push(local(code.child("Value")?.text));
  return codes;
}
