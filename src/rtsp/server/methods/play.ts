import { ExtendedPath } from "#media/extended-path";
import { DecodeError } from "#util/errors";
import { formatRange, parseRange, type Range } from "#wire/rtsp/headers/range";
import { formatRtpInfo } from "#wire/rtsp/headers/rtp-info";
import { formatSession } from "#wire/rtsp/headers/session";
import type { RtspRequest } from "#wire/rtsp/message";
import { Rejection, type Answer } from "../answer.js";
import type { ServerContext } from "../context.js";
import { RtspSession } from "../session.js";
import type { Exchange } from "./exchange.js";
import { playReplay } from "./play-replay.js";

/**
 * PLAY (RFC 2326 §10.5). The answer names where each track starts and is on the wire before the first packet. A second
 * PLAY changes nothing for what plays, where the path has one position for all.
 */
export function play({ request, server, session }: Exchange): Answer | Promise<Answer> {
  if (!session) throw new Rejection(454, "PLAY without a session");
  if (!(session instanceof RtspSession)) throw new Rejection(455, "the session publishes");
  const replayed = playReplay(request, session, server);
  const playShared = (): Answer => playWithOthers(request, session, server);
  return replayed ? replayed.then((answer) => answer ?? playShared()) : playShared();
}

/** In one turn with what is answered, since RTP-Info holds only until the next unit is published. */
function playWithOthers(request: RtspRequest, session: RtspSession, server: ServerContext): Answer {
  const range = requestedRange(request.headers.get("Range"), session.lease.description.durationSeconds);
  const headers: [string, string][] = [
    ["Session", formatSession(session.id, session.timeoutSeconds)],
    ["Range", formatRange(answeredRange(range, session.lease.description.durationSeconds, server.clock.now()))],
  ];
  if (request.headers.get("Scale") !== undefined) headers.push(["Scale", "1.0"]);
  // What has been set up meanwhile begins.
  if (session.state === "playing") return { status: 200, headers, after: () => session.play() };
  if (session.lease.path instanceof ExtendedPath) session.lease.path.cseq = Number(request.headers.get("CSeq")) & 0xff;
  const info = session.prepare();
  if (info.length > 0) headers.push(["RTP-Info", formatRtpInfo(info)]);
  return { status: 200, headers, after: () => session.play() };
}

/** Undefined for none, and for units that are not ours to know. */
function requestedRange(header: string | undefined, durationSeconds: number | undefined): Range | undefined {
  if (header === undefined) return undefined;
  const range = parseRange(header);
  if (range.unit !== "npt" && range.unit !== "clock") return undefined;
  const start = range.unit === "npt" ? range.start : undefined;
  if (typeof start === "number" && durationSeconds !== undefined && start > durationSeconds)
    throw new DecodeError("rtsp-range", "Range starts behind the end");
  return range;
}

/** What is really played, in the unit that was asked for. */
function answeredRange(asked: Range | undefined, durationSeconds: number | undefined, nowMs: number): Range {
  if (asked?.unit === "clock") return { unit: "clock", startMs: nowMs };
  if (asked?.unit === "npt" && asked.start === "now") return { unit: "npt", start: "now" };
  return { unit: "npt", start: 0, ...(durationSeconds !== undefined && { end: durationSeconds }) };
}
