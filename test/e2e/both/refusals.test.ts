import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AttachRolePolicyCommand, CreatePolicyCommand, CreateRoleCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PrincipalName } from "../../worlds/aws-world.ts";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { clusterOf, type Cluster } from "../cluster.ts";
import { createSa, S3_READ, STORY } from "../commands.ts";
import { irsa, type Run } from "../irsa.ts";
import { roleOf, withoutWriting } from "../observe-world.ts";

let world: World;
let cluster: Cluster;

beforeAll(async () => {
  world = await startWorld();
  cluster = clusterOf(world);
});
afterAll(async () => world?.stop());
beforeEach(() => world.aws.clearFaults());

const run = (args: readonly string[], principal: PrincipalName = "admin") =>
  irsa(args, world.environmentOf(principal));
const refusedBy = (args: readonly string[], principal?: PrincipalName): Promise<Run> =>
  withoutWriting(world, () => run(args, principal));
const bare = (...flags: readonly string[]) => ["associate-oidc", "--cluster", CLUSTER_NAME, ...flags];

async function serviceAccount(namespace: string, name: string, metadata: object = {}): Promise<void> {
  const { items } = await cluster.core.listNamespace();
  if (!items.some((one) => one.metadata?.name === namespace)) {
    await cluster.core.createNamespace({ body: { metadata: { name: namespace } } });
  }
  await cluster.core.createNamespacedServiceAccount({ namespace, body: { metadata: { name, ...metadata } } });
}

async function role(RoleName: string, statements: readonly object[] = []): Promise<string> {
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const { Role } = await world.aws.iam().send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  return Role?.Arn ?? "";
}

const trustOf = (subject: string, operator = "StringEquals") => {
  const hostPath = world.cluster.issuer.slice("https://".length);
  return {
    Effect: "Allow",
    Action: "sts:AssumeRoleWithWebIdentity",
    Principal: { Federated: `arn:aws:iam::${world.aws.awsAccount}:oidc-provider/${hostPath}` },
    Condition: { [operator]: { [`${hostPath}:sub`]: subject, [`${hostPath}:aud`]: "sts.amazonaws.com" } },
  };
};
const FOREIGN = {
  Sid: "Ec2",
  Effect: "Allow",
  Principal: { Service: "ec2.amazonaws.com" },
  Action: "sts:AssumeRole",
};

describe("associate-oidc stops", () => {
  test("at a cluster that does not exist", async () => {
    const refused = await refusedBy(["associate-oidc", "--cluster", "nope", "--approve"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("cluster 'nope' not found in eu-west-1");
    expect(refused.stderr).toContain("No changes made.");
  });

  test("at a cluster without an issuer, and says why", async () => {
    const { endpoint, caPem } = world.cluster;
    await world.aws.createCluster("young", { endpoint, caPem, status: "CREATING" });
    const refused = await refusedBy(["associate-oidc", "--cluster", "young", "--approve"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("cluster 'young' has no OIDC issuer");
    expect(refused.stderr).toContain("aws eks wait cluster-active --name young");
  });

  test("when it may not create the provider, with exit 4 and the exact action", async () => {
    world.aws.deny({ action: "iam:CreateOpenIDConnectProvider" });
    const refused = await run(bare("--approve"));
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain("not permitted: iam:CreateOpenIDConnectProvider");
    expect(refused.stderr).toContain("No changes made.");
  });

  test("when the provider can't be read: that is not taken for absent", async () => {
    world.aws.deny({ action: "iam:GetOpenIDConnectProvider", by: "explicit" });
    const refused = await refusedBy(bare("--approve"));
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain("not permitted: iam:GetOpenIDConnectProvider");
  });

  test("when the ServiceAccount has as many providers as it may", async () => {
    const message = "Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100";
    world.aws.fail({
      action: "iam:CreateOpenIDConnectProvider",
      // The SDK takes a quota for throttling and tries again.
      times: 10,
      when: "before",
      status: 409,
      code: "LimitExceeded",
      message,
    });
    const refused = await run(bare("--approve"));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("quota exceeded");
    expect(refused.stderr).toContain(message);
  });

  test("but not when it may not list providers, which is only for a hint", async () => {
    world.aws.deny({ action: "iam:ListOpenIDConnectProviders" });
    expect(await refusedBy(bare())).toMatchObject({ code: 0 });
  });
});

describe("create-sa before the provider is there", () => {
  test("stops with the command to type", async () => {
    const refused = await refusedBy(createSa("default/reader", "--policy-arn", S3_READ, "--approve"));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("has no IAM OIDC provider");
    expect(refused.stderr).toContain(`irsa associate-oidc --cluster ${CLUSTER_NAME} --approve`);
  });

  test("--associate-oidc takes it into the plan", async () => {
    const plan = await refusedBy(createSa("default/reader", "--policy-arn", S3_READ, "--associate-oidc"));
    expect(plan.code).toBe(0);
    expect(plan.stdout).toContain(`+ Provider        ${world.cluster.issuer}`);
  });
});

describe("create-sa", () => {
  beforeAll(async () => {
    world.aws.clearFaults();
    expect(await run(STORY.associate)).toMatchObject({ code: 0 });
    await serviceAccount("shop", "plain");
    await serviceAccount("shop", "helm", {
      annotations: { "meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "shop" },
    });
    await serviceAccount("shop", "argo", {
      annotations: { "argocd.argoproj.io/tracking-id": "shop:/ServiceAccount:shop/argo" },
    });
    await serviceAccount("shop", "flux", { labels: { "kustomize.toolkit.fluxcd.io/name": "apps" } });
    const stranger = await role("stranger", [FOREIGN]);
    const friend = await role("friend", [FOREIGN, trustOf("system:serviceaccount:shop:friend")]);
    await serviceAccount("shop", "lacking", { annotations: { "eks.amazonaws.com/role-arn": friend } });
    await serviceAccount("shop", "refused", { annotations: { "eks.amazonaws.com/role-arn": stranger } });
    const gone = `arn:aws:iam::${world.aws.awsAccount}:role/gone`;
    await serviceAccount("shop", "orphan", { annotations: { "eks.amazonaws.com/role-arn": gone } });
    const document = {
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "iam:*", Resource: "*" },
    };
    const policy = { PolicyName: "almighty", PolicyDocument: JSON.stringify(document) };
    await world.aws.iam().send(new CreatePolicyCommand(policy));
  });

  const customer = (name: string) => `arn:aws:iam::${world.aws.awsAccount}:policy/${name}`;
  const roleArnOf = (name: string) => `arn:aws:iam::${world.aws.awsAccount}:role/${name}`;

  const stops: readonly [what: string, args: () => string[], code: number, says: readonly string[]][] = [
    [
      "a ServiceAccount that exists and is not ours",
      () => createSa("shop/plain", "--policy-arn", S3_READ),
      1,
      ["shop/plain already exists", "--override-existing-serviceaccounts"],
    ],
    [
      "a ServiceAccount of Helm's",
      () => createSa("shop/helm", "--policy-arn", S3_READ, "--override-existing-serviceaccounts"),
      1,
      ["Helm (release web)", "--role-only -o yaml"],
    ],
    [
      "a ServiceAccount of Argo CD's",
      () => createSa("shop/argo", "--policy-arn", S3_READ, "--override-existing-serviceaccounts"),
      1,
      ["Argo CD (shop)", "--role-only -o yaml"],
    ],
    [
      "a ServiceAccount of Flux's",
      () => createSa("shop/flux", "--policy-arn", S3_READ, "--override-existing-serviceaccounts"),
      1,
      ["Flux (apps)", "--role-only -o yaml"],
    ],
    [
      "a role of that name that is not ours",
      () => createSa("shop/new", "--policy-arn", S3_READ, "--role-name", "stranger"),
      1,
      ["role 'stranger' exists and is not managed by irsa", "--attach-role-arn"],
    ],
    [
      "an annotated role that lacks the policy",
      () => createSa("shop/lacking", "--policy-arn", S3_READ),
      1,
      ["not attached", "AmazonS3ReadOnlyAccess", "--role-name"],
    ],
    [
      "an annotated role that refuses",
      () => createSa("shop/refused", "--policy-arn", S3_READ),
      1,
      ["stranger"],
    ],
    [
      "an annotated role that is gone",
      () => createSa("shop/orphan", "--policy-arn", S3_READ),
      1,
      ["that does not exist", "--attach-role-arn"],
    ],
    [
      "a role that refuses, with the statement",
      () => createSa("shop/new", "--attach-role-arn", roleArnOf("stranger")),
      1,
      [
        "does not trust shop/new",
        '"sts:AssumeRoleWithWebIdentity"',
        "system:serviceaccount:shop:new",
        "--add-trust",
      ],
    ],
    [
      "a role that is not there",
      () => createSa("shop/new", "--attach-role-arn", roleArnOf("nobody")),
      1,
      ["role 'nobody' not found"],
    ],
    [
      "a role of another AWS account",
      () => createSa("shop/new", "--attach-role-arn", "arn:aws:iam::999999999999:role/x"),
      1,
      ["999999999999"],
    ],
    [
      "the ServiceAccount 'default'",
      () => createSa("shop/default", "--policy-arn", S3_READ),
      1,
      ["--allow-default-service-account"],
    ],
    [
      "AdministratorAccess",
      () => createSa("shop/new", "--policy-arn", "arn:aws:iam::aws:policy/AdministratorAccess"),
      1,
      ["--allow-administrator-policy"],
    ],
    [
      "IAMFullAccess",
      () => createSa("shop/new", "--policy-arn", "arn:aws:iam::aws:policy/IAMFullAccess"),
      1,
      ["--allow-administrator-policy"],
    ],
    [
      "a customer's policy of that kind",
      () => createSa("shop/new", "--policy-arn", customer("almighty")),
      1,
      ["almighty", "--allow-administrator-policy"],
    ],
    [
      "a policy that does not exist",
      () => createSa("shop/new", "--policy-arn", customer("typo")),
      1,
      ["policy/typo' not found"],
    ],
    [
      "an ARN of another partition",
      () => createSa("shop/new", "--policy-arn", "arn:aws-cn:iam::aws:policy/AmazonS3ReadOnlyAccess"),
      2,
      ["partition 'aws-cn'"],
    ],
    ["no policy at all", () => createSa("shop/new"), 2, ["--policy-arn", "--attach-role-arn"]],
    [
      "an ARN that is none",
      () => createSa("shop/new", "--policy-arn", "AmazonS3ReadOnlyAccess"),
      2,
      ["'AmazonS3ReadOnlyAccess' is not a valid policy ARN"],
    ],
    [
      "a bad role name and session at once",
      () =>
        createSa("shop/new", "--policy-arn", S3_READ, "--role-name", "a b", "--max-session-duration", "30m"),
      2,
      ["--role-name", "--max-session-duration"],
    ],
    [
      "flags that don't go together",
      () => createSa("shop/new", "--attach-role-arn", roleArnOf("friend"), "--policy-arn", S3_READ),
      2,
      ["can't be used with --attach-role-arn"],
    ],
    [
      "-o yaml without --role-only",
      () => createSa("shop/new", "--policy-arn", S3_READ, "-o", "yaml"),
      2,
      ["--role-only"],
    ],
    [
      "another plan than the expected one",
      () => createSa("shop/new", "--policy-arn", S3_READ, "--expect-plan", "deadbeefdeadbeef"),
      1,
      ["its digest is not 'deadbeefdeadbeef'"],
    ],
    [
      "a plan digest of 32 bits",
      () => createSa("shop/new", "--policy-arn", S3_READ, "--expect-plan", "deadbeef"),
      2,
      ["16 hexadecimal digits"],
    ],
    ["a pasted dash", () => createSa("shop/new", "–policy-arn", S3_READ), 2, ["begins with a dash"]],
    ["an unknown flag", () => createSa("shop/new", "--polcy-arn", S3_READ), 2, ["--policy-arn"]],
  ];

  test.each(stops)("stops at %s, with nothing written", async (_what, args, code, says) => {
    const refused = await refusedBy([...args(), "--approve"]);
    expect(refused.code, refused.stderr + refused.stdout).toBe(code);
    for (const words of says) expect(refused.stderr).toContain(words);
    expect(refused.stdout + refused.stderr).not.toMatch(/\bat .*\.js:\d+/);
  });

  test("an inline document is judged before anything is read: all that is wrong together", async () => {
    const file = join(world.environmentOf("admin")["HOME"] ?? "", "policy.json");
    await writeFile(
      file,
      JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Alow", Action: "s3:*" }] }),
    );
    world.aws.clearCalls();
    const refused = await refusedBy(createSa("shop/new", "--policy-file", file, "--approve"));
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("Effect");
    expect(refused.stderr).toContain("Resource");
    expect(world.aws.calls()).toEqual([]);
  });

  test("an inline document that makes administrators stops", async () => {
    const file = join(world.environmentOf("admin")["HOME"] ?? "", "admin.json");
    await writeFile(
      file,
      JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] }),
    );
    const refused = await refusedBy(createSa("shop/new", "--policy-file", file, "--approve"));
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain("--allow-administrator-policy");
  });

  test("a policy that may not be read is a warning", async () => {
    world.aws.deny({ action: "iam:GetPolicy" });
    const plan = await refusedBy(createSa("shop/new", "--policy-arn", S3_READ));
    expect(plan.code).toBe(0);
    expect(plan.stdout).toContain("AmazonS3ReadOnlyAccess can't be read");
  });

  test("kube-system is a warning", async () => {
    const plan = await refusedBy(createSa("kube-system/controller", "--policy-arn", S3_READ));
    expect(plan).toMatchObject({ code: 0 });
    expect(plan.stdout).toContain("kube-system is the namespace of the cluster's own controllers");
  });

  test.each([
    "iam:GetRole",
    "iam:ListAttachedRolePolicies",
    "iam:GetOpenIDConnectProvider",
    "eks:DescribeCluster",
  ])("a denied %s stops before anything is written", async (action) => {
    world.aws.deny({ action });
    const refused = await refusedBy(createSa("shop/new", "--policy-arn", S3_READ, "--approve"));
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain(`not permitted: ${action}`);
  });

  test("a company that allows roles only with a boundary gets told the flag", async () => {
    world.aws.deny({ action: "iam:CreateRole", by: "explicit" });
    const refused = await run(createSa("shop/new", "--policy-arn", S3_READ, "--approve"));
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain("not permitted: iam:CreateRole");
    expect(refused.stderr).toContain("--permissions-boundary");
    expect(await cluster.annotations("shop", "new")).toBeUndefined();
  });

  test("a viewer without rights in the cluster is stopped before IAM is touched", async () => {
    const refused = await refusedBy(createSa("shop/new", "--policy-arn", S3_READ, "--approve"), "viewer");
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain("not permitted in the cluster");
  });

  test("a principal that the cluster does not know is named", async () => {
    const { arn } = world.aws.keys.admin.principal;
    world.aws.updateCluster(CLUSTER_NAME, {
      accessEntries: [{ principalArn: arn, groups: ["system:masters"] }],
    });
    const refused = await refusedBy(createSa("shop/new", "--policy-arn", S3_READ, "--approve"), "session");
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain("the cluster does not recognize this AWS principal");
    expect(refused.stderr).toContain("assumed-role/deployer/ci");
  });

  test("--attach-role-arn with a role that trusts the ServiceAccount annotates it and leaves the role alone", async () => {
    const before = await roleOf(world.aws.iam(), "friend");
    const done = await run(createSa("shop/friend", "--attach-role-arn", roleArnOf("friend"), "--approve"));
    expect(done).toMatchObject({ code: 0 });
    expect(await roleOf(world.aws.iam(), "friend")).toEqual(before);
    expect(await cluster.annotations("shop", "friend")).toMatchObject({
      "eks.amazonaws.com/role-arn": roleArnOf("friend"),
    });
  });

  test("--add-trust shows the statement as a diff and keeps what others wrote", async () => {
    const args = createSa("shop/added", "--attach-role-arn", roleArnOf("stranger"), "--add-trust");
    const plan = await refusedBy(args);
    expect(plan.stdout).toContain("~ Role");
    expect(plan.stdout).toMatch(/\+ .*"sts:AssumeRoleWithWebIdentity"/);
    expect(await run([...args, "--approve"])).toMatchObject({ code: 0 });
    const { trust } = await roleOf(world.aws.iam(), "stranger");
    expect(trust).toMatchObject({
      Statement: [FOREIGN, { Principal: { Federated: expect.any(String) as string } }],
    });
  });

  test("a ServiceAccount whose role, made by others, has all that is asked is done", async () => {
    await world.aws.iam().send(new AttachRolePolicyCommand({ RoleName: "friend", PolicyArn: S3_READ }));
    const done = await refusedBy([...createSa("shop/friend", "--policy-arn", S3_READ), "--approve"]);
    expect(done).toMatchObject({ code: 0 });
    expect(done.stdout).toContain("Nothing to do");
  });
});
