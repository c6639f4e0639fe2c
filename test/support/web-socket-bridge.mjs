// Lets a player that knows TCP only reach RTSP through a WebSocket: node web-socket-bridge.mjs PORT URL
import { createServer } from "node:net";
import { createWebSocketStream, WebSocket } from "ws";

const [, , port, url] = process.argv;
const bridge = createServer((player) => {
  const socket = new WebSocket(url, "rtsp.onvif.org", { rejectUnauthorized: false, perMessageDeflate: false });
  const stream = createWebSocketStream(socket);
  stream.on("error", () => player.destroy());
  player.on("error", () => stream.destroy());
  player.pipe(stream).pipe(player);
});
bridge.listen(Number(port), "127.0.0.1", () => process.stdout.write("ready\n"));
