import { describe, expect, it } from "vitest";
import { metadataTrack } from "#camera/metadata";
import { eventTypesOf, produceEvents } from "#camera/producers";
import type { SensorFilter } from "#device/media/sensor-filter";
import { EventHub } from "#events/hub";
import { aDevice, aProfile } from "../../support/a-device.js";
import { fakeHost } from "../../support/fake-host.js";
import { keepingLogger, type LogLine } from "../../support/rtsp-client.js";
import { record } from "../../support/soap-oracle.js";

const place = { stream: "test.mp4", configurationToken: "metadata_1" };

/** The metadata track of a camera, started, and the documents that it has written. */
function scene(filter?: string, sensorFilter?: SensorFilter) {
  const { clock } = fakeHost();
  const media = { profiles: [aProfile()], metadata: "in-profiles" } as const;
  const { device } = aDevice({ media, health: sensorFilter ? ["temperature"] : [] });
  if (sensorFilter) device.media.metadata.setConfiguration({ token: "metadata_1", eventFilter: null, sensorFilter });
  if (filter !== undefined) device.media.metadata.setConfiguration({ token: "metadata_1", eventFilter: filter });
  const hub = new EventHub(eventTypesOf(device), () => device.clock.now());
  produceEvents(device, hub);
  const lines: LogLine[] = [];
  const documents: string[] = [];
  const into = { write: (document: Uint8Array) => void documents.push(Buffer.from(document).toString()) };
  const track = metadataTrack({ device, hub, clock, log: keepingLogger(lines) }, place);
  return { clock, device, documents, lines, run: track.start(into) };
}

const EMPTY = '<?xml version="1.0" encoding="UTF-8"?><tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema"/>';

describe("a metadata track", () => {
  it("writes an empty document when there was none for 0.9 s, counted from the last one", async () => {
    const { clock, device, documents } = scene();
    documents.length = 0;
    await clock.advance(899);
    expect(documents).toEqual([]);
    await clock.advance(1);
    expect(documents.splice(0)).toEqual([EMPTY]);
    await clock.advance(500);
    device.clock.setSystemDateAndTime({ dateTimeType: "Manual", daylightSavings: false });
    expect(documents.splice(0)).toHaveLength(1);
    await clock.advance(899);
    expect(documents).toEqual([]);
    await clock.advance(1);
    expect(documents).toEqual([EMPTY]);
  });

  it.each([
    ["any", { sensorIds: [], types: [] }, true],
    ["that one", { sensorIds: ["other", "temperature_1"], types: ["Temperature"] }, true],
    ["another type", { sensorIds: [], types: ["RelativeHumidity"] }, false],
    ["another one", { sensorIds: ["temperature_2"], types: [] }, false],
  ])(
    "tells what a sensor says in each document, and when it changes, where %s is wanted",
    async (_, filter, isTold) => {
      const { clock, device, documents } = scene(undefined, filter);
      const told = (value: number): string =>
        `<tt:SensorData UtcTime="${new Date(device.clock.now()).toISOString().replace(".000Z", "Z")}"` +
        ` SensorID="temperature_1"><tt:Type>Temperature</tt:Type><tt:Value>${value}</tt:Value></tt:SensorData>`;
      const document = (value: number): string =>
        isTold ? EMPTY.replace("/>", `>${told(value)}</tt:MetadataStream>`) : EMPTY;
      record("MetadataStream", documents[0] ?? "");
      expect(documents.splice(0)).toEqual([document(40)]);
      device.health.setTemperature(41.5);
      expect(documents.splice(0)).toEqual(isTold ? [document(41.5)] : []);
      await clock.advance(900);
      expect(documents.splice(0)).toEqual([document(41.5)]);
    },
  );

  it("tells the state once for all who join within 0.2 s", async () => {
    const { clock, documents, run } = scene();
    await clock.advance(500);
    documents.length = 0;
    for (let joins = 0; joins < 100; joins++) run.joined();
    expect(documents).toHaveLength(1);
    await clock.advance(199);
    expect(documents).toHaveLength(1);
    await clock.advance(1);
    expect(documents).toHaveLength(2);
    expect(documents[1]).toBe(documents[0]);
  });

  it("has no events, and says why once, where the filter in the run file cannot be read", async () => {
    const { clock, device, documents, lines } = scene("what: is/this|");
    device.clock.setSystemDateAndTime({ dateTimeType: "Manual", daylightSavings: false });
    await clock.advance(900);
    expect(new Set(documents)).toEqual(new Set([EMPTY]));
    expect(lines).toMatchObject([{ level: "warn", facts: { configuration: "metadata_1" } }]);
  });

  it("says nothing any more once it is closed, and leaves no timer", async () => {
    const { clock, device, documents, run } = scene();
    run.joined();
    run.close();
    documents.length = 0;
    device.clock.setSystemDateAndTime({ dateTimeType: "Manual", daylightSavings: false });
    await clock.advance(5_000);
    expect(documents).toEqual([]);
  });
});
