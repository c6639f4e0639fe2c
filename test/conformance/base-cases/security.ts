import { expect } from "vitest";
import { Device } from "#onvif/schema/device/service";
import { parseChallenges } from "#wire/digest/challenge";
import { aCamera, call, envelopeOf, send, soap, type TestCamera, theUsers, usernameToken } from "../../support/soap.js";

type Level = "Administrator" | "Operator" | "User";
type Row = readonly [username: string, level: Level, password?: string];

const PASSWORD = "OnvifTest123";
const OTHER = "OnvifTest321";

const settings = (rows: readonly Row[]) => ({
  User: rows.map(([Username, UserLevel, Password = PASSWORD]) => ({ Username, Password, UserLevel })),
});
const create = (camera: TestCamera, ...rows: readonly Row[]) => call(camera, Device, "CreateUsers", settings(rows));
const set = (camera: TestCamera, ...rows: readonly Row[]) => call(camera, Device, "SetUser", settings(rows));
const remove = (camera: TestCamera, ...Username: readonly string[]) =>
  call(camera, Device, "DeleteUsers", { Username });

/** The fault of a request with users. */
async function refuses(camera: TestCamera, operation: string, rows: readonly Row[], fault: string): Promise<void> {
  const content = rows
    .map(
      ([name, level]) =>
        `<tds:User><tt:Username>${name}</tt:Username><tt:Password>${PASSWORD}</tt:Password><tt:UserLevel>${level}</tt:UserLevel></tds:User>`,
    )
    .join("");
  expect((await soap(camera, { operation, content })).fault).toBe(fault);
}

/** GetUsers tells these beside the users that were there before, and no password. */
async function listed(camera: TestCamera, ...rows: readonly Row[]): Promise<void> {
  const { User = [] } = await call(camera, Device, "GetUsers", {});
  const first = Object.values(theUsers).map(({ username, level }) => ({ Username: username, UserLevel: level }));
  expect(User).toEqual([...first, ...rows.map(([Username, UserLevel]) => ({ Username, UserLevel }))]);
}

/** The remote user that is told; its password never is. */
async function remoteUserIs(camera: TestCamera, UseDerivedPassword: boolean | undefined): Promise<void> {
  const told =
    UseDerivedPassword === undefined ? {} : { RemoteUser: { Username: "ONVIFRemoteUser", UseDerivedPassword } };
  expect(await call(camera, Device, "GetRemoteUser", {})).toEqual(told);
}

/** Base, chapters 4 (users) and Security. */
export const securityCases: Readonly<Record<string, () => Promise<void>>> = {
  "DEVICE-4-1-1 GetUsers": () => listed(aCamera()),

  "DEVICE-4-1-3 CreateUsers: a user that exists": async () => {
    const camera = aCamera();
    const clash = "Sender OperationProhibited UsernameClash";
    await create(camera, ["OnvifTest1", "Operator"]);
    await listed(camera, ["OnvifTest1", "Operator"]);
    await refuses(camera, "CreateUsers", [["OnvifTest1", "User"]], clash);
    await refuses(
      camera,
      "CreateUsers",
      [
        ["OnvifTest4", "Operator"],
        ["OnvifTest1", "User"],
      ],
      clash,
    );
    await listed(camera, ["OnvifTest1", "Operator"]);
    await remove(camera, "OnvifTest1");
  },

  "DEVICE-4-1-4 DeleteUsers": async () => {
    const camera = aCamera();
    await create(camera, ["OnvifTest1", "Operator"], ["OnvifTest2", "Operator"], ["OnvifTest3", "User"]);
    await listed(camera, ["OnvifTest1", "Operator"], ["OnvifTest2", "Operator"], ["OnvifTest3", "User"]);
    await remove(camera, "OnvifTest1");
    await listed(camera, ["OnvifTest2", "Operator"], ["OnvifTest3", "User"]);
    await remove(camera, "OnvifTest2", "OnvifTest3");
    await listed(camera);
  },

  "DEVICE-4-1-5 DeleteUsers: a user that does not exist": async () => {
    const camera = aCamera();
    await create(camera, ["OnvifTest1", "Operator"]);
    const content = "<tds:Username>OnvifTest1</tds:Username><tds:Username>OnvifTest2</tds:Username>";
    expect((await soap(camera, { operation: "DeleteUsers", content })).fault).toBe(
      "Sender InvalidArgVal UsernameMissing",
    );
    await listed(camera, ["OnvifTest1", "Operator"]);
    await remove(camera, "OnvifTest1");
    await listed(camera);
  },

  "DEVICE-4-1-6 DeleteUsers: all users": async () => {
    const camera = aCamera();
    const { User = [] } = await call(camera, Device, "GetUsers", {});
    const content = User.map(({ Username }) => `<tds:Username>${Username}</tds:Username>`).join("");
    expect((await soap(camera, { operation: "DeleteUsers", content })).fault).toBe("Sender InvalidArgVal FixedUser");
    await listed(camera);
  },

  "DEVICE-4-1-7 SetUser": async () => {
    const camera = aCamera();
    await create(camera, ["OnvifTest1", "Operator"], ["OnvifTest2", "Operator"]);
    await set(camera, ["OnvifTest1", "Operator", OTHER]);
    await listed(camera, ["OnvifTest1", "Operator"], ["OnvifTest2", "Operator"]);
    const login = { user: { username: "OnvifTest1", password: OTHER } };
    expect((await soap(camera, { operation: "GetScopes" }, login)).status).toBe(200);
    await set(camera, ["OnvifTest1", "Operator"], ["OnvifTest2", "User", OTHER]);
    await listed(camera, ["OnvifTest1", "Operator"], ["OnvifTest2", "User"]);
    await remove(camera, "OnvifTest1", "OnvifTest2");
  },

  "DEVICE-4-1-8 SetUser: a user that does not exist": async () => {
    const camera = aCamera();
    await create(camera, ["OnvifTest1", "Operator"]);
    const rows: readonly Row[] = [
      ["OnvifTest1", "User"],
      ["OnvifTest5", "User"],
    ];
    await refuses(camera, "SetUser", rows, "Sender InvalidArgVal UsernameMissing");
    await listed(camera, ["OnvifTest1", "Operator"]);
    await remove(camera, "OnvifTest1");
    await listed(camera);
  },

  "DEVICE-4-1-9 CreateUsers": async () => {
    const camera = aCamera();
    await create(camera, ["OnvifTest1", "Operator"]);
    await listed(camera, ["OnvifTest1", "Operator"]);
    await create(camera, ["OnvifTest2", "User"]);
    await listed(camera, ["OnvifTest1", "Operator"], ["OnvifTest2", "User"]);
    await remove(camera, "OnvifTest1", "OnvifTest2");
    await create(camera, ["OnvifTest1", "Administrator"]);
    await listed(camera, ["OnvifTest1", "Administrator"]);
    await remove(camera, "OnvifTest1");
  },

  "DEVICE-4-1-10 GetRemoteUser": async () => {
    const camera = aCamera();
    const { Capabilities } = await call(camera, Device, "GetServiceCapabilities", {});
    expect(Capabilities.Security.RemoteUserHandling).toBe(true);
    await remoteUserIs(camera, undefined);
  },

  "DEVICE-4-1-11 SetRemoteUser": async () => {
    const camera = aCamera();
    const remote = { Username: "ONVIFRemoteUser", Password: "ONVIFRemotePassword" };
    for (const UseDerivedPassword of [true, false]) {
      await call(camera, Device, "SetRemoteUser", { RemoteUser: { ...remote, UseDerivedPassword } });
      await remoteUserIs(camera, UseDerivedPassword);
    }
    await call(camera, Device, "SetRemoteUser", {});
    await remoteUserIs(camera, undefined);
  },

  "SECURITY-1-1-1 user token profile": async () => {
    const camera = aCamera();
    const created = new Date(camera.device.clock.now()).toISOString();
    const good = { ...theUsers.administrator, created };
    const status = async (token: Parameters<typeof usernameToken>[0]): Promise<number> =>
      (await send(camera, envelopeOf("<tds:GetUsers/>", usernameToken(token)))).status;
    expect(await status({ ...good, nonce: Buffer.alloc(0) })).toBe(401);
    expect(await status({ ...good, created: "" })).toBe(401);
    expect(await status({ ...good, type: "text" })).toBe(401);
    expect(await status(good)).toBe(200);
  },

  "SECURITY-1-1-2 digest authentication": async () => {
    const camera = aCamera();
    const refused = await soap(camera, { operation: "GetUsers" }, { user: "nobody" });
    expect(refused.status).toBe(401);
    const [challenge] = parseChallenges(refused.challenges);
    expect(challenge).toMatchObject({ scheme: "digest", realm: "camera", qop: true, algorithm: "MD5" });
    expect((await soap(camera, { operation: "GetUsers" }, { by: "MD5" })).status).toBe(200);
  },
};
