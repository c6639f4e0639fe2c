import { expect } from "vitest";
import type { ServiceDeclaration } from "#onvif/operation";
import { Device } from "#onvif/schema/device/service";
import { EventPortType } from "#onvif/schema/events/event-port-type";
import { services } from "#onvif/services/index";
import { encodeElement } from "#xml/codec";
import { sampleOf } from "../../support/sample.js";
import { aCamera, soap, type SoapOptions, type SoapReply, type TestCamera, theUsers } from "../../support/soap.js";

const { administrator, operator, user } = theUsers;
type Somebody = NonNullable<SoapOptions["user"]>;

/** A request that is valid by its declaration, whatever its values mean. */
function ask(
  camera: TestCamera,
  { namespace, operations }: ServiceDeclaration,
  operation: string,
  as: Somebody,
  by: SoapOptions["by"] = "MD5",
): Promise<SoapReply> {
  const declared = operations[operation];
  if (!declared) throw new Error(`no operation ${operation}`);
  const { element = operation, namespace: home = namespace, request } = declared;
  return soap(camera, encodeElement(home, element, request, sampleOf(request, "least") as never), { user: as, by });
}

const notAllowed = (reply: SoapReply): boolean =>
  (reply.status === 401 && reply.fault === "Sender NotAuthorized") ||
  (reply.fault ?? "").startsWith("Receiver ActionNotSupported");

/** All operations of these classes are closed to that caller. */
async function closedTo(as: Somebody, classes: readonly string[]): Promise<void> {
  const camera = aCamera();
  const before = structuredClone(camera.device.snapshot());
  for (const { declaration } of services)
    for (const [name, { access }] of Object.entries(declaration.operations)) {
      // Everybody may change the own password (Core §8.4.6), which the sample does not ask for.
      if (!classes.includes(access) || name === "SetUser") continue;
      const reply = await ask(camera, declaration, name, as);
      expect(notAllowed(reply), `${declaration.name} ${name}: ${reply.status} ${reply.fault}`).toBe(true);
    }
  expect(camera.device.snapshot()).toEqual(before);
  expect(camera.maintenance.orders).toEqual([]);
}

const forUsers: readonly (readonly [ServiceDeclaration, string])[] = [
  [Device, "GetNTP"],
  [Device, "GetNetworkInterfaces"],
  [Device, "GetScopes"],
  [Device, "GetDiscoveryMode"],
  [EventPortType, "GetEventProperties"],
];
const forAdministrators = ["SetScopes", "SetDiscoveryMode", "GetAccessPolicy", "CreateUsers", "SetSystemDateAndTime"];

/** Access Policy, chapter 1. */
export const defaultPolicyCases: Readonly<Record<string, () => Promise<void>>> = {
  "ACCESS_POLICY-1-1-1 access not allowed: Anonymous": () =>
    closedTo("nobody", ["READ_SYSTEM", "READ_MEDIA", "READ_SYSTEM_SENSITIVE", "ACTUATE"]),
  "ACCESS_POLICY-1-1-1 access not allowed: User": () => closedTo(user, ["READ_SYSTEM_SENSITIVE", "ACTUATE"]),
  "ACCESS_POLICY-1-1-1 access not allowed: Operator": () =>
    closedTo(operator, ["READ_SYSTEM_SECRET", "WRITE_SYSTEM", "WRITE_SYSTEM_SECRET", "UNRECOVERABLE"]),

  "ACCESS_POLICY-1-1-2 default policy: Anonymous": async () => {
    for (const name of ["GetServices", "GetServiceCapabilities", "GetHostname", "GetSystemDateAndTime"])
      expect((await ask(aCamera(), Device, name, "nobody")).status).toBe(200);
  },

  "ACCESS_POLICY-1-1-3 default policy: User": async () => {
    for (const [service, name] of forUsers) {
      expect((await ask(aCamera(), service, name, "nobody")).status).toBe(401);
      expect((await ask(aCamera(), service, name, user)).status).toBe(200);
    }
  },

  "ACCESS_POLICY-1-1-4 default policy: Administrator and Anonymous": async () => {
    for (const name of forAdministrators) expect((await ask(aCamera(), Device, name, "nobody")).status).toBe(401);
  },

  "ACCESS_POLICY-1-1-5 default policy: Administrator, User and Operator": async () => {
    for (const name of forAdministrators)
      for (const as of [user, operator]) expect((await ask(aCamera(), Device, name, as)).status).toBe(401);
    expect((await ask(aCamera(), Device, "GetAccessPolicy", administrator)).status).toBe(200);
  },
};
