import { Signal } from "#util/signal";
import { Access, type AccessState } from "./access/access.js";
import { derivedPassword } from "./access/remote-user.js";
import { Auxiliary, type AuxiliaryState } from "./auxiliary.js";
import type { Change, Emit } from "./change.js";
import { CameraClock, type ClockState } from "./clock.js";
import { Detection } from "./detection.js";
import { Discovery, type DiscoveryMode } from "./discovery.js";
import { GeoLocations, type Location } from "./geo-location.js";
import { History, type HistoryState } from "./history.js";
import { Health } from "./health.js";
import { Hostname, type HostnameState } from "./hostname.js";
import { Io, type IoState } from "./io/io.js";
import { EventBrokers, type EventBrokerConfiguration } from "./event-brokers.js";
import { createIdentity, type Identity } from "./identity.js";
import { ActiveSessions } from "./media/active-sessions.js";
import { Media, type MediaState } from "./media/media.js";
import { Network, type NetworkState } from "./network.js";
import { Security, type SecurityState } from "./security/security.js";
import { initialScopes, Scopes, type Scope } from "./scopes.js";
import type { DeviceSetup } from "./setup.js";
import { SpeakerState } from "./speaker.js";
import { Storage, type StorageConfiguration } from "./storage.js";
import { defaultUserLimits, Users, type User } from "./users.js";

/** All that clients can change, as plain data. Further services add their slices. */
export interface DeviceState {
  readonly clock: ClockState;
  readonly hostname: HostnameState;
  readonly network: NetworkState;
  readonly discoveryMode: DiscoveryMode;
  readonly scopes: readonly Scope[];
  readonly users: readonly User[];
  readonly access: AccessState;
  readonly media: MediaState;
  readonly eventBrokers: readonly EventBrokerConfiguration[];
  readonly locations: readonly Location[];
  readonly storage: readonly StorageConfiguration[];
  readonly auxiliary: AuxiliaryState;
  readonly history: HistoryState;
  readonly security: SecurityState;
  readonly io: IoState;
}

const MAXIMUM_SCOPES = 64;

/**
 * The state of one camera and the rules of the standard on it. Each method checks everything first and then changes, or
 * throws a `Refusal` (`refusal.ts`) and leaves all as it was. Listeners of `changes` are called before the method returns.
 */
export class Device {
  readonly changes = new Signal<Change>();
  readonly identity: Identity;
  readonly clock: CameraClock;
  readonly hostname: Hostname;
  readonly network: Network;
  readonly discovery: Discovery;
  readonly scopes: Scopes;
  readonly users: Users;
  readonly access: Access;
  readonly media: Media;
  readonly activeSessions: ActiveSessions;
  readonly geoLocations: GeoLocations;
  readonly storage: Storage;
  readonly auxiliary: Auxiliary;
  readonly io: Io;
  readonly eventBrokers: EventBrokers;
  readonly history: History;
  readonly detection: Detection;
  readonly health: Health;
  readonly speaker: SpeakerState;
  readonly security: Security;

  /** `now` is the host's wall time in ms since the Unix epoch. Throws `device-setup` for a setup that contradicts itself. */
  constructor(setup: DeviceSetup, now: () => number) {
    const emit: Emit = (change) => this.changes.emit(change);
    const { clock, hostname } = setup;
    this.identity = createIdentity(setup.identity);
    this.clock = new CameraClock(
      {
        offsetMs: clock.offsetMs ?? 0,
        dateTimeType: clock.dateTimeType ?? "Manual",
        daylightSavings: clock.daylightSavings ?? true,
        timeZone: clock.timeZone ?? "UTC0",
      },
      now,
      () => this.network.ntpServerDefined,
      emit,
    );
    this.hostname = new Hostname(
      { fromDhcp: hostname.fromDhcp ?? false, name: hostname.name },
      hostname.dhcpName ?? hostname.name,
      emit,
    );
    this.network = new Network(
      setup.network,
      this.identity.macAddress,
      (token) => this.security.dot1xFit(token),
      () => this.clock.dateTimeType === "NTP",
      emit,
    );
    this.discovery = new Discovery(setup.discoveryMode ?? "Discoverable", emit);
    const scopes = initialScopes(setup.scopes, this.identity);
    this.scopes = new Scopes(scopes, setup.maximumScopes ?? Math.max(MAXIMUM_SCOPES, 2 * scopes.length), emit);
    const userLimits = { ...defaultUserLimits, ...setup.userLimits };
    const isUser = (username: string): boolean => this.users.has(username);
    this.access = new Access({ ...userLimits, lockoutMs: setup.lockoutMs ?? 0 }, isUser, emit);
    this.users = new Users(setup.users, userLimits, this.access, emit);
    this.health = new Health(setup.health ?? [], emit);
    const hasSensors = this.health.sensors.length > 0;
    const sounds = setup.speaker ?? [];
    this.io = new Io(setup.io ?? {}, sounds.length > 0, emit);
    this.media = new Media(
      setup.media,
      {
        serialNumber: this.identity.serialNumber,
        hasSensors,
        isOn: (protocol) => this.network.isOn(protocol),
        audioOutputs: this.io.audioOutputs,
        sounds,
      },
      emit,
    );
    this.activeSessions = new ActiveSessions((name, profile) => this.media.streams.playedAs(name, profile), emit);
    this.geoLocations = new GeoLocations(emit);
    this.storage = new Storage(emit);
    this.auxiliary = new Auxiliary(emit);
    this.history = new History(setup.lastResetMs, emit);
    this.detection = new Detection(
      this.media.video.sources.map(({ token }) => token),
      setup.tamperings ?? [],
      emit,
    );
    this.speaker = new SpeakerState(sounds, emit);
    this.security = new Security(
      setup.security ?? {},
      () => this.clock.now(),
      () => this.network.isOn("HTTPS"),
      {
        tokens: () => this.network.interfaces.map(({ token }) => token),
        referToDot1x: (token) => this.network.refersToDot1x(token),
      },
      (name) => this.access.roles.has(name),
      emit,
    );
    this.eventBrokers = new EventBrokers(this.security.keystore, emit);
  }

  /**
   * Who may log in under that name, and with which password: one of the users, or the remote user, who has the rights of
   * an Operator.
   */
  account(username: string): User | undefined {
    const user = this.users.find(username);
    const remote = this.access.remoteUser.user;
    if (user || remote?.username !== username || remote.password === undefined) return user;
    const password = remote.usesDerivedPassword
      ? derivedPassword(username, remote.password, this.identity.endpointAddress)
      : remote.password;
    return { username, password, level: "Operator" };
  }

  /** The state for the run file; it shares nothing that changes. Holds passwords. */
  snapshot(): DeviceState {
    return {
      clock: this.clock.snapshot(),
      hostname: this.hostname.snapshot(),
      network: this.network.snapshot(),
      discoveryMode: this.discovery.mode,
      scopes: this.scopes.list(),
      users: this.users.snapshot(),
      access: this.access.snapshot(),
      media: this.media.snapshot(),
      eventBrokers: this.eventBrokers.snapshot(),
      locations: this.geoLocations.list(),
      storage: this.storage.snapshot(),
      auxiliary: this.auxiliary.state,
      history: this.history.snapshot(),
      security: this.security.snapshot(),
      io: this.io.snapshot(),
    };
  }

  /**
   * Takes over a state that a camera of the same setup had. Refuses with `state-mismatch`, or with the code of the rule
   * that a value breaks, one that does not fit; then nothing has changed.
   */
  restore(state: DeviceState): void {
    const commits = [
      this.clock.prepare(state.clock),
      this.hostname.prepare(state.hostname),
      this.network.prepare(state.network),
      this.discovery.prepare(state.discoveryMode),
      this.scopes.prepare(state.scopes),
      this.users.prepare(state.users),
      this.access.prepare(state.access),
      this.media.prepare(state.media),
      this.eventBrokers.prepare(state.eventBrokers),
      this.geoLocations.prepare(state.locations),
      this.storage.prepare(state.storage),
      this.auxiliary.prepare(state.auxiliary),
      this.history.prepare(state.history),
      this.security.prepare(state.security),
      this.io.prepare(state.io),
    ];
    for (const commit of commits) commit();
    this.changes.emit({ slice: "device", what: "restored" });
  }
}

/** A camera as `setup` describes it. */
export const createDevice = (setup: DeviceSetup, now: () => number): Device => new Device(setup, now);
