import { isDnsName } from "./addresses.js";
import type { Emit } from "./change.js";
import { refusal } from "./refusal.js";

/** How the camera is called; `name` is the one set by hand and stays known while DHCP gives another. */
export interface HostnameState {
  readonly fromDhcp: boolean;
  readonly name: string;
}

/** The camera's host name (Core §8.2.1–8.2.3). Nothing of the host is changed. */
export class Hostname {
  #state: HostnameState;

  /** `dhcpName` stands for the name that a DHCP server would give. */
  constructor(
    state: HostnameState,
    private readonly dhcpName: string,
    private readonly emit: Emit,
  ) {
    this.#state = state;
  }

  /** GetHostname: the name in force, empty if there is none. */
  get(): HostnameState {
    const { fromDhcp, name } = this.#state;
    return { fromDhcp, name: fromDhcp ? this.dhcpName : name };
  }

  /** SetHostname: an empty name asks for the one from DHCP. */
  set(name: string): void {
    if (name !== "" && !isDnsName(name))
      throw refusal("invalid-hostname", "a host name has labels of letters, digits and inner hyphens", {
        name: name.slice(0, 256),
      });
    this.#state = name === "" ? { ...this.#state, fromDhcp: true } : { fromDhcp: false, name };
    this.emit({ slice: "hostname", what: "set" });
  }

  /** SetHostnameFromDHCP. */
  setFromDhcp(fromDhcp: boolean): void {
    this.#state = { ...this.#state, fromDhcp };
    this.emit({ slice: "hostname", what: "set" });
  }

  snapshot(): HostnameState {
    return this.#state;
  }

  /** Checks a saved state; the result puts it in force. */
  prepare(state: HostnameState): () => void {
    // A host may have given the camera a name that clients could not set.
    if (state.name !== "" && state.name !== this.#state.name && !isDnsName(state.name))
      throw refusal("state-mismatch", "the saved host name is not one", { name: state.name.slice(0, 256) });
    return () => {
      this.#state = { ...state };
    };
  }
}
