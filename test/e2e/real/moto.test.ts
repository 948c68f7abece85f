import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  paginateListPolicies,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { access } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { awsPolicyNamed, awsPolicyNames } from "irsa-sandbox/parts";
import { describeAwsWorld } from "../../../packages/sandbox/test/aws/world-cases.ts";
import type { AwsWorld } from "../../worlds/aws-world.ts";
import { startMotoWorld } from "../../worlds/moto/world.ts";

describeAwsWorld(startMotoWorld);

describe("AWS's managed policies as we emulate them", () => {
  let world: AwsWorld;

  beforeAll(async () => {
    world = await startMotoWorld();
  });

  afterAll(async () => world.stop());

  it("are all that moto knows, in the same versions", async () => {
    const known = new Map<string, string>();
    for await (const { Policies } of paginateListPolicies({ client: world.iam() }, { Scope: "AWS" }))
      for (const { Path, PolicyName, DefaultVersionId } of Policies ?? [])
        known.set(`${Path?.slice(1)}${PolicyName}`, DefaultVersionId ?? "");
    const ours = awsPolicyNames().map((name) => [name, awsPolicyNamed(name)?.versionId] as const);
    expect(ours.length).toBeGreaterThan(1500);
    expect(new Map(ours)).toEqual(known);
  });

  it.each([
    "AdministratorAccess",
    "PowerUserAccess",
    "AmazonS3ReadOnlyAccess",
    "AmazonEKS_CNI_Policy",
    "service-role/AmazonEBSCSIDriverPolicy",
    "job-function/ViewOnlyAccess",
  ])("%s says what moto has in it", async (name) => {
    const ours = awsPolicyNamed(name);
    expect(await defaultVersion(world.iam(), `arn:aws:iam::aws:policy/${name}`)).toEqual({
      versionId: ours?.versionId,
      document: JSON.parse(ours?.document ?? "null") as unknown,
    });
  });
});

it("leaves nothing behind when it stops", async () => {
  const other = await startMotoWorld({ awsAccount: "444455556666" });
  const folder = other.environment["HOME"] ?? "";
  await access(folder);
  await other.stop();
  await expect(access(folder)).rejects.toMatchObject({ code: "ENOENT" });
  await expect(fetch(other.url)).rejects.toThrow("fetch failed");
});

async function defaultVersion(iam: IAMClient, PolicyArn: string) {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
  const versionId = Policy?.DefaultVersionId ?? "";
  const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: versionId }));
  const document = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? "")) as unknown;
  return { versionId, document };
}
