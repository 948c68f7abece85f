import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { awsRequestHandler } from "../../src/aws/transport.ts";
import { stopOf } from "../fakes/walk.ts";

const ANSWER = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::111122223333:user/ci</Arn><UserId>x</UserId><Account>111122223333</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>`;

/** A server that answers everything as STS, and keeps what it was asked: as a proxy it sees whole URLs. */
const seen: Pick<IncomingMessage, "url" | "socket">[] = [];
const server = createServer((request, response) => {
  seen.push(request);
  request.resume().on("end", () => response.writeHead(200, { "content-type": "text/xml" }).end(ANSWER));
});
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  seen.length = 0;
  for (const name of [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "AWS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
  ]) {
    vi.stubEnv(name, "");
    vi.stubEnv(name.toLowerCase(), "");
  }
});
afterEach(() => vi.unstubAllEnvs());

async function callTwice(endpoint: string): Promise<void> {
  const requestHandler = awsRequestHandler();
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const client = new STSClient({
    region: "eu-west-1",
    endpoint,
    credentials,
    requestHandler,
    maxAttempts: 1,
  });
  for (let n = 0; n < 2; n++) await client.send(new GetCallerIdentityCommand({}));
  requestHandler.destroy();
}

describe("calls of AWS", () => {
  it("go straight, over one connection", async () => {
    await callTwice(url);
    expect(seen.map((one) => one.url)).toEqual(["/", "/"]);
    expect(new Set(seen.map(({ socket }) => socket)).size).toBe(1);
  });

  it("go through the proxy of the environment", async () => {
    vi.stubEnv("HTTP_PROXY", url);
    await callTwice("http://sts.example.com");
    expect(seen.map((one) => one.url)).toEqual(["http://sts.example.com/", "http://sts.example.com/"]);
  });

  it("go straight where NO_PROXY names the host", async () => {
    vi.stubEnv("HTTP_PROXY", "http://127.0.0.1:1");
    vi.stubEnv("NO_PROXY", "127.0.0.1");
    await callTwice(url);
    expect(seen).toHaveLength(2);
  });

  it("stop where AWS_CA_BUNDLE can't be read", async () => {
    vi.stubEnv("AWS_CA_BUNDLE", "/nowhere.pem");
    const stop = await stopOf(Promise.resolve().then(() => awsRequestHandler()));
    expect(stop).toMatchObject({ kind: "input", code: "ca-bundle" });
    expect(stop.message).toContain("AWS_CA_BUNDLE: '/nowhere.pem'");
  });
});
