import { expect, test } from "vitest";
import { makeSelfSigned, secureContextOf } from "#http/certificate";
import { secured, securedTo } from "#host/secure";
import { fakeNetwork } from "../../support/fake-host.js";
import { originStage, proxyOf, proxyStage } from "../../support/proxy-stage.js";
import { serverAddress } from "../../support/rtsp-client.js";

const url = `rtsps://${serverAddress}:322/live`;

test("a certificate of the camera's own making is refused, and taken where the cfg says so", async () => {
  await using origin = await originStage();
  await using careful = proxyStage(origin.host.network, [proxyOf({ url, checksCertificate: true })]);
  await expect(careful.read("proxy", 5000)).rejects.toThrow(
    /the certificate is not to be trusted: self-signed certificate; <check_certificate> 0 takes any/,
  );
  expect(origin.server.sessions()).toEqual([]);
  await using carefree = proxyStage(origin.host.network, [proxyOf({ url, checksCertificate: false })]);
  await carefree.read("proxy", 5000);
  expect(origin.server.sessions()).toHaveLength(1);
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
  await server.net.listen({ port: 322 }, (raw) => void secured(raw, context, () => {}));
  const raw = await client.net.connect("192.0.2.1", 322);
  const opened = securedTo(raw, {
    host: "192.0.2.1",
    anyCertificate: false,
    authorities: [identity.certificate],
  });
  if (code === undefined) expect(await opened).toMatchObject({ remoteAddress: "192.0.2.1" });
  else await expect(opened).rejects.toMatchObject({ code });
  raw.destroy();
});
