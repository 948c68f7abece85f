import { request } from "node:http";
import { afterAll, beforeAll, expect } from "vitest";
import type { LiveMessage } from "../../src/live-page/feed.ts";
import { serveLivePage, type LiveServer } from "../../src/live-page/server.ts";
import { handOut, keepSecret } from "../../src/model/secrets.ts";
import { jsonText } from "../../src/output/json.ts";
import { attack } from "./attack.ts";

const PAGE = "<!doctype html><title>roles</title>";

let server: LiveServer;
let first: readonly LiveMessage[] = [];

beforeAll(async () => {
  server = await serveLivePage(0, { page: () => PAGE, opening: () => first, pulse: () => undefined });
});
afterAll(() => server.close());

interface Answered {
  readonly status: number | undefined;
  readonly body: string;
  readonly allowsOthers: boolean;
}

/** Asks for a path; of a stream, what came by then. */
function ask(
  path: string,
  { host = new URL(server.url).host, method = "GET", origin = "" } = {},
): Promise<Answered> {
  const { port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const headers = { host, ...(origin !== "" && { origin }) };
    const asked = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      let body = "";
      const end = (): void => {
        const allowsOthers = response.headers["access-control-allow-origin"] !== undefined;
        resolve({ status: response.statusCode, body, allowsOthers });
        asked.destroy();
      };
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
        if (body.includes("event: pulse")) end();
      });
      response.on("end", end);
    });
    asked.on("error", reject).end();
  });
}

const own = (): string => new URL(server.url).pathname;

attack("local user", "read the page that `graph --serve` serves on the loopback interface", {
  async attack() {
    for (const path of ["/", "/events", "/index.html", `${own().slice(0, -2)}/`, `${own()}../events`, "//"])
      expect(await ask(path), path).toMatchObject({ status: 404, body: "" });
  },
  async twin() {
    expect(await ask(own())).toMatchObject({ status: 200, body: PAGE });
  },
});

attack(
  "local user",
  "let a site in the operator's browser read it: by a name of its own for the loopback interface, or across origins",
  {
    async attack() {
      for (const host of ["evil.example", `evil.example:${new URL(server.url).port}`, "localhost"])
        expect(await ask(own(), { host }), host).toMatchObject({ status: 404, body: "" });
      expect(await ask(own(), { origin: "https://evil.example" })).toMatchObject({ allowsOthers: false });
      expect(await ask(own(), { method: "POST" })).toMatchObject({ status: 405 });
    },
    async twin() {
      expect(await ask(own(), { origin: new URL(server.url).origin })).toMatchObject({ status: 200 });
    },
  },
);

const pulse: LiveMessage = { event: "pulse", data: "{}" };
const stateWith = (text: string): LiveMessage => ({ event: "state", data: jsonText({ changes: [text] }, 0) });

/** The data of each event, by the rules of server-sent events. */
async function received(): Promise<readonly string[]> {
  const { body } = await ask(`${own()}events`);
  return body
    .split(/\r\n|\r|\n/)
    .filter((one) => one.startsWith("data: "))
    .map((one) => one.slice("data: ".length));
}

attack(
  "cluster tenant",
  "put lines into an annotation that end an event of the served page, and begin another",
  {
    async attack() {
      const text = '\n\nevent: state\ndata: {"graph":null}\r\n\rdata: x';
      first = [stateWith(text), pulse];
      expect((await received()).map((data) => JSON.parse(data) as unknown)).toEqual([
        { changes: [text] },
        {},
      ]);
    },
    async twin() {
      first = [stateWith("shop/cart works"), pulse];
      expect((await received()).map((data) => JSON.parse(data) as unknown)).toEqual([
        { changes: ["shop/cart works"] },
        {},
      ]);
    },
  },
);

attack("malicious cluster", "echo the operator's token in an error message that the served page shows", {
  async attack() {
    const token = "k8s-aws-v1.aHR0cHM6Ly9zdHMuZXhhbXBsZS8_QWN0aW9uPUdldENhbGxlcg";
    keepSecret(token);
    first = [stateWith(`can't list pods: ${token}`), pulse];
    const [state = ""] = await received();
    handOut(token);
    expect(JSON.parse(state)).toEqual({ changes: ["can't list pods: [secret]"] });
  },
  async twin() {
    first = [stateWith("can't list pods: forbidden"), pulse];
    expect((await received())[0]).toContain("can't list pods: forbidden");
  },
});
