import type { Socket } from "node:net";
import { SocksClient } from "socks";

/** A connection to a host by a SOCKS proxy. The proxy resolves the host's name, as Go's client has it. */
export async function openBySocks(proxy: URL, host: string, port: number, timeout: number): Promise<Socket> {
  const { username, password } = proxy;
  const { socket } = await SocksClient.createConnection({
    proxy: {
      host: proxy.hostname.replaceAll(/^\[|\]$/g, ""),
      port: proxy.port === "" ? 1080 : Number(proxy.port),
      type: proxy.protocol.startsWith("socks4") ? 4 : 5,
      ...(username !== "" && {
        userId: decodeURIComponent(username),
        password: decodeURIComponent(password),
      }),
    },
    command: "connect",
    destination: { host, port },
    timeout,
  });
  return socket;
}
