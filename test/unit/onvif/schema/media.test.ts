import { describe, expect, it } from "vitest";
import { DecodeError } from "#util/errors";
import type { RequestOf, ResponseOf } from "#onvif/operation";
import { Media } from "#onvif/schema/media/service";
import { Media2 } from "#onvif/schema/media2/service";
import { decode, encodeElement, namespacesOf } from "#xml/codec";
import { readXml } from "#xml/reader";
import type { Infer, Schema, SchemaNamespace } from "#xml/schema";
import { declarations } from "#xml/writer";

const media = Media.operations;
const media2 = Media2.operations;

/** The value written as an element of that name and read again, holding to every rule. */
function again<S extends Schema>(namespace: SchemaNamespace, name: string, schema: S, value: Infer<S>): Infer<S> {
  const tag = `<${namespace.prefix}:${name}`;
  const spaces = declarations(namespacesOf(schema));
  return decode(schema, readXml(encodeElement(namespace, name, schema, value).replace(tag, tag + spaces)), {
    strict: true,
  });
}

const reasonOf = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    if (error instanceof DecodeError) return error.context["reason"];
    throw error;
  }
  return "accepted";
};

const multicast = {
  Address: { Type: "IPv4", IPv4Address: "239.0.0.1" },
  Port: 40000,
  TTL: 5,
  AutoStart: false,
} as const;

const profiles: ResponseOf<(typeof media)["GetProfiles"]> = {
  Profiles: [
    {
      token: "P0",
      fixed: true,
      Name: "main",
      VideoSourceConfiguration: {
        token: "VSC0",
        Name: "source",
        UseCount: 2,
        ViewMode: "tt:Original",
        SourceToken: "VS0",
        Bounds: { x: 0, y: 0, width: 1280, height: 720 },
        Extension: {
          Rotate: { Mode: "ON", Degree: 180 },
          Extension: {
            LensDescription: [
              { Offset: { x: 0.1 }, Projection: [{ Angle: 0, Radius: 0 }], XFactor: 1.777, FocalLength: 3.6 },
            ],
            SceneOrientation: { Mode: "AUTO", Orientation: "Horizon" },
          },
        },
      },
      VideoEncoderConfiguration: {
        token: "VEC0",
        Name: "encoder",
        UseCount: 1,
        Encoding: "H264",
        Resolution: { Width: 1280, Height: 720 },
        Quality: 4,
        RateControl: { FrameRateLimit: 25, EncodingInterval: 1, BitrateLimit: 2048 },
        H264: { GovLength: 25, H264Profile: "Main" },
        Multicast: multicast,
        SessionTimeout: 60_000,
      },
      VideoAnalyticsConfiguration: {
        token: "VAC0",
        Name: "analytics",
        UseCount: 1,
        AnalyticsEngineConfiguration: {
          AnalyticsModule: [
            {
              Name: "cells",
              Type: { namespace: "http://www.onvif.org/ver10/schema", name: "CellMotionEngine" },
              Parameters: { SimpleItem: [{ Name: "Sensitivity", Value: "50" }] },
            },
          ],
        },
        RuleEngineConfiguration: {},
      },
      PTZConfiguration: {
        token: "PTZ0",
        Name: "ptz",
        UseCount: 1,
        MoveRamp: 1,
        NodeToken: "N0",
        DefaultPTZSpeed: { PanTilt: { x: 0.5, y: 0.5 }, Zoom: { x: 1 } },
        DefaultPTZTimeout: 10_000,
        ZoomLimits: { Range: { URI: "urn:zoom", XRange: { Min: 0, Max: 1 } } },
        Extension: { PTControlDirection: { EFlip: { Mode: "OFF" }, Reverse: { Mode: "AUTO" } } },
      },
      Extension: {
        AudioOutputConfiguration: { token: "AO0", Name: "out", UseCount: 1, OutputToken: "O0", OutputLevel: 50 },
        AudioDecoderConfiguration: { token: "AD0", Name: "decoder", UseCount: 1 },
      },
    },
  ],
};

describe("Media", () => {
  it("writes profiles with every kind of part and reads them back the same", () => {
    expect(again(Media.namespace, "GetProfilesResponse", media.GetProfiles.response, profiles)).toEqual(profiles);
  });

  it("reads a GetStreamUri whose members inherit the namespace of the service", () => {
    const xml = `<GetStreamUri xmlns="http://www.onvif.org/ver10/media/wsdl"><StreamSetup><Stream>RTP-Unicast</Stream><Transport><Protocol>RTSP</Protocol></Transport></StreamSetup><ProfileToken>P0</ProfileToken></GetStreamUri>`;
    expect(decode(media.GetStreamUri.request, readXml(xml))).toEqual({
      StreamSetup: { Stream: "RTP-Unicast", Transport: { Protocol: "RTSP" } },
      ProfileToken: "P0",
    });
  });

  it.each([
    ["no ForcePersistence", "", "missing"],
    ["ForcePersistence before the configuration", "first", "order"],
  ])("refuses a SetAudioSourceConfiguration with %s", (_, where, reason) => {
    const force = "<t:ForcePersistence>true</t:ForcePersistence>";
    const xml = `<t:S xmlns:t="http://www.onvif.org/ver10/media/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema">${where === "first" ? force : ""}<t:Configuration token="A"><tt:Name>a</tt:Name><tt:UseCount>1</tt:UseCount><tt:SourceToken>S</tt:SourceToken></t:Configuration></t:S>`;
    expect(reasonOf(() => decode(media.SetAudioSourceConfiguration.request, readXml(xml)))).toBe(reason);
  });

  it("keeps what prefixes in the event filter of a metadata configuration stand for", () => {
    const xml = `<t:S xmlns:t="http://www.onvif.org/ver10/media/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:x="http://www.onvif.org/ver10/topics"><t:Configuration token="M"><tt:Name>m</tt:Name><tt:UseCount>1</tt:UseCount><tt:Events><tt:Filter><wsnt:TopicExpression Dialect="d">x:VideoSource//.</wsnt:TopicExpression></tt:Filter></tt:Events><tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type></tt:Address><tt:Port>0</tt:Port><tt:TTL>1</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast><tt:SessionTimeout>PT60S</tt:SessionTimeout></t:Configuration><t:ForcePersistence>true</t:ForcePersistence></t:S>`;
    const request: RequestOf<(typeof media)["SetMetadataConfiguration"]> = decode(
      media.SetMetadataConfiguration.request,
      readXml(xml),
      { strict: true },
    );
    const read = again(Media.namespace, "R", media.SetMetadataConfiguration.request, request);
    const [topic] = read.Configuration.Events?.Filter?.Any ?? [];
    expect(topic?.text).toBe("x:VideoSource//.");
    expect(topic?.resolve("x:VideoSource")?.namespace).toBe("http://www.onvif.org/ver10/topics");
  });

  it("gives the operations the SOAP actions of the standard, odd ones too", () => {
    expect(media.GetVideoSources.action).toBe("http://www.onvif.org/ver10/media/wsdlGetVideoSources/");
    expect("action" in media.GetAudioSources).toBe(false);
  });
});

describe("Media2", () => {
  it("writes the options of encoders with their lists as attributes and reads them back the same", () => {
    const value: ResponseOf<(typeof media2)["GetVideoEncoderConfigurationOptions"]> = {
      Options: [
        {
          GovLengthRange: [1, 250],
          FrameRatesSupported: [25, 12.5, 1],
          ProfilesSupported: ["Main", "High"],
          ConstantBitRateSupported: false,
          Encoding: "H265",
          QualityRange: { Min: 1, Max: 6 },
          ResolutionsAvailable: [{ Width: 1280, Height: 720 }],
          BitrateRange: { Min: 64, Max: 8192 },
        },
      ],
    };
    const schema = media2.GetVideoEncoderConfigurationOptions.response;
    expect(again(Media2.namespace, "R", schema, value)).toEqual(value);
  });

  it("writes an OSD whose configuration token is text and reads it back the same", () => {
    const value: RequestOf<(typeof media2)["SetOSD"]> = {
      OSD: {
        token: "OSD0",
        VideoSourceConfigurationToken: { content: "VSC0" },
        Type: "Text",
        Position: { Type: "Custom", Pos: { x: -0.5, y: 0.9 } },
        TextString: {
          Type: "Plain",
          FontColor: { Transparent: 1, Color: { X: 255, Y: 128, Z: 128 } },
          PlainText: "Gate & yard",
        },
      },
    };
    expect(again(Media2.namespace, "SetOSD", media2.SetOSD.request, value)).toEqual(value);
  });

  it("asks for three points or more in a mask, and for one kind of colour options", () => {
    const point = { x: 0, y: 0 };
    const mask = (points: number) => ({
      Mask: {
        ConfigurationToken: "VSC0",
        Polygon: { Point: Array.from({ length: points }, () => point) },
        Type: "Color",
        Enabled: true,
      },
    });
    const schema = media2.CreateMask.request;
    expect(again(Media2.namespace, "CreateMask", schema, mask(3))).toEqual(mask(3));
    expect(reasonOf(() => again(Media2.namespace, "CreateMask", schema, mask(2)))).toBe("missing");
    const options = { Options: { MaxMasks: 4, MaxPoints: 8, Types: ["Color"], Color: {} } };
    expect(reasonOf(() => again(Media2.namespace, "R", media2.GetMaskOptions.response, options))).toBe("missing");
  });

  it("knows SetEQPreset by the element that the standard gives it", () => {
    expect(media2.SetEQPreset.element).toBe("SetEQPresetConfiguration");
  });
});
