import { describe, expect, it } from "vitest";
import { Device } from "#onvif/schema/device/service";
import { aCamera, call, soap } from "../../support/soap.js";

describe("places", () => {
  const here = { Entity: "Device", GeoLocation: { lon: 24.94, lat: 60.17, elevation: 12.5 } };
  const door = { Entity: "VideoSource", Token: "video_source_1", LocalOrientation: { pan: 90, tilt: -10, roll: 0 } };

  it("are kept as they were set, one for each entity and token, and deleted by these", async () => {
    const camera = aCamera();
    expect((await call(camera, Device, "GetGeoLocation", {})).Location ?? []).toEqual([]);
    await call(camera, Device, "SetGeoLocation", { Location: [here, door] });
    expect((await call(camera, Device, "GetGeoLocation", {})).Location).toEqual([here, door]);
    const moved = { Entity: "Device", GeoOrientation: { yaw: 180 } };
    await call(camera, Device, "SetGeoLocation", { Location: [moved] });
    expect((await call(camera, Device, "GetGeoLocation", {})).Location).toEqual([moved, door]);
    await call(camera, Device, "DeleteGeoLocation", { Location: [{ Entity: "Device" }] });
    expect((await call(camera, Device, "GetGeoLocation", {})).Location).toEqual([door]);
  });
});

describe("storage configurations", () => {
  const User = { UserName: "olga", Password: "hush hush", Token: "ticket" };
  const Data = { type: "ObjectStorageS3", StorageUri: "https://s3.example.org/clips", User, Region: "eu-north-1" };

  it("are made, told without their secrets, changed and deleted", async () => {
    const camera = aCamera();
    const { Token } = await call(camera, Device, "CreateStorageConfiguration", { StorageConfiguration: Data });
    const told = { token: Token, Data: { ...Data, User: { UserName: "olga" } } };
    const reply = await soap(camera, "<tds:GetStorageConfigurations/>");
    expect(reply.text).not.toMatch(/hush hush|ticket/);
    expect((await call(camera, Device, "GetStorageConfiguration", { Token })).StorageConfiguration).toEqual(told);
    const changed = { ...told, Data: { ...told.Data, Region: "eu-west-1" } };
    await call(camera, Device, "SetStorageConfiguration", { StorageConfiguration: changed });
    expect((await call(camera, Device, "GetStorageConfigurations", {})).StorageConfigurations).toEqual([changed]);
    expect(camera.device.storage.snapshot()[0]?.user).toEqual({
      userName: "olga",
      password: "hush hush",
      token: "ticket",
    });
    await call(camera, Device, "DeleteStorageConfiguration", { Token });
    expect((await call(camera, Device, "GetStorageConfigurations", {})).StorageConfigurations ?? []).toEqual([]);
  });

  it("lose their secrets with another user name", async () => {
    const camera = aCamera();
    const { Token } = await call(camera, Device, "CreateStorageConfiguration", { StorageConfiguration: Data });
    const other = { ...Data, User: { UserName: "uma" } };
    await call(camera, Device, "SetStorageConfiguration", { StorageConfiguration: { token: Token, Data: other } });
    expect(camera.device.storage.snapshot()[0]?.user).toEqual({ userName: "uma" });
  });
});

describe("auxiliary commands", () => {
  it("are those that the capabilities tell, in both of their forms", async () => {
    const camera = aCamera();
    const { Capabilities } = await call(camera, Device, "GetServiceCapabilities", {});
    const commands = Capabilities.Misc?.AuxiliaryCommands ?? [];
    expect(commands).toContain("tt:IRLamp|Auto");
    const legacy = await call(camera, Device, "GetCapabilities", { Category: ["Device"] });
    expect(legacy.Capabilities.Device?.IO?.Extension).toMatchObject({ Auxiliary: true, AuxiliaryCommands: commands });
    for (const AuxiliaryCommand of commands) await call(camera, Device, "SendAuxiliaryCommand", { AuxiliaryCommand });
  });

  it("are remembered", async () => {
    const camera = aCamera();
    await call(camera, Device, "SendAuxiliaryCommand", { AuxiliaryCommand: "tt:Wiper|On" });
    await call(camera, Device, "SendAuxiliaryCommand", { AuxiliaryCommand: "tt:IRLamp|Off" });
    expect(camera.device.auxiliary.state).toMatchObject({ wiper: "On", irLamp: "Off" });
  });
});
