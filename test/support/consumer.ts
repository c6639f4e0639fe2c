import { makeSelfSigned, secureContextOf } from "#http/certificate";
import { WebServer } from "#http/server";
import { plain } from "#http/web";
import { silentLogger } from "#util/log";
import { readXml } from "#xml/reader";
import type { XmlElement } from "#xml/tree";
import { fakeHost, type FakeHost } from "./fake-host.js";
import { record } from "./soap-oracle.js";

/** A Notify message that has come. */
export interface Notified {
  readonly path: string;
  readonly contentType: string | undefined;
  readonly text: string;
  readonly headers: readonly XmlElement[];
  readonly notifications: readonly XmlElement[];
}

/** Somebody on the network of a camera who is sent notifications. */
export interface Consumer extends AsyncDisposable {
  readonly url: string;
  readonly received: Notified[];
  /** Status of the answers; 202 unless set. */
  status: number;
}

const identity = makeSelfSigned({
  commonName: "consumer",
  names: ["192.0.2.99"],
  notBeforeMs: 0,
  notAfterMs: Date.UTC(2036),
  serial: Buffer.alloc(8, 1),
});

/** A web server at 192.0.2.99, or on the camera's own host. */
export async function aConsumer(
  camera: FakeHost,
  options: { readonly isSecure?: boolean; readonly isLocal?: boolean } = {},
): Promise<Consumer> {
  const { isSecure = false, isLocal = false } = options;
  const host = isLocal ? camera : fakeHost({ network: camera.network, addresses: ["192.0.2.99"] });
  const context = secureContextOf(await identity);
  const received: Notified[] = [];
  const server = new WebServer(
    host.net,
    host.clock,
    silentLogger,
    {
      maxConnections: 10,
      requestTimeoutMs: 10_000,
      keepAliveMs: 10_000,
      ...(isSecure && { tls: () => ({ context }) }),
    },
    async (request) => {
      const text = (await request.body(1 << 20)).toString();
      const envelope = readXml(text);
      record("Notify", text);
      received.push({
        path: request.path,
        contentType: request.headers["content-type"],
        text,
        headers: envelope.child("Header")?.children ?? [],
        notifications: envelope.child("Body")?.child("Notify")?.children ?? [],
      });
      return plain(consumer.status, "");
    },
  );
  await server.listen({ port: 8099 });
  const consumer: Consumer = {
    url: `${isSecure ? "https" : "http"}://${isLocal ? "127.0.0.1" : "192.0.2.99"}:8099/notify`,
    received,
    status: 202,
    [Symbol.asyncDispose]: () => server.close(),
  };
  return consumer;
}
