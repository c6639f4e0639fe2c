import { describe, expect, it } from "vitest";
import { Device } from "#onvif/schema/device/service";
import { EventPortType } from "#onvif/schema/events/event-port-type";
import { Media } from "#onvif/schema/media/service";
import { Keystore } from "#onvif/schema/security/keystore";
import { Media2 } from "#onvif/schema/media2/service";
import {
  addressing,
  AUTH_FAILED,
  BUFFER_BEGIN,
  CLOCK,
  LAST_BACKUP,
  LAST_RESET,
  CONFIGURATION_CHANGED,
  createPullPoint,
  createRequest,
  eventProperties,
  EVENTS,
  inShort,
  messageIn,
  MOTION,
  PROFILE_CHANGED,
  pull,
  pulled,
  REBOOT,
  renew,
  seek,
  synchronize,
  told,
  topicFilter,
  topicsIn,
  unsubscribe,
} from "../../support/event-client.js";
import { noon } from "../../support/a-device.js";
import { aCamera, call, soap, theUsers, type TestCamera } from "../../support/soap.js";

const SOURCE = "video_source_1";
const NOON = "2026-01-15T12:00:00Z";

/** The state of all properties of a camera that has just started. */
const initial = (motion = false): string[] => [
  `${MOTION} Initialized Source=${SOURCE} State=${motion}`,
  `${REBOOT} Initialized Status=${NOON}`,
  `${LAST_RESET} Initialized Status=1970-01-01T00:00:00Z`,
  `${CLOCK} Initialized Status=${NOON}`,
  `${LAST_BACKUP} Initialized Status=1970-01-01T00:00:00Z`,
];

const KEY_STATUS = "tns1:Advancedsecurity/Keystore/KeyStatus";

describe("GetEventProperties", () => {
  it("tells the topics, dialects and documents", async () => {
    const properties = await eventProperties(aCamera());
    expect(properties).toMatchObject({
      TopicNamespaceLocation: ["http://www.onvif.org/onvif/ver10/topics/topicns.xml"],
      FixedTopicSet: true,
      TopicExpressionDialect: [
        "http://docs.oasis-open.org/wsn/t-1/TopicExpression/Concrete",
        "http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet",
      ],
      MessageContentFilterDialect: ["http://www.onvif.org/ver10/tev/messageContentFilter/ItemFilter"],
      MessageContentSchemaLocation: ["http://www.onvif.org/onvif/ver10/schema/onvif.xsd"],
    });
  });

  it("describes the messages of each topic by the usual prefixes", async () => {
    const { TopicSet } = await eventProperties(aCamera());
    const descriptions = [...topicsIn(TopicSet.Any)].map(([topic, description]) => {
      const items = ["Source", "Data"].flatMap((group) =>
        (description.child(group)?.children ?? []).map(
          (item) => `${group}.${item.attribute("Name")} ${item.attribute("Type")}`,
        ),
      );
      return [topic, description.attribute("IsProperty"), ...items].join(", ");
    });
    expect(descriptions).toEqual([
      `${MOTION}, true, Source.Source tt:ReferenceToken, Data.State xs:boolean`,
      `${REBOOT}, true, Data.Status xs:dateTime`,
      `${LAST_RESET}, true, Data.Status xs:dateTime`,
      `${CLOCK}, true, Data.Status xs:dateTime`,
      `${LAST_BACKUP}, true, Data.Status xs:dateTime`,
      ...["VideoEncoder", "AudioEncoder", "Metadata"].map(
        (kind) =>
          `tns1:Monitoring/ActiveSessions/${kind}, true, Source.Token tt:ReferenceToken, Data.Sessions tt:StringAttrList`,
      ),
      "tns1:Monitoring/LinkStatus, true, Source.Token tt:ReferenceToken, Data.Link tt:NetworkInterfaceConnectionSetting",
      `${PROFILE_CHANGED}, false, Source.Token tt:ReferenceToken`,
      `${CONFIGURATION_CHANGED}, false, Source.Token tt:ReferenceToken, Source.Type xs:string`,
      `${AUTH_FAILED}, false, Source.NetworkInterface tt:ReferenceToken, Data.SourceIPv4 tt:IPv4Address, Data.SourceIPv6 tt:IPv6Address`,
      `${KEY_STATUS}, false, Source.KeyID tas:KeyID, Data.OldStatus tas:KeyStatus, Data.NewStatus tas:KeyStatus`,
      `${BUFFER_BEGIN}, false`,
    ]);
  });

  it("binds the prefixes that the types of items are written with", async () => {
    const { TopicSet } = await eventProperties(aCamera());
    const item = topicsIn(TopicSet.Any).get(MOTION)?.child("Data")?.children[0];
    expect(item?.resolve("xs:boolean")?.namespace).toBe("http://www.w3.org/2001/XMLSchema");
    expect(item?.resolve("tt:ReferenceToken")?.namespace).toBe("http://www.onvif.org/ver10/schema");
  });

  it("has the roots of the topics in ONVIF's namespace and what is below in none", async () => {
    const { TopicSet } = await eventProperties(aCamera());
    const [root] = TopicSet.Any ?? [];
    expect(root?.namespace).toBe("http://www.onvif.org/ver10/topics");
    expect(root?.children.map(({ namespace }) => namespace)).toEqual([""]);
  });

  it("leaves out what a camera without pictures cannot tell", async () => {
    const media = { profiles: [{ audio: {}, stream: { uri: "sound.wav", appendParameters: false } }] };
    const { TopicSet } = await eventProperties(aCamera({ setup: { media } }));
    expect([...topicsIn(TopicSet.Any).keys()]).not.toContain(MOTION);
    expect([...topicsIn(TopicSet.Any).keys()]).toContain(CLOCK);
  });

  it("tells of nothing that is not sent, and the camera sends nothing else", async () => {
    const camera = aCamera();
    const address = await createPullPoint(camera);
    camera.device.detection.setMotion(SOURCE, true);
    await call(camera, Media2, "CreateProfile", { Name: "third" });
    await call(camera, Keystore, "CreateECCKeyPair", { EllipticCurve: "secp256r1" });
    await call(camera, Media, "SetMetadataConfiguration", {
      Configuration: (await call(camera, Media, "GetMetadataConfigurations", {})).Configurations?.[0] as never,
      ForcePersistence: true,
    });
    const ProfileToken = camera.device.media.streams.playedAs("test.mp4", undefined)?.profile.token ?? "";
    await call(camera, Media, "AddMetadataConfiguration", { ProfileToken, ConfigurationToken: "metadata_1" });
    const kinds = ["video-encoder", "audio-encoder", "metadata"] as const;
    camera.device.network.setInterface({ token: "eth0", link: { autoNegotiation: true, speed: 100, duplex: "Full" } });
    camera.device.activeSessions.begin({ address: "192.0.2.7", stream: "test.mp4", profileToken: undefined, kinds });
    for (let n = 0; n <= 10; n++)
      await soap(camera, { operation: "GetUsers" }, { user: { username: "eve", password: "x" } });
    const { NotificationMessage: first = [] } = await pulled(camera, address);
    await seek(camera, address, 0);
    const { NotificationMessage: again = [] } = await pulled(camera, address);
    const sent = new Set([...first, ...again].map(({ Topic }) => Topic?.text));
    expect(sent).toEqual(new Set(topicsIn((await eventProperties(camera)).TopicSet.Any).keys()));
  });
});

describe("CreatePullPointSubscription", () => {
  it("gives each pull point an address of its own, where the client has reached the camera (rule 40)", async () => {
    const camera = aCamera();
    const at = async (reachedAt: string) =>
      (await call(camera, EventPortType, "CreatePullPointSubscription", {}, { reachedAt })).SubscriptionReference
        .Address.URI;
    const addresses = [await at(EVENTS), await at(EVENTS), await at("https://camera.example:8443/onvif/event_service")];
    expect(new Set(addresses).size).toBe(3);
    expect(addresses[0]).toMatch(/^http:\/\/192\.0\.2\.10:8000\/onvif\/subscription\/[\w-]{16}$/);
    expect(addresses[2]).toMatch(/^https:\/\/camera\.example:8443\/onvif\/subscription\//);
  });

  it.each<[string, number | Date | null | undefined, number]>([
    ["a duration", 10_000, 10_000],
    ["an instant of the camera's clock", new Date(noon + 600_000), 600_000],
    ["nothing", undefined, 60_000],
    ["nil, as clients of .NET write nothing", null, 60_000],
  ])("accepts as termination time %s (rule 39)", async (_, InitialTerminationTime, lifeMs) => {
    const camera = aCamera();
    const { CurrentTime, TerminationTime } = await call(camera, EventPortType, "CreatePullPointSubscription", {
      InitialTerminationTime,
    });
    expect(CurrentTime).toEqual(new Date(noon));
    expect(TerminationTime).toEqual(new Date(noon + lifeMs));
    await camera.host.clock.advance(lifeMs - 1);
    expect(camera.events.subscriptions.size).toBe(1);
    await camera.host.clock.advance(1);
    expect(camera.events.subscriptions.size).toBe(0);
  });

  it("reckons instants and tells times by the camera's clock, which a client may change", async () => {
    const camera = aCamera();
    const address = await createPullPoint(camera, "", "PT60S");
    camera.device.clock.setSystemDateAndTime({
      dateTimeType: "Manual",
      daylightSavings: false,
      utc: { year: 2030, month: 6, day: 1, hour: 0, minute: 0, second: 0 },
    });
    await camera.host.clock.advance(20_000);
    const { CurrentTime, TerminationTime } = await pulled(camera, address, { timeoutMs: 0 });
    expect(CurrentTime).toEqual(new Date("2030-06-01T00:00:20Z"));
    expect(TerminationTime).toEqual(new Date("2030-06-01T00:01:20Z"));
    const reply = await renew(camera, address, new Date("2030-06-01T00:05:00Z"));
    expect(reply.body.child("TerminationTime")?.text).toBe("2030-06-01T00:05:00Z");
  });

  it("leaves out what tev:ChangedOnly does not want", async () => {
    const camera = aCamera();
    const reply = await soap(camera, createRequest(topicFilter(MOTION), "", "<tev:ChangedOnly/>"));
    const address = reply.body.child("SubscriptionReference")?.child("Address")?.text ?? "";
    expect(await told(camera, address)).toEqual([]);
    camera.device.detection.setMotion(SOURCE, true);
    expect(await told(camera, address)).toEqual([`${MOTION} Changed Source=${SOURCE} State=true`]);
  });
});

describe("PullMessages", () => {
  it("brings the state of every property first (rule 38), then what happens, pair by pair", async () => {
    const camera = aCamera();
    const address = await createPullPoint(camera);
    expect(await told(camera, address)).toEqual(initial());
    camera.device.detection.setMotion(SOURCE, true);
    camera.device.detection.setMotion(SOURCE, true);
    camera.device.detection.setMotion(SOURCE, false);
    expect(await told(camera, address)).toEqual([
      `${MOTION} Changed Source=${SOURCE} State=true`,
      `${MOTION} Changed Source=${SOURCE} State=false`,
    ]);
  });

  it("answers as soon as something happens, with CurrentTime and TerminationTime (rule 37)", async () => {
    const camera = aCamera();
    const address = await createPullPoint(camera, topicFilter(MOTION), "PT10M");
    await told(camera, address);
    const waiting = pull(camera, address);
    await camera.host.clock.advance(12_345);
    camera.device.detection.setMotion(SOURCE, true);
    const { body } = await waiting;
    expect(body.children.map(({ name }) => name)).toEqual(["CurrentTime", "TerminationTime", "NotificationMessage"]);
    expect(body.child("CurrentTime")?.text).toBe("2026-01-15T12:00:12.345Z");
    expect(body.child("TerminationTime")?.text).toBe("2026-01-15T12:10:12.345Z");
  });

  it("answers empty, and not with a fault, exactly at its timeout (rule 37)", async () => {
    const camera = aCamera();
    const address = await createPullPoint(camera, topicFilter(MOTION));
    await told(camera, address);
    let reply: Awaited<ReturnType<typeof pull>> | undefined;
    const waiting = pull(camera, address, { timeoutMs: 20_000 }).then((answer) => (reply = answer));
    await camera.host.clock.advance(19_999);
    expect(reply).toBeUndefined();
    await camera.host.clock.advance(1);
    await waiting;
    expect(reply).toMatchObject({ status: 200, fault: undefined });
    expect(reply?.body.children.map(({ name }) => name)).toEqual(["CurrentTime", "TerminationTime"]);
    expect(reply?.body.child("CurrentTime")?.text).toBe("2026-01-15T12:00:20Z");
  });

  it("brings no more than MessageLimit, and the rest with the next pull (rule 37)", async () => {
    const camera = aCamera();
    const address = await createPullPoint(camera);
    const first = await pulled(camera, address, { limit: 2 });
    const second = await pulled(camera, address, { limit: 3 });
    expect([first, second].map(({ NotificationMessage = [] }) => NotificationMessage.map(inShort))).toEqual([
      initial().slice(0, 2),
      initial().slice(2),
    ]);
    expect((await pulled(camera, address, { timeoutMs: 0, limit: 2_147_483_647 })).NotificationMessage).toBeUndefined();
  });

  it("tells of each message its topic, its producer, its time and what it holds", async () => {
    const camera = aCamera();
    const address = await createPullPoint(camera, topicFilter(MOTION));
    await told(camera, address);
    await camera.host.clock.advance(1_500);
    camera.device.detection.setMotion(SOURCE, true);
    const { NotificationMessage = [] } = await pulled(camera, address);
    const [holder] = NotificationMessage;
    if (!holder) throw new Error("nothing was told");
    expect(holder).toMatchObject({
      Topic: { Dialect: "http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet", text: MOTION },
      ProducerReference: { Address: { URI: EVENTS } },
    });
    expect(holder.SubscriptionReference).toBeUndefined();
    expect(messageIn(holder).attribute("UtcTime")).toBe("2026-01-15T12:00:01.500Z");
  });

  it("binds the prefix of the topics, which is tns1: clients look for it in texts", async () => {
    const camera = aCamera();
    const { body, text } = await pull(camera, await createPullPoint(camera));
    const topic = body.child("NotificationMessage")?.child("Topic");
    expect(topic?.resolve("tns1:x")?.namespace).toBe("http://www.onvif.org/ver10/topics");
    expect(text).toContain(">tns1:VideoSource/MotionAlarm</wsnt:Topic>");
  });

  it("keeps the pull point alive for as long as it was created for (rule 37: 10 minutes, pulls of one)", async () => {
    const camera = aCamera();
    const address = await createPullPoint(camera, topicFilter(MOTION), "PT10M");
    await told(camera, address);
    for (let minutes = 0; minutes < 30; minutes++) {
      const waiting = pulled(camera, address);
      await camera.host.clock.advance(60_000);
      const { CurrentTime, TerminationTime } = await waiting;
      expect(TerminationTime.getTime() - CurrentTime.getTime()).toBe(600_000);
    }
  });

  it("of a client that goes leaves the messages to the next one", async () => {
    const camera = aCamera();
    const address = await createPullPoint(camera, topicFilter(MOTION));
    await told(camera, address);
    const gone = new AbortController();
    const waiting = pull(camera, address, { signal: gone.signal });
    await camera.host.clock.advance(1_000);
    gone.abort();
    camera.device.detection.setMotion(SOURCE, true);
    await waiting;
    expect(await told(camera, address)).toEqual([`${MOTION} Changed Source=${SOURCE} State=true`]);
  });

  it("finds its pull point by the To of WS-Addressing where it is sent to the service", async () => {
    const camera = aCamera();
    const address = await createPullPoint(camera);
    const header = addressing("urn:x", address);
    const reply = await pull(camera, address, { reachedAt: EVENTS, header });
    expect(reply.body.child("NotificationMessage")).toBeDefined();
  });
});

describe("a subscription", () => {
  it("tells all properties again after SetSynchronizationPoint, to its own client alone (rule 38)", async () => {
    const camera = aCamera();
    const [one, other] = [await createPullPoint(camera), await createPullPoint(camera)];
    await Promise.all([told(camera, one), told(camera, other)]);
    camera.device.detection.setMotion(SOURCE, true);
    await Promise.all([told(camera, one), told(camera, other)]);
    expect(await synchronize(camera, one)).toMatchObject({ status: 200, fault: undefined });
    expect(await told(camera, one)).toEqual(initial(true));
    expect(await told(camera, other)).toEqual([]);
  });

  it("is woken by its own synchronization point", async () => {
    const camera = aCamera();
    const address = await createPullPoint(camera);
    await told(camera, address);
    const waiting = pull(camera, address, { limit: 2 });
    await camera.host.clock.advance(1_000);
    await synchronize(camera, address);
    expect((await waiting).body.children.filter(({ name }) => name === "NotificationMessage")).toHaveLength(2);
  });

  it.each<[string, number | Date]>([
    ["a duration", 300_000],
    ["an instant", new Date(noon + 300_000)],
  ])("is renewed by %s (rule 39)", async (_, time) => {
    const camera = aCamera();
    const address = await createPullPoint(camera, "", "PT10S");
    const { body } = await renew(camera, address, time);
    expect(body.child("CurrentTime")?.text).toBe(NOON);
    expect(body.child("TerminationTime")?.text).toBe("2026-01-15T12:05:00Z");
    await camera.host.clock.advance(299_999);
    expect(camera.events.subscriptions.size).toBe(1);
    await camera.host.clock.advance(1);
    expect(camera.events.subscriptions.size).toBe(0);
  });

  it.each(["Renew", "Unsubscribe"])("is %sed without any header of WS-Addressing (rule 40)", async (operation) => {
    const camera = aCamera();
    const reachedAt = await createPullPoint(camera);
    const content = operation === "Renew" ? "<wsnt:TerminationTime>PT2M</wsnt:TerminationTime>" : "";
    const reply = await soap(camera, `<wsnt:${operation}>${content}</wsnt:${operation}>`, { reachedAt });
    expect(reply).toMatchObject({ status: 200, fault: undefined, headers: [] });
  });

  it("ends by Unsubscribe alone where there are several (rule 40)", async () => {
    const camera = aCamera();
    const [one, other] = [await createPullPoint(camera), await createPullPoint(camera)];
    expect(await unsubscribe(camera, one)).toMatchObject({ status: 200, fault: undefined });
    expect((await pull(camera, one)).detail?.name).toBe("ResourceUnknownFault");
    expect(await told(camera, other)).toEqual(initial());
  });

  it("lets pulls of several pull points wait at the same time", async () => {
    const camera = aCamera();
    const addresses = await Promise.all([1, 2, 3].map(() => createPullPoint(camera, topicFilter(MOTION))));
    await Promise.all(addresses.map((address) => told(camera, address)));
    const waiting = addresses.map((address) => pulled(camera, address));
    await camera.host.clock.advance(1_000);
    camera.device.detection.setMotion(SOURCE, true);
    const lines = (await Promise.all(waiting)).map(({ NotificationMessage = [] }) => NotificationMessage.map(inShort));
    expect(lines).toEqual(Array.from({ length: 3 }, () => [`${MOTION} Changed Source=${SOURCE} State=true`]));
  });
});

describe("Seek", () => {
  const motions = (...states: readonly boolean[]): string[] =>
    states.map((state) => `${MOTION} Changed Source=${SOURCE} State=${state}`);

  /** A camera on which motion came and went in the first 30 s, and a pull point for that at 40 s. */
  const eventful = async (filter = `${MOTION}|${BUFFER_BEGIN}`) => {
    const camera = aCamera();
    for (const isMoving of [true, false, true]) {
      await camera.host.clock.advance(10_000);
      camera.device.detection.setMotion(SOURCE, isMoving);
    }
    await camera.host.clock.advance(10_000);
    return { camera, address: await createPullPoint(camera, topicFilter(filter)) };
  };

  it("drops what is queued and brings what has happened since, at that time included, then what is new", async () => {
    const { camera, address } = await eventful();
    expect(await seek(camera, address, noon + 20_000)).toMatchObject({ status: 200, fault: undefined });
    camera.device.detection.setMotion(SOURCE, false);
    expect(await told(camera, address)).toEqual(motions(false, true, false));
    const waiting = pulled(camera, address);
    await camera.host.clock.advance(1_000);
    camera.device.detection.setMotion(SOURCE, true);
    expect((await waiting).NotificationMessage?.map(inShort)).toEqual(motions(true));
  });

  it("brings in reverse what had happened until then, the last first, to the begin, and nothing new", async () => {
    const { camera, address } = await eventful();
    await seek(camera, address, noon + 20_000, true);
    expect(await told(camera, address)).toEqual([
      ...motions(false, true),
      `${MOTION} Initialized Source=${SOURCE} State=false`,
      BUFFER_BEGIN,
    ]);
    camera.device.detection.setMotion(SOURCE, false);
    expect(await told(camera, address)).toEqual([]);
  });

  it("tells the begin of the buffer first when it goes back to it or before it", async () => {
    for (const utcMs of [noon, noon - 1, 0]) {
      const { camera, address } = await eventful();
      await seek(camera, address, utcMs, false);
      expect(await told(camera, address)).toEqual([
        BUFFER_BEGIN,
        `${MOTION} Initialized Source=${SOURCE} State=false`,
        ...motions(true, false, true),
      ]);
    }
    const { camera, address } = await eventful();
    await seek(camera, address, noon - 1, true);
    expect(await told(camera, address)).toEqual([BUFFER_BEGIN]);
  });

  it("brings what was stored in batches of MessageLimit, however much it is", async () => {
    const { camera, address } = await eventful(MOTION);
    await seek(camera, address, 0);
    const batches: number[] = [];
    for (let left = true; left;) {
      const { NotificationMessage = [] } = await pulled(camera, address, { limit: 3, timeoutMs: 0 });
      batches.push(NotificationMessage.length);
      left = NotificationMessage.length > 0;
    }
    expect(batches).toEqual([3, 1, 0]);
  });

  it("goes by the time of the camera's clock, in strict order even where that was set back", async () => {
    const { camera, address } = await eventful();
    camera.device.clock.setSystemDateAndTime({
      dateTimeType: "Manual",
      daylightSavings: false,
      utc: { year: 2026, month: 1, day: 15, hour: 12, minute: 0, second: 15 },
    });
    camera.device.detection.setMotion(SOURCE, false);
    await seek(camera, address, noon + 1);
    const { NotificationMessage = [] } = await pulled(camera, address);
    const times = NotificationMessage.map((holder) => messageIn(holder).attribute("UtcTime"));
    expect(times).toEqual(times.toSorted((one = "", other = "") => one.localeCompare(other)));
    expect(NotificationMessage.map(inShort)).toEqual(motions(true, false, false, true));
  });

  it("wakes a pull that waits", async () => {
    const { camera, address } = await eventful();
    await told(camera, address);
    const waiting = pulled(camera, address);
    await camera.host.clock.advance(1_000);
    await seek(camera, address, noon + 30_000);
    expect((await waiting).NotificationMessage?.map(inShort)).toEqual(motions(true));
  });

  it("leaves no place for synchronization points", async () => {
    const { camera, address } = await eventful();
    await seek(camera, address, noon + 60_000);
    expect(await synchronize(camera, address)).toMatchObject({ status: 200 });
    expect(await told(camera, address)).toEqual([]);
  });

  it("keeps to what tev:ChangedOnly wants, and to the filter", async () => {
    const { camera } = await eventful();
    const reply = await soap(camera, createRequest(topicFilter(MOTION), "", "<tev:ChangedOnly/>"));
    const address = reply.body.child("SubscriptionReference")?.child("Address")?.text ?? "";
    await seek(camera, address, 0);
    expect(await told(camera, address)).toEqual(motions(true, false, true));
  });

  it("reaches the last 1,000 notifications", async () => {
    const { camera, address } = await eventful();
    for (let count = 0; count < 1_200; count++) camera.device.detection.setMotion(SOURCE, count % 2 === 1);
    await seek(camera, address, 0);
    const { NotificationMessage = [] } = await pulled(camera, address, { limit: 5_000 });
    expect(NotificationMessage).toHaveLength(1_001);
    expect(NotificationMessage[0]?.Topic?.text).toBe(BUFFER_BEGIN);
  });
});

describe("the pull points of a camera", () => {
  it("are at least 32, as many as MaxPullPoints says, and one more is a fault (rule 41)", async () => {
    const camera = aCamera();
    const { Capabilities } = await call(camera, EventPortType, "GetServiceCapabilities", {});
    const most = Capabilities.MaxPullPoints ?? 0;
    expect(most).toBeGreaterThanOrEqual(32);
    for (let count = 0; count < most; count++) await createPullPoint(camera);
    const reply = await soap(camera, createRequest(), { reachedAt: EVENTS });
    expect(reply).toMatchObject({ status: 500, fault: "Receiver" });
    expect(reply.detail?.name).toBe("SubscribeCreationFailedFault");
  });

  it("that clients forget make room when their time is over (rule 41)", async () => {
    const camera = aCamera();
    const { maxPullPoints } = camera.events.subscriptions.limits;
    for (let count = 0; count < maxPullPoints; count++) await createPullPoint(camera, "", "PT30S");
    await camera.host.clock.advance(30_000);
    expect(await told(camera, await createPullPoint(camera))).toEqual(initial());
  });
});

describe("the events of the camera", () => {
  const listening = async (topic: string): Promise<{ camera: TestCamera; address: string }> => {
    const camera = aCamera();
    const address = await createPullPoint(camera, topicFilter(topic));
    await told(camera, address);
    await camera.host.clock.advance(5_000);
    return { camera, address };
  };

  it("tell that the clock was set", async () => {
    const { camera, address } = await listening(CLOCK);
    await call(camera, Device, "SetSystemDateAndTime", {
      DateTimeType: "Manual",
      DaylightSavings: false,
      UTCDateTime: { Date: { Year: 2026, Month: 2, Day: 1 }, Time: { Hour: 8, Minute: 0, Second: 0 } },
    });
    expect(await told(camera, address)).toEqual([`${CLOCK} Changed Status=2026-02-01T08:00:00Z`]);
  });

  it("tell which profile was created, changed and deleted", async () => {
    const { camera, address } = await listening(PROFILE_CHANGED);
    const { Token } = await call(camera, Media2, "CreateProfile", { Name: "third" });
    const { Configurations = [] } = await call(camera, Media2, "GetVideoSourceConfigurations", {});
    const Configuration = [{ Type: "VideoSource", Token: Configurations[0]?.token }];
    await call(camera, Media2, "AddConfiguration", { ProfileToken: Token, Configuration });
    await call(camera, Media, "DeleteProfile", { ProfileToken: Token });
    expect(await told(camera, address)).toEqual(Array.from({ length: 3 }, () => `${PROFILE_CHANGED} Token=${Token}`));
  });

  it("tell which configuration was changed, and of what type it is", async () => {
    const { camera, address } = await listening(CONFIGURATION_CHANGED);
    const { Configurations = [] } = await call(camera, Media2, "GetVideoEncoderConfigurations", {});
    const [Configuration] = Configurations;
    if (!Configuration) throw new Error("there is no encoder");
    await call(camera, Media2, "SetVideoEncoderConfiguration", { Configuration });
    expect(await told(camera, address)).toEqual([
      `${CONFIGURATION_CHANGED} Token=${Configuration.token} Type=VideoEncoder`,
    ]);
  });

  it("say nothing of what has no topic", async () => {
    const { camera, address } = await listening("tns1:Media//.|tns1:Monitoring//.|tns1:VideoSource//.");
    await call(camera, Device, "SetHostname", { Name: "other" });
    await call(camera, Device, "SetUser", { User: [{ Username: "uma", Password: "changed it", UserLevel: "User" }] });
    expect(await told(camera, address)).toEqual([]);
  });
});

describe("who may use the event service", () => {
  it("is every user, and nobody without logging in", async () => {
    const camera = aCamera();
    const reachedAt = await createPullPoint(camera);
    expect(await pull(camera, reachedAt, { user: theUsers.user })).toMatchObject({ status: 200 });
    expect(await pull(camera, reachedAt, { user: "nobody" })).toMatchObject({
      status: 401,
      fault: "Sender NotAuthorized",
    });
    const reply = await soap(camera, "<tev:GetEventProperties/>", { user: "nobody" });
    expect(reply).toMatchObject({ status: 401, fault: "Sender NotAuthorized" });
  });

  it("may log in with HTTP digest at the address of a subscription", async () => {
    const camera = aCamera();
    const reachedAt = await createPullPoint(camera);
    expect(await pull(camera, reachedAt, { by: "MD5" })).toMatchObject({ status: 200, fault: undefined });
  });
});
