import {
  ACCESS_CLASSES,
  type AccessClass,
  type AccessRule,
  POLICY_LEVELS,
  type PolicyLevel,
} from "#device/access/access-policy";
import { DecodeError } from "#util/errors";
import { readXmlBytes } from "#xml/reader";
import type { XmlElement } from "#xml/tree";
import { OnvifFault } from "../faults.js";
import type { BinaryData } from "../schema/tt/attachment.js";

/*
 * The policy file (Core §8.4.1), whose format the standard leaves to the device:
 *
 *   <AccessPolicy>
 *     <Class name="READ_SYSTEM"><Level>Administrator</Level><Level>Operator</Level></Class> … each class once
 *   </AccessPolicy>
 */

const LIMITS = { maxLength: 1 << 16, maxDepth: 4, maxElements: 100, maxAttributes: 8 };

export function accessPolicyToWire(rules: readonly AccessRule[]): BinaryData {
  const lines = rules.map(
    ({ accessClass, levels }) =>
      `  <Class name="${accessClass}">${levels.map((level) => `<Level>${level}</Level>`).join("")}</Class>\n`,
  );
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<AccessPolicy>\n${lines.join("")}</AccessPolicy>\n`;
  return { Data: Buffer.from(text), contentType: "application/xml" };
}

/** The rules in a policy file; what is none is refused with the fault of SetAccessPolicy. */
export function accessPolicyFromWire({ Data }: BinaryData): readonly AccessRule[] {
  const root = rootOf(Data);
  if (root.name !== "AccessPolicy") throw policyFormat("its root is AccessPolicy");
  return root.children.map((element) => {
    const accessClass = ACCESS_CLASSES.find((one) => one === element.attribute("name"));
    if (element.name !== "Class" || !accessClass)
      throw policyFormat("it has Class elements, each with the name of one");
    return { accessClass, levels: element.children.map((level) => levelOf(level, accessClass)) };
  });
}

function rootOf(bytes: Uint8Array): XmlElement {
  try {
    return readXmlBytes(bytes, LIMITS);
  } catch (error) {
    if (error instanceof DecodeError) throw policyFormat(error.message);
    throw error;
  }
}

function levelOf(element: XmlElement, accessClass: AccessClass): PolicyLevel {
  const level = POLICY_LEVELS.find((one) => one === element.text.trim());
  if (element.name !== "Level" || !level) throw policyFormat(`the class ${accessClass} has levels and nothing else`);
  return level;
}

const policyFormat = (why: string): OnvifFault =>
  new OnvifFault("Sender", ["InvalidArgs", "PolicyFormat"], `this is no access policy: ${why}`);
