import type { ServiceDeclaration } from "#onvif/operation";
import { Device } from "#onvif/schema/device/service";
import { parseChallenges } from "#wire/digest/challenge";
import type { DigestAlgorithm } from "#wire/digest/algorithm";
import { respond } from "#wire/digest/respond";
import { readXml } from "#xml/reader";
import type { XmlElement } from "#xml/tree";
import { fakeHost, type FakeHost } from "./fake-host.js";
import { envelopeOf } from "./soap.js";
import { record } from "./soap-oracle.js";
import { connectText } from "./text-client.js";

/** Where the client reaches the camera of a fake host. */
export const CAMERA_ADDRESS = "192.0.2.10";

export interface HttpReply {
  readonly status: number;
  readonly head: string;
  readonly body: Buffer;
}

export interface RequestOptions {
  readonly method?: string;
  /** Text of the Host header; the address and port unless given, none where empty. */
  readonly host?: string;
  /** 1.1 unless given. */
  readonly version?: "1.0" | "1.1";
  /** Further header lines. */
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly port?: number;
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** A client on the network of a camera's fake host, which talks HTTP and SOAP with it, one connection a request. */
export class CameraClient {
  readonly host: FakeHost;

  constructor(
    private readonly camera: FakeHost,
    private readonly port = 8000,
  ) {
    this.host = fakeHost({ network: camera.network, addresses: ["192.0.2.77"], seed: 77 });
  }

  async request(target: string, options: RequestOptions = {}): Promise<HttpReply> {
    const { method = "GET", headers = [], body = "", port = this.port, version = "1.1" } = options;
    const host = options.host ?? `${CAMERA_ADDRESS}:${port}`;
    await using connection = await connectText(this.host.net, CAMERA_ADDRESS, port, this.camera.clock);
    const lines = [`${method} ${target} HTTP/${version}`, ...(host === "" ? [] : [`Host: ${host}`]), ...headers];
    const length = body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
    const reply = await connection.request(`${[...lines, ...length].join("\r\n")}\r\n\r\n${body}`);
    return { status: Number(reply.head.split(" ")[1]), ...reply };
  }

  /** A request with an HTTP Digest login, after the challenge for it. */
  async digest(
    target: string,
    login: Login,
    options: RequestOptions & { readonly algorithm?: DigestAlgorithm } = {},
  ): Promise<HttpReply> {
    const { method = "GET", headers = [] } = options;
    const challenged = await this.request(target, options);
    const offered = challenged.head.matchAll(/^www-authenticate: (.*)$/gim);
    const challenge = parseChallenges([...offered].map(([, value = ""]) => value)).find(
      (one) => one.scheme === "digest" && (options.algorithm === undefined || one.algorithm === options.algorithm),
    );
    if (!challenge) return challenged;
    const authorization = respond(challenge, login, { method, uri: target }, 1, "0a4f113b");
    return this.request(target, { ...options, headers: [...headers, `Authorization: ${authorization}`] });
  }

  /** Calls an operation and takes the one element of the answer's body; a fault is an error. */
  async call(
    operation: string,
    content = "",
    { service = Device, ...options }: Pick<RequestOptions, "host" | "version"> & { service?: ServiceDeclaration } = {},
  ): Promise<XmlElement> {
    const { prefix, uri } = service.namespace;
    const body = envelopeOf(`<${prefix}:${operation} xmlns:${prefix}="${uri}">${content}</${prefix}:${operation}>`);
    const reply = await this.request("/onvif/device_service", { method: "POST", body, ...options });
    const text = reply.body.toString("utf8");
    if (!text.includes("Envelope")) throw new Error(`${operation}: ${reply.status} ${text}`);
    record(operation, text);
    const answer = readXml(text).child("Body")?.children[0];
    if (reply.status !== 200 || !answer) throw new Error(`${operation}: ${reply.status} ${text}`);
    return answer;
  }
}

/** The texts of all elements of that name, at any depth. */
export const textsOf = (element: XmlElement, name: string): readonly string[] =>
  element.children.flatMap((child) => [...(child.name === name ? [child.text] : []), ...textsOf(child, name)]);
