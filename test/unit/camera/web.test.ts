import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Media } from "#onvif/schema/media/service";
import { parseChallenges } from "#wire/digest/challenge";
import { respond } from "#wire/digest/respond";
import { readXml } from "#xml/reader";
import { aFleet, CFG_FOLDER, type FleetOnHost } from "../../support/a-fleet.js";
import { CameraClient, type HttpReply, textsOf } from "../../support/camera-client.js";
import { projectFolder } from "../../support/camera-process.js";
import { envelopeOf } from "../../support/soap.js";
import { connectText } from "../../support/text-client.js";

const typeOf = ({ head }: HttpReply): string | undefined => /^content-type: (.*)$/im.exec(head)?.[1]?.trim();
const ADMIN = { username: "admin", password: "admin" };

describe("the web server of a camera", () => {
  let scene: FleetOnHost;
  let client: CameraClient;
  beforeAll(async () => {
    scene = await aFleet();
    client = new CameraClient(scene.host);
    for (const name of ["media.wsdl", "tt.xsd"])
      scene.host.files.set(`${CFG_FOLDER}/wsdl/${name}`, readFileSync(join(projectFolder, "wsdl", name)));
    scene.host.files.set(`${CFG_FOLDER}/wsdl/secret.txt`, "secret");
  });
  afterAll(async () => scene[Symbol.asyncDispose]());

  it.each([
    ["/onvif/device_service?wsdl", "definitions"],
    ["/onvif/device_service?WSDL", "definitions"],
    ["/onvif/device_service?x=1&wsdl=1", "definitions"],
    ["/onvif/media_service?wsdl", "definitions"],
    ["/wsdl/device.wsdl", "definitions"],
    ["/wsdl/tt.xsd", "schema"],
    ["/onvif/tt.xsd", "schema"],
  ])("gives the document at %s", async (target, root) => {
    const reply = await client.request(target);
    expect([reply.status, typeOf(reply)]).toEqual([200, "text/xml; charset=utf-8"]);
    expect(readXml(reply.body.toString()).name).toBe(root);
  });

  it("gives documents whose imports are found where they say", async () => {
    const { body } = await client.request("/onvif/media_service?wsdl");
    const locations = [...body.toString().matchAll(/schemaLocation="([^"]+)"/g)].map(([, one = ""]) => one);
    expect(locations.length).toBeGreaterThan(0);
    for (const location of locations) {
      const { pathname } = new URL(location, "http://cam/onvif/media_service");
      scene.host.files.set(`${CFG_FOLDER}/wsdl/${location}`, readFileSync(join(projectFolder, "wsdl", location)));
      expect((await client.request(pathname)).status).toBe(200);
    }
  });

  it.each([
    "/wsdl/none.wsdl",
    "/wsdl/",
    "/wsdl/../onvif.cfg",
    "/wsdl/..%2fonvif.cfg",
    "/wsdl/%2e%2e/onvif.cfg",
    "/wsdl/..\\onvif.cfg",
    "/wsdl/....//onvif.cfg",
    "/wsdl/secret.txt",
    "/wsdl/device.wsdl/../../onvif.cfg",
    "/wsdl//etc/passwd",
    "/wsdl/device.wsdl%00.xsd",
    "/onvif/../onvif.cfg",
    "/onvif.cfg",
    "/media/test.mp4",
    "/snapshot/../../onvif.cfg",
    "/snapshot/..%2f..%2fmedia%2ftest.jpg",
    "/nothing",
  ])("answers 404 at %s", async (target) => {
    const reply = await client.request(target);
    expect(reply.status).toBe(404);
    expect(reply.body.toString()).not.toContain("password");
  });

  it.each([
    ["GET", "/onvif/device_service"],
    ["PUT", "/onvif/device_service"],
    ["DELETE", "/"],
    ["POST", "/snapshot/profile_1.jpg"],
  ])("answers 405 to %s %s and names the methods", async (method, target) => {
    const reply = await client.request(target, { method });
    expect(reply.status).toBe(405);
    expect(reply.head).toMatch(/^Allow: \w/im);
  });

  it.each(["/", "/wsdl/device.wsdl", "/snapshot/profile_1.jpg"])("answers HEAD %s without a body", async (target) => {
    await using connection = await connectText(client.host.net, "192.0.2.10", 8000, scene.host.clock);
    connection.send(`HEAD ${target} HTTP/1.1\r\nHost: cam\r\nConnection: close\r\n\r\n`);
    const [head, body] = (await connection.rest()).toString().split("\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1\.1 200 [^]*content-length: [1-9]/i);
    expect(body).toBe("");
  });

  it("takes SOAP at the address of any service, known or not, since the body says what is meant (client rule 12)", async () => {
    const body = envelopeOf("<tds:GetSystemDateAndTime/>");
    for (const target of ["/onvif/device_service", "/onvif/media_service", "/onvif/some_other"]) {
      const reply = await client.request(target, { method: "POST", body });
      expect([reply.status, typeOf(reply)]).toEqual([200, expect.stringContaining("application/soap+xml")]);
    }
  });

  it("gives a JPEG picture, whole, that is not to be kept (client rule 31)", async () => {
    const reply = await client.request("/snapshot/profile_1.jpg");
    expect([reply.status, typeOf(reply)]).toEqual([200, "image/jpeg"]);
    expect(reply.body).toEqual(readFileSync(join(projectFolder, "media", "test.jpg")));
    expect(reply.head).toMatch(/^Cache-Control: no-store$/im);
  });

  it.each([
    ["profile_9", 404],
    ["%zz", 400],
    ["", 404],
  ])("has no picture of the profile %j", async (token, status) => {
    expect((await client.request(`/snapshot/${token}.jpg`)).status).toBe(status);
  });

  it("describes itself for UPnP, with the identity and the address that ONVIF tells", async () => {
    const reply = await client.request("/upnp/description.xml", { host: "cam.example:8000" });
    const device = readXml(reply.body.toString());
    const information = await client.call("GetDeviceInformation");
    const endpoint = await client.call("GetEndpointReference");
    expect(textsOf(device, "serialNumber")).toEqual(textsOf(information, "SerialNumber"));
    expect(textsOf(device, "modelName")).toEqual(textsOf(information, "Model"));
    expect(textsOf(device, "UDN")).toEqual(textsOf(endpoint, "GUID").map((guid) => guid.replace(/^urn:/, "")));
    expect(textsOf(device, "presentationURL")).toEqual(["http://cam.example:8000/"]);
  });

  it("names its services on the start page", async () => {
    const reply = await client.request("/", { host: "cam.example:8000" });
    expect(reply.body.toString()).toContain("http://cam.example:8000/onvif/device_service");
  });
});

describe("a camera whose clients have to log in", () => {
  let scene: FleetOnHost;
  let client: CameraClient;
  beforeAll(async () => {
    scene = await aFleet({ onvif: { need_auth: "1" } });
    client = new CameraClient(scene.host);
  });
  afterAll(async () => scene[Symbol.asyncDispose]());
  const PICTURE = "/snapshot/profile_1.jpg";

  it("asks for a login before it gives a picture: MD5 first, then SHA-256, then Basic (client rules 8 and 31)", async () => {
    const reply = await client.request(PICTURE);
    expect(reply.status).toBe(401);
    const challenges = [...reply.head.matchAll(/^www-authenticate: (\w+)(?:.*?algorithm=([\w-]+))?/gim)];
    expect(challenges.map(([, scheme, algorithm]) => [scheme, algorithm])).toEqual([
      ["Digest", "MD5"],
      ["Digest", "SHA-256"],
      ["Basic", undefined],
    ]);
  });

  it.each(["MD5", "SHA-256"] as const)("gives it by digest with %s", async (algorithm) => {
    expect((await client.digest(PICTURE, ADMIN, { algorithm })).status).toBe(200);
    expect((await client.digest(PICTURE, { ...ADMIN, password: "wrong" }, { algorithm })).status).toBe(401);
    expect((await client.digest(PICTURE, { ...ADMIN, username: "eve" }, { algorithm })).status).toBe(401);
  });

  it("gives it by basic authentication", async () => {
    const basic = (text: string): Promise<HttpReply> =>
      client.request(PICTURE, { headers: [`Authorization: Basic ${Buffer.from(text).toString("base64")}`] });
    expect((await basic("admin:admin")).status).toBe(200);
    expect((await basic("admin:wrong")).status).toBe(401);
    expect((await basic("admin")).status).toBe(401);
  });

  it("takes a digest for no other address than the one it was made for", async () => {
    const one = await client.digest("/snapshot/profile_2.jpg", ADMIN);
    expect(one.status).toBe(200);
    const { head } = await client.request(PICTURE);
    const [challenge] = parseChallenges(
      [...head.matchAll(/^www-authenticate: (.*)$/gim)].map(([, value = ""]) => value),
    );
    if (challenge?.scheme !== "digest") throw new Error("no digest");
    const authorization = respond(challenge, ADMIN, { method: "GET", uri: "/snapshot/profile_2.jpg" }, 1, "0a");
    const stolen = await client.request(PICTURE, { headers: [`Authorization: ${authorization}`] });
    expect(stolen.status).not.toBe(200);
  });

  it("lets no login be needed for what clients read before they know one", async () => {
    for (const target of ["/", "/upnp/description.xml", "/onvif/device_service?wsdl"])
      expect((await client.request(target)).status).toBe(200);
  });

  it("forgets a password as soon as it is changed", async () => {
    scene.fleet.cameras[0]?.device.users.setUser([{ username: "admin", password: "new", level: "Administrator" }]);
    expect((await client.digest(PICTURE, ADMIN)).status).toBe(401);
    expect((await client.digest(PICTURE, { ...ADMIN, password: "new" })).status).toBe(200);
  });
});

describe("a camera behind another address", () => {
  it("tells that address everywhere, whatever the client used (client rules 22 and 23)", async () => {
    await using scene = await aFleet({ onvif: { public_address: "cam.example:80" } });
    const client = new CameraClient(scene.host);
    const services = await client.call("GetServices", "<tds:IncludeCapability>false</tds:IncludeCapability>");
    expect(textsOf(services, "XAddr")).toContain("http://cam.example/onvif/device_service");
    expect(textsOf(services, "XAddr").every((address) => address.startsWith("http://cam.example/"))).toBe(true);
    const profile = "<trt:ProfileToken>profile_1</trt:ProfileToken>";
    const snapshot = await client.call("GetSnapshotUri", profile, { service: Media });
    expect(textsOf(snapshot, "Uri")).toEqual(["http://cam.example/snapshot/profile_1.jpg"]);
    const setup =
      "<trt:StreamSetup><tt:Stream>RTP-Unicast</tt:Stream><tt:Transport><tt:Protocol>UDP</tt:Protocol></tt:Transport></trt:StreamSetup>";
    const stream = await client.call("GetStreamUri", setup + profile, { service: Media });
    expect(textsOf(stream, "Uri")).toEqual(["rtsp://cam.example:8554/test.mp4"]);
    const upnp = await client.request("/upnp/description.xml");
    expect(upnp.body.toString()).toContain("<presentationURL>http://cam.example/</presentationURL>");
    expect(scene.fleet.summary.cameras[0]).toMatchObject({
      services: ["http://cam.example/onvif/device_service", "https://cam.example:8443/onvif/device_service"],
      streams: [
        { address: "rtsp://cam.example:8554/test.mp4" },
        { address: "rtsp://cam.example:8554/test_640x480.mp4" },
      ],
    });
  });

  it.each([
    ["the one that the client named", { host: "cam.local:8000" }, "http://cam.local:8000/"],
    ["that of the port forwarding that it came through", { host: "gate.example:18000" }, "http://gate.example:18000/"],
    ["the socket's where the client named none", { host: "", version: "1.0" }, "http://192.0.2.10:8000/"],
    ["the socket's where it named nonsense", { host: "a b" }, "http://192.0.2.10:8000/"],
  ] as const)("is otherwise %s (client rules 22 and 23)", async (_name, options, base) => {
    await using scene = await aFleet();
    const content = "<tds:IncludeCapability>false</tds:IncludeCapability>";
    const reply = await new CameraClient(scene.host).call("GetServices", content, options);
    const addresses = textsOf(reply, "XAddr");
    expect(addresses.length).toBeGreaterThan(2);
    expect(addresses.filter((address) => !address.startsWith(base))).toEqual([]);
  });
});
