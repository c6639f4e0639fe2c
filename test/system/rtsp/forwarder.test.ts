import { describe, expect, it } from "vitest";
import type { RtspResponse } from "#wire/rtsp/message";
import { aFleet } from "../../support/a-fleet.js";
import { connectThrough } from "../../support/carriers.js";
import { fakeHost, type FakeHost } from "../../support/fake-host.js";
import { RtspClient, rtspStage, serverAddress, setUpTcp } from "../../support/rtsp-client.js";

const forwarderAddress = "203.0.113.7";
const FORWARDED = 40_554;

/** A host that passes TCP connections to its port on to the server, as socat and tunnels of makers do. */
async function forward(network: FakeHost["network"], port: number): Promise<FakeHost> {
  const host = fakeHost({ network, addresses: [forwarderAddress], seed: 7 });
  await host.net.listen({ port: FORWARDED }, (near) => {
    near.on("error", () => {});
    void host.net.connect(serverAddress, port).then((far) => {
      far.on("error", () => {});
      near.pipe(far);
      far.pipe(near);
    });
  });
  return host;
}

const clientOn = (network: FakeHost["network"]): FakeHost =>
  fakeHost({ network, addresses: ["198.51.100.20"], seed: 5 });

/** All that the server has written, as text. */
const textOf = ({ status, headers, body }: RtspResponse): string =>
  `${status} ${headers.lines.flat().join(" ")} ${body.toString()}`;

describe("behind a TCP forwarder with another port", () => {
  it("everything that is written has the address that the client uses", async () => {
    await using stage = await rtspStage({ authentication: { realm: "r", password: () => "secret", basic: true } });
    await forward(stage.host.network, 554);
    const url = `rtsp://${forwarderAddress}:${FORWARDED}/a?x=y`;
    const client = await RtspClient.connect(clientOn(stage.host.network), forwarderAddress, FORWARDED);
    const headers = { Authorization: `Basic ${Buffer.from("a:secret").toString("base64")}` };
    const answers = [await client.request("OPTIONS", url), await client.request("DESCRIBE", url)];
    const described = await client.request("DESCRIBE", url, headers);
    const controls = [...described.body.toString().matchAll(/a=control:(\S+)/g)].map(([, control = ""]) => control);
    expect(controls.every((control) => control.startsWith(`rtsp://${forwarderAddress}:${FORWARDED}/a`))).toBe(true);
    answers.push(described);
    for (const [index, control] of controls.slice(1).entries())
      answers.push(
        await client.request("SETUP", control, {
          ...headers,
          Transport: `RTP/AVP/TCP;interleaved=${index * 2}-${index * 2 + 1}`,
        }),
      );
    stage.path.publish(0);
    answers.push(await client.request("PLAY", url, headers), await client.request("GET_PARAMETER", url, headers));
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 200, 200, 200, 200, 200]);
    stage.path.publish(0);
    await stage.host.clock.settle();
    expect(client.frames(0).length).toBeGreaterThan(0);
    for (const answer of answers) expect(textOf(answer)).not.toMatch(/192\.0\.2\.10|:554\b/);
    expect(answers[5]?.headers.get("RTP-Info")).toContain(
      `url=rtsp://${forwarderAddress}:${FORWARDED}/a/trackID=0?x=y`,
    );
  });

  it("the sessions of all its clients are kept apart, although they have one address", async () => {
    await using stage = await rtspStage();
    await forward(stage.host.network, 554);
    const clients: RtspClient[] = [];
    for (let index = 0; index < 3; index++) {
      const client = await RtspClient.connect(clientOn(stage.host.network), forwarderAddress, FORWARDED);
      const Session = await setUpTcp(client, `rtsp://${forwarderAddress}:${FORWARDED}/a`, [0]);
      expect((await client.request("PLAY", "/a", { Session })).status).toBe(200);
      clients.push(client);
    }
    stage.path.publish(0);
    await stage.host.clock.settle();
    expect(clients.map((client) => client.frames(0).length)).toEqual([1, 1, 1]);
    await clients[1]?.close();
    await stage.host.clock.settle();
    expect(stage.server.sessions()).toHaveLength(2);
  });

  it.each(["rtsp", "http", "ws"] as const)("a camera plays over %s", async (carrier) => {
    await using scene = await aFleet();
    const { network } = scene.host;
    await forward(network, 8554);
    const outside = clientOn(network);
    const connect = outside.net.connect.bind(outside.net);
    outside.net.connect = (_address, port) => connect(forwarderAddress, port);
    const client = await connectThrough(carrier, outside, FORWARDED);
    const url = `rtsp://${forwarderAddress}:${FORWARDED}/Streaming/Channels/101`;
    const sdp = (await client.ask("DESCRIBE", url)).body.toString();
    expect(sdp).toContain(`a=control:${url}/trackID=0`);
    expect(sdp).not.toContain(serverAddress);
    const transport = { Transport: "RTP/AVP/TCP;interleaved=0-1" };
    expect((await client.ask("SETUP", `${url}/trackID=0`, transport)).status).toBe(200);
    expect((await client.ask("PLAY", url)).status).toBe(200);
    await scene.host.clock.advance(500);
    expect(client.frames(0).length).toBeGreaterThan(5);
  });
});
