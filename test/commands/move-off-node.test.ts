import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import type { PolicyArn } from "../../src/model/arn.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { runIn, runWell } from "../fakes/command-line.ts";
import {
  addDeployment,
  addNode,
  addPodOf,
  allowing,
  NODE_ROLE,
  nodeWorld,
  type NodeRoleState,
} from "../fakes/node-world.ts";
import { ownRole } from "../fakes/values.ts";
import type { World } from "../fakes/world.ts";

Object.assign(globalThis, { IRSA_VERSION: "0.0.0", IRSA_HOMEPAGE: "https://irsa.example" });

const ON = "--cluster eks-work-cluster --region ap-northeast-2";
const FLAGS = ON.split(" ");
const CREATE = ["irsa", "create-sa", "shop/web", ...FLAGS, "--policy-file", "policy.json"];

interface Told {
  readonly workload: string;
  readonly state: string;
  readonly commands: readonly { readonly argv: readonly string[] }[];
  readonly notes: readonly string[];
}

interface Result {
  readonly workloads: readonly Told[];
  readonly policy: { readonly Statement: readonly Record<string, unknown>[] } | null;
  readonly breaks: readonly { readonly workload: string; readonly reach: string }[];
  readonly [field: string]: unknown;
}

async function told(of: World, line: string) {
  const { failure, heard } = await runIn(of, `move-off-node ${line} ${ON}`);
  return { failure, code: heard.code, out: heard.out.join("\n") };
}

async function answer(of: World, line: string) {
  const { out, failure, code } = await told(of, `${line} -o json`);
  if (failure !== undefined) throw failure;
  const { result }: { readonly result: Result } = JSON.parse(out);
  return { result, code };
}

const shop = (more: NodeRoleState = {}): World => addDeployment(nodeWorld(more), "shop/web", "default");
const commandsOf = (result: Result, workload = "deployment/web") =>
  result.workloads.find((one) => one.workload === workload)?.commands.map(({ argv }) => argv);
const actionsOf = (result: Result) => result.policy?.Statement.map(({ Action }) => Action);

describe("irsa move-off-node", () => {
  it("proposes what the role allows and used, and the commands, and changes nothing", async () => {
    const of = shop();
    const before = of.snapshot();
    const { result, code } = await answer(of, "deployment/web -n shop");
    const [actions] = actionsOf(result) ?? [];
    expect(actions).toEqual(expect.arrayContaining(["s3:ListAllMyBuckets", "sqs:SendMessage"]));
    expect(JSON.stringify(actions)).not.toMatch(/DeleteBucket"|dynamodb/);
    expect(commandsOf(result)).toEqual([CREATE, ["irsa", "use-sa", "shop/web", "deployment/web", ...FLAGS]]);
    expect(result.breaks).toMatchObject([
      { namespace: "shop", workload: "deployment/web", reach: "possible", nodeRole: NODE_ROLE },
    ]);
    expect(code).toBe(0);
    expect(of.snapshot()).toEqual(before);
  });

  it("works: after the printed commands the pods have a role of their own, and nothing breaks", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "irsa-off-node-")), "policy.json");
    const of = shop();
    const { result } = await answer(of, `deployment/web -n shop --file ${file}`);
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual(result.policy);
    for (const argv of commandsOf(result) ?? [])
      await runWell(of, `${argv.slice(1).join(" ")} --no-wait --approve`);
    const after = await answer(of, "deployment/web -n shop");
    expect(after.result.workloads).toMatchObject([{ state: "hasIdentity", commands: [] }]);
    expect((await answer(of, "-n shop")).result.workloads).toEqual([]);
  });

  it("takes a ServiceAccount that no other workload has, and restarts it", async () => {
    const of = addDeployment(nodeWorld(), "shop/web", "web").withServiceAccount("shop/web");
    expect(commandsOf((await answer(of, "-n shop")).result)).toEqual([
      CREATE.concat("--override-existing-serviceaccounts"),
      ["irsa", "stale-pods", "shop/web", ...FLAGS, "--restart"],
    ]);
  });

  it("leaves one that other workloads have, and says what the new one lacks", async () => {
    const of = addDeployment(nodeWorld(), "shop/web", "shared").withServiceAccount("shop/shared");
    addDeployment(of, "shop/api", "shared");
    const { result } = await answer(of, "-n shop");
    expect(result.workloads).toMatchObject([
      { workload: "deployment/api", newServiceAccount: { name: "api" } },
      {
        workload: "deployment/web",
        newServiceAccount: { name: "web" },
        notes: ["ServiceAccount web has none of the Kubernetes permissions of shared"],
      },
    ]);
  });

  it("takes the ServiceAccount that is named", async () => {
    const { result } = await answer(shop(), "deployment/web -n shop --service-account front");
    expect(commandsOf(result)?.[0]).toContain("shop/front");
  });

  it("limits the new role as the node's role is limited: by its boundary, and by what is denied", async () => {
    const boundary = "arn:aws:iam::111122223333:policy/edge" as PolicyArn;
    const deny = trustPolicy([{ Effect: "Deny", Action: "s3:GetObject", Resource: "*" }]);
    const of = shop({ inline: { app: allowing("s3:*"), deny } });
    const role = of.iam.roles.get("nodes");
    if (role !== undefined) of.iam.roles.set("nodes", { ...role, role: { ...role.role, boundary } });
    const { result } = await answer(of, "-n shop");
    expect(commandsOf(result)?.[0]).toEqual(expect.arrayContaining(["--permissions-boundary", boundary]));
    expect(result.policy?.Statement).toContainEqual(expect.objectContaining({ Effect: "Deny" }));
  });

  it("leaves out what nodes need and a wildcard allows, and keeps what a policy names", async () => {
    const patterns = allowing("ec2:*Instances");
    const wild = (await answer(shop({ inline: { app: patterns } }), "-n shop")).result;
    expect(wild["actionsOfNodes"]).toEqual(["ec2:DescribeInstances"]);
    expect(actionsOf(wild)?.flat()).not.toContain("ec2:DescribeInstances");
    expect(actionsOf(wild)?.flat()).toContain("ec2:StartInstances");
    const named = allowing(["ec2:DescribeInstances", "ec2:StartInstances"]);
    const kept = (await answer(shop({ inline: { app: named } }), "-n shop")).result;
    expect(actionsOf(kept)).toEqual([["ec2:DescribeInstances", "ec2:StartInstances"]]);
    expect(kept["actionsOfNodes"]).toEqual([]);
  });

  it("says that a condition holds for instances alone", async () => {
    const inline = {
      app: trustPolicy([
        {
          Effect: "Allow",
          Action: "sqs:SendMessage",
          Resource: "*",
          Condition: { ArnLike: { "ec2:SourceInstanceARN": "*" } },
        },
      ]),
    };
    const { result } = await answer(shop({ inline }), "-n shop");
    expect(result["instanceConditionKeys"]).toEqual(["ec2:SourceInstanceARN"]);
  });

  it("lists everybody who may break, in every namespace, and those with the network of the node for certain", async () => {
    const of = addDeployment(shop(), "other/api", "default");
    addPodOf(of, "kube-system/agent-1", "daemonset/agent", { spec: hostNetwork() });
    addPodOf(of, "kube-system/aws-node-1", "daemonset/aws-node", { spec: hostNetwork() });
    addPodOf(of, "shop/over", undefined, { phase: "Succeeded" });
    const { result } = await answer(of, "deployment/web -n shop");
    expect(result.breaks.map(({ workload, reach }) => [workload, reach])).toEqual([
      ["daemonset/agent", "certain"],
      ["deployment/api", "possible"],
      ["deployment/web", "possible"],
    ]);
    const { out } = await told(of, "deployment/web -n shop");
    expect(out).toMatch(/kube-system\/daemonset\/agent +default +1 pod +hostNetwork: gets the role/);
    expect(out).toContain("workloads without a pod now, such as a CronJob between its runs");
  });

  it("moves nothing where the hop limit keeps the pods from the role", async () => {
    const { result } = await answer(
      addDeployment(nodeWorld({}, {}), "shop/web", "default"),
      "deployment/web -n shop",
    );
    expect(result.workloads).toMatchObject([{ state: "notReached", commands: [] }]);
    expect(result.breaks).toEqual([]);
  });

  it("takes options that EC2 does not tell for unknown, not for closed", async () => {
    const of = shop();
    for (const { metadata, ...rest } of of.ec2.instances.values())
      if (metadata !== undefined) of.ec2.instances.set(rest.id, rest);
    const { result } = await answer(of, "deployment/web -n shop");
    expect(result.workloads).toMatchObject([{ state: "onNodeRole", reach: "unknown" }]);
    expect(result.breaks.map(({ reach }) => reach)).toEqual(["unknown"]);
  });

  it("says that a restart is enough where the ServiceAccount has a role already", async () => {
    const of = addDeployment(nodeWorld(), "shop/web", "web").withServiceAccount("shop/web", {
      annotations: { [ROLE_ANNOTATION]: ownRole("web") },
    });
    of.api.pods.splice(0);
    addPodOf(of, "shop/web-1", "deployment/web", { serviceAccountName: "web" });
    expect((await answer(of, "-n shop")).result.workloads).toMatchObject([
      { state: "restartNeeded", commands: [] },
    ]);
  });

  it("puts the roles of several nodes together only if they are named", async () => {
    const of = addNode(shop(), "batch", { inline: { app: allowing("kms:Decrypt") } });
    addDeployment(of, "shop/api", "default", "batch");
    const { failure } = await told(of, "-n shop");
    expect(failure?.code).toBe("several-node-roles");
    expect(failure?.detail.command?.join(" ")).toBe(
      `irsa move-off-node -n shop ${ON} --node-role batch --node-role nodes`,
    );
    const one = (await answer(of, "deployment/api -n shop")).result;
    expect(actionsOf(one)).toEqual(["kms:Decrypt"]);
    const both = (await answer(of, "-n shop --node-role nodes --node-role batch")).result;
    expect(JSON.stringify(actionsOf(both))).toMatch(
      /sqs:SendMessage.*kms:Decrypt|kms:Decrypt.*sqs:SendMessage/,
    );
  });

  it("moves a workload without pods if the role is named", async () => {
    const of = shop();
    of.api.pods.splice(0);
    expect((await answer(of, "deployment/web -n shop")).result.workloads).toMatchObject([
      { state: "noPods", commands: [] },
    ]);
    expect(commandsOf((await answer(of, "deployment/web -n shop --node-role nodes")).result)).toHaveLength(2);
  });

  it("proposes nothing where the role allows what nodes need alone", async () => {
    const { out } = await told(shop({ inline: { pull: allowing("ecr:BatchGetImage") } }), "-n shop");
    expect(out).toMatch(/beyond what nodes need +nothing/);
    expect(out).toContain("None that has no identity of its own");
    expect(out).not.toContain("irsa create-sa");
  });

  it("says what it could not read, and never takes it for nothing", async () => {
    const policy = "arn:aws:iam::111122223333:policy/app" as PolicyArn;
    const of = shop({ attached: [policy], inline: {} }).withPolicy(policy, allowing("s3:*"));
    of.log.deny("iam.getPolicyDocument");
    const { result, code } = await answer(of, "-n shop");
    expect(code).toBe(4);
    expect(result["nodeRoles"]).toMatchObject([{ policies: [{ arn: policy, beyond: null }] }]);
    expect(result.breaks).toHaveLength(1);
  });

  test.each([
    ["instances", "ec2.describeInstances", "node-role-unknown"],
    ["what the role used", "iam.getUseReport", "access-denied"],
    ["the pods", "kubernetes.listPodSummaries", "forbidden"],
  ])("ends if %s can't be read", async (_, call, code) => {
    const of = shop();
    of.log.deny(call);
    expect((await told(of, "-n shop")).failure?.code).toBe(code);
  });

  test.each([
    ["deployment/none -n shop", "workload-not-found"],
    ["pod/none -n shop", "workload-not-found"],
    ["web -n shop", "invalid-input"],
    ["-n shop --service-account a", "invalid-input"],
    ["-n Shop", "invalid-input"],
    ["-n shop --node-role nowhere", "no-role"],
    ["-n shop --node-role unrelated", "node-role-unknown"],
  ])("%s: %s", async (line, code) => {
    const of = shop().withRole(ownRole("unrelated"));
    expect((await told(of, line)).failure?.code).toBe(code);
  });
});

function hostNetwork() {
  const of = addPodOf(nodeWorld(), "x/y", undefined);
  const [pod] = of.api.pods;
  if (pod === undefined) throw new Error("no pod");
  return { ...pod.spec, hostNetwork: true as const };
}
