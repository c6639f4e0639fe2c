/*
 * What it costs to tell one event to many who wait: `npm run build && npm run bench:events`. Pull points wait, motion
 * begins, and each gets its answer written as the web server would send it. What counts is how long the event loop, in
 * which the streams run too, is held at a time. Arguments: --pullpoints 1000, --events 50.
 */
import { parseArgs } from "node:util";
import { createDevice } from "../../dist/device/device.js";
import { EventHub } from "../../dist/events/hub.js";
import { Subscriptions, usualLimits } from "../../dist/events/subscriptions.js";
import { noFilter } from "../../dist/events/filter.js";
import { eventTypesOf, produceEvents } from "../../dist/camera/producers.js";
import { nodeHost } from "../../dist/host/node.js";
import { notificationToWire } from "../../dist/onvif/mapping/notification.js";
import { PullPointSubscription } from "../../dist/onvif/schema/events/pull-point-subscription.js";
import { tev } from "../../dist/onvif/schema/namespaces.js";
import { silentLogger } from "../../dist/util/log.js";
import { encodeElement } from "../../dist/xml/codec.js";

const { values } = parseArgs({
  options: { pullpoints: { type: "string", default: "1000" }, events: { type: "string", default: "50" } },
});
const pullPoints = Number(values.pullpoints);
const events = Number(values.events);
const { clock, entropy } = nodeHost();
const device = createDevice(
  {
    identity: {
      manufacturer: "m",
      model: "m",
      firmwareVersion: "1",
      serialNumber: "1",
      hardwareId: "1",
      macAddress: "02:00:00:00:00:01",
    },
    clock: {},
    hostname: { name: "bench" },
    network: { interfaces: [], protocols: [], dns: {}, ntp: {}, defaultGateway: {} },
    scopes: [],
    users: [],
    media: {
      profiles: [
        {
          name: "main",
          token: "p",
          video: { source: { width: 1280, height: 720 } },
          stream: { appendParameters: false },
        },
      ],
      videoEncodings: [],
      audioEncodings: [],
      resolutions: [],
      metadata: "absent",
      transports: ["rtsp"],
    },
  },
  () => clock.now(),
);
const hub = new EventHub(eventTypesOf(device), () => device.clock.now());
produceEvents(device, hub);
const limits = { ...usualLimits, maxPullPoints: pullPoints };
const subscriptions = new Subscriptions(hub, clock, entropy, limits, silentLogger);
const { response } = PullPointSubscription.operations.PullMessages;

const sent = { answers: 0, bytes: 0 };
async function waitsFor(pullPoint) {
  for (;;) {
    const told = await pullPoint.pull(100, 60_000, new AbortController().signal);
    const now = new Date(clock.now());
    const text = encodeElement(tev, "PullMessagesResponse", response, {
      CurrentTime: now,
      TerminationTime: now,
      NotificationMessage: told.map((one) => notificationToWire(one, "http://192.0.2.10:8000/onvif/event_service")),
    });
    sent.answers++;
    sent.bytes += text.length;
  }
}

const round = () => new Promise((done) => setImmediate(done));
const created = Array.from({ length: pullPoints }, () => subscriptions.createPullPoint({ filter: noFilter }));
for (const pullPoint of created) void waitsFor(pullPoint);
while (sent.answers < pullPoints) await round();

const [source] = device.detection.sources;
const held = [];
const whole = [];
for (let event = 1; event <= events; event++) {
  const before = sent.answers;
  const began = performance.now();
  let last = began;
  let longest = 0;
  device.detection.setMotion(source, event % 2 === 1);
  while (sent.answers < before + pullPoints) {
    await round();
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  held.push(longest);
  whole.push(performance.now() - began);
}
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
const show = (name, list) =>
  console.log(
    `${name.padEnd(34)} ${median(list).toFixed(1).padStart(7)} ms median ${Math.max(...list)
      .toFixed(1)
      .padStart(7)} ms at most`,
  );
console.log(`${pullPoints} pull points, ${events} events, ${Math.round(sent.bytes / sent.answers)} bytes an answer`);
show("until all have their answer", whole);
show("the event loop is held", held);
process.exit(0);
