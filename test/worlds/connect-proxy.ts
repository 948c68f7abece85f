import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

/** An HTTP proxy: CONNECT tunnels and plain forwarding, as companies have them. */
export interface ConnectProxy {
  readonly url: string;
  /** `host:port` of every tunnel and forwarded request so far. */
  readonly targets: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** Starts a proxy on loopback. `resolve` gives the address that really answers for a name, where there is no DNS. */
export async function startConnectProxy(
  resolve: (target: string) => string = (target) => target,
): Promise<ConnectProxy> {
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((incoming, answer) => {
    const url = new URL(incoming.url ?? "");
    targets.push(url.host);
    const [hostname = "", port] = resolve(url.host).split(":");
    const outgoing = httpRequest(
      {
        hostname,
        port,
        path: `${url.pathname}${url.search}`,
        method: incoming.method,
        headers: incoming.headers,
      },
      (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(answer);
      },
    );
    outgoing.on("error", () => answer.destroy());
    incoming.pipe(outgoing);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("connect", (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    const target = incoming.url ?? "";
    targets.push(target);
    const [host = "", port = "443"] = resolve(target).split(":");
    const upstream = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    sockets.add(upstream);
    for (const one of [socket, upstream]) one.on("error", () => (socket.destroy(), upstream.destroy()));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    targets: () => targets,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
