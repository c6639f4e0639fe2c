import { describe, expect, it } from "vitest";
import {
  ACCESS_CLASSES,
  type AccessClass,
  DEFAULT_ACCESS_POLICY,
  type PolicyLevel,
} from "#device/access/access-policy";
import type { RtspResponse } from "#wire/rtsp/message";
import { aFleet, type FleetOnHost, whileTimePasses } from "../../support/a-fleet.js";
import { CAMERA_ADDRESS } from "../../support/camera-client.js";
import { fakeHost } from "../../support/fake-host.js";
import { RtspClient } from "../../support/rtsp-client.js";

/* What each level may do with streams under each access policy that clients can set, while the camera runs. */

const CLIP = `rtsp://${CAMERA_ADDRESS}:8554/test_640x480.mp4`;
/** Behind video, audio and metadata of the clip. */
const BACK = `${CLIP}/trackID=3`;
const TALK = { Require: "www.onvif.org/ver20/backchannel" };
const REPLAY = { Require: "onvif-replay" };
const TCP = { Transport: "RTP/AVP/TCP;unicast;interleaved=0-1" };
const SDP = "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\na=control:trackID=0\r\n";

type Who = PolicyLevel | "nobody";
const EVERYBODY: readonly Who[] = ["Administrator", "Operator", "User", "Anonymous", "nobody"];

/** A request, as a column of the table: the class that it takes, and how it goes. */
interface Column {
  readonly what: string;
  readonly classes: readonly AccessClass[];
  readonly send: (client: RtspClient, login: Record<string, string>) => Promise<RtspResponse>;
}

const column = (
  what: string,
  classes: readonly AccessClass[],
  method: string,
  target: string,
  headers: Record<string, string> = {},
  body = "",
): Column => ({
  what,
  classes,
  send: (client, login) => client.request(method, target, { ...headers, ...login }, body),
});

const columns: readonly Column[] = [
  column("DESCRIBE", ["READ_MEDIA"], "DESCRIBE", CLIP),
  column("SETUP", ["READ_MEDIA"], "SETUP", `${CLIP}/trackID=0`, TCP),
  column("DESCRIBE of a replay", ["READ_MEDIA"], "DESCRIBE", CLIP, REPLAY),
  column("SETUP of a replay", ["READ_MEDIA"], "SETUP", `${CLIP}/trackID=0`, { ...TCP, ...REPLAY }),
  column("SETUP of the back channel", ["READ_MEDIA"], "SETUP", BACK, { ...TCP, ...TALK }),
  column(
    "ANNOUNCE",
    ["ACTUATE"],
    "ANNOUNCE",
    `rtsp://${CAMERA_ADDRESS}:8554/in/1`,
    { "Content-Type": "application/sdp" },
    SDP,
  ),
];

const login = (who: Who): Record<string, string> =>
  who === "nobody" ? {} : { Authorization: `Basic ${Buffer.from(`${who}:secret`).toString("base64")}` };

const users = ["Administrator", "Operator", "User", "Anonymous"]
  .map((name) => `<user><username>${name}</username><password>secret</password><userlevel>${name}</userlevel></user>`)
  .join("");

const scene = (rtspElements = "", talkAccess = "READ_MEDIA"): Promise<FleetOnHost> =>
  aFleet({
    rtsp: { need_auth: "1", basic_auth: "1", talk_access: talkAccess },
    onvif: { http_port: `8000</http_port>${users}<http_port>8000` },
    rtspElements,
  });

const policyOf = ({ fleet }: FleetOnHost) => {
  const [camera] = fleet.cameras;
  if (!camera) throw new Error("no camera");
  return camera.device.access.policy;
};

/** The default policy, with one class for other levels. */
const changed = (accessClass: AccessClass, levels: readonly PolicyLevel[]) =>
  DEFAULT_ACCESS_POLICY.map((rule) => (rule.accessClass === accessClass ? { accessClass, levels } : rule));

async function answerTo(camera: FleetOnHost, who: Who, { send }: Column): Promise<RtspResponse> {
  const { host } = camera;
  const from = fakeHost({ network: host.network, addresses: ["192.0.2.20"], seed: 5 });
  const client = await RtspClient.connect(from, CAMERA_ADDRESS, 8554);
  try {
    return await whileTimePasses(host, send(client, login(who)));
  } finally {
    await client.close();
  }
}

const ALL: readonly PolicyLevel[] = ["Administrator", "Operator", "User", "Anonymous"];
const policies: readonly (readonly [string, ReturnType<typeof changed>])[] = [
  ["the default policy", DEFAULT_ACCESS_POLICY.map((rule) => rule)],
  ...(["READ_MEDIA", "ACTUATE"] as const).flatMap((accessClass) =>
    [ALL.slice(0, 1), ALL.slice(0, 2), ALL.slice(0, 3), ALL, ["Administrator", "User"] as const].map(
      (levels) => [`${accessClass} for ${levels.join(", ")}`, changed(accessClass, levels)] as const,
    ),
  ),
];

describe("the access policy", () => {
  it.each(policies)("holds for streams: %s", async (_, rules) => {
    await using camera = await scene();
    policyOf(camera).set(rules);
    const found: string[] = [];
    const wanted: string[] = [];
    for (const one of columns)
      for (const who of EVERYBODY) {
        const level = who === "nobody" ? "Anonymous" : who;
        const may = one.classes.every((wants) =>
          rules.find(({ accessClass }) => accessClass === wants)?.levels.includes(level),
        );
        const status = may ? 200 : who === "nobody" ? 401 : 403;
        wanted.push(`${one.what} of ${who}: ${status}`);
        found.push(`${one.what} of ${who}: ${(await answerTo(camera, who, one)).status}`);
      }
    expect(found).toEqual(wanted);
  });

  it("does not ask for other classes", async () => {
    await using camera = await scene();
    const others = ACCESS_CLASSES.filter((one) => !["PRE_AUTH", "READ_MEDIA", "ACTUATE"].includes(one));
    policyOf(camera).set(
      DEFAULT_ACCESS_POLICY.map((rule) =>
        others.includes(rule.accessClass) ? { ...rule, levels: ["Administrator"] } : rule,
      ),
    );
    for (const one of columns) expect((await answerTo(camera, "Operator", one)).status).toBe(200);
  });

  it("lets those talk only who have ACTUATE too, where rtsp.cfg says so, and describes the back channel to no others", async () => {
    await using camera = await scene("", "ACTUATE");
    const talk = column("SETUP of the back channel", [], "SETUP", BACK, { ...TCP, ...TALK });
    const statuses: number[] = [];
    for (const who of EVERYBODY) statuses.push((await answerTo(camera, who, talk)).status);
    expect(statuses).toEqual([200, 200, 403, 403, 401]);
    const describeIt = column("DESCRIBE", [], "DESCRIBE", CLIP, TALK);
    const hasBack = async (who: Who) =>
      (await answerTo(camera, who, describeIt)).body.toString().includes("a=sendonly");
    expect([await hasBack("Operator"), await hasBack("User")]).toEqual([true, false]);
    policyOf(camera).set(changed("ACTUATE", ALL));
    expect(await hasBack("User")).toBe(true);
  });

  it("is below what rtsp.cfg says of its users and of those without a login", async () => {
    const own =
      "<user><username>guard</username><password>secret</password><read>test*</read></user>" +
      "<user><username>Operator</username><password>secret</password><publish>out/*</publish></user>" +
      "<anonymous><publish>in/*</publish></anonymous>";
    await using camera = await scene(own);
    policyOf(camera).set(changed("READ_MEDIA", ["Administrator"]));
    const statuses = async (who: string) => {
      const found: number[] = [];
      for (const one of columns) found.push((await answerTo(camera, who as Who, one)).status);
      return found;
    };
    // Who may play by rtsp.cfg may talk too; a user of both files has what rtsp.cfg says.
    expect(await statuses("guard")).toEqual([200, 200, 200, 200, 200, 403]);
    expect(await statuses("Operator")).toEqual([403, 403, 403, 403, 403, 403]);
    expect(await statuses("nobody")).toEqual([401, 401, 401, 401, 401, 200]);
  });
});
