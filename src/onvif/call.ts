import type { Device } from "#device/device";
import type { NetworkProtocol } from "#device/network";
import type { SerialExchange } from "#device/io/serial-line";
import type { BrokerStatus } from "#events/broker/broker";
import type { UserLevel } from "#device/users";
import type { EventHub } from "#events/hub";
import type { Subscriptions } from "#events/subscriptions";
import type { WireNotifications } from "./mapping/notification.js";
import type { ServiceRegistry } from "./registry.js";

/** Who calls: a user that has proved the password, or nobody in particular. */
export interface Caller {
  readonly name: string | undefined;
  readonly level: UserLevel;
  /** Of the level Extended. */
  readonly roles: readonly string[];
}

/** What handlers may reach of the camera that they serve. */
export interface CameraPorts {
  readonly device: Device;
  readonly events: CameraEvents;
  readonly maintenance: CameraMaintenance;
  readonly listeners: CameraListeners;
  readonly serialLines: SerialLines;
  readonly registry: ServiceRegistry;
}

/** What concerns the camera as a whole. What restarts it takes effect when the answer has gone out. */
export interface CameraMaintenance {
  /** Time from the answer until the camera is back, in ms. */
  readonly downTimeMs: number;
  reboot(): void;
  factoryDefault(kind: "Hard" | "Soft"): void;
  /** The last lines of what happened, or of who did what; empty when there are none. */
  log(kind: "System" | "Access"): string;
  /** What the maker would ask for. Holds no secrets. */
  supportInformation(): string;
  /** Paths on the web server where administrators get the same by HTTP. */
  readonly paths: SystemPaths;
  /** All that clients have changed, passwords included, signed. */
  backup(): Promise<Uint8Array>;
  /** Restarts with what a backup holds. Refuses with `invalid-backup-file` what is not one of this camera's. */
  restore(backup: Uint8Array): Promise<void>;
  /** Restarts with another version. Refuses with `invalid-firmware` what is no image. */
  upgrade(image: Uint8Array): void;
  /** The same, with a version that the maker is said to have brought. Refuses with `invalid-argument` what is none. */
  upgradeTo(version: string): void;
  /** A path on the web server that takes one file for a while. */
  openUpload(kind: "backup" | "firmware"): string;
}

export interface SystemPaths {
  readonly systemLog: string;
  readonly accessLog: string;
  readonly supportInformation: string;
  readonly backup: string;
}

/** The ports that the camera listens on. */
export interface CameraListeners {
  /**
   * Opens the ports that the protocols are to have, changes them in the state, and closes the others when the answer has
   * gone out. Where that cannot be, it refuses and nothing changes.
   */
  setProtocols(settings: readonly NetworkProtocol[]): Promise<void>;
}

/** What goes over the serial ports. */
export interface SerialLines {
  /** Sends and receives at a port, the first one unless given; throws a refusal for a call that it can not serve. */
  exchange(port: string | undefined, exchange: SerialExchange, signal: AbortSignal): Promise<Uint8Array>;
}

/** What happens in the camera, and who is told. */
export interface CameraEvents {
  readonly hub: EventHub;
  readonly subscriptions: Subscriptions;
  readonly wire: WireNotifications;
  readonly consumers: Consumers;
  readonly brokers: BrokerConnections;
}

/** The connections to the event brokers that clients have set. */
export interface BrokerConnections {
  /** Whether a client at that address may name this URL. One that is a name is looked at when it is called. */
  accepts(this: void, url: URL, client: string): boolean;
  status(this: void, address: string): BrokerStatus;
}

/** Takes Notify messages to the addresses that subscribers name. */
export interface Consumers {
  /** Whether a subscriber at that address may name this URL. One that is a name is looked at when it is called. */
  accepts(this: void, url: URL, subscriber: string): boolean;
  /** Rejects when the consumer has not taken the message. */
  post(
    this: void,
    url: URL,
    subscriber: string,
    message: { readonly contentType: string; readonly body: string },
  ): Promise<void>;
}

/** The ways in which callers may prove who they are. */
export interface LoginMethods {
  /** WS-Security UsernameToken with a password digest. */
  readonly usernameToken: boolean;
  /** Hashes of HTTP Digest that can be chosen; none where it is not spoken. */
  readonly digestAlgorithms: readonly string[];
}

/** One call of one operation. */
export interface Call {
  readonly camera: CameraPorts;
  readonly caller: Caller;
  readonly login: LoginMethods;
  /**
   * Scheme, host and port by which the client reached the web service. Addresses in answers are built from it, so
   * that they lead back to us through NAT, forwarders and names.
   */
  readonly reachedAt: URL;
  /** Path that the request was sent to. */
  readonly path: string;
  /** Where the message itself says that it goes (WS-Addressing `To`), if it does. */
  readonly to: string | undefined;
  /** The part that came beside the message under that address (MTOM); undefined where there is none. */
  attachment(href: string): Uint8Array | undefined;
  /** Sends a part beside the answer; the result is the address by which the answer names it. */
  attach(data: Uint8Array, contentType: string): string;
  /** The client's address. */
  readonly peer: string;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}
