import type { MediaFormat } from "#codec/format";
import type { AccessUnit, PacketRun } from "#media/access-unit";
import type { BackChannel } from "#media/back-channel";
import type { MediaDescription } from "#media/description";
import type { Path } from "#media/path";
import type { FirstPacket, Reader, Reading } from "#media/reader";
import type { StreamDirectory, StreamLease, StreamRequest, StreamRules } from "#rtsp/server/directory";
import { Refusal } from "#util/errors";
import { writeRtpHeader } from "#wire/rtp/packet";
import type { FakeClock } from "./fake-clock.js";

export const h264: MediaFormat = {
  kind: "video",
  encodingName: "H264",
  payloadType: 96,
  clockRate: 90_000,
  fmtp: "packetization-mode=1;profile-level-id=42001F",
  width: 1280,
  height: 720,
  frameRate: 25,
  bitrateKbps: 4000,
};

export const pcmu: MediaFormat = { kind: "audio", encodingName: "PCMU", payloadType: 0, clockRate: 8000, channels: 1 };

export const mp2t: MediaFormat = { kind: "video", encodingName: "MP2T", payloadType: 33, clockRate: 90_000 };

export interface FakeUnit {
  readonly randomAccess?: boolean;
  /** Lengths of the packets' payloads (one of 100 bytes unless given). */
  readonly packets?: readonly number[];
}

interface FakeTrack {
  readonly format: MediaFormat;
  sequence: number;
  /** Units since the last random access point. */
  group: AccessUnit[];
}

/**
 * A path that the test publishes on by hand. RTP time is the fake clock's, from 1000 on; SSRCs are 0x1000 + track, the
 * sequence numbers of track n start at 100 × (n + 1).
 */
export class FakePath implements Path {
  readonly description: MediaDescription;
  /** Leases that are open. */
  leases = 0;
  /** Readings that are open. */
  readings = 0;
  /** Rules for RTSP clients that the directory gives out with it. */
  rules: StreamRules = {};
  /** Keeps units since the last random access point for readers that join. */
  cache = true;
  readonly #tracks: readonly FakeTrack[];
  #playing: { readonly reader: Reader; readonly tracks: readonly number[] }[] = [];
  readonly #startedMs: number;

  constructor(
    readonly name: string,
    private readonly clock: FakeClock,
    formats: readonly MediaFormat[] = [h264, pcmu],
    durationSeconds?: number,
  ) {
    this.#tracks = formats.map((format, index) => ({ format, sequence: 100 * (index + 1), group: [] }));
    this.#startedMs = clock.monotonic();
    const tracks = formats.map((format) => ({ format, direction: "recvonly" as const }));
    this.description = { title: name, tracks, ...(durationSeconds !== undefined && { durationSeconds }) };
  }

  /** Readers that play. */
  get players(): number {
    return this.#playing.length;
  }

  ssrc(track: number): number {
    return 0x1000 + track;
  }

  /** Publishes a unit of a track, now. */
  publish(track: number, { randomAccess = true, packets = [100] }: FakeUnit = {}): AccessUnit {
    const state = this.#tracks[track];
    if (!state) throw new Error(`no track ${track}`);
    const pts = Math.round(((this.clock.monotonic() - this.#startedMs) * state.format.clockRate) / 1000);
    const rtp = aRun(state.format.payloadType, this.ssrc(track), state.sequence, 1000 + pts, packets);
    const unit: AccessUnit = { track, pts, wallMs: this.clock.now(), randomAccess, payload: [], rtp };
    state.sequence = (state.sequence + packets.length) % 65_536;
    state.group = randomAccess ? [unit] : [...state.group, unit];
    for (const { reader, tracks } of [...this.#playing])
      if (tracks.includes(track)) reader.deliver(unit, this.clock.monotonic());
    return unit;
  }

  /** The source has ended; a reading that plays again goes on with what is published then. */
  end(reason: string): void {
    const players = this.#playing;
    this.#playing = [];
    for (const { reader } of players) reader.ended(reason);
  }

  read(reader: Reader, tracks: readonly number[]): Reading {
    this.readings++;
    const entry = { reader, tracks };
    let isOpen = true;
    const pause = (): void => {
      this.#playing = this.#playing.filter((other) => other !== entry);
    };
    return {
      first: (track) => this.#first(track),
      play: () => {
        if (!isOpen || this.#playing.includes(entry)) return;
        this.#playing.push(entry);
        if (this.cache)
          for (const track of tracks)
            for (const unit of this.#tracks[track]?.group ?? []) reader.deliver(unit, this.clock.monotonic());
      },
      pause,
      renew: () => {},
      close: () => {
        pause();
        if (isOpen) this.readings--;
        isOpen = false;
      },
    };
  }

  #first(track: number): FirstPacket | undefined {
    const state = this.#tracks[track];
    const [unit] = state?.group ?? [];
    if (!state || !unit) return undefined;
    const { sequence, rtpTime } = this.cache ? unit.rtp : { sequence: state.sequence, rtpTime: unit.rtp.rtpTime };
    return { ssrc: this.ssrc(track), sequence, rtpTime };
  }
}

/** Packets whose payload bytes are their number within the unit. */
function aRun(type: number, ssrc: number, sequence: number, rtpTime: number, payloads: readonly number[]): PacketRun {
  const packets = payloads.map((length, index) => {
    const packet = Buffer.alloc(12 + length, index);
    writeRtpHeader(packet, 0, index === payloads.length - 1, type, (sequence + index) % 65_536, rtpTime, ssrc);
    return packet;
  });
  const framed = new Map<number, Buffer>();
  return {
    count: packets.length,
    bytes: packets.reduce((sum, packet) => sum + packet.length, 0),
    sequence,
    rtpTime: rtpTime % 2 ** 32,
    interleaved: (channel) => {
      const made =
        framed.get(channel) ?? Buffer.concat(packets.flatMap((packet) => [frameHeader(channel, packet), packet]));
      framed.set(channel, made);
      return made;
    },
    release: () => {},
    packet: (index) => packets[index] ?? Buffer.alloc(0),
  };
}

const frameHeader = (channel: number, { length }: Buffer): Buffer =>
  Buffer.of(0x24, channel, length >> 8, length & 0xff);

/** Paths by name. Names that start with `late` wait until `release`, `failing` ones are never ready. */
export class FakeDirectory implements StreamDirectory {
  /** Other names that are not ready. */
  readonly failing = new Set<string>();
  readonly requests: StreamRequest[] = [];
  /** Where clients can talk. */
  backChannel: BackChannel | undefined;
  replay?: NonNullable<StreamDirectory["replay"]>;
  transportStream?: NonNullable<StreamDirectory["transportStream"]>;
  readonly #paths = new Map<string, FakePath>();
  #waiting: (() => void)[] = [];

  add(path: FakePath): FakePath {
    this.#paths.set(path.name, path);
    return path;
  }

  remove(name: string): void {
    this.#paths.delete(name);
  }

  /** Lets those go on that wait for a late path. */
  release(): void {
    for (const go of this.#waiting.splice(0)) go();
  }

  async open(request: StreamRequest): Promise<StreamLease> {
    this.requests.push(request);
    if (request.name.startsWith("failing") || this.failing.has(request.name))
      throw new Refusal("path-not-ready", "the source has failed");
    const path = this.#paths.get(request.name);
    if (!path) throw new Refusal("path-not-found", "no such path");
    if (request.name.startsWith("late")) await new Promise<void>((go) => this.#waiting.push(go));
    return this.#lease(path);
  }

  /** Every stream can be had as a transport stream, which is this path. */
  addTransportStream(path: FakePath): FakePath {
    this.transportStream = () => Promise.resolve(this.#lease(path));
    return path;
  }

  #lease(path: FakePath): StreamLease {
    path.leases++;
    let isOpen = true;
    return {
      path,
      description: path.description,
      rules: path.rules,
      close: () => {
        if (isOpen) path.leases--;
        isOpen = false;
        return Promise.resolve();
      },
    };
  }
}
