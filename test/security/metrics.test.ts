import { request } from "node:http";
import { afterAll, beforeAll, expect } from "vitest";
import { parseListenAddress } from "../../src/metrics/listen-address.ts";
import { serve, text, type MetricsServer } from "../../src/metrics/server.ts";
import { right } from "../fakes/values.ts";
import { attack } from "./attack.ts";

let server: MetricsServer;

beforeAll(async () => {
  server = await serve(right(parseListenAddress("0")), { "/metrics": () => text(200, "irsa_iam_roles 7") });
});
afterAll(() => server.close());

/** The status and the body of an answer to a request for the metrics under this name of the machine. */
function ask(host: string, method = "GET"): Promise<readonly [status: number | undefined, body: string]> {
  const { port } = new URL(server.origin);
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: "127.0.0.1", port, path: "/metrics", method, headers: { host } },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (part: string) => (body += part));
        response.on("end", () => resolve([response.statusCode, body]));
      },
    );
    asked.on("error", reject).end();
  });
}

attack(
  "local user",
  "let a site in the operator's browser read the metrics of the loopback interface, by a name of its own",
  {
    async attack() {
      for (const host of [
        "evil.example",
        `evil.example:${new URL(server.origin).port}`,
        "localhost.evil.example",
      ]) {
        const [status, body] = await ask(host);
        expect([status, body.includes("irsa_iam_roles")], host).toEqual([421, false]);
      }
      expect((await ask("localhost", "POST"))[0]).toBe(405);
    },
    async twin() {
      expect(await ask(new URL(server.origin).host)).toEqual([200, "irsa_iam_roles 7\n"]);
    },
  },
);
