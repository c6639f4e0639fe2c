import { describe, expect, it } from "vitest";
import { Keystore as KeptKeystore } from "#device/security/keystore";
import { Device } from "#onvif/schema/device/service";
import { DeviceIo } from "#onvif/schema/deviceio/service";
import { withIo, withWireless } from "../../support/a-device.js";
import { EventPortType } from "#onvif/schema/events/event-port-type";
import { AuthorizationServer } from "#onvif/schema/security/authorization-server";
import { Dot1X } from "#onvif/schema/security/dot1x";
import { JWT } from "#onvif/schema/security/jwt";
import { Keystore } from "#onvif/schema/security/keystore";
import { TLSServer } from "#onvif/schema/security/tls-server";
import { aCamera, soap } from "../../support/soap.js";
import { deviceNetworkRows } from "./bad-input/device-network.js";
import { deviceIoRows, deviceRelayRows } from "./bad-input/device-io.js";
import { deviceSystemRows } from "./bad-input/device-system.js";
import { eventBrokerRows } from "./bad-input/event-brokers.js";
import { deviceUsersRows } from "./bad-input/device-users.js";
import type { BadInput } from "./bad-input/row.js";
import {
  authorizationServerRows,
  deviceCertificateRows,
  dot1xRows,
  fullRows,
  jwtRows,
  keystoreRows,
  tlsServerRows,
} from "./bad-input/security.js";
import { keystoreStateRows, tlsServerStateRows } from "./bad-input/security-state.js";

/** Requests that break a rule, by service: each answers the fault of the specification, and nothing has changed. */
const tables = [
  [
    "device",
    Device,
    [...deviceNetworkRows, ...deviceSystemRows, ...deviceRelayRows, ...deviceUsersRows, ...deviceCertificateRows],
  ],
  ["DeviceIO", DeviceIo, deviceIoRows],
  ["event", EventPortType, eventBrokerRows],
  ["keystore", Keystore, [...keystoreRows, ...keystoreStateRows, ...fullRows]],
  ["TLS server", TLSServer, [...tlsServerRows, ...tlsServerStateRows]],
  ["802.1X", Dot1X, dot1xRows],
  ["authorization server", AuthorizationServer, authorizationServerRows],
  ["JWT", JWT, jwtRows],
] as const;

describe.each(tables)("the %s service refuses", (_name, service, rows: readonly BadInput[]) => {
  it.each(rows)("$operation with $what: $fault", async ({ operation, content, fault, before = [] }) => {
    const camera = aCamera({ setup: { ...withIo, ...withWireless() } });
    for (const request of before) expect((await soap(camera, { service, ...request })).fault).toBeUndefined();
    const state = structuredClone(camera.device.snapshot());
    const secrets = structuredClone(camera.device.security.secrets());
    const reply = await soap(camera, { service, operation, content });
    expect(reply.fault).toBe(fault);
    expect(camera.device.snapshot()).toEqual(state);
    expect(camera.device.security.secrets()).toEqual(secrets);
    // What is kept can be taken up again.
    new KeptKeystore(
      () => 0,
      () => {},
    ).restore(secrets.keystore);
    expect(camera.maintenance.orders).toEqual([]);
  });
});
