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
import { WireNotifications } from "../../dist/onvif/mapping/notification.js";
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

const wire = new WireNotifications();
const sent = { answers: 0, bytes: 0 };
async function waitsFor(pullPoint) {
  for (;;) {
    const told = await pullPoint.pull(100, 60_000, new AbortController().signal);
    const now = new Date(clock.now());
    const text = encodeElement(tev, "PullMessagesResponse", response, {
      CurrentTime: now,
      TerminationTime: now,
      NotificationMessage: told.map((one) => wire.of(one, "http://192.0.2.10:8000/onvif/event_service")),
    });
    sent.answers++;
    sent.bytes += text.length;
  }
}

const round = () => new Promise((done) => setImmediate(done));
const created = Array.from({ length: pullPoints }, () => subscriptions.createPullPoint({ filter: noFilter }));
for (const pullPoint of created) void waitsFor(pullPoint);
while (sent.answers < pullPoints) await round();

/** How late a timer is that is due every 5 ms by absolute times, as those of streams are, in ms; until the result is called. */
function lateness() {
  const late = [];
  let isOver = false;
  let dueMs = performance.now();
  const arm = () => {
    dueMs += 5;
    setTimeout(
      () => {
        late.push(Math.max(0, performance.now() - dueMs));
        if (!isOver) arm();
      },
      Math.max(0, dueMs - performance.now()),
    );
  };
  arm();
  return () => {
    isOver = true;
    return late;
  };
}
const quiet = lateness();
await new Promise((done) => void setTimeout(done, 1_000));
const lateWithout = quiet();

const [source] = device.detection.sources;
const held = [];
const whole = [];
const busy = lateness();
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
const lateWith = busy();
const at = (list, share) =>
  list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))] ?? 0;
const show = (name, list) =>
  console.log(
    `${name.padEnd(38)} ${[0.5, 0.95, 1].map((share) => `${at(list, share).toFixed(1).padStart(7)} ms`).join(" ")}`,
  );
console.log(`${pullPoints} pull points, ${events} events, ${Math.round(sent.bytes / sent.answers)} bytes an answer`);
console.log(`${"".padEnd(38)} ${["median", "95 %", "most"].map((name) => name.padStart(10)).join(" ")}`);
show("until all have their answer", whole);
show("the event loop is held", held);
show("the same for the first event", held.slice(0, 1));
show("a stream's timer is late, with events", lateWith);
show("the same without", lateWithout);
process.exit(0);
