import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Names the folder in which this run collects messages; set by oracle-setup.ts. */
export const ORACLE_FOLDER = "SOAP_ORACLE_FOLDER";

/** What differs from run to run in a message without making it another. */
const CHANGING = /[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?/g;

const SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/";
const SOAP_12 = "http://www.w3.org/2003/05/soap-envelope";
/** There is no schema to judge these by. */
const DISCOVERY_11 = "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01";

/**
 * Keeps a message that our code wrote (a SOAP response or fault, a WS-Discovery message, a metadata document), to be
 * validated against the official schemas when all tests have run. Messages of the same shape are kept once. Answers
 * in SOAP 1.1 are kept as the SOAP 1.2 they are but for the envelope's namespace; faults in 1.1, whose form is
 * another, and messages of WS-Discovery 1.1 are not kept.
 *
 * @param name what the message is, for the report: `GetProfiles`
 */
export function record(name: string, xml: string): void {
  const folder = process.env[ORACLE_FOLDER];
  if (folder === undefined || xml.includes(DISCOVERY_11)) return;
  if (xml.includes(SOAP_11) && xml.includes("<faultcode")) return;
  const message = xml.replaceAll(SOAP_11, SOAP_12);
  const shape = createHash("sha1").update(message.replace(CHANGING, "")).digest("hex").slice(0, 16);
  const file = path.join(folder, `${name.replace(/[^\w.-]/g, "_").slice(0, 80)}-${shape}.xml`);
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(file, message, { flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}
