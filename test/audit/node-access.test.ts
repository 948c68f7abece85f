import { describe, expect, it, test } from "vitest";
import { mayBeOfNodes } from "../../src/audit/nodes/node-access.ts";
import { whoCan } from "../../src/audit/who-can.ts";
import type { InstanceMetadata } from "../../src/model/instance-metadata.ts";
import { known } from "../../src/model/known.ts";
import type { PodSummary } from "../../src/model/kubernetes-objects.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { whoCanLines } from "../../src/output/who-can-text.ts";
import { PLAIN, shownLines } from "../fakes/shown.ts";
import { audited, pod, role, serviceAccount, trusting, type WrittenCluster } from "./build.ts";

const EC2 = trustPolicy([
  { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
]);
const NODES = role("nodes", EC2);
const REQUIRED: InstanceMetadata = { isEnabled: true, requiresToken: true, hopLimit: 1 };

/** Who gets the role of a node that offers it so, of these pods on it. */
function subjectsOf(metadata: InstanceMetadata | undefined, ...pods: readonly Partial<PodSummary>[]) {
  const profileArn = "arn:aws:iam::111122223333:instance-profile/nodes";
  const cluster = audited({
    serviceAccounts: [serviceAccount("shop/cart")],
    nodes: [{ name: "n", labels: {}, providerId: "aws:///ap-northeast-2a/i-1" }],
    instances: [{ id: "i-1", profileArn, ...(metadata !== undefined && { metadata }) }],
    pods: pods.map((changes) => pod({ node: "n", ...changes })),
  });
  return whoCan(NODES, { clusters: [cluster], others: [], gaps: [], permissionsOf: () => undefined });
}

describe("pods that get the role of their node", () => {
  test.each<readonly [string, InstanceMetadata | undefined, Partial<PodSummary>, object | undefined]>([
    ["kept from it by the hop limit", REQUIRED, {}, undefined],
    [
      "reached by a hop limit of 2",
      { ...REQUIRED, hopLimit: 2 },
      {},
      { verdict: "conditional", unknownKeys: ["network policies"] },
    ],
    [
      "reached by version 1, for which there is no hop limit",
      { ...REQUIRED, requiresToken: false },
      {},
      { verdict: "conditional", unknownKeys: ["network policies"] },
    ],
    ["with the network of the node", REQUIRED, { hostNetwork: true }, { verdict: "allow", unknownKeys: [] }],
    ["whose instance offers none", { ...REQUIRED, isEnabled: false }, { hostNetwork: true }, undefined],
    [
      "of which EC2 does not tell the options",
      undefined,
      {},
      { verdict: "conditional", unknownKeys: ["instance metadata options"] },
    ],
    ["on another node", { ...REQUIRED, hopLimit: 2 }, { node: "other" }, undefined],
    ["that are over", { ...REQUIRED, hopLimit: 2 }, { phase: "Succeeded" }, undefined],
  ])("%s", (_, metadata, changes, expected) => {
    const { subjects } = subjectsOf(metadata, changes);
    const common = {
      via: "node",
      nodes: ["self-managed nodes of eks-work-cluster"],
      statements: [],
      exists: true,
    };
    expect(subjects).toMatchObject(
      expected === undefined
        ? []
        : [{ ...common, serviceAccount: { namespace: "shop", name: "cart" }, pods: ["cart-1"], ...expected }],
    );
    expect(subjects).toHaveLength(expected === undefined ? 0 : 1);
  });

  it("are told in words, certain if one of the ServiceAccount's pods is", () => {
    const open = { ...REQUIRED, hopLimit: 2 };
    const lines = (answer: ReturnType<typeof subjectsOf>) =>
      shownLines(whoCanLines)(answer, PLAIN).join("\n");
    expect(lines(subjectsOf(open, {}))).toMatch(
      /shop\/cart +its nodes: self-managed nodes of eks-work-cluster +if no network policy or firewall of the node blocks it +1 pod/,
    );
    expect(lines(subjectsOf(open, {}, { name: "other", hostNetwork: true }))).toMatch(
      /nodes of eks-work-cluster +yes/,
    );
  });
});

describe("node classes and node groups of which no node runs", () => {
  const source = { kind: "EC2NodeClass", name: "default", role: known(NODES.arn) } as const;
  const answerOf = (changes: WrittenCluster) =>
    whoCan(NODES, { clusters: [audited(changes)], others: [], gaps: [], permissionsOf: () => undefined });

  test.each<readonly [string, WrittenCluster, readonly string[]]>([
    ["a class", { classes: [{ ...source, metadata: REQUIRED }] }, ["EC2NodeClass default"]],
    ["a class of unknown offer", { classes: [{ ...source, metadata: undefined }] }, ["EC2NodeClass default"]],
    [
      "a class without metadata",
      { classes: [{ ...source, metadata: { ...REQUIRED, isEnabled: false } }] },
      [],
    ],
    ["a class of another role", { classes: [{ ...source, role: known(undefined), metadata: REQUIRED }] }, []],
    ["a node group", { groups: [{ name: "workers", roleArn: NODES.arn }] }, ["node group workers"]],
    ["a Fargate profile", { fargate: [{ name: "f", roleArn: NODES.arn, selectors: [] }] }, []],
  ])("%s", (_, changes, expected) => {
    const answer = answerOf(changes);
    const named = expected.map((text) => `${text} of eks-work-cluster`);
    expect(answer).toMatchObject({ subjects: [], nextNodes: named });
    const text = shownLines(whoCanLines)(answer, PLAIN).join("\n");
    expect(text.includes("Nodes that don't run yet will have it")).toBe(named.length > 0);
    for (const name of named) expect(text).toContain(name);
  });
});

test.each<readonly [string, unknown, boolean]>([
  ["EC2", EC2, true],
  [
    "EC2 in China",
    trustPolicy([
      { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com.cn" }, Action: "sts:AssumeRole" },
    ]),
    true,
  ],
  [
    "EC2 under a condition",
    trustPolicy([
      {
        Effect: "Allow",
        Principal: { Service: ["ec2.amazonaws.com", "eks.amazonaws.com"] },
        Action: "sts:*",
        Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
      },
    ]),
    true,
  ],
  ["pods alone", trusting("shop/cart"), false],
  ["nobody", trustPolicy([]), false],
  ["nobody knows whom: it can't be parsed", undefined, true],
])("a role that trusts %s", (_, trust, expected) => {
  expect(mayBeOfNodes(trust)).toBe(expected);
});
