import { describe, it } from "vitest";
import { DecodeError } from "#util/errors";
import { fmtpOf, parseFmtp, parseRtpMap } from "#wire/sdp/attributes";
import { parseSdp } from "#wire/sdp/parser";
import { fuzz, refusesOnlyWith } from "../support/fuzz-run.js";

describe("the SDP parser", () => {
  it("survives 100,000 damaged descriptions", () => {
    const camera =
      "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=x\r\nc=IN IP4 232.1.2.3/16\r\nt=0 0\r\na=control:*\r\nm=video 0 RTP/AVP 96\r\n" +
      "b=AS:4000\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1;sprop-parameter-sets=Zw==,aA==\r\n";
    fuzz([camera, "v=0\nm=audio 5000/2 RTP/AVP 0 8\na=sendonly\n"], (bytes) => {
      refusesOnlyWith(DecodeError, () => {
        for (const { attributes } of parseSdp(bytes.toString()).media) {
          parseFmtp(fmtpOf(attributes, 96) ?? "");
          for (const { value = "" } of attributes) parseRtpMap(value);
        }
      });
    });
  }, 600_000);
});
