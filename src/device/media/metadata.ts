import type { Emit } from "../change.js";
import { refusal } from "../refusal.js";
import { Configurations } from "./configurations.js";
import { demandSensorFilter, type SensorFilter } from "./sensor-filter.js";
import { demandMulticast, demandNewName, timeoutWithin } from "./settings.js";
import type { MetadataConfiguration, MulticastConfiguration } from "./types.js";

const MAXIMUM_FILTER_LENGTH = 1024;

/** SetMetadataConfiguration; what is absent stays. In `eventFilter` null takes the events out. */
export interface MetadataSetting {
  readonly token: string;
  readonly name?: string | undefined;
  readonly ptzStatus?: boolean | undefined;
  readonly ptzPosition?: boolean | undefined;
  readonly analytics?: boolean | undefined;
  readonly eventFilter?: string | null | undefined;
  /** Null takes the sensor data out. */
  readonly sensorFilter?: SensorFilter | null | undefined;
  readonly multicast?: MulticastConfiguration | undefined;
  readonly sessionTimeoutMs?: number | undefined;
}

/** What a client may choose (Media §5.10.5). */
export interface MetadataOptions {
  readonly ptzStatusSupported: boolean;
  readonly ptzPositionSupported: boolean;
  readonly sensorsSupported: boolean;
}

/** The metadata configurations (Media §5.10, Media2 §5.2.8). */
export class Metadata {
  readonly configurations: Configurations<MetadataConfiguration>;

  constructor(
    configurations: readonly MetadataConfiguration[],
    /** Whether the camera has sensors to tell of. */
    private readonly hasSensors: boolean,
    private readonly emit: Emit,
  ) {
    this.configurations = new Configurations(configurations);
  }

  /** Nothing tells a PTZ position as long as no slice has one. */
  options(): MetadataOptions {
    return { ptzStatusSupported: false, ptzPositionSupported: false, sensorsSupported: this.hasSensors };
  }

  /** SetMetadataConfiguration (Media §5.10.6, Media2 §5.3.3). */
  setConfiguration(setting: MetadataSetting): void {
    const present = this.configurations.get(setting.token);
    const { ptzStatus = present.ptzStatus, ptzPosition = present.ptzPosition } = setting;
    const { eventFilter = present.eventFilter ?? null } = setting;
    const { sensorFilter = present.sensorFilter ?? null } = setting;
    const options = this.options();
    if ((ptzStatus && !options.ptzStatusSupported) || (ptzPosition && !options.ptzPositionSupported))
      throw refusal("config-modify", "this camera has no PTZ to tell of", { ptzStatus, ptzPosition });
    if (eventFilter !== null && eventFilter.length > MAXIMUM_FILTER_LENGTH)
      throw refusal("config-modify", `an event filter has at most ${MAXIMUM_FILTER_LENGTH} characters`);
    if (sensorFilter !== null && !options.sensorsSupported)
      throw refusal("config-modify", "this camera has no sensors to tell of");
    if (sensorFilter !== null) demandSensorFilter(sensorFilter);
    this.configurations.replace({
      token: present.token,
      name: demandNewName(setting.name, present),
      ptzStatus,
      ptzPosition,
      analytics: setting.analytics ?? present.analytics,
      ...(eventFilter === null ? {} : { eventFilter }),
      ...(sensorFilter === null ? {} : { sensorFilter }),
      multicast: demandMulticast(setting.multicast ?? present.multicast),
      sessionTimeoutMs: timeoutWithin(setting.sessionTimeoutMs ?? present.sessionTimeoutMs),
    });
    this.emit({ slice: "configurations", what: "set", kind: "metadata", configurationToken: setting.token });
  }
}
