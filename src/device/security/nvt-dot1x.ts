import type { Emit } from "../change.js";
import { refusal } from "../refusal.js";
import { isToken } from "../tokens.js";
import type { Dot1xFit } from "../wireless.js";
import type { Dot1xInterfaces } from "./dot1x.js";
import type { Keystore } from "./keystore.js";

/** A configuration of IEEE 802.1X as the device service has it (Core, deprecated). The password is never told. */
export interface NvtDot1x {
  readonly token: string;
  readonly identity: string;
  readonly anonymousId?: string | undefined;
  /** Number that IANA gave the EAP method. */
  readonly eapMethod: number;
  readonly authorityIds: readonly string[];
  /** For EAP-TLS. */
  readonly certificateId?: string | undefined;
  readonly password?: string | undefined;
}

const EAP_MD5 = 4;
const EAP_TLS = 13;
/** MD5 challenge, TLS, TTLS, PEAP, MSCHAPv2. */
export const EAP_METHODS: readonly number[] = [EAP_MD5, EAP_TLS, 21, 25, 26];
/** Most configurations. */
export const MAXIMUM_DOT1X = 8;
const MAXIMUM_TEXT = 256;

/** Configurations of IEEE 802.1X that the device service makes; emulated as those of the security service are. */
export class NvtDot1xs {
  #all: readonly NvtDot1x[] = [];

  constructor(
    private readonly keystore: Keystore,
    private readonly network: Pick<Dot1xInterfaces, "referToDot1x">,
    private readonly emit: Emit,
  ) {
    keystore.referredBy({
      certificate: (id) =>
        this.#all.some(({ authorityIds, certificateId }) => certificateId === id || authorityIds.includes(id)),
    });
  }

  list(): readonly NvtDot1x[] {
    return this.#all;
  }

  get(token: string): NvtDot1x {
    const found = this.#all.find((one) => one.token === token);
    if (!found) throw refusal("invalid-argument", "there is no such configuration", { token });
    return found;
  }

  create(configuration: NvtDot1x): void {
    if (!isToken(configuration.token)) throw refusal("invalid-argument", "a token is 1 to 64 printable characters");
    if (this.#all.some(({ token }) => token === configuration.token))
      throw refusal("invalid-argument", "that token is in use");
    if (this.#all.length >= MAXIMUM_DOT1X)
      throw refusal("maximum-number-of-dot1x-configurations-reached", `at most ${MAXIMUM_DOT1X} configurations`);
    this.#demandGood(configuration);
    this.#set([...this.#all, configuration]);
  }

  /** Without a password the one that there is stays, since nobody can read it to send it again. */
  set(configuration: NvtDot1x): void {
    const { password } = this.get(configuration.token);
    const next = { ...configuration, password: configuration.password ?? password };
    this.#demandGood(next);
    this.#set(this.#all.map((one) => (one.token === next.token ? next : one)));
  }

  /** All or none; all of them when none is named. None that a wireless network refers to. */
  delete(tokens: readonly string[]): void {
    for (const token of tokens) this.get(token);
    const leaving = this.#all.filter(({ token }) => tokens.length === 0 || tokens.includes(token));
    const used = leaving.find(({ token }) => this.network.referToDot1x(token));
    if (used)
      throw refusal("reference-exists", "a wireless network refers to that configuration", { token: used.token });
    this.#set(this.#all.filter((one) => !leaving.includes(one)));
  }

  /** The MD5 challenge makes no keys, which a wireless network needs (RFC 4017 §2.2). */
  fit(token: string): ReturnType<Dot1xFit> {
    const found = this.#all.find((one) => one.token === token);
    if (!found) return "missing";
    return found.eapMethod === EAP_MD5 ? "incompatible" : "fits";
  }

  restore(saved: readonly NvtDot1x[]): void {
    this.#all = saved.slice(0, MAXIMUM_DOT1X);
  }

  #demandGood({ identity, anonymousId = "", eapMethod, authorityIds, certificateId, password = "" }: NvtDot1x): void {
    if (!EAP_METHODS.includes(eapMethod)) throw refusal("invalid-argument", "that EAP method is not known");
    if ([identity, anonymousId, password].some(({ length }) => length > MAXIMUM_TEXT))
      throw refusal("invalid-argument", `no text has more than ${MAXIMUM_TEXT} characters`);
    for (const id of authorityIds) this.keystore.certificates.shelf.get(id);
    if (certificateId !== undefined) this.keystore.certificates.shelf.get(certificateId);
    if (eapMethod === EAP_TLS && certificateId === undefined)
      throw refusal("invalid-argument", "EAP-TLS takes a certificate");
  }

  #set(all: readonly NvtDot1x[]): void {
    this.#all = all;
    this.emit({ slice: "security", what: "keystore" });
  }
}
