import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installDebian } from "../worlds/debian.ts";
import { startWorld } from "../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../worlds/world.ts";
import { STORY } from "../e2e/commands.ts";
import { irsa, OWN_COMMAND } from "../e2e/irsa.ts";

let world: World;

beforeAll(async () => {
  await installDebian("strace", ["strace"]);
  world = await startWorld();
});
afterAll(async () => world?.stop());

/** Every address that a run, or a program that it starts, connects or sends to. */
async function addressesOf(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const environment = { ...world.environmentOf("admin"), ...more };
  const trace = join(environment["HOME"] ?? "", "trace");
  const strace = ["strace", "-f", "-qq", "-o", trace, "-e", "trace=connect,sendto,sendmsg,sendmmsg"] as const;
  const { code, stderr } = await irsa(args, environment, { command: [...strace, ...OWN_COMMAND] });
  const found = (await readFile(trace, "utf8")).matchAll(
    /inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/g,
  );
  return { code, stderr, addresses: [...new Set([...found].map(([, four, six]) => four ?? six))] };
}

describe("irsa connects only to what a command is about", () => {
  test.each([
    ["--help"],
    ["--version"],
    ["version -o json"],
    ["explain B13"],
    ["verify --help"],
    ["completion bash"],
  ])("%s: to nothing", async (line) => {
    expect(await addressesOf(line.split(" "))).toEqual({ code: 0, stderr: "", addresses: [] });
  });

  test.each([
    ["associate-oidc", STORY.associate],
    ["create-sa", STORY.create],
    ["verify", ["verify", "amazon-cloudwatch/cloudwatch-agent", "--cluster", CLUSTER_NAME]],
  ])("%s: to AWS and the cluster, which are on this machine here", async (_, args) => {
    expect(await addressesOf(args)).toMatchObject({ code: 0, addresses: ["127.0.0.1"] });
  });

  test("and this would show any other address", async () => {
    const elsewhere = { AWS_ENDPOINT_URL_EKS: "https://192.0.2.1", AWS_MAX_ATTEMPTS: "1" };
    const { addresses } = await addressesOf(["associate-oidc", "--cluster", CLUSTER_NAME], elsewhere);
    expect(addresses).toContain("192.0.2.1");
  });
});
