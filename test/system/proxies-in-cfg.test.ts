import { expect, test } from "vitest";
import { CFG_FOLDER, forFakeHost, hostWithFiles, startOn } from "../support/a-fleet.js";
import { fakeHost, type FakeHost } from "../support/fake-host.js";
import { cameraDescription, pictures } from "../support/media-fakes.js";
import { announce } from "../support/publish-stage.js";
import { originStage } from "../support/proxy-stage.js";
import { publishedFormats } from "../support/relay-packets.js";
import { RtspClient, serverAddress } from "../support/rtsp-client.js";

const ownAddress = "192.0.2.50";

/** A host of ours on the original's network, with these proxies in its cfg. */
function withProxies(origin: FakeHost, proxies: string): FakeHost {
  const host = hostWithFiles(forFakeHost(), fakeHost({ network: origin.network, addresses: [ownAddress], seed: 7 }));
  const path = `${CFG_FOLDER}/rtsp.cfg`;
  host.files.set(path, (host.files.text(path) ?? "").replace("</config>", `${proxies}</config>`));
  return host;
}

test("<proxy> fetches a stream that players find under its suffix, in front of files, and nobody publishes there", async () => {
  await using origin = await originStage();
  const host = withProxies(
    origin.host,
    `<proxy><suffix>test.mp4</suffix><url>rtsp://${serverAddress}/live</url></proxy>` +
      `<proxy><suffix>away</suffix><url>srt://${serverAddress}</url></proxy>`,
  );
  await using _camera = await startOn(host);
  await host.clock.advance(1000);
  expect(origin.server.sessions()).toMatchObject([{ transport: "TCP", remoteAddress: ownAddress }]);
  await origin.write(...pictures(0, 3));

  const player = fakeHost({ network: host.network, addresses: ["192.0.2.60"], seed: 8 });
  const client = await RtspClient.connect(player, ownAddress, 8554);
  const url = `rtsp://${ownAddress}:8554/test.mp4`;
  const description = (await client.request("DESCRIBE", url)).body.toString();
  expect(description).toContain(`a=fmtp:96 ${cameraDescription.tracks[0]?.format.fmtp}`);
  expect((await client.request("DESCRIBE", `rtsp://${ownAddress}:8554/away`)).status).toBe(404);
  expect((await announce(client, [publishedFormats.h264], url)).status).toBe(403);
});

test("a synchronization point of a profile that plays a proxy asks its original for a key frame", async () => {
  await using origin = await originStage();
  const host = withProxies(
    origin.host,
    `<proxy><suffix>test.mp4</suffix><url>rtsp://${serverAddress}/live</url></proxy>`,
  );
  await using camera = await startOn(host);
  await host.clock.advance(1000);
  const asked = (): number | undefined => origin.server.sessions()[0]?.tracks[0]?.randomAccessRequests;
  const synchronize = async (profile: string): Promise<void> => {
    camera.fleet.cameras[0]?.device.media.streams.setSynchronizationPoint(profile);
    await host.clock.advance(1100);
  };
  await origin.write(...pictures(0, 3));
  await host.clock.advance(1100);
  await synchronize("profile_2");
  expect(asked()).toBe(0);
  await synchronize("profile_1");
  expect(asked()).toBe(1);
});
