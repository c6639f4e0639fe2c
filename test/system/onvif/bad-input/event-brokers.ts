import { MAXIMUM_EVENT_BROKERS } from "#device/event-brokers";
import { brokerContent } from "../../../support/event-broker-client.js";
import { topicFilter } from "../../../support/event-client.js";
import { type BadInput, incomplete, row } from "./row.js";

const ARGS = "Sender InvalidArgs";
const VALUE = "Sender InvalidArgVal";
const ADDRESS = "mqtt://192.0.2.98:1883";

const broker = (members: Readonly<Record<string, string>>): string =>
  brokerContent({ Address: ADDRESS, TopicPrefix: "p", ...members });
const added = (address: string): { readonly operation: string; readonly content: string } => ({
  operation: "AddEventBroker",
  content: broker({ Address: address }),
});
const full = Array.from({ length: MAXIMUM_EVENT_BROKERS }, (_, n) => added(`mqtt://192.0.2.98:${2_000 + n}`));
const wrong = (what: string, members: Readonly<Record<string, string>>, fault: string): BadInput =>
  row("AddEventBroker", what, broker(members), fault);
const address = (text: string): string => `<tev:Address>${text}</tev:Address>`;

const addresses: readonly (readonly [what: string, address: string])[] = [
  ["no address", ""],
  ["a word for an address", "broker"],
  ["an address without a host", "mqtt://:1883"],
  ["a port that is none", "mqtt://192.0.2.98:70000"],
  ["port 0", "mqtt://192.0.2.98:0"],
  ["a path where there are none", "mqtt://192.0.2.98:1883/events"],
  ["a query", "ws://192.0.2.98:8080/mqtt?x=1"],
  ["a login in the address", "mqtt://ann:secret@192.0.2.98:1883"],
  ["an address of 2000 characters", `mqtt://${"a".repeat(2_000)}`],
  ["a link-local address", "mqtt://169.254.169.254:1883"],
  ["an address of the camera's own computer", "ws://127.0.0.1:8080"],
];

const filters: readonly (readonly [what: string, filter: string])[] = [
  ["a filter that is no expression", topicFilter("tns1:/")],
  ["a filter whose prefix is not bound", topicFilter("nobody:VideoSource")],
  ["a filter of an unknown dialect", topicFilter("tns1:VideoSource", "urn:unknown")],
  ["two filters", topicFilter("tns1:VideoSource") + topicFilter("tns1:Media")],
  ["a filter of 9000 characters", topicFilter(`tns1:${"a".repeat(9_000)}`)],
];

/** Event brokers (Core §9.12). */
export const eventBrokerRows: readonly BadInput[] = [
  ...incomplete("AddEventBroker"),
  row("AddEventBroker", "no topic prefix", brokerContent({ Address: ADDRESS }), ARGS),
  ...addresses.map(([what, text]) => wrong(what, { Address: text }, `${VALUE} InvalidAddress`)),
  wrong("an unknown protocol", { Address: "http://192.0.2.98:1883" }, `${VALUE} InvalidProtocol`),
  ...filters.map(([what, filter]) => wrong(what, { PublishFilter: filter }, `${VALUE} InvalidFilter`)),
  wrong("a filter of metadata", { MetadataFilter: topicFilter("tns1:VideoAnalytics//.") }, `${VALUE} InvalidFilter`),
  wrong("an empty topic prefix", { TopicPrefix: "" }, VALUE),
  wrong("a wild card in the topic prefix", { TopicPrefix: "hall/+" }, VALUE),
  wrong("a long topic prefix", { TopicPrefix: "p".repeat(2_000) }, VALUE),
  wrong("a long user name", { UserName: "u".repeat(2_000) }, VALUE),
  wrong("a long password", { UserName: "u", Password: "p".repeat(2_000) }, VALUE),
  wrong("a password alone", { Password: "p" }, VALUE),
  wrong("a certificate that is not there", { CertificateID: "c" }, `${VALUE} CertificateID`),
  wrong("a policy that is not there", { CertPathValidationPolicyID: "p" }, `${VALUE} CertPathValidationPolicyID`),
  wrong("QoS 3", { QoS: "3" }, VALUE),
  wrong("a QoS that is no number", { QoS: "often" }, VALUE),
  row("AddEventBroker", "one more than there is room for", broker({}), "Receiver Action TooManyEventBrokers", full),

  ...incomplete("DeleteEventBroker"),
  row("DeleteEventBroker", "an address that is not there", address(ADDRESS), `${VALUE} InvalidAddress`),
  row("DeleteEventBroker", "an address that is another's", address(ADDRESS), `${VALUE} InvalidAddress`, full),

  row("GetEventBrokers", "an address that is not there", address(ADDRESS), `${VALUE} InvalidAddress`),
  row("GetEventBrokers", "an empty address", address(""), `${VALUE} InvalidAddress`),
];
