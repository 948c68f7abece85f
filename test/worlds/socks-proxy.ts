import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import type { ConnectProxy } from "./connect-proxy.ts";

/** Who may use it. */
export interface SocksUser {
  readonly name: string;
  readonly password: string;
}

const VERSION = 5;
const NO_AUTHENTICATION = 0;
const PASSWORD = 2;
const REFUSED = 0xff;

/**
 * Starts a SOCKS proxy on loopback. `resolve` gives the address that really answers for a name, where there is no DNS.
 * Source: RFC 1928, RFC 1929.
 * @param user asks for this name and password
 */
export async function startSocksProxy(
  resolve: (target: string) => string,
  user?: SocksUser,
): Promise<ConnectProxy> {
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    serve(socket, user, (target) => {
      targets.push(target);
      const { hostname, port } = new URL(`tcp://${resolve(target)}`);
      const upstream = connect(Number(port), hostname);
      sockets.add(upstream);
      return upstream;
    }).catch(() => socket.destroy());
  });
  await new Promise<void>((ready) => void server.listen(0, "127.0.0.1", ready));
  const login = user === undefined ? "" : `${user.name}:${encodeURIComponent(user.password)}@`;
  return {
    url: `socks5h://${login}127.0.0.1:${(server.address() as AddressInfo).port}`,
    targets: () => targets,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function serve(
  socket: Socket,
  user: SocksUser | undefined,
  open: (target: string) => Socket,
): Promise<void> {
  const take = async (bytes: number): Promise<Buffer> => {
    for (;;) {
      const chunk = socket.read(bytes) as Buffer | null;
      if (chunk !== null) return chunk;
      await new Promise((ready, ended) => socket.once("readable", ready).once("close", ended));
    }
  };
  const takeText = async (): Promise<string> => (await take((await take(1))[0] ?? 0)).toString("utf8");
  const [, methods = 0] = await take(2);
  const wanted = user === undefined ? NO_AUTHENTICATION : PASSWORD;
  const isOffered = (await take(methods)).includes(wanted);
  socket.write(Buffer.from([VERSION, isOffered ? wanted : REFUSED]));
  if (!isOffered) return void socket.end();
  if (user !== undefined) {
    await take(1);
    const isKnown = (await takeText()) === user.name && (await takeText()) === user.password;
    socket.write(Buffer.from([1, isKnown ? 0 : 1]));
    if (!isKnown) return void socket.end();
  }
  const [, , , type] = await take(4);
  const host = type === 3 ? await takeText() : type === 1 ? [...(await take(4))].join(".") : await takeIpv6();
  const upstream = open(`${host}:${(await take(2)).readUInt16BE()}`);
  upstream.on("error", () => socket.destroy());
  await new Promise((ready) => upstream.once("connect", ready));
  socket.write(Buffer.from([VERSION, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
  socket.pipe(upstream).pipe(socket);

  async function takeIpv6(): Promise<string> {
    const words = (await take(16)).toString("hex").match(/.{4}/g) ?? [];
    return new URL(`tcp://[${words.join(":")}]`).hostname;
  }
}
