import type { Clock } from "#host/clock";
import type { Host } from "#host/host";
import type { LocalConnection, LocalSockets } from "#host/local";
import { CodedError, messageOf } from "#util/errors";
import type { Closable } from "#util/scope";
import { Exit, EXIT_NOT_RUNNING, EXIT_USAGE } from "./exit.js";

/*
 * How commands talk to the program that runs: over a socket file beside the cfg files, which only its owner may use. One
 * line of JSON goes there, one comes back, and that is it.
 */

/** An event to raise; without a topic the events are listed. */
export interface EventOrder {
  readonly topic?: string;
  readonly items: readonly (readonly [name: string, value: string])[];
}

type Answer = { readonly said: string } | { readonly refused: string };

/** Longest line, in bytes, time for it, in ms, and how many may talk at once. */
const MAX_LINE_BYTES = 1024 * 1024;
const TIMEOUT_MS = 5_000;
const MAX_CONNECTIONS = 8;

/** Carries out the orders that come; what `obey` throws as a `CodedError` is told. A file that was left over is replaced. */
export async function openControl(
  { local, clock, files }: Pick<Host, "local" | "clock" | "files">,
  path: string,
  obey: (order: EventOrder) => string,
): Promise<Closable> {
  await files.remove(path).catch(() => {});
  const connections = new Set<LocalConnection>();
  const listener = await local.listen(path, (connection) => {
    if (connections.size >= MAX_CONNECTIONS) return void connection.destroy();
    connections.add(connection);
    connection.once("close", () => connections.delete(connection));
    void lineFrom(connection, clock).then(
      (line) => connection.end(`${JSON.stringify(answer(line, obey))}\n`),
      () => connection.destroy(),
    );
  });
  return {
    close: async () => {
      await listener.close();
      for (const connection of connections) connection.destroy();
      await files.remove(path).catch(() => {});
    },
  };
}

function answer(line: string, obey: (order: EventOrder) => string): Answer {
  try {
    return { said: obey(orderFrom(line)) };
  } catch (error) {
    return { refused: messageOf(error) };
  }
}

function orderFrom(line: string): EventOrder {
  const order: unknown = JSON.parse(line);
  const isPair = (item: unknown): item is [string, string] =>
    Array.isArray(item) && item.length === 2 && item.every((part) => typeof part === "string");
  if (typeof order !== "object" || order === null || !("items" in order) || !Array.isArray(order.items))
    throw new CodedError("control-order", "the order is not understood");
  const topic = "topic" in order ? order.topic : undefined;
  const items: readonly unknown[] = order.items;
  if (!items.every(isPair) || (topic !== undefined && typeof topic !== "string"))
    throw new CodedError("control-order", "the order is not understood");
  return { items, ...(topic !== undefined && { topic }) };
}

/** Gives an order to the program that runs, and returns what it says. Throws `Exit` when there is none, or it refuses. */
export async function command(local: LocalSockets, clock: Clock, path: string, order: EventOrder): Promise<string> {
  let connection: LocalConnection;
  try {
    connection = await local.connect(path);
  } catch (error) {
    const code = error instanceof CodedError ? error.code : "";
    if (code === "ENOENT" || code === "ECONNREFUSED")
      throw new Exit(
        EXIT_NOT_RUNNING,
        "it does not run with these cfg files; start it, or name their folder with -c DIR",
      );
    throw new Exit(1, `it cannot be spoken to: ${messageOf(error)}`);
  }
  connection.write(`${JSON.stringify(order)}\n`);
  const line = await lineFrom(connection, clock).catch((error: unknown) => {
    throw new Exit(1, messageOf(error));
  });
  connection.destroy();
  const said = JSON.parse(line) as Answer;
  if ("refused" in said) throw new Exit(EXIT_USAGE, said.refused);
  return said.said;
}

function lineFrom(connection: LocalConnection, clock: Clock): Promise<string> {
  return new Promise((done, failed) => {
    let text = "";
    const timer = clock.after(TIMEOUT_MS, () => fail("it has not answered"));
    const fail = (reason: string): void => {
      timer.cancel();
      connection.destroy();
      failed(new CodedError("control-line", reason));
    };
    connection.setEncoding("utf8");
    connection.on("data", (chunk: string) => {
      text += chunk;
      const end = text.indexOf("\n");
      if (end < 0 && text.length <= MAX_LINE_BYTES) return;
      if (end < 0) return fail("the line is too long");
      timer.cancel();
      connection.removeAllListeners("data").pause();
      done(text.slice(0, end));
    });
    connection.once("close", () => fail("it has closed the connection"));
  });
}
