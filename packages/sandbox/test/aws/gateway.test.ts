import { DescribeClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { authenticated } from "../../src/aws/authentication.ts";
import { AwsError, type Backend } from "../../src/aws/exchange.ts";
import { startGateway, type Gateway } from "../../src/aws/gateway.ts";
import { KeyStore, newSessionKey } from "../../src/aws/key-store.ts";
import type { AccessKey } from "../../src/aws/principals.ts";
import { Recorder, type RecordedCall } from "../../src/aws/recorder.ts";
import { Faults } from "../../src/aws/faults.ts";
import { answer } from "../../src/aws/wire-format.ts";
import { KEY } from "./requests.ts";

const OBSERVER = { ...KEY, accessKeyId: "AKIAOBSERVER" };
const EXPIRED = newSessionKey(KEY.principal, 900, Date.now() - 1_000_000);

/** Answers like AWS, with one role and no cluster. */
const backend: Backend = async (request) => {
  if (request.service === "eks")
    throw new AwsError(404, "ResourceNotFoundException", "No cluster found for name: x.");
  return answer(request, {
    Role: { RoleName: 'a <&"b>', Tags: [{ Key: "k", Value: "" }], CreateDate: new Date(0) },
  });
};

let gateway: Gateway;
let clients: { destroy(): void }[];

beforeEach(async () => {
  clients = [];
  const keys = new KeyStore([KEY, OBSERVER, EXPIRED]);
  gateway = await startGateway({
    controlToken: "the world's own",
    backend: authenticated(keys.find, backend),
    faults: new Faults(),
    recorder: new Recorder(),
    keys: keys.find,
    observers: new Set([OBSERVER.accessKeyId]),
  });
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  await gateway.stop();
});

function iam(key: AccessKey = KEY): IAMClient {
  const client = new IAMClient({ ...optionsOf(key) });
  clients.push(client);
  return client;
}

function optionsOf(key: AccessKey) {
  return { endpoint: gateway.url, region: "eu-west-1", credentials: key, maxAttempts: 1 };
}

const getRole = new GetRoleCommand({ RoleName: "r" });

const STEERING = { authorization: "Bearer the world's own" };

async function control(method: string, path: string, body?: unknown): Promise<unknown> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  return (await fetch(`${gateway.url}/_irsa/${path}`, { ...init, headers: STEERING })).json();
}

describe("the gateway, seen by the SDK", () => {
  it("writes answers and errors in each service's format", async () => {
    expect((await iam().send(getRole)).Role).toMatchObject({
      RoleName: 'a <&"b>',
      Tags: [{ Key: "k", Value: "" }],
      CreateDate: new Date(0),
    });
    const eks = new EKSClient(optionsOf(KEY));
    clients.push(eks);
    await expect(eks.send(new DescribeClusterCommand({ name: "x" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "No cluster found for name: x.",
      $metadata: { httpStatusCode: 404, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string },
    });
  });

  it.each<[string, AccessKey, string]>([
    ["an unknown key", { ...KEY, accessKeyId: "AKIANOBODY" }, "InvalidClientTokenId"],
    ["a wrong secret", { ...KEY, secretAccessKey: "guessed" }, "SignatureDoesNotMatch"],
    ["an expired session", EXPIRED, "ExpiredToken"],
  ])("refuses %s", async (_what, key, name) => {
    await expect(iam(key).send(getRole)).rejects.toMatchObject({ name });
  });

  it("refuses a request that is not signed, unless STS takes it so", async () => {
    const unsigned = await fetch(gateway.url, {
      method: "POST",
      body: new URLSearchParams({ Action: "GetRole", Version: "2010-05-08" }),
    });
    expect([unsigned.status, await unsigned.text()]).toEqual([
      403,
      expect.stringContaining("<Code>MissingAuthenticationToken</Code>") as string,
    ]);
    const sts = new STSClient(optionsOf(KEY));
    clients.push(sts);
    const exchange = new AssumeRoleWithWebIdentityCommand({
      RoleArn: "r",
      RoleSessionName: "s",
      WebIdentityToken: "hidden",
    });
    await sts.send(exchange);
    const calls = await control("GET", "calls");
    expect(JSON.stringify(calls)).toContain("AssumeRoleWithWebIdentity");
    expect(JSON.stringify(calls)).not.toContain("hidden");
  });

  it("answers 404 to what is not a call of AWS", async () => {
    expect((await fetch(`${gateway.url}/favicon.ico`)).status).toBe(404);
  });
});

describe("the control endpoint", () => {
  it("records calls, but not the observer's", async () => {
    await iam(OBSERVER).send(getRole);
    await iam().send(getRole);
    const calls = (await control("GET", "calls")) as readonly RecordedCall[];
    expect(calls).toEqual([
      {
        seq: 1,
        service: "iam",
        action: "GetRole",
        accessKeyId: KEY.accessKeyId,
        parameters: { RoleName: "r" },
        started: expect.any(Number) as number,
        ended: expect.any(Number) as number,
        status: 200,
        write: false,
      },
    ]);
    await control("DELETE", "calls");
    expect(await control("GET", "calls")).toEqual([]);
  });

  it("makes faults, and ends them", async () => {
    await control("POST", "fail", { action: "iam:GetRole", when: "before", status: "reset" });
    await expect(iam().send(getRole)).rejects.toMatchObject({ code: "ECONNRESET" });
    await control("POST", "deny", { action: "iam:GetRole" });
    await expect(iam().send(getRole)).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(iam(OBSERVER).send(getRole)).resolves.toBeDefined();
    await control("DELETE", "faults");
    await control("PUT", "throttle", { burst: 1, rate: 0 });
    await iam().send(getRole);
    await expect(iam().send(getRole)).rejects.toMatchObject({ name: "Throttling" });
    const calls = (await control("GET", "calls")) as readonly RecordedCall[];
    expect(calls.map(({ status, errorCode }) => [status, errorCode])).toEqual([
      [0, undefined],
      [403, "AccessDenied"],
      [200, undefined],
      [400, "Throttling"],
    ]);
  });

  it("says what it does not understand", async () => {
    expect(await control("POST", "rain")).toEqual({ error: "no such control: POST /_irsa/rain" });
    const response = await fetch(`${gateway.url}/_irsa/fail`, {
      method: "POST",
      body: "{",
      headers: STEERING,
    });
    expect(response.status).toBe(400);
  });
});
