// A host that hears and says datagrams, for a network namespace of its own. Arguments: interface, then the multicast
// groups to listen on as address,port. Each line on standard input is {"to","port","text"}, sent from a port of its own;
// each line on standard output {"at","from","port","text"}: at is the group, or "reply" for that port.
import { createSocket } from "node:dgram";
import { createInterface } from "node:readline";

const [, , link, ...groups] = process.argv;
const say = (at) => (data, from) =>
  process.stdout.write(`${JSON.stringify({ at, from: from.address, port: from.port, text: data.toString("utf8") })}\n`);

const open = (type, port, ready) => {
  const socket = createSocket({ type, reuseAddr: true });
  socket.bind(port, () => ready?.(socket));
  return socket;
};
for (const group of groups) {
  const [address, port] = group.split(",");
  const isIpv6 = address.includes(":");
  const socket = open(isIpv6 ? "udp6" : "udp4", Number(port), () => {
    if (isIpv6) socket.addMembership(address, `::%${link}`);
    else socket.addMembership(address);
  });
  socket.on("message", say(address));
}
const replies = {
  udp4: open("udp4", 0),
  udp6: open("udp6", 0, (socket) => socket.setMulticastInterface(`::%${link}`)),
};
for (const socket of Object.values(replies)) socket.on("message", say("reply"));
createInterface({ input: process.stdin }).on("line", (line) => {
  const { to, port, text } = JSON.parse(line);
  replies[to.includes(":") ? "udp6" : "udp4"].send(text, port, to);
});
process.stdin.on("end", () => process.exit(0));
process.stdout.write(`${JSON.stringify({ at: "ready", from: "", port: 0, text: "" })}\n`);
