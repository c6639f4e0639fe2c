import type { Connection, Net } from "./net.js";

/**
 * Connects to a host, for as long as `signal` is not aborted: with that the attempt is given up, or the connection destroyed.
 * Rejects with the reason of the signal, or as `Net.connect` does.
 */
export async function dial(net: Net, address: string, port: number, signal: AbortSignal): Promise<Connection> {
  signal.throwIfAborted();
  const dialing = net.connect(address, port);
  const giveUp = (): void => void dialing.then((connection) => connection.destroy()).catch(() => {});
  signal.addEventListener("abort", giveUp);
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
  const connection = await Promise.race([dialing, aborted]);
  connection.once("close", () => signal.removeEventListener("abort", giveUp));
  return connection;
}
