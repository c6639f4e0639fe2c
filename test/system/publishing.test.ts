import { describe, expect, it } from "vitest";
import { aFleet, type FleetOnHost } from "../support/a-fleet.js";
import { CAMERA_ADDRESS } from "../support/camera-client.js";
import { fakeHost } from "../support/fake-host.js";
import { sdpOf } from "../support/publish-stage.js";
import { publishedFormats } from "../support/relay-packets.js";
import { RtspClient } from "../support/rtsp-client.js";

const url = `rtsp://${CAMERA_ADDRESS}:8554/live`;
const type = { "Content-Type": "application/sdp" };

const clientOf = ({ host }: FleetOnHost): Promise<RtspClient> =>
  RtspClient.connect(fakeHost({ network: host.network, addresses: ["192.0.2.30"], seed: 9 }), CAMERA_ADDRESS, 8554);

describe("<publish_enable>", () => {
  it.each([
    ["1", 200, /ANNOUNCE, RECORD/],
    ["0", 501, /^(?!.*(ANNOUNCE|RECORD))/],
  ])("%s: a client that publishes is answered %i, and OPTIONS tells what there is", async (value, status, methods) => {
    await using scene = await aFleet({ rtsp: { publish_enable: value } });
    const client = await clientOf(scene);
    expect((await client.request("OPTIONS", url)).headers.get("Public")).toMatch(methods);
    expect((await client.request("ANNOUNCE", url, type, sdpOf([publishedFormats.h264]))).status).toBe(status);
  });
});
