import { escapeText } from "#xml/writer";
import type { SoapVersion } from "./envelope.js";

export const TER = "http://www.onvif.org/ver10/error";

export type FaultCode = "Sender" | "Receiver" | "VersionMismatch" | "MustUnderstand";

/** A SOAP fault as the ONVIF specifications name them: `Sender` / `InvalidArgVal` / `NoProfile`. */
export interface Fault {
  readonly code: FaultCode;
  /** Subcodes, outermost first; names of the ter namespace. */
  readonly subcodes: readonly string[];
  /** One sentence in English. */
  readonly reason: string;
  /** Elements that tell more, as text that declares its own prefixes. */
  readonly detail?: string;
}

/** The HTTP status that carries a fault (SOAP 1.2 part 2 §7.5.2.2; SOAP 1.1 §6.2 knows only 500). */
export function faultStatus(fault: Fault, version: SoapVersion): number {
  return version === "1.2" && fault.code === "Sender" ? 400 : 500;
}

/**
 * A Fault element. The ter prefix is declared on each element that uses it: clients take the subcode's text apart
 * on its own.
 */
export function writeFault(fault: Fault, version: SoapVersion): string {
  const reason = escapeText(fault.reason);
  if (version === "1.1") {
    const code = SOAP_11_CODES[fault.code];
    const detail = fault.subcodes.map((name) => `<ter:${name} xmlns:ter="${TER}"/>`).join("") + (fault.detail ?? "");
    const place = detail === "" ? "" : `<detail>${detail}</detail>`;
    return `<s:Fault><faultcode>s:${code}</faultcode><faultstring xml:lang="en">${reason}</faultstring>${place}</s:Fault>`;
  }
  const subcode = fault.subcodes.reduceRight(
    (inner, name) => `<s:Subcode><s:Value xmlns:ter="${TER}">ter:${name}</s:Value>${inner}</s:Subcode>`,
    "",
  );
  return (
    `<s:Fault><s:Code><s:Value>s:${fault.code}</s:Value>${subcode}</s:Code>` +
    `<s:Reason><s:Text xml:lang="en">${reason}</s:Text></s:Reason>` +
    `${fault.detail === undefined ? "" : `<s:Detail>${fault.detail}</s:Detail>`}</s:Fault>`
  );
}

const SOAP_11_CODES: Readonly<Record<FaultCode, string>> = {
  Sender: "Client",
  Receiver: "Server",
  VersionMismatch: "VersionMismatch",
  MustUnderstand: "MustUnderstand",
};
