import { describe, it } from "vitest";
import { canFulfil, fulfils, parseContentFilter } from "#events/content-filter";
import { ONVIF_TOPICS, onvifTopic, parseTopicExpression, selects } from "#events/topic";
import { DecodeError } from "#util/errors";
import { fuzz, refusesOnlyWith } from "../support/fuzz-run.js";

const prefixes = (prefix: string): string | undefined =>
  ({ tns1: ONVIF_TOPICS, tt: "http://www.onvif.org/ver10/schema" })[prefix];
const motion = onvifTopic("VideoSource/MotionAlarm");
const items = [{ name: "Source", value: "1" }];

describe("100,000 mutants", () => {
  it("of topic expressions are read or refused", () => {
    const samples = [
      "tns1:VideoSource/MotionAlarm",
      "tns1:RuleEngine//.|tns1:VideoSource//. | tns1:Media/tns1:ProfileChanged",
    ];
    fuzz(samples, (bytes, random) =>
      refusesOnlyWith(DecodeError, () =>
        selects(parseTopicExpression(bytes.toString(), random(2) ? "concrete" : "concrete-set", prefixes), motion),
      ),
    );
  });

  it("of content filters are read or refused", () => {
    const samples = [
      'boolean(//tt:SimpleItem[@Name="Source" and @Value="1"])',
      `not(boolean(//tt:ElementItem[not(@Name='x') or (@Value="1")])) and (boolean(//SimpleItem[@Value="2"]) or boolean(//tt:SimpleItem[@Name="Source"]))`,
    ];
    fuzz(samples, (bytes) =>
      refusesOnlyWith(DecodeError, () => {
        const filter = parseContentFilter(bytes.toString(), prefixes);
        fulfils(filter, items);
        canFulfil(filter, ["Source"]);
      }),
    );
  });
});
