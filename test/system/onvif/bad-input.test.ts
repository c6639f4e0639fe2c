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
import { sampleOf } from "../../support/sample.js";
import { aCamera, soap } from "../../support/soap.js";
import { services } from "#onvif/services/index";
import { encodeElement } from "#xml/codec";
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
import {
  authorizationServerStateRows,
  dot1xStateRows,
  keystoreStateRows,
  tlsServerStateRows,
} from "./bad-input/security-state.js";

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
  ["802.1X", Dot1X, [...dot1xRows, ...dot1xStateRows]],
  ["authorization server", AuthorizationServer, [...authorizationServerRows, ...authorizationServerStateRows]],
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

describe("the operations of Advanced Security", () => {
  const operations = services
    .filter(({ declaration }) => declaration.namespace.prefix === "tas")
    .flatMap((service) =>
      Object.entries(service.declaration.operations).map(([name, { request }]) => ({
        service: service.declaration,
        name,
        handler: service.handlers[name],
        takesNothing:
          encodeElement(service.declaration.namespace, name, request, sampleOf(request, "most") as never)
            .replace(/^<[^>]*>/, "")
            .replace(/<[^>]*>$/, "").length === 0,
      })),
    );
  const known = new Set<string>(tables.flatMap(([, , rows]) => rows.map(({ operation }) => operation)));

  it("are all in the tables, unless they take nothing or are not offered", () => {
    const missing = operations.filter(
      ({ name, handler, takesNothing }) => !known.has(name) && !takesNothing && typeof handler === "function",
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
    expect(operations.length).toBeGreaterThan(60);
  });

  it.each(operations.filter(({ takesNothing, handler }) => takesNothing && typeof handler === "function"))(
    "$name takes nothing, and refuses what comes with it",
    async ({ service, name }) => {
      const camera = aCamera({ setup: withIo });
      const { fault } = await soap(camera, { service, operation: name, content: "<tas:Colour>red</tas:Colour>" });
      expect(fault).toBe("Sender InvalidArgs");
      expect((await soap(camera, { service, operation: name })).fault).toBeUndefined();
    },
  );

  it("that are not offered say so", async () => {
    const camera = aCamera();
    const notOffered = operations.filter(({ handler }) => typeof handler !== "function");
    for (const { service, name } of notOffered)
      expect((await soap(camera, { service, operation: name })).fault).toBe("Receiver ActionNotSupported");
    expect(notOffered.length).toBe(3);
  });
});
