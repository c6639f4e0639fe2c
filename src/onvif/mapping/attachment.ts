import type { Call } from "../call.js";
import type { AttachmentData } from "../schema/tt/attachment.js";

/** The content that an element names; undefined where it has not come beside the message. */
export const contentOf = ({ Include }: AttachmentData, call: Pick<Call, "attachment">): Uint8Array | undefined =>
  call.attachment(Include.href);
