import type { Connection, Net } from "#host/net";

/** The network, where connections that are not to be let in are closed as they come. */
export const guarded = (net: Net, letsIn: (connection: Connection) => boolean): Net => ({
  listen: (options, onConnection) =>
    net.listen(options, (connection) => (letsIn(connection) ? onConnection(connection) : void connection.destroy())),
  connect: (address, port) => net.connect(address, port),
  udp: (options) => net.udp(options),
  sendingUdp: (options) => net.sendingUdp(options),
  interfaces: () => net.interfaces(),
});
