import { CreateRoleCommand, DeleteRoleCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startWorld } from "../../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../../worlds/world.ts";
import { createSa, S3_READ, STORY } from "../../commands.ts";
import { irsa } from "../../irsa.ts";
import { roleOf, snapshot, withoutWriting } from "../../observe-world.ts";

/** The issuer of a cluster that is gone: its URL is all that is left. */
const GONE = "oidc.eks.eu-west-1.amazonaws.com/id/B10E0000000000000000000000000B1E";
const EC2 = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };

let world: World;

const run = (args: readonly string[]) => irsa(args, world.environmentOf("admin"));
const move = (...flags: readonly string[]) =>
  run(["migrate-trust", "--from", `https://${GONE}`, "--to", CLUSTER_NAME, ...flags]);
const providerOf = (issuer: string) => `arn:aws:iam::${world.aws.awsAccount}:oidc-provider/${issuer}`;
const issuerHere = () => world.cluster.issuer.replace("https://", "");

function trustOf(issuer: string, serviceAccount: string) {
  const subject = `system:serviceaccount:${serviceAccount.replace("/", ":")}`;
  return {
    Effect: "Allow",
    Action: ["sts:AssumeRoleWithWebIdentity"],
    Principal: { Federated: providerOf(issuer) },
    Condition: { StringEquals: { [`${issuer}:sub`]: subject, [`${issuer}:aud`]: "sts.amazonaws.com" } },
  };
}

const policy = (...statements: readonly object[]) => ({ Version: "2012-10-17", Statement: statements });

async function makeRole(
  RoleName: string,
  statements: readonly object[],
  tags: Readonly<Record<string, string>> = {},
): Promise<void> {
  const AssumeRolePolicyDocument = JSON.stringify(policy(...statements));
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await world.aws.iam().send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, Tags }));
}

const trustNow = async (name: string) => (await roleOf(world.aws.iam(), name)).trust;
const useRole = (serviceAccount: string, role: string) =>
  run(
    createSa(
      serviceAccount,
      "--attach-role-arn",
      `arn:aws:iam::${world.aws.awsAccount}:role/${role}`,
      "--approve",
      "--wait",
    ),
  );

beforeAll(async () => {
  world = await startWorld();
  await makeRole("blue-cart", [trustOf(GONE, "shop/cart")]);
  await makeRole("blue-shared", [EC2, trustOf(GONE, "shop/till")]);
  await makeRole("bystander", [EC2]);
});
afterAll(async () => world?.stop());
beforeEach(() => world.aws.clearFaults());

describe("the trust of a cluster that is gone", () => {
  test("is not moved to an issuer that is not a provider: the stop names the command", async () => {
    const stop = await withoutWriting(world, () => move("--approve"));
    expect(stop).toMatchObject({ code: 1 });
    expect(stop.stderr).toContain("has no IAM OIDC provider");
    expect(stop.stderr).toContain(`irsa associate-oidc --cluster ${CLUSTER_NAME}`);
  });

  test("is planned role by role, with the difference where that is asked for", async () => {
    expect(await run(STORY.associate)).toMatchObject({ code: 0 });
    const plan = await withoutWriting(world, () => move("--show-documents", "--exit-code"));
    expect(plan).toMatchObject({ code: 3 });
    expect(plan.stdout).toContain("2 roles: 0 up to date, 2 to create or change");
    expect(plan.stdout).toMatch(
      /~ blue-cart +~ trust policy: also trust the new issuer, \d+ → \d+ characters/,
    );
    expect(plan.stdout).toContain(`+          "${issuerHere()}:sub": "system:serviceaccount:shop:cart"`);
    expect(plan.stdout).not.toContain("bystander");
  });

  test("is moved beside, so that STS accepts the new cluster's pods, and again is nothing", async () => {
    const { roles } = await snapshot(world);
    expect(await move("--approve")).toMatchObject({ code: 0 });
    expect(await trustNow("blue-cart")).toEqual(
      policy(trustOf(GONE, "shop/cart"), trustOf(issuerHere(), "shop/cart")),
    );
    expect((await snapshot(world)).roles["bystander"]).toEqual(roles["bystander"]);
    expect(await useRole("shop/cart", "blue-cart")).toMatchObject({ code: 0 });
    const again = await withoutWriting(world, () => move("--approve"));
    expect(again.stdout).toContain("Nothing to do. All 2 roles trust");
  });

  test("is taken from the old issuer by --replace, and what others have stays to the byte", async () => {
    world.aws.clearCalls();
    const done = await move("--replace", "--approve", "-o", "json");
    expect(done).toMatchObject({ code: 0 });
    const writes = world.aws.calls().filter(({ write }) => write);
    expect(writes.map(({ action }) => action)).toEqual(["UpdateAssumeRolePolicy", "UpdateAssumeRolePolicy"]);
    const { result, cluster } = JSON.parse(done.stdout) as { result: object; cluster: null };
    expect(cluster).toBeNull();
    expect(result).toMatchObject({
      from: { issuer: `https://${GONE}`, cluster: null },
      to: { issuer: world.cluster.issuer, provider: providerOf(issuerHere()) },
      replace: true,
      trustQuota: 2048,
      roles: [{ state: "applied", ownershipTags: null }, { state: "applied" }],
    });
    expect(await trustNow("blue-shared")).toEqual(policy(EC2, trustOf(issuerHere(), "shop/till")));
    expect(await useRole("shop/till", "blue-shared")).toMatchObject({ code: 0 });
    const again = await withoutWriting(world, () => move("--replace", "--approve"));
    expect(again.stdout).toContain("Nothing to do. No role trusts");
  });
});

test("a role of irsa's follows to the new cluster, which takes it and removes it as its own", async () => {
  const region = world.aws.region;
  const marks = {
    "irsa/managed-by": "irsa",
    "irsa/origin": "created",
    "irsa/cluster-arn": `arn:aws:eks:${region}:${world.aws.awsAccount}:cluster/blue`,
    "irsa/namespace": "shop",
    "irsa/service-account": "owned",
  };
  await makeRole("blue-owned", [trustOf(GONE, "shop/owned")], marks);
  const own = ["--namespace", "shop", "--name", "owned", "--approve"];
  expect(await move("--replace", "--include", "blue-owned", "--approve")).toMatchObject({ code: 0 });
  const { tags } = await roleOf(world.aws.iam(), "blue-owned");
  const here = `arn:aws:eks:${region}:${world.aws.awsAccount}:cluster/${CLUSTER_NAME}`;
  expect(tags).toEqual({ ...marks, "irsa/cluster-arn": here });
  const taken = await run([
    ...createSa("shop/owned", "--role-name", "blue-owned", "--policy-arn", S3_READ),
    "--approve",
  ]);
  expect(taken).toMatchObject({ code: 0 });
  expect(await roleOf(world.aws.iam(), "blue-owned")).toMatchObject({ attached: [S3_READ] });
  expect(await run(["delete-sa", "--cluster", CLUSTER_NAME, ...own])).toMatchObject({ code: 0 });
  expect(Object.keys((await snapshot(world)).roles)).not.toContain("blue-owned");
});

describe("what stops a move before its first write", () => {
  test("trust policies that would be too long, all of them by name", async () => {
    const crowd = (count: number) =>
      Array.from({ length: count }, (_, at) => trustOf(GONE, `shop/pod-${at}`));
    await makeRole("crowded", crowd(3));
    await makeRole("full", crowd(4));
    await makeRole("small", [trustOf(GONE, "shop/small")]);
    const stop = await withoutWriting(world, () => move("--approve"));
    expect(stop).toMatchObject({ code: 1 });
    expect(stop.stderr).toContain("2 trust policies would exceed the 2048 characters that IAM allows");
    expect(stop.stderr).toMatch(/crowded +\d{4} characters\n +full +\d{4} characters/);
    expect(stop.stderr).toContain("--replace");
    const partly = await move("--exclude", "crowded", "--exclude", "full", "--approve");
    expect(partly).toMatchObject({ code: 0 });
    expect(await trustNow("small")).toEqual(
      policy(trustOf(GONE, "shop/small"), trustOf(issuerHere(), "shop/small")),
    );
    for (const RoleName of ["crowded", "full", "small"])
      await world.aws.iam().send(new DeleteRoleCommand({ RoleName }));
  });

  test("roles that may not be listed", async () => {
    world.aws.deny({ action: "iam:ListRoles" });
    const stop = await withoutWriting(world, () => move("--approve"));
    expect(stop).toMatchObject({ code: 4 });
    expect(stop.stderr).toContain("iam:ListRoles");
  });

  test.each([
    ["a cluster that is gone, by name", ["--from", "blue", "--to", CLUSTER_NAME], 1, "pass its issuer URL"],
    ["the same issuer twice", ["--from", CLUSTER_NAME, "--to", CLUSTER_NAME], 2, "have the same issuer"],
    ["no cluster and no issuer", ["--from", "a b", "--to", "http://x"], 2, "2 invalid values"],
    [
      "a provider of another AWS account",
      ["--from", `arn:aws:iam::999999999999:oidc-provider/${GONE}`, "--to", CLUSTER_NAME],
      2,
      "AWS account 999999999999",
    ],
  ])("%s", async (_what, flags, code, text) => {
    const stop = await withoutWriting(world, () => run(["migrate-trust", ...flags, "--approve"]));
    expect(stop).toMatchObject({ code });
    expect(stop.stderr).toContain(text);
  });
});

test("a role that fails holds up no other, and the same command again finishes it", async () => {
  for (const name of ["one", "two", "three"]) await makeRole(name, [trustOf(GONE, `shop/${name}`)]);
  world.aws.fail({
    action: "iam:UpdateAssumeRolePolicy",
    when: "before",
    status: 400,
    code: "UnmodifiableEntity",
  });
  const broken = await move("--approve");
  expect(broken).toMatchObject({ code: 1 });
  expect(broken.stderr).toContain("1 of 3 roles not completed");
  expect(await move("--approve")).toMatchObject({ code: 0 });
  for (const name of ["one", "two", "three"])
    expect(await trustNow(name)).toEqual(
      policy(trustOf(GONE, `shop/${name}`), trustOf(issuerHere(), `shop/${name}`)),
    );
});
