import { readFile } from "node:fs/promises";
import {
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { clusterOf, type Cluster } from "../cluster.ts";
import { createSa, S3_READ, STORY } from "../commands.ts";
import { irsa } from "../irsa.ts";
import { roleOf, snapshot, withoutWriting } from "../observe-world.ts";

const NAMESPACE = "amazon-cloudwatch";
const SERVICE_ACCOUNT = "cloudwatch-agent";
const ROLE_ARN = "eks.amazonaws.com/role-arn";
const POLICY = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy";

let world: World;
let cluster: Cluster;
let sts: STSClient;

beforeAll(async () => {
  world = await startWorld();
  cluster = clusterOf(world);
  sts = new STSClient({
    endpoint: world.aws.url,
    region: world.aws.region,
    credentials: world.aws.keys.admin,
  });
});
afterAll(async () => world?.stop());

const run = (args: readonly string[]) => irsa(args, world.environmentOf("admin"));
const roleArn = async () => (await cluster.annotations(NAMESPACE, SERVICE_ACCOUNT))?.[ROLE_ARN] ?? "";
const roleName = async () => (await roleArn()).split("/").at(-1) ?? "";
const exchange = (role: string, token: string) =>
  sts.send(
    new AssumeRoleWithWebIdentityCommand({ RoleArn: role, RoleSessionName: "pod", WebIdentityToken: token }),
  );

describe("the story", () => {
  test("without --approve nothing is written, and the plan says how to go on", async () => {
    const plan = await withoutWriting(world, () =>
      run(STORY.associate.filter((word) => word !== "--approve")),
    );
    expect(plan).toMatchObject({ code: 0, stderr: "" });
    expect(plan.stdout).toContain(`+ Provider        ${world.cluster.issuer}`);
    expect(plan.stdout).toContain("No changes made. Re-run with --approve to apply.");
  });

  test("associate-oidc registers the issuer verbatim, without a thumbprint", async () => {
    const associated = await run(STORY.associate);
    expect(associated.code).toBe(0);
    const { providers } = await snapshot(world);
    const hostPath = world.cluster.issuer.slice("https://".length);
    const provider = providers[`arn:aws:iam::${world.aws.awsAccount}:oidc-provider/${hostPath}`];
    expect(provider).toMatchObject({ ClientIDList: ["sts.amazonaws.com"] });
    const created = world.aws.calls().find(({ action }) => action === "CreateOpenIDConnectProvider");
    expect(created?.parameters).toMatchObject({ Url: world.cluster.issuer });
    expect(JSON.stringify(created?.parameters)).not.toContain("Thumbprint");
  });

  test("create-sa makes namespace, role and account, and proves them at STS", async () => {
    const created = await run(STORY.create);
    expect(created).toMatchObject({ code: 0 });
    expect(created.stdout).toContain(
      "Ready. Pods with serviceAccountName: cloudwatch-agent in amazon-cloudwatch assume",
    );
    expect(created.stderr).toContain("STS accepts its token");
    const role = await roleOf(world.aws.iam(), await roleName());
    expect(role).toMatchObject({ arn: await roleArn(), attached: [POLICY] });
    expect(role.tags).toMatchObject({
      "irsa/managed-by": "irsa",
      "irsa/origin": "created",
      "irsa/namespace": NAMESPACE,
    });
    const hostPath = world.cluster.issuer.slice("https://".length);
    expect(role.trust).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["sts:AssumeRoleWithWebIdentity"],
          Principal: { Federated: `arn:aws:iam::${world.aws.awsAccount}:oidc-provider/${hostPath}` },
          Condition: {
            StringEquals: {
              [`${hostPath}:sub`]: `system:serviceaccount:${NAMESPACE}:${SERVICE_ACCOUNT}`,
              [`${hostPath}:aud`]: "sts.amazonaws.com",
            },
          },
        },
      ],
    });
  });

  test("a pod of the DaemonSet runs, injected, and its token gets credentials of the role", async () => {
    await cluster.apply(
      await readFile(new URL("../fixtures/cwagent-daemonset.yaml", import.meta.url), "utf8"),
    );
    const pod = await cluster.runningPod(NAMESPACE, "name=cloudwatch-agent");
    const [container] = pod.spec?.containers ?? [];
    const variables = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
    const folder = "/var/run/secrets/eks.amazonaws.com/serviceaccount";
    expect(variables).toMatchObject({
      AWS_ROLE_ARN: await roleArn(),
      AWS_WEB_IDENTITY_TOKEN_FILE: `${folder}/token`,
    });
    expect(container?.volumeMounts).toContainEqual(
      expect.objectContaining({ name: "aws-iam-token", mountPath: folder }),
    );
    const answer = await exchange(await roleArn(), await cluster.podToken(pod));
    expect(answer.Credentials?.AccessKeyId).toMatch(/^ASIA/);
    expect(answer.AssumedRoleUser?.Arn).toBe(
      `arn:aws:sts::${world.aws.awsAccount}:assumed-role/${await roleName()}/pod`,
    );
  });

  test("STS refuses an account of another namespace, and another account of this one", async () => {
    for (const [namespace, name] of [
      ["default", SERVICE_ACCOUNT],
      [NAMESPACE, "other"],
    ] as const) {
      await cluster.core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
      const token = await cluster.serviceAccountToken(namespace, name, "sts.amazonaws.com");
      await expect(exchange(await roleArn(), token)).rejects.toMatchObject({
        name: "AccessDenied",
        message: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
      });
    }
  });

  test("again: no write on the wire, exit 0", async () => {
    for (const command of [STORY.associate, STORY.create]) {
      const again = await withoutWriting(world, () => run(command));
      expect(again.code).toBe(0);
      expect(again.stdout.toLowerCase()).toContain("nothing to do");
    }
  });
});

describe("what breaks is repaired by the same commands", () => {
  const breaks: Readonly<Record<string, () => Promise<unknown>>> = {
    "account deleted": () =>
      cluster.core.deleteNamespacedServiceAccount({ namespace: NAMESPACE, name: SERVICE_ACCOUNT }),
    "annotation removed": () =>
      cluster.core.replaceNamespacedServiceAccount({
        namespace: NAMESPACE,
        name: SERVICE_ACCOUNT,
        body: {
          metadata: {
            name: SERVICE_ACCOUNT,
            namespace: NAMESPACE,
            labels: { "app.kubernetes.io/managed-by": "irsa" },
          },
        },
      }),
    "policy detached": async () =>
      world.aws.iam().send(new DetachRolePolicyCommand({ RoleName: await roleName(), PolicyArn: POLICY })),
    "role deleted": async () => {
      const RoleName = await roleName();
      await world.aws.iam().send(new DetachRolePolicyCommand({ RoleName, PolicyArn: POLICY }));
      await world.aws.iam().send(new DeleteRoleCommand({ RoleName }));
    },
    "provider without the audience": async () => {
      const { providers } = await snapshot(world);
      const [OpenIDConnectProviderArn] = Object.keys(providers);
      await world.aws.iam().send(
        new RemoveClientIDFromOpenIDConnectProviderCommand({
          OpenIDConnectProviderArn,
          ClientID: "sts.amazonaws.com",
        }),
      );
    },
  };

  test.each(Object.keys(breaks))("%s", async (name) => {
    const before = await snapshot(world);
    const arn = await roleArn();
    await breaks[name]?.();
    for (const command of [STORY.associate, STORY.create])
      expect(await run(command)).toMatchObject({ code: 0 });
    const after = await snapshot(world);
    expect({ roles: after.roles, providers: after.providers }).toEqual({
      roles: before.roles,
      providers: before.providers,
    });
    expect(await roleArn()).toBe(arn);
    const token = await cluster.serviceAccountToken(NAMESPACE, SERVICE_ACCOUNT, "sts.amazonaws.com");
    expect((await exchange(arn, token)).Credentials?.AccessKeyId).toMatch(/^ASIA/);
  });

  test("a second ServiceAccount in the same namespace leaves the first as it is", async () => {
    const before = await snapshot(world);
    const second = await run(createSa(`${NAMESPACE}/reader`, "--policy-arn", S3_READ, "--approve"));
    expect(second).toMatchObject({ code: 0 });
    const after = await snapshot(world);
    expect(after.roles).toMatchObject(before.roles);
    expect(Object.keys(after.roles)).toHaveLength(Object.keys(before.roles).length + 1);
  });
});

test("names that Kubernetes would refuse stop before anything is read or written", async () => {
  world.aws.clearCalls();
  const refused = await withoutWriting(world, () =>
    run([
      "create-sa",
      "--cluster",
      CLUSTER_NAME,
      "--namespace",
      "Bad_NS",
      "--name",
      "BadName",
      "--policy-arn",
      S3_READ,
      "--approve",
    ]),
  );
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("'Bad_NS' is not a valid namespace");
  expect(refused.stderr).toContain("'BadName' is not a valid ServiceAccount name");
  expect(world.aws.calls()).toEqual([]);
});
