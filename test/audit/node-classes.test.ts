import { describe, expect, it } from "vitest";
import { observe } from "../../src/audit/observe.ts";
import { reportOf } from "../../src/audit/report.ts";
import { LIMITS } from "../../src/model/limits.ts";
import type { NodeClass } from "../../src/model/node-classes.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { allowing, EC2 } from "../fakes/node-world.ts";
import { ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { ASKED } from "../watch/watching.ts";
import { NOW } from "./build.ts";

const CLOSED = { isEnabled: true, requiresToken: true, hopLimit: 1 };
const OPEN: Partial<NodeClass> = { metadata: { ...CLOSED, hopLimit: 2 } };
const LABEL = "karpenter.k8s.aws/ec2nodeclass";

/** An administrator of nodes, in an instance profile of the same name. */
function world(): World {
  const more = { inline: { all: allowing("*") }, profiles: ["nodes"] };
  return aWorld().withProvider().withRole(ownRole("nodes"), { trust: EC2 }, more);
}

async function audited({ aws, cluster, kubernetes }: World) {
  const source = { cluster, eks: aws.eks, ec2: aws.ec2, kubernetes: async () => kubernetes };
  const { findings, notRead } = reportOf(await observe(aws, [source], NOW), ASKED);
  return {
    found: findings.map(({ rule, subject }) => `${rule} ${subject.name}`),
    evidence: findings.flatMap(({ evidence }) => evidence.map(([label, value]) => `${label}: ${value}`)),
    messages: findings.map(({ message }) => message),
    notRead: notRead.map(({ what }) => what),
  };
}

interface Named extends Omit<Partial<NodeClass>, "role"> {
  readonly role: string | undefined;
}

const ADMINISTRATOR = "node-role-administrator nodes";
const REACHABLE = "node-role-reachable nodes";

describe("a node class of which no node runs", () => {
  it.each<readonly [string, Named, readonly string[]]>([
    ["that keeps its role from pods", { role: "nodes" }, [ADMINISTRATOR]],
    ["that does not", { role: "nodes", ...OPEN }, [ADMINISTRATOR, REACHABLE]],
    ["with an unknown offer", { role: "nodes", metadata: undefined }, [ADMINISTRATOR]],
    ["that names the role by ARN", { role: ownRole("nodes") }, [ADMINISTRATOR]],
    ["that names an instance profile", { role: undefined, instanceProfile: "nodes" }, [ADMINISTRATOR]],
    ["that names both", { role: "other", instanceProfile: "nodes" }, [ADMINISTRATOR]],
    ["of EKS Auto Mode", { kind: "NodeClass", role: "nodes" }, [ADMINISTRATOR]],
    ["whose role does not exist", { role: "none" }, []],
    ["whose profile does not exist", { role: undefined, instanceProfile: "none" }, []],
    ["that names nothing", { role: undefined }, []],
    ["that names the role of another AWS account", { role: "arn:aws:iam::999900001111:role/nodes" }, []],
  ])("%s", async (_, { role, ...more }, expected) => {
    const { found, notRead } = await audited(world().withNodeClass("default", role, more));
    expect(found).toEqual(expected);
    expect(notRead).toEqual([]);
  });

  it("is told as what has the role, and what its next node will be", async () => {
    const { evidence, messages } = await audited(world().withNodeClass("default", "nodes", OPEN));
    expect(evidence).toEqual([
      "all (inline): it allows '*' on '*'",
      "used by: EC2NodeClass default of eks-work-cluster",
      "hop limit: 2",
      "IMDSv2: required",
      "nodes: the next ones; this is what the EC2NodeClass says",
      "not known: whether network policies or the node's firewall block 169.254.169.254",
    ]);
    expect(messages).toContain(
      "pods on nodes of EC2NodeClass default of eks-work-cluster can get the credentials of nodes",
    );
  });

  it("gives nobody a role that instances can't have", async () => {
    const lambda = trustPolicy([
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
    const more = { inline: { all: allowing("*") } };
    const foreign = world().withRole(ownRole("deploy"), { trust: lambda }, more);
    expect((await audited(foreign.withNodeClass("mine", "deploy", OPEN))).found).toEqual([]);
  });
});

describe("a node class of which nodes run", () => {
  const labels = { [LABEL]: "default", "karpenter.sh/nodepool": "web" };
  const running = (nodeClass: Partial<NodeClass>, hopLimit = 1): World =>
    world()
      .withNodeClass("default", "nodes", nodeClass)
      .withNode("n1", "i-1", { labels, instance: { metadata: { ...CLOSED, hopLimit } } });

  it("is told by them alone where they are as it says", async () => {
    const { found, evidence } = await audited(running({}));
    expect(found).toEqual([ADMINISTRATOR]);
    expect(evidence).toContain("used by: Karpenter node pool web of eks-work-cluster");
    expect(evidence.join()).not.toContain("EC2NodeClass");
  });

  it("is told too where the next one will be another", async () => {
    expect((await audited(running(OPEN))).messages).toContain(
      "pods on nodes of EC2NodeClass default of eks-work-cluster can get the credentials of nodes",
    );
    const { messages } = await audited(running({}, 2));
    expect(messages).toContain(
      "pods on Karpenter node pool web of eks-work-cluster can get the credentials of nodes",
    );
    expect(messages.join()).not.toContain("EC2NodeClass");
  });

  it("tells the role of nodes whose instances can't be read, and not what they offer", async () => {
    const denied = running({});
    denied.log.deny("ec2.describeInstances");
    const { found, evidence, notRead } = await audited(denied);
    expect(found).toEqual([ADMINISTRATOR]);
    expect(evidence).toContain("used by: Karpenter node pool web of eks-work-cluster");
    expect(notRead).toEqual(["instances of eks-work-cluster"]);
  });
});

describe("what can't be read is said", () => {
  it.each([
    [
      "kubernetes.listNodeClasses",
      ["EC2NodeClass objects of eks-work-cluster", "NodeClass objects of eks-work-cluster"],
    ],
    ["iam.getRole", ["role nodes"]],
    ["iam.getInstanceProfileRole", ["instance profile nodes"]],
  ])("%s", async (denied, expected) => {
    const one = world()
      .withNodeClass("by-role", "nodes")
      .withNodeClass("by-profile", undefined, { instanceProfile: "nodes" });
    one.log.deny(denied);
    expect((await audited(one)).notRead).toEqual(expected);
  });

  it("roles beyond the limit, which are not looked up", async () => {
    const many = world().withNodeClass("first", "nodes");
    for (let at = 0; at < LIMITS.nodeClassRoles + 50; at += 1) many.withNodeClass(`c${at}`, `r${at}`);
    const { found, notRead } = await audited(many);
    expect(found).toEqual([ADMINISTRATOR]);
    expect(notRead).toEqual(["roles of further node classes of eks-work-cluster"]);
    expect(many.log.calls.filter(({ name }) => name === "iam.getRole")).toHaveLength(LIMITS.nodeClassRoles);
  });

  it("nothing of a cluster that has neither Karpenter nor EKS Auto Mode", async () => {
    const one = world().withNodeClass("default", "nodes");
    one.api.missingGroups.add("karpenter.k8s.aws").add("eks.amazonaws.com");
    expect(await audited(one)).toMatchObject({ found: [], notRead: [] });
  });
});
