import { describe, expect, it } from "vitest";
import { ACCESS_CLASSES, DEFAULT_ACCESS_POLICY } from "#device/access/access-policy";
import { Device } from "#onvif/schema/device/service";
import { Media2 } from "#onvif/schema/media2/service";
import { formatBasic } from "#wire/digest/credentials";
import { AUTH_FAILED, createPullPoint, told, topicFilter } from "../../support/event-client.js";
import { aCamera, call, soap, type TestCamera, theUsers } from "../../support/soap.js";

const member = (name: string, text: string | number | boolean): string => `<${name}>${text}</${name}>`;
const user = (name: string, password: string, level = "User", roles?: string): string =>
  `<tds:User><tt:Username>${name}</tt:Username><tt:Password>${password}</tt:Password>` +
  `<tt:UserLevel>${level}</tt:UserLevel>` +
  (roles === undefined ? "" : `<tt:Extension><tt:Roles>${roles}</tt:Roles></tt:Extension>`) +
  `</tds:User>`;
const { administrator, operator, user: viewer } = theUsers;

const faultOf = async (camera: TestCamera, operation: string, content = "", as: object = administrator) =>
  (await soap(camera, { operation, content }, { user: as as typeof administrator })).fault;

describe("rules for passwords", () => {
  it("are told with their ranges, set, and kept by CreateUsers and SetUser", async () => {
    const camera = aCamera();
    expect(await call(camera, Device, "GetPasswordComplexityOptions", {})).toEqual({
      MinLenRange: { Min: 1, Max: 64 },
      UppercaseRange: { Min: 0, Max: 64 },
      NumberRange: { Min: 0, Max: 64 },
      SpecialCharsRange: { Min: 0, Max: 64 },
      BlockUsernameOccurrenceSupported: true,
      PolicyConfigurationLockSupported: true,
    });
    await call(camera, Device, "SetPasswordComplexityConfiguration", { MinLen: 8, Uppercase: 1 });
    expect(await call(camera, Device, "GetPasswordComplexityConfiguration", {})).toEqual({
      MinLen: 8,
      Uppercase: 1,
      Number: 0,
      SpecialChars: 0,
      BlockUsernameOccurrence: false,
      PolicyConfigurationLocked: false,
    });
    expect(await faultOf(camera, "CreateUsers", user("new", "lowercase"))).toBe("Sender OperationProhibited Password");
    expect(await faultOf(camera, "SetUser", user("olga", "Short", "Operator"))).toBe(
      "Sender OperationProhibited PasswordTooWeak",
    );
    expect(await faultOf(camera, "CreateUsers", user("new", "Uppercase"))).toBeUndefined();
  });

  it("do not let passwords come again while the history is on", async () => {
    const camera = aCamera();
    await call(camera, Device, "SetPasswordHistoryConfiguration", { Enabled: true, Length: 2 });
    expect(await call(camera, Device, "GetPasswordHistoryConfiguration", {})).toEqual({ Enabled: true, Length: 2 });
    const faults = [];
    for (const password of ["first", "second", "first", "third", "first"])
      faults.push(await faultOf(camera, "SetUser", user("olga", password, "Operator")));
    const weak = "Sender OperationProhibited PasswordTooWeak";
    expect(faults).toEqual([undefined, undefined, weak, undefined, undefined]);
  });
});

describe("SetUser", () => {
  it("lets everybody change the own password and nothing else (ModifyPassword)", async () => {
    const camera = aCamera();
    expect(await faultOf(camera, "SetUser", user("uma", "another", "Administrator"), viewer)).toBeUndefined();
    expect(camera.device.users.find("uma")).toEqual({ username: "uma", password: "another", level: "User" });
    const uma = { username: "uma", password: "another" };
    for (const content of [user("olga", "x"), user("uma", "x") + user("olga", "x"), user("eve", "x")])
      expect(await faultOf(camera, "SetUser", content, uma)).toBe("Sender NotAuthorized");
    expect((await soap(camera, { operation: "SetUser", content: user("uma", "x") }, { user: "nobody" })).status).toBe(
      401,
    );
    expect(camera.device.users.find("olga")?.password).toBe(operator.password);
  });
});

describe("failed logins", () => {
  const fails = async (camera: TestCamera, count: number, options: object = {}): Promise<void> => {
    for (let n = 0; n < count; n++)
      await soap(camera, { operation: "GetUsers" }, { user: { ...administrator, password: "guessed" }, ...options });
  };

  it("are told with the address when there are more than allowed", async () => {
    const camera = aCamera();
    expect(await call(camera, Device, "GetAuthFailureWarningOptions", {})).toEqual({
      MonitorPeriodRange: { Min: 1, Max: 3600 },
      AuthFailureRange: { Min: 1, Max: 100 },
    });
    await call(camera, Device, "SetAuthFailureWarningConfiguration", {
      Enabled: true,
      MonitorPeriod: 30,
      MaxAuthFailures: 2,
    });
    expect(await call(camera, Device, "GetAuthFailureWarningConfiguration", {})).toEqual({
      Enabled: true,
      MonitorPeriod: 30,
      MaxAuthFailures: 2,
    });
    const address = await createPullPoint(camera, topicFilter(AUTH_FAILED));
    await fails(camera, 2);
    expect(await told(camera, address)).toEqual([]);
    await fails(camera, 1, { by: "MD5" });
    expect(await told(camera, address)).toEqual([`${AUTH_FAILED} NetworkInterface=eth0 SourceIPv4=192.0.2.99`]);
    await camera.host.clock.advance(30_000);
    await fails(camera, 3, { peer: "2001:db8::7" });
    expect(await told(camera, address)).toEqual([`${AUTH_FAILED} NetworkInterface=eth0 SourceIPv6=2001:db8::7`]);
  });

  it("shut the user out at that address until the time is over, by the monotonic clock", async () => {
    const camera = aCamera({ setup: { lockoutMs: 30_000 } });
    const status = async (options: object = {}): Promise<number> =>
      (await soap(camera, { operation: "GetUsers" }, options)).status;
    await fails(camera, 11);
    expect([await status(), await status({ by: "MD5" })]).toEqual([401, 401]);
    expect(await status({ peer: "192.0.2.98" })).toBe(200);
    const scopes = { operation: "GetScopes" };
    expect((await soap(camera, scopes, { user: operator })).status).toBe(200);
    camera.host.clock.setWall(camera.host.clock.now() + 86_400_000);
    expect(await status()).toBe(401);
    await camera.host.clock.advance(30_000);
    expect([await status(), await status({ by: "SHA-256" })]).toEqual([200, 200]);
  });

  it("are not those who ask for a challenge, or whose nonce has aged", async () => {
    const camera = aCamera({ setup: { lockoutMs: 30_000 } });
    for (let n = 0; n < 50; n++) await soap(camera, { operation: "GetUsers" }, { user: "nobody" });
    expect((await soap(camera, { operation: "GetUsers" }, { by: "MD5" })).status).toBe(200);
  });
});

describe("the remote user", () => {
  it("logs in by all ways, is told without password, and goes", async () => {
    const camera = aCamera();
    const remote = { Username: "remote", Password: "from afar", UseDerivedPassword: false };
    expect(await call(camera, Device, "GetRemoteUser", {})).toEqual({});
    await call(camera, Device, "SetRemoteUser", { RemoteUser: remote });
    expect(await call(camera, Device, "GetRemoteUser", {})).toEqual({
      RemoteUser: { Username: "remote", UseDerivedPassword: false },
    });
    const login = { user: { username: "remote", password: "from afar" } };
    for (const by of ["token", "MD5", "SHA-256"] as const)
      expect((await soap(camera, { operation: "GetScopes" }, { ...login, by })).status).toBe(200);
    await call(camera, Device, "SetRemoteUser", {});
    expect((await soap(camera, { operation: "GetScopes" }, login)).status).toBe(401);
  });
});

describe("roles", () => {
  it("let users of the level Extended call their functions and nothing else", async () => {
    const camera = aCamera();
    const functions = "tds:GetUsers tr2:GetProfiles";
    await soap(camera, {
      operation: "SetUserRole",
      content: `<tds:UserRole><tt:Name>clerk</tt:Name><tt:Functions>${functions}</tt:Functions></tds:UserRole>`,
    });
    expect((await call(camera, Device, "GetUserRoles", {})).UserRole?.map(({ Name }) => Name)).toEqual([
      "onvif:Administrator",
      "onvif:Operator",
      "onvif:User",
      "clerk",
    ]);
    expect(await call(camera, Device, "GetUserRoles", { UserRole: "clerk" })).toEqual({
      UserRole: [{ Name: "clerk", Functions: functions.split(" ") }],
    });
    expect(await faultOf(camera, "CreateUsers", user("carl", "secret", "Extended", "clerk"))).toBeUndefined();
    expect((await call(camera, Device, "GetUsers", {})).User?.at(-1)).toEqual({
      Username: "carl",
      UserLevel: "Extended",
      Extension: { Roles: ["clerk"] },
    });
    const carl = { username: "carl", password: "secret" };
    expect(await faultOf(camera, "GetUsers", "", carl)).toBeUndefined();
    expect((await soap(camera, { service: Media2, operation: "GetProfiles" }, { user: carl })).status).toBe(200);
    expect(await faultOf(camera, "GetScopes", "", carl)).toBe("Sender NotAuthorized");
    await call(camera, Device, "DeleteUserRole", { UserRole: "clerk" });
    expect(await faultOf(camera, "GetUsers", "", carl)).toBe("Sender NotAuthorized");
  });

  it("that are predefined stand for their level", async () => {
    const camera = aCamera();
    expect(await faultOf(camera, "CreateUsers", user("carl", "secret", "Extended", "onvif:User"))).toBeUndefined();
    const carl = { username: "carl", password: "secret" };
    expect(await faultOf(camera, "GetScopes", "", carl)).toBeUndefined();
    expect(await faultOf(camera, "GetUsers", "", carl)).toBe("Sender NotAuthorized");
  });
});

describe("the access policy", () => {
  const policyOf = async (camera: TestCamera): Promise<string> =>
    Buffer.from((await call(camera, Device, "GetAccessPolicy", {})).PolicyFile.Data).toString();
  const set = (camera: TestCamera, text: string): Promise<unknown> =>
    call(camera, Device, "SetAccessPolicy", { PolicyFile: { Data: Buffer.from(text) } });

  it("is a file that can be had, changed and set, and decides from then on", async () => {
    const camera = aCamera();
    const policy = await policyOf(camera);
    for (const name of ACCESS_CLASSES) expect(policy).toContain(`<Class name="${name}">`);
    expect(await faultOf(camera, "GetScopes", "", viewer)).toBeUndefined();
    const closed = policy.replace(/(<Class name="READ_SYSTEM">).*/, "$1<Level>Administrator</Level></Class>");
    const open = closed.replace(/(<Class name="READ_SYSTEM_SECRET">)/, "$1<Level>User</Level>");
    await set(camera, open);
    expect(await faultOf(camera, "GetScopes", "", viewer)).toBe("Sender NotAuthorized");
    expect(await faultOf(camera, "GetScopes", "", operator)).toBe("Sender NotAuthorized");
    expect(await faultOf(camera, "GetUsers", "", viewer)).toBeUndefined();
    expect(await policyOf(camera)).toContain("<Level>User</Level><Level>Administrator</Level>");
    await set(camera, policy);
    expect(camera.device.access.policy.rules).toEqual(DEFAULT_ACCESS_POLICY);
  });

  it("can open classes to those who do not log in", async () => {
    const camera = aCamera();
    const policy = await policyOf(camera);
    await set(camera, policy.replace(/(<Class name="READ_MEDIA">)/, "$1<Level>Anonymous</Level>"));
    const profiles = { service: Media2, operation: "GetProfiles" };
    expect((await soap(camera, profiles, { user: "nobody" })).status).toBe(200);
    expect((await soap(camera, { operation: "GetUsers" }, { user: "nobody" })).status).toBe(401);
    expect((await soap(camera, profiles)).status).toBe(200);
  });
});

describe("SetHashingAlgorithm", () => {
  it("does not change what the camera can do, which its capabilities tell", async () => {
    const camera = aCamera();
    await call(camera, Device, "SetHashingAlgorithm", { Algorithm: ["SHA-256"] });
    const { Capabilities } = await call(camera, Device, "GetServiceCapabilities", {});
    expect(Capabilities.Security.HashingAlgorithms).toEqual(["MD5", "SHA-256"]);
    await soap(camera, { operation: "SetHashingAlgorithm", content: member("tds:Algorithm", "SHA-256, MD5") });
    expect(camera.device.access.digestAlgorithms.chosen).toEqual(["SHA-256", "MD5"]);
  });
});

describe("profiles without a login (rule 30)", () => {
  const create = "<tr2:CreateProfile><tr2:Name>probe</tr2:Name></tr2:CreateProfile>";
  const remove = (token: string): string => `<tr2:DeleteProfile><tr2:Token>${token}</tr2:Token></tr2:DeleteProfile>`;

  it("are made and deleted where the camera is told to allow it, and nothing else is", async () => {
    const camera = aCamera({ openProfiles: true });
    const made = await soap(camera, create, { user: "nobody" });
    expect(made.status).toBe(200);
    const token = made.body.child("Token")?.text ?? "";
    expect((await soap(camera, remove(token), { user: "nobody" })).status).toBe(200);
    expect((await soap(camera, remove("profile_1"), { user: "nobody" })).fault).toBe(
      "Sender Action DeletionOfFixedProfile",
    );
    const profiles = { service: Media2, operation: "GetProfiles" };
    expect((await soap(camera, profiles, { user: "nobody" })).status).toBe(401);
  });

  it("are not, unless it is told", async () => {
    const camera = aCamera();
    expect((await soap(camera, create, { user: "nobody" })).status).toBe(401);
    expect((await soap(camera, create, { user: "nobody", authorization: formatBasic("a", "b") })).status).toBe(401);
  });
});
