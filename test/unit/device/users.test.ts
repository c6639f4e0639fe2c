import { describe, expect, it } from "vitest";
import { aDevice, codeOf } from "../../support/a-device.js";

const one = { username: "OnvifTest1", password: "OnvifTest123", level: "Operator" } as const;
const two = { username: "OnvifTest2", password: "OnvifTest123", level: "User" } as const;

describe("users", () => {
  it("are created, changed, listed without password and deleted", () => {
    const { device, changes } = aDevice();
    device.users.createUsers([one, two]);
    device.users.setUser([{ ...one, password: "OnvifTest321", level: "User" }]);
    expect(device.users.list()).toEqual([
      { username: "admin", level: "Administrator" },
      { username: "OnvifTest1", level: "User" },
      { username: "OnvifTest2", level: "User" },
    ]);
    expect(device.users.find("OnvifTest1")?.password).toBe("OnvifTest321");
    expect(device.users.find("onviftest1")).toBeUndefined();
    device.users.deleteUsers(["OnvifTest1", "OnvifTest2"]);
    expect(device.users.list()).toHaveLength(1);
    expect(changes.map((change) => change.what)).toEqual(["created", "set", "deleted"]);
    expect(changes[0]).toEqual({ slice: "users", what: "created", usernames: ["OnvifTest1", "OnvifTest2"] });
  });

  it.each([
    ["username-clash", "a name that is there", { ...two, username: "admin" }],
    ["username-clash", "a name given twice", one],
    ["username-too-short", "an empty name", { ...two, username: "" }],
    ["username-too-long", "a long name", { ...two, username: "u".repeat(65) }],
    ["password", "an empty password", { ...two, password: "" }],
    ["password", "no password", { username: "OnvifTest2", level: "User" }],
    ["password-too-long", "a long password", { ...two, password: "p".repeat(65) }],
    ["anonymous-not-allowed", "the anonymous level", { ...two, level: "Anonymous" }],
  ] as const)("are created all or none: %s for %s", (code, _, second) => {
    const { device, changes } = aDevice();
    expect(codeOf(() => device.users.createUsers([one, second]))).toBe(code);
    expect(device.users.list()).toHaveLength(1);
    expect(changes).toEqual([]);
  });

  it("are limited in number", () => {
    const { device } = aDevice({ userLimits: { maximumUsers: 2 } });
    expect(codeOf(() => device.users.createUsers([one, two]))).toBe("too-many-users");
    device.users.createUsers([one]);
    expect(device.users.limits.maximumUsers).toBe(2);
  });

  it.each([
    ["username-missing", "an unknown user", { ...one, username: "OnvifTest5" }],
    ["password-too-weak", "an empty password", { username: "OnvifTest2", level: "User" }],
    ["password-too-long", "a long password", { ...two, password: "p".repeat(65) }],
    ["anonymous-not-allowed", "the anonymous level", { ...two, level: "Anonymous" }],
  ] as const)("are changed all or none: %s for %s", (code, _, second) => {
    const { device } = aDevice();
    device.users.createUsers([one, two]);
    expect(codeOf(() => device.users.setUser([{ ...one, level: "User" }, second]))).toBe(code);
    expect(device.users.find("OnvifTest1")?.level).toBe("Operator");
  });

  it("always have the administrator that they had", () => {
    const { device } = aDevice();
    device.users.createUsers([one]);
    expect(codeOf(() => device.users.deleteUsers(["OnvifTest1", "admin"]))).toBe("fixed-user");
    expect(codeOf(() => device.users.setUser([{ username: "admin", password: "x", level: "Operator" }]))).toBe(
      "fixed-user",
    );
    expect(codeOf(() => device.users.deleteUsers(["nobody"]))).toBe("username-missing");
    device.users.setUser([
      { username: "admin", password: "x", level: "Operator" },
      { ...one, level: "Administrator" },
    ]);
    device.users.deleteUsers(["admin"]);
    expect(device.users.list()).toEqual([{ username: "OnvifTest1", level: "Administrator" }]);
  });

  it("are the first of each name in the setup", () => {
    const { device } = aDevice({
      users: [
        { username: "admin", password: "first", level: "Administrator" },
        { username: "admin", password: "second", level: "User" },
      ],
    });
    expect(device.users.snapshot()).toEqual([{ username: "admin", password: "first", level: "Administrator" }]);
  });

  it("may all go where there was no administrator", () => {
    const { device } = aDevice({ users: [{ username: "viewer", password: "v", level: "User" }] });
    device.users.deleteUsers(["viewer"]);
    expect(device.users.list()).toEqual([]);
  });
});
