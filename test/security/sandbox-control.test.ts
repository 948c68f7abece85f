import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { startSandbox, type Sandbox } from "irsa-sandbox";
import { requireClusterArn } from "../worlds/sandbox-world.ts";
import { attack } from "./attack.ts";

const ARN = requireClusterArn("arn:aws:eks:eu-west-1:111122223333:cluster/sandbox");

let dir: string;
let sandbox: Sandbox;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "irsa-control-"));
  sandbox = await startSandbox({ clusters: [ARN], dir });
});
afterAll(async () => {
  await sandbox?.stop();
  await rm(dir, { recursive: true });
});

const DENY = JSON.stringify({ action: "iam:*" });

const CONTROLS = [
  ["GET", "calls"],
  ["DELETE", "calls"],
  ["POST", "fail"],
  ["POST", "deny"],
  ["PUT", "latency"],
  ["PUT", "lag"],
  ["PUT", "throttle"],
  ["DELETE", "faults"],
  ["GET", "nothing-of-that-name"],
] as const;

async function statusOf(method: string, path: string, authorization?: string): Promise<number> {
  const headers = authorization === undefined ? {} : { authorization };
  const body = method === "POST" || method === "PUT" ? { body: DENY } : {};
  return (await fetch(`${sandbox.aws.url}/_irsa/${path}`, { method, headers, ...body })).status;
}

const token = (): string => sandbox.aws.controlToken;

attack("local user", "L5: the sandbox's control endpoint without its token", {
  async attack() {
    for (const [method, path] of CONTROLS) expect(await statusOf(method, path), path).toBe(401);
  },
  async twin() {
    expect(await statusOf("GET", "calls", `Bearer ${token()}`)).toBe(200);
    expect(await statusOf("PUT", "latency", `bearer ${token()}`)).toBe(200);
    expect(await statusOf("DELETE", "faults", `Bearer ${token()}`)).toBe(200);
  },
});

attack("local user", "L5 variant: a token that is nearly the sandbox's, or of another kind", {
  async attack() {
    const { keys } = sandbox;
    const [key] = [...keys.values()];
    for (const wrong of [
      "Bearer ",
      `Bearer ${token().slice(0, -1)}`,
      `Bearer ${token()}x`,
      `Basic ${token()}`,
      token(),
      `Bearer ${key?.secretAccessKey}`,
    ])
      expect(await statusOf("GET", "calls", wrong), wrong).toBe(401);
  },
  async twin() {
    expect(await statusOf("GET", "calls", `Bearer ${token()}`)).toBe(200);
  },
});

attack("local user", "L5 variant: a token that somebody else has put in the folder, or may read", {
  async attack() {
    await sandbox.stop();
    const planted = "planted".repeat(10);
    const file = join(dir, "control-token");
    await writeFile(file, planted);
    await chmod(file, 0o644);
    sandbox = await startSandbox({ clusters: [ARN], dir });
    expect(token()).not.toBe(planted);
    expect(await statusOf("GET", "calls", `Bearer ${planted}`)).toBe(401);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  },
  async twin() {
    const before = token();
    await sandbox.stop();
    sandbox = await startSandbox({ clusters: [ARN], dir });
    expect(token()).toBe(before);
    expect(await readFile(join(dir, "control-token"), "utf8")).toBe(before);
    expect(await statusOf("GET", "calls", `Bearer ${before}`)).toBe(200);
  },
});
