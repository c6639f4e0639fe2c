import type { ReplayOrder } from "#media/replay-order";
import { ReplayPath } from "#media/replay-path";
import type { ReplayReading, ReplaySpan } from "#media/replay-reading";
import { formatRange } from "#wire/rtsp/headers/range";
import { formatYesNo } from "#wire/rtsp/headers/replay";
import { formatRtpInfo } from "#wire/rtsp/headers/rtp-info";
import { formatScale } from "#wire/rtsp/headers/scale";
import { formatSession } from "#wire/rtsp/headers/session";
import type { RtspRequest } from "#wire/rtsp/message";
import { Rejection, type Answer } from "../answer.js";
import type { ServerContext } from "../context.js";
import type { ReplayLease } from "../directory.js";
import { endOfRange, isMerelyOn, rangeIn, startOfRange, type Wanted, wantedOf } from "../play-wanted.js";
import { notReplayable } from "../replays.js";
import type { RtspSession } from "../session.js";

/**
 * PLAY at a position of the client's own: of a recording, with what ONVIF adds (Streaming §6.4), or of a stream of limited
 * length, when the client asks for something else than its beginning or normal speed. Undefined when the position that
 * all have will do.
 */
export function playReplay(
  request: RtspRequest,
  session: RtspSession,
  server: ServerContext,
): Promise<Answer | undefined> | undefined {
  const wanted = wantedOf(request);
  const { path } = session.lease;
  const reading = session.replay;
  if (reading && path instanceof ReplayPath && (path.isRecording || !wanted.needsReplay))
    return playOn({ request, session, path, wanted }, reading);
  if (!wanted.needsReplay && !needsPosition(session, wanted)) return undefined;
  return leaveOthers(request, session, server, wanted);
}

/** Undefined when the stream has no other position. */
async function leaveOthers(
  request: RtspRequest,
  session: RtspSession,
  server: ServerContext,
  wanted: Wanted,
): Promise<Answer | undefined> {
  const lease = await openFor(session, server, wanted.needsReplay ? "recording" : "stream");
  if (lease) return move({ request, session, path: lease.path, wanted }, lease);
  if (wanted.needsReplay) throw notReplayable();
  return undefined;
}

interface Playing {
  readonly request: RtspRequest;
  readonly session: RtspSession;
  readonly path: ReplayPath;
  readonly wanted: Wanted;
}

/** Whether a stream that is at the same place for all will not do. */
function needsPosition({ lease, mayMove }: RtspSession, { range, scale = 1, speed = 1 }: Wanted): boolean {
  const { durationSeconds } = lease.description;
  if (durationSeconds === undefined || !mayMove) return false;
  if (scale !== 1 || speed !== 1) return true;
  if (!range || range.unit === "clock" || range.unit === "other") return false;
  const { start = 0, end = durationSeconds } = range;
  // Times are written to the millisecond.
  return (start !== "now" && start > 0) || end < durationSeconds - 0.001;
}

async function openFor(
  { lease, request, mayMove }: RtspSession,
  { directory }: ServerContext,
  as: "recording" | "stream",
): Promise<ReplayLease | undefined> {
  if (!mayMove) return undefined;
  const { tracks } = lease.description;
  const ssrcs = tracks.map((_, index) => lease.path.ssrc(index));
  const opened = await directory.replay?.(request, as, ssrcs);
  // Behind the tracks of a file a stream may have others, which only live streams fill.
  const isSame = opened?.description.tracks.every(
    ({ format }, index) => format.encodingName === tracks[index]?.format.encodingName,
  );
  if (!opened || isSame === true) return opened;
  await opened.close();
  return undefined;
}

/** The client leaves the position that it has with others, if what it wants can be played. */
async function move(playing: Playing, lease: ReplayLease): Promise<Answer> {
  const { session, path } = playing;
  try {
    const order = orderOf(playing, undefined);
    const reading = session.readElsewhere(path);
    const span = await reading.seek(order);
    if (session.state === "closed") throw new Rejection(454, "the session has ended meanwhile");
    session.moveOnto(lease, reading);
    return answerOf(playing, order, span);
  } catch (error) {
    await lease.close();
    throw error;
  }
}

async function playOn(playing: Playing, reading: ReplayReading): Promise<Answer> {
  const { session, path, wanted } = playing;
  const { order: before } = reading;
  const rest = await reading.rest();
  if (before && isMerelyOn(wanted, before)) {
    const order = { ...before, ...labelOf(playing) };
    if (rest) reading.relabel(order.cseq);
    if (rest && session.state === "playing") return unchanged(playing, order, rest);
    if (rest) return answerOf(playing, order, rest);
    // What ONVIF clients have played to its end stays there (Streaming §6.8); others begin again.
    if (path.isRecording && reading.hasEnded) return unchanged(playing, order, reading.end);
  }
  const order = orderOf(playing, rest?.startMs);
  const span = await reading.seek(order);
  if (session.state === "closed") throw new Rejection(454, "the session has ended meanwhile");
  session.interrupt();
  return answerOf(playing, order, span);
}

/** `hereMs` is where playing is now; undefined for nowhere yet, and at the end. */
function orderOf(playing: Playing, hereMs: number | undefined): ReplayOrder {
  const { path, wanted } = playing;
  const { scale = 1, speed = 1, paced = true, frames = { kind: "all" } } = wanted;
  if (scale < 0 && !path.description.tracks.some(({ format }) => format.kind === "video"))
    throw new Rejection(456, "only pictures can be played backwards");
  const zeroMs = path.sections[0]?.startMs ?? 0;
  const start = startOfRange(wanted.range, zeroMs);
  const openMs = scale > 0 ? zeroMs : (path.sections.at(-1)?.endMs ?? zeroMs);
  const fromMs = typeof start === "number" ? start : start === "here" ? (hereMs ?? openMs) : openMs;
  const untilMs = endOfRange(wanted.range, zeroMs);
  return { fromMs, ...(untilMs !== undefined && { untilMs }), scale, speed, paced, frames, ...labelOf(playing) };
}

const labelOf = ({ path, request }: Playing): { readonly cseq?: number } =>
  path.isRecording ? { cseq: Number(request.headers.get("CSeq")) & 0xff } : {};

function answerOf(playing: Playing, order: ReplayOrder, span: ReplaySpan): Answer {
  const { session } = playing;
  const headers = [...headersOf(playing, order, span), ["RTP-Info", formatRtpInfo(session.prepare())] as const];
  return { status: 200, headers, after: () => session.play() };
}

const unchanged = (playing: Playing, order: ReplayOrder, span: ReplaySpan): Answer => ({
  status: 200,
  headers: headersOf(playing, order, span),
});

function headersOf(
  { session, path, wanted }: Playing,
  { scale, speed, paced }: ReplayOrder,
  span: ReplaySpan,
): (readonly [string, string])[] {
  const zeroMs = path.sections[0]?.startMs ?? 0;
  return [
    ["Session", formatSession(session.id, session.timeoutSeconds)],
    ["Range", formatRange(rangeIn(wanted.range, span, zeroMs, path.isRecording))],
    ...(scale !== 1 || wanted.scale !== undefined ? [["Scale", formatScale(scale)] as const] : []),
    ...(speed !== 1 || wanted.speed !== undefined ? [["Speed", formatScale(speed)] as const] : []),
    ...(wanted.paced === undefined ? [] : [["Rate-Control", formatYesNo(paced)] as const]),
  ];
}
