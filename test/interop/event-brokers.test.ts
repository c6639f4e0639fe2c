import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readXml } from "#xml/reader";
import type { XmlElement } from "#xml/tree";
import { aCertificate, anAuthority, pemOf, pkcs8Of, type TestCertificate } from "../support/authority.js";
import { textsOf } from "../support/camera-client.js";
import { brokerContent } from "../support/event-broker-client.js";
import { topicFilter } from "../support/event-client.js";
import { eventually } from "../support/fake-clock.js";
import { needs } from "../support/needs.js";
import { missing, Scene } from "../support/scene.js";
import { envelopeOf } from "../support/soap.js";

/* Mosquitto on the clients' host: it demands certificates wherever there is TLS, and tells a subscriber what it is told. */

const BROKER = "192.0.2.77";
const PORTS = { mqtt: 1883, mqtts: 8883, ws: 9001, wss: 9443 } as const;
type Scheme = keyof typeof PORTS;
/** Time for what takes a moment on a quiet computer. */
const PATIENCE_MS = 45_000;
const isSecure = (scheme: string): boolean => scheme === "mqtts" || scheme === "wss";
const ADDRESSES = Object.entries(PORTS).map(([scheme, port]) => [scheme, `${scheme}://${BROKER}:${port}`] as const);

const why = missing("mosquitto") ?? missing("mosquitto_sub") ?? missing("curl");

describe.runIf(needs("event brokers with mosquitto", why))("mosquitto", () => {
  let scene: Scene;
  let folder: string;
  const programs: ChildProcess[] = [];
  let told = "";
  let own: Readonly<Record<"good" | "wrong", string>>;
  let policies: Readonly<Record<"good" | "wrong", string>>;

  const ask = async (service: string, body: string): Promise<XmlElement> => {
    const { stdout } = await scene.net.run("curl", [
      ...["-s", "-H", "Content-Type: application/soap+xml", "-d", envelopeOf(body)],
      `http://${scene.net.address}:8000/onvif/${service}`,
    ]);
    return readXml(stdout);
  };
  const security = async (body: string, name: string): Promise<string> => {
    const [found] = textsOf(await ask("security_service", body), name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  };
  const upload = (certificate: TestCertificate): Promise<string> =>
    security(
      `<tas:UploadCertificate><tas:Certificate>${certificate.der.toString("base64")}</tas:Certificate></tas:UploadCertificate>`,
      "CertificateID",
    );
  const uploadOwn = async (certificate: TestCertificate): Promise<string> => {
    const key = pkcs8Of(certificate).toString("base64");
    await security(`<tas:UploadKeyPairInPKCS8><tas:KeyPair>${key}</tas:KeyPair></tas:UploadKeyPairInPKCS8>`, "KeyID");
    return upload(certificate);
  };
  const trusting = (anchor: string): Promise<string> =>
    security(
      `<tas:CreateCertPathValidationPolicy><tas:Parameters/><tas:TrustAnchor><tas:CertificateID>${anchor}</tas:CertificateID>` +
        "</tas:TrustAnchor></tas:CreateCertPathValidationPolicy>",
      "CertPathValidationPolicyID",
    );
  const set = (members: Readonly<Record<string, string>>): Promise<XmlElement> =>
    ask("event_service", `<tev:AddEventBroker>${brokerContent(members)}</tev:AddEventBroker>`);
  const remove = (address: string): Promise<XmlElement> =>
    ask("event_service", `<tev:DeleteEventBroker><tev:Address>${address}</tev:Address></tev:DeleteEventBroker>`);
  const statuses = async (): Promise<readonly string[]> =>
    textsOf(await ask("event_service", "<tev:GetEventBrokers/>"), "Status");
  const settled = async (): Promise<readonly string[]> => {
    let found = await statuses();
    for (const endMs = performance.now() + PATIENCE_MS; performance.now() < endMs && found.includes("Connecting");)
      found = await statuses();
    return found;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "mosquitto-"));
    const authority = await anAuthority();
    const shown = await aCertificate({ subject: "CN=broker", issuer: authority, address: BROKER });
    const write = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const tls = [
      `cafile ${write("ca.pem", pemOf("CERTIFICATE", authority.der))}`,
      `certfile ${write("broker.pem", pemOf("CERTIFICATE", shown.der))}`,
      `keyfile ${write("key.pem", pemOf("PRIVATE KEY", pkcs8Of(shown)))}`,
      "require_certificate true",
    ];
    const listener = (scheme: Scheme): readonly string[] => [
      `listener ${PORTS[scheme]} ${BROKER}`,
      ...(scheme.startsWith("ws") ? ["protocol websockets"] : []),
      ...(isSecure(scheme) ? tls : []),
    ];
    const schemes: readonly Scheme[] = ["mqtt", "mqtts", "ws", "wss"];
    const lines = ["user root", "allow_anonymous true", "persistence false", ...schemes.flatMap(listener)];
    scene = await Scene.open({ onvif: { simulate_interval: "1" } });
    programs.push(scene.net.spawn("client", "mosquitto", ["-c", write("mosquitto.conf", `${lines.join("\n")}\n`)]));
    const until = `until mosquitto_pub -h ${BROKER} -t ready -n; do sleep 0.1; done`;
    expect((await scene.net.run("sh", ["-c", until], { seconds: PATIENCE_MS / 1000 })).status).toBe(0);
    const subscriber = scene.net.spawn("client", "mosquitto_sub", ["-h", BROKER, "-v", "-t", "#"]);
    subscriber.stdout?.on("data", (chunk: Buffer) => (told += chunk.toString()));
    programs.push(subscriber);
    const other = await anAuthority("CN=other");
    const sign = (issuer: TestCertificate) => aCertificate({ subject: "CN=cam", issuer, isForClients: true });
    own = { good: await uploadOwn(await sign(authority)), wrong: await uploadOwn(await sign(other)) };
    policies = { good: await trusting(await upload(authority)), wrong: await trusting(await upload(other)) };
  });
  afterAll(async () => {
    for (const program of programs) program.kill("SIGKILL");
    await scene[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  it("tells its subscribers of motion and temperature, whichever way these have come to it", async () => {
    const PublishFilter = topicFilter("tns1:VideoSource/MotionAlarm");
    const certificates = { CertificateID: own.good, CertPathValidationPolicyID: policies.good };
    for (const [qos, [scheme, Address]] of ADDRESSES.entries()) {
      const members = { Address, TopicPrefix: `by/${scheme}`, PublishFilter, MetadataFilter: "", QoS: `${qos % 3}` };
      await set({ ...members, ...(isSecure(scheme) && certificates) });
    }
    const arrived = (scheme: string): boolean =>
      [
        `by/${scheme}/onvif-ej/VideoSource/MotionAlarm/&video_source_1 {"UtcTime":"`,
        '"Source":{"Source":"video_source_1"},"Data":{"State":"true"}}',
        `by/${scheme}/onvif-mj/SensorData/Temperature {"SensorData":{"@UtcTime":"`,
      ].every((part) => told.includes(part));
    await eventually(() => ADDRESSES.every(([scheme]) => arrived(scheme)), PATIENCE_MS);
    expect(await statuses()).toEqual(Array.from({ length: 4 }, () => "Connected"));
    for (const [, address] of ADDRESSES) await remove(address);
  });

  it.each(["mqtts", "wss"] as const)(
    "and the camera turn each other away by their certificates (%s)",
    async (scheme) => {
      const Address = `${scheme}://${BROKER}:${PORTS[scheme]}`;
      const outcomes: unknown[] = [];
      for (const [certificate, policy] of [
        [own.good, policies.good],
        [own.wrong, policies.good],
        [undefined, policies.good],
        [own.good, policies.wrong],
      ]) {
        await set({
          ...{ Address, TopicPrefix: "p", CertPathValidationPolicyID: policy ?? "" },
          ...(certificate !== undefined && { CertificateID: certificate }),
        });
        outcomes.push(...(await settled()));
      }
      await remove(Address);
      expect(outcomes).toEqual(["Connected", "Offline", "Offline", "Offline"]);
    },
  );
});
