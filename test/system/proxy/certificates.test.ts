import { expect, test } from "vitest";
import { makeSelfSigned, secureContextOf } from "#http/certificate";
import { type CertificateTrust, secured, securedTo } from "#host/secure";
import { fakeNetwork } from "../../support/fake-host.js";
import { originStage, proxyOf, proxyStage } from "../../support/proxy-stage.js";
import { serverAddress } from "../../support/rtsp-client.js";

const url = `rtsps://${serverAddress}:322/live`;

const read = async (trust: CertificateTrust, address = url): Promise<void> => {
  await using origin = await originStage();
  await using proxy = proxyStage(origin.host.network, [proxyOf({ url: address, trust })]);
  await proxy.read("proxy", 5000);
};

test("a certificate of the camera's own making is refused, and taken where the cfg says so", async () => {
  await expect(read({ authorities: undefined })).rejects.toThrow(
    /not to be trusted: self-signed certificate; <fingerprint> and <check_certificate> say which is taken/,
  );
  await read("any");
});

test.each([
  ["RTSP", url],
  ["a tunnel", `rtsp+https://${serverAddress}:322/live`],
  ["a WebSocket", `rtsp+wss://${serverAddress}:322/live`],
])("the one certificate is taken whose hash the cfg tells, and no other, for %s", async (_name, address) => {
  const refusal = await read({ fingerprint: "00".repeat(32) }, address).catch(String);
  const shown = /its SHA-256 hash is ((?:[0-9A-F]{2}:){31}[0-9A-F]{2});/.exec(refusal ?? "")?.[1] ?? "";
  expect(shown).toHaveLength(95);
  await read({ fingerprint: shown }, address);
  await read({ fingerprint: shown.replaceAll(":", "").toLowerCase() }, address);
});

test.each([
  ["for the address that was asked for", ["192.0.2.1"], undefined],
  ["for another one", ["192.0.2.9"], "tls-certificate"],
])("a certificate that somebody vouches for, %s", async (_name, names, code) => {
  const network = fakeNetwork();
  const server = network.host("192.0.2.1");
  const client = network.host("192.0.2.2");
  const identity = await makeSelfSigned({
    commonName: "camera",
    names,
    notBeforeMs: Date.UTC(2020, 0, 1),
    notAfterMs: Date.UTC(2050, 0, 1),
    serial: Buffer.alloc(12, 1),
  });
  const context = secureContextOf(identity);
  await server.net.listen({ port: 322 }, (raw) => void secured(raw, { context }, () => {}));
  const raw = await client.net.connect("192.0.2.1", 322);
  const opened = securedTo(raw, "192.0.2.1", { authorities: [identity.certificate] });
  if (code === undefined) expect(await opened).toMatchObject({ remoteAddress: "192.0.2.1" });
  else await expect(opened).rejects.toMatchObject({ code });
  raw.destroy();
});
