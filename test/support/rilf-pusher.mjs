// Passes on datagrams as RILF frames: rilf-pusher.mjs UDP-PORT HOST TCP-PORT big|little
import { createSocket } from "node:dgram";
import { connect } from "node:net";

const [udpPort, host, tcpPort, order] = process.argv.slice(2);
const connection = connect(Number(tcpPort), host);
connection.on("error", (error) => {
  console.error(error.message);
  process.exit(1);
});
connection.on("close", () => process.exit(0));
const socket = createSocket("udp4");
socket.on("message", (packet) => {
  const head = Buffer.from([0x24, 0, 0, 0]);
  if (order === "little") head.writeUInt16LE(packet.length, 2);
  else head.writeUInt16BE(packet.length, 2);
  connection.write(Buffer.concat([head, packet]));
});
socket.bind(Number(udpPort), "127.0.0.1");
