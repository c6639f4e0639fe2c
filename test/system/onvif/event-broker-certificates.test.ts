import { describe, expect, it } from "vitest";
import { EventPortType } from "#onvif/schema/events/event-port-type";
import { CFG_FOLDER, forFakeHost, hostWithFiles, startOn } from "../../support/a-fleet.js";
import { noon } from "../../support/a-device.js";
import { aCertificate, aCrl, anAuthority, pkcs8Of, type TestCertificate } from "../../support/authority.js";
import { CameraClient } from "../../support/camera-client.js";
import { aBroker, type BrokerWish } from "../../support/event-broker.js";
import { addBroker, brokerContent, brokersOf, deleteBroker } from "../../support/event-broker-client.js";
import { MOTION, topicFilter } from "../../support/event-client.js";
import { eventually } from "../../support/fake-clock.js";
import { aRecordingLogger } from "../../support/recording-logger.js";
import { aCamera, type TestCamera } from "../../support/soap.js";

const ADDRESS = "192.0.2.98";
const YESTERDAY = noon - 86_400_000;

/** Puts a certificate with its key into the keystore; its id. */
function kept({ device }: TestCamera, own: TestCertificate): string {
  const { keystore } = device.security;
  keystore.uploadKeyPair(pkcs8Of(own), undefined, {});
  return keystore.certificates.upload({ der: own.der, privateKeyRequired: true }).id;
}

/** A policy that trusts this one; its id. */
function trusting({ device }: Pick<TestCamera, "device">, anchor: TestCertificate): string {
  const { keystore } = device.security;
  const { id } = keystore.certificates.upload({ der: anchor.der, privateKeyRequired: false });
  return keystore.createPolicy({ requireClientAuthUsage: true, useDeltaCrls: false, trustAnchorIds: [id] });
}

/** What comes of a broker that is set so: `Connected`, or the reason that the log is told. */
async function outcome(
  camera: TestCamera,
  lines: ReturnType<typeof aRecordingLogger>["lines"],
  members: Readonly<Record<string, string>>,
): Promise<unknown> {
  const { fault } = await addBroker(camera, { TopicPrefix: "p", PublishFilter: topicFilter(MOTION), ...members });
  expect(fault).toBeUndefined();
  const failure = () => lines.find(({ message }) => message.includes("is not reached"));
  const status = () => camera.events.brokers.status(members["Address"] ?? "");
  await eventually(() => failure() !== undefined || status() === "Connected");
  if (failure()) expect(status()).toBe("Offline");
  return failure()?.facts?.["error"] ?? status();
}

interface Scene {
  readonly authority: TestCertificate;
  readonly other: TestCertificate;
}

const REFUSED = /ended the connection|hang up|closed during/;

describe("the certificate that is shown to a broker", () => {
  const rows: readonly (readonly [what: string, (scene: Scene) => Promise<TestCertificate> | undefined, RegExp])[] = [
    ["of its authority", ({ authority }) => aCertificate({ subject: "CN=cam", issuer: authority }), /^Connected$/],
    ["of another authority", ({ other }) => aCertificate({ subject: "CN=cam", issuer: other }), REFUSED],
    ["that signs itself", () => aCertificate({ subject: "CN=cam" }), REFUSED],
    [
      "that has expired",
      ({ authority: issuer }) => aCertificate({ subject: "CN=cam", issuer, notAfterMs: YESTERDAY }),
      REFUSED,
    ],
    ["that is missing", () => undefined, REFUSED],
  ];

  it.each((["mqtts", "wss"] as const).flatMap((scheme) => rows.map(([what, ...row]) => ({ scheme, what, row }))))(
    "$what decides whether it lets the camera in ($scheme)",
    async ({ scheme, row: [make, expected] }) => {
      const { log, lines } = aRecordingLogger();
      const camera = aCamera({ log });
      const scene = { authority: await anAuthority(), other: await anAuthority("CN=other") };
      await using broker = await aBroker(camera.host, scheme, { clientsOf: scene.authority });
      const own = await make(scene);
      const members = { Address: broker.address, ...(own && { CertificateID: kept(camera, own) }) };
      expect(await outcome(camera, lines, members)).toMatch(expected);
      if (own && expected.test("Connected")) await eventually(() => broker.published.length === 1);
      else expect(broker.logins).toEqual([]);
    },
  );

  it("comes with those above it, where the keystore has a path of them", async () => {
    const { log, lines } = aRecordingLogger();
    const camera = aCamera({ log });
    const root = await anAuthority("CN=root");
    const between = await aCertificate({ subject: "CN=between", isAuthority: true, issuer: root });
    const own = await aCertificate({ subject: "CN=cam", issuer: between });
    const id = kept(camera, own);
    const { certificates } = camera.device.security.keystore;
    certificates.createPath([id, certificates.upload({ der: between.der, privateKeyRequired: false }).id], undefined);
    const chains: number[] = [];
    await using broker = await aBroker(camera.host, "mqtts", {
      clientsOf: between,
      shown: (chain) => chains.push(chain.length),
    });
    expect(await outcome(camera, lines, { Address: broker.address, CertificateID: id })).toBe("Connected");
    expect(chains).toEqual([2]);
  });
});

describe("the certificate of a broker", () => {
  type Show = (scene: Scene) => Promise<Pick<BrokerWish, "shows"> & { readonly anchor?: TestCertificate }>;
  const NOT_TRUSTED = /^the certificate is not to be trusted/;
  const signed =
    (wish: Partial<Parameters<typeof aCertificate>[0]>): Show =>
    async ({ authority: issuer }) => ({
      shows: [await aCertificate({ subject: "CN=broker", issuer, address: ADDRESS, ...wish })],
    });
  const rows: readonly (readonly [what: string, Show, RegExp])[] = [
    ["that the authority has signed for its address", signed({}), /^Connected$/],
    [
      "with one between it and the authority",
      async ({ authority: issuer }) => {
        const between = await aCertificate({ subject: "CN=between", isAuthority: true, issuer });
        const own = await aCertificate({ subject: "CN=broker", issuer: between, address: ADDRESS });
        return { shows: [own, between] };
      },
      /^Connected$/,
    ],
    [
      "that is the trust anchor itself",
      async () => {
        const own = await aCertificate({ subject: "CN=broker" });
        return { shows: [own], anchor: own };
      },
      /^Connected$/,
    ],
    ["for another address", signed({ address: "192.0.2.99" }), NOT_TRUSTED],
    [
      "without an address",
      async ({ authority: issuer }) => ({ shows: [await aCertificate({ subject: "CN=x", issuer })] }),
      NOT_TRUSTED,
    ],
    ["that has expired", signed({ notAfterMs: YESTERDAY }), NOT_TRUSTED],
    ["for clients alone", signed({ isForClients: true }), NOT_TRUSTED],
    [
      "of another authority",
      async ({ other: issuer }) => signed({ issuer })({ authority: issuer, other: issuer }),
      NOT_TRUSTED,
    ],
    ["that signs itself", async () => ({}), NOT_TRUSTED],
  ];

  it.each(rows)("%s is judged by the policy", async (_, show, expected) => {
    const { log, lines } = aRecordingLogger();
    const camera = aCamera({ log });
    const scene = { authority: await anAuthority(), other: await anAuthority("CN=other") };
    const { anchor = scene.authority, ...wish } = await show(scene);
    await using broker = await aBroker(camera.host, "mqtts", wish);
    const policy = trusting(camera, anchor);
    const members = { Address: broker.address, CertPathValidationPolicyID: policy };
    expect(await outcome(camera, lines, members)).toMatch(expected);
    expect(broker.logins).toHaveLength(expected.test("Connected") ? 1 : 0);
  });

  it("is looked up in the revocation lists", async () => {
    const { log, lines } = aRecordingLogger();
    const camera = aCamera({ log });
    const authority = await anAuthority();
    const own = await aCertificate({ subject: "CN=broker", issuer: authority, address: ADDRESS });
    await using broker = await aBroker(camera.host, "wss", { shows: [own] });
    const CertPathValidationPolicyID = trusting(camera, authority);
    camera.device.security.keystore.uploadCrl(await aCrl(authority, [own]), undefined);
    expect(await outcome(camera, lines, { Address: broker.address, CertPathValidationPolicyID })).toMatch(NOT_TRUSTED);
  });

  it("is not looked at without a policy", async () => {
    const { log, lines } = aRecordingLogger();
    const camera = aCamera({ log });
    const own = await aCertificate({ subject: "CN=elsewhere", notAfterMs: YESTERDAY });
    await using broker = await aBroker(camera.host, "mqtts", { shows: [own] });
    expect(await outcome(camera, lines, { Address: broker.address })).toBe("Connected");
  });
});

describe("what an event broker refers to in the keystore", () => {
  it("is a certificate with its key", async () => {
    const camera = aCamera();
    const { der } = await anAuthority();
    const { certificates } = camera.device.security.keystore;
    const { id } = certificates.upload({ der, privateKeyRequired: false });
    const members = { Address: "mqtts://192.0.2.98", TopicPrefix: "p", CertificateID: id };
    expect((await addBroker(camera, members)).fault).toBe("Sender InvalidArgVal NoPrivateKey");
    expect(await brokersOf(camera)).toEqual([]);
  });

  it("is told of it, and is not deleted or changed as long as it is", async () => {
    const camera = aCamera();
    const CertificateID = kept(camera, await aCertificate({ subject: "CN=cam" }));
    const CertPathValidationPolicyID = trusting(camera, await anAuthority());
    const Address = "mqtts://192.0.2.98:8883";
    await addBroker(camera, { Address, TopicPrefix: "p", CertificateID, CertPathValidationPolicyID });
    expect(await brokersOf(camera)).toMatchObject([{ CertificateID, CertPathValidationPolicyID }]);
    const { keystore } = camera.device.security;
    const { trustAnchorIds } = keystore.policies.get(CertPathValidationPolicyID);
    const orders: readonly (() => void)[] = [
      () => keystore.deleteCertificate(CertificateID),
      () => keystore.deletePolicy(CertPathValidationPolicyID),
    ];
    const change = () =>
      keystore.setPolicy(CertPathValidationPolicyID, {
        requireClientAuthUsage: false,
        useDeltaCrls: false,
        trustAnchorIds,
      });
    const inUse = expect.objectContaining({ code: "reference-exists" }) as Error;
    for (const order of [...orders, change]) expect(order).toThrow(inUse);
    await addBroker(camera, { Address, TopicPrefix: "p" });
    expect((await brokersOf(camera))[0]).not.toHaveProperty("CertificateID");
    change();
    await addBroker(camera, { Address, TopicPrefix: "p", CertificateID, CertPathValidationPolicyID });
    await deleteBroker(camera, Address);
    for (const order of orders) order();
  });

  it("is used again after a restart, and the broker left alone once it is gone", async () => {
    const host = hostWithFiles(forFakeHost());
    const authority = await anAuthority();
    const own = await aCertificate({ subject: "CN=cam", issuer: authority });
    const shown = await aCertificate({ subject: "CN=broker", issuer: authority, address: ADDRESS });
    await using broker = await aBroker(host, "mqtts", { clientsOf: authority, shows: [shown] });
    {
      await using first = await startOn(host);
      const [camera] = first.fleet.cameras;
      if (!camera) throw new Error("no camera");
      const { keystore } = camera.device.security;
      keystore.uploadKeyPair(pkcs8Of(own), undefined, {});
      const { id: CertificateID } = keystore.certificates.upload({ der: own.der, privateKeyRequired: true });
      const CertPathValidationPolicyID = trusting(camera, authority);
      const members = { Address: broker.address, TopicPrefix: "p", CertificateID, CertPathValidationPolicyID };
      await new CameraClient(host).call("AddEventBroker", brokerContent(members), { service: EventPortType });
      await eventually(() => broker.logins.length === 1);
    }
    {
      await using _second = await startOn(host);
      await eventually(() => broker.logins.length === 2);
    }
    await host.files.remove(`${CFG_FOLDER}/state/keystore`);
    const { log, lines } = aRecordingLogger();
    await using _third = await startOn(host, { log });
    const why = "the keystore has no certificate certificate-1 with its key any more";
    await eventually(() => lines.some(({ facts }) => facts?.["error"] === why));
    expect(broker.logins).toHaveLength(2);
  });
});
