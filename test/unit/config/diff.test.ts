import { describe, expect, it } from "vitest";
import { diffConfig } from "#config/diff";
import { type OnvifConfig, onvifCfg } from "#config/onvif-cfg";
import { readCfg } from "#config/read";
import { type RtspConfig, rtspCfg } from "#config/rtsp-cfg";

const onvif = (inner: string): OnvifConfig => readCfg("a", Buffer.from(`<config>${inner}</config>`), onvifCfg).value;
const rtsp = (inner: string): RtspConfig => readCfg("a", Buffer.from(`<config>${inner}</config>`), rtspCfg).value;
const effects = (before: string, after: string): readonly string[] =>
  [...diffConfig(onvifCfg, onvif(before), onvif(after)).effects].toSorted();

describe("diffConfig", () => {
  it("finds nothing between equal configurations", () => {
    const { effects, paths } = diffConfig(
      onvifCfg,
      onvif("<http_port>1</http_port>"),
      onvif("<http_port>1</http_port>"),
    );
    expect([...effects, ...paths]).toEqual([]);
  });

  const rows: readonly (readonly [what: string, before: string, after: string, expected: readonly string[]])[] = [
    ["a port", "", "<http_port>81</http_port>", ["http"]],
    ["the log level", "", "<log_level>3</log_level>", ["log"]],
    ["need_auth", "", "<need_auth>1</need_auth>", ["camera"]],
    ["the address to listen on", "", "<server_ip>192.0.2.1</server_ip>", ["discovery", "http"]],
    ["a member of a group", "", "<information><Model>x</Model></information>", ["camera", "discovery"]],
    ["one scope more", "", "<scope>a:b</scope>", ["camera", "discovery"]],
    ["another scope", "<scope>a:b</scope>", "<scope>a:c</scope>", ["camera", "discovery"]],
    ["a profile more", "", "<profile/>", ["camera", "media"]],
    ["an optional group more", "<profile/>", "<profile><audio_source/></profile>", ["camera", "media"]],
    ["several things", "", "<need_auth>1</need_auth><http_port>81</http_port>", ["camera", "http"]],
  ];
  it.each(rows)("tells who is concerned by %s", (_, before, after, expected) => {
    expect(effects(before, after)).toEqual(expected);
  });

  it("names the tags, never the values", () => {
    const { paths } = diffConfig(
      onvifCfg,
      onvif("<user><username>a</username><password>old</password></user><profile><video_encoder/></profile>"),
      onvif(
        "<user><username>a</username><password>new</password></user><profile><video_encoder><framerate>5</framerate></video_encoder></profile>",
      ),
    );
    expect(paths).toEqual(["user/password", "profile/video_encoder/framerate"]);
  });

  it("works for rtsp.cfg", () => {
    const difference = diffConfig(rtspCfg, rtsp(""), rtsp("<backchannel/><loop_nums>2</loop_nums>"));
    expect([...difference.effects]).toEqual(["media"]);
    expect(difference.paths).toEqual(["loop_nums", "backchannel"]);
  });
});
