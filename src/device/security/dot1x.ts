import type { Emit } from "../change.js";
import { refusal } from "../refusal.js";
import type { Keystore } from "./keystore.js";
import type { ShelfState } from "./objects.js";
import { Shelf } from "./shelf.js";

/** One stage of an authentication by IEEE 802.1X. */
export interface Dot1xStage {
  readonly method: string;
  readonly identity?: string | undefined;
  readonly pathId?: string | undefined;
  readonly passphraseId?: string | undefined;
  readonly policyId?: string | undefined;
  readonly inner?: Dot1xStage | undefined;
}

export interface Dot1xConfiguration {
  readonly id: string;
  readonly alias?: string | undefined;
  readonly outer: Dot1xStage;
}

/** What is kept of IEEE 802.1X. */
export interface Dot1xState {
  readonly configurations: ShelfState<Dot1xConfiguration>;
  /** Ids of configurations by the tokens of network interfaces. */
  readonly interfaces: Readonly<Record<string, string>>;
}

/** What has to be known of the network interfaces. */
export interface Dot1xInterfaces {
  tokens(): readonly string[];
  /** Whether a wireless network on one of them refers to that configuration. */
  referToDot1x(id: string): boolean;
}

/** Outer methods, and the inner ones that go with each; EAP-TLS has none. */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  "EAP-PEAP": ["MSCHAPv2"],
  "EAP-TTLS": ["MSCHAPv2", "PAP"],
  "EAP-TLS": [],
};

/** The methods as the capabilities tell them: outer and inner. */
export const DOT1X_METHODS: readonly string[] = Object.entries(METHODS).flatMap(([outer, inner]) =>
  inner.length === 0 ? [outer] : inner.map((one) => `${outer}/${one}`),
);

const MAXIMUM_TEXT = 256;

/**
 * Configurations of IEEE 802.1X (Security §5.4). They are the camera's own: nothing of the computer's network is changed,
 * and nobody is authenticated by them.
 */
export class Dot1x {
  readonly configurations = new Shelf<Dot1xConfiguration>({
    prefix: "dot1x",
    maximum: 8,
    missing: "dot1x-configuration-id",
    full: "maximum-number-of-dot1x-configurations-reached",
  });
  #interfaces: Readonly<Record<string, string>> = {};

  constructor(
    private readonly keystore: Keystore,
    private readonly network: Dot1xInterfaces,
    private readonly emit: Emit,
  ) {
    const refers = (what: (stage: Dot1xStage) => string | undefined) => (id: string) =>
      this.configurations.list().some(({ outer }) => stagesOf(outer).some((stage) => what(stage) === id));
    keystore.referredBy({
      path: refers(({ pathId }) => pathId),
      passphrase: refers(({ passphraseId }) => passphraseId),
      policy: refers(({ policyId }) => policyId),
    });
  }

  add(outer: Dot1xStage, alias: string | undefined): string {
    this.#demandStages(outer);
    const { id } = this.configurations.add((id) => ({ id, alias, outer }));
    this.#changed();
    return id;
  }

  delete(id: string): void {
    this.configurations.delete(id, Object.values(this.#interfaces).includes(id) || this.network.referToDot1x(id));
    this.#changed();
  }

  /** The configuration of a network interface; undefined where it has none. */
  of(token: string): string | undefined {
    this.#demandInterface(token);
    return this.#interfaces[token];
  }

  assign(token: string, id: string): void {
    this.#demandInterface(token);
    this.configurations.get(id);
    this.#interfaces = { ...this.#interfaces, [token]: id };
    this.#changed();
  }

  unassign(token: string): void {
    this.#demandInterface(token);
    this.#interfaces = Object.fromEntries(Object.entries(this.#interfaces).filter(([one]) => one !== token));
    this.#changed();
  }

  snapshot(): Dot1xState {
    return { configurations: this.configurations.snapshot(), interfaces: this.#interfaces };
  }

  restore({ configurations, interfaces }: Dot1xState): void {
    this.configurations.restore(configurations);
    this.#interfaces = Object.fromEntries(Object.entries(interfaces).filter(([, id]) => this.configurations.has(id)));
  }

  #demandStages(outer: Dot1xStage): void {
    const { method, inner } = outer;
    const innerMethods = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
    if (!innerMethods) throw refusal("dot1x-method", `the methods are ${DOT1X_METHODS.join(", ")}`);
    if (innerMethods.length === 0) {
      if (inner) throw refusal("dot1x-method-combination", `${method} has no inner method`);
      if (outer.pathId === undefined) throw refusal("dot1x-method", `${method} takes a certification path`);
    } else {
      if (!inner) throw refusal("dot1x-method", `${method} takes an inner method`);
      if (!innerMethods.includes(inner.method) || inner.inner)
        throw refusal("dot1x-method-combination", `the methods are ${DOT1X_METHODS.join(", ")}`);
      if (inner.identity === undefined || inner.passphraseId === undefined)
        throw refusal("dot1x-method", `${inner.method} takes an identity and a passphrase`);
    }
    const { certificates, passphrases, policies } = this.keystore;
    for (const { pathId, passphraseId, policyId, identity } of stagesOf(outer)) {
      if (pathId !== undefined) certificates.paths.get(pathId);
      if (passphraseId !== undefined) passphrases.get(passphraseId);
      if (policyId !== undefined) policies.get(policyId);
      if ((identity?.length ?? 0) > MAXIMUM_TEXT)
        throw refusal("dot1x-method", `an identity has at most ${MAXIMUM_TEXT} characters`);
    }
  }

  #demandInterface(token: string): void {
    if (!this.network.tokens().includes(token))
      throw refusal("invalid-network-interface", "there is no such interface");
  }

  #changed(): void {
    this.emit({ slice: "security", what: "keystore" });
  }
}

const stagesOf = (stage: Dot1xStage): readonly Dot1xStage[] => [stage, ...(stage.inner ? stagesOf(stage.inner) : [])];
