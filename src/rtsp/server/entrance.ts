import type { Connection } from "#host/net";
import { secured, type TlsTerms } from "#host/secure";
import { readOpening, type Opening } from "#wire/rtsp/opening";
import type { TransportOffer } from "../negotiate.js";
import type { RtspConnection } from "./connection.js";
import { MAY_OPEN_TUNNEL, NOTHING_HERE, writeHttpHead } from "./http-answer.js";
import { HttpTunnels, type HttpTunnelsParts } from "./http-tunnels.js";
import type { Carrier, CarrierName } from "./transport/carrier.js";
import { WebSocketHandshake } from "./transport/web-socket-handshake.js";

/** How a connection came to us. */
export interface Doorway {
  /** TLS is, or is going to be, spoken on it. */
  readonly isSecure: boolean;
  /** Do HTTP tunnels come in here? */
  readonly tunnels: boolean;
  /** Do WebSockets come in here? */
  readonly webSockets: boolean;
  /** What may be negotiated there; the server's own offer when undefined. */
  readonly transports?: TransportOffer | undefined;
}

export interface EntranceParts extends HttpTunnelsParts {
  /** Time for the TLS handshake and for the first bytes, ms. */
  readonly requestTimeoutMs: number;
  /** May one more come from that address? */
  readonly hasRoom: (address: string) => boolean;
  /** Serves what turned out to be RTSP; `head` are bytes that have been read. Undefined when there is no room for it. */
  readonly welcome: (
    carrier: Carrier,
    name: CarrierName,
    doorway: Doorway,
    head: Buffer | undefined,
  ) => RtspConnection | undefined;
}

interface Newcomer {
  /** When it is given up. */
  readonly dueMs: number;
  /** To be called when it has closed. */
  readonly gone: () => void;
}

/** Time for a client to take an answer of HTTP, ms. */
const ANSWER_TIMEOUT_MS = 1000;

/** Finds out what new connections speak: RTSP as it is, or inside an HTTP tunnel or a WebSocket. */
export class Entrance {
  /** Connections that are neither served nor half of a tunnel. */
  readonly #newcomers = new Map<Connection, Newcomer>();
  readonly #tunnels: HttpTunnels;
  readonly #webSockets = new WebSocketHandshake();

  constructor(private readonly parts: EntranceParts) {
    this.#tunnels = new HttpTunnels(parts, (tunnel, doorway) =>
      parts.welcome(tunnel, doorway.isSecure ? "https" : "http", doorway, undefined),
    );
  }

  /** Connections that are not served yet. */
  get waiting(): number {
    return this.#newcomers.size + this.#tunnels.waiting;
  }

  waitingFrom(address: string): number {
    let count = this.#tunnels.waitingFrom(address);
    for (const { remoteAddress } of this.#newcomers.keys()) if (remoteAddress === address) count++;
    return count;
  }

  /** Closes the connection that has waited longest without saying what it is for; false when there is none. */
  dropOldest(): boolean {
    const [oldest] = this.#newcomers.keys();
    if (!oldest) return false;
    this.#settle(oldest);
    oldest.destroy();
    return true;
  }

  /** Takes a connection of which nothing is known; with `tls`, after the handshake of TLS. */
  receive(raw: Connection, doorway: Doorway, tls: TlsTerms | undefined): void {
    this.#expect(raw, this.parts.requestTimeoutMs);
    if (tls) secured(raw, tls, (secure) => this.#look(raw, secure, doorway));
    else this.#look(raw, raw, doorway);
  }

  /**
   * Looks at the first bytes of a connection that a web server has accepted: true when it is ours now, undefined when
   * more bytes have to come before that can be told.
   */
  take(connection: Connection, head: Buffer, doorway: Doorway): boolean | undefined {
    const opening = readOpening(head);
    if (!opening) return undefined;
    if (opening.kind === "http" || opening.kind === "unknown") return false;
    if (opening.kind === "web-socket" && !(opening.offersRtsp && doorway.webSockets)) return false;
    if (opening.kind.startsWith("tunnel-") && !doorway.tunnels) return false;
    connection.resume();
    if (this.parts.hasRoom(connection.remoteAddress)) this.#admit(connection, head, opening, doorway);
    else this.#answer(connection, "503 Service Unavailable");
    return true;
  }

  /** About once a second. */
  tick(nowMs: number): void {
    for (const [connection, { dueMs }] of this.#newcomers) if (dueMs <= nowMs) connection.destroy();
  }

  close(): void {
    for (const connection of this.#newcomers.keys()) connection.destroy();
    this.#tunnels.close();
  }

  #expect(connection: Connection, ms: number): void {
    this.#settle(connection);
    const gone = (): void => this.#settle(connection);
    this.#newcomers.set(connection, { dueMs: this.parts.clock.monotonic() + ms, gone });
    connection.once("close", gone);
  }

  /** It is no newcomer any more, and nothing of that stays on it. */
  #settle(connection: Connection): void {
    const newcomer = this.#newcomers.get(connection);
    if (!newcomer) return;
    this.#newcomers.delete(connection);
    connection.off("close", newcomer.gone);
  }

  /** `raw` is beneath `connection`, or the same. */
  #look(raw: Connection, connection: Connection, doorway: Doorway): void {
    let head: Buffer = Buffer.alloc(0);
    const more = (chunk: Buffer): void => {
      head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      const opening = readOpening(head);
      if (!opening) return;
      connection.off("data", more);
      this.#settle(raw);
      this.#admit(connection, head, opening, doorway);
    };
    connection.on("data", more);
  }

  #admit(connection: Connection, head: Buffer, opening: Opening, doorway: Doorway): void {
    const { isSecure, tunnels, webSockets } = doorway;
    switch (opening.kind) {
      case "rtsp":
      case "unknown":
        this.parts.welcome(connection, isSecure ? "rtsps" : "rtsp", doorway, head);
        return;
      case "preflight":
        this.#answer(connection, "200 OK", MAY_OPEN_TUNNEL);
        return;
      case "tunnel-get":
        if (tunnels) this.#tunnels.open(connection, opening, doorway);
        else this.#answer(connection, "404 Not Found");
        return;
      case "tunnel-post":
        if (!this.#tunnels.join(connection, opening, doorway, head.subarray(opening.bodyAt)))
          this.#answer(connection, "400 Bad Request");
        return;
      case "web-socket":
        if (webSockets && opening.offersRtsp) this.#upgrade(connection, head, doorway);
        else this.#answer(connection, webSockets ? "400 Bad Request" : "404 Not Found");
        return;
      case "http":
        this.#answer(connection, "404 Not Found");
    }
  }

  #upgrade(connection: Connection, head: Buffer, doorway: Doorway): void {
    this.#expect(connection, this.parts.requestTimeoutMs);
    this.#webSockets.begin(connection, head, (carrier) => {
      this.#settle(connection);
      this.parts.welcome(carrier, doorway.isSecure ? "wss" : "ws", doorway, undefined);
    });
  }

  #answer(connection: Connection, status: string, headers: Readonly<Record<string, string>> = NOTHING_HERE): void {
    connection.on("error", ignore);
    this.#expect(connection, ANSWER_TIMEOUT_MS);
    writeHttpHead(connection, status, headers);
    connection.end();
  }
}

const ignore = (): void => {};
