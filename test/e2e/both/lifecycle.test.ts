import { DetachRolePolicyCommand, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { clusterOf, type Cluster } from "../cluster.ts";
import { createSa, S3_READ, STORY } from "../commands.ts";
import { irsa } from "../irsa.ts";
import { roleOf, snapshot, withoutWriting, type Snapshot } from "../observe-world.ts";

const NAMESPACE = "shop";
const NAME = "cart";
const ROLE_ARN = "eks.amazonaws.com/role-arn";
const SQS_READ = "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess";

let world: World;
let cluster: Cluster;
/** The world before irsa came. */
let before: Snapshot;

const run = (args: readonly string[]) => irsa(args, world.environmentOf("admin"));
const on = (command: string, ...flags: readonly string[]) => [command, "--cluster", CLUSTER_NAME, ...flags];
const cart = (command: string, ...flags: readonly string[]) =>
  on(command, "--namespace", NAMESPACE, "--name", NAME, ...flags);
const roleArn = async () => (await cluster.annotations(NAMESPACE, NAME))?.[ROLE_ARN] ?? "";
const roleName = async () => (await roleArn()).split("/").at(-1) ?? "";

interface Row {
  readonly serviceAccount: { readonly namespace: string; readonly name: string };
  readonly state: string;
  readonly managedBy: string;
  readonly policies: readonly string[];
  readonly drift: readonly { readonly code: string }[];
}

async function rows(): Promise<readonly Row[]> {
  const { stdout, code } = await run(on("get-sa", "-o", "json"));
  expect(code).toBe(0);
  return (JSON.parse(stdout) as { result: { serviceAccounts: Row[] } }).result.serviceAccounts;
}

beforeAll(async () => {
  world = await startWorld();
  cluster = clusterOf(world);
  before = await snapshot(world);
  for (const command of [
    STORY.associate,
    createSa(`${NAMESPACE}/${NAME}`, "--policy-arn", S3_READ, "--approve"),
  ])
    expect(await run(command)).toMatchObject({ code: 0 });
});
afterAll(async () => world?.stop());

describe("a ServiceAccount's life", () => {
  test("get-sa lists it in sync, and irsa's", async () => {
    const table = await withoutWriting(world, () => run(on("get-sa")));
    expect(table.stdout).toMatch(/shop +cart +\S+ +IRSA +AmazonS3ReadOnlyAccess +irsa +in sync/);
    expect(await rows()).toMatchObject([
      {
        serviceAccount: { namespace: NAMESPACE, name: NAME },
        state: "inSync",
        managedBy: "irsa",
        policies: [S3_READ],
      },
    ]);
  });

  test("update-sa shows what it would change and then changes that alone", async () => {
    const changes = ["--set-policy-arn", SQS_READ, "--max-session-duration", "2h", "--label", "team=shop"];
    const plan = await withoutWriting(world, () => run(cart("update-sa", ...changes)));
    expect(plan.stdout).toContain("- policy       AmazonS3ReadOnlyAccess");
    const was = await roleOf(world.aws.iam(), await roleName());
    expect(await run(cart("update-sa", ...changes, "--approve"))).toMatchObject({ code: 0 });
    const now = await roleOf(world.aws.iam(), await roleName());
    const { "irsa/attached": mark, ...tags } = now.tags;
    const { "irsa/attached": old, ...oldTags } = was.tags;
    expect(now).toMatchObject({ attached: [SQS_READ], maxSession: 7200, trust: was.trust, arn: was.arn });
    expect(tags).toEqual(oldTags);
    expect(mark).not.toBe(old);
    const text = ["--description", "serves carts"];
    expect(await run(cart("update-sa", ...text, "--approve"))).toMatchObject({ code: 0 });
    expect(await roleOf(world.aws.iam(), await roleName())).toEqual({ ...now, description: "serves carts" });
    expect(await rows()).toMatchObject([{ description: "serves carts", maxSessionDuration: 7200 }]);
    const again = await withoutWriting(world, () => run(cart("update-sa", ...changes, "--approve")));
    expect(again.stdout).toContain("Nothing to do.");
  });

  test.each([
    ["team=shop", [NAME]],
    ["team", [NAME]],
    ["team in (till,shop),app.kubernetes.io/managed-by=irsa", [NAME]],
    ["team!=shop", []],
    ["!team", []],
    ["team notin (shop)", []],
  ])(
    "-l selects by the ServiceAccounts' labels, as the API server judges them: %s",
    async (selector, names) => {
      const all = await run(on("get-sa", "-A", "-l", selector, "-o", "json"));
      const { result } = JSON.parse(all.stdout) as { result: { serviceAccounts: Row[] } };
      expect(result.serviceAccounts.map(({ serviceAccount }) => serviceAccount.name)).toEqual(names);
      const who = await run(
        on("who-can", await roleArn(), "-l", selector, "-o", "jsonpath={.subjects[*].serviceAccount.name}"),
      );
      expect(who).toMatchObject({ code: 0, stdout: names.join(" ") });
    },
  );

  test.each<readonly [string, () => Promise<unknown>, string, string]>([
    [
      "a policy detached by hand",
      async () =>
        world.aws
          .iam()
          .send(new DetachRolePolicyCommand({ RoleName: await roleName(), PolicyArn: SQS_READ })),
      "attachment-gone",
      "",
    ],
    [
      "a trust policy written again",
      async () =>
        world.aws.iam().send(
          new UpdateAssumeRolePolicyCommand({
            RoleName: await roleName(),
            PolicyDocument: JSON.stringify({
              Version: "2012-10-17",
              Statement: {
                Effect: "Allow",
                Principal: { Service: "ec2.amazonaws.com" },
                Action: "sts:AssumeRole",
              },
            }),
          }),
        ),
      "role-shared trust-refuses",
      "role-shared",
    ],
  ])("get-sa reports what has drifted, and create-sa repairs it: %s", async (_name, happen, codes, left) => {
    await happen();
    const [row] = await rows();
    expect(row?.drift.map((one) => one.code).join(" ")).toBe(codes);
    expect((await run(on("get-sa", "--exit-code"))).code).toBe(3);
    const mend = createSa(`${NAMESPACE}/${NAME}`, "--policy-arn", SQS_READ, "--approve");
    const isShared = left !== "";
    const before = isShared ? await withoutWriting(world, () => run(mend)) : { code: 1 };
    expect(before.code).toBe(1);
    expect(await run([...mend, "--allow-shared-role", await roleName()])).toMatchObject({ code: 0 });
    const [mended] = await rows();
    expect(mended?.drift.map((one) => one.code).join(" ")).toBe(left);
  });

  test("disassociate-oidc refuses while a role trusts the provider, and names it", async () => {
    const refused = await withoutWriting(world, () => run(on("disassociate-oidc", "--approve")));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(await roleArn());
  });

  test("delete-sa says which pods lose their credentials, and leaves a role that others may assume", async () => {
    await cluster.apply(POD);
    await cluster.runningPod(NAMESPACE, "app=cart");
    const plan = await withoutWriting(world, () => run(cart("delete-sa")));
    expect(plan.stdout).toContain("is kept: its trust policy has a statement in addition to irsa's");
    expect(plan.stdout).toContain(
      "running pods lose access to AWS when their credentials expire, usually within an hour: pod cart",
    );
  });

  test("delete-sa removes what irsa made; the token that was taken before gets nothing any more", async () => {
    const arn = await roleArn();
    const token = await cluster.serviceAccountToken(NAMESPACE, NAME, "sts.amazonaws.com");
    const sts = new STSClient({
      endpoint: world.aws.url,
      region: world.aws.region,
      credentials: world.aws.keys.admin,
    });
    const exchange = () =>
      sts.send(
        new AssumeRoleWithWebIdentityCommand({
          RoleArn: arn,
          RoleSessionName: "pod",
          WebIdentityToken: token,
        }),
      );
    expect((await exchange()).Credentials?.AccessKeyId).toMatch(/^ASIA/);
    await onlyOurStatement();
    const removed = await run(cart("delete-sa", "--approve"));
    expect(removed).toMatchObject({ code: 0 });
    expect(removed.stdout).toContain("The ServiceAccount shop/cart was deleted.");
    await expect(exchange()).rejects.toMatchObject({
      name: expect.stringContaining("AccessDenied") as string,
    });
    expect((await snapshot(world)).roles).toEqual(before.roles);
    expect(await cluster.annotations(NAMESPACE, NAME)).toBeUndefined();
    const again = await withoutWriting(world, () => run(cart("delete-sa", "--approve")));
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain("Nothing to do.");
  });

  test("disassociate-oidc deletes the provider, and AWS is as it was before irsa came", async () => {
    expect(await run(on("disassociate-oidc", "--approve"))).toMatchObject({ code: 0 });
    const { roles, providers } = await snapshot(world);
    expect({ roles, providers }).toEqual({ roles: before.roles, providers: before.providers });
  });
});

/** Takes EC2's statement out of the trust policy again. */
async function onlyOurStatement(): Promise<void> {
  const RoleName = await roleName();
  const { trust } = await roleOf(world.aws.iam(), RoleName);
  const { Statement } = trust as { Statement: { Action: string | string[] }[] };
  const ours = Statement.filter(({ Action }) => String(Action) === "sts:AssumeRoleWithWebIdentity");
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: ours });
  await world.aws.iam().send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
}

const POD = `
apiVersion: v1
kind: Pod
metadata:
  namespace: ${NAMESPACE}
  name: cart
  labels: {app: cart}
spec:
  serviceAccountName: ${NAME}
  containers: [{name: cart, image: "example.com/cart:1"}]
`;
