import { describe, expect, it } from "vitest";
import type { RtspServerOptions } from "#rtsp/server/options";
import type { StreamRights } from "#rtsp/server/rights";
import { aFleet, type FleetOnHost } from "../../support/a-fleet.js";
import { FakePath } from "../../support/fake-path.js";
import { fakeHost } from "../../support/fake-host.js";
import { RtspClient, rtspStage, serverAddress } from "../../support/rtsp-client.js";

const TCP = "RTP/AVP/TCP;unicast;interleaved=0-1";
const url = (name: string): string => `rtsp://${serverAddress}/${name}`;
const login = (name: string, password = "secret"): Record<string, string> => ({
  Authorization: `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`,
});

const rights: Readonly<Record<string, StreamRights>> = {
  all: { read: ["*"], publish: ["*"] },
  reader: { read: ["door/*", "test.mp4"], publish: [] },
  nobody: { read: [], publish: ["in/*"] },
};
const authentication: NonNullable<RtspServerOptions["authentication"]> = {
  realm: "r",
  basic: true,
  password: (name) => (name in rights ? "secret" : undefined),
  rights: (name) => rights[name] ?? { read: [], publish: [] },
};

describe("rights to play", () => {
  it.each<[who: string, name: string, status: number, headers: Record<string, string>]>([
    ["a user with all rights", "door/1", 200, login("all")],
    ["a user with all rights", "yard", 200, login("all")],
    ["a user with rights to this stream", "door/1", 200, login("reader")],
    ["a user without rights to this stream", "yard", 403, login("reader")],
    ["a user without rights, for what is not there", "nothing", 403, login("reader")],
    ["a user with rights, for what is not there", "door/9", 404, login("reader")],
    ["a user with rights to the name before the parameters", "test.mp4&w=640", 200, login("reader")],
    ["a user without any right", "door/1", 403, login("nobody")],
    ["a user with a wrong password", "door/1", 401, login("reader", "wrong")],
    ["an unknown user", "door/1", 401, login("stranger")],
    ["nobody in particular", "door/1", 401, {}],
    ["nobody in particular, for what is not there", "nothing", 401, {}],
  ])("of %s to %s: %i", async (_who, name, status, headers) => {
    await using stage = await rtspStage({ authentication });
    for (const path of ["door/1", "yard", "test.mp4"]) stage.directory.add(new FakePath(path, stage.host.clock));
    const client = await stage.connect();
    expect((await client.request("DESCRIBE", url(name), headers)).status).toBe(status);
    const setup = await client.request("SETUP", `${url(name)}/trackID=0`, { ...headers, Transport: TCP });
    expect(setup.status).toBe(status);
    expect(setup.headers.all("WWW-Authenticate").length > 0).toBe(status === 401);
    // What nobody may play is not even looked for.
    if (status === 403) expect(stage.directory.requests).toEqual([]);
  });

  it("without a login are those of anonymous, who is asked to log in for the rest", async () => {
    const anonymous = () => ({ read: ["door/*"], publish: [] });
    await using stage = await rtspStage({ authentication: { ...authentication, anonymous } });
    for (const path of ["door/1", "yard"]) stage.directory.add(new FakePath(path, stage.host.clock));
    const client = await stage.connect();
    expect((await client.request("DESCRIBE", url("yard"))).status).toBe(401);
    expect((await client.request("DESCRIBE", url("yard"), login("reader"))).status).toBe(403);
    expect((await client.request("DESCRIBE", url("yard"), login("all"))).status).toBe(200);
    // The rights are those of the request, not of the connection.
    expect((await client.request("DESCRIBE", url("yard"))).status).toBe(401);
    expect((await client.request("DESCRIBE", url("door/1"))).status).toBe(200);
    expect((await client.request("DESCRIBE", url("door/1"), login("all", "wrong"))).status).toBe(401);
    const open = await stage.connect();
    expect((await open.request("SETUP", `${url("door/1")}/trackID=0`, { Transport: TCP })).status).toBe(200);
    expect((await open.request("PLAY", url("door/1"))).status).toBe(200);
    // Nobody is cut off for not logging in who need not.
    await stage.host.clock.advance(40_000);
    expect(open.ended).toBe(false);
  });
});

describe("rights in the cfg files", () => {
  const sdp = "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\na=control:trackID=0\r\n";

  async function statusOf({ host }: FleetOnHost, method: string, name: string, headers: object): Promise<number> {
    const from = fakeHost({ network: host.network, addresses: ["192.0.2.20"], seed: 5 });
    const client = await RtspClient.connect(from, serverAddress, 8554);
    const body = method === "ANNOUNCE" ? sdp : "";
    const lines = Object.entries({
      CSeq: 1,
      "Content-Type": "application/sdp",
      ...headers,
      "Content-Length": body.length,
    });
    const head = lines.map(([key, value]) => `${key}: ${String(value)}\r\n`).join("");
    await client.send(`${method} rtsp://${serverAddress}:8554/${name} RTSP/1.0\r\n${head}\r\n${body}`);
    for (let times = 0; times < 500 && client.arrived.length === 0; times++) await host.clock.advance(10);
    const { status } = client.takeResponse();
    await client.close();
    return status;
  }

  const users =
    "<user><username>reader</username><password>secret</password><read>test*.mp4</read></user>" +
    "<user><username>sender</username><password>secret</password><publish>in/*</publish></user>" +
    "<user><username>free</username><password>secret</password></user>";
  const onvifUsers = ["Administrator", "Operator", "User", "Anonymous"]
    .map(
      (level) => `<user><username>${level}</username><password>secret</password><userlevel>${level}</userlevel></user>`,
    )
    .join("");
  const scene = (more = ""): Promise<FleetOnHost> =>
    aFleet({
      rtsp: { need_auth: "1", basic_auth: `1</basic_auth>${users}${more}<basic_auth>1` },
      onvif: { http_port: `8000</http_port>${onvifUsers}<http_port>8000` },
    });

  it.each<[user: string, read: number, readOther: number, publish: number, publishOther: number]>([
    ["free", 200, 404, 200, 200],
    ["reader", 200, 403, 403, 403],
    ["sender", 403, 403, 200, 403],
    ["admin", 200, 404, 200, 200],
    ["Administrator", 200, 404, 200, 200],
    ["Operator", 200, 404, 200, 200],
    ["User", 200, 404, 403, 403],
    ["Anonymous", 403, 403, 403, 403],
    ["", 401, 401, 401, 401],
  ])("of %j", async (user, ...expected) => {
    await using fleet = await scene();
    const headers = user === "" ? {} : login(user, user === "admin" ? "admin" : "secret");
    const statuses: number[] = [];
    for (const [method, name] of [
      ["DESCRIBE", "test.mp4"],
      ["DESCRIBE", "nothing"],
      ["ANNOUNCE", "in/1"],
      ["ANNOUNCE", "out/1"],
    ] as const)
      statuses.push(await statusOf(fleet, method, name, headers));
    expect(statuses).toEqual(expected);
  });

  it("of anonymous", async () => {
    await using fleet = await scene("<anonymous><read>test.mp4</read><publish>in/*</publish></anonymous>");
    expect(await statusOf(fleet, "DESCRIBE", "test.mp4", {})).toBe(200);
    expect(await statusOf(fleet, "DESCRIBE", "test_640x480.mp4", {})).toBe(401);
    // Rights are to streams, by whatever address.
    expect(await statusOf(fleet, "DESCRIBE", "Streaming/Channels/101", {})).toBe(200);
    expect(await statusOf(fleet, "DESCRIBE", "Streaming/Channels/102", {})).toBe(401);
    expect(await statusOf(fleet, "ANNOUNCE", "in/1", {})).toBe(200);
    expect(await statusOf(fleet, "ANNOUNCE", "out/1", {})).toBe(401);
  });
});
