import type { Entitled } from "#device/access/access";
import type { Device } from "#device/device";
import { localStreamName } from "#device/media/stream-reference";
import type { Files } from "#host/files";
import type { Route } from "#http/router";
import { plain, WebError, type WebAnswer, type WebHandler, type WebRequest } from "#http/web";
import type { SoapAnswer, SoapEndpoint, SoapRequest } from "#onvif/endpoint";
import type { ServiceRegistry } from "#onvif/registry";
import { CodedError, Refusal } from "#util/errors";
import { isRelated } from "#wire/mime/related";
import { type PublicAddress, toldAddress } from "./public-address.js";
import type { Snapshots } from "./snapshot.js";
import type { WebLogins } from "./web-logins.js";

/** The functions that tell the addresses of snapshots, for roles. */
const SNAPSHOT_ADDRESSES: readonly string[] = ["trt:GetSnapshotUri", "tr2:GetSnapshotUri"];

/** Longest SOAP request, in bytes. */
const MAX_SOAP_BYTES = 1 << 20;

/** Longest SOAP request with parts beside the message, in bytes. Larger firmware goes by HTTP (StartFirmwareUpgrade). */
const MAX_RELATED_BYTES = 8 << 20;

export const UPNP_PATH = "/upnp/description.xml";

export interface CameraWeb {
  readonly device: Device;
  readonly registry: ServiceRegistry;
  readonly endpoint: SoapEndpoint;
  readonly snapshots: Snapshots;
  /** Undefined where nobody has to log in. */
  readonly logins: WebLogins | undefined;
  readonly files: Files;
  /** Folder of the WSDL and XSD documents. */
  readonly wsdlFolder: string;
  /** What clients are told where it is not the address that they used. */
  readonly publicAddress: PublicAddress;
  /** The UPnP device description for a client that reached us there. */
  readonly upnpDescription: (reachedAt: URL) => string;
}

/** What one camera answers on its web server. */
export function cameraRoutes(web: CameraWeb): readonly Route[] {
  const { services } = web.registry;
  const soap: WebHandler = (request) => answerSoap(web, request);
  const snapshot: WebHandler = (request) => answerSnapshot(web, request);
  const mayHaveSnapshots = (who: Entitled): boolean => web.device.access.mayCall(who, "READ_MEDIA", SNAPSHOT_ADDRESSES);
  return [
    ...[...new Set(services.map(({ path }) => path))].flatMap((path): Route[] => [
      { path, methods: ["POST"], handler: soap },
      { path, methods: ["GET"], handler: (request) => answerServiceGet(web, path, request) },
    ]),
    { path: "/onvif/*", methods: ["POST"], handler: soap },
    // The documents name each other relative to where they are.
    ...["/wsdl/", "/onvif/"].map((folder): Route => ({
      path: `${folder}*`,
      methods: ["GET"],
      handler: (request) => answerDocument(web, request.path.slice(folder.length)),
    })),
    {
      path: "/snapshot/*",
      methods: ["GET"],
      handler: web.logins?.guard(snapshot, mayHaveSnapshots) ?? snapshot,
    },
    {
      path: UPNP_PATH,
      methods: ["GET"],
      handler: ({ reachedAt }) => xml(web.upnpDescription(toldAddress(reachedAt, web.publicAddress))),
    },
    { path: "/", methods: ["GET"], handler: (request) => plain(200, greeting(web, request)) },
  ];
}

function answerSoap(web: CameraWeb, request: WebRequest): WebAnswer | Promise<WebAnswer> {
  const body = request.body(isRelated(request.headers["content-type"]) ? MAX_RELATED_BYTES : MAX_SOAP_BYTES);
  return body instanceof Promise
    ? body.then((late) => answerMessage(web, request, late))
    : answerMessage(web, request, body);
}

function answerMessage(web: CameraWeb, request: WebRequest, body: Buffer): WebAnswer | Promise<WebAnswer> {
  const answer = web.endpoint.handle(new SoapPost(request, body, web.publicAddress));
  return answer instanceof Promise ? answer.then(inHttp) : inHttp(answer);
}

const inHttp = ({ status, contentType, challenges, body }: SoapAnswer): WebAnswer => ({
  status,
  headers:
    challenges.length > 0
      ? { "Content-Type": contentType, "WWW-Authenticate": challenges }
      : { "Content-Type": contentType },
  body,
});

/** A SOAP message as the web server has it. */
class SoapPost implements SoapRequest {
  readonly method: string;
  readonly target: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;

  constructor(
    private readonly request: WebRequest,
    readonly body: Uint8Array,
    private readonly publicAddress: PublicAddress,
  ) {
    this.method = request.method;
    this.target = request.target;
    this.authorization = request.headers.authorization;
    this.contentType = request.headers["content-type"];
  }

  get reachedAt(): URL {
    return toldAddress(this.request.reachedAt, this.publicAddress);
  }

  get peer(): string {
    return this.request.peer;
  }

  get clientName(): string | undefined {
    return this.request.clientName;
  }

  get isSecure(): boolean {
    return this.request.isSecure;
  }

  get signal(): AbortSignal {
    return this.request.signal;
  }
}

/** `?wsdl` behind the address of a service gives its WSDL document. */
function answerServiceGet(web: CameraWeb, path: string, request: WebRequest): Promise<WebAnswer> | WebAnswer {
  const service = web.registry.services.find((one) => one.path === path);
  if (service && [...request.query.keys()].some((key) => key.toLowerCase() === "wsdl"))
    return answerDocument(web, `${service.declaration.name.toLowerCase()}.wsdl`);
  return plain(405, "a SOAP service: send requests by POST, or GET it with ?wsdl", { Allow: "POST, GET" });
}

async function answerDocument(web: CameraWeb, name: string): Promise<WebAnswer> {
  if (!/^[a-z0-9-]+\.(wsdl|xsd)$/i.test(name)) throw new WebError(404, "there is no such document");
  try {
    return xml(await web.files.read(`${web.wsdlFolder}/${name}`));
  } catch (error) {
    if (error instanceof CodedError) throw new WebError(404, "there is no such document");
    throw error;
  }
}

const xml = (body: string | Uint8Array): WebAnswer => ({
  status: 200,
  headers: { "Content-Type": "text/xml; charset=utf-8" },
  body,
});

/** The JPEG picture of the profile that the path names. */
async function answerSnapshot(web: CameraWeb, request: WebRequest): Promise<WebAnswer> {
  const token = decodeURIComponentSafely(request.path.slice("/snapshot/".length).replace(/\.jpg$/, ""));
  try {
    const { reference, video } = web.device.media.streams.requestSnapshot(token);
    const name = localStreamName(reference);
    if (name === undefined) throw new WebError(503, "the stream of this profile is on another server");
    const body = await web.snapshots.take(name, video.encoder.resolution);
    return { status: 200, headers: { "Content-Type": "image/jpeg", "Cache-Control": "no-store" }, body };
  } catch (error) {
    if (error instanceof Refusal && error.code.startsWith("path-")) throw new WebError(503, error.message);
    if (error instanceof Refusal) throw new WebError(404, error.message);
    if (error instanceof CodedError) throw new WebError(503, error.message);
    throw error;
  }
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new WebError(400, "the address is not well-formed");
  }
}

function greeting({ device, registry, publicAddress }: CameraWeb, { reachedAt }: WebRequest): string {
  const { manufacturer, model } = device.identity;
  const base = toldAddress(reachedAt, publicAddress);
  const services = registry.listed.map(({ path }) => new URL(path, base).href);
  return [`${manufacturer} ${model}, a virtual ONVIF camera`, ...services].join("\n");
}
