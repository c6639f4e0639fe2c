import { plain, type WebAnswer, type WebHandler, type WebRequest } from "./web.js";

export interface Route {
  /** The path, or where it ends in `/*`, all paths below it. */
  readonly path: string;
  /** Methods it answers; GET includes HEAD. */
  readonly methods: readonly string[];
  readonly handler: WebHandler;
}

/** Sends each request to the handler of its path; the longest path that fits wins. */
export class Router {
  readonly #exact = new Map<string, Route[]>();
  readonly #below: readonly Route[];

  constructor(routes: readonly Route[]) {
    for (const route of routes)
      if (!route.path.endsWith("/*")) this.#exact.set(route.path, [...(this.#exact.get(route.path) ?? []), route]);
    this.#below = routes
      .filter(({ path }) => path.endsWith("/*"))
      .toSorted((one, other) => other.path.length - one.path.length);
  }

  handle(request: WebRequest): Promise<WebAnswer> | WebAnswer {
    const routes =
      this.#exact.get(request.path) ?? this.#below.filter(({ path }) => request.path.startsWith(path.slice(0, -1)));
    if (routes.length === 0) return plain(404, `nothing is at ${request.path}`);
    const method = request.method === "HEAD" ? "GET" : request.method;
    const route = routes.find(({ methods }) => methods.includes(method));
    if (route) return route.handler(request);
    const allowed = [...new Set(routes.flatMap(({ methods }) => methods))];
    return plain(405, `the methods here are ${allowed.join(", ")}`, { Allow: allowed.join(", ") });
  }
}
