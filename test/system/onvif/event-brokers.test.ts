import { describe, expect, it } from "vitest";
import type { Connection } from "#host/net";
import { EventPortType } from "#onvif/schema/events/event-port-type";
import { noon } from "../../support/a-device.js";
import { CFG_FOLDER, forFakeHost, hostWithFiles, startOn } from "../../support/a-fleet.js";
import { CameraClient } from "../../support/camera-client.js";
import { aBroker } from "../../support/event-broker.js";
import { addBroker, brokerContent, brokersOf, deleteBroker } from "../../support/event-broker-client.js";
import { CLOCK, EVENTS, MOTION, topicFilter } from "../../support/event-client.js";
import { eventually } from "../../support/fake-clock.js";
import { aRecordingLogger } from "../../support/recording-logger.js";
import { aCamera, call, type TestCamera } from "../../support/soap.js";

const SOURCE = "video_source_1";
const TOPIC = `Hall/1/onvif-ej/VideoSource/MotionAlarm/&${SOURCE}`;
const payload = (state: boolean, time = "2026-01-15T12:00:00Z"): string =>
  `{"UtcTime":"${time}","Source":{"Source":"${SOURCE}"},"Data":{"State":"${state}"}}`;

describe("an event broker", () => {
  it.each(["mqtt", "mqtts", "ws", "wss"] as const)(
    "is published to by %s, and left when it is deleted",
    async (scheme) => {
      const camera = aCamera();
      await using broker = await aBroker(camera.host, scheme);
      const { address } = broker;
      const members = { Address: address, TopicPrefix: "Hall/1", UserName: "ann", Password: "secret", QoS: "1" };
      expect((await addBroker(camera, members)).fault).toBeUndefined();
      await eventually(() => broker.published.length >= 3);
      const id: unknown = expect.stringMatching(/^onvif[0-9a-f]{18}$/);
      expect(broker.logins).toEqual([{ id, username: "ann", password: "secret" }]);
      expect(broker.published[0]).toEqual({ topic: TOPIC, payload: payload(false), qos: 1, retain: true });
      expect(broker.published[1]?.topic).toBe("Hall/1/onvif-ej/Monitoring/OperatingTime/LastReboot");
      expect(await brokersOf(camera)).toEqual([
        { Address: address, TopicPrefix: "Hall/1", UserName: "ann", QoS: "1", Status: "Connected" },
      ]);
      expect((await deleteBroker(camera, address)).fault).toBeUndefined();
      expect(await brokersOf(camera)).toEqual([]);
      await eventually(() => broker.departures === 1);
    },
  );

  it.each([0, 1, 2])("is told everything in its order with QoS %d", async (qos) => {
    const camera = aCamera();
    await using broker = await aBroker(camera.host);
    const filter = topicFilter(MOTION);
    await addBroker(camera, { Address: broker.address, TopicPrefix: "Hall/1", PublishFilter: filter, QoS: `${qos}` });
    await eventually(() => broker.published.length === 1);
    for (let n = 1; n <= 200; n++) camera.device.detection.setMotion(SOURCE, n % 2 === 1);
    await eventually(() => broker.published.length === 201);
    expect(broker.published.map(({ payload: text }) => text)).toEqual(
      Array.from({ length: 201 }, (_, n) => payload(n % 2 === 1)),
    );
    expect(new Set(broker.published.map((one) => one.qos))).toEqual(new Set([qos]));
  });

  it("is come back to with growing rests, and told what it has missed", async () => {
    const { log, lines } = aRecordingLogger();
    const camera = aCamera({ log });
    await using broker = await aBroker(camera.host);
    const filter = topicFilter(MOTION);
    const login = { UserName: "ann", Password: "hidden" };
    await addBroker(camera, {
      ...{ Address: broker.address, TopicPrefix: "Hall/1", ...login, PublishFilter: filter, QoS: "1" },
    });
    await eventually(() => broker.published.length === 1);
    broker.isClosedToAll = true;
    broker.cut();
    await eventually(() => lines.some(({ message }) => message.includes("is not reached")));
    expect((await brokersOf(camera))[0]?.["Status"]).toBe("Offline");
    camera.device.detection.setMotion(SOURCE, true);
    for (const [seconds, attempts] of [
      [1, 2],
      [2, 3],
      [4, 4],
    ] as const) {
      await camera.host.clock.advance(seconds * 1000);
      await eventually(() => broker.logins.length === attempts);
      await eventually(() => camera.host.net.connections.every(({ destroyed }) => destroyed));
    }
    const failures = lines.filter(({ message }) => message.includes("is not reached"));
    expect(failures.map(({ facts }) => facts?.["error"])).toEqual([
      "it has ended the connection",
      "Connection refused: Not authorized",
    ]);
    expect(JSON.stringify(lines)).not.toContain("hidden");
    broker.isClosedToAll = false;
    await camera.host.clock.advance(8_000);
    await eventually(() => broker.published.length >= 3);
    expect(broker.published[1]?.payload).toBe(payload(true));
    expect((await brokersOf(camera))[0]?.["Status"]).toBe("Connected");
  });

  it("keeps the oldest out when too much waits for it", async () => {
    const camera = aCamera();
    const filter = topicFilter(MOTION);
    const address = "mqtt://192.0.2.98:1883";
    await addBroker(camera, { Address: address, TopicPrefix: "p", PublishFilter: filter });
    for (let n = 1; n <= 1_500; n++) camera.device.detection.setMotion(SOURCE, n % 2 === 1);
    await using broker = await aBroker(camera.host);
    await camera.host.clock.advance(3_000);
    await eventually(() => broker.published.length === 1_000);
    expect(broker.retained.get(`p/onvif-ej/VideoSource/MotionAlarm/&${SOURCE}`)).toContain('"State":"false"');
  });

  it.each([1, 2])("that confirms nothing has 32 messages under way, and the rest waits (QoS %d)", async (qos) => {
    const { log, lines } = aRecordingLogger();
    const camera = aCamera({ log });
    await using broker = await aBroker(camera.host);
    broker.isSilent = true;
    await addBroker(camera, {
      ...{ Address: broker.address, TopicPrefix: "p", PublishFilter: topicFilter(MOTION), QoS: `${qos}` },
    });
    await eventually(() => broker.held.length === 1);
    const motion = (from: number, to: number): void => {
      for (let n = from; n <= to; n++) camera.device.detection.setMotion(SOURCE, n % 2 === 1);
    };
    motion(1, 1_500);
    await eventually(() => broker.held.length === 32);
    await camera.host.clock.advance(30_000);
    expect(broker.held).toHaveLength(32);
    expect((await brokersOf(camera))[0]?.["Status"]).toBe("Connected");
    // Those under way come again, then the newest 1,000 of those that waited: 1,500 + 1 - 32 - 1,000 are lost.
    broker.isSilent = false;
    broker.cut();
    await camera.host.clock.advance(1_000);
    await eventually(() => broker.published.length >= 1_032);
    const told = lines.filter(({ message }) => message.includes("has missed events"));
    expect(told.map(({ facts }) => facts)).toEqual([{ broker: broker.address, lost: 469 }]);
    expect(broker.published).toHaveLength(1_032);
  });

  it.each([
    [1, "at least"],
    [2, "exactly"],
  ])("that breaks off in the middle is told everything by QoS %d: %s once", async (qos) => {
    const camera = aCamera();
    await using broker = await aBroker(camera.host);
    await addBroker(camera, {
      ...{ Address: broker.address, TopicPrefix: "p", PublishFilter: topicFilter(CLOCK), QoS: `${qos}` },
    });
    await eventually(() => broker.published.length === 1);
    for (let n = 1; n <= 60; n++) {
      camera.host.clock.setWall(noon + n * 60_000);
      camera.device.clock.setSystemDateAndTime({ dateTimeType: "Manual", daylightSavings: false });
      if (n % 20 === 10) {
        broker.cut();
        await eventually(() => camera.events.brokers.status(broker.address) === "Offline");
      }
      if (n % 20 === 15) {
        await camera.host.clock.advance(4_000);
        await eventually(() => camera.events.brokers.status(broker.address) === "Connected");
      }
    }
    const times = () => broker.published.map(({ payload: text }) => (JSON.parse(text) as { UtcTime: string }).UtcTime);
    await eventually(() => new Set(times()).size >= 61);
    if (qos === 2) expect(times()).toEqual([...new Set(times())]);
  });

  it("that does not answer is given up after ten seconds, and tried again", async () => {
    const { log, lines } = aRecordingLogger();
    const camera = aCamera({ log });
    let calls = 0;
    await using silent = await aBroker(camera.host, "mqtt", { accept: () => ++calls > 10 });
    await addBroker(camera, { Address: silent.address, TopicPrefix: "p" });
    await eventually(() => calls === 1);
    expect((await brokersOf(camera))[0]?.["Status"]).toBe("Connecting");
    await camera.host.clock.advance(10_000);
    await eventually(() => lines.some(({ facts }) => facts?.["error"] === "it has not answered in 10 s"));
    await camera.host.clock.advance(1_000);
    await eventually(() => calls === 2);
  });

  it.each([0, 1])(
    "that stops reading is given up after two minutes, and events wait in bounds (QoS %d)",
    async (qos) => {
      const { log, lines } = aRecordingLogger();
      const camera = aCamera({ log });
      const address = "mqtt://192.0.2.97:1883";
      const taken: Connection[] = [];
      await camera.host.network.net(["192.0.2.97"]).listen({ port: 1883 }, (connection) => {
        taken.push(connection.on("error", () => {}));
        // MQTT 3.1.1 §3.2: CONNACK, accepted.
        connection.once("data", () => connection.pause().write(Buffer.from([0x20, 2, 0, 0])));
      });
      await addBroker(camera, { Address: address, TopicPrefix: "p".repeat(200), QoS: `${qos}` });
      await eventually(() => camera.events.brokers.status(address) === "Connected");
      for (let n = 1; n <= 3_000; n++) camera.device.detection.setMotion(SOURCE, n % 2 === 1);
      await camera.host.clock.settle();
      // What was written and not taken: no more than the window, and the buffers of the connection.
      expect(camera.host.net.connections.at(-1)?.writableLength).toBeLessThan(96 * 1_024);
      await camera.host.clock.advance(59_000);
      expect(camera.events.brokers.status(address)).toBe("Connected");
      await camera.host.clock.advance(61_000);
      const reason = () => lines.find(({ message }) => message.includes("is not reached"))?.facts?.["error"];
      await eventually(() => reason() !== undefined);
      expect(reason()).toBe("Keepalive timeout");
      await camera.host.clock.advance(60_000);
      await eventually(() => taken.length > 1);
    },
  );

  it.each([
    ["HTTP", [], "HTTP/1.1 400 Bad Request\r\n\r\n"],
    ["a message of 256 MB", [0x20, 2, 0, 0], Buffer.from([0x34, 0xff, 0xff, 0xff, 0x7f, 0, 1, 97, 0, 1])],
    ["a message", [0x20, 2, 0, 0], Buffer.from([0x30, 4, 0, 1, 97, 98])],
    ["a second CONNACK that is long", [0x20, 2, 0, 0], Buffer.from([0x20, 0xff, 0xff, 0x7f])],
  ])("that sends %s is left, and tried again", async (_, greeting, answer) => {
    const { log, lines } = aRecordingLogger();
    const camera = aCamera({ log });
    const taken: Connection[] = [];
    await camera.host.network.net(["192.0.2.97"]).listen({ port: 1883 }, (connection) => {
      taken.push(connection.on("error", () => {}));
      connection.once("data", () => {
        connection.write(Buffer.from(greeting));
        connection.write(answer);
      });
    });
    await addBroker(camera, { Address: "mqtt://192.0.2.97:1883", TopicPrefix: "p", QoS: "1" });
    const reason = () => lines.find(({ message }) => message.includes("is not reached"))?.facts?.["error"];
    await eventually(() => reason() !== undefined);
    expect(reason()).toBe("it has sent what is not for one who publishes");
    expect(camera.host.net.connections.every(({ destroyed }) => destroyed)).toBe(true);
    await camera.host.clock.advance(1_000);
    await eventually(() => taken.length === 2);
  });

  it("that its network swallows is given up after ten seconds too, and left when it is deleted", async () => {
    const { log, lines } = aRecordingLogger();
    const camera = aCamera({ log });
    const dialled: string[] = [];
    camera.host.net.connect = (address) => {
      dialled.push(address);
      return new Promise(() => {});
    };
    const address = "mqtts://192.0.2.98:8883";
    await addBroker(camera, { Address: address, TopicPrefix: "p" });
    await camera.host.clock.advance(10_000);
    await eventually(() => lines.some(({ facts }) => facts?.["error"] === "it has not answered in 10 s"));
    expect(camera.events.brokers.status(address)).toBe("Offline");
    await camera.host.clock.advance(1_000);
    expect([dialled, camera.events.brokers.status(address)]).toEqual([["192.0.2.98", "192.0.2.98"], "Connecting"]);
    await deleteBroker(camera, address);
    await camera.host.clock.advance(60_000);
    expect(dialled).toHaveLength(2);
    expect(camera.host.clock.pendingTimers).toBe(0);
  });

  it("on the camera's own computer is reached for clients there alone", async () => {
    const camera = aCamera();
    await using broker = await aBroker(camera.host, "mqtt", { isLocal: true });
    const members = { Address: broker.address, TopicPrefix: "p" };
    expect((await addBroker(camera, members)).fault).toBe("Sender InvalidArgVal InvalidAddress");
    expect((await addBroker(camera, { ...members, Address: "mqtt://localhost:1883" })).fault).toBeUndefined();
    await camera.host.clock.settle();
    expect((await brokersOf(camera))[0]?.["Status"]).toBe("Offline");
    expect((await addBroker(camera, members, "127.0.0.1")).fault).toBeUndefined();
    await eventually(() => broker.logins.length === 1);
  });

  it("that is set again is left, and met anew as it is now", async () => {
    const camera = aCamera();
    await using broker = await aBroker(camera.host);
    const PublishFilter = topicFilter(MOTION);
    const { address: Address } = broker;
    await addBroker(camera, { Address, TopicPrefix: "one", UserName: "ann", Password: "x", PublishFilter });
    await eventually(() => broker.published.length === 1);
    await addBroker(camera, { Address, TopicPrefix: "two", PublishFilter });
    await eventually(() => broker.published.length === 2);
    expect(broker.published[1]?.topic).toMatch(/^two\//);
    expect(await brokersOf(camera)).toEqual([
      { Address: broker.address, TopicPrefix: "two", PublishFilter: MOTION, QoS: "0", Status: "Connected" },
    ]);
  });

  it("that is set again without its password has the one of before, as long as the user is the same", async () => {
    const camera = aCamera();
    await using broker = await aBroker(camera.host);
    const members = { Address: broker.address, TopicPrefix: "p" };
    const logins = async (over: Readonly<Record<string, string>>, count: number): Promise<unknown> => {
      await addBroker(camera, { ...members, ...over });
      await eventually(() => broker.logins.length === count);
      const { username, password } = broker.logins.at(-1) ?? {};
      return [username, password];
    };
    expect(await logins({ UserName: "ann", Password: "x" }, 1)).toEqual(["ann", "x"]);
    expect(await logins({ UserName: "ann", QoS: "1" }, 2)).toEqual(["ann", "x"]);
    expect(await logins({ UserName: "ann", Password: "y" }, 3)).toEqual(["ann", "y"]);
    expect(await logins({ UserName: "bob" }, 4)).toEqual(["bob", ""]);
    expect(await logins({}, 5)).toEqual([undefined, ""]);
  });

  it("is published to again after a restart, with the login that was set", async () => {
    const host = hostWithFiles(forFakeHost());
    await using broker = await aBroker(host);
    const { address } = broker;
    const login = { UserName: "ann", Password: " s p " };
    {
      await using _first = await startOn(host);
      const content = brokerContent({ Address: address, TopicPrefix: "p", ...login, QoS: "1" });
      await new CameraClient(host).call("AddEventBroker", content, { service: EventPortType });
      await eventually(() => broker.published.length >= 3);
    }
    const before = broker.published.length;
    await using _second = await startOn(host);
    await eventually(() => broker.published.length > before);
    const { id = "" } = broker.logins[0] ?? {};
    expect(broker.logins).toEqual([1, 2].map(() => ({ id, username: "ann", password: " s p " })));
    expect(host.files.text(`${CFG_FOLDER}/onvifrun.cfg`)).toContain("<event_broker>");
  });
});

describe("metadata for an event broker", () => {
  const withSensor = () => aCamera({ setup: { health: ["temperature"] } });
  const TEMPERATURE = "p/onvif-mj/SensorData/Temperature";
  const reading = (value: number, time: string): string =>
    `{"SensorData":{"@UtcTime":"${time}","@SensorID":"temperature_1","Type":"Temperature","Value":${value}}}`;

  /** A camera that publishes to a broker, and what came there of metadata once the events were through. */
  async function published(filter: string | undefined, change: (camera: TestCamera) => Promise<void>) {
    const camera = withSensor();
    await using broker = await aBroker(camera.host);
    const PublishFilter = topicFilter("tns1:Monitoring/EnvironmentalConditions/Temperature");
    const members = { Address: broker.address, TopicPrefix: "p", PublishFilter };
    const { fault } = await addBroker(camera, { ...members, ...(filter !== undefined && { MetadataFilter: filter }) });
    expect(fault).toBeUndefined();
    await eventually(() => camera.events.brokers.status(broker.address) === "Connected");
    await change(camera);
    camera.device.health.setTemperature(12.5);
    await eventually(() => broker.published.some(({ payload: text }) => text.includes('"Status":"12.5"')));
    const metadata = broker.published.filter(({ topic }) => topic.includes("/onvif-mj/"));
    return { metadata, told: (await brokersOf(camera))[0] };
  }

  it.each([
    ["all", ""],
    ["those of sensors", topicFilter("tns1:SensorData//.")],
    ["those of one type of sensors", topicFilter("tns1:VideoAnalytics//. |tns1:SensorData/Temperature")],
  ])("are what sensors say, when it changes and every 10 s, where the filter asks for %s", async (_, filter) => {
    const { metadata, told } = await published(filter, async ({ device, host }) => {
      device.health.setTemperature(51.5);
      await host.clock.advance(10_000);
    });
    expect(metadata.map(({ payload: text }) => text)).toEqual([
      reading(51.5, "2026-01-15T12:00:00Z"),
      reading(51.5, "2026-01-15T12:00:10Z"),
      reading(12.5, "2026-01-15T12:00:10Z"),
    ]);
    expect(new Set(metadata.map(({ topic, retain }) => `${topic} ${retain}`))).toEqual(
      new Set([`${TEMPERATURE} false`]),
    );
    expect(told?.["MetadataFilter"]).toMatch(filter === "" ? /^$/ : /tns1:SensorData/);
  });

  it.each([
    ["there is no filter", undefined],
    ["the filter asks for others", topicFilter("tns1:PTZ//.")],
  ])("are not published where %s", async (_, filter) => {
    const { metadata } = await published(filter, ({ host }) => host.clock.advance(10_000));
    expect(metadata).toEqual([]);
  });

  it("are forgotten while it is not there", async () => {
    const camera = withSensor();
    const address = "mqtt://192.0.2.98:1883";
    await addBroker(camera, {
      Address: address,
      TopicPrefix: "p",
      PublishFilter: topicFilter(MOTION),
      MetadataFilter: "",
    });
    for (let n = 0; n < 50; n++) camera.device.health.setTemperature(n);
    await using broker = await aBroker(camera.host);
    await camera.host.clock.advance(3_000);
    await eventually(() => broker.published.length > 0);
    camera.device.health.setTemperature(60);
    await eventually(() => broker.published.length === 2);
    expect(broker.published.map(({ topic }) => topic)).toEqual([
      `p/onvif-ej/VideoSource/MotionAlarm/&${SOURCE}`,
      TEMPERATURE,
    ]);
  });

  it.each([
    [["temperature"], true],
    [["processor"], false],
  ] as const)("are told by the capabilities (%s)", async (health, expected) => {
    const camera = aCamera({ setup: { health } });
    const { Capabilities } = await call(camera, EventPortType, "GetServiceCapabilities", {}, { reachedAt: EVENTS });
    expect(Capabilities.MetadataOverMQTT).toBe(expected);
  });
});
