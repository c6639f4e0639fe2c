import type { Notification } from "#events/notification";
import { encodeElement, namespacesOf } from "#xml/codec";
import { declarations } from "#xml/writer";
import { tt, wsnt } from "../schema/namespaces.js";
import { NotificationMessageHolderType } from "../schema/wsnt.js";
import { notificationToWire } from "./notification.js";

/** What one document of a metadata stream tells; nothing at all will do. */
export interface MetadataContent {
  readonly events: readonly Notification[];
}

const PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>';

/**
 * A document of a metadata stream (Streaming §5.1.2.1.1). Its notifications name no producer: the address of the service
 * depends on how a client reaches it, and one document goes to many.
 */
export function writeMetadataStream({ events }: MetadataContent): string {
  const tag = `${tt.prefix}:MetadataStream`;
  if (events.length === 0) return `${PROLOGUE}<${tag}${declarations([tt])}/>`;
  const namespaces = [tt, ...namespacesOf(NotificationMessageHolderType).filter(({ uri }) => uri !== tt.uri)];
  const messages = events.map((one) =>
    encodeElement(wsnt, "NotificationMessage", NotificationMessageHolderType, notificationToWire(one, undefined)),
  );
  const content = `<${tt.prefix}:Event>${messages.join("")}</${tt.prefix}:Event>`;
  return `${PROLOGUE}<${tag}${declarations(namespaces)}>${content}</${tag}>`;
}
