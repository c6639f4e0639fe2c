import { describe, expect, it } from "vitest";
import { onvifCfg } from "#config/onvif-cfg";
import { readCfg } from "#config/read";
import { rtspCfg } from "#config/rtsp-cfg";
import { runCfg } from "#config/run-cfg";
import type { Member } from "#config/schema";
import { writeCfg } from "#config/write";
import { fuzz } from "../support/fuzz-run.js";

const samples: readonly (readonly [schema: Member, text: string])[] = [
  [
    onvifCfg,
    '<?xml version="1.0" encoding="utf-8"?>\r\n<config><!-- c --><http_port>8000</http_port><user><username>a&amp;b</username>' +
      "<password> p </password></user><profile><video_source/><video_encoder><framerate>29.97</framerate></video_encoder>" +
      '<stream_uri append_params="1">test.mp4&t=1</stream_uri></profile><scope fixed="0"><![CDATA[a:b]]></scope></config>',
  ],
  [
    rtspCfg,
    "<config><serverport>554</serverport><loop_nums>-1</loop_nums><output><url>*.mp4</url><audio><codec>G726</codec>" +
      "<channels>2</channels></audio></output><proxy><suffix>p</suffix><transfer>UDP</transfer></proxy></config>",
  ],
  [
    runCfg,
    "<config><runtime><state><clock><offset_ms>-1.5e3</offset_ms></clock><network><dns><server family='ipv6'>::1</server>" +
      "</dns></network><media><metadata><metadata_configuration token='m'><event_filter/></metadata_configuration></metadata>" +
      "</media></state></runtime></config>",
  ],
];

describe("the reader of cfg files", () => {
  it("survives 100,000 damaged files, and what it takes can be written and read again", () => {
    let turn = 0;
    let taken = 0;
    fuzz(
      samples.map(([, text]) => text),
      (bytes) => {
        const schema = samples[turn++ % samples.length]?.[0] ?? onvifCfg;
        const { value, root, issues } = readCfg("a.cfg", bytes, schema);
        for (const { line, column, message } of issues)
          if (!(line >= 0 && column >= 0 && message.length < 500))
            throw new Error(`place ${line}:${column} ${message}`);
        if (!root) return;
        taken++;
        const again = readCfg("a.cfg", Buffer.from(writeCfg(schema, value)), schema);
        expect(again).toMatchObject({ value, issues: [] });
      },
    );
    expect(taken).toBeGreaterThan(500);
  }, 600_000);
});
