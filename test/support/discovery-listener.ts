import { fakeHost, type FakeHost } from "./fake-host.js";

/** What a host on the camera's network hears by WS-Discovery: kind of message and endpoint. */
export async function listenOn(host: FakeHost, address = "192.0.2.77"): Promise<{ readonly heard: string[] }> {
  const peer = fakeHost({ network: host.network, addresses: [address] });
  const socket = await peer.net.udp({ address: "0.0.0.0", port: 3702, reuse: true });
  socket.addMembership("239.255.255.250", address);
  const heard: string[] = [];
  socket.onMessage((data) => {
    const text = data.toString();
    const [, kind] = /<[a-z]+:(Hello|Bye)[ >]/.exec(text) ?? [];
    const [, endpoint] = /(urn:uuid:[0-9a-f-]{36})<\/[a-z]+:Address/.exec(text) ?? [];
    heard.push(`${kind} ${endpoint}`);
  });
  return { heard };
}
