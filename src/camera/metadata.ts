import { metadataFormat } from "#codec/metadata/payload";
import type { Device } from "#device/device";
import type { SensorReading } from "#device/health";
import { selectsSensor } from "#device/media/sensor-filter";
import { localStreamName } from "#device/media/stream-reference";
import { type EventFilter, noFilter } from "#events/filter";
import type { EventHub, Subscriber } from "#events/hub";
import type { Notification } from "#events/notification";
import type { Clock, Timer } from "#host/clock";
import type { SidePublication, SideRun, SideTrack } from "#media/side-track";
import { eventFilterOf } from "#onvif/mapping/event-filter";
import { writeMetadataStream } from "#onvif/mapping/metadata-stream";
import { messageOf } from "#util/errors";
import type { Logger } from "#util/log";

/** What metadata streams are made from. */
export interface MetadataParts {
  readonly device: Device;
  readonly hub: EventHub;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Which metadata goes to which stream. */
export interface MetadataPlace {
  /** Name of the stream. */
  readonly stream: string;
  readonly configurationToken: string;
}

/** Longest time from one document to the next, in ms; Streaming §5.1.2.1.1 recommends at most 1 s. */
const HEARTBEAT_MS = 900;
/** Shortest time from one telling of the whole state to the next, in ms, however many readers join. */
const STATE_MS = 200;

/** The metadata track of a stream: what its configuration lets through, one source for all readers of the stream. */
export const metadataTrack = (parts: MetadataParts, place: MetadataPlace): SideTrack => ({
  kind: "metadata",
  format: metadataFormat,
  start: (into) => new MetadataRun(parts, place, into),
});

/**
 * Writes documents: one with the state of all properties for whoever joins, at a synchronization point (Core §9.5) and
 * when the configuration has changed, one for each event as it happens, and one without events when nothing does. What
 * sensors say is in the first and the last, and told when it changes.
 */
class MetadataRun implements SideRun, Subscriber {
  readonly changedOnly = false;
  readonly #parts: MetadataParts;
  readonly #place: MetadataPlace;
  readonly #into: SidePublication;
  readonly #unsubscribe: readonly (() => void)[];
  /** The filter that is in force, and the text that it was read from; undefined for no events. */
  #filter: EventFilter | undefined;
  #filterText: string | undefined;
  /** What the hub tells while it is asked for the state. */
  #state: Notification[] | undefined = [];
  #toldStateMs = -Infinity;
  #writtenMs = 0;
  #stateTimer: Timer | undefined;
  #heartbeat: Timer | undefined;
  #isClosed = false;

  constructor(parts: MetadataParts, place: MetadataPlace, into: SidePublication) {
    this.#parts = parts;
    this.#place = place;
    this.#into = into;
    const { changes, media } = parts.device;
    this.#unsubscribe = [
      changes.subscribe((change) => {
        const isOurs = change.slice === "configurations" && change.configurationToken === place.configurationToken;
        if (isOurs || change.slice === "device") this.#tellState();
        else if (change.slice === "health" && change.what === "temperature" && this.#sensors().length > 0)
          this.#write([], this.#sensors());
      }),
      media.streams.synchronizationPoints.subscribe(({ profileToken }) => {
        if (this.#isOf(profileToken)) this.joined();
      }),
      parts.hub.subscribe(this),
    ];
    this.#tell();
    this.#beat();
  }

  /** As the configuration has it at this moment: the event that it has changed is judged by the new one already. */
  get filter(): EventFilter {
    return this.#wanted() ?? noFilter;
  }

  deliver(notification: Notification): void {
    if (!this.#wanted()) return;
    if (this.#state) this.#state.push(notification);
    else this.#write([notification], []);
  }

  joined(): void {
    const restMs = this.#toldStateMs + STATE_MS - this.#parts.clock.monotonic();
    if (restMs <= 0) return this.#tellState();
    this.#stateTimer ??= this.#parts.clock.after(restMs, () => this.#tellState());
  }

  close(): void {
    this.#isClosed = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#stateTimer?.cancel();
    this.#heartbeat?.cancel();
  }

  /** Undefined for no events. What clients set has been checked, what somebody has written into the run file has not. */
  #wanted(): EventFilter | undefined {
    const { device, log } = this.#parts;
    const { configurationToken } = this.#place;
    const text = device.media.metadata.configurations.find(configurationToken)?.eventFilter;
    if (text === this.#filterText) return this.#filter;
    this.#filterText = text;
    this.#filter = undefined;
    try {
      if (text !== undefined) this.#filter = eventFilterOf(text);
    } catch (error) {
      const reason = messageOf(error);
      log.warn("metadata has no events: their filter cannot be read", { configuration: configurationToken, reason });
    }
    return this.#filter;
  }

  #tellState(): void {
    this.#state = [];
    this.#parts.hub.synchronize(this);
    this.#tell();
  }

  #tell(): void {
    const state = this.#state ?? [];
    this.#state = undefined;
    this.#stateTimer?.cancel();
    this.#stateTimer = undefined;
    this.#toldStateMs = this.#parts.clock.monotonic();
    this.#write(state, this.#sensors());
  }

  /** What the sensors say that the configuration lets through. */
  #sensors(): readonly SensorReading[] {
    const { media, health } = this.#parts.device;
    const filter = media.metadata.configurations.find(this.#place.configurationToken)?.sensorFilter;
    return filter ? health.sensors.filter((sensor) => selectsSensor(filter, sensor)) : [];
  }

  #write(events: readonly Notification[], sensors: readonly SensorReading[]): void {
    this.#writtenMs = this.#parts.clock.monotonic();
    const utcMs = this.#parts.device.clock.now();
    this.#into.write(Buffer.from(writeMetadataStream({ events, sensors, utcMs })));
  }

  #beat(): void {
    if (this.#isClosed) return;
    const dueMs = this.#writtenMs + HEARTBEAT_MS - this.#parts.clock.monotonic();
    this.#heartbeat = this.#parts.clock.after(Math.max(dueMs, 0), () => {
      if (this.#parts.clock.monotonic() - this.#writtenMs >= HEARTBEAT_MS) this.#write([], this.#sensors());
      this.#beat();
    });
  }

  #isOf(profileToken: string): boolean {
    const { profiles, streams } = this.#parts.device.media;
    const stream = streams.streamOf(profiles.get(profileToken));
    const isHere = stream !== undefined && localStreamName(stream.reference) === this.#place.stream;
    return isHere && stream.metadata?.token === this.#place.configurationToken;
  }
}
