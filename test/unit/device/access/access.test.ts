import { describe, expect, it } from "vitest";
import { ACCESS_CLASSES, DEFAULT_ACCESS_POLICY } from "#device/access/access-policy";
import { derivedPassword } from "#device/access/remote-user";
import { MAXIMUM_ROLES } from "#device/access/user-roles";
import { aDevice, codeOf } from "../../../support/a-device.js";

const one = { username: "OnvifTest1", password: "OnvifTest123", level: "Operator" } as const;
const everything = (): boolean => true;

describe("the rules for passwords", () => {
  it.each([
    ["characters", { minimumLength: 8 }, "short", "long enough"],
    ["uppercase letters, of any script", { uppercase: 2 }, "Ab", "ÄБ"],
    ["digits", { numbers: 2 }, "a1", "a1b2"],
    ["characters that are neither letters nor digits", { specialCharacters: 1 }, "abc1é", "ab c"],
    ["anything but the user's name, in any case", { blocksUsername: true }, "xonviftest1x", "another"],
  ])("ask for %s, of new users and of new passwords", (_, rule, bad, good) => {
    const { device } = aDevice();
    device.users.createUsers([one]);
    device.access.securityPolicies.setComplexity(rule);
    expect(codeOf(() => device.users.setUser([{ ...one, password: bad }]))).toBe("password-too-weak");
    device.users.setUser([{ ...one, password: good }]);
    device.users.deleteUsers([one.username]);
    expect(codeOf(() => device.users.createUsers([{ ...one, password: bad }]))).toBe("password");
    device.users.createUsers([{ ...one, password: good }]);
  });

  it("count characters, not bytes or UTF-16 units", () => {
    const { device } = aDevice();
    device.access.securityPolicies.setComplexity({ minimumLength: 3 });
    expect(codeOf(() => device.users.createUsers([{ ...one, password: "😀😀" }]))).toBe("password");
    device.users.createUsers([{ ...one, password: "😀😀😀" }]);
  });

  it("leave what is not given as it is", () => {
    const { securityPolicies } = aDevice().device.access;
    securityPolicies.setComplexity({ minimumLength: 6, numbers: 1 });
    securityPolicies.setComplexity({ numbers: 2 });
    expect(securityPolicies.complexity).toMatchObject({ minimumLength: 6, numbers: 2, isLocked: false });
  });

  it.each([
    [{ minimumLength: 0 }],
    [{ minimumLength: 65 }],
    [{ uppercase: -1 }],
    [{ numbers: 65 }],
    [{ uppercase: 30, numbers: 30, specialCharacters: 30 }],
  ])("are refused where no password could keep them: %j", (rule) => {
    const { device, changes } = aDevice();
    const before = device.snapshot();
    expect(codeOf(() => device.access.securityPolicies.setComplexity(rule))).toBe("invalid-argument");
    expect(device.snapshot()).toEqual(before);
    expect(changes).toEqual([]);
  });

  it("can be locked, all of them, once and for all", () => {
    const { securityPolicies } = aDevice().device.access;
    securityPolicies.setComplexity({ minimumLength: 8, isLocked: true });
    expect(codeOf(() => securityPolicies.setComplexity({ isLocked: false }))).toBe("invalid-argument");
    expect(codeOf(() => securityPolicies.setHistory({ enabled: true, length: 3 }))).toBe("invalid-argument");
    expect(
      codeOf(() => securityPolicies.setAuthFailures({ enabled: false, monitorPeriod: 60, maximumFailures: 1 })),
    ).toBe("invalid-argument");
    expect(securityPolicies.complexity.minimumLength).toBe(8);
  });
});

describe("the history of passwords", () => {
  it("keeps as many from coming again as it is long, the present one among them", () => {
    const { device } = aDevice();
    device.users.createUsers([one]);
    device.access.securityPolicies.setHistory({ enabled: true, length: 3 });
    const set = (password: string): string | undefined => codeOf(() => device.users.setUser([{ ...one, password }]));
    expect(set(one.password)).toBe("password-too-weak");
    expect(["second", "third", "fourth"].map(set)).toEqual([undefined, undefined, undefined]);
    expect(["second", "third", "fourth"].map(set)).toEqual(Array.from({ length: 3 }, () => "password-too-weak"));
    expect(set(one.password)).toBeUndefined();
  });

  it("lets a level be changed with the present password", () => {
    const { device } = aDevice();
    device.users.createUsers([one]);
    device.access.securityPolicies.setHistory({ enabled: true, length: 3 });
    device.users.setUser([{ ...one, level: "User" }]);
    expect(device.users.find(one.username)?.level).toBe("User");
  });

  it("holds no password in clear text, forgets deleted users, and forgets all when it is turned off", () => {
    const { device } = aDevice();
    device.users.createUsers([one]);
    const { securityPolicies, formerPasswords } = device.access;
    securityPolicies.setHistory({ enabled: true, length: 3 });
    device.users.setUser([{ ...one, password: "second" }]);
    expect(formerPasswords.snapshot()).toHaveLength(1);
    expect(JSON.stringify(formerPasswords.snapshot())).not.toContain(one.password);
    device.users.deleteUsers([one.username]);
    expect(formerPasswords.snapshot()).toEqual([]);
    device.users.createUsers([one]);
    device.users.setUser([{ ...one, password: "second" }]);
    securityPolicies.setHistory({ enabled: false, length: 3 });
    device.users.setUser([one]);
    expect(formerPasswords.snapshot()).toEqual([]);
  });

  it.each([0, 11, 1.5])("cannot be %d passwords long", (length) => {
    const { securityPolicies } = aDevice().device.access;
    expect(codeOf(() => securityPolicies.setHistory({ enabled: true, length }))).toBe("invalid-argument");
  });
});

describe("failed logins", () => {
  const suspicious = (lockoutMs = 30_000) => {
    const { device, changes } = aDevice({ lockoutMs });
    device.access.securityPolicies.setAuthFailures({ enabled: true, monitorPeriod: 60, maximumFailures: 3 });
    changes.length = 0;
    const { failedLogins } = device.access;
    const fail = (count: number, nowMs = 0, username = "eve", address = "192.0.2.9"): void => {
      for (let n = 0; n < count; n++) failedLogins.add(username, address, nowMs);
    };
    return { failedLogins, changes, fail, device };
  };

  it("are told once when there are more than the policy allows in its period", () => {
    const { changes, fail } = suspicious();
    fail(3);
    expect(changes).toEqual([]);
    fail(5);
    expect(changes).toEqual([{ slice: "logins", what: "failed", address: "192.0.2.9", failures: 4 }]);
    fail(3, 60_000);
    expect(changes).toHaveLength(1);
    fail(1, 60_000);
    expect(changes).toHaveLength(2);
  });

  it("are counted for each address alone, whatever the names", () => {
    const { changes, fail } = suspicious();
    fail(2, 0, "eve");
    fail(2, 0, "eve", "2001:db8::9");
    fail(1, 0, "mallory");
    expect(changes).toEqual([]);
    fail(1, 0, "trudy");
    expect(changes).toHaveLength(1);
  });

  it("shut the user out at that address for a while, and nobody else", () => {
    const { failedLogins, fail } = suspicious();
    fail(4, 1_000);
    expect(failedLogins.isLocked("eve", "192.0.2.9", 1_000)).toBe(true);
    expect(failedLogins.isLocked("eve", "192.0.2.10", 1_000)).toBe(false);
    expect(failedLogins.isLocked("admin", "192.0.2.9", 1_000)).toBe(false);
    expect(failedLogins.isLocked("eve", "192.0.2.9", 30_999)).toBe(true);
    expect(failedLogins.isLocked("eve", "192.0.2.9", 31_000)).toBe(false);
    fail(3, 31_000);
    expect(failedLogins.isLocked("eve", "192.0.2.9", 31_000)).toBe(false);
  });

  it("shut nobody out and are not told where the policy does not want them", () => {
    const { failedLogins, fail } = suspicious(0);
    fail(100);
    expect(failedLogins.isLocked("eve", "192.0.2.9", 0)).toBe(false);
    const { device, changes, fail: again } = suspicious();
    device.access.securityPolicies.setAuthFailures({ enabled: false, monitorPeriod: 60, maximumFailures: 3 });
    changes.length = 0;
    again(100);
    expect(changes).toEqual([]);
  });

  it("of ever new names and addresses are forgotten, the oldest first", () => {
    const { failedLogins, fail } = suspicious();
    fail(4, 0, "first");
    for (let n = 0; n < 2_000; n++) fail(4, 0, `user ${n}`, `2001:db8::${n.toString(16)}`);
    expect(failedLogins.isLocked("first", "192.0.2.9", 0)).toBe(false);
    expect(failedLogins.isLocked("user 1999", "2001:db8::7cf", 0)).toBe(true);
  });
});

describe("the access policy", () => {
  const without = (name: string) => DEFAULT_ACCESS_POLICY.filter(({ accessClass }) => accessClass !== name);

  it("can be changed, and is the default one until then", () => {
    const { policy } = aDevice().device.access;
    expect(policy.rules).toEqual(DEFAULT_ACCESS_POLICY);
    expect(policy.allows("User", "ACTUATE")).toBe(false);
    policy.set([...without("ACTUATE"), { accessClass: "ACTUATE", levels: ["Administrator", "User"] }]);
    expect(policy.allows("User", "ACTUATE")).toBe(true);
    expect(policy.allows("Operator", "ACTUATE")).toBe(false);
  });

  it.each([
    ["no class", []],
    ["a class missing", without("READ_MEDIA")],
    ["a class twice", [...DEFAULT_ACCESS_POLICY, { accessClass: "ACTUATE", levels: ["Administrator"] }]],
    ["a level twice", [...without("ACTUATE"), { accessClass: "ACTUATE", levels: ["Administrator", "Administrator"] }]],
    ["Administrators shut out", [...without("ACTUATE"), { accessClass: "ACTUATE", levels: ["Operator"] }]],
    ["a login asked for everything", [...without("PRE_AUTH"), { accessClass: "PRE_AUTH", levels: ["Administrator"] }]],
  ] as const)("is not taken with %s", (_, rules) => {
    const { policy } = aDevice().device.access;
    expect(codeOf(() => policy.set(rules))).toBe("policy-format");
    expect(policy.rules).toEqual(DEFAULT_ACCESS_POLICY);
  });
});

describe("roles", () => {
  const extended = (...roles: string[]) => ({ ...one, level: "Extended", roles }) as const;

  it("entitle to their functions, and the predefined ones to what their level may", () => {
    const { access } = aDevice().device;
    access.roles.set({ name: "watcher", functions: ["tds:GetUsers"] }, everything);
    expect(access.mayCall(extended("watcher"), "READ_SYSTEM_SECRET", ["tds:GetUsers"])).toBe(true);
    expect(access.mayCall(extended("watcher"), "READ_SYSTEM", ["tds:GetScopes"])).toBe(false);
    expect(access.mayCall(extended(), "PRE_AUTH", ["tds:GetHostname"])).toBe(true);
    for (const accessClass of ACCESS_CLASSES)
      for (const level of ["Administrator", "Operator", "User"] as const)
        expect(access.mayCall(extended(`onvif:${level}`), accessClass, ["tds:Any"])).toBe(
          access.mayCall({ level }, accessClass, ["tds:Any"]),
        );
  });

  it("of users with a level of their own mean nothing", () => {
    const { access } = aDevice().device;
    access.roles.set({ name: "watcher", functions: ["tds:GetUsers"] }, everything);
    expect(access.mayCall({ level: "User", roles: ["watcher"] }, "READ_SYSTEM_SECRET", ["tds:GetUsers"])).toBe(false);
  });

  it("let play those streams whose addresses they tell, and do with them what their levels may", () => {
    const { access } = aDevice().device;
    access.roles.set({ name: "viewer", functions: ["trt:GetStreamUri"] }, everything);
    access.roles.set({ name: "clerk", functions: ["tds:GetUsers"] }, everything);
    const actions = [["onvif:User", "onvif:Operator"], ["viewer"], ["clerk"], []].map((roles) =>
      access.streamActions(extended(...roles)),
    );
    const nothing = { read: false, publish: false };
    expect(actions).toEqual([{ read: true, publish: true }, { ...nothing, read: true }, nothing, nothing]);
  });

  it("are taken from their users when they are deleted", () => {
    const { device } = aDevice();
    device.access.roles.set({ name: "watcher", functions: [] }, everything);
    device.users.createUsers([extended("watcher", "onvif:User")]);
    device.users.deleteRole("watcher");
    expect(device.users.find(one.username)?.roles).toEqual(["onvif:User"]);
    expect(codeOf(() => device.users.setUser([extended("watcher")]))).toBe("invalid-user-role");
  });

  it("are limited in number, the predefined ones among them; one that is there can still be changed", () => {
    const { roles } = aDevice().device.access;
    for (let n = 3; n < MAXIMUM_ROLES; n++) roles.set({ name: `role${n}`, functions: [] }, everything);
    expect(codeOf(() => roles.set({ name: "more", functions: [] }, everything))).toBe("too-many-user-roles");
    roles.set({ name: "role3", functions: ["tds:GetUsers"] }, everything);
    expect(roles.list("role3")).toEqual([{ name: "role3", functions: ["tds:GetUsers"] }]);
    expect(roles.list()).toHaveLength(MAXIMUM_ROLES);
  });

  it("keep the camera an administrator too", () => {
    const { device } = aDevice();
    device.users.createUsers([extended("onvif:Administrator")]);
    device.users.deleteUsers(["admin"]);
    expect(codeOf(() => device.users.deleteUsers([one.username]))).toBe("fixed-user");
  });
});

describe("the remote user", () => {
  it("logs in with the password, or with what is derived from it for this camera", () => {
    const { device } = aDevice();
    const { remoteUser } = device.access;
    const remote = { username: "remote", password: "secret" };
    remoteUser.set({ ...remote, usesDerivedPassword: false });
    expect(device.account("remote")).toEqual({ ...remote, level: "Operator" });
    remoteUser.set({ ...remote, usesDerivedPassword: true });
    const derived = derivedPassword("remote", "secret", device.identity.endpointAddress);
    expect(device.account("remote")?.password).toBe(derived);
    expect(derived).toMatch(/^[\w+/]{27}=$/);
    remoteUser.set(undefined);
    expect(device.account("remote")).toBeUndefined();
  });

  it("has no login without a password, and no name of a user", () => {
    const { device } = aDevice();
    device.access.remoteUser.set({ username: "remote", usesDerivedPassword: false });
    expect(device.account("remote")).toBeUndefined();
    expect(codeOf(() => device.users.createUsers([{ ...one, username: "remote" }]))).toBe("username-clash");
    expect(codeOf(() => device.access.remoteUser.set({ username: "admin", usesDerivedPassword: false }))).toBe(
      "username-clash",
    );
  });
});
