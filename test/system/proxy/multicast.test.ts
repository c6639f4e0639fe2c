import { describe, expect, test } from "vitest";
import { fakeHost } from "../../support/fake-host.js";
import { keyFrame } from "../../support/publish-stage.js";
import { proxyOf, proxyStage } from "../../support/proxy-stage.js";
import { publishedFormats, UnitSender } from "../../support/relay-packets.js";
import { cameraSdp, ok, ScriptedCamera, type CameraQuirks } from "../../support/scripted-camera.js";

const url = "rtsp://192.0.2.10/live";
const group = "232.1.2.3";
const videoOnly = cameraSdp().replace(/m=audio[^]*/, "");

/** A camera that sends by multicast, one that is not it, and who fetches. */
async function stage(quirks: CameraQuirks) {
  const camera = await ScriptedCamera.start(quirks);
  const { network } = camera.host;
  const proxy = proxyStage(network, [proxyOf({ url, transport: "MULTICAST" })]);
  const { reader } = await proxy.read();
  const other = fakeHost({ network, addresses: ["192.0.2.66"] });
  const send = async (from: typeof other, to = group, port = 30_000): Promise<void> => {
    const socket = await from.net.udp({});
    const sender = new UnitSender(publishedFormats.h264, { ssrc: from === other ? 7 : 8 });
    for (const packet of sender.packets(keyFrame(300), 0)) socket.send(packet, port, to);
    await socket.close();
    await proxy.host.clock.advance(300);
  };
  return { camera, other, proxy, reader, send };
}

const answer = (more: string): CameraQuirks => ({
  sdp: videoOnly,
  script: { SETUP: () => ok("Session: 1", `Transport: RTP/AVP;multicast;${more}`) },
});
const described = (lines: string): CameraQuirks => ({
  sdp: videoOnly.replace("c=IN IP4 0.0.0.0", lines).replace("m=video 0", "m=video 30000"),
  script: { SETUP: () => ok("Session: 1", "Transport: RTP/AVP;multicast") },
});

describe("a group is joined", () => {
  test.each<[string, CameraQuirks, fromAnother: number]>([
    ["that the answer names", answer(`destination=${group};port=30000-30001;ttl=4`), 1],
    ["that the description names, where the answer does not", described(`c=IN IP4 ${group}/16`), 1],
    ["for its only sender, as the answer says", answer(`destination=${group};port=30000-30001;source=192.0.2.10`), 0],
    [
      "for its only sender, as the description says",
      described(`c=IN IP4 ${group}/16\r\na=source-filter: incl IN IP4 ${group} 192.0.2.10`),
      0,
    ],
  ])("%s", async (_name, quirks, fromAnother) => {
    const { camera, other, proxy, reader, send } = await stage(quirks);
    await send(camera.host);
    expect(reader.units).toHaveLength(1);
    await send(other);
    expect(reader.units).toHaveLength(1 + fromAnother);
    await proxy.close();
    expect(proxy.host.net.udpSockets).toEqual([]);
  });

  test("and what goes to another group on the same port is not heard", async () => {
    const { camera, proxy, reader, send } = await stage(answer(`destination=${group};port=30000-30001`));
    const listener = await proxy.host.net.udp({ address: "232.1.2.4", port: 30_000, reuse: true });
    listener.addMembership("232.1.2.4");
    await send(camera.host, "232.1.2.4");
    expect(reader.units).toEqual([]);
    await listener.close();
    await proxy.close();
  });
});

test.each([
  ["no group", "port=30000-30001"],
  ["an address that is no group", "destination=192.0.2.1;port=30000-30001"],
  ["no port", `destination=${group}`],
])("a camera that names %s cannot be had", async (_name, fields) => {
  await expect(stage(answer(fields))).rejects.toThrow(/without a group and a port; <transfer> says how media come/);
});
