import { describe, expect, it } from "vitest";
import { TAMPERINGS } from "#device/detection";
import { createPullPoint, eventProperties, told, topicFilter, topicsIn } from "../../support/event-client.js";
import { aCamera } from "../../support/soap.js";

const SOURCE = "video_source_1";
const setup = { tamperings: TAMPERINGS, health: ["processor", "temperature", "storage"] } as const;
const FILTER = topicFilter(
  "tns1:VideoSource//.|tns1:Device//.|tns1:Monitoring/ProcessorUsage|tns1:Monitoring/EnvironmentalConditions//.",
);

describe("a camera that watches itself", () => {
  it("tells how it is, and how that changes", async () => {
    const camera = aCamera({ setup });
    const address = await createPullPoint(camera, FILTER);
    const tampering = ["ImageTooBlurry", "ImageTooDark", "ImageTooBright", "GlobalSceneChange"].map(
      (name) => `tns1:VideoSource/${name}/ImagingService`,
    );
    expect(await told(camera, address)).toEqual([
      `tns1:VideoSource/MotionAlarm Initialized Source=${SOURCE} State=false`,
      ...tampering.map((topic) => `${topic} Initialized Source=${SOURCE} State=false`),
      "tns1:Monitoring/ProcessorUsage Initialized Token=processor_1 Value=10",
      "tns1:Monitoring/EnvironmentalConditions/Temperature Initialized Status=40",
      "tns1:Device/HardwareFailure/TemperatureCritical Initialized Critical=false",
      "tns1:Device/HardwareFailure/StorageFailure Initialized Token=card_1 Failed=false",
    ]);
    const { detection, health } = camera.device;
    for (const is of [true, false]) for (const one of TAMPERINGS) detection.setTampered(SOURCE, one, is);
    health.setProcessor(55.5);
    for (const celsius of [69, 72, 71]) health.setTemperature(celsius);
    health.setStorageFailed(true);
    expect(await told(camera, address)).toEqual([
      ...["true", "false"].flatMap((state) =>
        tampering.map((topic) => `${topic} Changed Source=${SOURCE} State=${state}`),
      ),
      "tns1:Monitoring/ProcessorUsage Changed Token=processor_1 Value=55.5",
      "tns1:Monitoring/EnvironmentalConditions/Temperature Changed Status=69",
      "tns1:Monitoring/EnvironmentalConditions/Temperature Changed Status=72",
      "tns1:Device/HardwareFailure/TemperatureCritical Changed Critical=true",
      "tns1:Monitoring/EnvironmentalConditions/Temperature Changed Status=71",
      "tns1:Device/HardwareFailure/StorageFailure Changed Token=card_1 Failed=true",
    ]);
  });

  it("lists the events of what it watches, and no others", async () => {
    const topicsOf = async (over: Parameters<typeof aCamera>[0]): Promise<string[]> => [
      ...topicsIn((await eventProperties(aCamera(over))).TopicSet.Any).keys(),
    ];
    const all = await topicsOf({ setup });
    const some = await topicsOf({ setup: { tamperings: ["too-dark"], health: ["storage"] } });
    const none = await topicsOf({});
    expect(some.filter((topic) => !none.includes(topic))).toEqual([
      "tns1:VideoSource/ImageTooDark/ImagingService",
      "tns1:Device/HardwareFailure/StorageFailure",
    ]);
    expect(all).toHaveLength(none.length + 8);
  });

  it("tells the loss of the picture", async () => {
    const camera = aCamera({ setup: { tamperings: ["signal-loss"] } });
    const address = await createPullPoint(camera, topicFilter("tns1:VideoSource/SignalLoss"));
    camera.device.detection.setTampered(SOURCE, "signal-loss", true);
    expect(await told(camera, address)).toEqual([
      `tns1:VideoSource/SignalLoss Initialized Source=${SOURCE} State=false`,
      `tns1:VideoSource/SignalLoss Changed Source=${SOURCE} State=true`,
    ]);
  });

  it("keeps nothing of it", () => {
    const camera = aCamera({ setup });
    const before = camera.device.snapshot();
    camera.device.health.setTemperature(72);
    camera.device.detection.setTampered(SOURCE, "too-dark", true);
    expect(camera.device.snapshot()).toEqual(before);
  });
});
