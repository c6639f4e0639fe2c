import { expect, test } from "vitest";
import { pictures } from "../../support/media-fakes.js";
import { originStage, proxyOf, proxyStage } from "../../support/proxy-stage.js";
import { serverAddress } from "../../support/rtsp-client.js";

test.each(["TCP", "UDP"] as const)(
  "a proxy asks its original for a key frame that a reader wants, over %s",
  async (transport) => {
    await using origin = await originStage();
    await using proxy = proxyStage(origin.host.network, [proxyOf({ url: `rtsp://${serverAddress}/live`, transport })]);
    const { reading } = await proxy.read();
    const asked = (): number | undefined => origin.server.sessions()[0]?.tracks[0]?.randomAccessRequests;
    await origin.write(...pictures(0, 3));
    await proxy.host.clock.advance(2000);
    expect(asked()).toBe(0);

    for (let count = 0; count < 15; count++) {
      reading.renew(0);
      await proxy.host.clock.advance(100);
    }
    expect(asked()).toBe(2);
    await origin.write(...pictures(25, 26));
    await proxy.host.clock.advance(5000);
    expect(asked()).toBe(2);
  },
);
