import { IAMClient } from "@aws-sdk/client-iam";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { iamAdapter } from "../../../src/aws/iam.ts";
import type { IamPort } from "../../../src/aws/port.ts";
import type { PolicyArn, ProviderArn } from "../../../src/model/arn.ts";
import { trustPolicy, webIdentityStatement } from "../../../src/model/trust-policy/grant.ts";
import { aWorld } from "../../fakes/world.ts";
import { methodsWithoutCase, outcomesOf, type CallOf } from "./both.ts";
import { CLUSTER, startSandboxAws } from "./sandbox-aws.ts";

type Call = CallOf<IamPort>;

const READ = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" as PolicyArn;
const WRITE = "arn:aws:iam::aws:policy/AmazonS3FullAccess" as PolicyArn;
const NONE = "arn:aws:iam::aws:policy/NoSuchPolicy" as PolicyArn;
const HOST = CLUSTER.issuer.slice("https://".length);
const PROVIDER = `arn:aws:iam::${CLUSTER.awsAccount}:oidc-provider/${HOST}` as ProviderArn;
const THUMBPRINT = "a".repeat(40);
const TRUST = (name: string) =>
  trustPolicy([
    webIdentityStatement({
      providerArn: PROVIDER,
      issuerHostPath: HOST,
      subject: `system:serviceaccount:shop:${name}`,
      audience: "sts.amazonaws.com",
    }),
  ]);
const ALLOW = (Action: string) => ({
  Version: "2012-10-17" as const,
  Statement: [{ Effect: "Allow" as const, Action, Resource: "*" }],
});

const role = (name: string, more: object = {}): Call => [
  "createRole",
  { name, path: "/irsa/", trust: TRUST(name), description: "for a test", tags: { a: "1" }, ...more },
];
const provider = (tags = {}): Call => [
  "createProvider",
  { url: CLUSTER.issuer, clientIds: ["sts.amazonaws.com"], thumbprints: [THUMBPRINT], tags },
];

/** Runs the calls on the fake, and by irsa's adapter on the sandbox; both start empty. */
async function bothOn(
  calls: readonly Call[],
): Promise<{ readonly fake: unknown[]; readonly real: unknown[] }> {
  const fakePort = aWorld(CLUSTER).withPolicy(READ).withPolicy(WRITE).aws.iam;
  const sandbox = await startSandboxAws();
  const client = new IAMClient(sandbox.client);
  try {
    return {
      fake: await outcomesOf({ port: fakePort }, calls),
      real: await outcomesOf({ port: iamAdapter(client) }, calls),
    };
  } finally {
    client.destroy();
    await sandbox.stop();
  }
}

const READS = (name: string): readonly Call[] => [
  ["getRole", name],
  ["listAttachedPolicies", name],
  ["listInlinePolicies", name],
  ["getInlinePolicy", name, "extra"],
  ["listInstanceProfiles", name],
  ["getInstanceProfileRole", name],
  ["getRoleDetails", name],
];

const CASES: readonly (readonly [string, readonly Call[]])[] = [
  [
    "a provider's life",
    [
      ["getProvider", PROVIDER],
      ["addClientId", PROVIDER, "x"],
      provider({ a: "1" }),
      provider(),
      ["addClientId", PROVIDER, "other"],
      ["addClientId", PROVIDER, "other"],
      ["tagProvider", PROVIDER, { a: "2", b: "" }],
      ["setThumbprints", PROVIDER, ["b".repeat(40)]],
      ["getProvider", PROVIDER],
      ["listProviders"],
      ["deleteProvider", PROVIDER],
      ["getProvider", PROVIDER],
      ["listProviders"],
    ],
  ],
  [
    "a role's life",
    [
      ...READS("app"),
      role("app", { boundary: READ, maxSessionSeconds: 7200 }),
      role("APP"),
      ...READS("app"),
      ["attachPolicy", "app", READ],
      ["attachPolicy", "app", READ],
      ["attachPolicy", "app", NONE],
      ["detachPolicy", "app", WRITE],
      ["putInlinePolicy", "app", "extra", ALLOW("s3:GetObject")],
      ["putInlinePolicy", "app", "extra", ALLOW("s3:PutObject")],
      ["setTrust", "app", TRUST("other")],
      ["setRoleSettings", "app", { maxSessionSeconds: 3600, description: "changed" }],
      ["setBoundary", "app", NONE],
      ["setBoundary", "app", WRITE],
      ["tagRole", "app", { A: "2", c: "" }],
      ["untagRole", "app", ["C", "none"]],
      ...READS("app"),
      ["listRoles"],
      ["listRolesInFull", { policies: false }],
      ["listRolesInFull", { policies: true }],
      ["deleteRole", "app"],
      ["deleteBoundary", "app"],
      ["detachPolicy", "app", READ],
      ["deleteRole", "app"],
      ["deleteInlinePolicy", "app", "extra"],
      ["deleteInlinePolicy", "app", "extra"],
      ["deleteRole", "app"],
      ["deleteRole", "app"],
      ...READS("app"),
    ],
  ],
  [
    "what is not there",
    [
      role("app", { boundary: NONE }),
      ["setTrust", "app", TRUST("app")],
      ["setRoleSettings", "app", { maxSessionSeconds: 3600, description: "changed" }],
      ["setBoundary", "app", READ],
      ["deleteBoundary", "app"],
      ["tagRole", "app", { a: "" }],
      ["untagRole", "app", ["a"]],
      ["attachPolicy", "app", READ],
      ["detachPolicy", "app", READ],
      ["putInlinePolicy", "app", "extra", ALLOW("s3:GetObject")],
      ["deleteInlinePolicy", "app", "extra"],
      ["removeFromInstanceProfile", "app", "profile"],
      ["deleteProvider", PROVIDER],
      ["getRoleDetails", "app"],
      ["getPolicyVersionId", NONE],
      ["getPolicyDocument", NONE, "v1"],
      ["listRoles"],
    ],
  ],
];

describe("the fake of IAM answers as irsa's adapter does on the sandbox", () => {
  it.each(CASES)("%s", async (_, calls) => {
    const { fake, real } = await bothOn(calls);
    expect(fake).toEqual(real);
  });

  it("every method has a case", () => {
    // The fake counts, simulates and reports only what its tests are about.
    expect(methodsWithoutCase(aWorld(CLUSTER).aws.iam, CASES)).toEqual([
      "getAccountSummary",
      "getSimulation",
      "getUseReport",
      "getLastAccessed",
    ]);
  });

  const name = fc.constantFrom("app", "APP", "other");
  const policy = fc.constantFrom(READ, WRITE, NONE);
  const tags = fc.dictionary(fc.constantFrom("a", "A", "b"), fc.constantFrom("", "1"), {
    maxKeys: 1,
    minKeys: 1,
  });
  const inline = fc.constantFrom("extra", "Extra");
  const call: fc.Arbitrary<Call> = fc.oneof(
    { weight: 4, arbitrary: name.map((one) => role(one)) },
    name.map((one): Call => ["deleteRole", one]),
    fc.tuple(name, policy).map(([one, arn]): Call => ["attachPolicy", one, arn]),
    fc.tuple(name, policy).map(([one, arn]): Call => ["detachPolicy", one, arn]),
    fc.tuple(name, tags).map(([one, some]): Call => ["tagRole", one, some]),
    fc.tuple(name, inline).map(([one, of]): Call => ["putInlinePolicy", one, of, ALLOW("s3:*")]),
    fc.tuple(name, inline).map(([one, of]): Call => ["deleteInlinePolicy", one, of]),
    fc.tuple(name, fc.constantFrom("a", "B")).map(([one, key]): Call => ["untagRole", one, [key]]),
    name.map((one): Call => ["deleteBoundary", one]),
    name.map((one): Call => ["getRole", one]),
    fc.constant(provider()),
    fc.constant<Call>(["deleteProvider", PROVIDER]),
    fc.constant<Call>(["addClientId", PROVIDER, "x"]),
  );

  it("whatever is called in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 5, maxLength: 25 }), async (calls) => {
        const { fake, real } = await bothOn([...calls, ...READS("app"), ["listRoles"], ["listProviders"]]);
        expect(fake).toEqual(real);
      }),
      { numRuns: 40 },
    );
  });
});
