import { given } from "#util/given";
import type { Emit } from "./change.js";
import { refusal } from "./refusal.js";
import type { Keystore } from "./security/keystore.js";

/** Ways to a broker that this camera knows: values of tev:EventBrokerProtocol. */
export const BROKER_PROTOCOLS = ["mqtt", "mqtts", "ws", "wss"] as const;

/** An MQTT broker that events are published to (Core §9.12.1); its password included. */
export interface EventBrokerConfiguration {
  /** `scheme://host:port`, by which it is known. */
  readonly address: string;
  readonly topicPrefix: string;
  readonly username?: string;
  readonly password?: string;
  /** A topic expression with `tns1` for ONVIF's topics; empty for all events. */
  readonly publishFilter: string;
  /** The same of the topics of metadata, empty for all; undefined for no metadata. */
  readonly metadataFilter?: string;
  readonly qos: number;
  /** Of the certificate in the keystore that the camera shows to the broker. */
  readonly certificateId?: string;
  /** Of the validation policy in the keystore that the broker's certificate is checked by; it is not checked without. */
  readonly policyId?: string;
  /** Address of the client that has asked for it, on which it depends which brokers may be connected to. */
  readonly askedFrom: string;
}

/** A broker as clients are told it: without its password, and without the one who has asked for it. */
export type ListedEventBroker = Omit<EventBrokerConfiguration, "password" | "askedFrom">;

export const MAXIMUM_EVENT_BROKERS = 8;
const MAXIMUM_ADDRESS = 1024;
const MAXIMUM_TEXT = 256;

/** The event brokers that clients have set (Core §9.12). What they refer to in the keystore cannot be deleted. */
export class EventBrokers {
  #brokers: readonly EventBrokerConfiguration[] = [];

  constructor(
    private readonly keystore: Keystore,
    private readonly emit: Emit,
  ) {
    keystore.referredBy({
      certificate: (id) => this.#brokers.some(({ certificateId }) => certificateId === id),
      policy: (id) => this.#brokers.some(({ policyId }) => policyId === id),
    });
  }

  /** GetEventBrokers, of all. */
  list(): readonly ListedEventBroker[] {
    return this.#brokers.map(({ address, topicPrefix, username, publishFilter, qos, ...others }) => ({
      ...{ address, topicPrefix, publishFilter, qos },
      ...given({
        username,
        certificateId: others.certificateId,
        policyId: others.policyId,
        metadataFilter: others.metadataFilter,
      }),
    }));
  }

  /** GetEventBrokers, of one. */
  get(address: string): ListedEventBroker {
    const found = this.list().find((one) => one.address === address);
    if (!found) throw refusal("invalid-broker-address", "no such event broker", { address: address.slice(0, 64) });
    return found;
  }

  /**
   * AddEventBroker: one with the same address is replaced. Core names no faults for certificates and policies that are not
   * there: those of the keystore are given (Security §5.2), and `no-private-key` for a certificate of somebody else. Without
   * a password the one of the same user stays, since nobody can read it to send it again.
   */
  set(setting: EventBrokerConfiguration): void {
    const present = this.#brokers.find(({ address }) => address === setting.address);
    const isSameUser = setting.username !== undefined && present?.username === setting.username;
    const broker = isSameUser ? { ...given({ password: present.password }), ...setting } : setting;
    demandGood(broker);
    if (broker.certificateId !== undefined) this.#demandOwn(broker.certificateId);
    if (broker.policyId !== undefined) this.keystore.policies.get(broker.policyId);
    if (!present && this.#brokers.length >= MAXIMUM_EVENT_BROKERS)
      throw refusal("too-many-event-brokers", `at most ${MAXIMUM_EVENT_BROKERS} event brokers`);
    this.#brokers = present
      ? this.#brokers.map((one) => (one.address === broker.address ? broker : one))
      : [...this.#brokers, broker];
    this.emit({ slice: "event-brokers", what: "set" });
  }

  /** DeleteEventBroker. */
  delete(address: string): void {
    this.get(address);
    this.#brokers = this.#brokers.filter((one) => one.address !== address);
    this.emit({ slice: "event-brokers", what: "deleted" });
  }

  /** The brokers with their passwords. */
  snapshot(): readonly EventBrokerConfiguration[] {
    return this.#brokers;
  }

  /** What saved brokers refer to may be missing from the keystore: they are kept and not connected to. */
  prepare(brokers: readonly EventBrokerConfiguration[]): () => void {
    for (const broker of brokers) demandGood(broker);
    return () => {
      this.#brokers = [...brokers];
    };
  }

  #demandOwn(certificateId: string): void {
    this.keystore.certificates.shelf.get(certificateId);
    if (!this.keystore.clientCertificate(certificateId))
      throw refusal("no-private-key", "the device has no private key for that certificate", { certificateId });
  }
}

function demandGood({ address, topicPrefix, username, password, qos }: EventBrokerConfiguration): void {
  demandAddress(address);
  // Wild cards of MQTT are not for those who publish (MQTT 3.1.1 §4.7.1).
  if (topicPrefix === "" || topicPrefix.length > MAXIMUM_TEXT || /[#+\p{Cc}]/u.test(topicPrefix))
    throw refusal("invalid-argument", `a topic prefix has 1 to ${MAXIMUM_TEXT} characters, none of them # or +`);
  if ((username ?? "").length > MAXIMUM_TEXT || (password ?? "").length > MAXIMUM_TEXT)
    throw refusal("invalid-argument", `a user name and a password have at most ${MAXIMUM_TEXT} characters`);
  // MQTT 3.1.1 §3.1.2.9.
  if (password !== undefined && username === undefined)
    throw refusal("invalid-argument", "a password goes with a user name");
  if (![0, 1, 2].includes(qos)) throw refusal("invalid-argument", "the QoS is 0, 1 or 2");
}

function demandAddress(address: string): void {
  const refused = (reason: string): Error =>
    refusal("invalid-broker-address", reason, { address: address.slice(0, 64) });
  if (address.length > MAXIMUM_ADDRESS) throw refused(`an address has at most ${MAXIMUM_ADDRESS} characters`);
  if (!URL.canParse(address) || !address.includes("://"))
    throw refused("the address of a broker has the form scheme://host:port");
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(address);
  if (!BROKER_PROTOCOLS.some((one) => protocol === `${one}:`))
    throw refusal("invalid-broker-protocol", `the protocols are ${BROKER_PROTOCOLS.join(", ")}`);
  const hasPath = pathname !== "" && pathname !== "/";
  if (hostname === "" || port === "0" || search !== "" || hash !== "" || (hasPath && protocol.startsWith("mqtt")))
    throw refused("the address of a broker has the form scheme://host:port");
  if (username !== "" || password !== "") throw refused("user name and password are not part of the address");
}
