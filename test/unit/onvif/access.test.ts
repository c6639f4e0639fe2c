import { describe, expect, it } from "vitest";
import { type AccessClass, POLICY_LEVELS } from "#device/access/access-policy";
import { Device } from "#onvif/schema/device/service";
import { aDevice } from "../../support/a-device.js";
import { aCamera, soap, theUsers } from "../../support/soap.js";

/** The default access policy (Core §5.9.4.3): an x for each level that may, and an operation of the class. */
const classes: readonly (readonly [AccessClass, string, keyof typeof Device.operations])[] = [
  ["PRE_AUTH", "xxxx", "GetHostname"],
  ["READ_SYSTEM", "xxx-", "GetScopes"],
  ["READ_SYSTEM_SENSITIVE", "xx--", "GetUsers"],
  ["READ_SYSTEM_SECRET", "x---", "GetUsers"],
  ["WRITE_SYSTEM", "x---", "SetHostnameFromDHCP"],
  ["UNRECOVERABLE", "x---", "SystemReboot"],
  ["READ_MEDIA", "xxx-", "GetStorageConfigurations"],
  ["ACTUATE", "xx--", "SendAuxiliaryCommand"],
];

describe("the default access policy", () => {
  it.each(classes)("lets into %s: %s (Administrator, Operator, User, Anonymous)", (access, marks) => {
    const { policy } = aDevice().device.access;
    expect(POLICY_LEVELS.map((level) => (policy.allows(level, access) ? "x" : "-")).join("")).toBe(marks);
  });
});

describe("a camera that users log in to", () => {
  const users = [...Object.values(theUsers), "nobody"] as const;
  const rows = classes.filter(([access, , name]) => Device.operations[name].access === access);

  it.each(rows)("lets into %s: %s by calling %s", async (_, marks, operation) => {
    const camera = aCamera();
    const replies = await Promise.all(users.map((user) => soap(camera, { operation }, { user })));
    const admitted = replies.map(({ fault }) => (fault?.startsWith("Sender NotAuthorized") ? "-" : "x")).join("");
    expect(admitted).toBe(marks);
  });

  it("refuses a user whose level is too low as one without a login (ACCESS_POLICY-1-1-5, rule 7)", async () => {
    const reply = await soap(aCamera(), { operation: "GetUsers" }, { user: theUsers.user });
    expect(reply).toMatchObject({ status: 401, fault: "Sender NotAuthorized" });
    expect(reply.challenges).toHaveLength(2);
    expect(reply.reason).toMatch(/not authorized/i);
  });

  it("leaves exactly these operations of the device service open to everybody (rule 10)", () => {
    const open = Object.entries(Device.operations).filter(([, { access }]) => access === "PRE_AUTH");
    expect(open.map(([name]) => name).toSorted()).toEqual([
      "GetCapabilities",
      "GetEndpointReference",
      "GetHostname",
      "GetServiceCapabilities",
      "GetServices",
      "GetSystemDateAndTime",
      "GetWsdlUrl",
    ]);
  });

  it("lets everybody do everything where logging in is not required (rule 10)", async () => {
    const camera = aCamera({ policy: { required: false } });
    const users = await soap(camera, { operation: "GetUsers" }, { user: "nobody" });
    expect(users.status).toBe(200);
    const wrong = { user: { username: "x", password: "y" } };
    expect(await soap(camera, { operation: "GetUsers" }, wrong)).toMatchObject({ status: 200 });
  });
});
