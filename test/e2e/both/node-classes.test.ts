import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NODE_CLASSES } from "../../../src/model/node-classes.ts";
import { NODE_CLASS_DEFINITIONS } from "../../worlds/crds/node-classes.ts";
import { isEmbedded, startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { clusterOf } from "../cluster.ts";
import { irsa } from "../irsa.ts";

const GAPS = [`EC2NodeClass objects of ${CLUSTER_NAME}`, `NodeClass objects of ${CLUSTER_NAME}`];
const GROUP = "auditors";

let world: World;
let kubeconfig: string;

beforeAll(async () => {
  world = await startWorld();
  kubeconfig = await world.kubeconfigFor("auditor", [GROUP]);
  const iam = world.aws.iam();
  for (const [name, service] of [
    ["nodes", "ec2.amazonaws.com"],
    ["deploy", "lambda.amazonaws.com"],
  ] as const) {
    const trust = statement({ Principal: { Service: service }, Action: "sts:AssumeRole" });
    await iam.send(
      new CreateRoleCommand({ RoleName: name, Path: "/team/", AssumeRolePolicyDocument: trust }),
    );
    const all = statement({ Action: "*", Resource: "*" });
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: "all", PolicyDocument: all }));
  }
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "pool" }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: "pool", RoleName: "nodes" }));
});
afterAll(async () => world?.stop());

function statement(parts: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...parts }] });
}

interface Report {
  readonly findings: readonly {
    readonly rule: string;
    readonly message: string;
    readonly subject: { readonly name: string };
    readonly evidence: readonly { readonly label: string; readonly value: string }[];
  }[];
  readonly notRead: readonly { readonly what: string }[];
}

async function audit(...args: readonly string[]): Promise<Report & { readonly code: number }> {
  const { code, stdout } = await irsa(
    ["audit", "--cluster", CLUSTER_NAME, "-o", "json", ...args],
    world.environmentOf("admin"),
  );
  return { ...(JSON.parse(stdout) as { readonly result: Report }).result, code };
}

/** What `irsa permissions` prints for an audit, with or without node classes. */
async function grantAudit(withClasses: boolean): Promise<void> {
  const { stdout } = await irsa(["permissions", "audit", "-o", "json", "--group", GROUP], {});
  interface Rule {
    readonly apiGroups?: readonly string[];
  }
  interface Manifest {
    readonly kind: string;
    readonly metadata: object;
    readonly rules?: readonly Rule[];
  }
  const { result } = JSON.parse(stdout) as { result: { rbac: readonly Manifest[] } };
  const groups = new Set<string>(Object.values(NODE_CLASSES).map(({ group }) => group));
  const isOfClasses = ({ apiGroups = [] }: Rule): boolean => apiGroups.some((one) => groups.has(one));
  const manifests = result.rbac.map(({ rules, ...rest }): object => {
    if (!withClasses) return { ...rest, ...(rules && { rules: rules.filter((one) => !isOfClasses(one)) }) };
    const metadata = { name: "with-classes" };
    return { ...rest, metadata, ...(rules === undefined ? { roleRef: ROLE_REF } : { rules }) };
  });
  await clusterOf(world).apply(manifests.map((one) => JSON.stringify(one)).join("\n---\n"));
}

const ROLE_REF = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "with-classes" };

/** Has the world's cluster know the kinds. The emulation does of itself. */
async function installKinds(): Promise<void> {
  if (isEmbedded()) return;
  const texts = NODE_CLASS_DEFINITIONS.map((one) => JSON.stringify(one));
  await clusterOf(world).apply(texts.join("\n---\n"));
}

const classes = `
apiVersion: karpenter.k8s.aws/v1
kind: EC2NodeClass
metadata: { name: open }
spec: { role: nodes, metadataOptions: { httpPutResponseHopLimit: 2 } }
---
apiVersion: karpenter.k8s.aws/v1
kind: EC2NodeClass
metadata: { name: closed }
spec: { instanceProfile: pool }
---
apiVersion: karpenter.k8s.aws/v1
kind: EC2NodeClass
metadata: { name: not-for-instances }
spec: { role: deploy }
---
apiVersion: karpenter.k8s.aws/v1
kind: EC2NodeClass
metadata: { name: hostile }
spec: { role: "nodes\\n::error::\\e[2J&Action=DeleteRole" }
---
apiVersion: eks.amazonaws.com/v1
kind: NodeClass
metadata: { name: auto }
spec: { role: nodes }
`;

test("a cluster without the kinds has none; one that forbids them is not taken for one", async () => {
  await grantAudit(false);
  const before = await audit("--kubeconfig", kubeconfig);
  expect(before.notRead.map(({ what }) => what)).toEqual(isEmbedded() ? GAPS : []);
  await installKinds();
  const forbidden = await audit("--kubeconfig", kubeconfig);
  expect(forbidden.notRead).toMatchObject(GAPS.map((what) => ({ what, code: "forbidden" })));
  expect(forbidden.code).toBe(4);
  await grantAudit(true);
  const granted = await audit("--kubeconfig", kubeconfig);
  expect(granted).toMatchObject({ notRead: [], code: 0 });
});

describe("node classes of which no node runs", () => {
  beforeAll(async () => clusterOf(world).apply(classes));

  test("are what gives nodes administrator access, by role and by instance profile", async () => {
    const { findings, notRead } = await audit("--rule", "node-role-administrator");
    expect(notRead).toEqual([]);
    expect(findings.map(({ subject }) => subject.name)).toEqual(["nodes"]);
    const used = findings.flatMap(({ evidence }) => evidence).filter(({ label }) => label === "used by");
    expect(used.map(({ value }) => value).toSorted()).toEqual([
      `EC2NodeClass closed of ${CLUSTER_NAME}`,
      `EC2NodeClass open of ${CLUSTER_NAME}`,
      `NodeClass auto of ${CLUSTER_NAME}`,
    ]);
  });

  test("tell by their own hop limit whether pods will get the role", async () => {
    const { findings } = await audit("--rule", "node-role-reachable");
    expect(findings.map(({ message }) => message)).toEqual([
      `pods on nodes of EC2NodeClass open of ${CLUSTER_NAME} can get the credentials of nodes`,
    ]);
    expect(findings[0]?.evidence).toContainEqual({ label: "hop limit", value: "2" });
  });

  test("are named where it is asked who can get the role", async () => {
    const asked = ["who-can", "nodes", "--cluster", CLUSTER_NAME, "-o", "json"];
    const { stdout, code } = await irsa(asked, world.environmentOf("admin"));
    expect(code).toBe(0);
    const names = ["EC2NodeClass closed", "EC2NodeClass open", "NodeClass auto"];
    expect(JSON.parse(stdout)).toMatchObject({
      result: { subjects: [], nextNodes: names.map((name) => `${name} of ${CLUSTER_NAME}`) },
    });
  });

  test("are drawn with their role, and nothing of what they name is printed as it came", async () => {
    const drawn = await irsa(["graph", "--cluster", CLUSTER_NAME], world.environmentOf("admin"));
    expect(drawn).toMatchObject({ code: 0 });
    const { stdout } = await irsa(["audit", "--cluster", CLUSTER_NAME], world.environmentOf("admin"));
    expect(stdout).not.toContain("::error::");
    expect(stdout).not.toContain("DeleteRole");
    const json = await irsa(["graph", "--cluster", CLUSTER_NAME, "-o", "json"], world.environmentOf("admin"));
    expect(json.stdout).toContain(`EC2NodeClass open of ${CLUSTER_NAME}`);
  });
});
