import { xs } from "#xml/datatypes";
import { declarations, escapeText } from "#xml/writer";
import type { Call } from "../call.js";
import { OnvifFault } from "../faults.js";
import { wsnt, wsrfBf, wsrfR } from "../schema/namespaces.js";

/** The faults of WS-BaseNotification and WS-Resource that this camera sends. */
export type BaseFaultName =
  | "ResourceUnknownFault"
  | "InvalidFilterFault"
  | "TopicExpressionDialectUnknownFault"
  | "InvalidTopicExpressionFault"
  | "TopicNotSupportedFault"
  | "InvalidMessageContentExpressionFault"
  | "UnacceptableInitialTerminationTimeFault"
  | "UnacceptableTerminationTimeFault"
  | "UnrecognizedPolicyRequestFault"
  | "UnsupportedPolicyRequestFault"
  | "SubscribeCreationFailedFault"
  | "UnableToGetMessagesFault"
  | "NoCurrentMessageOnTopicFault";

/**
 * A fault whose Detail says what it is (WS-BaseFaults 1.2 §2). Its code is Receiver, as Core §9.9 wants. `content` is
 * what the element holds besides time and description, as text.
 */
export function baseFault(name: BaseFaultName, reason: string, call: Call, content = ""): OnvifFault {
  const { prefix, uri } = name === "ResourceUnknownFault" ? wsrfR : wsnt;
  const bf = wsrfBf.prefix;
  const time = xs.dateTime.print(new Date(call.camera.device.clock.now()));
  return new OnvifFault(
    "Receiver",
    [],
    `${name}: ${reason}`,
    `<${prefix}:${name}${declarations([{ prefix, uri }, wsrfBf])}>` +
      `<${bf}:Timestamp>${time}</${bf}:Timestamp>` +
      `<${bf}:Description xml:lang="en">${escapeText(reason)}</${bf}:Description>` +
      `${content}</${prefix}:${name}>`,
  );
}
