import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  DeleteRoleCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { clusterOf, type Cluster } from "../cluster.ts";
import { createSa, S3_READ, STORY } from "../commands.ts";
import { irsa } from "../irsa.ts";
import { roleOf, withoutWriting } from "../observe-world.ts";

let world: World;
let cluster: Cluster;

beforeAll(async () => {
  world = await startWorld();
  cluster = clusterOf(world);
  expect(await run(STORY.associate)).toMatchObject({ code: 0 });
});
afterAll(async () => world?.stop());
beforeEach(() => world.aws.clearFaults());

const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  irsa(args, { ...world.environmentOf("admin"), ...more });

interface Answer {
  readonly schemaVersion: number;
  readonly state: string;
  readonly plan: { readonly digest: string; readonly changes: readonly { readonly kind: string }[] };
  readonly steps: readonly { readonly requestIds: readonly string[] }[];
  readonly result: { readonly role: string; readonly proof: { readonly state: string } | null };
}
const json = async (args: readonly string[]): Promise<Answer> =>
  JSON.parse((await run([...args, "-o", "json"])).stdout) as Answer;
const roleNameOf = (arn: string) => arn.split("/").at(-1) ?? "";

describe("approval", () => {
  const ask = createSa("team/planned", "--policy-arn", S3_READ);

  test("the plan's digest is the same until something changes, and only that plan is applied", async () => {
    const [first, second] = [await json(ask), await json(ask)];
    expect(first).toMatchObject({ schemaVersion: 2, state: "planned" });
    expect(second.plan.digest).toBe(first.plan.digest);
    const digest = first.plan.digest.slice(0, 16);
    const other = createSa("team/planned", "--policy-arn", "arn:aws:iam::aws:policy/AmazonSQSFullAccess");
    const refused = await withoutWriting(world, () => run([...other, "--approve", "--expect-plan", digest]));
    expect(refused).toMatchObject({ code: 1 });
    const done = await run([...ask, "--approve", "--expect-plan", digest]);
    expect(done).toMatchObject({ code: 0 });
  });

  test("--exit-code tells whether there is something to do", async () => {
    expect(await run([...ask, "--exit-code"])).toMatchObject({ code: 0 });
    expect(await run([...createSa("team/fresh", "--policy-arn", S3_READ), "--exit-code"])).toMatchObject({
      code: 3,
    });
  });

  test("every ARN of a plan is the real one", async () => {
    const args = createSa("team/computed", "--policy-arn", S3_READ);
    const planned = await json(args);
    const done = await json([...args, "--approve"]);
    expect(done.result.role).toBe(planned.result.role);
    expect((await cluster.annotations("team", "computed"))?.["eks.amazonaws.com/role-arn"]).toBe(
      planned.result.role,
    );
  });

  test("-o json has the changes, AWS's request ids and the proof, and nothing else on stdout", async () => {
    const done = await json([...createSa("team/told", "--policy-arn", S3_READ), "--approve"]);
    expect(done.state).toBe("done");
    expect(done.plan.changes.map(({ kind }) => kind)).toEqual([
      "createRole",
      "attachPolicy",
      "createServiceAccount",
    ]);
    expect(done.steps.flatMap(({ requestIds }) => requestIds).length).toBeGreaterThanOrEqual(2);
    expect(done.result.proof).toMatchObject({ state: "accepted" });
  });

  test("-o json tells a failure on stdout too", async () => {
    const refused = await run([...createSa("team/default", "--policy-arn", S3_READ), "-o", "json"]);
    expect(refused.code).toBe(1);
    const expected = {
      code: "default-account",
      hint: expect.stringContaining("--allow-default-service-account") as string,
    };
    expect(JSON.parse(refused.stdout)).toMatchObject({ schemaVersion: 2, error: expected });
  });

  test("no secret is printed", async () => {
    const args = [...createSa("team/secret", "--policy-arn", S3_READ), "--approve", "--debug"];
    const { stdout, stderr } = await run(["--debug", ...args.slice(0, -1)]);
    const { secretAccessKey } = world.aws.keys.admin;
    for (const secret of [secretAccessKey, "X-Amz-Signature", "k8s-aws-v1", "eyJ"]) {
      expect(stdout + stderr).not.toContain(secret);
    }
  });
});

describe("--role-only", () => {
  test("leaves the cluster alone and prints the manifest", async () => {
    const args = createSa(
      "gitops/worker",
      "--policy-arn",
      S3_READ,
      "--label",
      "team=payments",
      "--role-only",
      "-o",
      "yaml",
      "--approve",
    );
    const done = await run(args);
    expect(done).toMatchObject({ code: 0 });
    const manifest = parse(done.stdout) as { metadata: { annotations: Record<string, string> } };
    expect(manifest).toMatchObject({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { namespace: "gitops", name: "worker", labels: { team: "payments" } },
    });
    const role = await roleOf(
      world.aws.iam(),
      roleNameOf(manifest.metadata.annotations["eks.amazonaws.com/role-arn"] ?? ""),
    );
    expect(role.attached).toEqual([S3_READ]);
    await expect(cluster.core.readNamespace({ name: "gitops" })).rejects.toMatchObject({ code: 404 });
    await cluster.apply(`apiVersion: v1\nkind: Namespace\nmetadata: {name: gitops}\n---\n${done.stdout}`);
    expect(await run(createSa("gitops/worker", "--policy-arn", S3_READ, "--approve"))).toMatchObject({
      code: 0,
    });
  });
});

describe("every flag reaches what it names", () => {
  test("of a role and a ServiceAccount that are new", async () => {
    const file = join(world.environmentOf("admin")["HOME"] ?? "", "inline.json");
    const inline = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" }],
    };
    await writeFile(file, JSON.stringify(inline));
    const args = createSa(
      "team/full",
      "--policy-arn",
      `${S3_READ},arn:aws:iam::aws:policy/AmazonSQSFullAccess`,
      "--policy-file",
      file,
    );
    const flags = [
      "--role-prefix",
      "acme-",
      "--role-path",
      "/irsa/",
      "--max-session-duration",
      "2h",
      "--audience",
      "sts.example.com",
      "--permissions-boundary",
      "arn:aws:iam::aws:policy/PowerUserAccess",
      "--tag",
      "team=x,cost=y",
      "--description",
      "reads, and writes",
      "--label",
      "app=full",
    ];
    expect(await run([...args, ...flags])).toMatchObject({ code: 1 });
    const done = await json([...args, ...flags, "--associate-oidc", "--approve"]);
    const role = await roleOf(world.aws.iam(), roleNameOf(done.result.role));
    expect(role).toMatchObject({
      arn: expect.stringContaining(":role/irsa/acme-eks-work-cluster-team-full-") as string,
      attached: [S3_READ, "arn:aws:iam::aws:policy/AmazonSQSFullAccess"].toSorted(),
      boundary: "arn:aws:iam::aws:policy/PowerUserAccess",
      inline: { irsa: inline },
      maxSession: 7200,
      description: "reads, and writes",
      tags: { team: "x", cost: "y" },
    });
    expect(done.result.proof).toMatchObject({ state: "accepted" });
    const serviceAccount = await cluster.core.readNamespacedServiceAccount({
      namespace: "team",
      name: "full",
    });
    expect(serviceAccount.metadata?.annotations?.["eks.amazonaws.com/audience"]).toBe("sts.example.com");
    expect(serviceAccount.metadata?.labels).toMatchObject({
      app: "full",
      "app.kubernetes.io/managed-by": "irsa",
    });
    const again = await withoutWriting(world, () => run([...args, ...flags, "--approve"]));
    expect(again).toMatchObject({ code: 0 });
  });
});

describe("someone edits between plan and apply", () => {
  const NAME = "team/contested";
  const more = ["--policy-arn", S3_READ, "--tag", "reviewed=yes", "--approve"];
  let role: string;
  beforeAll(async () => {
    const done = await json([...createSa(NAME, "--policy-arn", S3_READ), "--approve"]);
    role = roleNameOf(done.result.role);
  });

  test("the role's trust: stopped, and their edit stays", async () => {
    const { trust } = await roleOf(world.aws.iam(), role);
    const theirs = JSON.parse(JSON.stringify(trust)) as { Statement: object[] };
    theirs.Statement.push({
      Effect: "Allow",
      Principal: { Service: "ec2.amazonaws.com" },
      Action: "sts:AssumeRole",
    });
    // The plan reads the role once; the next read is apply's, right before it writes.
    world.aws.before(
      "iam:GetRole",
      async () => {
        const PolicyDocument = JSON.stringify(theirs);
        await world.aws.iam().send(new UpdateAssumeRolePolicyCommand({ RoleName: role, PolicyDocument }));
      },
      2,
    );
    const stopped = await run(createSa(NAME, ...more));
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toContain("has changed since the plan was made");
    const after = await roleOf(world.aws.iam(), role);
    expect(after.trust).toEqual(theirs);
    expect(after.tags).not.toHaveProperty("reviewed");
    expect(await run(createSa(NAME, ...more))).toMatchObject({ code: 0 });
    expect((await roleOf(world.aws.iam(), role)).trust).toEqual(theirs);
  });

  test("the inline policy: stopped, and their edit stays", async () => {
    const file = join(world.environmentOf("admin")["HOME"] ?? "", "contested.json");
    const document = (action: string) => ({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: action, Resource: "*" }],
    });
    await writeFile(file, JSON.stringify(document("s3:GetObject")));
    const theirs = {
      RoleName: role,
      PolicyName: "irsa",
      PolicyDocument: JSON.stringify(document("sqs:SendMessage")),
    };
    // While there is none, the plan reads a list alone; this read is apply's, right before it writes.
    world.aws.before(
      "iam:GetRolePolicy",
      async () => void (await world.aws.iam().send(new PutRolePolicyCommand(theirs))),
    );
    const inline = createSa(NAME, "--policy-file", file, "--approve");
    const shared = await withoutWriting(world, () => run(inline));
    expect(shared.stderr).toContain(`--allow-shared-role ${role}`);
    const stopped = await run([...inline, "--allow-shared-role", role]);
    expect(stopped).toMatchObject({ code: 1 });
    expect((await roleOf(world.aws.iam(), role)).inline).toEqual({ irsa: document("sqs:SendMessage") });
  });

  test("the role appears under our name: stopped, not adopted", async () => {
    const args = createSa("team/raced", "--policy-arn", S3_READ);
    const name = roleNameOf((await json(args)).result.role);
    const { CreateRoleCommand } = await import("@aws-sdk/client-iam");
    const theirs = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
    });
    world.aws.before("iam:CreateRole", async () => {
      await world.aws.iam().send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: theirs }));
      await world.aws
        .iam()
        .send(new TagRoleCommand({ RoleName: name, Tags: [{ Key: "owner", Value: "them" }] }));
    });
    const stopped = await run([...args, "--approve"]);
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toContain("it already exists");
    expect((await roleOf(world.aws.iam(), name)).tags).toEqual({ owner: "them" });
    expect(await cluster.annotations("team", "raced")).toBeUndefined();
    await world.aws.iam().send(new DeleteRoleCommand({ RoleName: name }));
  });
});

describe("the proof", () => {
  test("is repeated until STS has heard the news", async () => {
    const code = "AccessDenied";
    const message = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
    world.aws.fail({
      action: "sts:AssumeRoleWithWebIdentity",
      times: 3,
      when: "before",
      status: 403,
      code,
      message,
    });
    const done = await json([...createSa("team/patient", "--policy-arn", S3_READ), "--approve"]);
    expect(done.result.proof).toMatchObject({ state: "accepted", tries: 4 });
  });

  test("is bounded: then the run has failed, and says what STS said", async () => {
    const message = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
    world.aws.fail({
      action: "sts:AssumeRoleWithWebIdentity",
      times: 99,
      when: "before",
      status: 403,
      code: "AccessDenied",
      message,
    });
    const failed = await run([
      ...createSa("team/refused", "--policy-arn", S3_READ),
      "--wait-timeout",
      "5s",
      "--approve",
    ]);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain(`AccessDenied: ${message}`);
    expect(failed.stderr).not.toContain("No changes made");
  });

  test("that can't be had for want of an answer is a failure that does not claim to have changed nothing", async () => {
    const message = "out of order";
    const fault = { times: 99, when: "before", status: 503, code: "ServiceUnavailable", message } as const;
    world.aws.fail({ action: "sts:AssumeRoleWithWebIdentity", ...fault });
    const failed = await run([...createSa("team/unheard", "--policy-arn", S3_READ), "--approve"]);
    expect(failed.code).toBe(1);
    expect(failed.stderr).not.toContain("No changes made");
    expect(await cluster.annotations("team", "unheard")).toHaveProperty(["eks.amazonaws.com/role-arn"]);
  });

  test("--no-wait leaves it out", async () => {
    world.aws.clearCalls();
    expect(
      await run([...createSa("team/hasty", "--policy-arn", S3_READ), "--no-wait", "--approve"]),
    ).toMatchObject({ code: 0 });
    expect(world.aws.calls().map(({ action }) => action)).not.toContain("AssumeRoleWithWebIdentity");
  });

  test("is a warning where tokens may not be made, and a failure where --wait was typed", async () => {
    const { arn } = world.aws.keys.viewer.principal;
    await cluster.apply(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: accounts}
rules:
  - {apiGroups: [""], resources: [serviceaccounts], verbs: [get, create, patch]}
  - {apiGroups: [""], resources: [namespaces], verbs: [get, create]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: accounts}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: accounts}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: "${arn}"}]
`);
    const viewer = (...flags: readonly string[]) =>
      irsa(
        createSa("team/unproved", "--policy-arn", S3_READ, "--approve", ...flags),
        world.environmentOf("viewer"),
      );
    const done = await viewer();
    expect(done).toMatchObject({ code: 0 });
    expect(done.stderr).toContain("unproven");
    expect(await viewer("--wait")).toMatchObject({ code: 1 });
    expect(await cluster.annotations("team", "unproved")).toHaveProperty(["eks.amazonaws.com/role-arn"]);
  });
});

test("a running pod that does not have the role yet is named, with the command that restarts it", async () => {
  await cluster.apply(`
apiVersion: v1
kind: ServiceAccount
metadata: {name: early, namespace: team}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: early, namespace: team}
spec:
  selector: {matchLabels: {app: early}}
  template:
    metadata: {labels: {app: early}}
    spec: {serviceAccountName: early, containers: [{name: app, image: app}]}
`);
  await cluster.runningPod("team", "app=early");
  const done = await run(
    createSa("team/early", "--policy-arn", S3_READ, "--override-existing-serviceaccounts", "--approve"),
  );
  expect(done).toMatchObject({ code: 0 });
  expect(done.stdout).toContain("1 pod started earlier and doesn't have it yet:");
  expect(done.stdout).toContain("kubectl -n team rollout restart deployment/early");
  expect(await cluster.annotations("team", "early")).toMatchObject({ "irsa/account": "adopted" });
});

test("the cluster's name may be its ARN", async () => {
  const arn = `arn:aws:eks:${world.aws.region}:${world.aws.awsAccount}:cluster/${CLUSTER_NAME}`;
  const { AWS_REGION: _, ...environment } = world.environmentOf("admin");
  expect(await irsa(["associate-oidc", "--cluster", arn], environment)).toMatchObject({ code: 0 });
});
