import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { right } from "../fakes/values.ts";
import { parseListenAddress } from "../../src/metrics/listen-address.ts";
import { serve, text, type MetricsServer } from "../../src/metrics/server.ts";

const servers: MetricsServer[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

const ROUTES = { "/metrics": () => text(200, "irsa 1"), "/readyz": () => text(503, "not ready") };

async function listening(address = "0"): Promise<number> {
  const server = await serve(right(parseListenAddress(address)), ROUTES);
  servers.push(server);
  return Number(new URL(server.origin).port);
}

/** The answer to a request as it is sent, byte by byte. */
async function ask(port: number, lines: readonly string[]): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1" });
  socket.setEncoding("utf8").write(`${lines.join("\r\n")}\r\n\r\n`);
  let answer = "";
  socket.on("data", (part: string) => (answer += part));
  await once(socket, "close");
  return answer;
}

const request = (method: string, path: string, host = "localhost") => [
  `${method} ${path} HTTP/1.1`,
  `Host: ${host}`,
  "Connection: close",
];

describe("the metrics server", () => {
  const ANSWERS: Readonly<Record<string, readonly [lines: readonly string[], status: number, body: RegExp]>> =
    {
      "GET a path": [request("GET", "/metrics"), 200, /^irsa 1\n$/],
      "GET with a query": [request("GET", "/metrics?x=1"), 200, /^irsa 1\n$/],
      HEAD: [request("HEAD", "/metrics"), 200, /^$/],
      "not ready": [request("GET", "/readyz"), 503, /^not ready\n$/],
      POST: [request("POST", "/metrics"), 405, /^method not allowed\n$/],
      "OPTIONS of a browser": [request("OPTIONS", "/metrics"), 405, /^method not allowed\n$/],
      "another path": [request("GET", "/<script>x"), 404, /^not found; there are \/metrics, \/readyz\n$/],
      "a name by DNS": [request("GET", "/metrics", "attacker.example:9099"), 421, /localhost/],
      "loopback with a port": [request("GET", "/metrics", "127.0.0.1:9099"), 200, /^irsa 1\n$/],
      "loopback as IPv6": [request("GET", "/metrics", "[::1]:9099"), 200, /^irsa 1\n$/],
      "a name that begins like it": [
        request("GET", "/metrics", "localhost.attacker.example"),
        421,
        /localhost/,
      ],
    };

  it.each(Object.entries(ANSWERS))("answers %s", async (_, [lines, status, expected]) => {
    const answer = await ask(await listening(), lines);
    const [head = "", body = ""] = answer.split("\r\n\r\n");
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(body).toMatch(expected);
    expect(answer).not.toMatch(/attacker|script/);
  });

  it("takes any name where all addresses were asked for", async () => {
    const answer = await ask(
      await listening("0.0.0.0:0"),
      request("GET", "/metrics", "irsa.monitoring.svc:9099"),
    );
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
  });

  it("refuses headers that don't end, in length or in time", async () => {
    const port = await listening();
    expect(await ask(port, [...request("GET", "/metrics"), `X: ${"x".repeat(10_000)}`])).toMatch(/ 431 /);
    const socket = connect({ port, host: "127.0.0.1" });
    socket.resume().write("GET /metrics HTTP/1.1\r\nHost: localhost\r\n");
    await once(socket, "close");
  });

  it("tells which port is in use", async () => {
    const port = await listening();
    await expect(listening(String(port))).rejects.toMatchObject({
      code: "port-taken",
      message: `port ${port} of 127.0.0.1 is in use`,
    });
  });

  it("tells an address that is not this machine's", async () => {
    await expect(listening("192.0.2.1:9099")).rejects.toMatchObject({
      code: "not-listening",
      message: "can't listen on port 9099 of 192.0.2.1 (EADDRNOTAVAIL)",
    });
  });
});
