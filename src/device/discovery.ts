import type { Emit } from "./change.js";

/** Whether the camera announces itself and answers probes (Core §7.2). */
export type DiscoveryMode = "Discoverable" | "NonDiscoverable";

/** The discovery mode (Core §8.3.18–8.3.19). */
export class Discovery {
  #mode: DiscoveryMode;

  constructor(
    mode: DiscoveryMode,
    private readonly emit: Emit,
  ) {
    this.#mode = mode;
  }

  get mode(): DiscoveryMode {
    return this.#mode;
  }

  setDiscoveryMode(mode: DiscoveryMode): void {
    this.#mode = mode;
    this.emit({ slice: "discovery", what: "mode" });
  }

  prepare(mode: DiscoveryMode): () => void {
    return () => {
      this.#mode = mode;
    };
  }
}
