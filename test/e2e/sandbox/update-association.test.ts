import {
  DescribePodIdentityAssociationCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
  type PodIdentityAssociation,
} from "@aws-sdk/client-eks";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { createSa, S3_READ } from "../commands.ts";
import { irsa } from "../irsa.ts";
import { roleOf } from "../observe-world.ts";

const ROLE = "cart-role";
const TARGET = "arn:aws:iam::444455556666:role/data";
const POLICY = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
};
const PINNED = "aws:RequestTag/kubernetes-namespace";

let world: World;
let eks: EKSClient;
let folder: string;

const run = (args: readonly string[]) => irsa(args, world.environmentOf("admin"), { cwd: folder });
const update = (...flags: readonly string[]) =>
  run(["update-sa", "shop/cart", "--cluster", CLUSTER_NAME, ...flags]);
const trustNow = async () => JSON.stringify((await roleOf(world.aws.iam(), ROLE)).trust);

async function association(): Promise<PodIdentityAssociation> {
  const clusterName = CLUSTER_NAME;
  const { associations } = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName }));
  const { associationId } = associations?.[0] ?? {};
  const answer = await eks.send(new DescribePodIdentityAssociationCommand({ clusterName, associationId }));
  if (answer.association === undefined) throw new Error("no association");
  return answer.association;
}

beforeAll(async () => {
  world = await startWorld();
  folder = await mkdtemp(join(tmpdir(), "irsa-update-"));
  await writeFile(join(folder, "session.json"), JSON.stringify(POLICY, null, 2));
  const { url: endpoint, region, keys } = world.aws;
  eks = new EKSClient({ endpoint, region, credentials: keys.admin });
});
afterAll(async () => {
  eks?.destroy();
  await world?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("update-sa of a ServiceAccount by Pod Identity", () => {
  test("says what to do where there is no association", async () => {
    const { code, stderr } = await update("--target-role-arn", TARGET);
    expect([code, stderr]).toEqual([1, expect.stringContaining("shop/cart has no Pod Identity association")]);
    expect(stderr).toMatch(/^ +irsa create-sa shop\/cart --cluster \S+ --pod-identity --policy-arn ARN$/m);
    const made = createSa("shop/cart", "--role-name", ROLE, "--policy-arn", S3_READ, "--pod-identity");
    expect(await run([...made, "--approve"])).toMatchObject({ code: 0 });
  });

  test("sets all of it, with the trust policy that this needs", async () => {
    const asked = ["--target-role-arn", TARGET, "--session-policy-file", "session.json"];
    asked.push("--disable-session-tags");
    const planned = await update(...asked);
    expect(planned).toMatchObject({ code: 0 });
    expect(planned.stdout).toContain("No changes made");
    expect(planned.stderr + planned.stdout).toContain("irsa stale-pods");
    expect(await trustNow()).toContain(PINNED);
    expect(await update(...asked, "--approve")).toMatchObject({ code: 0 });
    const { targetRoleArn, disableSessionTags, policy = "" } = await association();
    expect({ targetRoleArn, disableSessionTags, policy: JSON.parse(policy) as unknown }).toEqual({
      targetRoleArn: TARGET,
      disableSessionTags: true,
      policy: POLICY,
    });
    expect(await trustNow()).not.toContain(PINNED);
    expect((await update(...asked, "--approve")).stdout).toContain("Nothing to do");
  });

  test("refuses what EKS would refuse, before it writes anything", async () => {
    const { code, stderr } = await update("--no-disable-session-tags", "--tag", "a=b", "--approve");
    expect([code, stderr]).toEqual([1, expect.stringContaining("--remove-session-policy")]);
    expect(await association()).toMatchObject({ disableSessionTags: true, targetRoleArn: TARGET });
  });

  test("removes all of it again", async () => {
    const asked = ["--remove-target-role", "--remove-session-policy", "--no-disable-session-tags"];
    const { code, stdout } = await update(...asked, "--approve", "-o", "json");
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { result: { role: expect.stringContaining(ROLE) as unknown } },
    ]);
    const { targetRoleArn, disableSessionTags, policy } = await association();
    expect({ targetRoleArn, disableSessionTags, policy }).toEqual({ disableSessionTags: false });
    expect(await trustNow()).toContain(PINNED);
    expect((await update(...asked, "--approve")).stdout).toContain("Nothing to do");
  });
});
