import type { Notification } from "#events/notification";
import { WSA_10 } from "#wire/soap/addressing";
import { soapContentType, writeEnvelope } from "#wire/soap/envelope";
import { encodeElement, namespacesOf } from "#xml/codec";
import { some } from "#xml/schema";
import { XmlElement } from "#xml/tree";
import { escapeText, writeElement } from "#xml/writer";
import type { Call } from "../call.js";
import { wsa, wsnt, wsntw } from "../schema/namespaces.js";
import type { EndpointReferenceType } from "../schema/wsa.js";
import { NotificationMessageHolderType } from "../schema/wsnt.js";
import { baseFault } from "./base-fault.js";
import { notificationToWire } from "./notification.js";

const ACTION = `${wsntw.uri}/NotificationConsumer/Notify`;
/** Longest header that a consumer may want in its messages, in UTF-16 units. */
const MAX_HEADER = 8_192;

/** The request of Notify, which is the client's to answer (WS-BaseNotification 1.3 §3.2). */
const Notify = wsnt.sequence({ NotificationMessage: some(NotificationMessageHolderType) });

/** Where a client wants its notifications. */
export interface Consumer {
  readonly url: URL;
  /** Header blocks of the messages to it, as text. */
  readonly header: string;
}

/** Refuses (SubscribeCreationFailedFault) an address to which nothing can or may be sent. */
export function consumerFromWire({ Address, ReferenceParameters }: EndpointReferenceType, call: Call): Consumer {
  const address = Address.URI.trim();
  const refused = (reason: string): Error =>
    baseFault("SubscribeCreationFailedFault", `ConsumerReference: ${reason}`, call);
  // The addresses of WS-Addressing that stand for no place.
  if (!URL.canParse(address) || address.startsWith(WSA_10)) throw refused("its Address is not one that can be called");
  const url = new URL(address);
  if (!/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "")
    throw refused("its Address is not of the form http://host:port/path or https://host:port/path");
  if (!call.camera.events.consumers.accepts(url, call.peer)) throw refused("nothing is sent to that Address from here");
  const header =
    `<${wsa.prefix}:Action>${ACTION}</${wsa.prefix}:Action><${wsa.prefix}:To>${escapeText(address)}</${wsa.prefix}:To>` +
    (ReferenceParameters?.Any ?? []).map(referenceParameter).join("");
  if (header.length > MAX_HEADER) throw refused("its ReferenceParameters are too long");
  return { url, header };
}

/** A reference parameter as a header block, marked as one (WS-Addressing 1.0 SOAP binding §3.4). */
function referenceParameter(element: XmlElement): string {
  const mark = { namespace: WSA_10, name: "IsReferenceParameter", value: "true" };
  const scope = { prefix: "wsa-ref", uri: WSA_10, outer: element.scope };
  const { namespace, name, prefix, attributes } = element;
  const marked = new XmlElement(namespace, name, prefix, [...attributes, mark], scope, "", 0);
  marked.text = element.text;
  marked.children.push(...element.children);
  return writeElement(marked);
}

/** A Notify message with these notifications of the subscription. */
export const writeNotify = (
  notifications: readonly Notification[],
  { header }: Consumer,
  from: { readonly producer: string; readonly subscription: EndpointReferenceType },
): { readonly contentType: string; readonly body: string } => ({
  contentType: `${soapContentType("1.2")}; action="${ACTION}"`,
  body: writeEnvelope(
    "1.2",
    namespacesOf(Notify),
    header,
    encodeElement(wsnt, "Notify", Notify, {
      NotificationMessage: notifications.map((one) => ({
        SubscriptionReference: from.subscription,
        ...notificationToWire(one, from.producer),
      })),
    }),
  ),
});
