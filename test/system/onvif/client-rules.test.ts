import { describe, expect, it } from "vitest";
import { Device } from "#onvif/schema/device/service";
import { EventPortType } from "#onvif/schema/events/event-port-type";
import { Media2 } from "#onvif/schema/media2/service";
import { aFleet } from "../../support/a-fleet.js";
import { CAMERA_ADDRESS, CameraClient } from "../../support/camera-client.js";
import {
  addressIn,
  CLOCK,
  createPullPoint,
  createRequest,
  EVENTS,
  FAULT_ACTION,
  actionOf,
  addressing,
  MOTION,
  pull,
  pulled,
  renew,
  synchronize,
  told,
  topicFilter,
  unsubscribe,
} from "../../support/event-client.js";
import { ADDRESS, aCamera, call, envelopeOf, send, soap, theUsers, usernameToken } from "../../support/soap.js";
import { connectText } from "../../support/text-client.js";

/*
 * Rules that real clients need, one test each; what they are about in detail is tested with its subject.
 */
const admin = theUsers.administrator;
const wrong = { ...admin, password: "guessed" };
const NOON = Date.UTC(2026, 0, 15, 12);
const iso = (ms: number): string => new Date(NOON + ms).toISOString();
const USERS = { operation: "GetUsers" };
const service = "/onvif/device_service";

const rules: readonly (readonly [number, string, () => Promise<void>])[] = [
  [
    1,
    "the time is told without a login, and in spite of a wrong one",
    async () => {
      for (const user of ["nobody", wrong] as const)
        expect((await soap(aCamera(), { operation: "GetSystemDateAndTime" }, { user })).status).toBe(200);
      const header = usernameToken({ ...admin, created: "2001-01-01T00:00:00Z" });
      expect((await send(aCamera(), envelopeOf("<tds:GetSystemDateAndTime/>", header))).status).toBe(200);
    },
  ],
  [
    2,
    "UTC is UTC, local time is local, and the zone is POSIX",
    async () => {
      const camera = aCamera({ setup: { clock: { timeZone: "CST6CDT,M3.2.0,M11.1.0" } } });
      const { SystemDateAndTime: time } = await call(camera, Device, "GetSystemDateAndTime", {});
      expect(time.UTCDateTime?.Time.Hour).toBe(12);
      expect(time.LocalDateTime?.Time.Hour).toBe(6);
      expect(time.TimeZone?.TZ).toBe("CST6CDT,M3.2.0,M11.1.0");
    },
  ],
  [
    3,
    "a token may be five minutes off, written in any of the usual ways",
    async () => {
      const status = async (created: string): Promise<number> =>
        (await send(aCamera(), envelopeOf("<tds:GetUsers/>", usernameToken({ ...admin, created })))).status;
      expect(await status(iso(299_000))).toBe(200);
      expect(await status(iso(-299_000))).toBe(200);
      expect(await status(iso(301_000))).toBe(401);
      for (const text of ["2026-01-15T12:00:00Z", "2026-01-15T12:00:00+00:00", "2026-01-15T12:00:00.123456Z"])
        expect(await status(text)).toBe(200);
    },
  ],
  [
    4,
    "the clock can be set with and without a zone",
    async () => {
      for (const zone of ["", "<tds:TimeZone><tt:TZ>UTC0</tt:TZ></tds:TimeZone>"]) {
        const camera = aCamera();
        const content =
          `<tds:DateTimeType>Manual</tds:DateTimeType><tds:DaylightSavings>false</tds:DaylightSavings>${zone}` +
          `<tds:UTCDateTime><tt:Time><tt:Hour>1</tt:Hour><tt:Minute>2</tt:Minute><tt:Second>3</tt:Second></tt:Time>` +
          `<tt:Date><tt:Year>2027</tt:Year><tt:Month>4</tt:Month><tt:Day>5</tt:Day></tt:Date></tds:UTCDateTime>`;
        expect((await soap(camera, { operation: "SetSystemDateAndTime", content })).status).toBe(200);
        expect(camera.device.clock.now()).toBe(Date.UTC(2027, 3, 5, 1, 2, 3));
      }
    },
  ],
  [
    5,
    "every time that is told is one, with its Z",
    async () => {
      const camera = aCamera();
      const address = await createPullPoint(camera);
      const texts = [
        (await pull(camera, address, { timeoutMs: 0 })).text,
        (await soap(camera, createRequest(), { reachedAt: EVENTS })).text,
        (await renew(camera, address, 60_000)).text,
      ];
      const times = texts.flatMap((text) => [...text.matchAll(/(?:Time|UtcTime)(?:="|>)(\d{4}-[^"<]+)/g)]);
      expect(times.length).toBeGreaterThan(6);
      for (const [, time = ""] of times) {
        expect(time).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
        expect(Date.parse(time)).not.toBeNaN();
      }
    },
  ],
  [
    6,
    "a token is understood with any prefix, and with the password in clear text where that is allowed",
    async () => {
      const token = usernameToken({ ...admin, created: iso(0) });
      const plain = token.replaceAll(/(wsse|wsu):/g, "").replaceAll(/ xmlns:\w+="[^"]*"/g, "");
      expect((await send(aCamera(), envelopeOf("<tds:GetUsers/>", plain))).status).toBe(200);
      const clear = envelopeOf("<tds:GetUsers/>", usernameToken({ ...admin, created: iso(0), type: "text" }));
      expect((await send(aCamera(), clear)).status).toBe(401);
      expect((await send(aCamera({ policy: { passwordText: true } }), clear)).status).toBe(200);
    },
  ],
  [
    7,
    "no login or a wrong one is 401 with Digest and a fault; a camera of WS-Security alone says 400",
    async () => {
      for (const user of ["nobody", wrong] as const) {
        const reply = await soap(aCamera(), USERS, { user });
        expect(reply).toMatchObject({ status: 401, fault: "Sender NotAuthorized" });
        expect(reply.challenges[0]).toMatch(/^Digest /);
        expect(reply.reason).toMatch(/not authorized/i);
      }
      const wss = await soap(aCamera({ policy: { style: "wss" } }), USERS, { user: "nobody" });
      expect(wss).toMatchObject({ status: 400, fault: "Sender NotAuthorized", challenges: [] });
    },
  ],
  [
    8,
    "MD5 is offered before SHA-256, in header lines of their own",
    async () => {
      await using scene = await aFleet({ onvif: { need_auth: "1" } });
      const body = envelopeOf("<tds:GetUsers/>");
      const { head } = await new CameraClient(scene.host).request(service, { method: "POST", body });
      const lines = [...head.matchAll(/^www-authenticate: .*algorithm=(.*)\r$/gim)].map(([, name]) => name);
      expect(lines).toEqual(["MD5", "SHA-256"]);
    },
  ],
  [
    9,
    "with Digest and a token on one request both must be right",
    async () => {
      const header = (user: typeof admin | typeof wrong): string => usernameToken({ ...user, created: iso(0) });
      const status = async (user: typeof admin | typeof wrong, token: string): Promise<number> =>
        (await soap(aCamera(), USERS, { user, by: "MD5", header: token })).status;
      expect(await status(admin, header(admin))).toBe(200);
      expect(await status(admin, header(wrong))).toBe(401);
      expect(await status(wrong, header(admin))).toBe(401);
    },
  ],
  [
    10,
    "exactly the operations that the standard leaves open need no login, and none does where it is not wanted",
    async () => {
      const open = ["GetServices", "GetServiceCapabilities", "GetCapabilities", "GetHostname", "GetEndpointReference"];
      for (const operation of open) {
        const content = operation === "GetServices" ? "<tds:IncludeCapability>false</tds:IncludeCapability>" : "";
        expect((await soap(aCamera(), { operation, content }, { user: "nobody" })).status).toBe(200);
      }
      const properties = { service: EventPortType, operation: "GetEventProperties" };
      expect((await soap(aCamera(), properties, { user: "nobody" })).status).toBe(401);
      const noLogin = aCamera({ policy: { required: false } });
      expect((await soap(noLogin, USERS, { user: "nobody" })).status).toBe(200);
    },
  ],
  [
    11,
    "RTSP asks for Digest with the realm of HTTP, and no address holds a login",
    async () => {
      await using scene = await aFleet({ onvif: { need_auth: "1" }, rtsp: { need_auth: "1" } });
      const client = new CameraClient(scene.host);
      const http = await client.request(service, { method: "POST", body: envelopeOf("<tds:GetUsers/>") });
      await using connection = await connectText(client.host.net, CAMERA_ADDRESS, 8554, scene.host.clock);
      const rtsp = await connection.request(
        `DESCRIBE rtsp://${CAMERA_ADDRESS}:8554/test.mp4 RTSP/1.0\r\nCSeq: 1\r\n\r\n`,
      );
      const realm = /realm="([^"]+)"/;
      expect(realm.exec(rtsp.head)?.[1]).toBe("onvifrtspserver");
      expect(realm.exec(http.head)?.[1]).toBe("onvifrtspserver");
      const uri = await call(aCamera(), Media2, "GetStreamUri", { Protocol: "RTSP", ProfileToken: "profile_1" });
      expect(uri.Uri).not.toContain("@");
    },
  ],
  [
    12,
    "the body alone says what is asked, whatever the action",
    async () => {
      for (const action of ["", "urn:wrong", "http://www.onvif.org/ver10/device/wsdl/GetUsers"]) {
        const header = `<wsa:Action>${action}</wsa:Action>`;
        expect((await soap(aCamera(), { operation: "GetScopes" }, { header })).body.name).toBe("GetScopesResponse");
      }
    },
  ],
  [
    13,
    "the usual media types are taken, and the version asked is the version answered",
    async () => {
      await using scene = await aFleet();
      const client = new CameraClient(scene.host);
      for (const type of [
        "application/soap+xml",
        "application/soap+xml; charset=utf-8",
        "text/xml",
        "application/xml",
      ]) {
        const body = envelopeOf("<tds:GetHostname/>");
        const reply = await client.request(service, { method: "POST", body, headers: [`Content-Type: ${type}`] });
        expect([type, reply.status]).toEqual([type, 200]);
      }
      const old = await soap(aCamera(), { operation: "GetScopes" }, { version: "1.1" });
      expect(old.envelope.namespace).toBe("http://schemas.xmlsoap.org/soap/envelope/");
      expect(old.contentType).toContain("text/xml");
    },
  ],
  [
    14,
    "faults have the status that HTTP has for them, and declare their prefix where it is used",
    async () => {
      const value = await soap(aCamera(), { operation: "SetHostname", content: "<tds:Name>a_b</tds:Name>" });
      expect(value).toMatchObject({ status: 400, fault: "Sender InvalidArgVal InvalidHostname" });
      expect(value.text).toContain('<s:Value xmlns:ter="http://www.onvif.org/ver10/error">ter:InvalidArgVal</s:Value>');
      const missing = await soap(aCamera(), "<tds:NoSuchOperation/>");
      expect(missing).toMatchObject({ status: 500, fault: "Receiver ActionNotSupported" });
    },
  ],
  [
    15,
    "the Detail of a fault holds elements and no text of its own",
    async () => {
      const fault = await soap(aCamera(), createRequest(topicFilter("no::topic")), { reachedAt: EVENTS });
      expect(fault.detail).toBeDefined();
      expect(fault.body.child("Detail")?.text.trim()).toBe("");
    },
  ],
  [
    16,
    "an operation that is not there is said to be not implemented",
    async () => {
      const reply = await soap(aCamera(), "<tds:NoSuchOperation/>");
      expect(reply.fault).toBe("Receiver ActionNotSupported");
      expect(reply.reason).toMatch(/not implemented/i);
    },
  ],
  [
    17,
    "answers begin with the declaration, end with the envelope, and have no white space between elements",
    async () => {
      for (const reply of [await soap(aCamera(), USERS), await soap(aCamera(), "<tds:NoSuchOperation/>")]) {
        expect(reply.text).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?><s:Envelope [^]*<\/s:Envelope>$/);
        expect(reply.text).not.toMatch(/>\s+</);
      }
    },
  ],
  [
    18,
    "the length is right, the connection stays, and a close is announced",
    async () => {
      await using scene = await aFleet();
      const client = new CameraClient(scene.host);
      const ask = { method: "POST", body: envelopeOf("<tds:GetHostname/>") };
      const kept = await client.request(service, ask);
      expect(Number(/^content-length: (\d+)/im.exec(kept.head)?.[1])).toBe(kept.body.length);
      expect(kept.head).toMatch(/^connection: keep-alive/im);
      const closed = await client.request(service, { ...ask, headers: ["Connection: close"] });
      expect(closed.head).toMatch(/^connection: close/im);
    },
  ],
  [
    19,
    "nobody is sent from HTTP to HTTPS",
    async () => {
      await using scene = await aFleet();
      const client = new CameraClient(scene.host);
      for (const target of [service, "/", "/snapshot/profile_1", "/onvif/media_service"])
        for (const method of ["GET", "POST"]) {
          const { status } = await client.request(target, { method });
          expect(status < 300 || status >= 400).toBe(true);
        }
    },
  ],
  [
    20,
    "elements come in the order of the schema, with all that are required",
    async () => {
      const capabilities = await soap(aCamera(), { operation: "GetCapabilities" });
      const names = capabilities.body.child("Capabilities")?.children.map(({ name }) => name) ?? [];
      const order = ["Analytics", "Device", "Events", "Imaging", "Media", "PTZ", "Extension"];
      expect(names).toEqual(order.filter((name) => names.includes(name)));
      const properties = await call(aCamera(), EventPortType, "GetEventProperties", {});
      expect(properties.TopicExpressionDialect.length).toBeGreaterThan(1);
      expect(properties.MessageContentFilterDialect.length).toBeGreaterThan(0);
    },
  ],
  [
    21,
    "wrong inner namespaces, strange headers and prefixes do no harm",
    async () => {
      const camera = aCamera();
      const body =
        '<a:SetHostname xmlns:a="http://www.onvif.org/ver10/device/wsdl"><Name xmlns="urn:wrong">gate</Name></a:SetHostname>';
      expect((await soap(camera, body, { header: '<q:Odd xmlns:q="urn:odd">1</q:Odd>' })).status).toBe(200);
      expect(camera.device.hostname.get().name).toBe("gate");
      expect((await soap(aCamera({ strict: true }), body)).status).toBe(400);
    },
  ],
  [
    30,
    "a profile may be made and deleted before the login, where <open_profiles> allows it",
    async () => {
      const camera = aCamera({ openProfiles: true });
      const made = await soap(camera, "<trt:CreateProfile><trt:Name>p</trt:Name></trt:CreateProfile>", {
        user: "nobody",
      });
      expect(made.status).toBe(200);
      const token = made.body.child("Profile")?.attribute("token") ?? "";
      const remove = `<trt:DeleteProfile><trt:ProfileToken>${token}</trt:ProfileToken></trt:DeleteProfile>`;
      expect((await soap(camera, remove, { user: "nobody" })).status).toBe(200);
    },
  ],
  [
    37,
    "a pull waits for the first message, and is empty and no fault when its time is over",
    async () => {
      const camera = aCamera();
      const address = await createPullPoint(camera, topicFilter(MOTION));
      await told(camera, address);
      const waiting = pull(camera, address, { timeoutMs: 60_000 });
      await camera.host.clock.advance(60_000);
      const empty = await waiting;
      expect(empty).toMatchObject({ status: 200, fault: undefined });
      expect(empty.body.children.map(({ name }) => name)).toEqual(["CurrentTime", "TerminationTime"]);
      const next = pulled(camera, address, { timeoutMs: 60_000, limit: 1 });
      await camera.host.clock.settle();
      camera.device.detection.setMotion("video_source_1", true);
      expect((await next).NotificationMessage).toHaveLength(1);
    },
  ],
  [
    38,
    "each property is told when a pull point is made, and again to the one that asks for it",
    async () => {
      const camera = aCamera();
      const [one, other] = [await createPullPoint(camera), await createPullPoint(camera)];
      const first = await told(camera, one);
      expect(first.every((line) => line.includes(" Initialized "))).toBe(true);
      expect(first.some((line) => line.startsWith(MOTION))).toBe(true);
      await told(camera, other);
      await synchronize(camera, one);
      expect(await told(camera, one)).toEqual(first);
      expect(await told(camera, other)).toEqual([]);
    },
  ],
  [
    39,
    "the end of a subscription is a duration or a time; a bad one is a fault",
    async () => {
      for (const time of ["PT60S", iso(60_000)])
        expect((await soap(aCamera(), createRequest("", time), { reachedAt: EVENTS })).status).toBe(200);
      for (const time of [iso(-60_000), "soon"])
        expect((await soap(aCamera(), createRequest("", time), { reachedAt: EVENTS })).fault).toBeDefined();
    },
  ],
  [
    40,
    "each subscription has an address where the client reached us, and ends alone, without headers too",
    async () => {
      const camera = aCamera();
      const make = () => soap(camera, createRequest(), { reachedAt: EVENTS });
      const [one, other] = [addressIn(await make()), addressIn(await make())];
      expect(one).not.toBe(other);
      expect(new URL(one).host).toBe(new URL(ADDRESS).host);
      expect((await soap(camera, "<wsnt:Unsubscribe/>", { reachedAt: one })).status).toBe(200);
      expect((await pull(camera, one, { timeoutMs: 0 })).fault).toBeDefined();
      expect((await pull(camera, other, { timeoutMs: 0 })).status).toBe(200);
    },
  ],
  [
    41,
    "there are at least 32 pull points, as many as are told; one more is a fault, and an expired one makes room",
    async () => {
      const camera = aCamera();
      const { Capabilities } = await call(camera, EventPortType, "GetServiceCapabilities", {}, { reachedAt: EVENTS });
      const most = Capabilities.MaxPullPoints ?? 0;
      expect(most).toBeGreaterThanOrEqual(32);
      for (let n = 0; n < most; n++) await createPullPoint(camera, "", "PT60S");
      expect((await soap(camera, createRequest(), { reachedAt: EVENTS })).fault).toBeDefined();
      await camera.host.clock.advance(61_000);
      expect((await soap(camera, createRequest(), { reachedAt: EVENTS })).status).toBe(200);
    },
  ],
  [
    42,
    "topics are chosen with | and //., a bad filter is a fault under the action of faults",
    async () => {
      const camera = aCamera();
      const all = await createPullPoint(camera, topicFilter("tns1:VideoSource//.|tns1:Monitoring//."));
      const topics = (await told(camera, all)).map((line) => line.split(" ")[0]);
      expect(topics).toEqual(expect.arrayContaining([MOTION, CLOCK]));
      const bad = await soap(camera, createRequest(topicFilter("tns1:VideoSource/||")), {
        reachedAt: EVENTS,
        header: addressing("urn:a"),
      });
      expect(bad.detail?.name).toMatch(/Filter|Topic/);
      expect(actionOf(bad)).toBe(FAULT_ACTION);
      const motion = await createPullPoint(camera, topicFilter(MOTION));
      expect(await told(camera, motion)).toEqual([`${MOTION} Initialized Source=video_source_1 State=false`]);
      await unsubscribe(camera, motion);
    },
  ],
];

describe("what real clients need:", () => {
  it.each(rules)("rule %i: %s", async (_number, _what, holds) => {
    await holds();
  });
});
