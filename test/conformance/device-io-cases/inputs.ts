import { expect } from "vitest";
import { DeviceIo } from "#onvif/schema/deviceio/service";
import type { DigitalInput } from "#onvif/schema/tt/io";
import { Media } from "#onvif/schema/media/service";
import {
  createPullPoint,
  eventProperties,
  inShort,
  pulled,
  topicFilter,
  topicsIn,
} from "../../support/event-client.js";
import { call, type TestCamera } from "../../support/soap.js";
import { camera, DIGITAL_INPUT, distinct } from "./steps.js";

const inputsOf = async (one: TestCamera): Promise<readonly DigitalInput[]> => {
  const { DigitalInputs = [] } = await call(one, DeviceIo, "GetDigitalInputs", {});
  distinct(DigitalInputs.map(({ token }) => token));
  return DigitalInputs;
};

/** DeviceIO, chapter 2 as far as it is about digital inputs, and chapters 3, 4, 5, 7 and 8. */
export const inputCases: Readonly<Record<string, () => Promise<void>>> = {
  "DEVICEIO-2-1-1 digital inputs: events": async () => {
    const one = camera();
    const description = topicsIn((await eventProperties(one)).TopicSet.Any).get(DIGITAL_INPUT);
    expect(description?.attribute("IsProperty")).toBe("true");
    const [source] = description?.child("Source")?.children ?? [];
    expect([source?.attribute("Name"), source?.attribute("Type")]).toEqual(["InputToken", "tt:ReferenceToken"]);
    const [data] = description?.child("Data")?.children ?? [];
    expect([data?.attribute("Name"), data?.attribute("Type")]).toEqual(["LogicalState", "xs:boolean"]);
    const address = await createPullPoint(one, topicFilter(DIGITAL_INPUT));
    const { NotificationMessage = [] } = await pulled(one, address, { timeoutMs: 60_000, limit: 1 });
    expect(NotificationMessage.map(inShort)).toEqual([
      `${DIGITAL_INPUT} Initialized InputToken=digital_input_1 LogicalState=false`,
    ]);
  },

  "DEVICEIO-3-1-1 digital inputs": async () => {
    await inputsOf(camera());
  },

  "DEVICEIO-3-1-2 digital inputs: as many as the capabilities say": async () => {
    const { Capabilities } = await call(camera(), DeviceIo, "GetServiceCapabilities", {});
    expect(await inputsOf(camera())).toHaveLength(Capabilities.DigitalInputs ?? 0);
  },

  "DEVICEIO-3-1-3 digital inputs: options": async () => {
    const one = camera();
    for (const Token of [undefined, ...(await inputsOf(one)).map(({ token }) => token)]) {
      const { DigitalInputOptions } = await call(one, DeviceIo, "GetDigitalInputConfigurationOptions", { Token });
      distinct(DigitalInputOptions.IdleState);
    }
  },

  "DEVICEIO-3-1-4 digital inputs: configuration": async () => {
    const one = camera();
    for (const input of await inputsOf(one)) {
      const { token } = input;
      const { DigitalInputOptions } = await call(one, DeviceIo, "GetDigitalInputConfigurationOptions", {
        Token: token,
      });
      for (const IdleState of DigitalInputOptions.IdleState) {
        await call(one, DeviceIo, "SetDigitalInputConfigurations", { DigitalInputs: [{ ...input, IdleState }] });
        expect((await inputsOf(one)).find((other) => other.token === token)?.IdleState).toBe(IdleState);
      }
    }
  },

  "DEVICEIO-4-1-1 audio sources": async () => {
    distinct((await call(camera(), DeviceIo, "GetAudioSources", {})).Token);
  },

  "DEVICEIO-5-1-1 video sources: the same as of the media service": async () => {
    const { VideoSources = [] } = await call(camera(), Media, "GetVideoSources", {});
    const { Token } = await call(camera(), DeviceIo, "GetVideoSources", {});
    expect(distinct(Token)).toEqual(VideoSources.map(({ token }) => token));
  },

  "DEVICEIO-7-1-1 video sources": async () => {
    const { Capabilities } = await call(camera(), DeviceIo, "GetServiceCapabilities", {});
    distinct((await call(camera(), DeviceIo, "GetVideoSources", {})).Token, Capabilities.VideoSources);
  },

  "DEVICEIO-8-1-1 audio outputs": async () => {
    const { Capabilities } = await call(camera(), DeviceIo, "GetServiceCapabilities", {});
    distinct((await call(camera(), DeviceIo, "GetAudioOutputs", {})).Token, Capabilities.AudioOutputs);
  },
};
