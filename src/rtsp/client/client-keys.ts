import type { Clock } from "#host/clock";
import type { Entropy } from "#host/entropy";
import { defaultSrtpSuite, mikeyOf, type MikeySrtpKey } from "#wire/mikey/srtp-keys";
import { writeMikey } from "#wire/mikey/write";
import { toNtp } from "#wire/rtp/ntp";
import { formatKeyMgmt } from "#wire/rtsp/headers/key-mgmt";
import { SrtpProtector } from "#wire/srtp/protect";
import type { SrtpMasterKey } from "#wire/srtp/suite";

const RANDOM_BYTES = 16;

/** The keys under which a client of one server reports, and the one that it offers where the server has not told any. */
export class ClientKeys {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #ssrc: number;
  readonly #protectors: SrtpProtector[] = [];
  #own: MikeySrtpKey | undefined;

  /** `ssrc` is that of our reports. */
  constructor(clock: Clock, entropy: Entropy, ssrc: number) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#ssrc = ssrc;
  }

  get own(): MikeySrtpKey {
    return (this.#own ??= { key: this.#newKey(), rollovers: new Map() });
  }

  /** The header KeyMgmt that tells our own key (RFC 4567 §3.2). */
  message(): string {
    const message = mikeyOf({
      key: this.own.key,
      ssrc: this.#ssrc,
      rollovers: 0,
      time: toNtp(this.#clock.now()),
      random: this.#entropy.bytes(RANDOM_BYTES),
      bundleId: this.#entropy.bytes(4).readUInt32BE(),
    });
    return formatKeyMgmt({ protocol: "mikey", uri: "", data: writeMikey(message) });
  }

  /** One for each key: the tracks report under one SSRC, and no index may be used twice with a key (RFC 3711 §9.1). */
  protectorOf(master: SrtpMasterKey): SrtpProtector {
    const known = this.#protectors.find(({ master: one }) => isSame(one, master));
    if (known) return known;
    const protector = new SrtpProtector(master);
    this.#protectors.push(protector);
    return protector;
  }

  #newKey(): SrtpMasterKey {
    const suite = defaultSrtpSuite;
    const [key, salt] = [this.#entropy.bytes(suite.keyBytes), this.#entropy.bytes(suite.saltBytes)];
    return { suite, key, salt, mki: new Uint8Array() };
  }
}

const isSame = (a: SrtpMasterKey, b: SrtpMasterKey): boolean =>
  a.suite === b.suite && Buffer.compare(a.key, b.key) === 0 && Buffer.compare(a.salt, b.salt) === 0;
