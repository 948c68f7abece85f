import { remedyText } from "../../src/output/remedy-text.ts";
import { describe, expect, it } from "vitest";
import { RULES } from "../../src/audit/all-rules.ts";
import { findingsOf } from "../../src/audit/findings.ts";
import type { AuditedCluster, Inventory } from "../../src/audit/inventory.ts";
import { NO_NODES } from "../../src/audit/nodes/cluster-nodes.ts";
import { accessIndexOf } from "../../src/audit/access-index.ts";
import { permissionsOf } from "../../src/model/role-permissions.ts";
import { auditOf, type Audit } from "../../src/audit/rule.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { RoleDetails, RoleListing } from "../../src/model/iam-objects.ts";
import type { InstanceMetadata } from "../../src/model/instance-metadata.ts";
import { hostPath, providerArn } from "../../src/model/issuer.ts";
import type { PodSummary } from "../../src/model/kubernetes-objects.ts";
import { listOf, type PolicyDocument, type Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy, webIdentityStatement } from "../../src/model/trust-policy/grant.ts";
import { aCluster, AUDIENCE, awsPolicy, INLINE, OLD_ISSUER, ownPolicy, ownRole } from "../fakes/values.ts";
import { CHAIN_CASES } from "./chain-cases.ts";
import {
  serviceAccount,
  allow,
  association,
  AUD,
  CLUSTER,
  audited,
  grant,
  inventory,
  provider,
  role,
  SUB,
  trusting,
  pod,
  type WrittenCluster,
  type WrittenInventory,
  readable,
} from "./build.ts";

/** A world, and what is found in it: `rule severity subject`. */
interface Case {
  readonly name: string;
  readonly roles?: readonly RoleListing[];
  readonly cluster?: WrittenCluster;
  readonly inventory?: WrittenInventory;
  readonly details?: Readonly<Record<string, Partial<RoleDetails>>>;
  readonly policies?: Audit["policies"];
  readonly found: readonly string[];
}

const OLD = aCluster({ arn: "arn:aws:eks:ap-northeast-2:111122223333:cluster/old", issuer: OLD_ISSUER });
const OLD_PROVIDER = providerArn(OLD, OLD.issuer);
const ADMIN = awsPolicy("AdministratorAccess");
const EVERYTHING = trustPolicy([{ Effect: "Allow", Action: "*", Resource: "*" }]);
const PODS = { Service: "pods.eks.amazonaws.com" };
const BOTH = ["sts:AssumeRole", "sts:TagSession"];
const OF_CLUSTER = {
  StringEquals: { "aws:SourceAccount": CLUSTER.awsAccount },
  ArnEquals: { "aws:SourceArn": CLUSTER.arn },
};
const pods = podsIf(OF_CLUSTER);

function agentPod(name: string): PodSummary {
  const namespace = "kube-system";
  return { ...withoutRole(pod()), namespace, name: `${name}-x1`, workload: `daemonset/${name}` };
}

function ownedBy(path: string, addon: string) {
  const ownerArn = `arn:aws:eks:ap-northeast-2:111122223333:addon/eks-work-cluster/${addon}/1`;
  return association(path, "p", { ownerArn });
}

function podsIf(Condition: Statement["Condition"]): PolicyDocument {
  return trustPolicy([
    { Effect: "Allow", Principal: PODS, Action: BOTH, ...(Condition !== undefined && { Condition }) },
  ]);
}

const GET = { Effect: "Allow", Action: "s3:GetObject" } as const;
const BOTH_WAYS = trustPolicy([...listOf(trusting("shop/cart").Statement), ...listOf(pods.Statement)]);

const CART = serviceAccount("shop/cart", { role: "r" });
const R = role("r", trusting("shop/cart"), { createdAt: "2026-11-01T00:00:00Z" });
const HEALTHY = { roles: [R], cluster: { serviceAccounts: [CART], pods: [pod()] } };

const WORKERS = { name: "workers", roleArn: ownRole("nodes") };
const NODES = role(
  "nodes",
  trustPolicy([{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }]),
);

/** A node of the group, on an instance that offers its metadata so. */
function onNode(metadata: Partial<InstanceMetadata> | undefined, ...pods: readonly PodSummary[]) {
  return {
    serviceAccounts: [CART],
    groups: [WORKERS],
    nodes: [
      {
        name: "node-1",
        labels: { "eks.amazonaws.com/nodegroup": "workers" },
        providerId: "aws:///ap-northeast-2a/i-1",
      },
    ],
    instances: [
      {
        id: "i-1",
        profileArn: "arn:aws:iam::111122223333:instance-profile/nodes",
        ...(metadata !== undefined && {
          metadata: { isEnabled: true, requiresToken: true, hopLimit: 1, ...metadata },
        }),
      },
    ],
    pods: [pod(), ...pods],
  };
}
const BARE = withoutRole(
  pod({ name: "web", serviceAccountName: "web", workload: "deployment/web", node: "node-1" }),
);
const AGENT = withoutRole(
  pod({
    namespace: "kube-system",
    name: "aws-node",
    serviceAccountName: "aws-node",
    workload: "daemonset/aws-node",
    node: "node-1",
    hostNetwork: true,
  }),
);
const S3 = trustPolicy([{ Effect: "Allow", Action: ["s3:GetObject", "ecr:BatchGetImage"], Resource: "*" }]);
const PULL = trustPolicy([
  { Effect: "Allow", Action: ["ecr:BatchGetImage", "EC2:describeInstances"], Resource: "*" },
]);
const ON_NODES = { roles: [R, NODES], details: { nodes: { inline: { app: S3 } } } };
const BASELINE = [awsPolicy("AmazonEKSWorkerNodePolicy"), awsPolicy("AmazonEKS_CNI_Policy")];
/** A cluster with an association, and a node that runs its pod. */
const ASSOCIATED = {
  ...onNode(
    {},
    { ...withoutRole(pod({ name: "till", serviceAccountName: "till", node: "node-1" })), podIdentity: true },
  ),
  serviceAccounts: [CART, serviceAccount("shop/till")],
  associations: [association("shop/till", "p")],
};
function agentMay(Resource: string, Effect: "Allow" | "Deny" = "Allow"): PolicyDocument {
  return trustPolicy([{ Effect, Action: "eks-auth:AssumeRoleForPodIdentity", Resource }]);
}
const BEYOND = "node-role-beyond-baseline medium nodes";
const REACHED = "node-role-reachable medium nodes";
const PODS_ON = "pods-on-node-role medium nodes";

function opened(name: string, condition: Parameters<typeof allow>[0], ...found: readonly string[]): Case {
  return { ...HEALTHY, name, roles: [R, role("w", trustPolicy([allow(condition)]))], found };
}

const audience = { [AUD]: "sts.amazonaws.com" };

const CASES: readonly Case[] = [
  { ...HEALTHY, name: "all well", found: [] },
  {
    ...HEALTHY,
    name: "a role of EC2",
    roles: [
      R,
      role(
        "ec2",
        trustPolicy([
          { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
        ]),
      ),
    ],
    found: [],
  },
  opened("sub missing", { StringEquals: audience }, "sub-missing high w"),
  opened(
    "sub missing by ForAllValues of another key",
    { StringEquals: audience, "ForAllValues:StringEquals": { "aws:TagKeys": "x" } },
    "sub-missing high w",
  ),
  {
    ...HEALTHY,
    name: "no provider named",
    roles: [R, role("w", trustPolicy([allow(undefined, { Principal: "*" })]))],
    found: ["sub-missing critical w", "aud-missing medium w"],
  },
  {
    name: "sub missing, to an audience that a ServiceAccount has, of a provider that could not be read",
    roles: [role("w", trustPolicy([allow(), allow({ StringEquals: audience }, { Effect: "Deny" })]))],
    cluster: {
      provider: undefined,
      serviceAccounts: [serviceAccount("shop/cart", { audience: "vault" })],
      pods: [],
    },
    found: ["sub-missing high w", "aud-missing medium w"],
  },
  opened(
    "a wildcard across namespaces",
    { StringEquals: audience, StringLike: { [SUB]: "system:serviceaccount:shop*" } },
    "sub-wildcard high w",
    "never-annotated low w",
  ),
  opened(
    "a wildcard in a namespace",
    { StringEquals: audience, StringLike: { [SUB]: "system:serviceaccount:shop:*" } },
    "never-annotated low w",
    "sub-wildcard low w",
  ),
  opened("a wildcard that another condition shuts", {
    StringEquals: { ...audience, "aws:username": "x" },
    StringLike: { [SUB]: "*" },
  }),
  opened(
    "aud missing",
    { StringEquals: { [SUB]: "system:serviceaccount:shop:cart" } },
    "aud-missing medium w",
    "never-annotated low w",
  ),
  opened(
    "* under StringEquals",
    { StringEquals: { ...audience, [SUB]: "system:serviceaccount:shop:*" } },
    "wildcard-without-like medium w",
  ),
  opened(
    "another issuer's keys",
    { StringEquals: { [`${hostPath(OLD.issuer)}:sub`]: "system:serviceaccount:shop:cart" } },
    "foreign-keys medium w",
  ),
  opened(
    "https:// in the keys",
    { StringEquals: { [`https://${SUB}`]: "system:serviceaccount:shop:cart" } },
    "foreign-keys medium w",
  ),
  opened(
    "a trusted ServiceAccount that nobody is annotated for",
    { StringEquals: { ...audience, [SUB]: "system:serviceaccount:shop:cart" } },
    "never-annotated low w",
  ),
  opened(
    "a trusted ServiceAccount that does not exist",
    { StringEquals: { ...audience, [SUB]: "system:serviceaccount:shop:gone" } },
    "missing-account low w",
  ),
  {
    ...HEALTHY,
    name: "trust in a deleted cluster",
    roles: [
      R,
      role(
        "w",
        trustPolicy([
          webIdentityStatement(
            grant("shop/cart", { providerArn: OLD_PROVIDER, issuerHostPath: hostPath(OLD.issuer) }),
          ),
        ]),
      ),
    ],
    found: ["deleted-issuer medium w"],
  },
  {
    ...HEALTHY,
    name: "an orphaned provider, and a role that trusts it",
    roles: [
      R,
      role(
        "w",
        trustPolicy([
          webIdentityStatement(
            grant("shop/cart", { providerArn: OLD_PROVIDER, issuerHostPath: hostPath(OLD.issuer) }),
          ),
        ]),
      ),
    ],
    inventory: { providers: [provider().arn, OLD_PROVIDER] },
    found: ["deleted-issuer medium w", `provider-orphaned low ${hostPath(OLD.issuer)}`],
  },
  {
    ...HEALTHY,
    name: "a provider of another region's or no EKS cluster",
    inventory: {
      providers: [
        provider().arn,
        "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" as never,
        "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF" as never,
      ],
    },
    found: [],
  },
  {
    ...HEALTHY,
    name: "a provider that is not registered",
    cluster: { ...HEALTHY.cluster, provider: "missing" },
    found: ["provider-missing high eks-work-cluster"],
  },
  { name: "a provider that nobody needs", cluster: { provider: "missing" }, found: [] },
  {
    ...HEALTHY,
    name: "a provider that accepts tokens for API servers",
    cluster: {
      ...HEALTHY.cluster,
      provider: {
        ...provider(),
        clientIds: [AUDIENCE, "https://kubernetes.default.svc", CLUSTER.issuer, "vault"],
      },
    },
    found: [`api-audience high ${hostPath(CLUSTER.issuer)}`, `api-audience high ${hostPath(CLUSTER.issuer)}`],
  },
  {
    name: "an audience that the provider does not take",
    roles: [
      role(
        "r",
        trustPolicy([allow({ StringEquals: { [SUB]: "system:serviceaccount:shop:cart", [AUD]: "vault" } })]),
      ),
    ],
    cluster: {
      serviceAccounts: [serviceAccount("shop/cart", { role: "r", audience: "vault" })],
      pods: [pod()],
    },
    found: ["audience-not-taken high shop/cart"],
  },
  {
    ...HEALTHY,
    name: "an annotation to a role that refuses",
    roles: [role("r", trusting("shop/web"))],
    found: ["annotation-refused high shop/cart", "missing-account low r"],
  },
  {
    ...HEALTHY,
    name: "an annotation to a role that admits under a condition",
    roles: [
      role(
        "r",
        trustPolicy([
          allow({
            StringEquals: { ...audience, [SUB]: "system:serviceaccount:shop:cart", "aws:SourceVpc": "vpc-1" },
          }),
        ]),
      ),
    ],
    found: [],
  },
  {
    ...HEALTHY,
    name: "an annotation to a role that is gone",
    roles: [],
    found: ["role-gone high shop/cart"],
  },
  {
    name: "an annotation that is no ARN",
    cluster: {
      serviceAccounts: [serviceAccount("shop/cart", { "eks.amazonaws.com/role-arn": "cart" })],
      pods: [pod({ roleArn: "cart" })],
    },
    found: ["role-gone high shop/cart"],
  },
  {
    name: "an annotation to a role of another AWS account",
    cluster: {
      serviceAccounts: [
        serviceAccount("shop/cart", { "eks.amazonaws.com/role-arn": "arn:aws:iam::444455556666:role/r" }),
      ],
      pods: [pod({ roleArn: "arn:aws:iam::444455556666:role/r" })],
    },
    found: [],
  },
  {
    name: "the ServiceAccount default",
    roles: [role("r", trusting("shop/default"))],
    cluster: {
      serviceAccounts: [serviceAccount("shop/default", { role: "r" })],
      pods: [pod({ serviceAccountName: "default" })],
    },
    found: ["default-account medium shop/default"],
  },
  {
    name: "the ServiceAccount default, let in with every other one by a pattern of wildcards",
    roles: [
      role(
        "r",
        trustPolicy([allow({ StringEquals: audience, StringLike: { [SUB]: "system:serviceaccount:*:*" } })]),
      ),
    ],
    cluster: {
      serviceAccounts: [serviceAccount("shop/cart", { role: "r" }), serviceAccount("shop/default")],
      pods: [pod()],
    },
    found: ["sub-missing high r"],
  },
  {
    name: "a role of two namespaces",
    roles: [role("r", trusting("shop/cart", "pay/cart"))],
    cluster: {
      serviceAccounts: [CART, serviceAccount("pay/cart", { role: "r" })],
      pods: [pod(), pod({ namespace: "pay" })],
    },
    found: ["shared-across-namespaces low r"],
  },
  {
    ...HEALTHY,
    name: "an administrator",
    details: { r: { attached: [ADMIN] } },
    policies: new Map([[ADMIN, EVERYTHING]]),
    found: ["administrator critical r"],
  },
  {
    ...HEALTHY,
    name: "an administrator by an inline policy, within a boundary",
    details: { r: { inline: { all: EVERYTHING }, boundary: ownPolicy("limit") } },
    found: ["administrator high r"],
  },
  {
    ...HEALTHY,
    name: "an administrator whom no pod reaches",
    roles: [R, role("admin", trustPolicy([]))],
    details: { admin: { inline: { all: EVERYTHING } }, r: { inline: { one: INLINE } } },
    found: [],
  },
  ...CHAIN_CASES.map(({ others, ...one }): Case => ({ ...HEALTHY, ...one, roles: [R, ...others] })),
  {
    ...HEALTHY,
    name: "an administrator that nodes may assume, with the policies that nodes need",
    roles: [
      R,
      NODES,
      role(
        "admin",
        trustPolicy([{ Effect: "Allow", Principal: { AWS: ownRole("nodes") }, Action: "sts:AssumeRole" }]),
      ),
    ],
    cluster: { ...HEALTHY.cluster, groups: [WORKERS] },
    details: {
      nodes: { attached: [awsPolicy("AmazonEKSWorkerNodePolicy")] },
      admin: { inline: { all: EVERYTHING } },
    },
    found: ["role-chain-administrator critical nodes"],
  },
  {
    ...HEALTHY,
    name: "an administrator that nodes are, whom no trust policy gives to pods",
    roles: [R, NODES],
    cluster: { ...HEALTHY.cluster, groups: [WORKERS] },
    details: { nodes: { attached: [ADMIN] } },
    policies: new Map([[ADMIN, EVERYTHING]]),
    found: ["node-role-administrator critical nodes"],
  },
  {
    ...HEALTHY,
    name: "an administrator that nodes are, within a boundary",
    roles: [R, NODES],
    cluster: { ...HEALTHY.cluster, groups: [WORKERS] },
    details: { nodes: { inline: { all: EVERYTHING }, boundary: ownPolicy("limit") } },
    found: ["node-role-administrator high nodes"],
  },
  {
    ...HEALTHY,
    name: "an administrator that pulls images for Fargate",
    roles: [R, NODES],
    cluster: { ...HEALTHY.cluster, fargate: [{ name: "batch", roleArn: ownRole("nodes"), selectors: [] }] },
    details: { nodes: { inline: { all: EVERYTHING } } },
    found: ["node-role-administrator high nodes"],
  },
  {
    name: "nodes with what nodes need, kept from pods",
    roles: [R, NODES],
    details: { nodes: { attached: BASELINE, inline: { pull: PULL } } },
    cluster: onNode({}, BARE, AGENT),
    found: [],
  },
  {
    ...ON_NODES,
    name: "nodes with what an application needs, kept from pods",
    cluster: onNode({}, BARE, AGENT),
    found: [BEYOND],
  },
  {
    ...ON_NODES,
    name: "nodes with what an application needs, which pods reach by a hop limit of 2",
    cluster: onNode({ hopLimit: 2 }, BARE, AGENT),
    found: [BEYOND, REACHED, PODS_ON],
  },
  {
    ...ON_NODES,
    name: "nodes with what an application needs, which pods reach by version 1 at any hop limit",
    cluster: onNode({ requiresToken: false }, BARE),
    found: [BEYOND, REACHED, PODS_ON],
  },
  {
    ...ON_NODES,
    name: "nodes whose instances offer no metadata",
    cluster: onNode({ isEnabled: false, hopLimit: 2 }, { ...BARE, hostNetwork: true }),
    found: [BEYOND],
  },
  {
    ...ON_NODES,
    name: "a pod with the network of its node",
    cluster: onNode({}, { ...BARE, hostNetwork: true }, AGENT),
    found: [BEYOND, PODS_ON, "node-role-reachable low nodes"],
  },
  {
    ...ON_NODES,
    name: "a pod with a role of its own on nodes with what an application needs",
    cluster: onNode(
      { hopLimit: 2 },
      { ...BARE, injected: true },
      { ...BARE, name: "done", phase: "Succeeded" },
    ),
    found: [BEYOND, REACHED],
  },
  {
    ...ON_NODES,
    name: "nodes whose metadata options are not known",
    cluster: onNode(undefined, BARE),
    found: [BEYOND],
  },
  {
    ...ON_NODES,
    name: "a pull role for Fargate with what an application needs",
    cluster: { ...HEALTHY.cluster, fargate: [{ name: "batch", roleArn: ownRole("nodes"), selectors: [] }] },
    found: ["node-role-beyond-baseline low nodes"],
  },
  {
    name: "a node role with a policy that could not be read",
    roles: [R, NODES],
    details: { nodes: { attached: [ownPolicy("unread")] } },
    cluster: onNode({}, BARE),
    found: [],
  },
  {
    ...HEALTHY,
    name: "nodes whose role could not be read",
    roles: [R, NODES],
    cluster: { ...HEALTHY.cluster, groups: [WORKERS] },
    found: [],
  },
  {
    ...HEALTHY,
    name: "a role that was never used since it was made long ago",
    roles: [{ ...R, createdAt: "2026-01-01T00:00:00Z" }],
    details: { r: {} },
    found: ["role-unused low r"],
  },
  {
    ...HEALTHY,
    name: "a role last used long ago",
    details: { r: { lastUsed: "2026-05-01T00:00:00Z" } },
    found: ["role-unused low r"],
  },
  {
    ...HEALTHY,
    name: "an old role in use, and a new one not yet",
    roles: [{ ...R, createdAt: "2020-01-01T00:00:00Z" }],
    details: { r: { lastUsed: "2026-11-20T00:00:00Z" } },
    found: [],
  },
  {
    ...HEALTHY,
    name: "a role of unknown age",
    roles: [role("r", trusting("shop/cart"))],
    details: { r: {} },
    found: [],
  },
  {
    ...HEALTHY,
    name: "a ServiceAccount without pods",
    cluster: { serviceAccounts: [CART] },
    found: ["no-workload low shop/cart"],
  },
  {
    ...HEALTHY,
    name: "a ServiceAccount with ended pods only",
    cluster: { serviceAccounts: [CART], pods: [pod({ phase: "Succeeded" })] },
    found: ["no-workload low shop/cart"],
  },
  {
    ...HEALTHY,
    name: "static keys",
    cluster: { serviceAccounts: [CART], pods: [pod({ staticKeys: true })] },
    found: ["static-keys medium shop/cart"],
  },
  {
    ...HEALTHY,
    name: "static keys of a ServiceAccount without a role",
    cluster: {
      serviceAccounts: [CART, serviceAccount("shop/web")],
      pods: [pod(), withoutRole(pod({ serviceAccountName: "web", staticKeys: true }))],
    },
    found: [],
  },
  {
    ...HEALTHY,
    name: "a pod from before the annotation",
    cluster: { serviceAccounts: [CART], pods: [withoutRole(pod())] },
    found: ["stale-pods medium shop/cart"],
  },
  {
    name: "a pod with the role that its ServiceAccount named before",
    cluster: {
      serviceAccounts: [serviceAccount("shop/cart")],
      pods: [pod(), pod({ name: "b", roleArn: "" })],
    },
    found: ["stale-pods medium shop/cart"],
  },
  {
    name: "a pod whose role was set by hand, of a ServiceAccount without one",
    cluster: { serviceAccounts: [serviceAccount("shop/cart")], pods: [pod({ injected: false })] },
    found: [],
  },
  {
    ...HEALTHY,
    name: "a pod with another role, older than the annotation, and one that sets it itself",
    cluster: {
      serviceAccounts: [{ ...CART, annotatedAt: { "eks.amazonaws.com/role-arn": "2026-11-01T08:00:00Z" } }],
      pods: [
        pod({ name: "old", roleArn: ownRole("x"), createdAt: "2026-11-01T07:00:00Z" }),
        pod({ name: "own", roleArn: ownRole("x"), createdAt: "2026-11-01T09:00:00Z" }),
      ],
    },
    found: ["stale-pods medium shop/cart", "stale-pods medium shop/cart"],
  },
  {
    ...HEALTHY,
    name: "a pod with another role",
    cluster: { serviceAccounts: [CART], pods: [pod({ roleArn: ownRole("x") })] },
    found: ["stale-pods medium shop/cart"],
  },
  {
    ...HEALTHY,
    name: "pods of a ServiceAccount that is gone",
    cluster: { serviceAccounts: [], pods: [pod()] },
    found: ["account-gone high shop/cart", "missing-account low r"],
  },
  {
    name: "pods of a ServiceAccount that is gone, without a role or ended",
    cluster: { serviceAccounts: [], pods: [withoutRole(pod()), pod({ name: "b", phase: "Failed" })] },
    found: [],
  },
  {
    ...HEALTHY,
    name: "pods of ServiceAccounts that could not be read",
    cluster: { serviceAccounts: undefined, pods: [pod()] },
    found: [],
  },
  {
    ...HEALTHY,
    name: "a pod whose role comes from elsewhere",
    cluster: { serviceAccounts: [CART], pods: [pod({ roleArn: "" })] },
    found: [],
  },
  {
    name: "annotation and association",
    roles: [role("r", BOTH_WAYS), role("p", pods)],
    cluster: {
      serviceAccounts: [CART],
      pods: [{ ...withoutRole(pod()), podIdentity: true }],
      associations: [association("shop/cart", "p")],
    },
    found: ["pod-identity-shadows medium shop/cart", "other-way-open low r"],
  },
  {
    name: "annotation and association with one role",
    roles: [role("r", BOTH_WAYS)],
    cluster: {
      serviceAccounts: [CART],
      pods: [{ ...withoutRole(pod()), podIdentity: true }],
      associations: [association("shop/cart", "r")],
    },
    found: ["pod-identity-shadows low shop/cart"],
  },
  {
    name: "an annotation that refuses, behind an association that works",
    roles: [role("r", trusting("shop/web")), role("p", pods)],
    cluster: {
      serviceAccounts: [CART, serviceAccount("shop/web")],
      pods: [{ ...withoutRole(pod()), podIdentity: true }],
      associations: [association("shop/cart", "p")],
    },
    found: ["pod-identity-shadows medium shop/cart"],
  },
  {
    name: "an association with a role that does not let EKS in, and one with none",
    roles: [role("p", trustPolicy([]))],
    cluster: {
      serviceAccounts: [serviceAccount("shop/a"), serviceAccount("shop/b")],
      associations: [association("shop/a", "p"), association("shop/b", "gone")],
    },
    found: ["association-refused high shop/a", "association-refused high shop/b"],
  },
  {
    name: "an association of a ServiceAccount that does not exist",
    roles: [role("p", pods)],
    cluster: {
      serviceAccounts: [serviceAccount("shop/cart")],
      associations: [association("shop/crat", "p")],
    },
    found: ["association-orphaned low shop/crat"],
  },
  ...[
    { name: "the pull policy alone", details: { inline: { pull: PULL } }, lacks: true },
    { name: "the node policy of AWS", details: { attached: BASELINE } },
    { name: "the action on every cluster", details: { inline: { own: agentMay("*") } } },
    { name: "the action on this cluster", details: { inline: { own: agentMay(CLUSTER.arn) } } },
    {
      name: "the action on another cluster",
      details: { inline: { own: agentMay(`${CLUSTER.arn}2`) } },
      lacks: true,
    },
    {
      name: "the node policy of AWS and a Deny",
      details: { attached: BASELINE, inline: { own: agentMay("*", "Deny") } },
      lacks: true,
    },
    { name: "a policy that could not be read", details: { attached: [ownPolicy("unread")] } },
    {
      name: "the node policy of AWS, within an unread boundary",
      details: { attached: BASELINE, boundary: ownPolicy("unread") },
    },
    {
      name: "the node policy of AWS, within a boundary that lacks it",
      details: { attached: BASELINE, boundary: ownPolicy("limit") },
      policies: new Map([[ownPolicy("limit"), PULL]]),
      lacks: true,
    },
    {
      name: "the pull policy alone, without associations",
      details: { inline: { pull: PULL } },
      cluster: onNode({}),
    },
    {
      name: "the pull policy alone, on Windows",
      details: { inline: { pull: PULL } },
      cluster: {
        ...ASSOCIATED,
        nodes: ASSOCIATED.nodes.map((one) => ({
          ...one,
          labels: { ...one.labels, "kubernetes.io/os": "windows" },
        })),
      },
    },
  ].map(({ name, details, lacks = false, cluster = ASSOCIATED, policies }): Case => ({
    name: `nodes for Pod Identity with ${name}`,
    roles: [R, NODES, role("p", pods)],
    cluster,
    details: { nodes: details },
    ...(policies !== undefined && { policies }),
    found: lacks ? ["agent-not-permitted high nodes"] : [],
  })),
  {
    name: "associations without the agent",
    roles: [role("p", pods)],
    cluster: {
      serviceAccounts: [serviceAccount("shop/cart")],
      associations: [association("shop/cart", "p")],
      pods: [{ ...withoutRole(pod()), podIdentity: true }],
      addons: { "eks-pod-identity-agent": "absent" },
    },
    found: ["association-without-agent high eks-work-cluster"],
  },
  ...[
    { name: "no association", associations: [] },
    { name: "EKS Auto Mode", cluster: { ...CLUSTER, autoMode: true as const } },
    { name: "pods of an agent that a chart installed", pods: [agentPod("eks-pod-identity-agent")] },
    { name: "pods of an agent for hybrid nodes", pods: [agentPod("eks-pod-identity-agent-hybrid")] },
    { name: "an add-on that could not be read", addons: { "eks-pod-identity-agent": undefined } },
    { name: "pods that could not be read", pods: undefined },
  ].map(({ name, ...cluster }) => ({
    name: `no agent's add-on, and ${name}`,
    roles: [role("p", pods)],
    cluster: {
      serviceAccounts: [serviceAccount("shop/cart")],
      associations: [association("shop/cart", "p")],
      pods: [{ ...withoutRole(pod()), podIdentity: true }],
      addons: { "eks-pod-identity-agent": "absent" as const },
      ...cluster,
    },
    found: name === "no association" ? ["stale-pods medium shop/cart"] : [],
  })),
  {
    name: "an association of an add-on that is gone, one of an add-on that is there, and one of an unread one",
    roles: [role("p", pods)],
    cluster: {
      serviceAccounts: ["shop/a", "shop/b", "shop/c"].map((path) => serviceAccount(path)),
      associations: [ownedBy("shop/a", "gone"), ownedBy("shop/b", "there"), ownedBy("shop/c", "unread")],
      addons: { gone: "absent", there: "installed", unread: undefined },
    },
    found: ["association-addon-gone low shop/a"],
  },
  {
    name: "an association where the ServiceAccounts could not be read",
    roles: [role("p", pods)],
    cluster: { serviceAccounts: undefined, associations: [association("shop/crat", "p")] },
    found: [],
  },
  {
    name: "a target role that does not allow the first, one that does, and one in another AWS account",
    roles: [
      role("p", pods),
      role("closed", trustPolicy([])),
      role(
        "open",
        trustPolicy([
          allow(undefined, {
            Principal: { AWS: ownRole("p") },
            Action: ["sts:AssumeRole", "sts:TagSession"],
          }),
        ]),
      ),
    ],
    cluster: {
      serviceAccounts: [serviceAccount("shop/a"), serviceAccount("shop/b"), serviceAccount("shop/c")],
      associations: [
        association("shop/a", "p", { targetRoleArn: ownRole("closed") }),
        association("shop/b", "p", { targetRoleArn: ownRole("open") }),
        association("shop/c", "p", { targetRoleArn: ownRole("far").replace("111122223333", "999988887777") }),
      ],
    },
    found: ["association-refused high shop/a"],
  },
  ...(
    [
      ["that use it", { podIdentity: true, injected: false }, {}, []],
      ["from before it", { injected: false }, {}, ["stale-pods medium shop/cart"]],
      ["that use IRSA", {}, {}, ["stale-pods medium shop/cart"]],
      [
        "from before its last change, an hour ago",
        { podIdentity: true, injected: false, createdAt: "2026-11-20T00:00:00Z" },
        { modifiedAt: new Date("2026-11-24T11:00:00Z") },
        ["stale-pods low shop/cart"],
      ],
      [
        "from before its last change, yesterday",
        { podIdentity: true, injected: false, createdAt: "2026-11-20T00:00:00Z" },
        { modifiedAt: new Date("2026-11-23T11:00:00Z") },
        [],
      ],
      [
        "from after it, that don't use it",
        { injected: false, createdAt: "2026-11-24T00:00:00Z" },
        { modifiedAt: new Date("2026-11-20T00:00:00Z") },
        ["stale-pods medium shop/cart"],
      ],
    ] as const
  ).map(([name, changes, made, found]): Case => ({
    name: `pods of an association ${name}`,
    roles: [role("p", pods)],
    cluster: {
      serviceAccounts: [serviceAccount("shop/cart")],
      pods: [pod(changes)],
      associations: [association("shop/cart", "p", made)],
    },
    found,
  })),
  {
    name: "pods that are prepared for an association that was deleted",
    cluster: {
      serviceAccounts: [serviceAccount("shop/cart")],
      pods: [{ ...withoutRole(pod()), podIdentity: true }],
    },
    found: ["stale-pods medium shop/cart"],
  },
  {
    name: "the same where the associations could not be read",
    cluster: {
      serviceAccounts: [serviceAccount("shop/cart")],
      pods: [{ ...withoutRole(pod()), podIdentity: true }],
      associations: undefined,
    },
    found: [],
  },
  ...(
    [
      ["without conditions", undefined, true],
      ["for the AWS account", { StringEquals: { "aws:SourceAccount": CLUSTER.awsAccount } }, true],
      ["for the cluster and AWS account", OF_CLUSTER, false],
      ["for the cluster by its ARN alone", { ArnLike: { "aws:SourceArn": CLUSTER.arn } }, false],
      ["for clusters by wildcard", { ArnLike: { "aws:SourceArn": "arn:aws:eks:*:*:cluster/*" } }, true],
      [
        "for the cluster by its tag",
        { StringEquals: { "aws:RequestTag/eks-cluster-arn": CLUSTER.arn } },
        false,
      ],
      ["for all but one cluster", { ArnNotLike: { "aws:SourceArn": `${CLUSTER.arn}-2` } }, true],
      ["for a namespace alone", { StringEquals: { "aws:RequestTag/kubernetes-namespace": "shop" } }, true],
      ["for namespaces by wildcard", { StringLike: { "aws:RequestTag/kubernetes-namespace": "sh*" } }, true],
      ["for an organization, which can't be known", { StringEquals: { "aws:SourceOrgID": "o-1" } }, false],
      [
        "for a cluster, if there are tags",
        { StringEqualsIfExists: { "aws:RequestTag/eks-cluster-name": CLUSTER.name } },
        true,
      ],
    ] as const
  ).map(([name, condition, isOpen]): Case => ({
    name: `a role that trusts EKS ${name}`,
    roles: [role("p", podsIf(condition))],
    found: isOpen ? ["pod-identity-any-cluster low p"] : [],
  })),
  {
    name: "a role that denies every cluster but one",
    roles: [
      role(
        "p",
        trustPolicy([
          { Effect: "Allow", Principal: PODS, Action: BOTH },
          {
            Effect: "Deny",
            Principal: "*",
            Action: "*",
            Condition: { StringNotEquals: { "aws:SourceArn": CLUSTER.arn } },
          },
        ]),
      ),
    ],
    found: [],
  },
  {
    name: "a role of an association that also trusts the ServiceAccount's token",
    roles: [role("r", BOTH_WAYS)],
    cluster: {
      serviceAccounts: [serviceAccount("shop/cart")],
      associations: [association("shop/cart", "r")],
    },
    found: ["other-way-open low r"],
  },
  {
    name: "a target role that also trusts the ServiceAccount's token",
    roles: [
      role("p", pods),
      role(
        "r",
        trustPolicy([
          ...listOf(trusting("shop/cart").Statement),
          { Effect: "Allow", Principal: { AWS: ownRole("p") }, Action: BOTH },
        ]),
      ),
    ],
    cluster: {
      serviceAccounts: [serviceAccount("shop/cart")],
      associations: [association("shop/cart", "p", { targetRoleArn: ownRole("r") })],
    },
    found: ["other-way-open low r"],
  },
  {
    ...HEALTHY,
    name: "an annotated role that also trusts EKS",
    roles: [role("r", BOTH_WAYS, { createdAt: "2026-11-01T00:00:00Z" })],
    found: ["other-way-open low r"],
  },
  {
    ...HEALTHY,
    name: "an annotated role that also trusts EKS, where the associations could not be read",
    roles: [role("r", BOTH_WAYS, { createdAt: "2026-11-01T00:00:00Z" })],
    cluster: { ...HEALTHY.cluster, associations: undefined },
    found: [],
  },
  ...(
    [
      ["that limits it", JSON.stringify(trustPolicy([{ ...GET, Resource: "*" }])), false],
      ["that allows the same", JSON.stringify(EVERYTHING), true],
      ["that can't be parsed", "{", true],
      ["without statements", "{}", true],
    ] as const
  ).map(([name, policy, isOpen]): Case => ({
    name: `an administrator by an association with a session policy ${name}`,
    roles: [role("p", pods)],
    details: { p: { attached: [ADMIN] } },
    policies: new Map([[ADMIN, EVERYTHING]]),
    cluster: {
      serviceAccounts: [serviceAccount("shop/cart")],
      associations: [association("shop/cart", "p", { withoutSessionTags: true, policy })],
    },
    found: isOpen ? ["administrator critical p"] : [],
  })),
  {
    name: "an administrator that pods get only to assume a target role",
    roles: [
      role("p", pods),
      role("t", trustPolicy([{ Effect: "Allow", Principal: { AWS: ownRole("p") }, Action: BOTH }])),
    ],
    details: { p: { attached: [ADMIN] }, t: {} },
    policies: new Map([[ADMIN, EVERYTHING]]),
    cluster: {
      serviceAccounts: [serviceAccount("shop/cart")],
      associations: [association("shop/cart", "p", { targetRoleArn: ownRole("t") })],
    },
    found: [],
  },
];

function withoutRole(one: PodSummary): PodSummary {
  const { roleArn: _, ...rest } = one;
  return { ...rest, injected: false, podIdentity: false };
}

function auditIn(one: Case, change: (given: Inventory) => Inventory = (given) => given): Audit {
  const clusters = [audited(one.cluster)];
  const given = change(inventory({ roles: one.roles ?? [], clusters, ...one.inventory }));
  const details = Object.entries(one.details ?? {}).map(
    ([name, more]) => [ownRole(name), { attached: [], inline: {}, tags: {}, ...more }] as const,
  );
  const policies = one.policies ?? new Map();
  const access = accessIndexOf(given, [], permissionsOf(new Map(details), policies));
  return auditOf({ inventory: given, access, details: new Map(details), policies }, 90);
}

function shown({ rule, severity, subject }: Finding): string {
  return `${rule} ${severity} ${subject.name}`;
}

it.each([
  ["a letter that is missing", "shop/crt", "shop/cart"],
  ["a dash that is missing", "shop/ordersapi", "shop/orders-api"],
  ["a typo in the namespace", "shopp/till", "shop/till"],
  ["nothing like it", "shop/payments", undefined],
  ["one that has an association already", "shop/takn", undefined],
])("an association of a ServiceAccount that does not exist, with %s", (_, path, meant) => {
  const paths = ["shop/cart", "shop/orders-api", "shop/till", "shop/taken", "shop/default"];
  const [found] = findingsOf(
    auditIn({
      name: "",
      found: [],
      roles: [role("p", pods)],
      cluster: {
        serviceAccounts: paths.map((one) => serviceAccount(one)),
        associations: [association(path, "p"), association("shop/taken", "p")],
      },
    }),
    RULES,
  );
  const similar = "similar ServiceAccount without an association";
  expect(found?.evidence.find(([label]) => label === similar)?.[1]).toBe(meant);
});

it("an association that an add-on owns is reported with its owner", () => {
  const ownerArn = "arn:aws:eks:ap-northeast-2:111122223333:addon/eks-work-cluster/aws-ebs-csi-driver/1";
  const found = findingsOf(
    auditIn({
      name: "",
      found: [],
      roles: [role("p", trustPolicy([]))],
      cluster: { associations: [association("shop/crat", "p", { ownerArn })] },
    }),
    RULES,
  );
  expect(found.map(({ rule }) => rule)).toEqual(["association-refused", "association-orphaned"]);
  for (const { evidence } of found) expect(evidence).toContainEqual(["owned by", ownerArn]);
});

describe("the rules", () => {
  it.each(CASES.map((one) => [one.name, one] as const))("%s", (_, one) => {
    expect(findingsOf(auditIn(one), RULES).map(shown)).toEqual(one.found);
  });

  it("each have a case in which they find, and there is one in which none does", () => {
    const rules = CASES.flatMap(({ found }) => found.map((one) => one.split(" ")[0]));
    expect(new Set(rules)).toEqual(new Set(RULES.map(({ code }) => code)));
    expect(CASES.some(({ found }) => found.length === 0)).toBe(true);
  });

  const UNREAD = readable<never>(undefined);
  const PARTS: Readonly<Record<string, (given: Inventory) => Inventory>> = {
    roles: (given) => ({ ...given, roles: UNREAD }),
    providers: (given) => ({ ...given, providers: UNREAD }),
    issuers: (given) => ({ ...given, issuers: new Map() }),
    provider: inClusters({ provider: UNREAD }),
    serviceAccounts: inClusters({ serviceAccounts: UNREAD }),
    pods: inClusters({ pods: UNREAD }),
    associations: inClusters({ associations: UNREAD }),
    nodes: inClusters({ nodes: { ...NO_NODES, groups: UNREAD, fargate: UNREAD, nodes: UNREAD } }),
    instances: (given) => ({
      ...given,
      clusters: given.clusters.map((one) => ({ ...one, nodes: { ...one.nodes, instances: UNREAD } })),
    }),
  };

  it.each(Object.entries(PARTS))("find nothing more where %s could not be read", (_, without) => {
    for (const one of CASES) {
      const found = findingsOf(auditIn(one, without), RULES).map(
        ({ rule, subject }) => `${rule} ${subject.id}`,
      );
      const all = findingsOf(auditIn(one), RULES).map(({ rule, subject }) => `${rule} ${subject.id}`);
      expect(all, one.name).toEqual(expect.arrayContaining(found));
    }
  });

  it("look at no pods unless they say so", () => {
    const none = { get: (): never => expect.fail("looks at pods") };
    for (const one of CASES) {
      const audit = auditIn(one);
      for (const holder of [audit, ...audit.inventory.clusters]) Object.defineProperty(holder, "pods", none);
      findingsOf(
        audit,
        RULES.filter(({ pods: looksAt }) => looksAt === undefined),
      );
    }
  });

  it("find something about a ServiceAccount alone, if they look at its pods alone", () => {
    const own = RULES.filter(({ pods: looksAt }) => looksAt === "own");
    const found = CASES.flatMap((one) => findingsOf(auditIn(one), own));
    expect(new Set(found.map(({ subject }) => subject.kind))).toEqual(new Set(["service-account"]));
  });

  it("give every finding a fingerprint of its own, the same in every run and whatever the numbers", () => {
    const stale = (count: number): Case => ({
      ...HEALTHY,
      name: "",
      cluster: {
        serviceAccounts: [CART],
        pods: Array.from({ length: count }, (_, at) => withoutRole(pod({ name: `p-${at}` }))),
      },
      found: [],
    });
    const prints = CASES.map((one) => findingsOf(auditIn(one), RULES).map(({ fingerprint }) => fingerprint));
    for (const each of prints) expect(new Set(each).size).toBe(each.length);
    const [one, many] = [findingsOf(auditIn(stale(1)), RULES), findingsOf(auditIn(stale(3)), RULES)];
    expect(many[0]?.message).not.toBe(one[0]?.message);
    expect(many[0]?.fingerprint).toBe(one[0]?.fingerprint);
  });
});

function inClusters(change: Partial<AuditedCluster>): (given: Inventory) => Inventory {
  return (given) => ({ ...given, clusters: given.clusters.map((one) => ({ ...one, ...change })) });
}

describe("the ServiceAccount default, through a wildcard", () => {
  const wildcard = "system:serviceaccount:shop:*";
  const wild = trustPolicy([allow({ StringEquals: audience, StringLike: { [SUB]: wildcard } })]);
  const found = (one: Omit<Case, "name" | "found">) =>
    findingsOf(
      auditIn({ name: "", found: [], ...one }),
      RULES.filter(({ code }) => code === "default-account"),
    );

  it("can assume the role, but does not have it", () => {
    const [finding] = found({
      roles: [role("w", wild)],
      cluster: { serviceAccounts: [serviceAccount("shop/default")] },
    });
    expect(finding?.message).toBe(
      `shop/default can assume w through the wildcard ${wildcard}, and every pod without serviceAccountName uses it`,
    );
    expect(finding?.evidence).toEqual([["role", `${ownRole("w")}, through the wildcard ${wildcard}`]]);
    expect(finding && remedyText(finding.remedy)).toContain("Replace the wildcard");
  });

  it.each<readonly [string, Omit<Case, "name" | "found">]>([
    [
      "is annotated",
      {
        roles: [role("w", wild)],
        cluster: { serviceAccounts: [serviceAccount("shop/default", { role: "w" })] },
      },
    ],
    [
      "is also named",
      {
        roles: [
          role("w", trustPolicy([...listOf(wild.Statement), ...listOf(trusting("shop/default").Statement)])),
        ],
        cluster: { serviceAccounts: [serviceAccount("shop/default")] },
      },
    ],
    [
      "is named by another role",
      {
        roles: [role("w", wild), role("n", trusting("shop/default"))],
        cluster: { serviceAccounts: [serviceAccount("shop/default")] },
      },
    ],
  ])("has a role if it %s", (_, one) => {
    expect(found(one).map(({ message }) => message)).toEqual([
      "shop/default has a role, and every pod without serviceAccountName uses it",
    ]);
  });
});
