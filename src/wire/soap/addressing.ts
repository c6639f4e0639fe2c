import type { XmlElement } from "#xml/tree";
import { escapeText } from "#xml/writer";

export const WSA_10 = "http://www.w3.org/2005/08/addressing";
export const WSA_2004 = "http://schemas.xmlsoap.org/ws/2004/08/addressing";

/** The action of a fault message (WS-Addressing 1.0 SOAP binding §6). */
export const SOAP_FAULT_ACTION = `${WSA_10}/soap/fault`;

/** The addressing headers of a message, as far as they are given. */
export interface Addressing {
  /** The version that the message uses; an answer uses the same. */
  readonly namespace: typeof WSA_10 | typeof WSA_2004;
  readonly action?: string;
  readonly messageId?: string;
  readonly relatesTo?: string;
  readonly to?: string;
  readonly replyTo?: string;
}

/** The addressing headers among a message's header blocks; undefined when it has none. */
export function readAddressing(headers: readonly XmlElement[]): Addressing | undefined {
  const ours = headers.filter(({ namespace }) => namespace === WSA_10 || namespace === WSA_2004);
  const [first] = ours;
  if (!first) return undefined;
  const text = (name: string): string | undefined => ours.find((header) => header.name === name)?.text.trim();
  const [action, messageId, relatesTo, to] = [text("Action"), text("MessageID"), text("RelatesTo"), text("To")];
  const replyTo = ours
    .find(({ name }) => name === "ReplyTo")
    ?.child("Address")
    ?.text.trim();
  return {
    namespace: first.namespace === WSA_10 ? WSA_10 : WSA_2004,
    ...(action && { action }),
    ...(messageId && { messageId }),
    ...(relatesTo && { relatesTo }),
    ...(to && { to }),
    ...(replyTo && { replyTo }),
  };
}

/** The headers of an answer: its action, and what it answers (WS-Addressing 1.0 core §3.4). */
export function writeReplyAddressing(request: Addressing, action: string): string {
  const relates = request.messageId ? `<wsa:RelatesTo>${escapeText(request.messageId)}</wsa:RelatesTo>` : "";
  return (
    `<wsa:Action xmlns:wsa="${request.namespace}">${escapeText(action)}</wsa:Action>` +
    relates.replace("<wsa:RelatesTo>", `<wsa:RelatesTo xmlns:wsa="${request.namespace}">`)
  );
}
