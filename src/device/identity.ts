import { createHash } from "node:crypto";
import { CodedError } from "#util/errors";

/** Who the camera is; never changes while it runs. */
export interface Identity {
  readonly manufacturer: string;
  readonly model: string;
  readonly firmwareVersion: string;
  readonly serialNumber: string;
  readonly hardwareId: string;
  /** Lower case, with colons. */
  readonly macAddress: string;
  /** `urn:uuid:…`: the same in Hello, ProbeMatch and GetEndpointReference, and after a restart (Core §7.3.1). */
  readonly endpointAddress: string;
}

/** The facts of `Identity` that someone must choose; the rest follows from them. */
export interface IdentitySetup {
  readonly manufacturer: string;
  readonly model: string;
  readonly firmwareVersion: string;
  readonly serialNumber: string;
  readonly hardwareId: string;
  /** Six hexadecimal octets with colons or hyphens. Without it, one is made from the serial number. */
  readonly macAddress?: string;
  /** A UUID, with or without `urn:uuid:`. Without it, one is made from MAC address and serial number. */
  readonly endpointUuid?: string;
}

/** A locally administered unicast address (first octet 02) from the serial number. */
export const macAddressOf = (serialNumber: string): string => {
  const digest = createHash("sha256").update(`mac:${serialNumber}`).digest();
  return ["02", ...Array.from(digest.subarray(0, 5), (octet) => octet.toString(16).padStart(2, "0"))].join(":");
};

/** A version 5 UUID (RFC 9562 §5.5) in the URL name space from what makes a camera unique. */
export const endpointUuidOf = (macAddress: string, serialNumber: string): string => {
  const nameSpace = Buffer.from("6ba7b8119dad11d180b400c04fd430c8", "hex");
  const name = `onvif-camera/${macAddress}/${serialNumber}`;
  const hex = createHash("sha1").update(nameSpace).update(name).digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
};

/** Completes the identity; throws `device-setup` for a MAC address or UUID that is none. */
export const createIdentity = (setup: IdentitySetup): Identity => {
  const { manufacturer, model, firmwareVersion, serialNumber, hardwareId } = setup;
  const macAddress = (setup.macAddress ?? macAddressOf(serialNumber)).toLowerCase().replaceAll("-", ":");
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(macAddress))
    throw new CodedError("device-setup", `not a MAC address: ${macAddress}`);
  const uuid = (setup.endpointUuid ?? endpointUuidOf(macAddress, serialNumber)).toLowerCase().replace(/^urn:uuid:/, "");
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid))
    throw new CodedError("device-setup", `not a UUID: ${uuid}`);
  const endpointAddress = `urn:uuid:${uuid}`;
  return Object.freeze({
    manufacturer,
    model,
    firmwareVersion,
    serialNumber,
    hardwareId,
    macAddress,
    endpointAddress,
  });
};
