import { describe, expect, it } from "vitest";
import { PeerTable } from "#rtsp/server/transport/peer-table";

const here = { address: "192.0.2.20" };
const packet = Buffer.of(1);

/** A table with a peer for each port; tells which of them has taken a datagram. */
function tableOf(...ports: readonly number[]) {
  const table = new PeerTable();
  const taken: number[] = [];
  const remove = ports.map((port) => table.add(here.address, port, () => taken.push(port)));
  const from = (port: number, address = here.address): number[] => {
    table.hand(packet, { address, port });
    return taken.splice(0);
  };
  return { from, remove };
}

describe("who takes a datagram", () => {
  it("is the peer that has named the port", () => {
    const { from } = tableOf(4000, 5000);
    expect([from(5000), from(4000), from(5000)]).toEqual([[5000], [4000], [5000]]);
  });

  it("is the only peer there is, whatever its port, but not its address", () => {
    const { from } = tableOf(4000);
    expect([from(4000), from(9999), from(4000, "192.0.2.66")]).toEqual([[4000], [4000], []]);
  });

  it("is the only peer of that address that nothing has come from yet, and from then on", () => {
    const { from } = tableOf(4000, 5000);
    expect([from(4000), from(6000), from(6000), from(7000)]).toEqual([[4000], [5000], [5000], []]);
  });

  it("is nobody when two peers of that address could be meant", () => {
    const { from } = tableOf(4000, 5000);
    expect(from(6000)).toEqual([]);
  });

  it("is nobody of another address", () => {
    const { from } = tableOf(4000, 5000);
    expect([from(4000, "192.0.2.66"), from(4000)]).toEqual([[], [4000]]);
  });

  it("is nobody that has left, nor by the port that its packets came from", () => {
    const { from, remove } = tableOf(4000, 5000, 6000);
    expect([from(4000), from(5000), from(7000)]).toEqual([[4000], [5000], [6000]]);
    remove[2]?.();
    expect([from(6000), from(7000)]).toEqual([[], []]);
    remove[1]?.();
    remove[0]?.();
    expect(from(4000)).toEqual([]);
  });

  it("is known again when it comes back with the same port", () => {
    const table = new PeerTable();
    const taken: string[] = [];
    const removeFirst = table.add(here.address, 4000, () => taken.push("first"));
    table.add(here.address, 4000, () => taken.push("second"));
    removeFirst();
    table.hand(packet, { ...here, port: 4000 });
    expect(taken).toEqual(["second"]);
  });
});
