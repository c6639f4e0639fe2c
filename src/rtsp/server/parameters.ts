const MAX_PARAMETERS = 32;
const MAX_VALUE_BYTES = 1024;

/** What SET_PARAMETER has set and GET_PARAMETER reads back (RFC 2326 §10.8, §10.9); nothing here has an effect. */
export class ParameterStore {
  /** Made with the first one: most clients set none. */
  #values: Map<string, string> | undefined;

  /** Takes the lines `name: value` of a body of type `text/parameters`; what is too much is passed over. */
  set(body: string): void {
    for (const line of body.split(/\r?\n/)) {
      const colon = line.indexOf(":");
      const name = line.slice(0, colon).trim();
      if (colon < 1 || line.length > MAX_VALUE_BYTES) continue;
      const values = (this.#values ??= new Map<string, string>());
      if (values.has(name) || values.size < MAX_PARAMETERS) values.set(name, line.slice(colon + 1).trim());
    }
  }

  /** The lines for those names of `body` that have been set. */
  get(body: string): string {
    const names = body.split(/\r?\n/).map((line) => line.trim());
    const values = this.#values;
    return names.flatMap((name) => (values?.has(name) ? [`${name}: ${values.get(name)}\r\n`] : [])).join("");
  }
}
