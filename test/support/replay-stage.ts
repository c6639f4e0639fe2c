import { ReplayPath } from "#media/replay-path";
import { SlabAllocator } from "#media/slab";
import type { RtspServerOptions } from "#rtsp/server/options";
import { silentLogger } from "#util/log";
import { extensionOf, hasMarker, sequenceNumber, timestamp } from "#wire/rtp/packet";
import { readReplayExtension, type ReplayMark } from "#wire/rtp/replay-extension";
import type { RtspResponse } from "#wire/rtsp/message";
import { Recorded, recordedFromMs } from "./recorded.js";
import { type RtspClient, type RtspStage, rtspStage, urlA } from "./rtsp-client.js";

export const onvif = { Require: "onvif-replay" } as const;

export interface ReplayStage extends RtspStage {
  readonly recorded: Recorded;
  /** Private paths that are open. */
  readonly opened: () => number;
}

/** A server whose path `a` can be replayed; other paths cannot. */
export async function replayStage(recorded = new Recorded(), options: RtspServerOptions = {}): Promise<ReplayStage> {
  const stage = await rtspStage(options);
  let opened = 0;
  stage.directory.replay = (request, as, ssrcs = []) => {
    if (request.name !== "a") return Promise.resolve(undefined);
    const { clock, entropy } = stage.host;
    const parts = { clock, entropy, log: silentLogger, memory: new SlabAllocator() };
    const path = new ReplayPath("a", recorded, parts, { isRecording: as === "recording", ssrcs });
    let isOpen = true;
    opened++;
    return Promise.resolve({
      path,
      description: path.description,
      rules: { transports: { udp: true, tcp: true } },
      close: () => {
        if (isOpen) opened--;
        isOpen = false;
        return path.close();
      },
    });
  };
  return { ...stage, recorded, opened: () => opened, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() };
}

/** Sets up tracks of the recording over TCP; returns the session's id. */
export async function setUpReplay(client: RtspClient, tracks: readonly number[] = [0]): Promise<string> {
  let session: string | undefined;
  for (const track of tracks) {
    const answer = await client.request("SETUP", `${urlA}/trackID=${track}`, {
      ...onvif,
      Transport: `RTP/AVP/TCP;unicast;interleaved=${track * 2}-${track * 2 + 1}`,
      ...(session !== undefined && { Session: session }),
    });
    if (answer.status !== 200) throw new Error(`SETUP: ${answer.status}`);
    session = answer.headers.get("Session")?.split(";")[0];
  }
  return session ?? "";
}

/** PLAY, without the pace unless `headers` say otherwise. */
export const playReplay = (client: RtspClient, headers: Record<string, string> = {}): Promise<RtspResponse> =>
  client.request("PLAY", urlA, { ...onvif, "Rate-Control": "no", ...headers });

/** An absolute range in seconds of the recording. */
export function clockRange(from: number | "", to: number | "" = ""): string {
  const text = (seconds: number | ""): string =>
    seconds === ""
      ? ""
      : new Date(recordedFromMs + seconds * 1000).toISOString().replace(/[-:]/g, "").replace(".000Z", "Z");
  return `clock=${text(from)}-${text(to)}`;
}

/** A unit as it came. */
export interface Arrived extends Omit<ReplayMark, "wallMs"> {
  /** Its number on the recording's time, in pictures. */
  readonly picture: number;
  readonly sequence: number;
  readonly rtpTime: number;
}

/** The units of packets, each by its first packet, which has the extension. */
export function unitsOf(packets: readonly Buffer[]): Arrived[] {
  const units: Arrived[] = [];
  let begins = true;
  for (const packet of packets) {
    const mark = readReplayExtension(extensionOf(packet));
    if (begins !== (mark !== undefined))
      throw new Error("the first packet of a unit, and only that, has the extension");
    if (mark) {
      const { wallMs, ...flags } = mark;
      const picture = Math.round(((wallMs - recordedFromMs) / 250) * 1000) / 1000;
      units.push({ ...flags, picture, sequence: sequenceNumber(packet), rtpTime: timestamp(packet) });
    }
    begins = hasMarker(packet);
  }
  return units;
}

/** The numbers of units with their marks: `4CD` is picture 4, a clean point behind a discontinuity. */
export const marksOf = (units: readonly Arrived[]): string =>
  units
    .map(
      ({ picture, cleanPoint, endOfSection, discontinuity, terminal }) =>
        `${picture}${cleanPoint ? "C" : ""}${endOfSection ? "E" : ""}${discontinuity ? "D" : ""}${terminal ? "T" : ""}`,
    )
    .join(" ");
